// Who is signed in where: one record beside each portal session, for the person to recognise it by.
import type { Clock } from '../../platform/clock.js'
import type { EphemeralStore } from '../../platform/storage/ephemeral.js'

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
}

/** Milliseconds; what is used more often is not written down more often. */
const usedOftenEnough = 5 * 60_000

export class SignedIn {
  constructor(private readonly store: EphemeralStore, private readonly clock: Clock) {}

  async record(session: SignedInSession): Promise<void> {
    const ttl = Math.max(1, Math.ceil((session.expiresAt - this.clock()) / 1000))
    await this.store.put(key(session.uid), JSON.stringify(session), { ttl, lists: [listOf(session.userId)] })
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
    const entries = await Promise.all((await this.store.list(listOf(userId))).map((name) => this.store.get(name)))
    return entries.filter((entry) => entry !== undefined).map((entry) => JSON.parse(entry.value) as SignedInSession).toSorted((a, b) => b.startedAt - a.startedAt)
  }

  async remove(uid: string): Promise<void> {
    await this.store.remove(key(uid))
  }
}

const key = (uid: string): string => `signed-in:${uid}`
const listOf = (userId: string): string => `signed-in-of:${userId}`
