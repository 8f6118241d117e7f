// The policies of permission sets: their own, those of the catalogue and of accounts, and the one that bounds them.
import type { PermissionSet } from '../../../domain/access/index.js'
import { findManagedPolicy, parsePolicy, policyLimits } from '../../../domain/policy/index.js'
import { Refusal } from '../../../platform/errors.js'
import { pageOfAll } from '../../../platform/storage/paging.js'
import type { Call } from '../protocol/json-operation.js'
import { text, union } from '../protocol/members.js'
import type { JsonObject } from '../protocol/request.js'
import { operation, type Operations } from './operation.js'
import type { SsoAdminRooms } from './rooms.js'
import { boundaryAnswer, tellSets } from './states.js'
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

type Changing = Pick<Call<SsoAdminRooms, unknown, PermissionSet>, 'rooms' | 'target' | 'was'>

const change = async ({ rooms, target, was }: Changing, parts: Partial<Pick<PermissionSet, 'inlinePolicy' | 'permissionsBoundary'>>): Promise<undefined> => {
  tellSets(was, await rooms.permissionSetChanges.change(target.id, () => parts))
  return undefined
}

type List = 'managedPolicies' | 'customerPolicies'

const attach = async ({ rooms, target, was }: Changing, list: List, policy: string): Promise<undefined> => {
  tellSets(was, await rooms.permissionSetChanges.attach(target.id, list, policy))
  return undefined
}

const detach = async ({ rooms, target, was }: Changing, list: List, policy: string): Promise<undefined> => {
  tellSets(was, await rooms.permissionSetChanges.detach(target.id, list, policy))
  return undefined
}

const inline: Operations = {
  PutInlinePolicyToPermissionSet: operation({
    input: { ...common, InlinePolicy: text(1, 131_072) }, target: toPermissionSet,
    run: async (call) => change(call, { inlinePolicy: readDocument(call.input.InlinePolicy) }),
  }),
  GetInlinePolicyForPermissionSet: operation({
    input: common, readOnly: true, target: toPermissionSet,
    run: ({ target }) => ({ InlinePolicy: target.inlinePolicy ? JSON.stringify(target.inlinePolicy) : '' }),
  }),
  DeleteInlinePolicyFromPermissionSet: operation({
    input: common, target: toPermissionSet,
    run: async (call) => {
      if (!call.target.inlinePolicy) throw new Refusal('not-found', 'The permission set has no inline policy.')
      return change(call, { inlinePolicy: undefined })
    },
  }),
}

const attached: Operations = {
  AttachManagedPolicyToPermissionSet: operation({
    input: { ...common, ManagedPolicyArn: managedPolicyArnMember }, target: toPermissionSet,
    run: async (call) => attach(call, 'managedPolicies', requireManaged(call.input.ManagedPolicyArn)),
  }),
  DetachManagedPolicyFromPermissionSet: operation({
    input: { ...common, ManagedPolicyArn: attachedPolicyArnMember }, target: toPermissionSet,
    run: (call) => detach(call, 'managedPolicies', call.input.ManagedPolicyArn),
  }),
  ListManagedPoliciesInPermissionSet: operation({
    input: common, readOnly: true, pages: 100, target: toPermissionSet,
    run: ({ target, page, listed }) => listed('AttachedManagedPolicies', pageOfAll(target.managedPolicies, page, (arn) => arn), managedAnswer),
  }),
  AttachCustomerManagedPolicyReferenceToPermissionSet: operation({
    input: { ...common, CustomerManagedPolicyReference: reference }, target: toPermissionSet,
    run: (call) => attach(call, 'customerPolicies', call.input.CustomerManagedPolicyReference),
  }),
  DetachCustomerManagedPolicyReferenceFromPermissionSet: operation({
    input: { ...common, CustomerManagedPolicyReference: reference }, target: toPermissionSet,
    run: (call) => detach(call, 'customerPolicies', call.input.CustomerManagedPolicyReference),
  }),
  ListCustomerManagedPolicyReferencesInPermissionSet: operation({
    input: common, readOnly: true, pages: 100, target: toPermissionSet,
    run: ({ target, page, listed }) => listed('CustomerManagedPolicyReferences', pageOfAll(target.customerPolicies, page, (policy) => policy), referenceAnswer),
  }),
}

const boundary: Operations = {
  PutPermissionsBoundaryToPermissionSet: operation({
    input: { ...common, PermissionsBoundary: union({ CustomerManagedPolicyReference: reference, ManagedPolicyArn: managedPolicyArnMember }) }, target: toPermissionSet,
    run: async (call) => {
      const { PermissionsBoundary: wanted } = call.input
      return change(call, { permissionsBoundary: wanted.ManagedPolicyArn === undefined ? wanted.CustomerManagedPolicyReference : requireManaged(wanted.ManagedPolicyArn) })
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
    run: async (call) => {
      if (call.target.permissionsBoundary === undefined) throw new Refusal('not-found', 'The permission set has no permissions boundary.')
      return change(call, { permissionsBoundary: undefined })
    },
  }),
}

export const permissionSetPolicyOperations: Operations = { ...inline, ...attached, ...boundary }
