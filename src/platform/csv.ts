// Tables as text (RFC 4180), as spreadsheets write them: commas, semicolons or tabs, quotes, any ending of lines.

export interface CsvRow {
  /** The line on which the row begins, from 1. */
  line: number
  cells: string[]
}

/** What is wrong with the text itself, in words that complete “The text …”. */
export class CsvFault extends Error {}

const separators = [',', ';', '\t']

/** Reads rows; lines without anything on them are left out. */
export function parseCsv(text: string, mostRows: number): CsvRow[] {
  const source = text.replace(/^\uFEFF/, '')
  const separator = separatorOf(source)
  const rows: CsvRow[] = []
  let [line, at] = [1, 0]
  while (at < source.length) {
    const begun = line
    const cells: string[] = []
    for (;;) {
      const cell = readCell(source, at, separator, begun)
      cells.push(cell.text)
      line += cell.lines
      at = cell.end
      if (source[at] !== separator) break
      at += 1
    }
    if (source[at] === '\r' && source[at + 1] === '\n') at += 1
    at += 1
    line += 1
    if (cells.some((cell) => cell !== '')) rows.push({ line: begun, cells })
    if (rows.length > mostRows) throw new CsvFault(`has more than ${mostRows.toLocaleString('en-GB')} rows`)
  }
  return rows
}

/** Spreadsheets of different countries separate differently; the first line tells. */
function separatorOf(source: string): string {
  const first = /^[^\r\n]*/.exec(source)![0]
  const counts = separators.map((separator) => first.split(separator).length)
  return separators[counts.indexOf(Math.max(...counts))]!
}

function readCell(source: string, start: number, separator: string, line: number): { text: string; end: number; lines: number } {
  if (source[start] !== '"') {
    let end = start
    while (end < source.length && source[end] !== separator && source[end] !== '\n' && source[end] !== '\r') end += 1
    return { text: source.slice(start, end), end, lines: 0 }
  }
  let end = start + 1
  for (;;) {
    end = source.indexOf('"', end)
    if (end < 0) throw new CsvFault(`has a quotation mark on line ${line} that is never closed`)
    if (source[end + 1] !== '"') break
    end += 2
  }
  const text = source.slice(start + 1, end).replaceAll('""', '"')
  const after = source[end + 1]
  if (after !== undefined && after !== separator && after !== '\n' && after !== '\r') throw new CsvFault(`has something behind a closing quotation mark on line ${line}`)
  return { text, end: end + 1, lines: text.split(/\r\n|\r|\n/).length - 1 }
}

const begin = /^[=+\-@\t\r]/

/** True for what a spreadsheet would take for a formula. */
export const isFormula = (cell: string): boolean => begin.test(cell)

/** Writes rows, with an apostrophe before what a spreadsheet would take for a formula. */
export const writeCsv = (rows: readonly (readonly string[])[]): string => rows.map((row) => `${row.map(spelled).join(',')}\r\n`).join('')

function spelled(cell: string): string {
  const guarded = isFormula(cell) ? `'${cell}` : cell
  return /[",;\t\r\n]/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded
}
