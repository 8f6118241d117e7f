// Console sessions: roles acted as in a browser, up to five side by side. One entry holds all of a
// browser's sessions, under a secret that only its cookie knows.
import { createHash } from 'node:crypto'
import type { Clock } from '../../platform/clock.js'
import { newId, newSecret } from '../../platform/ids.js'
import type { EphemeralStore } from '../../platform/storage/ephemeral.js'

export interface ConsoleSession {
  id: string
  userId: string
  userName: string
  accountId: string
  accountName: string
  permissionSet: string
  roleName: string
  roleId: string
  roleArn: string
  sessionName: string
  /** The assumed role's ARN. */
  arn: string
  accessKeyId: string
  /** Milliseconds since the epoch. */
  startedAt: number
  expiresAt: number
  destination?: string
}

export const mostConsoleSessions = 5

export class ConsoleSessions {
  constructor(private readonly store: EphemeralStore, private readonly clock: Clock) {}

  /** Lists the live sessions of a browser, the one opened last first. */
  async list(secret: string | undefined): Promise<ConsoleSession[]> {
    if (!secret) return []
    const entry = await this.store.get(key(secret))
    const sessions = entry ? JSON.parse(entry.value) as ConsoleSession[] : []
    return sessions.filter((session) => session.expiresAt > this.clock())
  }

  /** Adds a session to a browser and returns the browser's secret; of more than five the oldest ends. */
  async start(secret: string | undefined, session: Omit<ConsoleSession, 'id' | 'startedAt'>): Promise<{ secret: string; session: ConsoleSession }> {
    const others = (await this.list(secret)).filter((other) => other.arn !== session.arn)
    const started = { ...session, id: newId('con-'), startedAt: this.clock() }
    const kept = secret && others.length > 0 ? secret : newSecret()
    await this.#save(kept, [started, ...others].slice(0, mostConsoleSessions))
    return { secret: kept, session: started }
  }

  /** Ends one session of a browser. */
  async end(secret: string, id: string): Promise<void> {
    const left = (await this.list(secret)).filter((session) => session.id !== id)
    if (left.length > 0) await this.#save(secret, left)
    else await this.store.remove(key(secret))
  }

  async #save(secret: string, sessions: ConsoleSession[]): Promise<void> {
    const last = Math.max(...sessions.map((session) => session.expiresAt))
    await this.store.put(key(secret), JSON.stringify(sessions), { ttl: Math.max(1, Math.ceil((last - this.clock()) / 1000)) })
  }
}

const key = (secret: string): string => `console:${createHash('sha256').update(secret).digest('base64url')}`
