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
  additionalEventData?: { MFAUsed?: string; CredentialType?: string }
  serviceEventDetails?: Record<string, unknown>
}

function rowOf({ event }: RecordedEvent): object {
  const { eventName, eventTime, sourceIPAddress, errorCode, errorMessage, userIdentity, additionalEventData, serviceEventDetails } = event as unknown as Shape
  return {
    name: eventName, at: eventTime, address: sourceIPAddress, who: userIdentity.arn || userIdentity.userName || (userIdentity.type === 'Unknown' ? undefined : userIdentity.type),
    failed: errorCode !== undefined || Object.values(serviceEventDetails ?? {}).includes('Failure'), why: errorCode && `${errorCode}${errorMessage ? `: ${errorMessage.slice(0, 200)}` : ''}`,
    how: [additionalEventData?.MFAUsed === 'Yes' ? 'with a second step' : '', additionalEventData?.CredentialType ?? ''].filter(Boolean).join(', '),
  }
}
