import fc from 'fast-check'
import { CsvFault, isFormula, parseCsv, writeCsv } from '../../src/platform/csv.js'

const cellsOf = (text: string): string[][] => parseCsv(text, 100).map(({ cells }) => cells)

test('reads what spreadsheets write: any separator, any ending of lines, quotes and a mark at the beginning', () => {
  for (const separator of [',', ';', '\t']) {
    for (const end of ['\n', '\r\n', '\r']) expect(cellsOf(`\uFEFFa${separator}b${end}"1${separator}${end}""x"""${separator}2${end}`)).toEqual([['a', 'b'], [`1${separator}${end}"x"`, '2']])
  }
})

test('names the line on which a row begins, and leaves out empty ones', () => {
  expect(parseCsv('a,b\n\n"1\n2",x\n,\n3,4', 100).map(({ line }) => line)).toEqual([1, 3, 6])
})

test('refuses quotes that do not end, what stands behind one, and more rows than asked for', () => {
  for (const text of ['a\n"open', 'a\n"x"y', 'a,b\n"1"2,3']) expect(() => parseCsv(text, 100)).toThrow(CsvFault)
  expect(() => parseCsv('a\n'.repeat(4), 3)).toThrow('more than 3 rows')
  expect(parseCsv('a\n'.repeat(3), 3)).toHaveLength(3)
})

test('reads back whatever it wrote', () => {
  const cell = fc.string({ unit: 'grapheme' }).map((text) => text.replace(/^[=+\-@\t\r]+/, ''))
  const row = fc.array(cell, { minLength: 2, maxLength: 4 })
  fc.assert(fc.property(fc.array(row, { maxLength: 6 }), (rows) => {
    const head = ['a', 'b', 'c', 'd']
    expect(cellsOf(writeCsv([head, ...rows]))).toEqual([head, ...rows.filter((cells) => cells.some((text) => text !== ''))])
  }))
})

test('whatever it reads, it reads or refuses with a fault of its own', () => {
  fc.assert(fc.property(fc.string({ unit: fc.constantFrom('"', ',', ';', '\n', '\r', 'a', '\uFEFF') }), (text) => {
    try {
      parseCsv(text, 1000)
    } catch (error) {
      expect(error).toBeInstanceOf(CsvFault)
    }
  }))
})

test('writes nothing that a spreadsheet would run', () => {
  fc.assert(fc.property(fc.constantFrom('=', '+', '-', '@', '\t', '\r'), fc.string(), (sign, rest) => {
    expect(cellsOf(`a,b\r\n${writeCsv([[`${sign}${rest}`, 'x']])}`)[1]?.[0]?.startsWith("'")).toBe(true)
  }))
  expect(['=1', '+1', '-1', '@x', '1', "'=1"].map(isFormula)).toEqual([true, true, true, true, false, false])
})
