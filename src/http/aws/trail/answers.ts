// How answers spell what was found.
import { personOf, type FoundPage, type RecordedEvent } from '../../../platform/audit/index.js'
import type { JsonObject } from '../protocol/request.js'
import type { TrailRooms } from './rooms.js'

/** A page of events; Before and After are where the pages beside it begin, Head is where what comes later does. */
export const newestFirst = ({ events, older, newer, head }: FoundPage): JsonObject => ({
  Events: events.map(({ position, event }) => ({ Position: position, Event: event })), ...(older !== undefined && { Before: older }), ...(newer !== undefined && { After: newer }), Head: head,
})

/** What people of the directory are called who did something, and others, by their ids; whoever is gone has no name. */
export async function namesIn(events: readonly RecordedEvent[], users: Pick<TrailRooms['users'], 'listByIds'>, others: readonly string[] = []): Promise<Record<string, string>> {
  const ids = [...new Set([...events.flatMap(({ event }) => personOf(event) ?? []), ...others])]
  return ids.length === 0 ? {} : Object.fromEntries((await users.listByIds(ids)).map(({ id, userName }) => [id, userName]))
}

/** The people whom an event is about, by their ids. */
export function peopleIn({ userId, event: { requestParameters, responseElements } }: RecordedEvent & { userId?: string | undefined }): string[] {
  const { userId: user, memberId, principalId } = { ...responseElements as JsonObject | undefined, ...requestParameters as JsonObject | undefined }
  const ids = [userId, user, (memberId as { userId?: unknown } | undefined)?.userId, principalId]
  return ids.filter((id): id is string => typeof id === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id))
}
