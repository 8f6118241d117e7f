// How an answer spells who signed and what they may.
import type { Denials, Rights } from '../../../domain/credentials/index.js'
import { authorize, type NamedPolicy } from '../../../domain/policy/index.js'
import type { Caller } from '../protocol/caller.js'
import type { Verified } from '../protocol/sigv4.js'
import type { Question } from './input.js'

const timeOf = (time: number): string => new Date(time).toISOString()
const policyOf = ({ name, policy }: NamedPolicy): object => ({ name, document: JSON.parse(policy.text) as object })

/** Says who signed. A root user has no policies: whatever its account has is its. */
export function signerOf({ principal: caller, region, service }: Verified<Caller>, { set }: Rights): object {
  const { session } = caller
  const role = session?.principal.kind === 'assumed-role' ? session.principal : undefined
  return {
    active: true,
    principal: { type: caller.kind, arn: caller.arn, userId: caller.userId, accountId: caller.accountId, ...(caller.userName !== undefined && { userName: caller.userName }) },
    accessKeyId: caller.accessKeyId, region, service,
    tags: caller.tags,
    ...(role && { session: { name: role.sessionName, role: role.roleName, ...(role.sourceIdentity !== undefined && { sourceIdentity: role.sourceIdentity }), ...(role.userId !== undefined && { workforceUserId: role.userId }) } }),
    ...(session && { issuedAt: timeOf(session.issuedAt), expiresAt: timeOf(session.expiresAt), revoked: false }),
    ...(session?.mfaAt !== undefined && { multiFactorAt: timeOf(session.mfaAt) }),
    policies: { identity: set.identity.map(policyOf), ...(set.boundary && { boundary: policyOf(set.boundary) }), ...(set.session && { session: set.session.map(policyOf) }) },
  }
}

/** Decides what the service asks for, by the policies in force; a denial can be decoded by those of the account who may. */
export function decisionsOf(decide: NonNullable<Question['decide']>, { principal, set, context: own }: Rights, denials: Pick<Denials, 'seal'>): object[] {
  return decide.map(({ action, resource, context }) => {
    // What is said of who signed is not for the service to say.
    const request = { action, resource, principal, context: { ...context, ...own } }
    const decision = authorize(request, set)
    return { action, resource, allowed: decision.allowed, ...(!decision.allowed && { reason: decision.reason, encodedAuthorizationMessage: denials.seal({ request, decision }) }) }
  })
}
