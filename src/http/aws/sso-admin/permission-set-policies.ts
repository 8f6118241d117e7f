// The policies of permission sets: their own, those of the catalogue and of accounts, and the one that bounds them.
import { isReference, type PermissionSet } from '../../../domain/access/index.js'
import { findManagedPolicy, parsePolicy, policyLimits } from '../../../domain/policy/index.js'
import { Refusal } from '../../../platform/errors.js'
import { pageOfAll } from '../../../platform/storage/paging.js'
import { text, union } from '../protocol/members.js'
import type { JsonObject } from '../protocol/request.js'
import { operation, type Operations } from './operation.js'
import type { SsoAdminRooms } from './rooms.js'
import { toPermissionSet } from './targets.js'
import { attachedPolicyArnMember, instanceArnMember, managedPolicyArnMember, permissionSetArnMember, reference, referenceAnswer } from './words.js'

const common = { InstanceArn: instanceArnMember, PermissionSetArn: permissionSetArnMember }

/** Reads a document; refuses it with every fault that it has. */
export function readDocument(text: string): Record<string, unknown> {
  const { policy, faults = [] } = parsePolicy(text, 'identity', { characters: policyLimits.permissionSet })
  if (policy) return JSON.parse(text) as Record<string, unknown>
  const told = faults.map(({ path, line, problem, mend }) => ({ path: 'InlinePolicy', message: `${[path, line === undefined ? undefined : `line ${line}`].filter(Boolean).join(', ')}${path || line !== undefined ? ': ' : ''}${problem} ${mend}` }))
  throw new Refusal('policy-malformed', `InlinePolicy is refused. ${told.map(({ message }) => message).join(' ')}`, { faults: told })
}

function requireManaged(arn: string): string {
  if (!findManagedPolicy(arn)) throw new Refusal('not-found', `The policy ${arn} is not in the catalogue.`)
  return arn
}

const managedAnswer = (arn: string): JsonObject => ({ Name: arn.slice(arn.lastIndexOf('/') + 1), Arn: arn })

const boundaryAnswer = (boundary: string): JsonObject => (isReference(boundary) ? { CustomerManagedPolicyReference: referenceAnswer(boundary) } : { ManagedPolicyArn: boundary })

const change = async (rooms: SsoAdminRooms, { id }: PermissionSet, parts: Partial<Pick<PermissionSet, 'inlinePolicy' | 'permissionsBoundary'>>): Promise<undefined> => {
  await rooms.permissionSetChanges.change(id, () => parts)
  return undefined
}

const inline: Operations = {
  PutInlinePolicyToPermissionSet: operation({
    input: { ...common, InlinePolicy: text(1, 131_072) }, target: toPermissionSet,
    run: async ({ input, target, rooms, was }) => {
      was({ InlinePolicy: target.inlinePolicy })
      return change(rooms, target, { inlinePolicy: readDocument(input.InlinePolicy) })
    },
  }),
  GetInlinePolicyForPermissionSet: operation({
    input: common, readOnly: true, target: toPermissionSet,
    run: ({ target }) => ({ InlinePolicy: target.inlinePolicy ? JSON.stringify(target.inlinePolicy) : '' }),
  }),
  DeleteInlinePolicyFromPermissionSet: operation({
    input: common, target: toPermissionSet,
    run: async ({ target, rooms, was }) => {
      if (!target.inlinePolicy) throw new Refusal('not-found', 'The permission set has no inline policy.')
      was({ InlinePolicy: target.inlinePolicy })
      return change(rooms, target, { inlinePolicy: undefined })
    },
  }),
}

const attached: Operations = {
  AttachManagedPolicyToPermissionSet: operation({
    input: { ...common, ManagedPolicyArn: managedPolicyArnMember }, target: toPermissionSet,
    run: async ({ input, target, rooms }) => void await rooms.permissionSetChanges.attach(target.id, 'managedPolicies', requireManaged(input.ManagedPolicyArn)),
  }),
  DetachManagedPolicyFromPermissionSet: operation({
    input: { ...common, ManagedPolicyArn: attachedPolicyArnMember }, target: toPermissionSet,
    run: async ({ input, target, rooms }) => void await rooms.permissionSetChanges.detach(target.id, 'managedPolicies', input.ManagedPolicyArn),
  }),
  ListManagedPoliciesInPermissionSet: operation({
    input: common, readOnly: true, pages: 100, target: toPermissionSet,
    run: ({ target, page, listed }) => listed('AttachedManagedPolicies', pageOfAll(target.managedPolicies, page, (arn) => arn), managedAnswer),
  }),
  AttachCustomerManagedPolicyReferenceToPermissionSet: operation({
    input: { ...common, CustomerManagedPolicyReference: reference }, target: toPermissionSet,
    run: async ({ input, target, rooms }) => void await rooms.permissionSetChanges.attach(target.id, 'customerPolicies', input.CustomerManagedPolicyReference),
  }),
  DetachCustomerManagedPolicyReferenceFromPermissionSet: operation({
    input: { ...common, CustomerManagedPolicyReference: reference }, target: toPermissionSet,
    run: async ({ input, target, rooms }) => void await rooms.permissionSetChanges.detach(target.id, 'customerPolicies', input.CustomerManagedPolicyReference),
  }),
  ListCustomerManagedPolicyReferencesInPermissionSet: operation({
    input: common, readOnly: true, pages: 100, target: toPermissionSet,
    run: ({ target, page, listed }) => listed('CustomerManagedPolicyReferences', pageOfAll(target.customerPolicies, page, (policy) => policy), referenceAnswer),
  }),
}

const boundary: Operations = {
  PutPermissionsBoundaryToPermissionSet: operation({
    input: { ...common, PermissionsBoundary: union({ CustomerManagedPolicyReference: reference, ManagedPolicyArn: managedPolicyArnMember }) }, target: toPermissionSet,
    run: async ({ input: { PermissionsBoundary: wanted }, target, rooms, was }) => {
      was({ PermissionsBoundary: target.permissionsBoundary && boundaryAnswer(target.permissionsBoundary) })
      return change(rooms, target, { permissionsBoundary: wanted.ManagedPolicyArn === undefined ? wanted.CustomerManagedPolicyReference : requireManaged(wanted.ManagedPolicyArn) })
    },
  }),
  GetPermissionsBoundaryForPermissionSet: operation({
    input: common, readOnly: true, target: toPermissionSet,
    run: ({ target }) => {
      if (target.permissionsBoundary === undefined) throw new Refusal('not-found', 'The permission set has no permissions boundary.')
      return { PermissionsBoundary: boundaryAnswer(target.permissionsBoundary) }
    },
  }),
  DeletePermissionsBoundaryFromPermissionSet: operation({
    input: common, target: toPermissionSet,
    run: async ({ target, rooms, was }) => {
      if (target.permissionsBoundary === undefined) throw new Refusal('not-found', 'The permission set has no permissions boundary.')
      was({ PermissionsBoundary: boundaryAnswer(target.permissionsBoundary) })
      return change(rooms, target, { permissionsBoundary: undefined })
    },
  }),
}

export const permissionSetPolicyOperations: Operations = { ...inline, ...attached, ...boundary }
