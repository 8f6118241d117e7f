// Budgets: what may be tried how often, by one or many at once, in one process or several, with and without a store.
import { Budgets, limits, Throttle } from '../../../src/domain/authentication/index.js'
import { Refusal } from '../../../src/platform/errors.js'
import type { Database } from '../../../src/platform/storage/database.js'
import type { EphemeralStore } from '../../../src/platform/storage/ephemeral.js'
import { RedisEphemeralStore } from '../../../src/platform/storage/ephemeral-redis.js'
import { openRedis } from '../../../src/platform/storage/redis.js'
import { silent } from '../../support/app.js'
import { openEmpty, openStore } from '../../support/database.js'
import { needs } from '../../support/needs.js'
import { RedisServer } from '../../support/redis.js'

let database: Database
beforeAll(async () => { database = await openEmpty() })
afterAll(async () => { await database?.close() })

const allowed = async (tries: Promise<unknown>[]): Promise<number> => (await Promise.allSettled(tries)).filter(({ status }) => status === 'fulfilled').length
const gone = new Proxy({}, { get: () => async () => { throw new Refusal('unavailable', 'The session store does not answer.') } }) as EphemeralStore

test('of many at once exactly as many pass as the budget has, and none until its window ends', async () => {
  const { store, clock, time } = openStore(database)
  const budgets = new Budgets(store, clock)
  expect(await allowed(Array.from({ length: 20 }, () => budgets.spend('SecondFactorTriesPerChallenge', 'one')))).toBe(5)
  await expect(budgets.spend('SecondFactorTriesPerChallenge', 'one')).rejects.toMatchObject({ code: 'too-many-attempts', retryAfter: 3600 })
  await expect(budgets.check('SecondFactorTriesPerChallenge', 'one')).rejects.toMatchObject({ code: 'too-many-attempts' })
  await budgets.spend('SecondFactorTriesPerChallenge', 'another')
  time.ahead += 3601_000
  await budgets.spend('SecondFactorTriesPerChallenge', 'one')
})

test('waits grow by doubling up to their longest, and end', async () => {
  const { store, clock, time } = openStore(database)
  const budgets = new Budgets(store, clock)
  const waits: number[] = []
  for (let at = 0; at < 9; at += 1) waits.push((await budgets.count('SignInFailuresPerPersonAndPlace', 'a')).wait)
  expect(waits).toEqual([0, 0, 0, 0, 2, 4, 8, 16, 32])
  expect((await budgets.look('SignInFailuresPerPersonAndPlace', 'a')).wait).toBeGreaterThan(30)
  time.ahead += 33_000
  expect(await budgets.look('SignInFailuresPerPersonAndPlace', 'a')).toEqual({ count: 9, wait: 0, isOverdrawn: true })
})

test('a store that does not answer makes limits smaller, and none goes', async () => {
  const budgets = new Budgets(gone, Date.now)
  for (const name of ['SecondFactorTriesPerChallenge', 'WrongDeviceCodesInAll', 'RegistrationsPerAddress'] as const) {
    expect(await allowed(Array.from({ length: limits[name].amount }, () => budgets.spend(name, 'all')))).toBe(limits[name].alone)
    await expect(budgets.check(name, 'all')).rejects.toMatchObject({ code: 'too-many-attempts' })
  }
  const throttle = new Throttle(budgets)
  const jane = { name: 'jane', address: '192.0.2.1' }
  for (let at = 0; at < limits.SignInFailuresPerPersonAndPlace.alone; at += 1) await throttle.failed(jane, await throttle.check(jane))
  await expect(throttle.check(jane)).rejects.toMatchObject({ code: 'too-many-attempts' })
})

test('whatever else fails in a store is not taken for its absence', async () => {
  const broken = new Proxy({}, { get: () => async () => { throw new TypeError('no such thing') } }) as EphemeralStore
  await expect(new Budgets(broken, Date.now).spend('SecondFactorTriesPerPerson', 'a')).rejects.toThrow(TypeError)
})

describe('guessing', () => {
  test('a burst learns no more than one try after another would, and the right one among it counts for nothing', async () => {
    const { store, clock } = openStore(database)
    const throttle = new Throttle(new Budgets(store, clock))
    const jane = { name: 'jane', address: '192.0.2.7' }
    // All begin before any has failed.
    const turns = await Promise.all(Array.from({ length: 40 }, () => throttle.check(jane)))
    const wrong = await allowed(turns.slice(1).map((turn) => throttle.failed(jane, turn)))
    expect(wrong).toBe(limits.SignInFailuresPerPersonAndPlace.amount + 1)
    await expect(throttle.check(jane, turns[0])).rejects.toMatchObject({ code: 'too-many-attempts' })
  })

  test('whoever waited as long as they were told may try again, once for each wait', async () => {
    const { store, clock, time } = openStore(database)
    const throttle = new Throttle(new Budgets(store, clock))
    const june = { name: 'june', address: '192.0.2.8' }
    for (let at = 0; at < 12; at += 1) {
      const turn = await throttle.check(june)
      await throttle.failed(june, turn)
      const retryAfter = await throttle.check(june).then(() => 0, (error: Refusal) => error.retryAfter!)
      expect(retryAfter).toBe(at < 4 ? 0 : 2 ** (at - 3))
      time.ahead += retryAfter * 1000
    }
    await throttle.check(june, await throttle.check(june))
  })

  test('one name from many addresses, and many names from one network, are one guesser each; a known browser is not', async () => {
    const { store, clock } = openStore(database)
    const budgets = new Budgets(store, clock)
    const throttle = new Throttle(budgets)
    const fail = async (name: string, address: string): Promise<void> => throttle.failed({ name, address }, await throttle.check({ name, address }))
    await Promise.all(Array.from({ length: limits.SignInFailuresPerPerson.amount - 1 }, () => budgets.count('SignInFailuresPerPerson', 'jill')))
    for (const address of ['10.1.0.1', '10.2.0.1']) await fail('jill', address)
    await expect(throttle.check({ name: 'Jill', address: '10.200.0.1' })).rejects.toMatchObject({ code: 'too-many-attempts' })
    await throttle.check({ name: 'jill', address: '10.200.0.1', browser: 'hers' })
    await Promise.all(Array.from({ length: limits.SignInFailuresPerNetwork.amount - 1 }, () => budgets.count('SignInFailuresPerNetwork', '10.250.0.0/24')))
    for (const at of [1, 2]) await fail(`name-${at}`, `10.250.0.${at}`)
    await expect(throttle.check({ name: 'sam', address: '10.250.0.255' })).rejects.toMatchObject({ code: 'too-many-attempts' })
    await throttle.check({ name: 'sam', address: '10.250.1.1' })
  })
})

needs('redis').describe('on one Redis', () => {
  let redis: RedisServer
  beforeAll(async () => { redis = await RedisServer.start() })
  afterAll(async () => { await redis?.stop() })

  test('two processes share what there is, and each has less of its own while it is gone', async () => {
    const stores = await Promise.all([0, 1].map(async () => new RedisEphemeralStore(await openRedis(redis.url, silent), Date.now)))
    const [here, there] = stores.map((store) => new Budgets(store, Date.now)) as [Budgets, Budgets]
    const tries = (amount: number): Promise<void>[] => Array.from({ length: amount }, (_, at) => (at % 2 ? here : there).spend('SecondFactorTriesPerPerson', 'jane'))
    expect(await allowed(tries(60))).toBe(limits.SecondFactorTriesPerPerson.amount)
    for (let at = 0; at < 6; at += 1) await (at % 2 ? here : there).count('SignInFailuresPerPersonAndPlace', 'jane')
    expect((await here.look('SignInFailuresPerPersonAndPlace', 'jane')).wait).toBeGreaterThan(0)
    await redis.kill()
    expect(await allowed(Array.from({ length: 9 }, () => here.spend('SecondFactorTriesPerChallenge', 'new')))).toBe(limits.SecondFactorTriesPerChallenge.alone)
    await Promise.all(stores.map((store) => store.close()))
  })
})
