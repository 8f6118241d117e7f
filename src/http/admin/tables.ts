// What an administrator takes away, as a table (CSV) or as lines of JSON: read page by page while it is sent.
import { Readable } from 'node:stream'
import type { Context } from 'koa'
import { writeCsv } from '../../platform/csv.js'
import { Refusal } from '../../platform/errors.js'

type Row<Column extends string> = Record<Column, string | number>

export interface Table<Column extends string> {
  /** The file's, without its ending. */
  name: string
  columns: readonly Column[]
  read: (after: string | undefined) => Promise<{ rows: readonly Row<Column>[]; next: string | undefined }>
}

const types = { csv: 'text/csv; charset=utf-8', ndjson: 'application/x-ndjson; charset=utf-8' }

/** Sends a table; the first page is read before anything is sent, so that a refusal is still a page. */
export async function sendTable<Column extends string>(ctx: Context, format: string, table: Table<Column>): Promise<void> {
  if (!isFormat(format)) throw new Refusal('not-found', 'There is no such format: csv and ndjson are.')
  const { columns } = table
  const spelled = (rows: readonly Row<Column>[]): string =>
    (format === 'csv' ? writeCsv(rows.map((row) => columns.map((column) => String(row[column])))) : rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
  const pages = pagesOf(table)
  const first = await pages.next()
  ctx.type = types[format]
  ctx.set('Content-Disposition', `attachment; filename="${table.name}.${format}"`)
  ctx.set('Cache-Control', 'no-store')
  ctx.body = Readable.from((async function* text() {
    if (format === 'csv') yield writeCsv([columns])
    if (!first.done) yield spelled(first.value)
    for await (const rows of pages) yield spelled(rows)
  })())
}

const isFormat = (format: string): format is keyof typeof types => Object.hasOwn(types, format)

async function* pagesOf<Column extends string>({ read }: Table<Column>): AsyncGenerator<readonly Row<Column>[], void> {
  let after: string | undefined
  do {
    const { rows, next } = await read(after)
    yield rows
    after = next
  } while (after !== undefined)
}
