// Finds events that were recorded: for those who search, for their own people, for an account, by a key.
import type { Executor } from '../storage/database.js'
import { conditionsOf, type EventQuery } from './conditions.js'

export interface RecordedEvent {
  position: string
  event: Record<string, unknown>
}

/** A page of what a search found, the newest first. */
export interface FoundPage {
  events: RecordedEvent[]
  /** Search before it for what comes below this page, where there may be anything. */
  older?: string
  /** Search after it for what comes above this page, where there may be anything. */
  newer?: string
  /** Search after it, later, for what has come since: that is how a page follows the trail. */
  head: string
}

type Row = Record<string, unknown> & RecordedEvent

interface SearchedRow extends Record<string, unknown> {
  position: string | null
  event: Record<string, unknown> | null
  /** How far was looked, and at how many. */
  reached: string | null
  looked: string
  head: string
}

const mostOnPage = 100
/** How many events a search for a text reads at once; where it found too few, it can be continued from there. */
const mostRead = 5000

export class FoundEvents {
  readonly #sql: Executor

  constructor(sql: Executor) {
    this.#sql = sql
  }

  /** Finds events, newest first, at most 100 at once. */
  async list(query: EventQuery): Promise<RecordedEvent[]> {
    const { sql, parameters } = conditionsOf(query)
    return this.#sql.query<Row>(`select position, event from audit_events where ${sql} order by position desc limit ${limitOf(query)}`, parameters)
  }

  /** Finds a page of events before or after a position, or the newest. A text is looked for in all that the event says, upper or lower case. */
  async search({ text, ...query }: EventQuery & { text?: string | undefined }): Promise<FoundPage> {
    const isUp = query.after !== undefined && query.before === undefined
    const { sql, parameters, lead } = conditionsOf(query, { leads: true })
    const limit = limitOf(query)
    const order = isUp ? 'asc' : 'desc'
    const first = lead ? `${lead} ${isUp ? 'desc' : 'asc'}, ` : ''
    const read = text ? mostRead : limit + 1
    const rows = await this.#sql.query<SearchedRow>(`
      with looked as materialized (select position from audit_events where ${sql} order by ${first}position ${order} limit ${read}),
        found as (select e.position, e.event from audit_events e where e.position = any(array(select position from looked)) ${text ? `and strpos(lower(e.event::text), lower($${parameters.length + 1})) > 0` : ''} order by e.position ${order} limit ${limit + 1})
      select f.position, f.event, l.reached, l.looked, coalesce((select max(position) from audit_events), 0) as head
      from (select ${isUp ? 'max' : 'min'}(position) as reached, count(*) as looked from looked) l left join found f on true order by f.position ${order}`,
      [...parameters, ...(text ? [text] : [])])
    return pageOf(rows, { query, isUp, limit, read })
  }

  /** Finds one event by its id, with the person of the directory whom it is by or about. */
  async find(eventId: string): Promise<(RecordedEvent & { userId: string | undefined }) | undefined> {
    const { sql, parameters } = conditionsOf({ eventId })
    const [row] = await this.#sql.query<Row & { user_id: string | null }>(`select position, event, user_id from audit_events where ${sql} order by position desc limit 1`, parameters)
    return row && { position: row.position, event: row.event, userId: row.user_id ?? undefined }
  }

  /** Finds the sign-ins of a user and the tries that failed, newest first, before a position. */
  async listSignIns(userId: string, { before, limit }: { before?: string | undefined; limit: number }): Promise<RecordedEvent[]> {
    return this.#sql.query<Row>(
      `select position, event from audit_events where user_id = $1 and event_name in ('UserAuthentication', 'CredentialVerification')
       and (event_name = 'UserAuthentication' or outcome = 'Failure') ${before === undefined ? '' : 'and position < $3'} order by position desc limit $2`,
      [userId, limit, ...(before === undefined ? [] : [before])],
    )
  }

  /** Finds sign-ins that failed at an identity source, newest first; not names and passwords that were wrong. */
  async listFailedSignIns(sourceId: string, limit: number): Promise<RecordedEvent[]> {
    return this.#sql.query<Row>(
      `select position, event from audit_events where event_name = 'CredentialVerification' and outcome = 'Failure' and event #>> '{additionalEventData,sourceId}' = $1
       and event #>> '{additionalEventData,reason}' is distinct from 'credentials' order by position desc limit $2`, [sourceId, limit])
  }

  /** Finds the account that an access key acts in, by what it was issued with or used for. */
  async findAccountOf(accessKeyId: string): Promise<string | undefined> {
    const rows = await this.#sql.query<{ account_id: string }>(
      `select account_id from (
         select account_id, 1 as rank, position from audit_events where access_key_id = $1 and account_id is not null
         union all select account_id, 2, position from audit_events where event #>> '{responseElements,credentials,accessKeyId}' = $1 and account_id is not null
       ) as known order by rank, position limit 1`, [accessKeyId])
    return rows[0]?.account_id
  }

  /** Finds what happened in an account since a time, newest first: everything, sign-ins only, or what has a text in its name or in who did it. */
  async listOfAccount(accountId: string, { since, signIns = false, text, before, limit }: { since: Date; signIns?: boolean; text?: string | undefined; before?: string | undefined; limit: number }): Promise<RecordedEvent[]> {
    return this.#sql.query<Row>(
      `select position, event from audit_events where account_id = $1 and event_time >= $2 and (not $3 or event_source = 'signin.amazonaws.com') and ($5::bigint is null or position < $5)
         and ($4::text is null or strpos(lower(event_name), $4) > 0 or strpos(lower(event #>> '{userIdentity,userName}'), $4) > 0 or strpos(lower(event #>> '{userIdentity,arn}'), $4) > 0)
       order by position desc limit $6`,
      [accountId, since, signIns, text?.toLowerCase() ?? null, before ?? null, limit],
    )
  }
}

const limitOf = ({ limit = 50 }: EventQuery): number => Math.max(1, Math.min(Math.trunc(limit), mostOnPage))

function pageOf(rows: SearchedRow[], { query, isUp, limit, read }: { query: EventQuery; isUp: boolean; limit: number; read: number }): FoundPage {
  const found = rows.flatMap(({ position, event }) => (position !== null && event ? [{ position, event }] : []))
  const events = found.slice(0, limit)
  const [{ reached, looked, head }] = rows as [SearchedRow]
  // More on the same way: beyond the last that is shown, or beyond what was read.
  const beyond = found.length > limit ? events.at(-1)!.position : Number(looked) === read && reached !== null ? reached : undefined
  const above = isUp ? beyond : query.before === undefined ? undefined : (events[0]?.position ?? String(BigInt(query.before) - 1n))
  const below = isUp ? (events[0]?.position ?? String(BigInt(query.after!) + 1n)) : beyond
  return { events: isUp ? events.toReversed() : events, head, ...(below !== undefined && { older: below }), ...(above !== undefined && { newer: above }) }
}
