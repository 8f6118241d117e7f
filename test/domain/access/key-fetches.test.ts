// Which applications are told to have a key, by the addresses from which they ask for tokens: what is kept of those, and for how long.
import { Applications, hashClientSecret, KeyFetches, type KeyParties, type KeyPartyState } from '../../../src/domain/access/index.js'
import { openDatabase, type Database, type Executor } from '../../../src/platform/storage/database.js'
import { silent } from '../../support/app.js'
import { openEmbedded } from '../../support/database.js'
import { needs } from '../../support/needs.js'
import { freshDatabase } from '../../support/postgres.js'

const day = 86_400_000
const server = '192.0.2.10'
const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code'
const metadata: Readonly<Record<string, Record<string, unknown>>> = {
  ledger: {},
  payroll: { id_token_signed_response_alg: 'RS256', userinfo_signed_response_alg: 'ES256' },
  wiki: { token_endpoint_auth_method: 'none' },
  desk: { application_type: 'native' },
  screen: { grant_types: [deviceGrant, 'refresh_token'] },
  robot: { grant_types: ['client_credentials'] },
}

function suite(open: () => Promise<Database>): void {
  let database: Database
  let now: number
  beforeAll(async () => {
    database = await open()
    await new Applications(database).create(Object.entries(metadata).map(([name, of]) => ({ name, description: undefined, startUrl: undefined, icon: undefined, clientId: name, clientMetadata: of, clientSecretHash: hashClientSecret(name.repeat(10)) })))
  }, 60_000)
  beforeEach(async () => {
    now = Date.parse('2026-11-21T12:00:00Z')
    await database.query('delete from application_callers')
    await database.query('delete from key_set_fetches')
  })
  afterAll(() => database.close())

  const opened = (sql: Executor = database): KeyFetches => new KeyFetches({ sql, clock: () => now, log: silent })
  const place = (address: string): { address: string; userAgent: string } => ({ address, userAgent: 'test' })
  const named = ({ parties }: KeyParties, state: KeyPartyState): string[] => parties.filter((party) => party.state === state).map(({ name }) => name)
  const addresses = async (table: string): Promise<string[]> => (await database.query<{ address: string }>(`select address from ${table} order by 1`)).map(({ address }) => address)

  test('an application is told to have a key once the set was fetched with it from where it asks for tokens', async () => {
    const node = opened()
    expect(named(await node.parties('ES256', 'next'), 'not-called')).toEqual(['ledger', 'payroll'])
    node.noteCall('ledger', place(server))
    node.noteFetch(place(server), ['current'])
    expect(await node.parties('ES256', 'next')).toMatchObject({
      parties: expect.arrayContaining([{ applicationId: expect.any(String), name: 'ledger', state: 'not-seen', callerCount: 1, callers: [{ address: server, userAgent: 'test', calledAt: new Date(now), fetchedAt: new Date(now), hasKey: false }] }]),
      counts: { fetched: 0, 'not-seen': 1, 'on-devices': 3, 'not-called': 1 },
    })
    now += 1000
    node.noteFetch(place(server), ['current', 'next'])
    const { parties, counts } = await node.parties('ES256', 'next')
    expect([parties.find(({ name }) => name === 'ledger')?.callers, counts['not-seen'], counts.fetched]).toEqual([[expect.objectContaining({ fetchedAt: new Date(now), hasKey: true })], 0, 1])
  })

  test('every address from which it asks has to have fetched it', async () => {
    const node = opened()
    for (const address of [server, '192.0.2.11']) node.noteCall('ledger', place(address))
    node.noteFetch(place(server), ['next'])
    const { parties } = await node.parties('ES256', 'next')
    expect(parties.find(({ name }) => name === 'ledger')).toMatchObject({ state: 'not-seen', callers: [{ address: '192.0.2.11', hasKey: false, fetchedAt: undefined }, { address: server, hasKey: true }] })
    node.noteFetch(place('192.0.2.11'), ['next'])
    expect(named(await node.parties('ES256', 'next'), 'fetched')).toEqual(['ledger'])
  })

  test('of what runs on people’s devices no address is kept, and what is given nothing that is signed checks by no key', async () => {
    const node = opened()
    for (const name of ['wiki', 'desk', 'screen', 'nobody']) node.noteCall(name, place('203.0.113.9'))
    node.noteFetch(place('203.0.113.9'), ['next'])
    const found = await node.parties('ES256', 'next')
    expect([named(found, 'on-devices'), found.parties.some(({ name }) => name === 'robot')]).toEqual([['desk', 'screen', 'wiki'], false])
    expect([await addresses('application_callers'), await addresses('key_set_fetches')]).toEqual([[], []])
  })

  test('who is told something else in another algorithm checks by the keys of both', async () => {
    const found = await opened().parties('RS256', 'next')
    expect(found.parties.map(({ name }) => name)).toEqual(['payroll'])
  })

  test('a fetch before the first token counts, for a day', async () => {
    const node = opened()
    for (const address of [server, '192.0.2.11']) node.noteFetch(place(address), ['next'])
    await node.flush()
    expect(await addresses('key_set_fetches')).toEqual([])
    now += day - 1
    node.noteCall('ledger', place(server))
    expect(named(await node.parties('ES256', 'next'), 'fetched')).toEqual(['ledger'])
    now += 2
    await node.flush()
    node.noteCall('ledger', place('192.0.2.11'))
    expect(named(await node.parties('ES256', 'next'), 'not-seen')).toEqual(['ledger'])
  })

  test('nodes do not take back what another one wrote later', async () => {
    const [one, other] = [opened(), opened()]
    one.noteCall('ledger', place(server))
    one.noteFetch(place(server), ['current'])
    now += 1000
    other.noteCall('ledger', place(server))
    other.noteFetch(place(server), ['current', 'next'])
    await other.flush()
    expect(named(await one.parties('ES256', 'next'), 'fetched')).toEqual(['ledger'])
    expect((await database.query<{ at: Date }>('select called_at as at from application_callers'))[0]!.at.getTime()).toBe(now)
  })

  test('after 90 days without a sign of it an address is forgotten', async () => {
    const node = opened()
    node.noteCall('ledger', place(server))
    node.noteFetch(place(server), ['next'])
    await node.flush()
    now += 90 * day + 1
    expect(named(await node.parties('ES256', 'next'), 'not-called')).toContain('ledger')
    expect([await addresses('application_callers'), await addresses('key_set_fetches')]).toEqual([[], []])
  })

  test('of one application fifty addresses are kept, those that asked last', async () => {
    const node = opened()
    for (let n = 0; n < 60; n += 1) {
      now += 1000
      node.noteCall('ledger', place(`192.0.2.${100 + n}`))
      node.noteFetch(place(`192.0.2.${100 + n}`), ['next'])
    }
    const ledger = (await node.parties('ES256', 'next')).parties.find(({ name }) => name === 'ledger')!
    expect([ledger.callerCount, ledger.callers.length, ledger.callers[0]!.address, (await addresses('key_set_fetches')).length]).toEqual([50, 10, '192.0.2.159', 50])
  })

  test('an application that goes onto people’s devices is forgotten where it was', async () => {
    const node = opened()
    node.noteCall('ledger', place(server))
    node.noteCall('payroll', place('192.0.2.11'))
    await node.flush()
    await database.query(`update applications set client_metadata = '{"token_endpoint_auth_method":"none"}' where client_id = 'ledger'`)
    now += 3_600_001
    await node.flush()
    expect(await addresses('application_callers')).toEqual(['192.0.2.11'])
    await database.query(`update applications set client_metadata = '{}' where client_id = 'ledger'`)
  })

  test('what could not be written is written the next time, and when it stops', async () => {
    let isThere = false
    const node = opened({ query: (sql, parameters) => (isThere ? database.query(sql, parameters) : Promise.reject(new Error('away'))) })
    node.noteCall('ledger', place(server))
    node.noteFetch(place(server), ['next'])
    await expect(node.flush()).rejects.toThrow('away')
    isThere = true
    node.start()
    await node.stop()
    expect(named(await opened().parties('ES256', 'next'), 'fetched')).toEqual(['ledger'])
  })

  test('what was written is told, even where something new cannot be', async () => {
    const node = opened({ query: (sql, parameters) => (sql.startsWith('insert') ? Promise.reject(new Error('in the way')) : database.query(sql, parameters)) })
    node.noteCall('ledger', place(server))
    expect(named(await node.parties('ES256', 'next'), 'not-called')).toContain('ledger')
  })

  test('a request without an address is nowhere from', async () => {
    const node = opened()
    node.noteCall('ledger', place(''))
    node.noteFetch(place(''), ['next'])
    await node.flush()
    expect(await addresses('application_callers')).toEqual([])
  })
}

describe('in the embedded database', () => { suite(openEmbedded) })

needs('postgres').describe('on PostgreSQL', () => { suite(async () => openDatabase({ url: await freshDatabase(), dataDir: '', log: silent })) })
