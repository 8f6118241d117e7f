import { randomUUID } from 'node:crypto'
import { PGlite } from '@electric-sql/pglite'
import fc from 'fast-check'
import { Client, Pool } from 'pg'
import pino from 'pino'
import { Ephemeral1763683200001 } from '../../../migrations/0001-ephemeral.js'
import type { QueryRunner } from 'typeorm'
import { TableEphemeralStore, type Executor, type Row } from '../../../src/platform/storage/ephemeral-table.js'
import { within } from '../../../src/platform/storage/lane.js'
import { needs } from '../../support/needs.js'
import { freshDatabase, PostgresServer } from '../../support/postgres.js'
import { eventually } from '../../support/servers.js'
import { anyWrite, Model, perform } from './ephemeral-model.js'
import { conforms, type Place } from './ephemeral.conformance.js'

const log = pino({ level: 'silent' })

/** A clock to move. */
class Hands {
  private ahead = 0
  readonly clock = () => Date.now() + this.ahead
  readonly pass = (seconds: number) => void (this.ahead += seconds * 1000)
}

const migrate = async (executor: Executor) => new Ephemeral1763683200001().up(executor as unknown as QueryRunner)
const onPGlite = (database: PGlite): Executor => ({ query: async (sql, parameters) => (await database.query<Row>(sql, parameters)).rows })
const onPool = (pool: Pool): Executor => ({ query: async (sql, parameters) => (await pool.query<Row>(sql, parameters)).rows })

function openPool(url: string): Pool {
  const pool = new Pool({ connectionString: url, max: 4, connectionTimeoutMillis: 2_000 })
  pool.on('error', () => undefined)
  return pool
}

describe('the ephemeral store on PGlite', () => {
  let database: PGlite

  beforeAll(async () => {
    database = await PGlite.create()
    await migrate(onPGlite(database))
  })
  afterAll(() => database.close())

  async function begin(cache?: number): Promise<Place> {
    const { clock, pass } = new Hands()
    return {
      open: async () => new TableEphemeralStore(onPGlite(database), { clock, log, ...(cache ? { cache } : {}) }),
      pass,
      close: async () => undefined,
    }
  }

  describe('without a cache', () => {
    conforms({ begin: () => begin() })
  })
  describe('with a cache', () => {
    conforms({ begin: () => begin(20_000), alone: true })
  })
  describe('with a cache of two entries', () => {
    conforms({ begin: () => begin(2), alone: true })
  })

  test.each([undefined, 2, 20_000])('answers writes that nobody waited for as if one came after the other (cache %s)', async cache => {
    const { clock } = new Hands()
    const store = new TableEphemeralStore(onPGlite(database), { clock, log, ...(cache ? { cache } : {}) })
    await fc.assert(fc.asyncProperty(fc.array(anyWrite, { maxLength: 40 }), async steps => {
      const model = new Model()
      const run = randomUUID()
      expect(await Promise.all(steps.map(step => perform(store, step, run)))).toEqual(steps.map(step => model.answer(step)))
      for (const key of ['a', 'b', 'c']) expect(await perform(store, { kind: 'get', key }, run)).toEqual(model.answer({ kind: 'get', key }))
    }), { numRuns: 40 })
    await store.close()
  })

  test('never asks the database again for what its cache holds, and always for a redemption', async () => {
    const asked: string[] = []
    const executor: Executor = {
      query: (sql, parameters) => {
        asked.push(sql)
        return onPGlite(database).query(sql, parameters)
      },
    }
    const store = new TableEphemeralStore(executor, { clock: Date.now, log, cache: 10 })
    const key = randomUUID()
    await store.put(key, 'x', { ttl: 60 })
    await store.get(key)
    expect(asked).toHaveLength(1)
    await onPGlite(database).query('update ephemeral set consumed_at = 1 where key = $1', [key])
    expect(await store.consume(key)).toBe(false)
    expect(await store.get(key)).toEqual({ value: 'x', consumedAt: 1 })
    expect(asked).toHaveLength(3)
    await store.close()
  })

  test('sends what arrives together as one statement', async () => {
    let statements = 0
    const executor: Executor = {
      query: (sql, parameters) => {
        statements++
        return onPGlite(database).query(sql, parameters)
      },
    }
    const store = new TableEphemeralStore(executor, { clock: Date.now, log })
    const run = randomUUID()
    await Promise.all(Array.from({ length: 100 }, (_, index) => store.put(`${run}${index}`, 'x', { ttl: 60, lists: [run] })))
    expect(statements).toBe(1)
    await Promise.all(Array.from({ length: 100 }, (_, index) => store.get(`${run}${index}`)))
    expect(statements).toBe(2)
    await Promise.all([store.consume(`${run}1`), store.take(`${run}2`), store.add(run, 'x', { ttl: 60 }), store.count(run, 60), store.remove(`${run}3`), store.reset(`${run}4`)])
    expect(statements).toBe(3)
    await store.close()
  })

  test('lets a put come back once a removal is five minutes old', async () => {
    const { clock, pass } = new Hands()
    const store = new TableEphemeralStore(onPGlite(database), { clock, log })
    const key = randomUUID()
    await store.remove(key)
    pass(299)
    await store.put(key, 'late', { ttl: 60 })
    expect(await store.get(key)).toBeUndefined()
    pass(1)
    await store.put(key, 'new', { ttl: 60 })
    expect(await store.get(key)).toEqual({ value: 'new' })
    await store.close()
  })

  test('sweeps what expired, and only that', async () => {
    const { clock, pass } = new Hands()
    const store = new TableEphemeralStore(onPGlite(database), { clock, log })
    await database.query('delete from ephemeral')
    await database.query('delete from ephemeral_lists')
    await database.query('delete from ephemeral_counters')
    await Promise.all(Array.from({ length: 2_500 }, (_, index) => store.put(`old${index}`, 'x', { ttl: 10, lists: ['l'] })))
    await store.put('live', 'x', { ttl: 60, lists: ['l'] })
    await store.count('old', 10)
    await store.count('live', 60)
    await store.remove('removed')
    pass(10)
    await store.sweep()
    const left = await database.query<{ left: string }>(`select key as left from ephemeral union all select list || '/' || key from ephemeral_lists
      union all select 'counter ' || key from ephemeral_counters order by 1`)
    expect(left.rows.map(row => row.left)).toEqual(['counter live', 'l/live', 'live', 'removed'])
    await store.close()
  })

  test('refuses what waits too long behind a database that does not answer', async () => {
    const store = new TableEphemeralStore({ query: () => new Promise(() => undefined) }, { clock: Date.now, log })
    const first = store.put('a', 'x', { ttl: 60 })
    await expect(within(3_000, first)).rejects.toMatchObject({ code: 'unavailable' })
    await expect(within(3_000, Promise.all([store.put('a', 'x', { ttl: 60 }), store.get('b')]))).rejects.toMatchObject({ code: 'unavailable' })
    await store.close()
  })

  test('keeps nothing in its cache while a write without an answer may still happen', async () => {
    let answer: (() => void) | undefined
    let hang = false
    const executor: Executor = {
      query: async (sql, parameters) => {
        if (hang && sql.startsWith('with')) await new Promise<void>(resolve => (answer = resolve))
        return onPGlite(database).query(sql, parameters)
      },
    }
    const store = new TableEphemeralStore(executor, { clock: Date.now, log, cache: 10 })
    const key = randomUUID()
    await store.put(key, 'x', { ttl: 60 })
    hang = true
    await expect(store.remove(key)).rejects.toMatchObject({ code: 'unavailable' })
    expect(await store.get(key)).toEqual({ value: 'x' })
    answer!()
    await eventually(async () => (await store.get(key)) === undefined)
    await store.close()
  })
})

needs('postgres').describe('the ephemeral store on PostgreSQL', () => {
  conforms({
    async begin() {
      const url = await freshDatabase()
      const { clock, pass } = new Hands()
      const pools: Pool[] = []
      const client = new Client(url)
      await client.connect()
      await migrate({ query: async sql => (await client.query<Row>(sql)).rows })
      await client.end()
      return {
        open: async () => {
          const pool = openPool(url)
          pools.push(pool)
          return new TableEphemeralStore(onPool(pool), { clock, log })
        },
        pass,
        close: async () => void (await Promise.all(pools.map(pool => pool.end()))),
      }
    },
  })

  test('serves writers that cross each other in two processes', async () => {
    const url = await freshDatabase()
    const pools = [openPool(url), openPool(url)]
    await migrate(onPool(pools[0]!))
    const stores = pools.map(pool => new TableEphemeralStore(onPool(pool), { clock: Date.now, log }))
    const keys = Array.from({ length: 20 }, (_, index) => `k${index}`)
    const redeemed = await Promise.all(stores.flatMap((store, mirror) => Array.from({ length: 40 }, async (_, round) => {
      const order = mirror ? keys.toReversed() : keys
      const steps = order.map((key, index) => ((index + round) % 3 === 0 ? store.consume(key) : store.put(key, 'x', { ttl: 60, lists: [`l${index % 2}`, `l${2 + mirror}`] })))
      return (await Promise.all(steps)).filter(answer => answer === true).length
    })))
    // Whatever the order, each key is consumed once at most, and nothing is refused.
    expect(redeemed.reduce((sum, count) => sum + count, 0)).toBe(20)
    await Promise.all(stores.map(store => store.close()))
    await Promise.all(pools.map(pool => pool.end()))
  })
})

needs('postgres').describe('the ephemeral store on a PostgreSQL in trouble', () => {
  let server: PostgresServer
  let pool: Pool
  let store: TableEphemeralStore

  beforeAll(async () => {
    server = await PostgresServer.start()
    pool = openPool(server.url())
    await migrate(onPool(pool))
    store = new TableEphemeralStore(onPool(pool), { clock: Date.now, log })
  }, 60_000)
  afterAll(async () => {
    await store.close()
    await pool.end()
    await server.stop()
  })

  async function refusesEverything(): Promise<void> {
    const steps: Promise<unknown>[] = [
      store.put('k', 'x', { ttl: 60, lists: ['l'] }), store.get('k'), store.consume('k'), store.take('k'), store.add('k', 'x', { ttl: 60 }),
      store.count('k', 60), store.counted('k'), store.reset('k'), store.remove('k'), store.list('l'), store.removeList('l'), store.ping(),
    ]
    await Promise.all(steps.map(step => expect(within(3_000, step)).rejects.toMatchObject({ code: 'unavailable' })))
  }

  test('refuses within 3 seconds while the server is frozen, and recovers by itself', async () => {
    await store.put('before', 'x', { ttl: 60 })
    await server.freeze()
    try {
      await refusesEverything()
    } finally {
      await server.thaw()
    }
    await eventually(() => store.ping().then(() => true))
    expect(await store.get('before')).toEqual({ value: 'x' })
  })

  test('refuses within 3 seconds when the server is killed, and has lost nothing when it is back', async () => {
    await store.put('durable', 'x', { ttl: 60 })
    await server.kill()
    await refusesEverything()
    await server.run()
    await eventually(() => store.ping().then(() => true))
    expect(await store.get('durable')).toEqual({ value: 'x' })
  })
})
