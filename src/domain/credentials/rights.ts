// What somebody may: the one place that turns who acts into a principal, the policies in force for it, and what conditions
// may ask about it. Everything is read anew, so that a change counts at once.
import { contextOf, policyOf, type NamedPolicy, type PolicySet, type RequestContext, type RequestPrincipal } from '../policy/index.js'
import type { Actor, FindUser } from './actors.js'
import type { AssumedRole, FederatedUser, TokenContent } from './session-token.js'

/** Everything that `authorize` needs to know of who acts. */
export interface Rights {
  principal: RequestPrincipal
  set: PolicySet
  /** Condition keys about who acts; those about the request are added by whoever has it. */
  context: RequestContext
}

/** A permission set as this room needs to know it. */
export interface KnownPermissionSet {
  id: string
  name: string
  managedPolicies: string[]
  /** Paths and names of policies that every account where it is used has to have. */
  customerPolicies: string[]
  inlinePolicy: Record<string, unknown> | undefined
  /** An ARN, or a path and name. */
  permissionsBoundary: string | undefined
}

/** A role as this room needs to know it. */
export interface KnownRole {
  id: string
  arn: string
  tags: Readonly<Record<string, string>>
}

export interface RightsOptions {
  inForce: {
    policiesOf(holder: { kind: 'iam-user' | 'role'; id: string }): Promise<PolicySet>
    bundle(bundle: { accountId: string; owner: string; managed: readonly string[]; required: readonly string[]; inline?: string | undefined; boundary?: string | undefined }): Promise<PolicySet>
    sessionPolicies(accountId: string, policies: readonly string[]): Promise<NamedPolicy[]>
  }
  findUser: FindUser
  findRole: (id: string) => Promise<KnownRole | undefined>
  findPermissionSet: (id: string) => Promise<KnownPermissionSet | undefined>
  /** The ARN of the role that a permission set is in an account. */
  reservedArnOf: (accountId: string, permissionSet: { id: string; name: string }) => Promise<string>
  clock: () => number
}

/** Whose rights a session has, before what narrows it. */
interface Ground {
  set: PolicySet
  issuerArn?: string
  tags?: Readonly<Record<string, string>>
}

const nothing: Ground = { set: { identity: [] } }

export class RightsOfActors {
  /** What a federated user has that a root user vouches for, before its session policies. */
  readonly #everything: NamedPolicy

  constructor(private readonly options: RightsOptions) {
    const { policy } = policyOf({ version: '2012-10-17', statements: [{ effect: 'Allow', actions: { not: false, values: ['*'] }, resources: { not: false, values: ['*'] }, conditions: [] }] }, 'identity')
    this.#everything = { name: 'the rights of the root user', policy: policy! }
  }

  /** Reads the rights of who acts, as they are now. */
  async of(actor: Actor): Promise<Rights> {
    const { session, accountId } = actor
    const ground = await this.#groundOf(actor)
    const narrowing = session && await this.#narrowing(session)
    const principal: RequestPrincipal = {
      arn: actor.arn, accountId, kind: actor.kind, ...(ground.issuerArn !== undefined && { issuerArn: ground.issuerArn }), ...idOf(actor),
    }
    return { principal, set: { ...ground.set, ...(narrowing && { session: narrowing }) }, context: contextOf(this.#factsOf(actor, principal, ground)) }
  }

  #factsOf(actor: Actor, principal: RequestPrincipal, { tags = {} }: Ground) {
    const { session, browser } = actor
    const role = session?.principal.kind === 'assumed-role' ? session.principal : undefined
    return {
      principal: { ...principal, ...(role?.federation && { federatedProvider: role.federation.provider }) },
      at: new Date(this.options.clock()), userId: actor.userId, userName: actor.kind === 'iam-user' ? actor.userName : undefined,
      principalTags: overlaid(tags, actor.tags),
      ...(session && { tokenIssuedAt: new Date(session.issuedAt), multiFactor: multiFactorOf(session) }),
      ...(browser && { tokenIssuedAt: new Date(browser.startedAt), multiFactor: browser.mfaAt === undefined ? { present: false } : { present: true, at: new Date(browser.mfaAt) } }),
      sourceIdentity: role?.sourceIdentity,
    }
  }

  #groundOf({ kind, userId, session }: Actor): Promise<Ground> {
    switch (kind) {
      case 'root': return Promise.resolve(nothing)
      case 'iam-user': return this.options.inForce.policiesOf({ kind, id: userId }).then((set) => ({ set }))
      case 'assumed-role': return this.#roleGround(session!.principal as AssumedRole)
      case 'federated-user': return this.#federatedGround(session!.principal as FederatedUser)
    }
  }

  /** What the role of a session may; nothing where it is gone. */
  async #roleGround({ accountId, permissionSet, roleId }: AssumedRole): Promise<Ground> {
    const { inForce, findRole, findPermissionSet, reservedArnOf } = this.options
    if (!permissionSet) {
      const role = await findRole(roleId)
      return role ? { set: await inForce.policiesOf({ kind: 'role', id: roleId }), issuerArn: role.arn, tags: role.tags } : nothing
    }
    const known = await findPermissionSet(permissionSet.id)
    if (!known) return nothing
    const { name, managedPolicies, customerPolicies, inlinePolicy, permissionsBoundary } = known
    const own = (policy: string): string => (policy.startsWith('/') ? `arn:aws:iam::${accountId}:policy${policy}` : policy)
    const set = await inForce.bundle({
      accountId, owner: name, managed: managedPolicies, required: customerPolicies.map(own),
      inline: inlinePolicy && JSON.stringify(inlinePolicy), boundary: permissionsBoundary && own(permissionsBoundary),
    })
    return { set, issuerArn: await reservedArnOf(accountId, permissionSet) }
  }

  async #federatedGround({ accountId, iamUserId }: FederatedUser): Promise<Ground> {
    if (iamUserId === undefined) return { set: { identity: [this.#everything] }, issuerArn: `arn:aws:iam::${accountId}:root` }
    const user = await this.options.findUser(iamUserId)
    return user ? { set: await this.options.inForce.policiesOf({ kind: 'iam-user', id: iamUserId }), issuerArn: user.arn } : nothing
  }

  /** Session policies; a federated user without any may nothing. */
  async #narrowing({ principal, policies }: TokenContent): Promise<NamedPolicy[] | undefined> {
    if (policies.length === 0) return principal.kind === 'federated-user' ? [] : undefined
    return this.options.inForce.sessionPolicies(principal.accountId, policies)
  }
}

/** The unique id of the user or role whose rights they are. */
function idOf({ kind, userId, session }: Actor): { id?: string } {
  const { principal } = session ?? {}
  if (principal?.kind === 'assumed-role') return { id: principal.roleId }
  if (principal?.kind === 'federated-user') return principal.iamUserId === undefined ? {} : { id: principal.iamUserId }
  return kind === 'iam-user' ? { id: userId } : {}
}

/** Credentials of a role never say that there was a second factor: whoever assumed it proved that to the trust policy. */
const multiFactorOf = ({ principal, mfaAt }: TokenContent): { present: boolean; at?: Date } =>
  (principal.kind === 'assumed-role' || mfaAt === undefined ? { present: false } : { present: true, at: new Date(mfaAt) })

/** Tags over tags; keys that differ in case only are the same. */
export function overlaid(below: Readonly<Record<string, string>>, above: Readonly<Record<string, string>>): Record<string, string> {
  const keys = new Set(Object.keys(above).map((key) => key.toLowerCase()))
  return Object.fromEntries([...Object.entries(below).filter(([key]) => !keys.has(key.toLowerCase())), ...Object.entries(above)])
}

/**
 * Says why temporary credentials are not good for an action at all, whatever policies say: those of a user without a second
 * factor not for IAM, those of a federated user not for IAM and STS.
 */
export function barred({ kind, session }: Pick<Actor, 'kind' | 'session'>, action: string): string | undefined {
  const [service, name] = action.split(':', 2)
  if (!session || kind === 'assumed-role') return undefined
  if (service === 'iam' && kind === 'federated-user') return 'because credentials of federated users are not good for IAM'
  // A root user's credentials for one task were given to whoever may do just that.
  const isForTask = kind === 'root' && session.policies.length > 0
  if (service === 'iam' && session.mfaAt === undefined && !isForTask) return 'because credentials of a user are good for IAM only when they were given for an MFA code'
  if (service === 'sts' && name !== 'GetCallerIdentity' && (kind === 'federated-user' || isForTask || name !== 'AssumeRole')) return 'because it cannot be called with these temporary credentials'
  return undefined
}
