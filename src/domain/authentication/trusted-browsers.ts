// Trusted browsers: "don't ask again on this device". The record is here; the browser holds an id and a secret only.
// Another browser than the one that was trusted, or another network, makes it worth nothing.
import { createHash } from 'node:crypto'
import { networkOf } from '../../platform/addresses.js'
import type { Clock } from '../../platform/clock.js'
import { newId, newSecret } from '../../platform/ids.js'
import type { Executor, Row } from '../../platform/storage/database.js'

/** What a browser shows of itself. */
export interface ShownBrowser {
  /** What it keeps, of everybody who was trusted in it. */
  tokens: string[]
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

  /** Trusts a browser for a principal anew, and returns the tokens it is to keep, for as many milliseconds; the first is the new one. */
  async trust(principal: string, shown: ShownBrowser): Promise<{ id: string; tokens: string[]; lifetime: number }> {
    const [id, secret] = [newId('trb-'), newSecret()]
    const [now, end] = [new Date(this.clock()), new Date(this.clock() + lifetime)]
    // What the browser keeps of this principal from before is worth nothing to it any more: it makes room for others.
    const gone = await this.sql.query<{ id: string }>(`delete from trusted_browsers where expires_at < $1 or (principal = $2 and ${isShown('$3')}) returning id`, [now, principal, shownTokens(shown)])
    const others = shown.tokens.filter((token) => !gone.some((row) => token.startsWith(`${row.id}.`)))
    await this.sql.query(
      'insert into trusted_browsers (id, principal, secret_hash, browser, network, user_agent, created_at, expires_at) values ($1, $2, $3, $4, $5, $6, $7, $8)',
      [id, principal, hashOf(secret), familyOf(shown.userAgent), networkOf(shown.address), shown.userAgent.slice(0, 256), now, end],
    )
    return { id, tokens: [`${id}.${secret}`, ...others], lifetime }
  }

  /** True for a browser that was trusted for this principal, while it is the same browser in the same network. */
  async check(principal: string, shown: ShownBrowser): Promise<boolean> {
    if (shown.tokens.length === 0) return false
    const rows = await this.sql.query(
      `select id from trusted_browsers where principal = $1 and ${isShown('$2')} and browser = $3 and network = $4 and expires_at > $5`,
      [principal, shownTokens(shown), familyOf(shown.userAgent), networkOf(shown.address), new Date(this.clock())],
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

/** Tells in a statement whether a record is of a token that was shown. */
const isShown = (parameter: string): string => `id || '.' || secret_hash in (select jsonb_array_elements_text(${parameter}::jsonb))`

const shownTokens = ({ tokens }: ShownBrowser): string => JSON.stringify(tokens.map((token) => {
  const [id = '', secret = ''] = token.split('.')
  return `${id}.${hashOf(secret)}`
}))

const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('base64url')

/** Marks the family of a browser: its words without numbers, so that an update is no other browser. */
export const familyOf = (userAgent: string): string => createHash('sha256').update(userAgent.slice(0, 1024).replace(/[\d._]+/g, '#')).digest('base64url')

const fromRow = (row: Row): TrustedBrowser => ({ id: row.id as string, userAgent: row.user_agent as string, createdAt: row.created_at as Date, expiresAt: row.expires_at as Date })

/** Trusts no browser of a principal any more, within what makes that necessary. */
export async function forgetBrowsers(tx: Executor, principal: string): Promise<void> {
  await tx.query('delete from trusted_browsers where principal = $1', [principal])
}
