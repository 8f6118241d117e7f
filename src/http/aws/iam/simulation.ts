// Asks policies what they would say, without doing anything: the policies of a principal, or those of the request.
import { readIamArn, rootArn } from '../../../domain/accounts/index.js'
import { authorize, type AuthorizationRequest, type Decision, type NamedPolicy, type Policy, type PolicySet } from '../../../domain/policy/index.js'
import { Refusal } from '../../../platform/errors.js'
import type { XmlContent } from '../protocol/xml.js'
import { pageAnswer } from './answers.js'
import { checkDocument } from './documents.js'
import { filled, list, oneOf, optional, structure, text } from '../protocol/fields.js'
import { operation, type Operations, type Scope, type Target } from './operation.js'
import { arn, document, paging } from './words.js'

const mostAsked = 5000
/** Statements that one request looks at: more go to the next page. */
const mostLookedAt = 200_000

const asked = {
  ActionNames: filled(list(text(3, 128), 250)), ResourceArns: list(text(1, 2048), 250), PermissionsBoundaryPolicyInputList: list(document, 1), ResourcePolicy: optional(document),
  ResourceOwner: optional(text(1, 2048)), CallerArn: optional(text(1, 2048)), ResourceHandlingOption: optional(text(1, 64)),
  ContextEntries: list(structure({
    ContextKeyName: text(5, 256), ContextKeyValues: list(text(0, 2048), 100),
    ContextKeyType: oneOf('string', 'stringList', 'numeric', 'numericList', 'boolean', 'booleanList', 'ip', 'ipList', 'binary', 'binaryList', 'date', 'dateList'),
  }), 200),
  ...paging,
}

interface Asked {
  ActionNames: string[]
  ResourceArns: string[]
  PermissionsBoundaryPolicyInputList: string[]
  ResourcePolicy: string | undefined
  CallerArn: string | undefined
  ContextEntries: { ContextKeyName: string; ContextKeyValues: string[] }[]
  Marker: string | undefined
  MaxItems: number
}

const given = (documents: readonly string[], kind: 'identity' | 'boundary', word: string): NamedPolicy[] =>
  documents.map((one, index) => ({ name: `${word}.${index + 1}`, policy: checkDocument(one, kind) }))

/** Adds what the request gives to the policies of a principal. */
function completed(set: PolicySet, { PermissionsBoundaryPolicyInputList: bounds, ResourcePolicy }: Asked): PolicySet {
  const [boundary] = given(bounds, 'boundary', 'PermissionsBoundaryPolicyInputList')
  return { ...set, ...(boundary && { boundary }), ...(ResourcePolicy !== undefined && { resource: { name: 'ResourcePolicy', policy: checkDocument(ResourcePolicy, 'resource') } }) }
}

const decisions = { allowed: 'allowed', 'explicit-deny': 'explicitDeny', 'implicit-deny': 'implicitDeny' }

/** Names of the condition keys that policies ask for, as they are written there. */
function contextKeysOf(policies: readonly Policy[]): string[] {
  const found = new Map<string, string>()
  const add = (key: string): void => {
    if (!found.has(key.toLowerCase())) found.set(key.toLowerCase(), key)
  }
  for (const { document: { statements } } of policies) {
    for (const { conditions, resources } of statements) {
      for (const { key, values } of conditions) [key, ...values.flatMap(variablesIn)].forEach(add)
      resources?.values.flatMap(variablesIn).forEach(add)
    }
  }
  return [...found.values()].toSorted()
}

/** Keys of policy variables in a text; `${*}`, `${?}` and `${$}` are none. */
const variablesIn = (value: string): string[] => [...value.slice(0, 4096).matchAll(/\$\{([A-Za-z][^},]{0,255})(?:,[^}]{0,256})?\}/g)].map(([, key]) => key!.trim())

function evaluated(decision: Decision, action: string, resource: string, { set, missing }: { set: PolicySet; missing: string[] }): XmlContent {
  const by = decision.by
  return {
    EvalActionName: action, EvalResourceName: resource, EvalDecision: decisions[decision.reason],
    MatchedStatements: by ? [{ SourcePolicyId: by.policy, SourcePolicyType: by.layer === 'resource' ? 'Resource Policy' : 'IAM Policy' }] : [],
    MissingContextValues: missing,
    ...(set.boundary && { PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: decision.considered.some(({ layer, outcome }) => layer === 'boundary' && outcome === 'allows') } }),
  }
}

/** Decides every action on every resource, a page of them at once. */
function simulate(input: Asked, principal: AuthorizationRequest['principal'], plain: PolicySet): XmlContent {
  const set = completed(plain, input)
  const context = Object.fromEntries(input.ContextEntries.map(({ ContextKeyName, ContextKeyValues }) => [ContextKeyName, ContextKeyValues.length === 1 ? ContextKeyValues[0]! : ContextKeyValues]))
  const known = new Set(Object.keys(context).map((key) => key.toLowerCase()))
  const policies = [...set.identity, ...(set.boundary ? [set.boundary] : []), ...(set.resource ? [set.resource] : [])].map(({ policy }) => policy)
  const missing = contextKeysOf(policies).filter((key) => !known.has(key.toLowerCase()))
  const resources = input.ResourceArns.length > 0 ? input.ResourceArns : ['*']
  const pairs = input.ActionNames.flatMap((action) => resources.map((resource) => ({ action, resource })))
  if (pairs.length > mostAsked) throw new Refusal('invalid-input', `At most ${mostAsked} pairs of an action and a resource can be asked for at once.`)
  const from = Number(input.Marker ?? 0) || 0
  const statements = policies.reduce((sum, policy) => sum + policy.statements.length, 1)
  const items = pairs.slice(from, from + Math.max(1, Math.min(input.MaxItems, Math.floor(mostLookedAt / statements))))
  const next = from + items.length < pairs.length ? String(from + items.length) : undefined
  return pageAnswer('EvaluationResults', { items, ...(next !== undefined && { next }) }, ({ action, resource }) =>
    evaluated(authorize({ action, resource, principal, context }, set), action, resource, { set, missing }))
}

interface Source {
  arn: string
  kind: 'iam-user' | 'assumed-role'
  set: PolicySet
}

/** The user, group or role whose policies are asked. */
async function toSource({ PolicySourceArn }: { PolicySourceArn: string }, { accountId, rooms }: Scope): Promise<Target<Source>> {
  const read = readIamArn(PolicySourceArn)
  const { users, groups, roles } = rooms
  const collection = read?.accountId === accountId ? { user: users, group: groups, role: roles }[read.kind as 'user' | 'group' | 'role'] : undefined
  const found = read && await collection?.find(accountId, read.name)
  if (!found || found.path !== read.path) return { arn: PolicySourceArn, found: undefined, missing: `There is no user, group or role ${PolicySourceArn}.` }
  const kind = found.kind === 'role' ? 'assumed-role' : 'iam-user'
  return { arn: found.arn, found: { arn: found.arn, kind, set: await rooms.policiesInForce.policiesOf({ kind: found.kind === 'role' ? 'role' : 'iam-user', id: found.id }) } }
}

const principalOf = (accountId: string, principalArn: string): AuthorizationRequest['principal'] =>
  ({ arn: principalArn, accountId, kind: principalArn.includes(':role/') || principalArn.includes(':assumed-role/') ? 'assumed-role' : 'iam-user' })

export const simulationOperations: Operations = {
  SimulateCustomPolicy: operation({
    input: { PolicyInputList: filled(list(document, 20)), ...asked }, readOnly: true,
    run: ({ input, accountId }) => simulate(input, principalOf(accountId, input.CallerArn ?? rootArn(accountId).replace(':root', ':user/anybody')), { identity: given(input.PolicyInputList, 'identity', 'PolicyInputList') }),
  }),
  SimulatePrincipalPolicy: operation({
    input: { PolicySourceArn: arn, PolicyInputList: list(document, 20), ...asked }, readOnly: true,
    target: toSource,
    run: ({ input, target, accountId }) => simulate(input, principalOf(accountId, input.CallerArn ?? target.arn),
      { ...target.set, identity: [...target.set.identity, ...given(input.PolicyInputList, 'identity', 'PolicyInputList')] }),
  }),
  GetContextKeysForCustomPolicy: operation({
    input: { PolicyInputList: filled(list(document, 20)) }, readOnly: true,
    run: ({ input }) => ({ ContextKeyNames: contextKeysOf(given(input.PolicyInputList, 'identity', 'PolicyInputList').map(({ policy }) => policy)) }),
  }),
  GetContextKeysForPrincipalPolicy: operation({
    input: { PolicySourceArn: arn, PolicyInputList: list(document, 20) }, readOnly: true,
    target: toSource,
    run: ({ input, target }) => ({ ContextKeyNames: contextKeysOf([...target.set.identity, ...given(input.PolicyInputList, 'identity', 'PolicyInputList')].map(({ policy }) => policy)) }),
  }),
}
