// Accounts of the organization.
import { randomInt } from 'node:crypto'
import { forgetPrincipals, iamUserPrincipal, rootPrincipal } from '../authentication/index.js'
import { Refusal } from '../../platform/errors.js'
import { pageOf, type Page, type SearchRequest } from './paging.js'
import type { Executor, Row } from '../../platform/storage/database.js'
import { refuseTaken } from '../../platform/storage/taken.js'
import type { Tags } from './tags.js'

export interface Account {
  /** Twelve digits. */
  id: string
  name: string
  alias: string | undefined
  /** The root user's address. */
  email: string
  management: boolean
  tags: Tags
  createdAt: Date
}

/** An account to be, or what it becomes: tags that are left out stay as they are. */
export type NewAccount = Pick<Account, 'id' | 'name' | 'alias' | 'email' | 'management'> & { tags?: Tags }

const taken = {
  accounts_pkey: 'That account id is taken.',
  accounts_alias: 'That account alias is taken.',
  accounts_email: 'That address is the root user of another account.',
  accounts_management: 'There is a management account already.',
}

const columns = 'id, name, alias, email, management, tags, created_at'
const record = 'r(id char(12), name text, alias text, email text, management boolean, tags jsonb)'

export class Accounts {
  constructor(private readonly sql: Executor) {}

  async find(id: string): Promise<Account | undefined> {
    const [row] = await this.sql.query(`select ${columns} from accounts where id = $1`, [id])
    return row && fromRow(row)
  }

  async get(id: string): Promise<Account> {
    const account = await this.find(id)
    return account ?? refuseMissing()
  }

  async findManagement(): Promise<Account | undefined> {
    const [row] = await this.sql.query(`select ${columns} from accounts where management`)
    return row && fromRow(row)
  }

  async findByAlias(alias: string): Promise<Account | undefined> {
    const [row] = await this.sql.query(`select ${columns} from accounts where alias = $1`, [alias])
    return row && fromRow(row)
  }

  /** Finds the account that an address is the root user of, whatever the case. */
  async findByRootEmail(email: string): Promise<Account | undefined> {
    const [row] = await this.sql.query(`select ${columns} from accounts where lower(email) = lower($1)`, [email])
    return row && fromRow(row)
  }

  /** Sets an account's alias, or none. */
  async setAlias(id: string, alias: string | undefined): Promise<void> {
    await refuseTaken(this.sql.query('update accounts set alias = $2 where id = $1', [id, alias ?? null]), taken)
  }

  /** Gives an account's root user another address; refuses one that is another account's. */
  async setEmail(id: string, email: string): Promise<void> {
    await refuseTaken(this.sql.query('update accounts set email = $2 where id = $1', [id, email]), taken)
  }

  /** Puts one address of a root user in the place of another; false where it is another one by now, or another account has the wanted one. */
  async replaceEmail(id: string, from: string, to: string): Promise<boolean> {
    return (await this.sql.query(
      `update accounts set email = $3 where id = $1 and lower(email) = lower($2) and not exists (select 1 from accounts where lower(email) = lower($3) and id <> $1) returning id`, [id, from, to])).length > 0
  }

  async list(): Promise<Account[]> {
    return (await this.sql.query(`select ${columns} from accounts order by lower(name), id`)).map(fromRow)
  }

  /** Lists a page by id: of all, or of those in whose id, name, alias or address a search is found. */
  async page({ search, after, limit }: SearchRequest): Promise<Page<Account>> {
    const rows = await this.sql.query(
      `select ${columns} from accounts where ($1::text is null or id > $1::char(12))
         and ($3::text is null or strpos(lower(id || ' ' || name || ' ' || coalesce(alias, '') || ' ' || email), lower($3)) > 0) order by id limit $2`, [after ?? null, limit + 1, search || null])
    return pageOf(rows, limit, (row) => row.id as string, fromRow)
  }

  /** Finds an id that no account has. */
  async findFreeId(): Promise<string> {
    const id = String(randomInt(100_000_000_000, 1_000_000_000_000))
    return await this.find(id) ? this.findFreeId() : id
  }

  async create(accounts: NewAccount[]): Promise<void> {
    await refuseTaken(this.sql.query(
      `insert into accounts (id, name, alias, email, management, tags) select id, name, alias, email, management, coalesce(tags, '{}') from jsonb_to_recordset($1::jsonb) as ${record}`, [rows(accounts)]), taken)
  }

  async update(accounts: NewAccount[]): Promise<void> {
    await refuseTaken(this.sql.query(
      `update accounts a set name = r.name, alias = r.alias, email = r.email, management = r.management, tags = coalesce(r.tags, a.tags)
       from jsonb_to_recordset($1::jsonb) as ${record} where a.id = r.id`,
      [rows(accounts)],
    ), taken)
  }

  async rename(id: string, name: string): Promise<void> {
    const renamed = await this.sql.query('update accounts set name = $2 where id = $1 returning id', [id, name])
    if (renamed.length === 0) refuseMissing()
  }

  /** Changes the tags of an account, and says how they were and are; the two of a read and a write go together, in a transaction. */
  async retag(id: string, change: (tags: Tags) => Tags): Promise<{ before: Tags; after: Tags }> {
    const [row] = await this.sql.query('select tags from accounts where id = $1 for update', [id])
    if (!row) refuseMissing()
    const before = row!.tags as Tags
    const after = change(before)
    await this.sql.query('update accounts set tags = $2 where id = $1', [id, JSON.stringify(after)])
    return { before, after }
  }

  /** Removes accounts with their assignments, and everybody who is in them. */
  async remove(ids: string[]): Promise<void> {
    const users = await this.sql.query<{ id: string }>(`select id from iam_entities where kind = 'user' and account_id = any($1)`, [ids])
    await forgetPrincipals(this.sql, [...users.map(({ id }) => iamUserPrincipal(id)), ...ids.map(rootPrincipal)])
    await this.sql.query('delete from accounts where id = any($1)', [ids])
  }
}

function refuseMissing(): never {
  throw new Refusal('not-found', 'There is no such account.')
}

const rows = (accounts: NewAccount[]): string => JSON.stringify(accounts.map((account) => ({ ...account, alias: account.alias ?? null })))

const fromRow = (row: Row): Account => ({
  id: row.id as string,
  name: row.name as string,
  alias: (row.alias as string | null) ?? undefined,
  email: row.email as string,
  management: row.management as boolean,
  tags: row.tags as Tags,
  createdAt: row.created_at as Date,
})
