// /admin/requests: what waits for an answer, what is in force, what was, and the rules; each page by page, and as a table.
import type { Router } from '@koa/router'
import type { Clock } from '../../platform/clock.js'
import { queryOf, type Form } from '../middleware/form.js'
import { addressOf } from '../middleware/listing.js'
import type { AdminOptions } from './options.js'
import { mountRequest } from './request.js'
import { stateWords, type RequestState } from '../../domain/requests/index.js'
import { requestRowModel, ruleModel, type RequestAnswer, type RuleAnswer } from './request-answers.js'
import { exportRequests } from './requests-export.js'
import { orNothing } from './things.js'
import type { AdminPage, AdminVisit, MakePage } from './visit.js'

const perPage = 25
const tabs = [
  { name: '', text: 'Waiting' }, { name: 'yours', text: 'For you' }, { name: 'in-force', text: 'In force' }, { name: 'history', text: 'History' }, { name: 'rules', text: 'Rules' },
] as const
type Tab = (typeof tabs)[number]['name']

const urlOf = (tab: Tab): string => (tab === '' ? '/admin/requests' : `/admin/requests/${tab}`)

/** Mounts the pages of requests. */
export function mountRequests(router: Router, page: MakePage, options: AdminOptions): void {
  const { csrf, clock } = options
  router.get('/requests', csrf, page(listOf('', clock)))
  router.get('/requests/yours', csrf, page(listOf('yours', clock)))
  router.get('/requests/in-force', csrf, page(listOf('in-force', clock)))
  router.get('/requests/history', csrf, page(listOf('history', clock)))
  router.get('/requests/history.:format', csrf, page(exportRequests(filtersIn)))
  router.get('/requests/rules', csrf, page(rules))
  mountRequest(router, page, options)
}

/** Only people of the directory are named by rules. */
const tabsFor = ({ session }: AdminVisit, current: Tab): object[] =>
  tabs.filter(({ name }) => name !== 'yours' || session.principal.startsWith('user:')).map(({ name, text }) => ({ url: urlOf(name), text, current: name === current }))

const isState = (text: string | undefined): text is RequestState => text !== undefined && Object.hasOwn(stateWords, text)

/** What the filters of the history ask for. */
function filtersIn(query: Form): Record<string, unknown> {
  return {
    States: isState(query.state) ? [query.state] : undefined, UserName: orNothing(query.user), AccountId: orNothing(query.account)?.replace(/[\s-]/g, ''), PermissionSetName: orNothing(query.set),
    Since: orNothing(query.since), Until: orNothing(query.until),
  }
}

const shownStates: Partial<Record<Tab, RequestState[]>> = { '': ['pending'], 'in-force': ['granted'] }

const listOf = (tab: Tab, clock: Clock): AdminPage => async (visit) => {
  const query = queryOf(visit.ctx)
  const { after, user = '', account = '', set = '', state = '', since = '', until = '' } = query
  const filters = { user, account, set, state, since, until }
  const asked = tab === 'history' ? filtersIn(query) : { States: shownStates[tab] }
  const { Requests, NextToken } = await visit.requests(tab === 'yours' ? 'ListRequestsToAnswer' : 'SearchAccessRequests', { ...(tab !== 'yours' && asked), MaxResults: perPage, NextToken: after })
  const address = (path: string, more: Form = {}): string => addressOf(path, { ...(tab === 'history' && filters), ...more })
  await visit.show('admin/requests', {
    tab: tab || 'waiting', tabs: tabsFor(visit, tab), rows: (Requests as RequestAnswer[]).map((request) => requestRowModel(request, clock())),
    filters: tab === 'history' ? { ...filters, states: Object.entries(stateWords).map(([value, text]) => ({ value, text, selected: value === state })), isFiltered: Object.values(filters).some(Boolean) } : undefined,
    csvUrl: tab === 'history' ? address('/admin/requests/history.csv') : undefined, ndjsonUrl: tab === 'history' ? address('/admin/requests/history.ndjson') : undefined,
    nextUrl: NextToken === undefined ? undefined : address(urlOf(tab), { after: NextToken as string }), firstUrl: after === undefined ? undefined : address(urlOf(tab)),
  })
}

const rules: AdminPage = async (visit) => {
  const { after } = queryOf(visit.ctx)
  const { Rules, NextToken } = await visit.requests('ListRequestRules', { MaxResults: perPage, NextToken: after })
  await visit.show('admin/request-rules', {
    tabs: tabsFor(visit, 'rules'), rows: (Rules as RuleAnswer[]).map(ruleModel),
    nextUrl: NextToken === undefined ? undefined : addressOf(urlOf('rules'), { after: NextToken as string }), firstUrl: after === undefined ? undefined : urlOf('rules'),
  })
}
