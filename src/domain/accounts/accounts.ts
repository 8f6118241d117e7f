// Accounts of the organization.
import { forgetPrincipals, iamUserPrincipal, rootPrincipal } from '../authentication/index.js'
import { Refusal } from '../../platform/errors.js'
import type { Executor, Row } from '../../platform/storage/database.js'
import { refuseTaken } from '../../platform/storage/taken.js'

export interface Account {
  /** Twelve digits. */
  id: string
  name: string
  alias: string | undefined
  /** The root user's address. */
  email: string
  management: boolean
}

const taken = {
  accounts_pkey: 'That account id is taken.',
  accounts_alias: 'That account alias is taken.',
  accounts_email: 'That address is the root user of another account.',
  accounts_management: 'There is a management account already.',
}

const columns = 'id, name, alias, email, management'
const record = 'r(id char(12), name text, alias text, email text, management boolean)'

export class Accounts {
  constructor(private readonly sql: Executor) {}

  async find(id: string): Promise<Account | undefined> {
    const [row] = await this.sql.query(`select ${columns} from accounts where id = $1`, [id])
    return row && fromRow(row)
  }

  async get(id: string): Promise<Account> {
    const account = await this.find(id)
    if (!account) throw new Refusal('not-found', 'There is no such account.')
    return account
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

  async create(accounts: Account[]): Promise<void> {
    await refuseTaken(this.sql.query(`insert into accounts (${columns}) select ${columns} from jsonb_to_recordset($1::jsonb) as ${record}`, [rows(accounts)]), taken)
  }

  async update(accounts: Account[]): Promise<void> {
    await refuseTaken(this.sql.query(
      `update accounts a set name = r.name, alias = r.alias, email = r.email, management = r.management
       from jsonb_to_recordset($1::jsonb) as ${record} where a.id = r.id`,
      [rows(accounts)],
    ), taken)
  }

  /** Removes accounts with their assignments, and everybody who is in them. */
  async remove(ids: string[]): Promise<void> {
    const users = await this.sql.query<{ id: string }>(`select id from iam_entities where kind = 'user' and account_id = any($1)`, [ids])
    await forgetPrincipals(this.sql, [...users.map(({ id }) => iamUserPrincipal(id)), ...ids.map(rootPrincipal)])
    await this.sql.query('delete from accounts where id = any($1)', [ids])
  }
}

const rows = (accounts: Account[]): string => JSON.stringify(accounts.map((account) => ({ ...account, alias: account.alias ?? null })))

const fromRow = (row: Row): Account => ({
  id: row.id as string,
  name: row.name as string,
  alias: (row.alias as string | null) ?? undefined,
  email: row.email as string,
  management: row.management as boolean,
})
