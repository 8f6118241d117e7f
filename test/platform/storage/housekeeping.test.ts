import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDatabase, type Database } from '../../../src/platform/storage/database.js'
import { tidy } from '../../../src/platform/storage/housekeeping.js'

const log = { warn() {} } as never
let folder: string
let database: Database
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-tidy-'))
  database = await openDatabase({ url: undefined, dataDir: folder, log })
})
afterAll(async () => {
  await database?.close()
  rmSync(folder, { recursive: true, force: true })
})

const size = async (): Promise<number> => (await database.query<{ size: number }>(`select pg_relation_size('ephemeral')::int as size`))[0]!.size
const fill = () => database.query(`insert into ephemeral (key, value, expires_at, born) select 'key-' || n, repeat('x', 200), 0, 0 from generate_series(1, 500) n`)

test('rows that were replaced make room for new ones in the embedded database', async () => {
  await fill()
  const once = await size()
  await database.query('delete from ephemeral')
  await tidy(database)
  await fill()
  expect(await size()).toBe(once)
})

test('the embedded database answers on after a statement that failed', async () => {
  await expect(database.query('select 1 / $1::int', [0])).rejects.toThrow('division by zero')
  await expect(database.query('select nothing from nowhere')).rejects.toThrow('nowhere')
  expect(await database.query('select 1 + $1::int as two', [1])).toEqual([{ two: 2 }])
})

test('a transaction that throws leaves nothing behind in the embedded database', async () => {
  await database.query('delete from ephemeral')
  await expect(database.transaction(async (tx) => {
    await tx.query(`insert into ephemeral (key, value, expires_at, born) values ($1, 'x', 0, 0)`, ['kept'])
    throw new Error('no')
  })).rejects.toThrow('no')
  expect(await database.query('select key from ephemeral where key = $1', ['kept'])).toEqual([])
})
