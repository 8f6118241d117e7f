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
    await this.#require(actor, federatedUserArn(principal), wish, circumstances)
    const packedPolicySize = packedSizeOf({ policies: wish.policies, tags })
    const credentials = this.options.credentials.issue({ principal, durationSeconds: lifeOf(actor, wish.durationSeconds), policies: wish.policies, tags, transitiveTagKeys })
    return { credentials, principal, packedPolicySize }
  }

  async #require(actor: Actor, resource: string, { tags }: FederationWish, circumstances: RequestContext): Promise<void> {
    const rights = await this.options.rightsOf(actor)
    const context = {
      ...circumstances, ...rights.context,
      ...Object.fromEntries(tags.map(({ key, value }) => [`aws:RequestTag/${key}`, value])),
      ...(tags.length > 0 && { 'aws:TagKeys': tags.map(({ key }) => key) }),
    }
    for (const action of ['sts:GetFederationToken', ...(tags.length > 0 ? ['sts:TagSession'] : [])]) {
      const { allowed } = authorize({ action, resource, principal: rights.principal, context }, rights.set)
      if (!allowed) throw new Refusal('forbidden', `User: ${actor.arn} is not authorized to perform: ${action} on resource: ${resource}`)
    }
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
