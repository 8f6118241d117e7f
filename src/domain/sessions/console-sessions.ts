// Console sessions: whoever acts in one account in a browser, up to five side by side. Each has an entry of its own,
// listed under a secret that only the browser's cookie knows.
import { createHash } from 'node:crypto'
import type { Clock } from '../../platform/clock.js'
import { newId, newSecret } from '../../platform/ids.js'
import type { EphemeralStore } from '../../platform/storage/ephemeral.js'

/** As what somebody acts: the account's owner, a user inside it, a role, or a federated user of GetFederationToken. */
export type ConsoleKind = 'root' | 'iam-user' | 'role' | 'federated-user'

/** How a session came about. */
export type ConsoleWay = 'sign-in' | 'portal' | 'federation' | 'saml' | 'switch-role'

/** The role that a session acts as, and what else bounds it. */
export interface ConsoleRole {
  /** `AROA…` */
  id: string
  name: string
  arn: string
  sessionName: string
  /** The permission set that the role was made from. */
  permissionSet?: { id: string; name: string }
  /** How it was assumed, where it was not through the portal. */
  assumedBy?: 'assume-role' | 'chained' | 'web-identity' | 'saml'
  /** Who a federated identity is at the provider that vouches for it. */
  federation?: { provider: string; audience: string; subject: string }
}

export interface ConsoleSession {
  id: string
  kind: ConsoleKind
  /** Who is behind it: `user:UUID`, `iam:AIDA…` or `root:ACCOUNT`; any other text for somebody who is known elsewhere. */
  principal: string
  /** What that one is called: a user name, a root user's address. */
  userName: string
  accountId: string
  accountName: string
  /** What it acts as, in a word: a permission set, a role, a user name. */
  label: string
  /** The ARN that acts. */
  arn: string
  role?: ConsoleRole
  /** Of the credentials behind a role's session. */
  accessKeyId?: string
  /** Session policies in force, as documents or ARNs. */
  policies?: string[]
  tags?: Record<string, string>
  /** Tags that the sessions made from this one have too. */
  transitiveTagKeys?: string[]
  sourceIdentity?: string
  via: ConsoleWay
  /** When a second factor was proved on the way in; milliseconds since the epoch, as all times here. */
  mfaAt?: number
  /** The serial number of the device that it was proved with. */
  mfaSerial?: string
  /** When whoever is behind it last proved who they are; absent where that was elsewhere. */
  provedAt?: number
  startedAt: number
  expiresAt: number
  destination?: string
  region?: string
}

/** A session that is about to be opened. */
export type NewConsoleSession = Omit<ConsoleSession, 'id' | 'startedAt' | 'accountName'>

/** Enough of a session to tell whether it is the same one opened again. */
export type SameConsole = Pick<ConsoleSession, 'principal' | 'accountId' | 'kind' | 'label'>

export const mostConsoleSessions = 5

/** The longest life of a console session, in milliseconds. */
export const longestConsoleSession = 12 * 3600 * 1000

export class ConsoleSessions {
  constructor(private readonly store: EphemeralStore, private readonly clock: Clock) {}

  /** Lists the live sessions of a browser, the one opened last first. */
  async list(secret: string | undefined): Promise<ConsoleSession[]> {
    if (!secret) return []
    const entries = await Promise.all((await this.store.list(listOf(secret))).map((key) => this.store.get(key)))
    return entries.flatMap((entry) => (entry ? [JSON.parse(entry.value) as ConsoleSession] : []))
      .filter((session) => session.expiresAt > this.clock()).toSorted((one, other) => other.startedAt - one.startedAt || (one.id < other.id ? 1 : -1))
  }

  /**
   * Adds a session to a browser and returns the browser's secret; the same one opened again replaces itself, and of more than
   * five the oldest end. With `anew` the browser gets a new secret, because somebody just proved who they are.
   */
  async start(secret: string | undefined, session: Omit<ConsoleSession, 'id' | 'startedAt'>, { anew = false } = {}): Promise<{ secret: string; session: ConsoleSession }> {
    const there = await this.list(secret)
    const others = there.filter((other) => !isSame(other, session)).slice(0, mostConsoleSessions - 1)
    const kept = secret && there.length > 0 && !anew ? secret : newSecret()
    const now = this.clock()
    const started = { ...session, id: newId('con-'), startedAt: now, expiresAt: Math.min(session.expiresAt, now + longestConsoleSession) }
    await Promise.all((kept === secret ? [started] : [...others, started]).map((one) => this.#save(kept, one)))
    const gone = kept === secret ? there.filter((other) => !others.includes(other)) : there
    if (secret && gone.length > 0) await this.store.remove(...gone.map(({ id }) => keyOf(secret, id)))
    return { secret: kept, session: started }
  }

  /** Changes what is known of a live session, such as when its owner last proved who they are. */
  async update(secret: string, session: ConsoleSession): Promise<void> {
    await this.#save(secret, session)
  }

  /** Finds the session that opening another would end: the oldest of five, unless that one is open already. */
  async findEnding(secret: string | undefined, opening: SameConsole): Promise<ConsoleSession | undefined> {
    return (await this.list(secret)).filter((session) => !isSame(session, opening))[mostConsoleSessions - 1]
  }

  /** Ends one session of a browser. */
  async end(secret: string, id: string): Promise<void> {
    await this.store.remove(keyOf(secret, id))
  }

  async #save(secret: string, session: ConsoleSession): Promise<void> {
    await this.store.put(keyOf(secret, session.id), JSON.stringify(session), { ttl: Math.max(1, Math.ceil((session.expiresAt - this.clock()) / 1000)), lists: [listOf(secret)] })
  }
}

const isSame = (one: SameConsole, other: SameConsole): boolean =>
  one.principal === other.principal && one.accountId === other.accountId && one.kind === other.kind && one.label === other.label

const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('base64url')
const listOf = (secret: string): string => `consoles-of:${hashOf(secret)}`
const keyOf = (secret: string, id: string): string => `console:${hashOf(secret)}:${id}`
