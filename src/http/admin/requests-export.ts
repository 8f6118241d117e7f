// /admin/requests/history.csv and .ndjson: what the filters of the history find.
import { requestColumns } from '../../domain/requests/index.js'
import { queryOf, type Form } from '../middleware/form.js'
import { sendTable } from './tables.js'
import type { AdminPage } from './visit.js'

const rowsAtOnce = 100

export const exportRequests = (filtersIn: (query: Form) => Record<string, unknown>): AdminPage => async (visit) => {
  const { format = '' } = visit.ctx.params as { format?: string }
  const filters = filtersIn(queryOf(visit.ctx))
  await sendTable(visit.ctx, format, {
    name: 'access-requests', columns: requestColumns,
    read: async (after) => {
      const { Rows, NextToken } = await visit.requests('ExportAccessRequests', { ...filters, MaxResults: rowsAtOnce, NextToken: after })
      return { rows: Rows as Record<(typeof requestColumns)[number], string | number>[], next: NextToken as string | undefined }
    },
  })
}
