// Many assignments at once, in the background: begun with the same rights as one by one, and looked after.
import { countIn, permissionSetArn, type AssignmentJob, type AssignmentProduct, type JobKind, type NamedAssignment, type PermissionSet } from '../../../../domain/access/index.js'
import { Refusal } from '../../../../platform/errors.js'
import type { Call, Scope } from '../../protocol/json-operation.js'
import { list, text } from '../../protocol/members.js'
import { attributionOf, nameOf, resourceTags, type Target } from '../../protocol/operation.js'
import type { JsonObject } from '../../protocol/request.js'
import { operation, type Operations } from '../operation.js'
import type { SsoAdminRooms } from '../rooms.js'
import { accountArn, toInstance, type InstanceInput } from '../targets.js'
import { instanceArnMember } from '../words.js'
import { accountAssignments, productsOf } from './products.js'

const input = { InstanceArn: instanceArnMember, Assignments: list(accountAssignments, { min: 1, max: 500 }) }
const reading = { action: 'sso:ListAccountAssignments', readOnly: true } as const
const words: Readonly<Record<JobKind, string>> = { assign: 'ASSIGN', unassign: 'UNASSIGN' }
const takes: Readonly<Record<JobKind, string>> = { assign: 'sso:CreateAccountAssignment', unassign: 'sso:DeleteAccountAssignment' }
const ofJob = { InstanceArn: instanceArnMember, JobId: text(5, 40, /^job-[0-9a-f]+$/) }

async function toJob(given: InstanceInput & { JobId: string }, scope: Scope<SsoAdminRooms>): Promise<Target<AssignmentJob>> {
  const instance = await toInstance(given, scope)
  const found = instance.found && await scope.rooms.assignmentJobs.find(given.JobId)
  return { ...instance, found, missing: instance.found ? 'There is no such job, or it is too long ago.' : instance.missing } as Target<AssignmentJob>
}

interface Given extends InstanceInput {
  Assignments: Parameters<typeof productsOf>[0]
}

const beginning = (kind: JobKind) => operation({
  input, action: takes[kind], target: toInstance,
  run: async (call: Call<SsoAdminRooms, Given, { id: string }>) => {
    const { rooms, caller, ctx, target } = call
    const products = productsOf(call.input.Assignments)
    if (countIn(products) === 0) throw new Refusal('invalid-input', 'Choose who, which permission sets and which accounts.')
    const missing = await checkEach(takes[kind], products, { ...call, directoryId: target.id })
    if (missing !== undefined) throw new Refusal('not-found', `There is no permission set ${permissionSetArn(target.id, missing)}.`)
    const { id, total } = await rooms.assignmentJobs.begin(kind, products, { name: nameOf(caller), directoryId: target.id, attribution: attributionOf(caller, ctx) })
    return { JobId: id, Total: total }
  },
})

export const jobOperations: Operations = {
  CreateAccountAssignments: beginning('assign'),
  DeleteAccountAssignments: beginning('unassign'),
  DescribeAssignmentJob: operation({
    ...reading, input: ofJob, target: toJob,
    run: async ({ target, rooms }) => {
      const isCut = target.state === 'failed' || target.state === 'stopped'
      const [unchanged, failed] = [await rooms.assignmentPages.naming(target.someUnchanged), await rooms.assignmentPages.naming(target.someFailed)]
      const undone = isCut ? await rooms.assignmentPages.naming(await rooms.assignmentJobs.listUndone(target)) : []
      return {
        ...jobAnswer(target), SomeUnchanged: unchanged.map(namedAnswer), SomeUndone: undone.map(namedAnswer),
        SomeFailed: failed.map((one, n) => ({ ...namedAnswer(one), Reason: target.someFailed[n]!.reason })),
      }
    },
  }),
  StopAssignmentJob: operation({
    action: reading.action, input: ofJob, target: toJob,
    run: async ({ target: { id, kind, state }, rooms, caller, ctx, was }) => {
      // Whoever might have begun it may stop it.
      await checkEach(takes[kind], await rooms.assignmentJobs.products(id), { rooms, caller, ctx, directoryId: (await rooms.organization()).id })
      was({ state }, { state: 'stopped' })
      const { position, total, changed } = await rooms.assignmentJobs.halt(id, nameOf(caller))
      return { JobId: id, State: 'STOPPED', Changed: changed, Undone: total - position }
    },
  }),
  ListAssignmentJobs: operation({
    ...reading, input: { InstanceArn: instanceArnMember }, pages: 50, target: toInstance,
    run: async ({ rooms, page, listed }) => listed('Jobs', await rooms.assignmentJobs.page(page), jobAnswer),
  }),
}

/** Asks about every permission set and every account, as each assignment by itself would; answers with a permission set that is not there. */
async function checkEach(action: string, products: readonly AssignmentProduct[], { rooms, caller, ctx, directoryId }: Pick<Scope<SsoAdminRooms>, 'rooms' | 'caller' | 'ctx'> & { directoryId: string }): Promise<string | undefined> {
  const ids = [...new Set(products.flatMap(({ permissionSetIds }) => permissionSetIds))]
  const sets = new Map((await rooms.permissionSets.among(ids)).map((set) => [set.id, set]))
  const wishes = products.flatMap(({ accountIds, permissionSetIds }) => permissionSetIds.flatMap((id) => wishesOf(action, { id, directoryId, set: sets.get(id), accountIds })))
  await rooms.permissions.checkEach(caller, [...new Map(wishes.map((wish) => [JSON.stringify(wish), wish])).values()], ctx)
  return ids.find((id) => !sets.has(id))
}

function wishesOf(action: string, { id, directoryId, set, accountIds }: { id: string; directoryId: string; set: PermissionSet | undefined; accountIds: readonly string[] }) {
  const context = set && resourceTags(set.tags)
  return [permissionSetArn(directoryId, id), ...accountIds.map(accountArn)].map((resource) => ({ action, resource, ...(context && { context }) }))
}

const jobAnswer = ({ id, kind, state, total, position, changed, unchanged, failed, startedBy, startedAt, finishedAt, stoppedBy }: AssignmentJob): JsonObject => ({
  JobId: id, Kind: words[kind], State: state.toUpperCase(), Total: total, Position: position, Changed: changed, Unchanged: unchanged, Failed: failed, StartedBy: startedBy,
  StartedAt: startedAt.getTime() / 1000, FinishedAt: finishedAt && finishedAt.getTime() / 1000, StoppedBy: stoppedBy,
})

const namedAnswer = ({ accountId, accountName, permissionSetName, principal, principalName, displayName }: NamedAssignment): JsonObject =>
  ({ AccountId: accountId, AccountName: accountName, PermissionSetName: permissionSetName, PrincipalType: principal.type, PrincipalId: principal.id, PrincipalName: principalName, DisplayName: displayName })
