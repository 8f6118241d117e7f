// Decides a request: an explicit deny first, then what identity, boundary, session and resource policies allow
// together. The answer names the statement that decided, or the kind of policy that was silent.
import type { Policy } from './policy.js'
import type { Directness } from './principals.js'
import { Question, type AuthorizationRequest } from './request.js'
import { applies, type Statement } from './statement.js'

export interface NamedPolicy {
  /** For answers: the ARN, or words such as `inline Base of group Ops`. */
  readonly name: string
  readonly policy: Policy
}

export interface PolicySet {
  readonly identity: readonly NamedPolicy[]
  readonly boundary?: NamedPolicy
  /** Session policies together; an empty list allows nothing, none at all narrows nothing. */
  readonly session?: readonly NamedPolicy[]
  /** The trust policy of a role, or the policy of another resource. */
  readonly resource?: NamedPolicy
}

export type Layer = 'identity' | 'boundary' | 'session' | 'resource'

export interface DecidingStatement {
  readonly layer: Layer
  readonly policy: string
  /** Its place in the policy, from 0. */
  readonly statement: number
  readonly sid?: string
}

export interface Decision {
  readonly allowed: boolean
  readonly reason: 'allowed' | 'explicit-deny' | 'implicit-deny'
  /** What allowed or denied; missing for a root user, who needs no policy, and where nothing did. */
  readonly by?: DecidingStatement
  /** The first kind of policy that would have to allow, and does not. */
  readonly lacks?: Layer
  /** What each kind of policy says, in the order they are asked. */
  readonly considered: readonly LayerOutcome[]
}

export interface LayerOutcome {
  readonly layer: Layer
  readonly outcome: 'allows' | 'denies' | 'silent'
  readonly by?: DecidingStatement
}

/** What the policies of one layer say. */
interface Verdict {
  readonly layer: Layer
  readonly deny: DecidingStatement | undefined
  readonly allow: DecidingStatement | undefined
  readonly directness: Directness | undefined
}

/** Decides whether a request is allowed by a set of policies. */
export function authorize(request: AuthorizationRequest, set: PolicySet): Decision {
  const question = new Question(request)
  const verdicts = [verdictOf('identity', set.identity, question)]
  if (set.boundary) verdicts.push(verdictOf('boundary', [set.boundary], question))
  if (set.session) verdicts.push(verdictOf('session', set.session, question))
  if (set.resource) verdicts.push(verdictOf('resource', [set.resource], question))
  const considered = verdicts.map(outcomeOf)
  const denial = verdicts.find(({ deny }) => deny)
  if (denial) return { allowed: false, reason: 'explicit-deny', by: denial.deny!, considered }
  const needed = neededOf(request, set, verdicts.at(-1)!)
  const lacking = needed.find((layer) => !allows(layer, verdicts, request))
  if (lacking) return { allowed: false, reason: 'implicit-deny', lacks: lacking, considered }
  const giving = needed.includes('identity') ? 'identity' : 'resource'
  const by = verdicts.find(({ layer }) => layer === giving)?.allow
  return { allowed: true, reason: 'allowed', ...(by ? { by } : {}), considered }
}

const isRoot = ({ principal }: AuthorizationRequest): boolean => principal.kind === 'root'

const allows = (layer: Layer, verdicts: readonly Verdict[], request: AuthorizationRequest): boolean =>
  (layer === 'identity' && isRoot(request)) || verdicts.some((verdict) => verdict.layer === layer && verdict.allow !== undefined)

/** Lists the kinds of policies that all have to allow. */
function neededOf(request: AuthorizationRequest, set: PolicySet, last: Verdict): readonly Layer[] {
  const { principal } = request
  if (principal.kind === 'federated' || principal.kind === 'anonymous' || principal.kind === 'service') return ['resource']
  // A federated user has nothing but what session policies leave of its maker's rights.
  const isNarrowed = set.session !== undefined || principal.kind === 'federated-user'
  const narrowing: Layer[] = [...(set.boundary ? ['boundary'] as const : []), ...(isNarrowed ? ['session'] as const : [])]
  if (!set.resource) return ['identity', ...narrowing]
  const isElsewhere = accountOf(request) !== principal.accountId
  const isTrust = set.resource.policy.kind === 'trust'
  // Within an account a resource's policy that names the asker is enough; one that names the session's role still
  // leaves the role's limits in force; one that names the account leaves it to the account's own policies.
  if (!isElsewhere && last.directness === 'direct') return ['resource']
  if (!isElsewhere && last.directness === 'issuer') return ['resource', ...narrowing]
  return isElsewhere || isTrust ? ['resource', 'identity', ...narrowing] : ['identity', ...narrowing]
}

function accountOf({ resource, resourceAccountId, principal }: AuthorizationRequest): string {
  return resourceAccountId ?? (resource.split(':', 6)[4] || principal.accountId)
}

function outcomeOf({ layer, deny, allow }: Verdict): LayerOutcome {
  const by = deny ?? allow
  if (!by) return { layer, outcome: 'silent' }
  return { layer, outcome: deny ? 'denies' : 'allows', by }
}

const rank: Record<Directness, number> = { account: 1, issuer: 2, direct: 3 }

/** Asks the policies of one layer: any denial, and of what allows the statement that names the asker most directly. */
function verdictOf(layer: Layer, policies: readonly NamedPolicy[], question: Question): Verdict {
  let allow: DecidingStatement | undefined
  let best: Directness | undefined
  for (const { name, policy } of policies) {
    for (const statement of policy.statements) {
      if (statement.effect === 'Allow' && best === 'direct') continue
      const directness = applies(statement, question)
      if (!directness) continue
      if (statement.effect === 'Deny') return { layer, deny: deciding(layer, name, statement), allow: undefined, directness: undefined }
      if (best && rank[best] >= rank[directness]) continue
      allow = deciding(layer, name, statement)
      best = directness
    }
  }
  return { layer, deny: undefined, allow, directness: best }
}

export const deciding = (layer: Layer, policy: string, { index, sid }: Statement): DecidingStatement =>
  (sid === undefined ? { layer, policy, statement: index } : { layer, policy, statement: index, sid })
