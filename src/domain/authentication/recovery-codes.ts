// Recovery codes: ten at a time, shown once, each good for one sign-in. New ones end the old.
import { createHmac, randomBytes } from 'node:crypto'
import { base32 } from '../../platform/ids.js'
import type { Clock } from '../../platform/clock.js'
import type { Database, Executor } from '../../platform/storage/database.js'

const amount = 10
/** Five bits each. */
const characters = 12

export class RecoveryCodes {
  /** `key` makes what is kept worth nothing to guess at without it. */
  constructor(private readonly options: { database: Database; key: Buffer; clock: Clock }) {}

  async count(principal: string): Promise<number> {
    const [row] = await this.options.database.query<{ count: number }>('select count(*)::int as count from recovery_codes where principal = $1', [principal])
    return row!.count
  }

  /** Makes ten new codes, ends the old, and returns the new to be shown once. `announce` runs in the same transaction. */
  async issue(principal: string, announce?: (tx: Executor) => Promise<void>): Promise<string[]> {
    const codes = Array.from({ length: amount }, () => base32(randomBytes(8), characters))
    await this.options.database.transaction(async (tx) => {
      await tx.query('select pg_advisory_xact_lock(hashtext($1))', [`recovery codes ${principal}`])
      await tx.query('delete from recovery_codes where principal = $1', [principal])
      await tx.query('insert into recovery_codes (principal, hash, made_at) select $1, jsonb_array_elements_text($2::jsonb), $3',
        [principal, JSON.stringify(codes.map((code) => this.#hash(principal, code))), new Date(this.options.clock())])
      await announce?.(tx)
    })
    return codes.map((code) => code.match(/.{4}/g)!.join('-'))
  }

  /** Redeems a code, as it was shown or about so; true for exactly one caller. `announce` hears of it in the same transaction, with the number left. */
  async redeem(principal: string, typed: string, announce?: (tx: Executor, left: number) => Promise<void>): Promise<boolean> {
    const code = typed.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('0', 'O').replaceAll('1', 'I').replaceAll('8', 'B')
    if (!/^[A-Z2-7]{12}$/.test(code)) return false
    return this.options.database.transaction(async (tx) => {
      const rows = await tx.query('delete from recovery_codes where principal = $1 and hash = $2 returning hash', [principal, this.#hash(principal, code)])
      if (rows.length === 0) return false
      const [row] = await tx.query<{ count: number }>('select count(*)::int as count from recovery_codes where principal = $1', [principal])
      await announce?.(tx, row!.count)
      return true
    })
  }

  /** Ends codes that were made since, within what makes it necessary, and returns how many there were. */
  async withdraw(tx: Executor, principal: string, since: Date): Promise<number> {
    return (await tx.query('delete from recovery_codes where principal = $1 and coalesce(made_at, to_timestamp(0)) >= $2 returning hash', [principal, since])).length
  }

  #hash(principal: string, code: string): string {
    return createHmac('sha256', this.options.key).update(`${principal}|${code}`).digest('base64url')
  }
}
