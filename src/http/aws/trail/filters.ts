// What events are looked for by, as members of an input, and as a query of the trail.
import type { EventQuery } from '../../../platform/audit/index.js'
import { made, oneOf, optional, text, type Read } from '../protocol/members.js'
import type { TrailRooms } from './rooms.js'

const word = optional(text(1, 256))

const time = optional(made(text(1, 40), (given, tell) => {
  const at = new Date(/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?Z?)?$/.test(given) ? given.replace(/(T[\d:.]+)$/, '$1Z') : '')
  return Number.isNaN(at.getTime()) || at.getUTCFullYear() < 1 ? tell('must be a date, or a date with a time, such as 2026-11-21T14:30') : at
}))

/** Everything that a search may name. */
export const filters = {
  Text: optional(text(1, 200)),
  /** A user name of the directory, or an id. */
  User: word,
  AccountId: optional(text(12, 12, /^\d{12}$/, 'must be twelve digits')),
  EventName: optional(text(1, 128)),
  EventSource: optional(text(1, 128)),
  Outcome: optional(oneOf('Success', 'Failure')),
  AccessKeyId: word,
  SourceIPAddress: word,
  RequestId: word,
  SessionId: word,
  StartTime: time,
  EndTime: time,
}

export const filterNames = Object.keys(filters) as (keyof typeof filters)[]

type Filters = Read<typeof filters>

const isId = (user: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(user)
/** An id that no person has. */
const nobody = '00000000-0000-0000-0000-000000000000'

/** Makes a query of what was asked for; a user name that nobody has finds nothing. */
export async function queryOf(given: Filters, { users }: { users: Pick<TrailRooms['users'], 'findByUserName'> }): Promise<EventQuery & { text?: string | undefined }> {
  const { Text, User, AccountId, EventName, EventSource, Outcome, AccessKeyId, SourceIPAddress, RequestId, SessionId, StartTime, EndTime } = given
  const userId = User === undefined || isId(User) ? User?.toLowerCase() : (await users.findByUserName(User))?.id ?? nobody
  return {
    text: Text, userId, accountId: AccountId, eventName: EventName, eventSource: EventSource, outcome: Outcome, accessKeyId: AccessKeyId, address: SourceIPAddress, requestId: RequestId, sessionId: SessionId,
    since: StartTime, until: EndTime,
  }
}
