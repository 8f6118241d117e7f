// Migrations: up, down and up again leaves the same schema, on both databases, and nodes that start together take turns.
import { rmSync } from 'node:fs'
import { DataSource } from 'typeorm'
import { migrations } from '../../../migrations/index.js'
import { openDatabase } from '../../../src/platform/storage/database.js'
import { openEmbedded } from '../../../src/platform/storage/embedded.js'
import { dataFolder, silent } from '../../support/app.js'
import { needs } from '../../support/needs.js'
import { freshDatabase } from '../../support/postgres.js'

const options = { type: 'postgres', migrations, installExtensions: false, migrationsTransactionMode: 'each' } as const

const schemaOf = async (source: DataSource): Promise<unknown[]> => [
  await source.query(`select table_name, column_name, data_type, is_nullable, column_default from information_schema.columns where table_schema = 'public' and table_name <> 'migrations' order by 1, 2`),
  await source.query(`select indexdef from pg_indexes where schemaname = 'public' and tablename <> 'migrations' order by 1`),
  await source.query(`select conrelid::regclass::text as name, pg_get_constraintdef(oid) as definition from pg_constraint where connamespace = 'public'::regnamespace and conrelid::regclass::text <> 'migrations' order by 1, 2`),
]

async function upDownUp(source: DataSource): Promise<void> {
  await source.initialize()
  await source.runMigrations()
  const first = await schemaOf(source)
  expect((first[0] as unknown[]).length).toBeGreaterThan(40)
  for (let count = 0; count < migrations.length; count += 1) await source.undoLastMigration()
  expect(await schemaOf(source)).toEqual([[], [], []])
  await source.runMigrations()
  expect(await schemaOf(source)).toEqual(first)
  await source.destroy()
}

test('each migration has a name of its own, in order', () => {
  const names = migrations.map((Migration) => new (Migration as new () => { name: string })().name)
  const times = names.map((name) => Number(/\d{13}$/.exec(name)![0]))
  expect(times).toEqual(times.toSorted((a, b) => a - b))
  expect(new Set(names).size).toBe(names.length)
})

test('go up, down and up again on the embedded database', async () => {
  const folder = await dataFolder()
  const embedded = await openEmbedded(folder)
  await upDownUp(new DataSource({ ...options, extra: embedded.poolConfig, connectTimeoutMS: 10_000 }))
  await embedded.close()
  rmSync(folder, { recursive: true })
}, 60_000)

/** Works on a database as it was before a migration, embedded, and takes it away afterwards. */
async function before(migration: string, work: (source: DataSource) => Promise<void>): Promise<void> {
  const folder = await dataFolder()
  const embedded = await openEmbedded(folder)
  const source = await new DataSource({ ...options, extra: embedded.poolConfig, connectTimeoutMS: 10_000 }).initialize()
  await source.runMigrations()
  const after = migrations.length - migrations.findIndex(({ name }) => name.startsWith(migration))
  for (let count = 0; count < after; count += 1) await source.undoLastMigration()
  await work(source)
  await source.destroy()
  await embedded.close()
  rmSync(folder, { recursive: true })
}

test('whom trust policies named before is remembered', () => before('AccountUpkeep', async (source) => {
  const [ana, build] = ['arn:aws:iam::111122223333:user/ci/ana', 'arn:aws:iam::111122223333:role/build']
  const trusting = (...principals: unknown[]): string => JSON.stringify({ Statement: principals.map((AWS) => ({ Effect: 'Allow', Principal: AWS === '*' ? AWS : { AWS }, Action: 'sts:AssumeRole' })) })
  await source.query(`insert into accounts (id, name, email, management) values ('111122223333', 'a', 'a@example.com', true)`)
  const make = (id: string, kind: string, name: string, path: string, trust: string | null) =>
    source.query(`insert into iam_entities (id, kind, account_id, name, path, trust_policy, max_session, created_at) values ($1, $2, '111122223333', $3, $4, $5, $6, now())`, [id, kind, name, path, trust, trust && 3600])
  await make('AIDA1', 'user', 'ana', '/ci/', null)
  await make('AROA1', 'role', 'build', '/', trusting(ana, ['111122223333', build]))
  await make('AROA2', 'role', 'open', '/', trusting('*', ['arn:aws:iam::111122223333:user/ana']))
  await make('AROA3', 'role', 'odd', '/', '{"Id":"\\u0000"}')
  await source.runMigrations()
  expect(await source.query(`select id, trusted from iam_entities where kind = 'role' order by id`)).toEqual([
    { id: 'AROA1', trusted: { [ana]: 'AIDA1', [build]: 'AROA1' } }, { id: 'AROA2', trusted: null }, { id: 'AROA3', trusted: null },
  ])
}), 60_000)

test('whom a directory disabled before is its to enable again', () => before('TracesOfSources', async (source) => {
  await source.query(`insert into identity_sources (id, name, kind, enabled, button, second_step, connection, mapping, provisioning) values (gen_random_uuid(), 'Head office', 'ldap', true, true, 'ours', '{}', '{}', '{}')`)
  const make = async (name: string, active: boolean, by: string): Promise<void> => {
    const [{ id }] = await source.query(`insert into users (id, user_name, display_name, emails, active, updated_by) values (gen_random_uuid(), $1, $1, '[]', $2, $3) returning id`, [name, active, by])
    await source.query(`insert into identity_links (source_id, subject, user_id, linked_at, linked_by) select id, $1, $2, now(), 'x' from identity_sources`, [name, id])
  }
  await make('ann', false, 'identity source Head office')
  await make('ben', true, 'identity source Head office')
  await make('cid', false, 'an administrator')
  await source.runMigrations()
  const disabled = () => source.query('select subject from identity_links where disabled_at is not null')
  expect(await disabled()).toEqual([{ subject: 'ann' }])
  await source.query(`update users set active = true where user_name = 'ann'`)
  expect(await disabled()).toEqual([])
}), 60_000)

test('whom a directory disabled before it has no more, and one that was synchronised before counts', () => before('LostBySources', async (source) => {
  await source.query(`insert into identity_sources (id, name, kind, enabled, button, second_step, connection, mapping, provisioning) select gen_random_uuid(), name, 'ldap', true, true, 'ours', '{}', '{}', '{}' from unnest(array['Done', 'Failed']) as name`)
  await source.query(`insert into identity_source_syncs (source_id, finished_at, outcome) select id, now(), lower(name) from identity_sources`)
  const users = `with made as (insert into users (id, user_name, display_name, emails, active) select gen_random_uuid(), name, name, '[]', name = 'ben' from unnest(array['ann', 'ben']) as name returning id, user_name)`
  await source.query(`${users} insert into identity_links (source_id, subject, user_id, linked_at, linked_by, disabled_at) select s.id, u.user_name, u.id, now(), 'x', case u.user_name when 'ann' then now() end from identity_sources s, made u where s.name = 'Done'`)
  await source.runMigrations()
  expect(await source.query('select subject from identity_links where lost_at is not null')).toEqual([{ subject: 'ann' }])
  expect(await source.query('select s.name from identity_sources s join identity_source_syncs y on y.source_id = s.id where y.done_at is not null')).toEqual([{ name: 'Done' }])
}), 60_000)

needs('postgres').describe('on PostgreSQL', () => {
  test('go up, down and up again', async () => {
    await upDownUp(new DataSource({ ...options, url: await freshDatabase() }))
  })

  test('run once where four nodes start together', async () => {
    const url = await freshDatabase()
    const nodes = await Promise.all([1, 2, 3, 4].map(() => openDatabase({ url, dataDir: '', log: silent })))
    const rows = await nodes[0]!.query<{ count: string }>('select count(*) from migrations')
    expect(Number(rows[0]!.count)).toBe(migrations.length)
    await Promise.all(nodes.map((node) => node.close()))
  })
})
