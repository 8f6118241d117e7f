// Trusted browsers: "don't ask again on this device". The record is here; the browser holds an id and a secret only.
// Another browser than the one that was trusted, or another network, makes it worth nothing.
import { createHash } from 'node:crypto'
import { networkOf } from '../../platform/addresses.js'
import type { Clock } from '../../platform/clock.js'
import { newId, newSecret } from '../../platform/ids.js'
import type { Executor, Row } from '../../platform/storage/database.js'

/** What a browser shows of itself. */
export interface ShownBrowser {
  token: string | undefined
  address: string
  userAgent: string
}

export interface TrustedBrowser {
  id: string
  userAgent: string
  createdAt: Date
  expiresAt: Date
}

const lifetime = 30 * 86_400_000

export class TrustedBrowsers {
  constructor(private readonly sql: Executor, private readonly clock: Clock) {}

  /** Trusts a browser for a principal, and returns the token it is to keep, for as many milliseconds. */
  async trust(principal: string, shown: ShownBrowser): Promise<{ token: string; lifetime: number }> {
    const [id, secret] = [newId('trb-'), newSecret()]
    const [now, end] = [new Date(this.clock()), new Date(this.clock() + lifetime)]
    await this.sql.query('delete from trusted_browsers where expires_at < $1', [now])
    await this.sql.query(
      'insert into trusted_browsers (id, principal, secret_hash, browser, network, user_agent, created_at, expires_at) values ($1, $2, $3, $4, $5, $6, $7, $8)',
      [id, principal, hashOf(secret), familyOf(shown.userAgent), networkOf(shown.address), shown.userAgent.slice(0, 256), now, end],
    )
    return { token: `${id}.${secret}`, lifetime }
  }

  /** True for a browser that was trusted for this principal, while it is the same browser in the same network. */
  async check(principal: string, { token = '', address, userAgent }: ShownBrowser): Promise<boolean> {
    const [id, secret] = token.split('.')
    if (!id || !secret) return false
    const rows = await this.sql.query(
      'select id from trusted_browsers where id = $1 and principal = $2 and secret_hash = $3 and browser = $4 and network = $5 and expires_at > $6',
      [id, principal, hashOf(secret), familyOf(userAgent), networkOf(address), new Date(this.clock())],
    )
    return rows.length > 0
  }

  /** Lists the browsers of a principal that are trusted now, the last first. */
  async list(principal: string): Promise<TrustedBrowser[]> {
    const rows = await this.sql.query('select id, user_agent, created_at, expires_at from trusted_browsers where principal = $1 and expires_at > $2 order by created_at desc', [principal, new Date(this.clock())])
    return rows.map(fromRow)
  }

  /** Takes the trust in a browser back; true where there was any. */
  async revoke(principal: string, id: string): Promise<boolean> {
    return (await this.sql.query('delete from trusted_browsers where principal = $1 and id = $2 returning id', [principal, id])).length > 0
  }
}

/** Takes the trust in all browsers of a principal back, within whatever makes it necessary. */
export async function revokeTrust(sql: Executor, principal: string): Promise<void> {
  await sql.query('delete from trusted_browsers where principal = $1', [principal])
}

const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('base64url')

/** Marks the family of a browser: its words without numbers, so that an update is no other browser. */
export const familyOf = (userAgent: string): string => createHash('sha256').update(userAgent.slice(0, 1024).replace(/[\d._]+/g, '#')).digest('base64url')

const fromRow = (row: Row): TrustedBrowser => ({ id: row.id as string, userAgent: row.user_agent as string, createdAt: row.created_at as Date, expiresAt: row.expires_at as Date })
