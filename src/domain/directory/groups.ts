// Groups: sets of workforce users and of other groups.
import { isUuid, newUuid } from '../../platform/ids.js'
import type { Executor, Row } from '../../platform/storage/database.js'
import { refuseTaken } from '../../platform/storage/taken.js'

export interface Group {
  id: string
  displayName: string
  description: string | undefined
}

export type NewGroup = Omit<Group, 'id'> & { id?: string }

/** One member of a group: a user, or another group. */
export interface Membership {
  groupId: string
  member: { userId: string } | { groupId: string }
}

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

export class Groups {
  constructor(private readonly sql: Executor) {}

  async find(id: string): Promise<Group | undefined> {
    const [row] = isUuid(id) ? await this.sql.query('select id, display_name, description from groups where id = $1', [id]) : []
    return row && fromRow(row)
  }

  async list(): Promise<Group[]> {
    return (await this.sql.query('select id, display_name, description from groups order by lower(display_name)')).map(fromRow)
  }

  /** Lists every group a user is in, directly or through other groups. */
  async listOf(userId: string): Promise<Group[]> {
    const rows = await this.sql.query(`${actingAs} select id, display_name, description from groups join my_groups using (id) order by lower(display_name)`, [userId])
    return rows.map(fromRow)
  }

  async listMemberships(): Promise<Membership[]> {
    const rows = await this.sql.query<{ group_id: string; user_id: string | null; member_group_id: string | null }>('select group_id, user_id, member_group_id from group_members')
    return rows.map((row) => ({ groupId: row.group_id, member: row.user_id ? { userId: row.user_id } : { groupId: row.member_group_id! } }))
  }

  /** Creates groups, all or none, and returns their ids in the order given. */
  async create(groups: NewGroup[]): Promise<string[]> {
    const rows = groups.map((group) => ({ id: group.id ?? newUuid(), display_name: group.displayName, description: group.description ?? null }))
    await refuseTaken(this.sql.query(
      `insert into groups (id, display_name, description)
       select id, display_name, description from jsonb_to_recordset($1::jsonb) as r(id uuid, display_name text, description text)`,
      [JSON.stringify(rows)],
    ), taken)
    return rows.map((row) => row.id)
  }

  async update(groups: Group[]): Promise<void> {
    await refuseTaken(this.sql.query(
      `update groups g set display_name = r.display_name, description = r.description
       from jsonb_to_recordset($1::jsonb) as r(id uuid, display_name text, description text) where g.id = r.id`,
      [JSON.stringify(groups.map((group) => ({ id: group.id, display_name: group.displayName, description: group.description ?? null })))],
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

const memberRows = (memberships: Membership[]): string =>
  JSON.stringify(memberships.map(({ groupId, member }) => ({
    group_id: groupId,
    user_id: 'userId' in member ? member.userId : null,
    member_group_id: 'groupId' in member ? member.groupId : null,
  })))

const fromRow = (row: Row): Group => ({ id: row.id as string, displayName: row.display_name as string, description: (row.description as string | null) ?? undefined })
