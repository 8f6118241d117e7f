// Metadata of SAML sources, fetched again: what is taken over, what never is, and when it is tried the next time.
import { IdentitySources, MetadataFetches, MetadataRefresh, SourceCertificates } from '../../../src/domain/identity-sources/index.js'
import { OutboundFailure } from '../../../src/platform/outbound/index.js'
import { Trail } from '../../../src/platform/audit/index.js'
import { MasterKey, Sealer } from '../../../src/platform/keys/index.js'
import type { Database } from '../../../src/platform/storage/database.js'
import { openEmpty } from '../../support/database.js'
import { metadataOf, signerOf } from '../../support/saml.js'

const [hour, minute] = [3_600_000, 60_000]
const began = Date.now()
const url = 'https://idp.example.com/metadata'
const [first, second] = [signerOf(), signerOf()]
const entityId = 'https://idp.example.com'
let database: Database
let now: number
let answer: () => string
let asked: string[]
let warned: object[]
let sources: IdentitySources
let certificates: SourceCertificates
let source: string

const refreshing = (): MetadataRefresh => new MetadataRefresh({
  database, sources, clock: () => now, trail: new Trail({ sql: database, clock: () => now, region: 'eu-central-1', ownerAccountId: () => '111122223333' }),
  outbound: { get: async (address) => {
    asked.push(String(address))
    return { status: 200, headers: {}, body: Buffer.from(answer()) }
  } },
  log: { warn: (fields: object) => { warned.push(fields) } } as never,
})
const fetchOf = async () => (await new MetadataFetches(database, () => now).find(source))!
const states = async (): Promise<string[]> => (await certificates.list(source)).map(({ state }) => state)
const dueIn = async (): Promise<number> => ((await fetchOf()).dueAt.getTime() - now) / minute
const events = async (): Promise<Record<string, any>[]> => // oxlint-disable-line typescript/no-explicit-any
  (await database.query<{ event: Record<string, unknown> }>(`select event from audit_events where event_name = 'RefreshSourceMetadata' and event->'requestParameters'->>'sourceId' = $1 order by position`, [source])).map(({ event }) => event)
const metadata = (signers = [first], more = '', name = entityId): string => metadataOf(signers, name, more)

beforeAll(async () => { database = await openEmpty() })
beforeEach(async () => {
  ;[now, asked, warned, answer] = [began, [], [], () => metadata()]
  await database.query('delete from identity_sources')
  sources = new IdentitySources(database, new Sealer(new MasterKey(Buffer.alloc(32)), 'test'))
  certificates = new SourceCertificates(database, () => now)
  const provisioning = { create: false, update: false, match: 'none' as const, administrators: false, groups: 'none' as const }
  const connection = { entityId, signOn: { address: 'https://idp.example.com/sso', binding: 'redirect' as const }, unsolicited: false, metadataUrl: url }
  source = await sources.create({ name: 'Staff', kind: 'saml', enabled: true, button: true, domains: [], secondStep: 'ours', mapping: {}, provisioning, connection })
  await certificates.add(source, first.certificate, 'somebody')
})
afterAll(() => database.close())

test('it is fetched at once, and then every six hours, by one node alone', async () => {
  await Promise.all([refreshing().run(), refreshing().run()])
  expect([asked, await dueIn(), await events()]).toEqual([[url], 360, []])
  expect(await fetchOf()).toMatchObject({ fetchedAt: new Date(now), failures: 0, fault: undefined })
  now += 5 * hour
  await refreshing().run()
  expect(asked).toHaveLength(1)
  now += hour
  await refreshing().run()
  expect(asked).toHaveLength(2)
})

test.each([
  ['validUntil in three hours', () => ` validUntil="${new Date(began + 3 * hour).toISOString()}"`, 180], ['cacheDuration of two hours', () => ' cacheDuration="PT2H"', 120], ['cacheDuration of a week', () => ' cacheDuration="P7D"', 360],
  ['cacheDuration of a second', () => ' cacheDuration="PT1S"', 60], ['a cacheDuration that is none', () => ' cacheDuration="soon"', 360],
])('it is fetched again as %s says, within one hour and six', async (_, more, minutes) => {
  answer = () => metadata([first], more())
  await refreshing().run()
  expect(Math.round(await dueIn())).toBe(minutes)
})

test('a new certificate comes as next, what is missing goes on counting, and it is said', async () => {
  answer = () => metadata([first, second])
  await refreshing().run()
  expect(await states()).toEqual(['current', 'next'])
  answer = () => metadata([second])
  now += 6 * hour
  await refreshing().run()
  expect((await states()).toSorted()).toEqual(['next', 'retiring'])
  expect(await certificates.accepted(source)).toHaveLength(2)
  expect((await events()).map(({ userIdentity }) => userIdentity)).toEqual([expect.objectContaining({ type: 'IdentitySource', userName: 'Staff' }), expect.objectContaining({ principalId: source })])
})

test('another address to sign in at is taken, and the event says both', async () => {
  answer = () => metadata().replace('https://idp.example.com/sso', 'https://idp.example.com/other')
  await refreshing().run()
  expect(await sources.get(source)).toMatchObject({ name: 'Staff', connection: { signOn: { address: 'https://idp.example.com/other' }, metadataUrl: url, entityId } })
  const [event] = await events()
  expect(event!.additionalEventData).toMatchObject({ before: { signOn: { address: 'https://idp.example.com/sso' } }, after: { signOn: { address: 'https://idp.example.com/other' } } })
})

test('another provider is never taken, and is said once', async () => {
  answer = () => metadata([second], '', 'https://evil.example.com')
  await refreshing().run()
  now += 15 * minute
  await refreshing().run()
  expect([await states(), (await fetchOf()).failures, warned.length]).toEqual([['current'], 2, 2])
  expect((await fetchOf()).fault).toContain('another provider now, https://evil.example.com')
  expect(await events()).toMatchObject([{ errorCode: 'invalid-input' }])
})

test.each<[string, () => string]>([
  ['no answer', () => { throw new OutboundFailure('idp.example.com did not answer in time') }], ['a web page', () => '<html></html>'], ['metadata that is over', () => metadata([first], ` validUntil="${new Date(began - hour).toISOString()}"`)], ['nothing', () => ''],
])('for %s what was kept stays, and it is tried again later and later', async (_, bad) => {
  answer = bad
  const waits: number[] = []
  for (let tries = 0; tries < 9; tries += 1) {
    await refreshing().run()
    waits.push(await dueIn())
    now += waits.at(-1)! * minute
  }
  expect(waits).toEqual([15, 30, 60, 120, 240, 480, 960, 1440, 1440])
  expect(await states()).toEqual(['current'])
  answer = () => metadata()
  await refreshing().run()
  expect([await dueIn(), (await fetchOf()).failures]).toEqual([360, 0])
})

test('by hand it is refused in words, and does not put the next time off', async () => {
  answer = () => '<html></html>'
  for (let tries = 0; tries < 5; tries += 1) await expect(refreshing().refresh(await sources.get(source), 'somebody')).rejects.toMatchObject({ code: 'invalid-input' })
  expect([(await fetchOf()).failures, await dueIn()]).toEqual([1, 15])
  answer = () => metadata([first, second])
  expect(await refreshing().refresh(await sources.get(source), 'somebody')).toMatchObject({ after: { certificates: expect.any(Object) } })
  expect(await refreshing().refresh(await sources.get(source), 'somebody')).toBeUndefined()
})

test('a source that is switched off is left alone, and one without an address has nothing to fetch', async () => {
  const { connection, ...rest } = await sources.get(source)
  await sources.update(source, { ...rest, connection, enabled: false } as never)
  await refreshing().run()
  expect(asked).toEqual([])
  await sources.update(source, { ...rest, connection: { ...connection, metadataUrl: undefined } } as never)
  await expect(refreshing().refresh(await sources.get(source), 'somebody')).rejects.toMatchObject({ code: 'conflict' })
})

test('where its address is changed, it begins anew', async () => {
  answer = () => '<html></html>'
  await refreshing().run()
  const { connection, ...rest } = await sources.get(source)
  await sources.update(source, { ...rest, connection: { ...connection, metadataUrl: `${url}2` } } as never)
  expect(await fetchOf()).toBeUndefined()
  answer = () => metadata()
  await refreshing().run()
  expect([asked, (await fetchOf()).failures]).toEqual([[url, `${url}2`], 0])
})
