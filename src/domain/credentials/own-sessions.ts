// Temporary credentials that users and root users make of their long-term ones: for themselves, or for somebody they vouch for.
import { authorize, type RequestContext } from '../policy/index.js'
import { Refusal } from '../../platform/errors.js'
import { federatedUserArn, type Actor } from './actors.js'
import type { Credentials, TemporaryCredentials } from './credentials.js'
import type { Rights } from './rights.js'
import type { OfferedCode, SecondFactors } from './second-factors.js'
import { packedSizeOf, sessionTagsOf, usualSession, usualUserSession, type TagList } from './session-limits.js'
import type { FederatedUser } from './session-token.js'

interface OwnSessionsOptions {
  credentials: Pick<Credentials, 'issue'>
  factors: Pick<SecondFactors, 'prove'>
  rightsOf: (actor: Actor) => Promise<Rights>
  /** Refuses session policies that name what is not there. */
  checkPolicies: (accountId: string, policies: readonly string[]) => Promise<void>
}

export interface FederationWish {
  name: string
  durationSeconds?: number | undefined
  policies: string[]
  tags: TagList
}

export interface FederatedCredentials {
  credentials: TemporaryCredentials
  principal: FederatedUser
  packedPolicySize: number | undefined
}

export interface RootWish {
  accountId: string
  /** The ARN of the policy that says what the credentials are for. */
  taskPolicy: string
  durationSeconds: number
  isOver: boolean
}

const denied = ({ arn }: Actor, action: string, resource: string): Refusal => new Refusal('forbidden', `User: ${arn} is not authorized to perform: ${action} on resource: ${resource}`)

export class OwnSessions {
  constructor(private readonly options: OwnSessionsOptions) {}

  /** Issues credentials of the same user; with a code, they say that there was a second factor. */
  async ofSelf(actor: Actor, { durationSeconds, mfa }: { durationSeconds?: number | undefined; mfa?: OfferedCode | undefined }): Promise<TemporaryCredentials> {
    const principal = holderOf(actor, 'GetSessionToken')
    const mfaAt = mfa && await this.options.factors.prove(actor, mfa)
    return this.options.credentials.issue({ principal, durationSeconds: lifeOf(actor, durationSeconds), mfaAt })
  }

  /** Issues credentials of somebody else, with at most the rights of who vouches. */
  async ofFederatedUser(actor: Actor, wish: FederationWish, circumstances: RequestContext): Promise<FederatedCredentials> {
    const { accountId } = actor
    const holder = holderOf(actor, 'GetFederationToken')
    const principal: FederatedUser = { kind: 'federated-user', accountId, name: wish.name, ...(holder.kind === 'iam-user' && { iamUserId: holder.iamUserId }) }
    const { tags, transitiveTagKeys } = sessionTagsOf(wish.tags, [])
    const isTagged = wish.tags.length > 0
    await this.#require(actor, federatedUserArn(principal), ['sts:GetFederationToken', ...(isTagged ? ['sts:TagSession'] : [])], {
      ...circumstances, ...Object.fromEntries(wish.tags.map(({ key, value }) => [`aws:RequestTag/${key}`, value])), ...(isTagged && { 'aws:TagKeys': wish.tags.map(({ key }) => key) }),
    })
    await this.options.checkPolicies(accountId, wish.policies)
    const packedPolicySize = packedSizeOf({ policies: wish.policies, tags })
    const credentials = this.options.credentials.issue({ principal, durationSeconds: lifeOf(actor, wish.durationSeconds), policies: wish.policies, tags, transitiveTagKeys })
    return { credentials, principal, packedPolicySize }
  }

  /** Issues credentials of an account's root user for one task; `isOver` says whether the asker's account is above that one. */
  async ofRoot(actor: Actor, { accountId, taskPolicy, durationSeconds, isOver }: RootWish, circumstances: RequestContext): Promise<TemporaryCredentials> {
    const resource = `arn:aws:iam::${accountId}:root`
    if (!isOver) throw denied(actor, 'sts:AssumeRoot', resource)
    await this.#require(actor, resource, ['sts:AssumeRoot'], { ...circumstances, 'sts:TaskPolicyArn': taskPolicy })
    return this.options.credentials.issue({ principal: { kind: 'root', accountId }, durationSeconds, policies: [taskPolicy] })
  }

  async #require(actor: Actor, resource: string, actions: readonly string[], circumstances: RequestContext): Promise<void> {
    const rights = await this.options.rightsOf(actor)
    const context = { ...circumstances, ...rights.context }
    for (const action of actions) if (!authorize({ action, resource, resourceAccountId: actor.accountId, principal: rights.principal, context }, rights.set).allowed) throw denied(actor, action, resource)
  }
}

/** Whoever holds long-term credentials; sessions make no more sessions of themselves. */
function holderOf({ kind, accountId, userId, session }: Actor, operation: string) {
  if (session || (kind !== 'iam-user' && kind !== 'root')) throw new Refusal('forbidden', `Cannot call ${operation} with session credentials`)
  return kind === 'root' ? { kind, accountId } as const : { kind, accountId, iamUserId: userId } as const
}

/** Seconds; a root user gets an hour at most, whatever was asked. */
function lifeOf({ kind }: Actor, asked: number | undefined): number {
  return kind === 'root' ? Math.min(asked ?? usualSession, usualSession) : asked ?? usualUserSession
}
