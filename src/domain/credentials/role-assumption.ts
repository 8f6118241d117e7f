// Acting as a role: what its trust policy and the policies of whoever asks say, and what the session gets.
import { authorize, parsePolicy, type NamedPolicy, type PolicySet, type RequestContext, type RequestPrincipal } from '../policy/index.js'
import { Refusal } from '../../platform/errors.js'
import { barred, type Rights } from './rights.js'
import type { Actor } from './actors.js'
import type { Credentials, TemporaryCredentials } from './credentials.js'
import { packedSizeOf, roleDurationOf, sessionTagsOf, transitiveTagsOf, type SessionTags, type TagList } from './session-limits.js'
import type { AssumedRole, Assumption, Federation } from './session-token.js'

/** A role that may be assumed. */
export interface AssumableRole {
  id: string
  accountId: string
  name: string
  arn: string
  trustPolicy: string
  maxSessionDuration: number
  tags: Readonly<Record<string, string>>
}

export interface AssumptionWish {
  roleArn: string
  sessionName: string
  durationSeconds?: number | undefined
  /** Session policies, checked. */
  policies?: string[]
  tags?: TagList
  transitiveTagKeys?: readonly string[]
  sourceIdentity?: string | undefined
  externalId?: string | undefined
}

export interface RoleCredentials {
  credentials: TemporaryCredentials
  principal: AssumedRole
  role: AssumableRole
  durationSeconds: number
  packedPolicySize: number | undefined
  session: SessionTags
}

/** Somebody whom a provider vouches for. */
export interface FederatedAsker {
  kind: Extract<Assumption, 'web-identity' | 'saml'>
  principal: RequestPrincipal
  federation: Federation
  /** Condition keys of the request and of what the provider says. */
  context: RequestContext
}

interface RoleAssumptionOptions {
  findRole: (accountId: string, name: string) => Promise<AssumableRole | undefined>
  rightsOf: (actor: Actor) => Promise<Rights>
  /** Refuses session policies that name what is not there. */
  checkPolicies: (accountId: string, policies: readonly string[]) => Promise<void>
  credentials: Pick<Credentials, 'issue'>
}

/** Whoever asks, as the trust policy sees them. */
interface Asker {
  name: string
  action: string
  principal: RequestPrincipal
  set: PolicySet
  context: RequestContext
  assumedBy: Assumption
  inherited: Record<string, string>
  federation?: Federation
  mfaAt?: number | undefined
}

export class RoleAssumption {
  constructor(private readonly options: RoleAssumptionOptions) {}

  /** Assumes a role for who signs. `circumstances` are condition keys of the request. */
  async byActor(actor: Actor, wish: AssumptionWish, { circumstances, mfaAt }: { circumstances: RequestContext; mfaAt?: number | undefined }): Promise<RoleCredentials> {
    const action = 'sts:AssumeRole'
    const why = actor.kind === 'root' ? 'because a root user cannot assume roles' : barred(actor, action)
    if (why) throw refused(actor.arn, action, wish.roleArn, why)
    const { principal, set, context } = await this.options.rightsOf(actor)
    const session = actor.session
    const source = session?.principal.kind === 'assumed-role' ? session.principal.sourceIdentity : undefined
    if (source !== undefined && wish.sourceIdentity !== undefined && wish.sourceIdentity !== source) throw refused(actor.arn, 'sts:SetSourceIdentity', wish.roleArn, 'because a source identity that is set cannot be changed')
    const mfa: RequestContext = mfaAt === undefined ? {} : { 'aws:MultiFactorAuthPresent': 'true', 'aws:MultiFactorAuthAge': '0' }
    return this.#assume({
      name: actor.arn, action, principal, set, context: { ...circumstances, ...context, ...mfa }, mfaAt,
      assumedBy: actor.kind === 'assumed-role' ? 'chained' : 'assume-role',
      inherited: session ? transitiveTagsOf(session) : {},
    }, { ...wish, sourceIdentity: wish.sourceIdentity ?? source })
  }

  /** Assumes a role for somebody whom a provider vouches for. */
  byFederation({ kind, principal, federation, context }: FederatedAsker, wish: AssumptionWish): Promise<RoleCredentials> {
    const action = kind === 'saml' ? 'sts:AssumeRoleWithSAML' : 'sts:AssumeRoleWithWebIdentity'
    return this.#assume({ name: federation.subject, action, principal, set: { identity: [] }, context, assumedBy: kind, inherited: {}, federation }, wish)
  }

  async #assume(asker: Asker, wish: AssumptionWish): Promise<RoleCredentials> {
    const role = await this.#find(wish.roleArn)
    const session = sessionTagsOf(wish.tags ?? [], wish.transitiveTagKeys ?? [], asker.inherited)
    const trust = role && trustOf(role)
    // Whether there is such a role is told to nobody who may not assume it.
    const missing = !role || !trust ? asker.action : deniedOf(asker, wish, { role, trust, session })
    if (!role || missing !== undefined) throw asker.federation ? refusedToFederation(missing ?? asker.action) : refused(asker.name, missing ?? asker.action, wish.roleArn)
    const durationSeconds = roleDurationOf(wish.durationSeconds, role, asker.assumedBy === 'chained')
    const policies = wish.policies ?? []
    await this.options.checkPolicies(role.accountId, policies)
    const packedPolicySize = packedSizeOf({ policies, tags: session.tags })
    const principal: AssumedRole = {
      kind: 'assumed-role', accountId: role.accountId, roleName: role.name, roleId: role.id, sessionName: wish.sessionName,
      sourceIdentity: wish.sourceIdentity, assumedBy: asker.assumedBy, federation: asker.federation,
    }
    const credentials = this.options.credentials.issue({ principal, durationSeconds, policies, mfaAt: asker.mfaAt, ...session })
    return { credentials, principal, role, durationSeconds, packedPolicySize, session }
  }

  /** Roles of permission sets are nobody's to assume but through the portal. */
  async #find(arn: string): Promise<AssumableRole | undefined> {
    const [, accountId, name] = /^arn:aws:iam::(\d{12}):role\/(?:[\u0021-\u007e]*\/)?([^/]+)$/.exec(arn) ?? []
    if (!accountId || !name || name.startsWith('AWSReservedSSO_')) return undefined
    const role = await this.options.findRole(accountId, name)
    return role?.arn === arn ? role : undefined
  }
}

const refusedToFederation = (action: string): Refusal => new Refusal('forbidden', `Not authorized to perform ${action}`)

const refused = (who: string, action: string, resource: string, why?: string): Refusal =>
  new Refusal('forbidden', `User: ${who} is not authorized to perform: ${action} on resource: ${resource}${why ? ` ${why}` : ''}`)

/** The trust policy, compiled; one that does not read any more trusts nobody. */
function trustOf({ name, trustPolicy }: AssumableRole): NamedPolicy | undefined {
  const { policy } = parsePolicy(trustPolicy, 'trust')
  return policy && { name: `trust policy of role ${name}`, policy }
}

/** The first thing that is not allowed, of all that the request comes to. */
function deniedOf(asker: Asker, wish: AssumptionWish, { role, trust, session }: { role: AssumableRole; trust: NamedPolicy; session: SessionTags }): string | undefined {
  const actions = [asker.action]
  if (Object.keys(session.tags).length > 0) actions.push('sts:TagSession')
  if (wish.sourceIdentity !== undefined) actions.push('sts:SetSourceIdentity')
  const context = { ...asker.context, ...contextOfWish(wish, role, session) }
  return actions.find((action) => !authorize({ action, resource: role.arn, principal: asker.principal, context }, { ...asker.set, resource: trust }).allowed)
}

function contextOfWish(wish: AssumptionWish, role: AssumableRole, { transitiveTagKeys }: SessionTags): RequestContext {
  const tags = wish.tags ?? []
  return {
    ...Object.fromEntries(tags.map(({ key, value }) => [`aws:RequestTag/${key}`, value])),
    ...(tags.length > 0 && { 'aws:TagKeys': tags.map(({ key }) => key) }),
    ...(transitiveTagKeys.length > 0 && { 'sts:TransitiveTagKeys': transitiveTagKeys }),
    ...Object.fromEntries(Object.entries(role.tags).flatMap(([key, value]) => [[`aws:ResourceTag/${key}`, value], [`iam:ResourceTag/${key}`, value]])),
    'sts:RoleSessionName': wish.sessionName,
    ...(wish.externalId !== undefined && { 'sts:ExternalId': wish.externalId }),
    ...(wish.sourceIdentity !== undefined && { 'sts:SourceIdentity': wish.sourceIdentity }),
  }
}
