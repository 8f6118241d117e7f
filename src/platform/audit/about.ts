// Finds the events of one person: what they did, and what was done to them.
import type { Executor } from '../storage/database.js'
import { pageOf, type Page, type PageRequest } from '../storage/paging.js'
import type { RecordedEvent } from './found-events.js'

/** Whom an event is about; the index `audit_events_about` is over the same words. */
const about = `coalesce(event #>> '{requestParameters,userId}', event #>> '{requestParameters,memberId,userId}', event #>> '{requestParameters,principalId}',
  event #>> '{responseElements,userId}', event #>> '{additionalEventData,before,memberId,userId}')`

export class EventsAbout {
  constructor(private readonly sql: Executor) {}

  /** Lists a page of events of and about a person, newest first; the key of a page is the position that it ended with. */
  async page(userId: string, { after, limit }: PageRequest): Promise<Page<RecordedEvent>> {
    const rows = await this.sql.query<Record<string, unknown> & RecordedEvent>(
      `select position, event from (
         (select position, event from audit_events where user_id = $1::uuid and ($2::bigint is null or position < $2) order by position desc limit $3)
         union
         (select position, event from audit_events where ${about} = $1::text and ($2::bigint is null or position < $2) order by position desc limit $3)
       ) as found order by position desc limit $3`,
      [userId, after ?? null, limit + 1])
    return pageOf(rows, limit, ({ position }) => String(position), ({ position, event }) => ({ position, event }))
  }
}
