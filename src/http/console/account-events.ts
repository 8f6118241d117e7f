// /console/events: who signed in to this account and what was changed in it, searched by name or by who did it.
import type { Router } from '@koa/router'
import type { RecordedEvent } from '../../platform/audit/index.js'
import { queryOf } from '../middleware/form.js'
import { addressOf } from '../middleware/listing.js'
import type { ConsoleOptions } from './options.js'
import type { ConsolePage, MakePage } from './visit.js'

const perPage = 30
/** How far back the page looks. */
const lookBack = 90 * 24 * 3_600_000

/** Mounts the page. */
export function mountEvents(router: Router, page: MakePage, options: ConsoleOptions): void {
  router.get('/events', options.csrf, page(events(options)))
}

const events = ({ trail, clock }: ConsoleOptions): ConsolePage => async (visit) => {
  await visit.require({ action: 'cloudtrail:LookupEvents', resource: '*' })
  const { q = '', show, before: asked = '' } = queryOf(visit.ctx)
  const query = q.trim().slice(0, 100)
  const signIns = show !== 'all'
  const before = /^\d{1,18}$/.test(asked) ? asked : undefined
  const found = await trail.listOfAccount(visit.session.accountId, { since: new Date(clock() - lookBack), signIns, before, limit: perPage + 1, ...(query && { text: query }) })
  const shown = found.slice(0, perPage)
  const address = (more: Record<string, string>): string => addressOf('/console/events', { q: query, show: signIns ? '' : 'all', ...more })
  await visit.show('console/events', {
    query, signIns, signInsUrl: address({ show: '' }), allUrl: address({ show: 'all' }), rows: shown.map(rowOf),
    olderUrl: found.length > perPage ? address({ before: shown.at(-1)!.position }) : undefined, latestUrl: before ? address({}) : undefined,
  })
}

interface Shape {
  eventName: string
  eventTime: string
  sourceIPAddress: string
  errorCode?: string
  errorMessage?: string
  userIdentity: { type: string; arn?: string; userName?: string; onBehalfOf?: { userId: string } }
  requestParameters: Record<string, unknown> | null
  responseElements: Record<string, unknown> | null
  additionalEventData?: { MFAUsed?: string; CredentialType?: string }
  serviceEventDetails?: Record<string, unknown>
}

function rowOf({ position, event }: RecordedEvent): object {
  const { eventName, eventTime, sourceIPAddress, errorCode, errorMessage, userIdentity, requestParameters, responseElements, additionalEventData, serviceEventDetails } = event as unknown as Shape
  // A sign-in says how it ended in its answer, and has no code of an error.
  const failed = errorCode !== undefined || Object.values({ ...responseElements, ...serviceEventDetails }).includes('Failure')
  return {
    position, name: eventName, at: eventTime, address: sourceIPAddress, who: userIdentity.arn || userIdentity.userName || (userIdentity.type === 'Unknown' ? undefined : userIdentity.type),
    failed, why: failed ? [errorCode, errorMessage?.slice(0, 200)].filter(Boolean).join(': ') : '', what: namesIn(requestParameters),
    how: [additionalEventData?.MFAUsed === 'Yes' ? 'with a second step' : '', additionalEventData?.CredentialType ?? ''].filter(Boolean).join(', '),
    record: JSON.stringify({ ...Object.fromEntries(first.filter((key) => key in event).map((key) => [key, event[key]])), ...event }, null, 2),
  }
}

/** What a record begins with; the store gives its members back in no order that says anything. */
const first = ['eventTime', 'eventName', 'eventSource', 'eventType', 'userIdentity', 'sourceIPAddress', 'userAgent', 'errorCode', 'errorMessage', 'requestParameters', 'responseElements']

/** What an event was about, by the names in its request; documents and whatever else is long are in the record only. */
const namesIn = (parameters: Shape['requestParameters']): string =>
  Object.entries(parameters ?? {}).filter(([key, value]) => /(name|arn|id|number|alias)$/i.test(key) && typeof value === 'string' && value !== '' && value.length <= 200).map(([, value]) => value).join(', ')
