// Passwords as they are kept, one for each principal.
import { createHash } from 'node:crypto'
import type { Executor, Row } from '../../platform/storage/database.js'
import type { PasswordHashes } from './password-hashes.js'
import { longestHistory } from './password-policy.js'

export interface StoredPassword {
  principal: string
  hash: string
  /** Must be replaced by one that only its owner knows, before anything else. */
  oneTime: boolean
}

/** Runs the writing of a password where its caller wants it. */
type Within = (work: (sql: Executor) => Promise<boolean>) => Promise<boolean>

/** Names a workforce user as the owner of a password. */
export const userPrincipal = (userId: string): string => `user:${userId}`

/** Names an IAM user, by its id (`AIDA…`), as the owner of a password. */
export const iamUserPrincipal = (iamUserId: string): string => `iam:${iamUserId}`

/** Names the root user of an account as the owner of a password. */
export const rootPrincipal = (accountId: string): string => `root:${accountId}`

/** Tells one kept password from another, and gives nothing to guess at. */
export const markOf = ({ hash }: Pick<StoredPassword, 'hash'>): string => createHash('sha256').update(hash).digest('base64url')

export class Passwords {
  constructor(private readonly sql: Executor, private readonly hashes: PasswordHashes) {}

  async find(principal: string): Promise<StoredPassword | undefined> {
    const [row] = await this.sql.query('select principal, hash, one_time from passwords where principal = $1', [principal])
    return row && fromRow(row)
  }

  /** Says when a password was set, and whether it must be replaced. */
  async findProfile(principal: string): Promise<{ changedAt: Date; oneTime: boolean } | undefined> {
    const [row] = await this.sql.query('select changed_at, one_time from passwords where principal = $1', [principal])
    return row && { changedAt: row.changed_at as Date, oneTime: row.one_time as boolean }
  }

  /** Sets a first password by its hash; false where there is one already. */
  async create({ principal, hash, oneTime }: StoredPassword): Promise<boolean> {
    return (await this.sql.query('insert into passwords (principal, hash, one_time) values ($1, $2, $3) on conflict (principal) do nothing returning principal', [principal, hash, oneTime])).length > 0
  }

  /** Takes the password of a principal away; false where there was none. */
  async remove(principal: string): Promise<boolean> {
    return (await this.sql.query('delete from passwords where principal = $1 returning principal', [principal])).length > 0
  }

  async list(): Promise<StoredPassword[]> {
    return (await this.sql.query('select principal, hash, one_time from passwords')).map(fromRow)
  }

  /** Sets passwords by their hashes, replacing those there are. */
  async put(passwords: StoredPassword[]): Promise<void> {
    await this.sql.query(
      `with given as (
         select * from jsonb_to_recordset($1::jsonb) as r(principal text, hash text, one_time boolean)
       ), gone as (
         insert into password_history (principal, hash) select principal, old.hash from passwords old join given using (principal) where old.hash <> given.hash
       ), forgotten as (${forgetting('select principal from given')})
       insert into passwords (principal, hash, one_time) select principal, hash, one_time from given
       on conflict (principal) do update set hash = excluded.hash, one_time = excluded.one_time, changed_at = now()`,
      [JSON.stringify(passwords.map(({ principal, hash, oneTime }) => ({ principal, hash, one_time: oneTime })))],
    )
  }

  /**
   * Replaces one password by another that is not known here yet, if it still is the one that was proved, by its mark.
   * Hashing takes long, so it is done before `within` opens the transaction of what else belongs to it.
   */
  async replace(principal: string, proved: string, plain: string, address: string, within: Within = (work) => work(this.sql)): Promise<boolean> {
    const hash = await this.hashes.hash(plain, address)
    return within((sql) => this.#swap(sql, principal, proved, hash))
  }

  async #swap(sql: Executor, principal: string, proved: string, hash: string): Promise<boolean> {
    const stored = await new Passwords(sql, this.hashes).find(principal)
    if (!stored || markOf(stored) !== proved) return false
    const rows = await sql.query(
      `with replaced as (
         update passwords set hash = $3, one_time = false, changed_at = now() where principal = $1 and hash = $2 returning principal
       ), forgotten as (${forgetting('select principal from replaced')})
       insert into password_history (principal, hash) select principal, $2 from replaced returning principal`,
      [principal, stored.hash, hash],
    )
    return rows.length > 0
  }

  /** True for one of the last passwords of a principal, the present one first; each that is looked at costs a hash. */
  async isRecent(principal: string, plain: string, amount: number, address: string): Promise<boolean> {
    const rows = await this.sql.query(
      `select hash from (
         select hash, null::bigint as position from passwords where principal = $1
         union all select hash, position from password_history where principal = $1
       ) as had order by position desc nulls first limit $2`,
      [principal, Math.min(amount, longestHistory)],
    )
    for (const { hash } of rows) if (await this.hashes.verify(plain, hash as string, address)) return true
    return false
  }

  /**
   * Checks a password, and returns it as stored when it is right. It takes the same time for a principal
   * that has none, or that does not exist at all (`undefined`, by the name that was typed).
   */
  async check(principal: string | undefined, plain: string, address: string, name = ''): Promise<StoredPassword | undefined> {
    const { stored, decoy } = await this.#findBeside(principal, this.hashes.placeOf(principal ?? name))
    if (!stored) {
      await (decoy ? this.hashes.verify(plain, decoy.hash, address) : this.hashes.verifyNothing(plain, address))
      return undefined
    }
    return (await this.hashes.verify(plain, stored.hash, address)) ? this.#rehashed(stored, plain, address) : undefined
  }

  /**
   * Finds a password, and somebody else's that stands in where there is none: always the same one for the same name,
   * so that names nobody has take as long as names somebody has, whatever hashes were imported.
   */
  async #findBeside(principal: string | undefined, place: string): Promise<{ stored: StoredPassword | undefined; decoy: StoredPassword | undefined }> {
    const rows = await this.sql.query(
      `(select 0 as rank, principal, hash, one_time from passwords where principal = $1)
       union all (select 1, principal, hash, one_time from passwords where principal >= $2 order by principal limit 1)
       union all (select 2, principal, hash, one_time from passwords order by principal limit 1)
       order by rank`,
      [principal ?? 'nobody', place],
    )
    const [first] = rows
    return { stored: first?.rank === 0 ? fromRow(first) : undefined, decoy: first && fromRow(first) }
  }

  /** An imported hash knows no key and stops at 72 bytes, and the cost may have been raised: this is the moment to make a better one. */
  async #rehashed(stored: StoredPassword, plain: string, address: string): Promise<StoredPassword> {
    if (this.hashes.isUpToDate(stored.hash)) return stored
    const hash = await this.hashes.hash(plain, address)
    await this.sql.query('update passwords set hash = $3 where principal = $1 and hash = $2', [stored.principal, stored.hash, hash])
    return { ...stored, hash }
  }
}

/** A statement that makes room for one more of each principal's earlier passwords. */
const forgetting = (principals: string): string => `
  delete from password_history using (
    select position as old, row_number() over (partition by principal order by position desc) as age from password_history where principal in (${principals})
  ) as aged where position = old and age >= ${longestHistory - 1}`

const fromRow = (row: Row): StoredPassword => ({ principal: row.principal as string, hash: row.hash as string, oneTime: row.one_time as boolean })
