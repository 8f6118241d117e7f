// People who were deleted and may come back for a while. They are in no table that anybody asks, so they are gone for
// everything at once; what they were, were in and were assigned stands in one record. Their names stay theirs.
import { Refusal } from '../../platform/errors.js'
import { isUuid } from '../../platform/ids.js'
import { pageOf, type Page, type SearchRequest } from '../../platform/storage/paging.js'
import type { Executor, Row } from '../../platform/storage/database.js'
import type { Store } from '../../platform/storage/store.js'
import { refuseTaken } from '../../platform/storage/taken.js'
import { Users } from './users.js'

export interface DeletedUser {
  id: string
  userName: string
  displayName: string
  deletedAt: Date
  deletedBy: string | undefined
  /** When they are removed for good. */
  goneAt: Date
}

const day = 24 * 3600 * 1000
/** How long somebody may come back. */
export const keptAfterDeletion = 7 * day

/** The tables that lose somebody's rows, in the order in which they come back; each with what has to be there still. */
const tables = {
  users: { of: 'id', needs: 'true' },
  group_members: { of: 'user_id', needs: 'exists (select from groups where id = r.group_id for key share)' },
  assignments: { of: 'principal_id', needs: 'exists (select from accounts where id = r.account_id for key share) and exists (select from permission_sets where id = r.permission_set_id for key share)' },
  application_assignments: { of: 'principal_id', needs: 'exists (select from applications where id = r.application_id for key share)' },
  portal_marks: { of: 'user_id', needs: 'exists (select from accounts where id = r.account_id for key share) and exists (select from permission_sets where id = r.permission_set_id for key share)' },
  identity_links: { of: 'user_id', needs: 'exists (select from identity_sources where id = r.source_id for key share)' },
  identity_link_groups: { of: 'user_id', needs: 'exists (select from identity_sources where id = r.source_id for key share) and exists (select from groups where id = r.group_id for key share)' },
}
type Kept = Record<string, Row[]>

const columns = 'id, user_name, display_name, deleted_at, deleted_by'
/** Removed for good in one statement. */
const mostAtOnce = 500

export class DeletedUsers {
  constructor(private readonly store: Store, private readonly clock: () => number = Date.now) {}

  /** Deletes users, and returns the ids of those who were there. */
  async add(ids: readonly string[], by?: string): Promise<string[]> {
    return this.store.transaction(async (tx) => {
      const wanted = [ids.filter(isUuid)]
      const there = (await tx.query<{ id: string }>('select id from users where id = any($1::uuid[]) order by id for update', wanted)).map(({ id }) => id)
      const lists = Object.entries(tables).map(([table, { of }]) => `'${table}', (select coalesce(jsonb_agg(to_jsonb(t)${table === 'users' ? " - 'words'" : ''}), '[]') from ${table} t where t.${of} = u.id)`)
      await tx.query(
        `insert into deleted_users (id, user_name, display_name, deleted_at, deleted_by, record)
         select id, user_name, display_name, $2, $3, jsonb_build_object(${lists.join(', ')}) from users u where id = any($1::uuid[])`, [there, new Date(this.clock()), by ?? null])
      for (const [table, { of }] of Object.entries(tables).toReversed()) await tx.query(`delete from ${table} where ${of} = any($1::uuid[])`, [there])
      return there
    })
  }

  async find(id: string): Promise<DeletedUser | undefined> {
    const [row] = isUuid(id) ? await this.store.query(`select ${columns} from deleted_users where id = $1`, [id]) : []
    return row && fromRow(row)
  }

  /** Lists a page of those who may still come back, by user name. */
  async page({ search, after, limit }: SearchRequest): Promise<Page<DeletedUser>> {
    const rows = await this.store.query(
      `select ${columns}, lower(user_name) as key from deleted_users where ($1::text is null or lower(user_name) > $1)
         and ($3::text is null or strpos(lower(user_name || ' ' || display_name), lower($3)) > 0) order by lower(user_name) limit $2`, [after ?? null, limit + 1, search || null])
    return pageOf(rows, limit, (row) => row.key as string, fromRow)
  }

  async listNames(): Promise<string[]> {
    return (await this.store.query<{ user_name: string }>('select user_name from deleted_users order by lower(user_name)')).map((row) => row.user_name)
  }

  /** Lists those of these user names that are still somebody's who may come back. */
  async listUserNames(userNames: readonly string[]): Promise<string[]> {
    return (await this.store.query<{ user_name: string }>('select user_name from deleted_users where lower(user_name) = any($1)', [userNames.map((name) => name.toLowerCase())])).map((row) => row.user_name)
  }

  /** Brings people back with what they were in and were assigned, as far as that is still there. Refuses when one of them is not to be found. */
  async restore(ids: readonly string[]): Promise<void> {
    await this.store.transaction(async (tx) => {
      const records = await tx.query<{ record: Kept }>('delete from deleted_users where id = any($1::uuid[]) and deleted_at > $2 returning record', [ids.filter(isUuid), this.#oldest()])
      if (records.length < new Set(ids).size) throw new Refusal('not-found', 'There is nobody like that who could come back.')
      for (const [table, { needs }] of Object.entries(tables)) await putBack(tx, table, needs, records.flatMap(({ record }) => record[table] ?? []))
    })
  }

  /** Removes people for good whose time is over; returns how many. */
  async purge(): Promise<number> {
    const rows = await this.store.query<{ id: string }>('select id from deleted_users where deleted_at <= $1 order by deleted_at limit $2', [this.#oldest(), mostAtOnce])
    if (rows.length > 0) await this.remove(rows.map(({ id }) => id))
    return rows.length
  }

  /** Removes people for good, before their time. */
  async remove(ids: readonly string[]): Promise<void> {
    await this.store.transaction(async (tx) => {
      // Somebody who came back meanwhile is not deleted any more, and stays.
      const gone = await tx.query<{ id: string }>('delete from deleted_users where id = any($1::uuid[]) returning id', [ids.filter(isUuid)])
      await new Users(tx).remove(gone.map(({ id }) => id))
    })
  }

  #oldest(): Date {
    return new Date(this.clock() - keptAfterDeletion)
  }
}

/** What somebody who was deleted would come back with. */
export interface Returning {
  id: string
  userName: string
  displayName: string
  active: boolean
  groupIds: string[]
  roles: { accountId: string; permissionSetId: string }[]
  applicationIds: string[]
}

/** Lists what these people would come back with, of those who may come back still; what of it is gone meanwhile is listed too. */
export async function listReturning(sql: Executor, ids: readonly string[], now: number): Promise<Returning[]> {
  const rows = await sql.query<{ id: string; user_name: string; display_name: string; record: Kept }>(
    'select id, user_name, display_name, record from deleted_users where id = any($1::uuid[]) and deleted_at > $2', [ids.filter(isUuid), new Date(now - keptAfterDeletion)])
  return rows.map(({ id, user_name: userName, display_name: displayName, record: { users = [], group_members: groups = [], assignments = [], application_assignments: applications = [] } }) => ({
    id, userName, displayName, active: users[0]?.active === true, groupIds: groups.map((row) => row.group_id as string),
    roles: assignments.map((row) => ({ accountId: row.account_id as string, permissionSetId: row.permission_set_id as string })), applicationIds: applications.map((row) => row.application_id as string),
  }))
}

/** Puts rows back by the columns that they had; those that are newer get their usual values. */
async function putBack(tx: Executor, table: string, needs: string, rows: Row[]): Promise<void> {
  const names = Object.keys(rows[0] ?? {}).filter((name) => /^[a-z_]+$/.test(name)).join(', ')
  if (names === '') return
  await refuseTaken(
    tx.query(`insert into ${table} (${names}) select ${names} from jsonb_populate_recordset(null::${table}, $1::jsonb) as r where ${needs} ${table === 'users' ? '' : 'on conflict do nothing'}`, [JSON.stringify(rows)]),
    { users_user_name: 'Somebody else has the user name by now.' })
}

const fromRow = (row: Row): DeletedUser => ({
  id: row.id as string,
  userName: row.user_name as string,
  displayName: row.display_name as string,
  deletedAt: row.deleted_at as Date,
  deletedBy: (row.deleted_by as string | null) ?? undefined,
  goneAt: new Date((row.deleted_at as Date).getTime() + keptAfterDeletion),
})
