// The members of groups, people and groups alike, written and read many at once.
import { Refusal } from '../../platform/errors.js'
import { isUuid } from '../../platform/ids.js'
import type { Executor } from '../../platform/storage/database.js'
import { conditionSql, Parameters, type Condition } from './conditions.js'
import { memberParts } from './search-fields.js'
import type { Membership } from './memberships.js'

/** A member as lists of them say it. */
export interface ListedMember {
  id: string
  kind: 'User' | 'Group'
  displayName: string
}

/** What tells whether the members of a group changed. */
export interface MembersState {
  count: number
  newest: string
}

type MemberRow = { group_id: string; user_id: string | null; member_group_id: string | null }

const memberOf = (row: MemberRow): Membership => ({ groupId: row.group_id, member: row.user_id ? { userId: row.user_id } : { groupId: row.member_group_id! } })

export class GroupMembers {
  constructor(private readonly sql: Executor) {}

  /** Lists the members of groups, by name. */
  async list(groupIds: readonly string[]): Promise<Map<string, ListedMember[]>> {
    const rows = await this.sql.query<{ group_id: string; id: string; kind: 'User' | 'Group'; display_name: string }>(
      `select m.group_id, u.id, 'User' as kind, u.display_name from group_members m join users u on u.id = m.user_id where m.group_id = any($1::uuid[])
       union all select m.group_id, g.id, 'Group', g.display_name from group_members m join groups g on g.id = m.member_group_id where m.group_id = any($1::uuid[]) order by 4, 2`, [groupIds])
    return gathered(rows.map((row) => [row.group_id, { id: row.id, kind: row.kind, displayName: row.display_name }]))
  }

  /** Lists the groups that people are in directly, by name. */
  async groupsOf(userIds: readonly string[]): Promise<Map<string, { id: string; displayName: string }[]>> {
    const rows = await this.sql.query<{ user_id: string; id: string; display_name: string }>(
      'select m.user_id, g.id, g.display_name from group_members m join groups g on g.id = m.group_id where m.user_id = any($1::uuid[]) order by lower(g.display_name)', [userIds])
    return gathered(rows.map((row) => [row.user_id, { id: row.id, displayName: row.display_name }]))
  }

  async states(groupIds: readonly string[]): Promise<Map<string, MembersState>> {
    const rows = await this.sql.query<{ group_id: string; count: number; newest: string }>(
      'select group_id, count(*)::int as count, max(created_at)::text as newest from group_members where group_id = any($1::uuid[]) group by group_id', [groupIds])
    return new Map(rows.map(({ group_id: id, count, newest }) => [id, { count, newest }]))
  }

  /** Makes people and groups members within a transaction, and returns the memberships that are new; refuses ids that are nobody's, and what would put a group into itself. */
  async add(groupId: string, ids: readonly string[], by: string): Promise<Membership[]> {
    const wanted = [...new Set(ids.map((id) => id.toLowerCase()))]
    if (wanted.length === 0) return []
    const { users, groups } = await this.hold(wanted)
    const known = new Set([...users, ...groups])
    const missing = wanted.find((id) => !known.has(id))
    if (missing !== undefined) throw new Refusal('invalid-input', `There is neither a user nor a group with the id ${missing.slice(0, 60)}.`)
    if (groups.length > 0) await this.#checkCircle(groupId, groups)
    const rows = await this.sql.query<MemberRow>(
      `insert into group_members (group_id, user_id, member_group_id, created_at, created_by)
       select $1::uuid, id, null::uuid, clock_timestamp(), $4::text from users where id = any($2::uuid[]) union all select $1::uuid, null::uuid, id, clock_timestamp(), $4::text from groups where id = any($3::uuid[])
       on conflict do nothing returning group_id, user_id, member_group_id`, [groupId, users, groups, by])
    return rows.map(memberOf)
  }

  /**
   * Keeps those who are to come in from going, until the transaction ends; for groups the whole table waits. To be called before
   * the transaction writes memberships: whoever has written some, and then wants the table, waits for another who does the same.
   */
  async hold(ids: readonly string[]): Promise<{ users: string[]; groups: string[] }> {
    const wanted = [...new Set(ids.map((id) => id.toLowerCase()))].filter(isUuid)
    // Rows first: whoever deletes one waits for the table with that one's row in hand.
    const found = async (table: 'users' | 'groups'): Promise<string[]> =>
      (await this.sql.query<{ id: string }>(`select id from ${table} where id = any($1::uuid[]) order by id for key share`, [wanted])).map(({ id }) => id)
    const users = wanted.length === 0 ? [] : await found('users')
    const groups = users.length === wanted.length ? [] : await found('groups')
    // Two that are put into each other at the same moment would each look harmless.
    if (groups.length > 0) await this.sql.query('lock table group_members in share row exclusive mode')
    return { users, groups }
  }

  /** Takes members out who meet a condition on `value`, `type` and `display`, or all of them; returns those that were. */
  async remove(groupId: string, condition?: Condition): Promise<Membership[]> {
    const parameters = new Parameters()
    const group = parameters.add(groupId)
    const where = condition ? conditionSql(condition, { plain: memberParts, lists: {} }, parameters) : 'true'
    return (await this.sql.query<MemberRow>(`delete from group_members m where m.group_id = ${group} and ${where} returning m.group_id, m.user_id, m.member_group_id`, parameters.values)).map(memberOf)
  }

  /** Takes out those with these ids, or everybody but those. */
  async removeIds(groupId: string, ids: readonly string[], { others = false } = {}): Promise<Membership[]> {
    const rows = await this.sql.query<MemberRow>(
      `delete from group_members where group_id = $1 and ${others ? 'not ' : ''}coalesce(user_id, member_group_id) = any($2::uuid[]) returning group_id, user_id, member_group_id`, [groupId, ids.filter(isUuid)])
    return rows.map(memberOf)
  }

  async #checkCircle(groupId: string, groups: readonly string[]): Promise<void> {
    const [circle] = await this.sql.query(
      `with recursive inside(id) as (select unnest($1::uuid[]) union select m.member_group_id from group_members m join inside i on m.group_id = i.id where m.member_group_id is not null)
       select 1 from inside where id = $2::uuid`, [groups, groupId])
    if (circle) throw new Refusal('invalid-input', 'A group cannot be in itself, directly or through others.')
  }
}

function gathered<Item>(pairs: readonly (readonly [string, Item])[]): Map<string, Item[]> {
  const all = new Map<string, Item[]>()
  for (const [key, item] of pairs) {
    const list = all.get(key)
    if (list) list.push(item)
    else all.set(key, [item])
  }
  return all
}
