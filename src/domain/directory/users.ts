// Workforce users: the people in the directory.
import { Refusal } from '../../platform/errors.js'
import { isUuid } from '../../platform/ids.js'
import { narrowed, pageOf, type NarrowedRequest, type Page } from '../../platform/storage/paging.js'
import type { Executor } from '../../platform/storage/database.js'
import { Gathering } from '../../platform/storage/gathering.js'
import { refuseTaken } from '../../platform/storage/taken.js'
import type { ExternalId } from './profile.js'
import { isSearching, matching } from './searching.js'
import { columns, fromRow, record, toRow, type NewUser, type User } from './user-rows.js'

/** What is said of names that cannot be given, by the index that says so. */
export const takenNames = {
  users_user_name: 'That user name is taken.',
  deleted_users_user_name: 'That user name belongs to somebody who was deleted and may still come back: restore them, or remove them for good first.',
}

/** The tables whose rows belong to a principal, whatever room keeps them; a test finds those that are forgotten here. */
const keptOfPrincipals = ['passwords', 'password_history', 'passkeys', 'passkey_handles', 'authenticator_apps', 'recovery_codes', 'trusted_browsers', 'mailed_links', 'verified_addresses']

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

  /** Lists whoever has one of these addresses, whatever the case, in one statement for many. */
  async listByAddresses(addresses: readonly string[]): Promise<User[]> {
    const wanted = addresses.map((address) => JSON.stringify([{ value: address.toLowerCase() }]))
    const ids = (await this.sql.query<{ id: string }>('select id from users_with_addresses($1::jsonb[]) as id', [wanted])).map(({ id }) => id)
    return ids.length === 0 ? [] : this.listByIds(ids)
  }

  /** Finds by what another directory calls somebody. */
  async findByExternalId({ issuer, id }: ExternalId): Promise<User | undefined> {
    const [row] = await this.sql.query(`select ${columns} from users where external_ids @> $1::jsonb order by created_at limit 1`, [JSON.stringify([{ issuer, id }])])
    return row && fromRow(row)
  }

  async list(): Promise<User[]> {
    return (await this.sql.query(`select ${columns} from users order by lower(user_name)`)).map(fromRow)
  }

  /** Lists those with these ids, by user name. */
  async listByIds(ids: readonly string[]): Promise<User[]> {
    return (await this.sql.query(`select ${columns} from users where id = any($1::uuid[]) order by lower(user_name)`, [ids.filter(isUuid)])).map(fromRow)
  }

  /** Lists those with these user names, whatever the case. */
  async listByUserNames(userNames: readonly string[]): Promise<User[]> {
    return (await this.sql.query(`select ${columns} from users where lower(user_name) = any($1)`, [userNames.map((name) => name.toLowerCase())])).map(fromRow)
  }

  /** Lists a page by user name: of all, of those who are enabled or disabled, or of those in whose names and addresses every word of a search begins one. */
  async page({ search, active, those, after, limit }: NarrowedRequest & { active?: boolean | undefined }): Promise<Page<User>> {
    const parameters = [after ?? null, limit + 1, ...(isSearching(search) ? [search] : [])]
    const rows = await this.sql.query(
      `select ${columns}, lower(user_name) as key from users t where ($1::text is null or lower(user_name) > $1) ${active === undefined ? '' : active ? 'and active' : 'and not active'} ${matching(search, 3)}${narrowed(those, parameters)}
       order by lower(user_name) limit $2`, parameters)
    return pageOf(rows, limit, (row) => row.key as string, fromRow)
  }

  /** Creates users, all or none, and returns their ids in the order given. */
  async create(users: NewUser[]): Promise<string[]> {
    const rows = users.map(toRow)
    await refuseTaken(this.sql.query(
      `insert into users (id, user_name, display_name, given_name, family_name, emails, active, profile, external_ids, created_by, updated_by)
       select id, user_name, display_name, given_name, family_name, emails, active, coalesce(profile, '{}'), coalesce(external_ids, '[]'), by, by from jsonb_to_recordset($1::jsonb) as ${record}`,
      [JSON.stringify(rows)],
    ), takenNames)
    return rows.map((row) => row.id)
  }

  /** Replaces what is known of users, found by id. */
  async update(users: (NewUser & { id: string })[]): Promise<void> {
    await refuseTaken(this.sql.query(
      `update users u set user_name = r.user_name, display_name = r.display_name, given_name = r.given_name, family_name = r.family_name, emails = r.emails, active = r.active,
         profile = coalesce(r.profile, u.profile), external_ids = coalesce(r.external_ids, u.external_ids), updated_at = clock_timestamp(), updated_by = r.by
       from jsonb_to_recordset($1::jsonb) as ${record} where u.id = r.id`,
      [JSON.stringify(users.map(toRow))],
    ), takenNames)
  }

  /** Lets people in or keeps them out, and returns the ids of those for whom that is new. */
  async setActive(ids: readonly string[], active: boolean, by?: string): Promise<string[]> {
    const rows = await this.sql.query<{ id: string }>(
      'update users set active = $2, updated_at = clock_timestamp(), updated_by = $3 where id = any($1::uuid[]) and active <> $2 returning id', [ids.filter(isUuid), active, by ?? null])
    return rows.map(({ id }) => id)
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

  /** Removes users for good, with everything that is kept of them as principals, memberships and assignments; the trail of what they did stays. */
  async remove(ids: string[]): Promise<void> {
    await this.sql.query('delete from assignments where principal_id = any($1::uuid[])', [ids])
    await this.sql.query('delete from application_assignments where principal_id = any($1::uuid[])', [ids])
    await this.sql.query('delete from assignment_requests where principal_id = any($1::uuid[])', [ids])
    const principals = ids.map((id) => `user:${id}`)
    for (const table of keptOfPrincipals) await this.sql.query(`delete from ${table} where principal = any($1)`, [principals])
    await this.sql.query('delete from users where id = any($1::uuid[])', [ids])
    await this.sql.query('delete from deleted_users where id = any($1::uuid[])', [ids])
  }
}

/** Changes one user within a transaction, with nobody else in between; says what they were and what they are. */
export async function changeUser(tx: Executor, id: string, change: (user: User) => NewUser): Promise<{ before: User; after: NewUser }> {
  const [row] = isUuid(id) ? await tx.query(`select ${columns} from users where id = $1 for update`, [id]) : []
  if (!row) throw new Refusal('not-found', 'There is no such user.')
  const before = fromRow(row)
  const after = change(before)
  await new Users(tx).update([{ ...after, id }])
  return { before, after }
}
