// When directories are synchronised, by whom, and what is kept of it.
import { randomBytes } from 'node:crypto'
import { Users } from '../../../src/domain/directory/index.js'
import { ExternalSteps, type LdapPerson } from '../../../src/domain/federation/index.js'
import { IdentitySources, SourceSyncs, type DirectorySource, type NewIdentitySource } from '../../../src/domain/identity-sources/index.js'
import { MasterKey, Sealer } from '../../../src/platform/keys/index.js'
import type { Database } from '../../../src/platform/storage/database.js'
import { openEmpty } from '../../support/database.js'

const hour = 3_600_000
let database: Database
let sources: IdentitySources
let syncs: SourceSyncs
let now: number
let listed: string[] | (() => never)
let times = 0
const ended: string[] = []
const events: { eventName: string; responseElements?: unknown; errorMessage?: string }[] = []
const warned: unknown[] = []

async function* people(): AsyncGenerator<LdapPerson> {
  times += 1
  for (const uid of typeof listed === 'function' ? listed() : listed) yield { identity: { subject: `id-${uid}`, claims: new Map([['uid', [uid]]]), authenticatedAt: undefined, amr: [], acr: undefined, session: undefined }, active: true }
}

const make = (): SourceSyncs => new SourceSyncs({
  database, sources, clock: () => now, directory: { list: people as never }, log: { warn: (...given: unknown[]) => { warned.push(given) } } as never,
  trail: { within: () => ({ record: async (event: never) => void events.push(event) }) } as never,
  isAdministrator: async () => false, isAdministering: async () => false, isProved: async () => false, prove: async () => undefined, leaving: async (_tx, _groups, _user, leave) => leave(),
  disabling: async () => undefined, endEverything: async (id) => void ended.push(id),
})

beforeAll(async () => {
  database = await openEmpty()
  sources = new IdentitySources(database, new Sealer(new MasterKey(randomBytes(32)), 'identity sources'))
})
afterAll(() => database.close())
beforeEach(async () => {
  for (const table of ['identity_sources', 'users']) await database.query(`delete from ${table}`)
  for (const list of [ended, events, warned]) list.length = 0
  now = Date.now()
  times = 0
  listed = ['ada', 'bob']
  syncs = make()
})

async function source(more: { name?: string; every?: number; enabled?: boolean } = {}): Promise<DirectorySource> {
  const id = await sources.create({
    name: more.name ?? 'Head office', kind: 'ldap', enabled: more.enabled ?? true, button: false, domains: [], secondStep: 'ours', mapping: {}, provisioning: { create: true, update: true, match: 'none', administrators: false, groups: 'none' },
    connection: { urls: ['ldaps://directory.example.com'], startTls: true, bindDn: 'cn=us', baseDn: 'dc=example', userFilter: '(uid={name})', subject: 'entryUUID', ...(more.every && { sync: { every: more.every } }) },
  } satisfies NewIdentitySource)
  return await sources.get(id) as DirectorySource
}
const byHand = { force: false, by: 'jane' }

test('one that was asked for is done, and how it went is kept', async () => {
  const it = await source()
  expect(await syncs.find(it.id)).toEqual({ isUnderWay: false, startedAt: undefined, startedBy: undefined, last: undefined })
  await syncs.begin(it, byHand)
  await syncs.stop()
  expect(await syncs.find(it.id)).toMatchObject({ isUnderWay: false, startedBy: 'jane', last: { outcome: 'done', numbers: { people: 2, created: 2, changed: 0, disabled: 0, enabled: 0, skipped: 0 } } })
  expect((await new Users(database).list()).map(({ userName }) => userName).toSorted()).toEqual(['ada', 'bob'])
  expect(events.at(-1)).toMatchObject({ eventName: 'CompleteSourceSync', responseElements: { created: 2 } })
})

test('time does it every so often, and for the first time when so much has passed', async () => {
  const it = await source({ every: 3600 })
  await source({ name: 'By hand' })
  for (const [later, wanted] of [[0, 0], [hour - 60_000, 0], [hour + 60_000, 1], [hour + 120_000, 1], [2 * hour + 120_000, 2]] as const) {
    now = it.createdAt.getTime() + later
    await syncs.run()
    await syncs.run()
    expect([later, times]).toEqual([later, wanted])
  }
  expect(await syncs.find(it.id)).toMatchObject({ startedBy: undefined, last: { outcome: 'done' } })
})

test('two nodes do it once, and what one held that died is another’s after a while', async () => {
  const it = await source({ every: 3600 })
  now = it.createdAt.getTime()
  await syncs.run()
  now += hour + 1000
  await Promise.all([syncs.run(), make().run()])
  expect(times).toBe(1)
  await database.query('update identity_source_syncs set held_until = $1, finished_at = null', [new Date(now + 60_000)])
  expect((await syncs.find(it.id)).isUnderWay).toBe(true)
  await expect(syncs.begin(it, byHand)).rejects.toMatchObject({ code: 'conflict' })
  now += 61_000
  expect((await syncs.find(it.id)).isUnderWay).toBe(false)
  await syncs.begin(it, byHand)
  await syncs.stop()
  expect(times).toBe(2)
})

test('many who are gone stop it, unless somebody says that it is right; those who are disabled are out at once', async () => {
  listed = Array.from({ length: 20 }, (_, n) => `person-${n}`)
  const it = await source()
  await syncs.begin(it, byHand)
  await syncs.stop()
  listed = listed.slice(0, 10)
  syncs = make()
  await syncs.begin(it, byHand)
  await syncs.stop()
  expect(await syncs.find(it.id)).toMatchObject({ last: { outcome: 'stopped', says: expect.stringContaining('10 of 20 people'), numbers: undefined } })
  expect([ended, warned.length]).toEqual([[], 1])
  syncs = make()
  expect(await syncs.plan(it)).toMatchObject({ stops: true, disabled: { count: 10 } })
  await syncs.begin(it, { force: true, by: 'jane' })
  await syncs.stop()
  expect(await syncs.find(it.id)).toMatchObject({ last: { outcome: 'done', numbers: { disabled: 10 } } })
  expect(ended).toHaveLength(10)
})

test('a directory that does not answer is told of in the log and for the page, and what was asked for by hand is not done again by itself', async () => {
  listed = () => new ExternalSteps().fail({ name: 'connection', reason: 'unreachable', says: 'Nothing answered.', advice: 'Look at it.' })
  const it = await source()
  await syncs.begin(it, byHand)
  await syncs.stop()
  expect(await syncs.find(it.id)).toMatchObject({ isUnderWay: false, last: { outcome: 'failed', says: 'Nothing answered.', advice: 'Look at it.' } })
  expect(events.at(-1)).toMatchObject({ eventName: 'CompleteSourceSync', errorMessage: 'Nothing answered.' })
  expect(warned).toHaveLength(1)
  await make().run()
  expect(times).toBe(1)
})

test('a source that is switched off is not synchronised', async () => {
  const it = await source({ enabled: false, every: 900 })
  await expect(syncs.begin(it, byHand)).rejects.toMatchObject({ code: 'conflict' })
  now = it.createdAt.getTime() + 10 * hour
  await syncs.run()
  await syncs.run()
  expect(times).toBe(0)
})
