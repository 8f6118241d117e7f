// Temporary credentials: issuing them, and opening the session that a token carries. Opening needs no
// look-up, because the token is sealed and the secret is derived from the access key id.
import { createHmac, createSecretKey, randomBytes, type KeyObject } from 'node:crypto'
import type { Clock } from '../../platform/clock.js'
import { Refusal } from '../../platform/errors.js'
import { base32 } from '../../platform/ids.js'
import type { MasterKey } from '../../platform/keys/index.js'
import { Sealer } from '../../platform/keys/index.js'
import { Recent } from '../../platform/recent.js'
import type { Revocations, RevocationSubject } from './revocations.js'
import { decodeToken, encodeToken, type SessionPrincipal, type TokenContent } from './session-token.js'

/** The longest life of temporary credentials, in seconds: 36 hours. */
export const longestSession = 129_600

export interface Issue {
  principal: SessionPrincipal
  durationSeconds: number
  tags?: Record<string, string>
  transitiveTagKeys?: string[] | undefined
  policies?: string[]
  /** When a second factor was proved, in milliseconds since the epoch. */
  mfaAt?: number | undefined
}

export interface TemporaryCredentials {
  accessKeyId: string
  secretAccessKey: string
  sessionToken: string
  /** Milliseconds since the epoch, always a whole second. */
  expiration: number
}

export interface Session extends TokenContent {
  secretAccessKey: string
}

/** The session, or why there is none. */
export type Opened =
  | { session: Readonly<Session>; refused?: undefined }
  | { session?: undefined; refused: 'invalid' | 'expired' | 'revoked' }

export interface CredentialsOptions {
  master: MasterKey
  clock: Clock
  revocations: Pick<Revocations, 'check'>
  /** How many opened tokens to remember; revocation and expiry are looked at every time all the same. */
  remembered?: number
}

const place = 'session-token'
const longestToken = 65_536

export class Credentials {
  readonly #sealer: Sealer
  readonly #keyId: Buffer
  readonly #secrets: KeyObject
  readonly #clock: Clock
  readonly #revocations: Pick<Revocations, 'check'>
  readonly #opened: Recent<string, Session>

  constructor({ master, clock, revocations, remembered = 2000 }: CredentialsOptions) {
    this.#sealer = new Sealer(master, 'session tokens')
    this.#keyId = Buffer.from(master.id, 'hex')
    this.#secrets = createSecretKey(master.derive('secret access keys'))
    this.#clock = clock
    this.#revocations = revocations
    this.#opened = new Recent(remembered)
  }

  /** Issues credentials for a principal; how long the role allows is for the caller to say. */
  issue({ principal, durationSeconds, tags = {}, transitiveTagKeys, policies = [], mfaAt }: Issue): TemporaryCredentials {
    if (!Number.isInteger(durationSeconds) || durationSeconds < 1 || durationSeconds > longestSession) {
      throw new Refusal('invalid-input', `Credentials live from 1 to ${longestSession} seconds.`)
    }
    const issuedAt = this.#clock()
    const accessKeyId = `ASIA${base32(randomBytes(10), 16)}`
    const expiration = Math.floor(issuedAt / 1000) * 1000 + durationSeconds * 1000
    const content = encodeToken({ accessKeyId, principal, tags, transitiveTagKeys, policies, mfaAt, issuedAt, expiresAt: expiration })
    const sessionToken = this.#sealer.seal(content, place).toString('base64')
    return { accessKeyId, secretAccessKey: this.#secretOf(accessKeyId), sessionToken, expiration }
  }

  /** Opens the session of a token. Throws `Refusal('unavailable')` while revocations are not known. */
  open({ accessKeyId, sessionToken }: { accessKeyId: string; sessionToken: string }): Opened {
    const session = this.#opened.find(sessionToken) ?? this.#unseal(sessionToken)
    if (!session || session.accessKeyId !== accessKeyId) return { refused: 'invalid' }
    if (session.expiresAt <= this.#clock()) {
      this.#opened.remove(sessionToken)
      return { refused: 'expired' }
    }
    if (this.#revocations.check(subjectsOf(session), session.issuedAt) === 'revoked') return { refused: 'revoked' }
    return { session }
  }

  #unseal(sessionToken: string): Session | undefined {
    if (sessionToken.length > longestToken) return undefined
    const sealed = Buffer.from(sessionToken, 'base64')
    // One spelling per token, and no byte of it that is not looked at: the sealer's key id is not authenticated.
    if (sealed.toString('base64') !== sessionToken || !sealed.subarray(1, 5).equals(this.#keyId)) return undefined
    const bytes = this.#sealer.open(sealed, place)
    const content = bytes && decodeToken(bytes)
    if (!content) return undefined
    const session = { ...content, secretAccessKey: this.#secretOf(content.accessKeyId) }
    this.#opened.put(sessionToken, session)
    return session
  }

  /** Derives 240 bits from the access key id, in the 40 characters that a secret access key has. */
  #secretOf(accessKeyId: string): string {
    return createHmac('sha256', this.#secrets).update(accessKeyId).digest().subarray(0, 30).toString('base64')
  }
}

/** Whose revocation ends a session: its own, and those it has its rights from. */
export function subjectsOf({ accessKeyId, principal }: TokenContent): RevocationSubject[] {
  return [{ kind: 'session', subject: accessKeyId }, { kind: 'account', subject: principal.accountId }, ...bearersOf(principal)]
}

function bearersOf(principal: SessionPrincipal): RevocationSubject[] {
  switch (principal.kind) {
    case 'assumed-role': return [{ kind: 'role', subject: principal.roleId }, ...(principal.userId ? [{ kind: 'user' as const, subject: principal.userId }] : [])]
    case 'iam-user': return [{ kind: 'user', subject: principal.iamUserId }]
    case 'federated-user': return [{ kind: 'user', subject: principal.iamUserId ?? principal.accountId }]
    case 'root': return [{ kind: 'user', subject: principal.accountId }]
  }
}
