// Which mail addresses were proved to be somebody's, by opening a link or typing a code that was sent there.
import type { Executor } from '../../platform/storage/database.js'

export class VerifiedAddresses {
  constructor(private readonly sql: Executor, private readonly clock: () => number) {}

  /** Remembers that an address is a principal's; true when that was not known. */
  async add(principal: string, address: string): Promise<boolean> {
    const rows = await this.sql.query('insert into verified_addresses (principal, address, verified_at) values ($1, lower($2), $3) on conflict do nothing returning principal', [principal, address, new Date(this.clock())])
    return rows.length > 0
  }

  async remove(principal: string, address: string): Promise<void> {
    await this.sql.query('delete from verified_addresses where principal = $1 and address = lower($2)', [principal, address])
  }

  /** Lists the addresses of a principal that were proved, in small letters. */
  async list(principal: string): Promise<Set<string>> {
    return new Set((await this.sql.query<{ address: string }>('select address from verified_addresses where principal = $1', [principal])).map(({ address }) => address))
  }

  async has(principal: string, address: string): Promise<boolean> {
    return (await this.sql.query('select 1 from verified_addresses where principal = $1 and address = lower($2)', [principal, address])).length > 0
  }
}
