// Workforce users: the people in the directory.
import { Refusal } from '../../platform/errors.js'
import { isUuid, newUuid } from '../../platform/ids.js'
import type { Executor, Row } from '../../platform/storage/database.js'
import { Gathering } from '../../platform/storage/gathering.js'
import { refuseTaken } from '../../platform/storage/taken.js'

/** An email address as SCIM has it (RFC 7643 section 4.1.2). */
export interface Email {
  value: string
  primary?: boolean
  type?: string
}

export interface User {
  id: string
  userName: string
  displayName: string
  givenName: string | undefined
  familyName: string | undefined
  emails: Email[]
  active: boolean
  createdAt: Date
}

export type NewUser = Omit<User, 'id' | 'createdAt'> & { id?: string }

const taken = { users_user_name: 'That user name is taken.' }

/** The tables whose rows belong to a principal, whatever room keeps them; a test finds those that are forgotten here. */
const keptOfPrincipals = ['passwords', 'password_history', 'passkeys', 'passkey_handles', 'authenticator_apps', 'recovery_codes', 'trusted_browsers', 'mailed_links', 'verified_addresses']

const columns = 'id, user_name, display_name, given_name, family_name, emails, active, created_at'

export class Users {
  readonly #byId: Gathering<string, User>

  constructor(private readonly sql: Executor) {
    this.#byId = new Gathering(async (ids) => {
      const rows = await sql.query(`select ${columns} from users where id = any($1::uuid[])`, [ids])
      const found = new Map(rows.map((row) => [row.id as string, fromRow(row)]))
      return ids.map((id) => found.get(id))
    })
  }

  async find(id: string): Promise<User | undefined> {
    return isUuid(id) ? this.#byId.find(id.toLowerCase()) : undefined
  }

  async get(id: string): Promise<User> {
    const user = await this.find(id)
    if (!user) throw new Refusal('not-found', 'There is no such user.')
    return user
  }

  /** Finds by user name, whatever the case. */
  async findByUserName(userName: string): Promise<User | undefined> {
    const [row] = await this.sql.query(`select ${columns} from users where lower(user_name) = lower($1)`, [userName])
    return row && fromRow(row)
  }

  /** Finds whoever has an address, whatever the case; several people may share one. */
  async findByAddress(address: string): Promise<User[]> {
    const wanted = JSON.stringify([{ value: address.toLowerCase() }])
    return (await this.sql.query(`select ${columns} from users where lower(emails::text)::jsonb @> $1::jsonb order by created_at limit 3`, [wanted])).map(fromRow)
  }

  async list(): Promise<User[]> {
    return (await this.sql.query(`select ${columns} from users order by lower(user_name)`)).map(fromRow)
  }

  /** Creates users, all or none, and returns their ids in the order given. */
  async create(users: NewUser[]): Promise<string[]> {
    const rows = users.map((user) => ({ ...toRow(user), id: user.id ?? newUuid() }))
    await refuseTaken(this.sql.query(
      `insert into users (id, user_name, display_name, given_name, family_name, emails, active)
       select id, user_name, display_name, given_name, family_name, emails, active
       from jsonb_to_recordset($1::jsonb) as r(id uuid, user_name text, display_name text, given_name text, family_name text, emails jsonb, active boolean)`,
      [JSON.stringify(rows)],
    ), taken)
    return rows.map((row) => row.id)
  }

  /** Replaces what is known of users, found by id. */
  async update(users: (NewUser & { id: string })[]): Promise<void> {
    await refuseTaken(this.sql.query(
      `update users u set user_name = r.user_name, display_name = r.display_name, given_name = r.given_name,
         family_name = r.family_name, emails = r.emails, active = r.active, updated_at = now()
       from jsonb_to_recordset($1::jsonb) as r(id uuid, user_name text, display_name text, given_name text, family_name text, emails jsonb, active boolean)
       where u.id = r.id`,
      [JSON.stringify(users.map((user) => ({ ...toRow(user), id: user.id })))],
    ), taken)
  }

  /** Puts one address in the place of another, whatever its case; true where it was there. */
  async replaceAddress(id: string, from: string, to: string): Promise<boolean> {
    const rows = await this.sql.query(
      `update users set updated_at = now(), emails = (
         select jsonb_agg(case when lower(email->>'value') = lower($2) then jsonb_set(email, '{value}', to_jsonb($3::text)) else email end order by place)
         from jsonb_array_elements(emails) with ordinality as listed (email, place))
       where id = $1 and exists (select from jsonb_array_elements(emails) as email where lower(email->>'value') = lower($2)) returning id`,
      [id, from, to],
    )
    return rows.length > 0
  }

  /** Removes users with everything that is kept of them as principals, memberships and assignments; the trail of what they did stays. */
  async remove(ids: string[]): Promise<void> {
    await this.sql.query('delete from assignments where principal_id = any($1::uuid[])', [ids])
    await this.sql.query('delete from application_assignments where principal_id = any($1::uuid[])', [ids])
    await this.sql.query('delete from assignment_requests where principal_id = any($1::uuid[])', [ids])
    const principals = ids.map((id) => `user:${id}`)
    for (const table of keptOfPrincipals) await this.sql.query(`delete from ${table} where principal = any($1)`, [principals])
    await this.sql.query('delete from users where id = any($1::uuid[])', [ids])
  }
}

/** The address that mail goes to: the primary one, or else the first. */
export const primaryEmail = (emails: Email[]): string | undefined => (emails.find((email) => email.primary) ?? emails[0])?.value

function toRow(user: NewUser): Row & { user_name: string } {
  return {
    user_name: user.userName,
    display_name: user.displayName,
    given_name: user.givenName ?? null,
    family_name: user.familyName ?? null,
    emails: user.emails,
    active: user.active,
  }
}

function fromRow(row: Row): User {
  return {
    id: row.id as string,
    userName: row.user_name as string,
    displayName: row.display_name as string,
    givenName: (row.given_name as string | null) ?? undefined,
    familyName: (row.family_name as string | null) ?? undefined,
    emails: row.emails as Email[],
    active: row.active as boolean,
    createdAt: row.created_at as Date,
  }
}
