// Writes events in groups (a flush takes whatever arrived during the one before) and finds them again.
import type { Clock } from '../clock.js'
import { Refusal } from '../errors.js'
import { newUuid } from '../ids.js'
import type { Executor } from '../storage/database.js'

export type Outcome = 'Success' | 'Failure'

/** Where a request came from, as every event says it. */
export interface RequestOrigin {
  requestId: string
  sourceIPAddress: string
  userAgent: string
}

/** One thing that happened; names and members as CloudTrail has them. */
export interface AuditEvent {
  eventName: string
  eventSource: string
  eventType?: 'AwsApiCall' | 'AwsServiceEvent' | 'AwsConsoleSignIn'
  outcome?: Outcome
  origin?: RequestOrigin
  /** The workforce user it was done by or to. */
  userId?: string
  accountId?: string
  /** The access key id that was issued or used. */
  accessKeyId?: string
  /** Who did it, where that is not the workforce user. */
  userIdentity?: Record<string, unknown>
  requestParameters?: Record<string, unknown>
  responseElements?: Record<string, unknown>
  additionalEventData?: Record<string, unknown>
  serviceEventDetails?: Record<string, unknown>
  /** What it was done to. */
  resources?: { ARN: string; accountId: string; type: string }[]
  /** The same in the events of all accounts that one thing is about. */
  sharedEventId?: string
  errorCode?: string
  errorMessage?: string
  readOnly?: boolean
}

/** Stands in an event where a secret would be. */
export const hidden = 'HIDDEN_DUE_TO_SECURITY_REASONS'

export interface RecordedEvent {
  position: string
  event: Record<string, unknown>
}

export interface EventQuery {
  userId?: string
  accountId?: string
  eventName?: string
  accessKeyId?: string
  since?: Date
  until?: Date
  /** Events before this position (keyset paging, newest first). */
  before?: string
  limit?: number
}

interface TrailOptions {
  sql: Executor
  clock: Clock
  region: string
  /** The management account, which owns events that belong to no other. */
  ownerAccountId: () => string | undefined
  /** The directory that workforce users are of. */
  directoryId?: () => string | undefined
}

interface Waiting {
  row: Record<string, unknown>
  resolve: () => void
  reject: (error: unknown) => void
}

export class Trail {
  #waiting: Waiting[] = []
  #flushing = false

  constructor(private readonly options: TrailOptions) {}

  /** A trail that writes with a transaction: an event that stands or falls with the change it tells of. */
  within(sql: Executor): Trail {
    return new Trail({ ...this.options, sql })
  }

  /** Records an event; resolves once it is stored. */
  record(event: AuditEvent): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ row: this.#row(event), resolve, reject })
      if (!this.#flushing) void this.#flush()
    })
  }

  /** Finds events, newest first, at most 100 at once. */
  async list(query: EventQuery): Promise<RecordedEvent[]> {
    const conditions: string[] = []
    const parameters: unknown[] = []
    const where = (sql: string, value: unknown) => {
      if (value === undefined) return
      parameters.push(value)
      conditions.push(sql.replace('?', `$${parameters.length}`))
    }
    where('user_id = ?', query.userId)
    where('account_id = ?', query.accountId)
    where('event_name = ?', query.eventName)
    where('access_key_id = ?', query.accessKeyId)
    where('event_time >= ?', query.since)
    where('event_time < ?', query.until)
    where('position < ?', query.before)
    parameters.push(Math.min(query.limit ?? 50, 100))
    return this.options.sql.query<Record<string, unknown> & RecordedEvent>(
      `select position, event from audit_events ${conditions.length > 0 ? `where ${conditions.join(' and ')}` : ''} order by position desc limit $${parameters.length}`,
      parameters,
    )
  }

  /** Finds the sign-ins of a user and the tries that failed, newest first, before a position. */
  async listSignIns(userId: string, { before, limit }: { before?: string | undefined; limit: number }): Promise<RecordedEvent[]> {
    return this.options.sql.query<Record<string, unknown> & RecordedEvent>(
      `select position, event from audit_events where user_id = $1 and event_name in ('UserAuthentication', 'CredentialVerification')
       and (event_name = 'UserAuthentication' or outcome = 'Failure') ${before === undefined ? '' : 'and position < $3'} order by position desc limit $2`,
      [userId, limit, ...(before === undefined ? [] : [before])],
    )
  }

  /** Finds the account that an access key acts in, by what it was issued with or used for. */
  async findAccountOf(accessKeyId: string): Promise<string | undefined> {
    const rows = await this.options.sql.query<{ account_id: string }>(
      `select account_id from (
         select account_id, 1 as rank, position from audit_events where access_key_id = $1 and account_id is not null
         union all select account_id, 2, position from audit_events where event #>> '{responseElements,credentials,accessKeyId}' = $1 and account_id is not null
       ) as known order by rank, position limit 1`, [accessKeyId])
    return rows[0]?.account_id
  }

  /** Finds what happened in an account since a time, newest first: everything, sign-ins only, or what has a text in its name or in who did it. */
  async listOfAccount(accountId: string, { since, signIns = false, text, before, limit }: { since: Date; signIns?: boolean; text?: string | undefined; before?: string | undefined; limit: number }): Promise<RecordedEvent[]> {
    return this.options.sql.query<Record<string, unknown> & RecordedEvent>(
      `select position, event from audit_events where account_id = $1 and event_time >= $2 and (not $3 or event_source = 'signin.amazonaws.com') and ($5::bigint is null or position < $5)
         and ($4::text is null or strpos(lower(event_name), $4) > 0 or strpos(lower(event #>> '{userIdentity,userName}'), $4) > 0 or strpos(lower(event #>> '{userIdentity,arn}'), $4) > 0)
       order by position desc limit $6`,
      [accountId, since, signIns, text?.toLowerCase() ?? null, before ?? null, limit],
    )
  }

  async #flush(): Promise<void> {
    this.#flushing = true
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, 500)
      try {
        await this.options.sql.query(insert, [JSON.stringify(batch.map(({ row }) => row), storable)])
        for (const { resolve } of batch) resolve()
      } catch (error) {
        const failed = error instanceof Refusal && error.code === 'unavailable' ? [...batch, ...this.#waiting.splice(0)] : batch
        for (const { reject } of failed) reject(error)
      }
    }
    this.#flushing = false
  }

  #row(event: AuditEvent): Record<string, unknown> {
    const eventId = newUuid()
    const eventTime = new Date(this.options.clock()).toISOString()
    return {
      event_id: eventId,
      event_time: eventTime,
      event_name: event.eventName,
      event_source: event.eventSource,
      user_id: event.userId ?? null,
      account_id: event.accountId ?? null,
      access_key_id: event.accessKeyId ?? null,
      outcome: event.outcome ?? (event.errorCode ? 'Failure' : 'Success'),
      event: this.#shape(event, eventId, `${eventTime.slice(0, 19)}Z`),
    }
  }

  #identityOf({ userId }: AuditEvent): Record<string, unknown> {
    const accountId = this.options.ownerAccountId()
    if (userId === undefined) return { type: 'Unknown', accountId }
    const directoryId = this.options.directoryId?.()
    const identityStoreArn = directoryId && `arn:aws:identitystore::${accountId ?? ''}:identitystore/${directoryId}`
    return { type: 'IdentityCenterUser', arn: '', accountId, accessKeyId: '', onBehalfOf: { userId, ...(identityStoreArn && { identityStoreArn }) } }
  }

  #shape(event: AuditEvent, eventID: string, eventTime: string): Record<string, unknown> {
    const recipient = event.accountId ?? this.options.ownerAccountId()
    return {
      eventVersion: '1.08',
      userIdentity: event.userIdentity ?? this.#identityOf(event),
      eventTime,
      eventSource: event.eventSource,
      eventName: event.eventName,
      awsRegion: this.options.region,
      sourceIPAddress: event.origin?.sourceIPAddress ?? 'gatehouse',
      userAgent: event.origin?.userAgent.slice(0, 256) ?? 'gatehouse',
      ...(event.errorCode && { errorCode: event.errorCode }),
      ...(event.errorMessage && { errorMessage: event.errorMessage }),
      requestParameters: event.requestParameters ?? null,
      responseElements: event.responseElements ?? null,
      ...(event.additionalEventData && { additionalEventData: event.additionalEventData }),
      requestID: event.origin?.requestId ?? eventID,
      eventID,
      readOnly: event.readOnly ?? false,
      eventType: event.eventType ?? 'AwsServiceEvent',
      managementEvent: true,
      eventCategory: 'Management',
      recipientAccountId: recipient,
      ...(event.serviceEventDetails && { serviceEventDetails: event.serviceEventDetails }),
      ...(event.resources && { resources: event.resources }),
      ...(event.sharedEventId && { sharedEventID: event.sharedEventId }),
    }
  }
}

/** PostgreSQL stores neither NUL nor half a surrogate pair, and a stranger may send both. */
const storable = (_key: string, value: unknown): unknown => (typeof value === 'string' ? value.toWellFormed().replaceAll('\0', '') : value)

const insert = `
  insert into audit_events (event_id, event_time, event_name, event_source, user_id, account_id, access_key_id, outcome, event)
  select event_id, event_time, event_name, event_source, user_id, account_id, access_key_id, outcome, event
  from jsonb_to_recordset($1::jsonb) as r(event_id uuid, event_time timestamptz, event_name text, event_source text, user_id uuid,
    account_id text, access_key_id text, outcome text, event jsonb)`
