// What a change would do before it is made, whatever it is: assignments, groups, people, accounts, permission sets, policies,
// applications; and what of theirs that is open would end with a person or an account.
// Who may ask sees whom it concerns, so it is a right of its own.
import {
  applicationArn, assignmentsIn, idOfArn, isReference, permissionSetArn, type Affected, type BoundaryDifference, type Effect, type InstancePlace, type PermissionSet, type PolicyHolding, type PolicyLine, type Preview, type ProposedChange,
} from '../../../../domain/access/index.js'
import { Refusal } from '../../../../platform/errors.js'
import { list, optional, otherwise, structure, text, union, whole, type Read } from '../../protocol/members.js'
import type { JsonObject } from '../../protocol/request.js'
import { operation, type Operations } from '../operation.js'
import { readDocument } from '../permission-set-policies.js'
import type { SsoAdminRooms } from '../rooms.js'
import { toInstance } from '../targets.js'
import { accountId, applicationArnMember, instanceArnMember, permissionSetArnMember, principalId, principalOf } from '../words.js'
import { endedAnswer } from './incidents.js'
import { accountAssignments, Principals, productsOf } from './products.js'

const mostMembers = 10_000
const applicationAssignments = structure({ ApplicationArns: list(applicationArnMember, { min: 1, max: 100 }), Principals })
const memberships = otherwise([], list(structure({ GroupId: principalId, MemberId: union({ UserId: principalId, GroupId: principalId }) }), { max: mostMembers }))
const few = { max: 100 }

const input = {
  InstanceArn: instanceArnMember,
  Assign: otherwise([], list(accountAssignments, few)), Unassign: otherwise([], list(accountAssignments, few)),
  AssignApplications: otherwise([], list(applicationAssignments, few)), UnassignApplications: otherwise([], list(applicationAssignments, few)),
  AddMembers: memberships, DropMembers: memberships,
  RemoveGroups: otherwise([], list(principalId, few)), RemoveAccounts: otherwise([], list(accountId, few)),
  /** People who are disabled or deleted, who are enabled, and who were deleted and come back. */
  DisableUsers: otherwise([], list(principalId, { max: mostMembers })), EnableUsers: otherwise([], list(principalId, { max: mostMembers })), RestoreUsers: otherwise([], list(principalId, few)),
  RemovePermissionSets: otherwise([], list(permissionSetArnMember, few)), RemoveApplications: otherwise([], list(applicationArnMember, few)),
  /** Applications that everybody may use from then on, and those that want an assignment. */
  OpenApplications: otherwise([], list(applicationArnMember, few)), CloseApplications: otherwise([], list(applicationArnMember, few)),
  /** What a permission set would be made of; what is not told stays, and what is empty goes. */
  Policies: optional(structure({
    PermissionSetArn: permissionSetArnMember, ManagedPolicies: optional(list(text(1, 2048), few)), CustomerManagedPolicies: optional(list(text(1, 700), few)),
    InlinePolicy: optional(text(0, 131_072)), PermissionsBoundary: optional(text(0, 2048)),
  })),
  Names: otherwise(10, whole(0, 100)),
}

type Input = Read<typeof input>

const applicationIdOf = (arn: string): string => idOfArn(arn).replace(/^apl-/, 'app-')

const ofApplications = (products: Input['AssignApplications']) => products.flatMap(({ ApplicationArns, Principals: some }) =>
  ApplicationArns.flatMap((arn) => some.map((one) => ({ applicationId: applicationIdOf(arn), principal: principalOf(one) }))))

const membershipsIn = (some: Input['AddMembers']) => some.map(({ GroupId, MemberId }) =>
  ({ groupId: GroupId, member: MemberId.UserId === undefined ? { groupId: MemberId.GroupId } : { userId: MemberId.UserId } }))

const changeOf = (given: Input): ProposedChange => ({
  assign: assignmentsIn(productsOf(given.Assign)), unassign: assignmentsIn(productsOf(given.Unassign)),
  assignApplications: ofApplications(given.AssignApplications), unassignApplications: ofApplications(given.UnassignApplications),
  addMembers: membershipsIn(given.AddMembers), dropMembers: membershipsIn(given.DropMembers), removeGroups: given.RemoveGroups, removeAccounts: given.RemoveAccounts,
  disableUsers: given.DisableUsers, enableUsers: given.EnableUsers, restoreUsers: given.RestoreUsers,
  removePermissionSets: given.RemovePermissionSets.map(idOfArn), removeApplications: given.RemoveApplications.map(applicationIdOf),
  openApplications: given.OpenApplications.map(applicationIdOf), closeApplications: given.CloseApplications.map(applicationIdOf),
})

export const previewOperations: Operations = {
  PreviewChange: operation({
    input, action: 'gatehouse:PreviewChange', readOnly: true, target: toInstance,
    run: async ({ input: given, target, accountId: owner, rooms }) => {
      const change = changeOf(given)
      await rooms.previews.check(change)
      return {
        ...previewAnswer({ directoryId: target.id, accountId: owner }, await rooms.previews.of(change, { names: given.Names })),
        ...(given.Policies && { Policies: await policiesAnswer(given.Policies, rooms, given.Names) }),
        ...await endsAnswer(given, rooms),
      }
    },
  }),
}

function previewAnswer(place: InstancePlace, { effects, gaining, losing, isComplete }: Preview): JsonObject {
  const placeAnswer = ({ account, permissionSet, application }: Effect['places'][number]): JsonObject => (application
    ? { ApplicationArn: applicationArn(place, application.id), ApplicationName: application.name }
    : { AccountId: account.id, AccountName: account.name, PermissionSetArn: permissionSetArn(place.directoryId, permissionSet.id), PermissionSetName: permissionSet.name })
  return {
    Effects: effects.map(({ places, gains, losses }) => ({ Places: places.map(placeAnswer), Gains: affectedAnswer(gains), Losses: affectedAnswer(losses) })),
    Gaining: gaining, Losing: losing, IsComplete: isComplete,
  }
}

const affectedAnswer = ({ people, names }: Affected): JsonObject => ({ People: people, Names: names.map(({ id, userName, displayName }) => ({ UserId: id, UserName: userName, DisplayName: displayName })) })

/** Counts what is open and ends at once, where it is one person or one account that goes. What was granted to a person stays theirs; keys inside of an account go with it. */
async function endsAnswer({ DisableUsers: [userId, ...others], RemoveAccounts: [closed, ...more] }: Input, { killSwitch }: SsoAdminRooms): Promise<JsonObject> {
  if (userId !== undefined && others.length === 0 && closed === undefined) return { Ends: endedAnswer({ ...(await killSwitch.foresee({ userId })).ends, grants: 0 }) }
  if (closed !== undefined && more.length === 0 && userId === undefined) return { Ends: endedAnswer({ ...(await killSwitch.foresee({ accountId: closed })).ends, unreached: { applications: [], accessKeys: 0 } }) }
  return {}
}

/** Tells the policies apart, and how many people in how many accounts have the permission set, with the first of them. */
async function policiesAnswer(given: NonNullable<Input['Policies']>, rooms: SsoAdminRooms, most: number): Promise<JsonObject> {
  const set = await rooms.permissionSets.find(idOfArn(given.PermissionSetArn))
  if (!set) throw new Refusal('not-found', `There is no permission set ${given.PermissionSetArn}.`)
  const { wider, narrower, boundaryChanges, boundary, unread } = rooms.previews.ofPolicies(holdingOf(set), holdingAfter(set, given))
  const { people, names, accounts, accountNames } = await rooms.holders.of(set.id, { names: most })
  return {
    Wider: wider.map(lineAnswer), Narrower: narrower.map(lineAnswer), BoundaryChanges: boundaryChanges, Boundary: boundary && boundaryAnswer(boundary), Unread: unread,
    ...affectedAnswer({ people, names }), Accounts: accounts, FirstAccounts: accountNames.map(({ id, name }) => ({ AccountId: id, AccountName: name })),
  }
}

const lineAnswer = ({ effect, action, resources, conditions }: PolicyLine): JsonObject => ({ Effect: effect, Action: action, Resources: resources, Conditions: conditions })

const boundaryAnswer = ({ falls, returns, partial, unclear, unchanged, unread }: BoundaryDifference): JsonObject => ({
  Falls: falls.map(lineAnswer), Returns: returns.map(lineAnswer), Partial: partial.map((line) => ({ ...lineAnswer(line), Within: line.within })), Unclear: unclear.map(lineAnswer), Unchanged: unchanged, Unread: unread,
})

const holdingOf = ({ managedPolicies, customerPolicies, inlinePolicy, permissionsBoundary }: PermissionSet): PolicyHolding =>
  ({ managedPolicies: [...managedPolicies, ...customerPolicies], inlinePolicy, permissionsBoundary })

const holdingAfter = (set: PermissionSet, { ManagedPolicies, CustomerManagedPolicies, InlinePolicy, PermissionsBoundary }: NonNullable<Input['Policies']>): PolicyHolding => ({
  managedPolicies: [...ManagedPolicies ?? set.managedPolicies, ...CustomerManagedPolicies?.map(pathed) ?? set.customerPolicies],
  inlinePolicy: InlinePolicy === undefined ? set.inlinePolicy : InlinePolicy === '' ? undefined : readDocument(InlinePolicy),
  permissionsBoundary: PermissionsBoundary === undefined ? set.permissionsBoundary : PermissionsBoundary || undefined,
})

/** A policy of accounts is told with its path. */
const pathed = (reference: string): string => (isReference(reference) ? reference : `/${reference}`)
