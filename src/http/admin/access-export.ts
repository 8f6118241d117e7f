// /admin/access/export: what the explorer finds, whole, as CSV or NDJSON: read and sent page by page.
import { Readable } from 'node:stream'
import type { Router } from '@koa/router'
import { Refusal } from '../../platform/errors.js'
import { writeCsv } from '../../platform/csv.js'
import { queryOf } from '../middleware/form.js'
import { scopeIn, scopeInput, type WayAnswer } from './access-scope.js'
import type { AdminOptions } from './options.js'
import type { AdminPage, AdminVisit, MakePage } from './visit.js'

const atOnce = 1000
const columns = ['userName', 'displayName', 'accountId', 'accountName', 'permissionSet', 'application', 'via', 'groups', 'requestId', 'until'] as const

export function mountAccessExport(router: Router, page: MakePage, { csrf }: AdminOptions): void {
  router.get('/access/export', csrf, page(download))
}

const download: AdminPage = async (visit) => {
  const { format = 'csv', what } = queryOf(visit.ctx)
  const scope = scopeIn(queryOf(visit.ctx))
  if (!scope || (format !== 'csv' && format !== 'ndjson')) throw new Refusal('not-found', 'There is no such table.')
  const input = { ...scopeInput(visit, scope), ...(scope.user !== undefined && what === 'applications' && { What: 'APPLICATIONS' }) }
  // Whoever may not is told so before anything is sent.
  const first = await visit.ssoAdmin('ExploreAccess', { ...input, MaxResults: atOnce })
  visit.ctx.type = format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson'
  visit.ctx.set('Content-Disposition', `attachment; filename="access-${Object.values(scope).join('-')}.${format}"`)
  visit.ctx.set('Cache-Control', 'no-store')
  visit.ctx.body = Readable.from(format === 'csv' ? csvOf(visit, input, first) : linesOf(visit, input, first))
}

async function* pagesOf(visit: AdminVisit, input: object, first: Record<string, unknown>): AsyncGenerator<WayAnswer[]> {
  for (let answer = first; ; answer = await visit.ssoAdmin('ExploreAccess', { ...input, MaxResults: atOnce, NextToken: answer.NextToken })) {
    yield answer.Ways as WayAnswer[]
    if (answer.NextToken === undefined) return
  }
}

async function* csvOf(visit: AdminVisit, input: object, first: Record<string, unknown>): AsyncGenerator<string> {
  yield writeCsv([columns])
  for await (const ways of pagesOf(visit, input, first)) yield writeCsv(ways.map((way) => Object.values(rowOf(way))))
}

async function* linesOf(visit: AdminVisit, input: object, first: Record<string, unknown>): AsyncGenerator<string> {
  for await (const ways of pagesOf(visit, input, first)) yield ways.map((way) => `${JSON.stringify(rowOf(way))}\n`).join('')
}

const rowOf = ({ UserName, DisplayName, AccountId, AccountName, PermissionSetName, ApplicationName, Via, Groups, RequestId, Until }: WayAnswer): Record<(typeof columns)[number], string> => ({
  userName: UserName, displayName: DisplayName, accountId: AccountId ?? '', accountName: AccountName ?? '', permissionSet: PermissionSetName ?? '', application: ApplicationName ?? '',
  via: Via.toLowerCase(), groups: Groups.map(({ DisplayName: name }) => name).join(' > '), requestId: RequestId ?? '', until: Until === undefined ? '' : new Date(Until * 1000).toISOString(),
})
