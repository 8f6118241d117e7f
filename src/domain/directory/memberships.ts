// Who is in which group: memberships have an id, so that clients can name them one by one.
import { isUuid } from '../../platform/ids.js'
import { pageOf, type Page, type PageRequest, type SearchRequest } from '../../platform/storage/paging.js'
import type { Executor, Row } from '../../platform/storage/database.js'
import { refuseTaken } from '../../platform/storage/taken.js'
import { isSearching, matching } from './searching.js'

/** One member of a group: a user, or another group. */
export interface Membership {
  groupId: string
  member: { userId: string } | { groupId: string }
}

export interface KnownMembership extends Membership {
  id: string
  createdAt: Date
  createdBy: string | undefined
}

/** A user in a group, with what people know them by. */
export interface Member {
  membershipId: string
  userId: string
  userName: string
  displayName: string
  active: boolean
}

/** Up to so many members are sorted; of more, people are walked through in their order, and most are members. */
const mostSorted = 5000
const columns = 'id, group_id, user_id, member_group_id, created_at, created_by'
const missing = {
  group_members_group_id_fkey: 'There is no such group.',
  group_members_user_id_fkey: 'There is no such user.',
  group_members_member_group_id_fkey: 'There is no such group.',
}

/** Memberships of users. Groups in groups are members too, but not of those that clients list one by one. */
export class Memberships {
  constructor(private readonly sql: Executor, private readonly most = mostSorted) {}

  async find(id: string): Promise<KnownMembership | undefined> {
    const [row] = isUuid(id) ? await this.sql.query(`select ${columns} from group_members where id = $1 and user_id is not null`, [id]) : []
    return row && fromRow(row)
  }

  async findOf(groupId: string, userId: string): Promise<KnownMembership | undefined> {
    const [row] = isUuid(groupId) && isUuid(userId) ? await this.sql.query(`select ${columns} from group_members where group_id = $1 and user_id = $2`, [groupId, userId]) : []
    return row && fromRow(row)
  }

  /** Makes a user a member, and refuses with `conflict` where they are one already. */
  async create({ groupId, userId, by }: { groupId: string; userId: string; by?: string }): Promise<KnownMembership> {
    const rows: Row[] = []
    await refuseTaken(this.sql.query(`insert into group_members (group_id, user_id, created_by) values ($1, $2, $3) returning ${columns}`, [groupId, userId, by ?? null]).then((made) => rows.push(...made)),
      { ...missing, group_members_user: 'The user is a member of the group already.' })
    return fromRow(rows[0]!)
  }

  /** Ends memberships by their ids; returns those that there were. */
  async remove(ids: readonly string[]): Promise<KnownMembership[]> {
    return (await this.sql.query(`delete from group_members where id = any($1::uuid[]) returning ${columns}`, [ids.filter(isUuid)])).map(fromRow)
  }

  /** Says of which of these groups a user is a member, directly. */
  async among(userId: string, groupIds: readonly string[]): Promise<Set<string>> {
    const rows = await this.sql.query<{ group_id: string }>('select group_id from group_members where user_id = $1 and group_id = any($2::uuid[])', [userId, groupIds.filter(isUuid)])
    return new Set(rows.map((row) => row.group_id))
  }

  /** Lists a page of a group's users, by id. */
  async pageOfGroup(groupId: string, { after, limit }: PageRequest): Promise<Page<KnownMembership>> {
    const rows = await this.sql.query(`select ${columns} from group_members where group_id = $1 and user_id is not null and ($2::uuid is null or user_id > $2) order by user_id limit $3`, [groupId, after ?? null, limit + 1])
    return pageOf(rows, limit, (row) => row.user_id as string, fromRow)
  }

  /** Lists a page of a user's groups, by id. */
  async pageOfUser(userId: string, { after, limit }: PageRequest): Promise<Page<KnownMembership>> {
    const rows = await this.sql.query(`select ${columns} from group_members where user_id = $1 and ($2::uuid is null or group_id > $2) order by group_id limit $3`, [userId, after ?? null, limit + 1])
    return pageOf(rows, limit, (row) => row.group_id as string, fromRow)
  }

  /** Lists a page of the users in a group, directly, by user name. */
  async pageOfMembers(groupId: string, { search, after, limit }: SearchRequest): Promise<Page<Member>> {
    const [size] = await this.sql.query<{ is_few: boolean }>(
      'select count(*) <= $2 as is_few from (select from group_members where group_id = $1 and user_id is not null limit $2 + 1) as found', [groupId, this.most])
    const members = size!.is_few ? 'users u join (select id, user_id from group_members where group_id = $1 and user_id is not null offset 0) as m on m.user_id = u.id'
      : 'users u cross join lateral (select id from group_members where group_id = $1 and user_id = u.id offset 0) as m'
    const rows = await this.sql.query(
      `select m.id as membership_id, u.id, user_name, display_name, active, lower(user_name) as key from ${members}
       where ($2::text is null or lower(user_name) > $2) ${matching(search, 4)} order by lower(user_name) limit $3`,
      [groupId, after ?? null, limit + 1, ...(isSearching(search) ? [search] : [])])
    return pageOf(rows, limit, (row) => row.key as string, memberOf)
  }

  /** Counts the users and groups that are in groups directly, by group; a group that has none is left out. */
  async count(groupIds: readonly string[]): Promise<Map<string, { users: number; groups: number }>> {
    const rows = await this.sql.query<{ group_id: string; users: number; groups: number }>(
      'select group_id, count(user_id)::int as users, count(member_group_id)::int as groups from group_members where group_id = any($1::uuid[]) group by group_id', [groupIds])
    return new Map(rows.map(({ group_id: groupId, users, groups }) => [groupId, { users, groups }]))
  }
}

const memberOf = (row: Row): Member => ({
  membershipId: row.membership_id as string, userId: row.id as string, userName: row.user_name as string, displayName: row.display_name as string, active: row.active as boolean,
})

const fromRow = (row: Row): KnownMembership => ({
  id: row.id as string,
  groupId: row.group_id as string,
  member: row.user_id ? { userId: row.user_id as string } : { groupId: row.member_group_id as string },
  createdAt: row.created_at as Date,
  createdBy: (row.created_by as string | null) ?? undefined,
})

export const memberRows = (memberships: Membership[]): string =>
  JSON.stringify(memberships.map(({ groupId, member }) => ({
    group_id: groupId,
    user_id: 'userId' in member ? member.userId : null,
    member_group_id: 'groupId' in member ? member.groupId : null,
  })))
