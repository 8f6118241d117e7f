// Sign-in tokens: what a broker trades temporary credentials for, and somebody's browser for a session, once and within 15 minutes.
import { createHash, timingSafeEqual } from 'node:crypto'
import type { Clock } from '../../platform/clock.js'
import { Refusal } from '../../platform/errors.js'
import { newSecret } from '../../platform/ids.js'
import type { EphemeralStore } from '../../platform/storage/ephemeral.js'
import type { Credentials, TemporaryCredentials } from './credentials.js'
import { shortestSession, longestRoleSession } from './session-limits.js'
import type { TokenContent } from './session-token.js'

export interface SigninTokensOptions {
  store: Pick<EphemeralStore, 'put' | 'take'>
  credentials: Pick<Credentials, 'open'>
  /** Seconds that a role lasts at most; undefined where it is gone. */
  longestOf: (session: TokenContent) => Promise<number | undefined>
  /** False where those credentials were revoked since. */
  isInForce: (session: TokenContent) => boolean
  clock: Clock
}

/** A session that a browser may open. */
export interface Admission {
  session: TokenContent
  /** Milliseconds since the epoch. */
  expiresAt: number
}

interface Kept {
  session: TokenContent
  /** Seconds from when it is opened, in place of what is left of the credentials. */
  duration?: number | undefined
}

const lifetime = 900
const opened = 'The sign-in token has expired or was used already. Go back to where you came from and open the console there again.'

export class SigninTokens {
  constructor(private readonly options: SigninTokensOptions) {}

  /** Issues a token for the credentials of a role or a federated user. */
  async issue(keys: Pick<TemporaryCredentials, 'accessKeyId' | 'secretAccessKey' | 'sessionToken'>, duration: number | undefined): Promise<{ token: string; session: TokenContent }> {
    const found = this.options.credentials.open(keys).session
    if (!found || !isSame(found.secretAccessKey, keys.secretAccessKey)) throw new Refusal('invalid-input', 'The credentials are not valid, or not any more.')
    const { secretAccessKey: _, ...session } = found
    if (session.principal.kind === 'iam-user' || session.principal.kind === 'root') throw new Refusal('invalid-input', 'Credentials of GetSessionToken open no console session. Assume a role, or ask for a federation token.')
    if (duration !== undefined) await this.#checkDuration(session, duration)
    const token = newSecret()
    await this.options.store.put(keyOf(token), JSON.stringify({ session, duration } satisfies Kept), { ttl: lifetime })
    return { token, session }
  }

  /** Redeems a token: for one caller, and while the credentials count. */
  async redeem(token: string): Promise<Admission> {
    const kept = await this.options.store.take(keyOf(token))
    if (kept === undefined) throw new Refusal('expired', opened)
    const { session, duration } = JSON.parse(kept) as Kept
    const now = this.options.clock()
    const expiresAt = duration === undefined ? session.expiresAt : now + duration * 1000
    if (session.expiresAt <= now || !this.options.isInForce(session)) throw new Refusal('expired', opened)
    return { session, expiresAt }
  }

  async #checkDuration(session: TokenContent, duration: number): Promise<void> {
    const { principal } = session
    if (principal.kind !== 'assumed-role' || principal.assumedBy === 'chained') {
      throw new Refusal('invalid-input', 'SessionDuration cannot be given for these credentials: neither for those of a federated user, nor for those of a role that another role assumed.')
    }
    const longest = Math.min(await this.options.longestOf(session) ?? 0, longestRoleSession)
    if (!Number.isInteger(duration) || duration < shortestSession || duration > longest) throw new Refusal('invalid-input', `SessionDuration must be a whole number of seconds from ${shortestSession} to what the role allows, which is ${longest}.`)
  }
}

const keyOf = (token: string): string => `sign-in-token:${createHash('sha256').update(token).digest('base64url')}`

function isSame(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)]
  return left.length === right.length && timingSafeEqual(left, right)
}
