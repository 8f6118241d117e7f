// The history of requests as a table or as lines of JSON, read page by page while it is sent.
import { Readable } from 'node:stream'
import { requestColumns } from '../../domain/requests/index.js'
import { writeCsv } from '../../platform/csv.js'
import { Refusal } from '../../platform/errors.js'
import { queryOf, type Form } from '../middleware/form.js'
import type { AdminPage, AdminVisit } from './visit.js'

type Row = Record<(typeof requestColumns)[number], string | number>

const rowsAtOnce = 100
/** Whoever needs more asks for it in spans of time. */
const mostRows = 100_000

const formats: Readonly<Record<string, { type: string; head: string; line: (row: Row) => string }>> = {
  csv: { type: 'text/csv; charset=utf-8', head: writeCsv([requestColumns]), line: (row) => writeCsv([requestColumns.map((column) => String(row[column]))]) },
  ndjson: { type: 'application/x-ndjson; charset=utf-8', head: '', line: (row) => `${JSON.stringify(row)}\n` },
}

/** Sends what the filters of the history find. */
export const exportRequests = (filtersIn: (query: Form) => Record<string, unknown>): AdminPage => async (visit) => {
  const { ctx } = visit
  const { format: name = '' } = ctx.params as { format?: string }
  const format = Object.hasOwn(formats, name) ? formats[name] : undefined
  if (!format) throw new Refusal('not-found', 'There is no such format: csv and ndjson are.')
  const pages = pagesOf(visit, filtersIn(queryOf(ctx)))
  // The first page is read before anything is sent, so that a refusal is still a page.
  const first = await pages.next()
  ctx.type = format.type
  ctx.set('Content-Disposition', `attachment; filename="access-requests.${name}"`)
  ctx.body = Readable.from(textOf(first, pages, format))
}

async function* pagesOf(visit: AdminVisit, filters: Record<string, unknown>): AsyncGenerator<Row[], void> {
  let after: string | undefined
  for (let read = 0; read < mostRows; read += rowsAtOnce) {
    const { Rows, NextToken } = await visit.requests('ExportAccessRequests', { ...filters, MaxResults: rowsAtOnce, NextToken: after })
    yield Rows as Row[]
    if (NextToken === undefined) return
    after = NextToken as string
  }
}

async function* textOf(first: IteratorResult<Row[], void>, rest: AsyncGenerator<Row[], void>, { head, line }: { head: string; line: (row: Row) => string }): AsyncGenerator<string, void> {
  yield head
  if (!first.done) yield first.value.map(line).join('')
  for await (const rows of rest) yield rows.map(line).join('')
}
