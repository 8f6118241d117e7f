// One row of the table of decisions: policies, what is asked, and what must come out, spelled as
// `allowed identity.0` or `denied boundary.1` (layer and statement), `lacks session`, or `allowed` alone.
import { authorize, parsePolicy, type AuthorizationRequest, type Decision, type NamedPolicy, type PolicyKind, type PolicySet, type RequestContext, type RequestPrincipal } from '../../../../src/domain/policy/index.js'

export const account = '111122223333'
export const other = '444455556666'

export type Json = Record<string, unknown>

export interface Policies {
  identity?: Json[]
  boundary?: Json[]
  session?: Json[]
  trust?: Json[]
  resource?: Json[]
  version?: string
}

export interface Ask {
  action?: string
  resource?: string
  as?: RequestPrincipal
  with?: RequestContext
  resourceAccountId?: string
}

export interface Case {
  name: string
  policies: Policies
  ask: Ask
  expected: string
}

export const row = (name: string, policies: Policies, ask: Ask, expected: string): Case => ({ name, policies, ask, expected })

export const user: RequestPrincipal = { arn: `arn:aws:iam::${account}:user/ann`, accountId: account, kind: 'iam-user' }
export const stranger: RequestPrincipal = { arn: `arn:aws:iam::${other}:user/eve`, accountId: other, kind: 'iam-user' }
export const root: RequestPrincipal = { arn: `arn:aws:iam::${account}:root`, accountId: account, kind: 'root' }
export const session: RequestPrincipal = { arn: `arn:aws:sts::${account}:assumed-role/Ops/ann`, accountId: account, kind: 'assumed-role', issuerArn: `arn:aws:iam::${account}:role/team/Ops` }
export const federatedUser: RequestPrincipal = { arn: `arn:aws:sts::${account}:federated-user/kim`, accountId: account, kind: 'federated-user', issuerArn: user.arn }
export const anonymous: RequestPrincipal = { arn: '*', accountId: '', kind: 'anonymous' }
export const provider = `arn:aws:iam::${account}:oidc-provider/ci.example.com`
export const federated: RequestPrincipal = { arn: 'job:42', accountId: '', kind: 'federated', federatedProvider: provider }
export const service: RequestPrincipal = { arn: 'ec2.amazonaws.com', accountId: '', kind: 'service' }

export const allow = (action: unknown, resource: unknown = '*', more: Json = {}): Json => ({ Effect: 'Allow', Action: action, Resource: resource, ...more })
export const deny = (action: unknown, resource: unknown = '*', more: Json = {}): Json => ({ Effect: 'Deny', Action: action, Resource: resource, ...more })
export const trusts = (principal: unknown, more: Json = {}): Json => ({ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole', ...more })

function named(name: string, statements: Json[], kind: PolicyKind, version = '2012-10-17'): NamedPolicy {
  const { policy, faults } = parsePolicy({ ...(version === '' ? {} : { Version: version }), Statement: statements }, kind)
  if (!policy) throw new Error(`${name}: ${JSON.stringify(faults, null, 2)}`)
  return { name, policy }
}

export function setOf({ identity = [], boundary, session, trust, resource, version }: Policies): PolicySet {
  return {
    identity: identity.length > 0 ? [named('identity', identity, 'identity', version)] : [],
    ...(boundary ? { boundary: named('boundary', boundary, 'boundary', version) } : {}),
    ...(session ? { session: session.length > 0 ? [named('session', session, 'session', version)] : [] } : {}),
    ...(trust ? { resource: named('resource', trust, 'trust', version) } : {}),
    ...(resource ? { resource: named('resource', resource, 'resource', version) } : {}),
  }
}

export const requestOf = ({ action = 's3:GetObject', resource = 'arn:aws:s3:::photos/cat.jpg', as = user, with: context = {}, resourceAccountId = account }: Ask): AuthorizationRequest =>
  ({ action, resource, principal: as, context, ...(resource.split(':')[4] ? {} : { resourceAccountId }) })

export function spelled({ allowed, reason, by, lacks }: Decision): string {
  if (lacks) return `lacks ${lacks}`
  const words = reason === 'explicit-deny' ? 'denied' : allowed ? 'allowed' : 'refused'
  return by ? `${words} ${by.layer}.${by.statement}` : words
}

export const decide = ({ policies, ask }: Case): string => spelled(authorize(requestOf(ask), setOf(policies)))
