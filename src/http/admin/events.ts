// /admin/events: what happened, searched by field; views that were saved, export, and following what happens.
import { Readable } from 'node:stream'
import type { Router } from '@koa/router'
import { Refusal } from '../../platform/errors.js'
import { formOf, queryOf } from '../middleware/form.js'
import { done, type Failed } from '../middleware/form-again.js'
import { eventPage } from './event.js'
import { eventsUrl, filtersIn, hasMore, searchUrl, type Filters } from './event-filters.js'
import type { AdminOptions } from './options.js'
import { hasFailed, inWords, whatIn, whoIn, whyFailed, type EventShape, type Names } from './telling.js'
import { nothingFailed } from './things.js'
import { trailModel } from './trail-state.js'
import type { AdminPage, AdminVisit, MakePage } from './visit.js'

const perPage = 50

/** Mounts the pages of events. */
export function mountEvents(router: Router, page: MakePage, options: AdminOptions): void {
  const { csrf } = options
  router.get('/events', csrf, page((visit) => show(visit, filtersIn(queryOf(visit.ctx)))))
  router.post('/events', csrf, page(changeViews))
  router.post('/events/export', csrf, page(exportThem(options)))
  router.get('/events/:id', csrf, page(eventPage))
}

interface Found {
  Events: { Position: string; Event: EventShape }[]
  Before?: string
  After?: string
  Head: string
  Names: Names
}

const nothing: Found = { Events: [], Head: '0', Names: {} }

/** Searches; what a field holds that it cannot is said at the field. */
async function search(visit: AdminVisit, filters: Filters): Promise<{ found: Found; failed?: Failed }> {
  const { Before, After } = queryOf(visit.ctx)
  let found = nothing
  let failed: Failed | undefined
  await done(visit, async () => { found = await visit.trail('SearchEvents', { ...filters, MaxResults: perPage, ...(Before ? { Before } : After ? { After } : {}) }) as unknown as Found }, async (given) => { failed = given })
  return { found, ...(failed && { failed }) }
}

async function show(visit: AdminVisit, filters: Filters, wrong?: Failed): Promise<void> {
  const { Before, After, done: was } = queryOf(visit.ctx)
  const { found, failed = wrong } = await search(visit, filters)
  const can = await visit.may({ export: { action: 'cloudtrail:LookupEvents', resource: '*' }, put: { action: 'gatehouse:PutSavedView', resource: '*' }, delete: { action: 'gatehouse:DeleteSavedView', resource: '*' } })
  const { Events, Names: names } = found
  const isFiltered = Object.keys(filters).length > 0
  await visit.show('admin/events', {
    values: filters, hasMore: hasMore(filters) || failed?.faults !== undefined, isFiltered, filters: Object.entries(filters).map(([name, value]) => ({ name, value })), done: saidOf(was), ...nothingFailed, ...failed,
    rows: Events.map(({ Position, Event }) => rowOf(Position, Event, names)),
    olderUrl: found.Before === undefined ? undefined : searchUrl(filters, { Before: found.Before }),
    latestUrl: Before || After ? searchUrl(filters) : undefined, followUrl: failed ? undefined : searchUrl(filters, { After: found.After ?? found.Head }), isAfter: After !== undefined && !Before, isLatest: !Before && found.After === undefined && !failed,
    views: await viewsOf(visit, filters), canSave: can.put && isFiltered, canDelete: can.delete, saveName: failed ? formName(visit) : '', canExport: can.export, trail: await trailModel(visit),
  })
}

const formName = ({ ctx }: AdminVisit): string => (ctx.method === 'POST' ? formOf(ctx).Name ?? '' : '')

const saidOf = (was: string | undefined): string | undefined => (was === 'save' ? 'The view is saved.' : was === 'delete' ? 'The view is deleted.' : undefined)

const rowOf = (position: string, event: EventShape, names: Names): object => ({
  position, url: `${eventsUrl}/${event.eventID}`, name: inWords(event.eventName), at: event.eventTime, who: whoIn(event, names), what: whatIn(event), address: event.sourceIPAddress, isFailed: hasFailed(event), why: whyFailed(event),
})

interface ViewAnswer {
  Name: string
  Filters: Filters
}

async function viewsOf(visit: AdminVisit, filters: Filters): Promise<object[]> {
  const { SavedViews } = await visit.trail('ListSavedViews')
  const here = searchUrl(filters)
  return (SavedViews as ViewAnswer[]).map(({ Name, Filters: saved }) => ({ name: Name, url: searchUrl(filtersIn(saved)), isCurrent: searchUrl(filtersIn(saved)) === here }))
}

/** Saves what is searched for under a name, or deletes what has one. */
const changeViews: AdminPage = async (visit) => {
  const form = formOf(visit.ctx)
  const filters = filtersIn(form)
  const changes: Record<string, () => Promise<unknown>> = {
    save: () => visit.trail('PutSavedView', { Name: form.Name?.trim() ?? '', Filters: filters }),
    delete: () => visit.trail('DeleteSavedView', { Name: form.Name ?? '' }),
  }
  const { change = '' } = form
  const work = Object.hasOwn(changes, change) ? changes[change] : undefined
  if (!work) throw new Refusal('not-found', 'This page does not do that.')
  if (await done(visit, work, (failed) => show(visit, filters, failed))) visit.goTo(searchUrl(change === 'delete' ? {} : filters, { done: change }))
}

const types = { csv: 'text/csv; charset=utf-8', ndjson: 'application/x-ndjson; charset=utf-8' }

/** Sends what is found, as it is read: however much it is, little of it is in memory at once. */
const exportThem = ({ exportEvents }: AdminOptions): AdminPage => async (visit) => {
  const { ctx, session } = visit
  const form = formOf(ctx)
  const Format = form.Format === 'csv' ? 'csv' : 'ndjson'
  const filters = filtersIn(form)
  let lines: AsyncIterable<string> | undefined
  const isOpen = await done(visit, async () => { lines = await exportEvents(ctx, session, { ...filters, Format }) }, (failed) => show(visit, filters, failed))
  if (!isOpen || !lines) return
  ctx.type = types[Format]
  ctx.set('Content-Disposition', `attachment; filename="events.${Format}"`)
  ctx.body = Readable.from(lines)
}
