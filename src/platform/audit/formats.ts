// Events as lines for other programs: NDJSON with everything, CSV with what a person reads in a table.
import type { Executor } from '../storage/database.js'
import { chainColumns, chainedRecord, chainedRow, type ChainedRow } from './chain.js'
import { conditionsOf, type EventQuery } from './conditions.js'

export type ExportFormat = 'ndjson' | 'csv'

const atOnce = 1000

/** What is exported: as for a search, without pages. */
export type ExportQuery = Omit<EventQuery, 'before' | 'after' | 'limit'> & { text?: string | undefined }

type Read = Parameters<typeof chainedRow>[0] & Record<string, unknown> & { fits: boolean }

/** Reads all events that a query finds, in their order, in text of so many lines at once. */
export async function* exportEvents(sql: Executor, format: ExportFormat, { text, ...query }: ExportQuery, page = atOnce): AsyncGenerator<string> {
  if (format === 'csv') yield csvHead
  for (let after = '0'; ;) {
    const { sql: conditions, parameters } = conditionsOf({ ...query, after })
    // What does not have the text is read all the same, so that no statement goes through the whole trail at once.
    const fits = text ? `strpos(lower(event::text), lower($${parameters.length + 1})) > 0` : 'true'
    const rows = await sql.query<Read>(`select ${chainColumns}, ${fits} as fits from audit_events where ${conditions} order by position limit ${page}`, [...parameters, ...(text ? [text] : [])])
    const lines = rows.flatMap((row) => (row.fits ? [lineOf(format, chainedRow(row))] : []))
    if (lines.length > 0) yield lines.join('')
    if (rows.length < page) return
    after = rows.at(-1)!.position
  }
}

export const lineOf = (format: ExportFormat, row: ChainedRow): string => (format === 'csv' ? csvLine(row) : `${JSON.stringify(chainedRecord(row))}\n`)

type Members = Record<string, unknown>

const cells: [name: string, (row: ChainedRow, event: Members, identity: Members) => unknown][] = [
  ['position', ({ position }) => position],
  ['time', ({ eventTime }) => eventTime],
  ['source', ({ eventSource }) => eventSource],
  ['name', ({ eventName }) => eventName],
  ['outcome', ({ outcome }) => outcome],
  ['user', ({ userId }) => userId],
  ['account', ({ accountId }) => accountId],
  ['accessKey', ({ accessKeyId }) => accessKeyId],
  ['identityType', (_, __, identity) => identity.type],
  ['identityName', (_, __, identity) => identity.userName ?? identity.invokedBy],
  ['identityArn', (_, __, identity) => identity.arn],
  ['address', (_, event) => event.sourceIPAddress],
  ['userAgent', (_, event) => event.userAgent],
  ['errorCode', (_, event) => event.errorCode],
  ['errorMessage', (_, event) => event.errorMessage],
  ['requestId', (_, event) => event.requestID],
  ['eventId', ({ eventId }) => eventId],
  ['parameters', (_, event) => event.requestParameters],
  ['answer', (_, event) => event.responseElements],
  ['more', (_, event) => event.additionalEventData],
]

export const csvHead = `${cells.map(([name]) => name).join(',')}\r\n`

/** One line of RFC 4180. */
export function csvLine(row: ChainedRow): string {
  const identity = (row.event.userIdentity ?? {}) as Members
  return `${cells.map(([, read]) => csvCell(read(row, row.event, identity))).join(',')}\r\n`
}

/** What a spreadsheet would take for a formula gets an apostrophe before it: names and user agents are what strangers send. */
export function csvCell(value: unknown): string {
  if (value === null || value === undefined) return ''
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value)
  const safe = /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text
  return /[",\r\n']/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
