// Groups: sets of workforce users and of other groups.
import { Refusal } from '../../platform/errors.js'
import { isUuid, newUuid } from '../../platform/ids.js'
import { pageOf, type Page, type SearchRequest } from '../../platform/storage/paging.js'
import type { Executor, Row } from '../../platform/storage/database.js'
import { refuseTaken } from '../../platform/storage/taken.js'
import { memberRows, type Membership } from './memberships.js'
import type { ExternalId } from './profile.js'
import { isSearching, matching } from './searching.js'

export interface Group {
  id: string
  displayName: string
  description: string | undefined
  externalIds: ExternalId[]
  createdAt: Date
  /** Who made it, by the ARN of whoever it was, or in a few words. */
  createdBy: string | undefined
  updatedAt: Date
  updatedBy: string | undefined
}

/** A group to be, or what it becomes: external ids that are left out stay as they are. */
export type NewGroup = Pick<Group, 'displayName' | 'description'> & { id?: string; externalIds?: ExternalId[]; by?: string }

/**
 * SQL that names everything a user acts as, in `mine(id)`: the user and every group the user is in,
 * directly or through other groups. The user's id is the statement's first parameter.
 */
export const actingAs = `
  with recursive my_groups(id) as (
    select group_id from group_members where user_id = $1::uuid
    union
    select m.group_id from group_members m join my_groups g on m.member_group_id = g.id
  ), mine(id) as (select $1::uuid union all select id from my_groups)`

const taken = { groups_display_name: 'That group name is taken.' }
/** The columns of a group, of a row by another name. */
export const groupColumns = (alias: string): string => ['id', 'display_name', 'description', 'external_ids', 'created_at', 'created_by', 'updated_by'].map((name) => `${alias}.${name}`)
  .concat(`coalesce(${alias}.updated_at, ${alias}.created_at) as updated_at`).join(', ')
const columns = groupColumns('groups')
const record = 'r(id uuid, display_name text, description text, external_ids jsonb, by text)'

export class Groups {
  constructor(private readonly sql: Executor) {}

  async find(id: string): Promise<Group | undefined> {
    const [row] = isUuid(id) ? await this.sql.query(`select ${columns} from groups where id = $1`, [id]) : []
    return row && groupOfRow(row)
  }

  async get(id: string): Promise<Group> {
    const group = await this.find(id)
    if (!group) throw new Refusal('not-found', 'There is no such group.')
    return group
  }

  /** Finds by name, whatever the case. */
  async findByDisplayName(displayName: string): Promise<Group | undefined> {
    const [row] = await this.sql.query(`select ${columns} from groups where lower(display_name) = lower($1)`, [displayName])
    return row && groupOfRow(row)
  }

  /** Finds by what another directory calls a group. */
  async findByExternalId({ issuer, id }: ExternalId): Promise<Group | undefined> {
    const [row] = await this.sql.query(`select ${columns} from groups where external_ids @> $1::jsonb order by created_at limit 1`, [JSON.stringify([{ issuer, id }])])
    return row && groupOfRow(row)
  }

  async list(): Promise<Group[]> {
    return (await this.sql.query(`select ${columns} from groups order by lower(display_name)`)).map(groupOfRow)
  }

  /** Lists those with these ids, by name. */
  async listByIds(ids: readonly string[]): Promise<Group[]> {
    return (await this.sql.query(`select ${columns} from groups where id = any($1::uuid[]) order by lower(display_name)`, [ids.filter(isUuid)])).map(groupOfRow)
  }

  /** Lists a page by name: of all, or of those in whose names and descriptions every word of a search begins one. */
  async page({ search, after, limit }: SearchRequest): Promise<Page<Group>> {
    const rows = await this.sql.query(
      `select ${columns}, lower(display_name) as key from groups where ($1::text is null or lower(display_name) > $1) ${matching(search, 3)} order by lower(display_name) limit $2`,
      [after ?? null, limit + 1, ...(isSearching(search) ? [search] : [])])
    return pageOf(rows, limit, (row) => row.key as string, groupOfRow)
  }

  /** Lists every group a user is in, directly or through other groups. */
  async listOf(userId: string): Promise<Group[]> {
    const rows = await this.sql.query(`${actingAs} select ${columns} from groups join my_groups using (id) order by lower(display_name)`, [userId])
    return rows.map(groupOfRow)
  }

  async listMemberships(): Promise<Membership[]> {
    const rows = await this.sql.query<{ group_id: string; user_id: string | null; member_group_id: string | null }>('select group_id, user_id, member_group_id from group_members')
    return rows.map((row) => ({ groupId: row.group_id, member: row.user_id ? { userId: row.user_id } : { groupId: row.member_group_id! } }))
  }

  /** Creates groups, all or none, and returns their ids in the order given. */
  async create(groups: NewGroup[]): Promise<string[]> {
    const rows = groups.map(toRow)
    await refuseTaken(this.sql.query(
      `insert into groups (id, display_name, description, external_ids, created_by, updated_by)
       select id, display_name, description, coalesce(external_ids, '[]'), by, by from jsonb_to_recordset($1::jsonb) as ${record}`,
      [JSON.stringify(rows)],
    ), taken)
    return rows.map((row) => row.id)
  }

  async update(groups: (NewGroup & { id: string })[]): Promise<void> {
    await refuseTaken(this.sql.query(
      `update groups g set display_name = r.display_name, description = r.description, external_ids = coalesce(r.external_ids, g.external_ids), updated_at = clock_timestamp(), updated_by = r.by
       from jsonb_to_recordset($1::jsonb) as ${record} where g.id = r.id`,
      [JSON.stringify(groups.map(toRow))],
    ), taken)
  }

  /** Adds members; those that are members already stay so. */
  async add(memberships: Membership[]): Promise<void> {
    await this.sql.query(
      `insert into group_members (group_id, user_id, member_group_id)
       select group_id, user_id, member_group_id from jsonb_to_recordset($1::jsonb) as r(group_id uuid, user_id uuid, member_group_id uuid)
       on conflict do nothing`,
      [memberRows(memberships)],
    )
  }

  async drop(memberships: Membership[]): Promise<void> {
    await this.sql.query(
      `delete from group_members m using jsonb_to_recordset($1::jsonb) as r(group_id uuid, user_id uuid, member_group_id uuid)
       where m.group_id = r.group_id and m.user_id is not distinct from r.user_id and m.member_group_id is not distinct from r.member_group_id`,
      [memberRows(memberships)],
    )
  }

  /** Removes groups with their memberships and assignments. */
  async remove(ids: string[]): Promise<void> {
    await this.sql.query('delete from assignments where principal_id = any($1::uuid[])', [ids])
    await this.sql.query('delete from application_assignments where principal_id = any($1::uuid[])', [ids])
    await this.sql.query('delete from assignment_requests where principal_id = any($1::uuid[])', [ids])
    await this.sql.query('delete from groups where id = any($1::uuid[])', [ids])
  }
}

const toRow = ({ id = newUuid(), displayName, description, externalIds, by }: NewGroup): Row & { id: string } =>
  ({ id, display_name: displayName, description: description ?? null, external_ids: externalIds, by })

export const groupOfRow = (row: Row): Group => ({
  id: row.id as string,
  displayName: row.display_name as string,
  description: (row.description as string | null) ?? undefined,
  externalIds: row.external_ids as ExternalId[],
  createdAt: row.created_at as Date,
  createdBy: (row.created_by as string | null) ?? undefined,
  updatedAt: row.updated_at as Date,
  updatedBy: (row.updated_by as string | null) ?? undefined,
})

/** Finds a group within a transaction and keeps it from being changed by others until the end of it. */
export async function lockGroup(tx: Executor, id: string): Promise<Group> {
  const [row] = isUuid(id) ? await tx.query(`select ${columns} from groups where id = $1 for no key update`, [id]) : []
  if (!row) throw new Refusal('not-found', 'There is no such group.')
  return groupOfRow(row)
}
