// The organization file has all of the configuration: what was exported and applied to an empty database is the same there, in
// every column of every table that is not on a list of reasons. The columns are asked of the database, so that none is forgotten.
import { applyOrganization, exportOrganization, planChanges, readSnapshot } from '../../../src/domain/organization/index.js'
import { savedViews } from '../../../src/domain/organization/saved-views.js'
import { filterNames } from '../../../src/http/aws/trail/filters.js'
import type { Database } from '../../../src/platform/storage/database.js'
import { openEmpty } from '../../support/database.js'
import { metadataOf, signerOf } from '../../support/saml.js'
import { applying } from './database.js'
import { columnsBeside, everything, tablesBeside } from './everything.js'
import { declared } from './support.js'

const env = { CORPORATE_SOURCE_SECRET: 'what the provider gave', WIKI_CLIENT_SECRET: '0123456789-0123456789-0123456789' }
const databases: Database[] = []
afterAll(async () => { for (const database of databases) await database.close() })

async function applied(text: string): Promise<{ database: Database; exported: string }> {
  const database = await openEmpty()
  databases.push(database)
  await applyOrganization(database, declared(text, { env, known: await readSnapshot(database, applying.hashes) }), applying)
  return { database, exported: exportOrganization(await readSnapshot(database, applying.hashes)) }
}

interface Column {
  table: string
  name: string
  /** As SQL spells it. */
  usual: string | null
}

const columnsOf = async (database: Database): Promise<Column[]> => (await database.query<{ table_name: string; column_name: string; column_default: string | null }>(
  `select table_name, column_name, column_default from information_schema.columns where table_schema = 'public' and table_name in (select table_name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE') order by 1, 2`))
  .map((row) => ({ table: row.table_name, name: row.column_name, usual: row.column_default }))

const named: Readonly<Record<string, string>> = { users: 'user_name', groups: 'display_name', permission_sets: 'name', applications: 'name', trusted_token_issuers: 'name', identity_sources: 'name', iam_entities: 'name', iam_policies: 'name' }

/** Names in the place of ids that were made at random. */
async function naming(database: Database): Promise<(text: string) => string> {
  const names = new Map<string, string>()
  for (const [table, column] of Object.entries(named)) {
    for (const { id, name } of await database.query<{ id: string; name: string }>(`select id::text as id, ${column} as name from ${table}`)) names.set(id, `(${table} ${name})`)
  }
  return (text) => [...names].reduce((spelled, [id, name]) => spelled.replaceAll(id, name), text)
}

async function valuesOf(database: Database, { table, name }: Column): Promise<(string | null)[]> {
  const spelled = await naming(database)
  const rows = await database.query<{ value: string | null }>(`select "${name}"::text as value from "${table}"`)
  return rows.map(({ value }) => (value === null ? null : spelled(value))).toSorted()
}

let first: { database: Database; exported: string }
let second: { database: Database; exported: string }
let columns: Column[]
beforeAll(async () => {
  first = await applied(everything(metadataOf([signerOf(), signerOf('ec')])))
  second = await applied(first.exported)
  columns = (await columnsOf(first.database)).filter(({ table, name }) => !Object.hasOwn(tablesBeside, table) && !Object.hasOwn(columnsBeside, `${table}.${name}`))
}, 180_000)

test('what was exported, applied elsewhere and exported again is the same to the letter', async () => {
  expect(second.exported).toBe(first.exported)
  expect(await planChanges(declared(first.exported, { env, known: await readSnapshot(first.database, applying.hashes) }), await readSnapshot(first.database, applying.hashes, applying.sealer), { prune: true })).toEqual([])
})

test('every column of the configuration is the same there, and is set by the file that sets everything', async () => {
  const [others, unset]: [string[], string[]] = [[], []]
  for (const column of columns) {
    const [here, there] = [await valuesOf(first.database, column), await valuesOf(second.database, column)]
    if (JSON.stringify(here) !== JSON.stringify(there)) others.push(`${column.table}.${column.name}`)
    const usual = column.usual?.replace(/^'(.*)'::.*$/s, '$1')
    if (!here.some((value) => value !== null && value !== usual)) unset.push(`${column.table}.${column.name}`)
  }
  expect({ others, unset }).toEqual({ others: [], unset: [] })
})

test('nothing is excused that is not there', async () => {
  const all = await columnsOf(first.database)
  const known = new Set(all.flatMap(({ table, name }) => [table, `${table}.${name}`]))
  expect([...Object.keys(tablesBeside), ...Object.keys(columnsBeside)].filter((name) => !known.has(name))).toEqual([])
})

test('saved views may search by all that the trail is searched by', () => {
  const { filters } = savedViews.element.shape
  expect(Object.keys(filters.shape).map((name) => `${name.charAt(0).toUpperCase()}${name.slice(1)}`)).toEqual(filterNames)
})
