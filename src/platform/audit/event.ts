// What an event says, and the shape it is kept in: CloudTrail's.
import type { Clock } from '../clock.js'
import { newUuid } from '../ids.js'

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
  /** The session it was done in, by a name that opens nothing. */
  sessionId?: string | undefined
  /** What was changed, as it was and as it is; no secrets. Undefined for what was not there, or is not any more; left out where the parameters say it. */
  change?: { before?: unknown; after?: unknown } | undefined
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

/** What the events of an organization have in common. */
export interface Surroundings {
  clock: Clock
  region: string
  /** The management account, which owns events that belong to no other. */
  ownerAccountId: () => string | undefined
  /** The directory that workforce users are of. */
  directoryId?: () => string | undefined
}

/** An event with the members that it is searched by. */
export interface EventRow {
  eventId: string
  /** ISO 8601 with milliseconds. */
  eventTime: string
  eventName: string
  eventSource: string
  userId: string | null
  accountId: string | null
  accessKeyId: string | null
  outcome: string
  event: Record<string, unknown>
}

/** Gives an event its id, its time and its shape. */
export function rowOf(event: AuditEvent, surroundings: Surroundings): EventRow {
  const eventId = newUuid()
  const eventTime = new Date(surroundings.clock()).toISOString()
  return {
    eventId,
    eventTime,
    eventName: event.eventName,
    eventSource: event.eventSource,
    userId: event.userId ?? null,
    accountId: event.accountId ?? null,
    accessKeyId: event.accessKeyId ?? null,
    outcome: event.outcome ?? (event.errorCode ? 'Failure' : 'Success'),
    event: shapeOf(event, surroundings, eventId, `${eventTime.slice(0, 19)}Z`),
  }
}

function identityOf({ userId }: AuditEvent, { ownerAccountId, directoryId: directory }: Surroundings): Record<string, unknown> {
  const accountId = ownerAccountId()
  if (userId === undefined) return { type: 'Unknown', accountId }
  const directoryId = directory?.()
  const identityStoreArn = directoryId && `arn:aws:identitystore::${accountId ?? ''}:identitystore/${directoryId}`
  return { type: 'IdentityCenterUser', arn: '', accountId, accessKeyId: '', onBehalfOf: { userId, ...(identityStoreArn && { identityStoreArn }) } }
}

/** What CloudTrail leaves to each service: the session and the change stand here in every event that has them. */
function additionalOf({ additionalEventData, sessionId, change }: AuditEvent): Record<string, unknown> | undefined {
  if (sessionId === undefined && !change) return additionalEventData
  return { ...additionalEventData, ...(sessionId !== undefined && { sessionId }), ...(change && { ...('before' in change && { before: change.before ?? null }), ...('after' in change && { after: change.after ?? null }) }) }
}

function shapeOf(event: AuditEvent, surroundings: Surroundings, eventID: string, eventTime: string): Record<string, unknown> {
  const additionalEventData = additionalOf(event)
  return {
    eventVersion: '1.08',
    userIdentity: event.userIdentity ?? identityOf(event, surroundings),
    eventTime,
    eventSource: event.eventSource,
    eventName: event.eventName,
    awsRegion: surroundings.region,
    sourceIPAddress: event.origin?.sourceIPAddress ?? 'gatehouse',
    userAgent: event.origin?.userAgent.slice(0, 256) ?? 'gatehouse',
    ...(event.errorCode && { errorCode: event.errorCode }),
    ...(event.errorMessage && { errorMessage: event.errorMessage }),
    requestParameters: event.requestParameters ?? null,
    responseElements: event.responseElements ?? null,
    ...(additionalEventData && { additionalEventData }),
    requestID: event.origin?.requestId ?? eventID,
    eventID,
    readOnly: event.readOnly ?? false,
    eventType: event.eventType ?? 'AwsServiceEvent',
    managementEvent: true,
    eventCategory: 'Management',
    recipientAccountId: event.accountId ?? surroundings.ownerAccountId(),
    ...(event.serviceEventDetails && { serviceEventDetails: event.serviceEventDetails }),
    ...(event.resources && { resources: event.resources }),
    ...(event.sharedEventId && { sharedEventID: event.sharedEventId }),
  }
}

/** The person of the directory who did it, by its id. */
export function personOf({ userIdentity }: Record<string, unknown>): string | undefined {
  const id = (userIdentity as { onBehalfOf?: { userId?: unknown } } | undefined)?.onBehalfOf?.userId
  return typeof id === 'string' ? id : undefined
}
