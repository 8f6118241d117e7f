// /admin/events/ID: one event, told plainly; what it changed, what belongs to it, and all of it as it was written.
import type { EventShape } from './telling.js'
import { changesIn, hasFailed, inWords, whatIn, whoIn, whyFailed, type Names } from './telling.js'
import { eventsUrl } from './event-filters.js'
import { searchesIn, thingsIn } from './event-links.js'
import type { AdminPage } from './visit.js'

/** What a record begins with; the store gives its members back in no order that says anything. */
const first = ['eventTime', 'eventName', 'eventSource', 'eventType', 'userIdentity', 'sourceIPAddress', 'userAgent', 'errorCode', 'errorMessage', 'requestParameters', 'responseElements', 'additionalEventData']

export const recordOf = (event: Record<string, unknown>): string => JSON.stringify({ ...Object.fromEntries(first.filter((key) => key in event).map((key) => [key, event[key]])), ...event }, null, 2)

export const eventPage: AdminPage = async (visit) => {
  const { id = '' } = visit.ctx.params as { id?: string }
  const { Position, Event, UserId, Names: names } = await visit.trail('GetEvent', { EventId: id }) as unknown as { Position: string; Event: EventShape & Record<string, unknown>; UserId?: string; Names: Names }
  const things = thingsIn(Event, UserId, names).filter(({ url }) => visit.sections.some(({ name }) => url === undefined || url.startsWith(`/admin/${name}/`)))
  const about = whatIn(Event)
  await visit.show('admin/event', {
    title: inWords(Event.eventName), backUrl: eventsUrl, isFailed: hasFailed(Event), why: whyFailed(Event), things, searches: searchesIn(Event, UserId, names), changes: changesIn(Event), record: recordOf(Event),
    facts: [
      { term: 'When', at: Event.eventTime }, { term: 'Who', text: whoIn(Event, names) }, ...(Event.userIdentity?.arn ? [{ term: 'As', text: Event.userIdentity.arn }] : []),
      ...(about ? [{ term: 'About', text: about }] : []), { term: 'From', text: Event.sourceIPAddress }, { term: 'With', text: Event.userAgent },
      { term: 'Event', text: `${Event.eventName} of ${Event.eventSource}` }, { term: 'Position', text: Number(Position).toLocaleString('en-GB') }, { term: 'Id', text: Event.eventID, id: 'event-id' },
    ],
  })
}
