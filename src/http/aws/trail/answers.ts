// How answers spell what was found.
import { personOf, type FoundPage, type RecordedEvent } from '../../../platform/audit/index.js'
import type { JsonObject } from '../protocol/request.js'
import type { TrailRooms } from './rooms.js'

/** A page of events; Before and After are where the pages beside it begin, Head is where what comes later does. */
export const newestFirst = ({ events, older, newer, head }: FoundPage): JsonObject => ({
  Events: events.map(({ position, event }) => ({ Position: position, Event: event })), ...(older !== undefined && { Before: older }), ...(newer !== undefined && { After: newer }), Head: head,
})

/** What people of the directory are called who did something, by their ids. */
export async function namesIn(events: readonly RecordedEvent[], users: Pick<TrailRooms['users'], 'listByIds'>, also?: string): Promise<Record<string, string>> {
  const ids = [...new Set([...events.flatMap(({ event }) => personOf(event) ?? []), ...(also === undefined ? [] : [also])])]
  return ids.length === 0 ? {} : Object.fromEntries((await users.listByIds(ids)).map(({ id, userName }) => [id, userName]))
}
