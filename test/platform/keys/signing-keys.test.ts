// Signing keys take turns: none signs before everybody can know it, by itself or by hand.
import { MasterKey, Sealer, SigningKeys, type SigningKey } from '../../../src/platform/keys/index.js'
import type { Database } from '../../../src/platform/storage/database.js'
import { openEmpty } from '../../support/database.js'

const [minute, day] = [60_000, 86_400_000]
const began = Date.parse('2026-11-21T12:00:00Z')
let database: Database
let now: number
const keysOf = (): SigningKeys => new SigningKeys({ database, sealer: new Sealer(new MasterKey(Buffer.alloc(32, 7)), 'signing keys'), clock: () => now })
const kids = async (): Promise<Record<string, string>> => Object.fromEntries((await keysOf().list()).filter(({ algorithm }) => algorithm === 'ES256').map(({ state, kid }) => [state, kid]))
const one = async (state: SigningKey['state']): Promise<SigningKey> => (await keysOf().list()).find((key) => key.algorithm === 'ES256' && key.state === state)!

beforeAll(async () => { database = await openEmpty() })
beforeEach(async () => {
  now = began
  await database.query('delete from signing_keys')
})
afterAll(() => database.close())

test('after 90 days the next key signs, and one more is published', async () => {
  const before = await kids()
  now += 90 * day
  expect(await keysOf().rotateDue()).toEqual([])
  now += 1
  expect(await keysOf().rotateDue()).toMatchObject([{ algorithm: 'ES256', before: before.current, after: before.next }, { algorithm: 'RS256' }])
  expect(await kids()).toMatchObject({ current: before.next, previous: before.current, next: expect.not.stringMatching(before.next!) })
  expect(await keysOf().rotateDue()).toEqual([])
})

test('one that is due waits while the next has not been published for as long as anybody may keep the keys', async () => {
  const [first] = [await kids()]
  now += 91 * day
  await database.query(`delete from signing_keys where state = 'next' and algorithm = 'ES256'`)
  const fresh = await kids()
  expect(fresh).toMatchObject({ current: first.current })
  expect((await keysOf().rotateDue()).map(({ algorithm }) => algorithm)).toEqual(['RS256'])
  now += 64 * minute
  expect(await keysOf().rotateDue()).toEqual([])
  now += minute
  expect(await keysOf().rotateDue()).toMatchObject([{ algorithm: 'ES256', before: first.current, after: fresh.next }])
})

test('by hand it is refused as long, unless that is put up with', async () => {
  const before = await kids()
  await expect(keysOf().signWithNext('ES256', { anyway: false })).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('2026-11-21T13:05:00') })
  expect(await kids()).toEqual(before)
  expect(await keysOf().signWithNext('ES256', { anyway: true })).toEqual({ algorithm: 'ES256', before: before.current, after: before.next })
  now += 65 * minute
  expect(await keysOf().signWithNext('ES256', { anyway: false })).toMatchObject({ before: before.next })
})

test('of two who rotate at once one does, and the other is told', async () => {
  await keysOf().list()
  const done = await Promise.allSettled([keysOf(), keysOf()].map((keys) => keys.signWithNext('ES256', { anyway: true })))
  expect(done.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThan(0)
  expect(Object.keys(await kids()).toSorted()).toEqual(['current', 'next', 'previous'])
})

test('only a former key is retired', async () => {
  await keysOf().signWithNext('ES256', { anyway: true })
  const { current, next, previous } = await kids()
  for (const kid of [current!, next!]) await expect(keysOf().retire(kid)).rejects.toMatchObject({ code: 'conflict' })
  await keysOf().retire(previous!)
  await expect(keysOf().retire(previous!)).rejects.toMatchObject({ code: 'not-found' })
  expect(await kids()).toEqual({ current, next })
})

test('when a key signed first and last is kept', async () => {
  const { kid } = await one('current')
  const keys = keysOf()
  keys.noteUse(kid)
  now += minute
  keys.noteUse(kid)
  expect(await one('current')).toMatchObject({ firstUsedAt: undefined, lastUsedAt: undefined })
  await keys.flushUses()
  expect(await one('current')).toMatchObject({ firstUsedAt: new Date(began), lastUsedAt: new Date(now) })
  now += minute
  keys.noteUse(kid)
  await keys.flushUses()
  expect(await one('current')).toMatchObject({ firstUsedAt: new Date(began), lastUsedAt: new Date(now) })
})
