// Who is signed in where: one record beside each portal session, for the person to recognise it by.
import { createHash } from 'node:crypto'
import type { Clock } from '../../platform/clock.js'
import type { EphemeralStore } from '../../platform/storage/ephemeral.js'

/** Who vouched for somebody, and what they call the person and the session: to be told of its end by, and to tell of it. */
export interface Voucher {
  sourceId: string
  subject: string
  session?: string
  /** Milliseconds since the epoch. */
  vouchedAt: number
  /** How SAML spells the subject. */
  nameId?: { format: string; qualifier?: string | undefined; spQualifier?: string | undefined }
}

export interface SignedInSession {
  /** The portal session's uid; not what its cookie holds. */
  uid: string
  userId: string
  address: string
  userAgent: string
  /** Milliseconds since the epoch. */
  startedAt: number
  /** To within a few minutes. */
  lastUsedAt?: number
  expiresAt: number
  /** Of those that came of an identity source. */
  vouchedBy?: Voucher
}

/** Milliseconds; what is used more often is not written down more often. */
const usedOftenEnough = 5 * 60_000
/** Seconds from a source's word to the session, at most. */
const longestWayIn = 2 * 3600

export class SignedIn {
  constructor(private readonly store: EphemeralStore, private readonly clock: Clock) {}

  async record(session: SignedInSession): Promise<void> {
    const ttl = Math.max(1, Math.ceil((session.expiresAt - this.clock()) / 1000))
    await this.store.put(key(session.uid), JSON.stringify(session), { ttl, lists: [listOf(session.userId), ...(session.vouchedBy ? listsOf(session.vouchedBy) : [])] })
  }

  /** Keeps that a session was used just now. */
  async touch(uid: string): Promise<void> {
    const session = await this.find(uid)
    const now = this.clock()
    if (session && now - (session.lastUsedAt ?? session.startedAt) >= usedOftenEnough) await this.record({ ...session, lastUsedAt: now })
  }

  async find(uid: string): Promise<SignedInSession | undefined> {
    const entry = await this.store.get(key(uid))
    return entry && JSON.parse(entry.value) as SignedInSession
  }

  /** Lists a user's sessions, newest first. */
  async list(userId: string): Promise<SignedInSession[]> {
    return (await this.#listed(listOf(userId))).toSorted((a, b) => b.startedAt - a.startedAt)
  }

  /** Lists the sessions that came of a source: those of a subject, that one session, or all, of which it may be the first thousand. */
  async listVouched({ sourceId, subject, session }: Pick<Voucher, 'sourceId'> & Partial<Voucher>): Promise<SignedInSession[]> {
    const name = subject !== undefined ? vouchedName('subject', sourceId, subject) : session !== undefined ? vouchedName('session', sourceId, session) : vouchedName('source', sourceId)
    // A session that was vouched for anew by another is on both lists, and is no concern of the first.
    return (await this.#listed(name)).filter(({ vouchedBy }) => vouchedBy !== undefined && listsOf(vouchedBy).includes(name))
  }

  /** Keeps that a source took its word back: for a subject, for a session, or for all; sign-ins that are on their way come to nothing. */
  async takeBack({ sourceId, subject, session }: Pick<Voucher, 'sourceId'> & Partial<Voucher>): Promise<void> {
    const name = session !== undefined ? vouchedName('session', sourceId, session) : subject !== undefined ? vouchedName('subject', sourceId, subject) : vouchedName('source', sourceId)
    await this.store.put(`taken-back:${name}`, String(this.clock()), { ttl: longestWayIn })
  }

  /** Whether a source took its word back since it gave it. */
  async isTakenBack(voucher: Voucher): Promise<boolean> {
    const marks = await Promise.all(listsOf(voucher).map((name) => this.store.get(`taken-back:${name}`)))
    return marks.some((mark) => mark !== undefined && Number(mark.value) >= voucher.vouchedAt)
  }

  async remove(uid: string): Promise<void> {
    await this.store.remove(key(uid))
  }

  async #listed(name: string): Promise<SignedInSession[]> {
    const entries = await Promise.all((await this.store.list(name)).map((one) => this.store.get(one)))
    return entries.filter((entry) => entry !== undefined).map((entry) => JSON.parse(entry.value) as SignedInSession)
  }
}

const key = (uid: string): string => `signed-in:${uid}`
const listOf = (userId: string): string => `signed-in-of:${userId}`

const listsOf = ({ sourceId, subject, session }: Voucher): string[] =>
  [vouchedName('source', sourceId), vouchedName('subject', sourceId, subject), ...(session === undefined ? [] : [vouchedName('session', sourceId, session)])]

/** A provider's names are of any length. */
const vouchedName = (...what: string[]): string => `vouched:${createHash('sha256').update(JSON.stringify(what)).digest('base64url')}`
