// Groups in groups: which are in which, by which way somebody comes to be in one, and that none is ever in itself.
import { Refusal } from '../../platform/errors.js'
import { pageOf, type Page, type PageRequest } from '../../platform/storage/paging.js'
import type { Executor } from '../../platform/storage/database.js'
import type { Store } from '../../platform/storage/store.js'
import { refuseTaken } from '../../platform/storage/taken.js'
import { actingAs, Groups, type Group } from './groups.js'

/** A group that somebody is in, and how. */
export interface GroupOfUser {
  group: Group
  /** The membership itself, where they are in it directly. */
  membershipId: string | undefined
  /** Otherwise the groups in between, from the one that they are in directly. */
  through: Pick<Group, 'id' | 'displayName'>[]
}

interface Edge extends Record<string, unknown> {
  id: string
  inside: string | null
  membership_id: string
}

const inside = `
  with recursive inside(id) as (
    select $1::uuid union select m.member_group_id from group_members m join inside i on m.group_id = i.id where m.member_group_id is not null
  )`

/** Refuses what would put a group into itself. */
export async function checkNesting(store: Executor, { groupId, memberId }: { groupId: string; memberId: string }): Promise<void> {
  const [circle] = await store.query(`${inside} select 1 from inside where id = $2::uuid`, [memberId, groupId])
  if (circle) throw new Refusal('conflict', groupId === memberId ? 'A group cannot be in itself.' : 'The group is in that one already, directly or through others: it would be in itself.')
}

export class GroupNesting {
  constructor(private readonly store: Store) {}

  /** Lists a page of the groups that are directly in a group, by name. */
  async page(groupId: string, { after, limit }: PageRequest): Promise<Page<Pick<Group, 'id' | 'displayName' | 'description'>>> {
    const rows = await this.store.query<{ id: string; display_name: string; description: string | null; key: string }>(
      `select g.id, display_name, description, lower(display_name) as key from group_members m join groups g on g.id = m.member_group_id
       where m.group_id = $1 and ($2::text is null or lower(display_name) > $2) order by lower(display_name) limit $3`, [groupId, after ?? null, limit + 1])
    return pageOf(rows, limit, ({ key }) => key, ({ id, display_name: displayName, description }) => ({ id, displayName, description: description ?? undefined }))
  }

  /** Puts a group into another; refuses what is there already, and what would put a group into itself. */
  async add({ groupId, memberId, by }: { groupId: string; memberId: string; by?: string }): Promise<void> {
    await this.store.transaction(async (tx) => {
      // Two that are put into each other at the same moment would each look harmless.
      await tx.query('lock table group_members in share row exclusive mode')
      await checkNesting(tx, { groupId, memberId })
      await refuseTaken(tx.query('insert into group_members (group_id, member_group_id, created_by) values ($1, $2, $3)', [groupId, memberId, by ?? null]), {
        group_members_group: 'That group is in this one already.', group_members_group_id_fkey: 'There is no such group.', group_members_member_group_id_fkey: 'There is no such group.',
      })
    })
  }

  /** Takes a group out of another; false where it was not in it. */
  async remove({ groupId, memberId }: { groupId: string; memberId: string }): Promise<boolean> {
    return removeNested(this.store, { groupId, memberId })
  }

  /** Counts the people who are in a group, directly or through others. */
  async countPeople(groupId: string): Promise<number> {
    const [row] = await this.store.query<{ people: number }>(`${inside} select count(distinct user_id)::int as people from group_members where group_id in (select id from inside) and user_id is not null`, [groupId])
    return row?.people ?? 0
  }

  /** Lists every group that somebody is in with the shortest way into it, by name. */
  async ofUser(userId: string): Promise<GroupOfUser[]> {
    const groups = await new Groups(this.store).listOf(userId)
    const edges = await this.store.query<Edge>(
      `${actingAs} select group_id as id, member_group_id as inside, id as membership_id from group_members where user_id = $1::uuid
       union all select group_id, member_group_id, m.id from my_groups g join group_members m on m.member_group_id = g.id`, [userId])
    const ways = waysInto(edges)
    const names = new Map(groups.map((group) => [group.id, group]))
    const direct = new Map(edges.flatMap((edge) => (edge.inside === null ? [[edge.id, edge.membership_id] as const] : [])))
    return groups.map((group) => ({ group, membershipId: direct.get(group.id), through: (ways.get(group.id) ?? []).flatMap((id) => names.get(id) ?? []) }))
  }
}

/** For each group the groups before it on the shortest way, found outwards from those without any. */
function waysInto(edges: readonly Edge[]): Map<string, string[]> {
  const ways = new Map<string, string[]>()
  const around = new Map<string, string[]>()
  for (const { id, inside: member } of edges) {
    if (member === null) ways.set(id, [])
    else around.set(member, [...around.get(member) ?? [], id])
  }
  for (const [id, way] of ways) for (const outer of around.get(id) ?? []) if (!ways.has(outer)) ways.set(outer, [...way, id])
  return ways
}

/** Takes a group out of another one; false where it is not in it. */
export async function removeNested(sql: Executor, { groupId, memberId }: { groupId: string; memberId: string }): Promise<boolean> {
  return (await sql.query('delete from group_members where group_id = $1 and member_group_id = $2 returning id', [groupId, memberId])).length > 0
}
