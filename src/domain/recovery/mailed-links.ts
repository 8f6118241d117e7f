// Links that were mailed. Only the hash of a token is kept, so that a copy of the database opens nothing.
import { createHash } from 'node:crypto'
import { newSecret } from '../../platform/ids.js'
import type { Executor } from '../../platform/storage/database.js'

export type LinkPurpose = 'reset' | 'invitation' | 'not-me'

/** What a notice told of and its link can take back: a device that was added, or an address that took the place of another. */
export interface About {
  device?: string
  address?: { was: string; is: string }
}

/** What somebody was told of within the last days. */
export interface Told {
  about: About
  issuedAt: Date
}

export interface MailedLink {
  principal: string
  issuedAt: Date
  /** The address that it was mailed to. */
  address: string
  state: 'open' | 'used' | 'expired'
}

interface Row {
  principal: string
  address: string
  issued_at: Date
  expires_at: Date
  used_at: Date | null
}

const minute = 60_000
/** How long each kind is good. */
export const lifetimes: Record<LinkPurpose, number> = { reset: 30 * minute, invitation: 7 * 24 * 60 * minute, 'not-me': 7 * 24 * 60 * minute }
const keptFor = 30 * 24 * 60 * minute

export class MailedLinks {
  constructor(private readonly sql: Executor, private readonly clock: () => number = Date.now) {}

  /** Makes a link and returns its token, which is known to nobody else. */
  async issue(purpose: LinkPurpose, principal: string, address: string, about?: About): Promise<string> {
    const token = newSecret()
    const now = this.clock()
    // What people find in old mail should explain itself for a while; an invitation also says that somebody was invited.
    await this.sql.query(`delete from mailed_links where principal = $1 and purpose <> 'invitation' and expires_at < $2`, [principal, new Date(now - keptFor)])
    await this.sql.query('insert into mailed_links (hash, purpose, principal, address, issued_at, expires_at, about) values ($1, $2, $3, $4, $5, $6, $7)',
      [hashOf(token), purpose, principal, address, new Date(now), new Date(now + lifetimes[purpose]), about ? JSON.stringify(about) : null])
    return token
  }

  /** Finds a link by its token, without redeeming it. */
  async find(purpose: LinkPurpose, token: string): Promise<MailedLink | undefined> {
    const [row] = await this.sql.query<Row>('select principal, address, issued_at, expires_at, used_at from mailed_links where hash = $1 and purpose = $2', [hashOf(token), purpose])
    return row && { ...linkOf(row), state: row.used_at ? 'used' : row.expires_at.getTime() <= this.clock() ? 'expired' : 'open' }
  }

  /** Redeems a link: for exactly one caller, while it is open. */
  async redeem(purpose: LinkPurpose, token: string): Promise<MailedLink | undefined> {
    const [row] = await this.sql.query<Row>(
      'update mailed_links set used_at = $3 where hash = $1 and purpose = $2 and used_at is null and expires_at > $3 returning principal, address, issued_at, expires_at, used_at',
      [hashOf(token), purpose, new Date(this.clock())],
    )
    return row && { ...linkOf(row), state: 'used' }
  }

  /** Makes the other links of these kinds worthless, once one has done its work. */
  async voidOthers(principal: string, purposes: LinkPurpose[]): Promise<void> {
    await this.sql.query('update mailed_links set used_at = $3 where principal = $1 and purpose = any($2) and used_at is null', [principal, purposes, new Date(this.clock())])
  }

  /** Makes every link worthless that went to an address which is not its owner's any more. */
  async voidMailedTo(principal: string, address: string): Promise<void> {
    await this.sql.query('update mailed_links set used_at = $3 where principal = $1 and lower(address) = lower($2) and used_at is null', [principal, address, new Date(this.clock())])
  }

  /** Lists what a principal was told of that can be taken back, the last first. */
  async listTold(principal: string): Promise<Told[]> {
    const rows = await this.sql.query<{ about: About; issued_at: Date }>(
      `select about, issued_at from mailed_links where principal = $1 and purpose = 'not-me' and about is not null and expires_at > $2 order by issued_at desc`, [principal, new Date(this.clock())])
    return rows.map(({ about, issued_at: issuedAt }) => ({ about, issuedAt }))
  }

  /** Whether a principal was ever invited. */
  async wasInvited(principal: string): Promise<boolean> {
    return (await this.sql.query(`select 1 from mailed_links where principal = $1 and purpose = 'invitation' limit 1`, [principal])).length > 0
  }

  /** Lists the principals who were ever invited. */
  async listInvited(): Promise<string[]> {
    return (await this.sql.query<{ principal: string }>(`select distinct principal from mailed_links where purpose = 'invitation'`)).map(({ principal }) => principal)
  }
}

const linkOf = ({ principal, address, issued_at: issuedAt }: Row): Omit<MailedLink, 'state'> => ({ principal, address, issuedAt })
const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest()
