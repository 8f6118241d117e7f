// Which subject of a source is who here. A link is made once, by somebody new coming in, by a rule that an administrator chose,
// or by an administrator's hand; from then on nothing but the subject is looked at.
import type { Clock } from '../../platform/clock.js'
import { isUuid } from '../../platform/ids.js'
import type { Executor, Row } from '../../platform/storage/database.js'
import { refuseTaken } from '../../platform/storage/taken.js'

export interface Link {
  sourceId: string
  subject: string
  userId: string
  linkedAt: Date
  linkedBy: string
  /** When the person signed in with it last. */
  usedAt: Date | undefined
}

/** Who is linked to what. */
export type LinkRow = Pick<Link, 'sourceId' | 'subject' | 'userId'>

/** Milliseconds for which it counts whom a directory had when it was synchronised: twice the longest time between two of them. */
const believedFor = 14 * 24 * 3_600_000

/** What a link is refused for, by the index that says so. */
const taken = {
  identity_links_pkey: 'Somebody else is linked to that subject already.',
  identity_links_user: 'That person is linked to the source already.',
  identity_links_user_id_fkey: 'There is no such user.',
  identity_links_source_id_fkey: 'There is no such identity source.',
}

export class Links {
  constructor(private readonly sql: Executor, private readonly clock: Clock) {}

  async find(sourceId: string, subject: string): Promise<Link | undefined> {
    const [row] = await this.sql.query('select * from identity_links where source_id = $1 and subject = $2', [sourceId, subject])
    return row && fromRow(row)
  }

  /** Finds one; where there is none yet, whoever else looks for the same one so waits for the end of this transaction. */
  async findAlone(sourceId: string, subject: string): Promise<Link | undefined> {
    const link = await this.find(sourceId, subject)
    if (link) return link
    await this.sql.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`${sourceId} ${subject}`])
    return this.find(sourceId, subject)
  }

  /** Lists the links of a person. */
  async listOf(userId: string): Promise<Link[]> {
    return isUuid(userId) ? (await this.sql.query('select * from identity_links where user_id = $1 order by linked_at', [userId])).map(fromRow) : []
  }

  /** Makes one. Refuses with `conflict` where either side is linked already. */
  async create({ sourceId, subject, userId, by }: { sourceId: string; subject: string; userId: string; by: string }): Promise<void> {
    await refuseTaken(this.sql.query('insert into identity_links (source_id, subject, user_id, linked_at, linked_by) values ($1, $2, $3, $4, $5)', [sourceId, subject, userId, new Date(this.clock()), by]), taken)
  }

  /** Makes many, all or none, on the same terms. */
  async linkAll(links: readonly LinkRow[], by: string): Promise<void> {
    await refuseTaken(this.sql.query(
      'insert into identity_links (source_id, subject, user_id, linked_at, linked_by) select source_id, subject, user_id, $4, $5 from unnest($1::uuid[], $2::text[], $3::uuid[]) as new (source_id, subject, user_id)',
      [links.map(({ sourceId }) => sourceId), links.map(({ subject }) => subject), links.map(({ userId }) => userId), new Date(this.clock()), by]), taken)
  }

  /** Notes that one was used: whoever came by it is there. */
  async use({ sourceId, subject }: Pick<Link, 'sourceId' | 'subject'>): Promise<void> {
    await this.sql.query('update identity_links set used_at = $3, lost_at = null where source_id = $1 and subject = $2', [sourceId, subject, new Date(this.clock())])
  }

  /** Notes that a synchronisation disabled these people, until anybody enables or disables them: on every link, because the one that it came of may go. */
  async noteDisabled(userIds: readonly string[]): Promise<void> {
    await this.sql.query('update identity_links set disabled_at = $2 where user_id = any($1::uuid[])', [userIds, new Date(this.clock())])
  }

  /** Takes that note back, and returns the ids of those about whom there was one. */
  async takeDisabled(userIds: readonly string[]): Promise<string[]> {
    const rows = await this.sql.query<{ user_id: string }>('update identity_links set disabled_at = null where user_id = any($1::uuid[]) and disabled_at is not null returning user_id', [userIds])
    return [...new Set(rows.map(({ user_id: id }) => id))]
  }

  /** Notes that a synchronisation of the source does not find these people any more, or found them again. */
  async noteLost(sourceId: string, userIds: readonly string[], isLost: boolean): Promise<void> {
    await this.sql.query('update identity_links set lost_at = $3 where source_id = $1 and user_id = any($2::uuid[])', [sourceId, userIds, isLost ? new Date(this.clock()) : null])
  }

  /** Tells which of these people another directory has, by the last word of its synchronisation; one that was done in the last 14 days. */
  async heldByOthers(sourceId: string, userIds: readonly string[]): Promise<Set<string>> {
    const rows = userIds.length === 0 ? [] : await this.sql.query<{ user_id: string }>(
      `select l.user_id from identity_links l join identity_sources s on s.id = l.source_id join identity_source_syncs y on y.source_id = s.id
       where l.user_id = any($2::uuid[]) and l.source_id <> $1 and l.lost_at is null and s.kind = 'ldap' and s.enabled and y.done_at > $3`, [sourceId, userIds, new Date(this.clock() - believedFor)])
    return new Set(rows.map(({ user_id: id }) => id))
  }

  /** Lists all there are, each with the groups that the person is in, by the source's word. */
  static async listAll(sql: Executor): Promise<(LinkRow & { groupIds: string[] })[]> {
    const groups = new Map<string, string[]>()
    for (const row of await sql.query<{ source_id: string; user_id: string; ids: string[] }>('select l.source_id, l.user_id, array_agg(l.group_id::text) as ids from identity_link_groups l join group_members m on m.group_id = l.group_id and m.user_id = l.user_id group by l.source_id, l.user_id')) groups.set(`${row.source_id} ${row.user_id}`, row.ids)
    const rows = await sql.query<{ source_id: string; subject: string; user_id: string }>('select source_id, subject, user_id from identity_links')
    return rows.map(({ source_id: sourceId, subject, user_id: userId }) => ({ sourceId, subject, userId, groupIds: groups.get(`${sourceId} ${userId}`) ?? [] }))
  }

  async unlinkAll(links: readonly LinkRow[]): Promise<void> {
    await this.sql.query(
      'delete from identity_links l using unnest($1::uuid[], $2::text[], $3::uuid[]) as gone (source_id, subject, user_id) where l.source_id = gone.source_id and l.subject = gone.subject and l.user_id = gone.user_id',
      [links.map(({ sourceId }) => sourceId), links.map(({ subject }) => subject), links.map(({ userId }) => userId)])
  }

  /** Says by which groups a source decides about somebody, of many at once; who is in them is not changed. */
  async setGroups(links: readonly (LinkRow & { groupIds: readonly string[] })[]): Promise<void> {
    await this.sql.query('delete from identity_link_groups g using unnest($1::uuid[], $2::uuid[]) as set (source_id, user_id) where g.source_id = set.source_id and g.user_id = set.user_id', [links.map(({ sourceId }) => sourceId), links.map(({ userId }) => userId)])
    const rows = links.flatMap(({ sourceId, userId, groupIds }) => groupIds.map((groupId) => ({ sourceId, userId, groupId })))
    await this.sql.query('insert into identity_link_groups (source_id, user_id, group_id) select * from unnest($1::uuid[], $2::uuid[], $3::uuid[]) on conflict do nothing', [rows.map(({ sourceId }) => sourceId), rows.map(({ userId }) => userId), rows.map(({ groupId }) => groupId)])
  }

  async remove(sourceId: string, userId: string): Promise<boolean> {
    return (await this.sql.query('delete from identity_links where source_id = $1 and user_id = $2 returning 1', [sourceId, userId])).length > 0
  }
}

const fromRow = (row: Row): Link => ({
  sourceId: row.source_id as string, subject: row.subject as string, userId: row.user_id as string, linkedAt: row.linked_at as Date, linkedBy: row.linked_by as string, usedAt: (row.used_at as Date | null) ?? undefined,
})
