// What a search asks for, as conditions on the table of events.
import type { Outcome } from './event.js'

export interface EventQuery {
  /** The workforce user it was done by or to. */
  userId?: string | undefined
  accountId?: string | undefined
  eventName?: string | undefined
  eventSource?: string | undefined
  outcome?: Outcome | undefined
  /** An access key id that was used or issued. */
  accessKeyId?: string | undefined
  /** Where it came from. */
  address?: string | undefined
  /** The reference number that somebody was shown. */
  requestId?: string | undefined
  /** The session it was done in. */
  sessionId?: string | undefined
  eventId?: string | undefined
  since?: Date | undefined
  until?: Date | undefined
  /** Events before this position, the newest first. */
  before?: string | undefined
  /** Events after this position, the oldest of them. */
  after?: string | undefined
  limit?: number | undefined
}

export interface Conditions {
  sql: string
  parameters: unknown[]
  /** A column that all that is found has in common and that is to be ordered by before the position, where there is one. */
  lead: 'event_name' | 'event_source' | undefined
}

const isUuid = (text: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)

/** Clocks of nodes differ, and an event waits for its turn: by so much may the order of times be another than that of positions. */
const disorder = `interval '5 minutes'`

/** Times find their positions first, because everything is read in the order of positions. */
const untilBound = `position <= coalesce((select position from audit_events where event_time >= $?::timestamptz + ${disorder} order by event_time, position limit 1), 9223372036854775807)`
const sinceBound = `position >= coalesce((select position from audit_events where event_time < $?::timestamptz - ${disorder} order by event_time desc, position desc limit 1), 0)`

/** Fields that few events share: whatever is asked for beside them, they are what finds. */
const few = ['userId', 'eventId', 'accountId', 'accessKeyId', 'address', 'requestId', 'sessionId'] as const

/**
 * Of names and sources there are few, so the database takes each for a common one and looks for it among all events in their
 * order; one that is rare or not there would cost a walk through the whole trail. Written as a range, and ordered by, it is
 * read from its own index.
 */
function leadOf(query: EventQuery): Conditions['lead'] {
  if (few.some((field) => query[field] !== undefined)) return undefined
  return query.eventName !== undefined ? 'event_name' : query.eventSource !== undefined ? 'event_source' : undefined
}

/** Writes a query as SQL; with a lead for those who read pages. Ids that are none match nothing. */
export function conditionsOf(query: EventQuery, { leads = false } = {}): Conditions {
  const lead = leads ? leadOf(query) : undefined
  const conditions: string[] = []
  const parameters: unknown[] = []
  const where = (sql: string, value: unknown): void => {
    if (value === undefined) return
    parameters.push(value)
    conditions.push(sql.replaceAll('$?', `$${parameters.length}`))
  }
  const whereId = (column: string, id: string | undefined): void => {
    if (id === undefined || isUuid(id)) where(`${column} = $?`, id)
    else conditions.push('false')
  }
  whereId('user_id', query.userId)
  whereId('event_id', query.eventId)
  where('account_id = $?', query.accountId)
  where(lead === 'event_name' ? 'event_name >= $? and event_name <= $?' : 'event_name = $?', query.eventName)
  where(lead === 'event_source' ? 'event_source >= $? and event_source <= $?' : 'event_source = $?', query.eventSource)
  if (query.outcome === 'Failure') conditions.push(`outcome = 'Failure'`)
  else where('outcome = $?', query.outcome)
  // Two indexes know it; gathered first, so that none is passed over for a walk through the trail.
  where(`position = any(array(select position from audit_events where access_key_id = $? union select position from audit_events where event #>> '{responseElements,credentials,accessKeyId}' = $?))`, query.accessKeyId)
  where(`event ->> 'sourceIPAddress' = $?`, query.address)
  where(`event ->> 'requestID' = $?`, query.requestId)
  where(`event #>> '{additionalEventData,sessionId}' = $?`, query.sessionId)
  where(`event_time >= $? and ${sinceBound}`, query.since)
  where(`event_time < $? and ${untilBound}`, query.until)
  where('position < $?', query.before)
  where('position > $?', query.after)
  return { sql: conditions.length > 0 ? conditions.join(' and ') : 'true', parameters, lead }
}
