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

  /** Lists the links of a person. */
  async listOf(userId: string): Promise<Link[]> {
    return isUuid(userId) ? (await this.sql.query('select * from identity_links where user_id = $1 order by linked_at', [userId])).map(fromRow) : []
  }

  /** Makes one. Refuses with `conflict` where either side is linked already. */
  async create({ sourceId, subject, userId, by }: { sourceId: string; subject: string; userId: string; by: string }): Promise<void> {
    await refuseTaken(this.sql.query('insert into identity_links (source_id, subject, user_id, linked_at, linked_by) values ($1, $2, $3, $4, $5)', [sourceId, subject, userId, new Date(this.clock()), by]), taken)
  }

  /** Notes that one was used. */
  async use({ sourceId, subject }: Pick<Link, 'sourceId' | 'subject'>): Promise<void> {
    await this.sql.query('update identity_links set used_at = $3 where source_id = $1 and subject = $2', [sourceId, subject, new Date(this.clock())])
  }

  async remove(sourceId: string, userId: string): Promise<boolean> {
    return (await this.sql.query('delete from identity_links where source_id = $1 and user_id = $2 returning 1', [sourceId, userId])).length > 0
  }
}

const fromRow = (row: Row): Link => ({
  sourceId: row.source_id as string, subject: row.subject as string, userId: row.user_id as string, linkedAt: row.linked_at as Date, linkedBy: row.linked_by as string, usedAt: (row.used_at as Date | null) ?? undefined,
})
