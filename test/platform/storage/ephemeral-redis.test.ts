import pino from 'pino'
import { RedisEphemeralStore } from '../../../src/platform/storage/ephemeral-redis.js'
import { within } from '../../../src/platform/storage/lane.js'
import { openRedis } from '../../../src/platform/storage/redis.js'
import { needs } from '../../support/needs.js'
import { RedisServer } from '../../support/redis.js'
import { eventually } from '../../support/servers.js'
import { conforms } from './ephemeral.conformance.js'

const log = pino({ level: 'silent' })
const open = async (server: RedisServer) => new RedisEphemeralStore(await openRedis(server.url, log), Date.now)

for (const cluster of [false, true]) {
  needs('redis').describe(cluster ? 'the ephemeral store on a Redis cluster' : 'the ephemeral store on Redis', () => {
    conforms({
      async begin() {
        const server = await RedisServer.start({ cluster })
        return { open: () => open(server), close: () => server.stop() }
      },
    })
  })
}

needs('redis').describe('the ephemeral store on a Redis in trouble', () => {
  let server: RedisServer
  let store: RedisEphemeralStore

  beforeEach(async () => {
    server = await RedisServer.start()
    store = await open(server)
  })
  afterEach(async () => {
    await store.close()
    await server.stop()
  })

  const unavailable = { code: 'unavailable' }

  async function refusesEverything(): Promise<void> {
    const steps: Promise<unknown>[] = [
      store.put('k', 'x', { ttl: 60, lists: ['l'] }), store.get('k'), store.consume('k'), store.take('k'), store.add('k', 'x', { ttl: 60 }),
      store.count('k', 60), store.counted('k'), store.reset('k'), store.remove('k'), store.list('l'), store.removeList('l'), store.ping(),
    ]
    await Promise.all(steps.map(step => expect(within(3_000, step)).rejects.toMatchObject(unavailable)))
  }

  test('refuses within 3 seconds while the server is frozen, and recovers by itself', async () => {
    await store.put('before', 'x', { ttl: 60 })
    server.freeze()
    await refusesEverything()
    server.thaw()
    await eventually(() => store.ping().then(() => true))
    expect(await store.get('before')).toEqual({ value: 'x' })
  })

  test('gives up a connection that stays silent, and finds the server again', async () => {
    server.freeze()
    await eventually(async () => {
      const [error] = await Promise.allSettled([store.ping()])
      return error.status === 'rejected' && String((error.reason as Error).cause).includes('writeable')
    })
    server.thaw()
    await eventually(() => store.ping().then(() => true))
  })

  test('refuses at once when the server is killed, and recovers by itself when it is back', async () => {
    const pending = [store.ping(), store.ping()]
    await server.kill()
    await Promise.allSettled(pending)
    await refusesEverything()
    await server.run()
    await eventually(() => store.ping().then(() => true))
    await store.put('k', 'x', { ttl: 60 })
    expect(await store.get('k')).toEqual({ value: 'x' })
  })

  test('opens while the server is away, refuses, and serves once it is there', async () => {
    await server.kill()
    const early = await open(server)
    await expect(early.ping()).rejects.toMatchObject(unavailable)
    await server.run()
    await eventually(() => early.ping().then(() => true))
    await early.close()
  })
})

needs('redis').describe('what the ephemeral store leaves in Redis', () => {
  test('is nothing without a time to live; a removal is remembered for five minutes', async () => {
    const server = await RedisServer.start()
    const redis = await openRedis(server.url, log)
    const store = new RedisEphemeralStore(redis, Date.now)
    await store.put('a', 'x', { ttl: 60, lists: ['l'] })
    await store.put('b', 'x', { ttl: 60, lists: ['l'] })
    await store.count('c', 60)
    await store.take('b')
    await store.remove('never')
    const lives = await Promise.all((await redis.keys('*')).map(async key => [key, Math.ceil(await redis.pttl(key) / 10_000)] as const))
    expect(Object.fromEntries(lives)).toEqual({
      'gatehouse:{e:a}': 6, 'gatehouse:{e:b}': 30, 'gatehouse:{e:never}': 30, 'gatehouse:{c:c}': 6,
      'gatehouse:{l:l}:order': 7, 'gatehouse:{l:l}:expiry': 7,
    })
    expect(await redis.zrange('gatehouse:{l:l}:order', '0', '-1')).toEqual(['a'])
    await store.close()
    await server.stop()
  })
})

test.each(['http://localhost', 'localhost:6379', 'redis://', 'redis+other://h'])('openRedis refuses the address %s', async url => {
  await expect(openRedis(url, log)).rejects.toThrow(TypeError)
})
