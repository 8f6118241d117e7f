// /admin/access/export: what the explorer finds, whole.
import type { Router } from '@koa/router'
import { Refusal } from '../../platform/errors.js'
import { queryOf } from '../middleware/form.js'
import { scopeIn, scopeInput, type WayAnswer } from './access-scope.js'
import type { AdminOptions } from './options.js'
import { sendTable } from './tables.js'
import type { AdminPage, MakePage } from './visit.js'

const atOnce = 1000
const columns = ['userName', 'displayName', 'accountId', 'accountName', 'permissionSet', 'application', 'via', 'groups', 'requestId', 'until'] as const

export function mountAccessExport(router: Router, page: MakePage, { csrf }: AdminOptions): void {
  router.get('/access/export', csrf, page(download))
}

const download: AdminPage = async (visit) => {
  const { format = 'csv', what } = queryOf(visit.ctx)
  const scope = scopeIn(queryOf(visit.ctx))
  if (!scope) throw new Refusal('not-found', 'There is no such table.')
  const input = { ...scopeInput(visit, scope), ...(scope.user !== undefined && what === 'applications' && { What: 'APPLICATIONS' }), MaxResults: atOnce }
  await sendTable(visit.ctx, format, {
    name: `access-${Object.values(scope).join('-')}`, columns,
    read: async (after) => {
      const { Ways, NextToken } = await visit.ssoAdmin('ExploreAccess', { ...input, NextToken: after })
      return { rows: (Ways as WayAnswer[]).map(rowOf), next: NextToken as string | undefined }
    },
  })
}

const rowOf = ({ UserName, DisplayName, AccountId, AccountName, PermissionSetName, ApplicationName, Via, Groups, RequestId, Until }: WayAnswer): Record<(typeof columns)[number], string> => ({
  userName: UserName, displayName: DisplayName, accountId: AccountId ?? '', accountName: AccountName ?? '', permissionSet: PermissionSetName ?? '', application: ApplicationName ?? '',
  via: Via.toLowerCase(), groups: Groups.map(({ DisplayName: name }) => name).join(' > '), requestId: RequestId ?? '', until: Until === undefined ? '' : new Date(Until * 1000).toISOString(),
})
