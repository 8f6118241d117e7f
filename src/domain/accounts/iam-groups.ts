// IAM groups: users of one account that share policies. A group is in no other group.
import { Refusal } from '../../platform/errors.js'
import { newIamId } from '../../platform/ids.js'
import type { Row } from '../../platform/storage/database.js'
import { refuseTaken } from '../../platform/storage/taken.js'
import { columnsOf, Entities, entityOf, type Entity } from './entities.js'
import { userOf, type IamUser } from './iam-users.js'
import { refuseInUse } from './in-use.js'
import { pageOf, type Page, type PageRequest } from './paging.js'

export interface IamGroup extends Entity {
  kind: 'group'
}

export interface NewIamGroup {
  id?: string
  accountId: string
  name: string
  path: string
}

export interface GroupMembership {
  groupId: string
  userId: string
}

export const mostGroupsPerUser = 10

const uses = `
  select (select count(*) from iam_group_members where group_id = $1)::int as "users in it", (select count(*) from iam_attachments where entity_id = $1)::int as "policies attached to it",
    (select count(*) from iam_inline_policies where entity_id = $1)::int as "policies of its own"`

export class IamGroups extends Entities<IamGroup, NewIamGroup> {
  constructor(store: ConstructorParameters<typeof Entities>[0], clock?: () => number) {
    super(store, 'group', clock)
  }

  /** Adds a user; one that is in it already stays so. */
  async addUser({ groupId, userId }: GroupMembership): Promise<void> {
    await this.store.transaction(async (tx) => {
      await tx.query('select id from iam_entities where id = $1 for update', [userId])
      const [row] = await tx.query<{ count: number }>('select count(*)::int as count from iam_group_members where user_id = $1 and group_id <> $2', [userId, groupId])
      if (row!.count >= mostGroupsPerUser) throw new Refusal('limit-exceeded', `A user can be in at most ${mostGroupsPerUser} groups.`)
      await refuseTaken(tx.query('insert into iam_group_members (group_id, user_id) values ($1, $2) on conflict do nothing', [groupId, userId]),
        { iam_group_members_group_id_fkey: 'The group is not there any more.', iam_group_members_user_id_fkey: 'The user is not there any more.' })
    })
  }

  /** Takes a user out; true where it was in. */
  async removeUser({ groupId, userId }: GroupMembership): Promise<boolean> {
    return (await this.store.query('delete from iam_group_members where group_id = $1 and user_id = $2 returning user_id', [groupId, userId])).length > 0
  }

  /** Lists a page of a group's users, by name. */
  async listUsers(groupId: string, { after, limit }: PageRequest): Promise<Page<IamUser>> {
    const rows = await this.store.query(
      `select ${columnsOf('u')}, lower(u.name) as key from iam_group_members m join iam_entities u on u.id = m.user_id where m.group_id = $1 and ($2::text is null or lower(u.name) > $2)
       order by lower(u.name) limit $3`, [groupId, after ?? null, limit + 1])
    return pageOf(rows, limit, (row) => row.key as string, userOf)
  }

  /** Lists the groups that a user is in, by name; there are few. */
  async listOf(userId: string): Promise<IamGroup[]> {
    const rows = await this.store.query(`select ${columnsOf('g')} from iam_group_members m join iam_entities g on g.id = m.group_id where m.user_id = $1 order by lower(g.name)`, [userId])
    return rows.map((row) => this.fromRow(row))
  }

  /** Lists who is in which group: everybody, or some users. */
  async listMemberships(userIds?: readonly string[]): Promise<GroupMembership[]> {
    return (await this.store.query('select group_id, user_id from iam_group_members where $1::text[] is null or user_id = any($1)', [userIds ?? null])).map((row) => ({ groupId: row.group_id as string, userId: row.user_id as string }))
  }

  /** Makes users members of exactly these groups. */
  async setGroups(users: { userId: string; groupIds: string[] }[]): Promise<void> {
    const wanted = JSON.stringify(users.flatMap(({ userId, groupIds }) => groupIds.map((groupId) => ({ group_id: groupId, user_id: userId }))))
    await this.store.query(
      `delete from iam_group_members m where user_id = any($1) and not exists (
         select from jsonb_to_recordset($2::jsonb) as r(group_id text, user_id text) where r.group_id = m.group_id and r.user_id = m.user_id)`, [users.map(({ userId }) => userId), wanted])
    await this.store.query('insert into iam_group_members (group_id, user_id) select group_id, user_id from jsonb_to_recordset($1::jsonb) as r(group_id text, user_id text) on conflict do nothing', [wanted])
  }

  /** Removes a group; refuses while there are users in it or policies on it. */
  async remove({ id }: { id: string }): Promise<void> {
    await this.store.transaction(async (tx) => {
      await tx.query('select id from iam_entities where id = $1 for update', [id])
      await refuseInUse(tx.query<Record<string, number>>(uses, [id]), 'The group')
      await tx.query('delete from iam_entities where id = $1', [id])
    })
  }

  /** Removes groups with everything that hangs on them. */
  async removeWhole(ids: readonly string[]): Promise<void> {
    await this.store.query('delete from iam_entities where id = any($1)', [ids])
  }

  protected override fromRow(row: Row): IamGroup {
    return { ...entityOf(row), kind: 'group' }
  }

  protected override toRow({ id = newIamId('AGPA'), accountId, name, path }: NewIamGroup): Row & { id: string } {
    return { id, account_id: accountId, name, path, boundary: null, tags: {} }
  }
}
