// What every twin of the ephemeral store promises, as one suite for all of them.
import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import type { EphemeralStore } from '../../../src/platform/storage/ephemeral.js'
import { eventually } from '../../support/servers.js'
import { anyStep, Model, perform } from './ephemeral-model.js'

/** Where a twin keeps its entries during a suite. */
export interface Place {
  /** Opens a store on it; several stand for several processes, each on a connection of its own. */
  open(): Promise<EphemeralStore>
  /** Lets seconds pass, where a clock can be moved; where not, the suite waits. */
  pass?(seconds: number): void
  close(): Promise<void>
}

export interface Suite {
  begin(): Promise<Place>
  /** Whether only one store may be open, as with a cache. */
  alone?: boolean
}

/** Declares the suite; to be called inside a `describe`. */
export function conforms({ begin, alone = false }: Suite): void {
  let place: Place
  let store: EphemeralStore
  let other: EphemeralStore

  beforeAll(async () => {
    place = await begin()
    store = await place.open()
    other = alone ? store : await place.open()
  })
  afterAll(async () => {
    await store.close()
    if (other !== store) await other.close()
    await place.close()
  })

  const name = () => randomUUID()
  const minute = { ttl: 60 }

  // Not a sleep: it ends when an entry of that life, written now, is gone.
  async function pass(seconds: number): Promise<void> {
    const marker = name()
    await store.put(marker, '', { ttl: seconds })
    place.pass?.(seconds)
    await eventually(async () => (await store.get(marker)) === undefined)
  }

  async function fifty<T>(step: (one: EphemeralStore, index: number) => Promise<T>): Promise<T[]> {
    return Promise.all(Array.from({ length: 50 }, (_, index) => step(index % 2 ? store : other, index)))
  }

  describe('entries', () => {
    test('finds what was put, and nothing under another key', async () => {
      const key = name()
      await store.put(key, '{"a":"é \u{1f511} \\" \' $1 \\\\ {} , NULL"}', minute)
      expect(await store.get(key)).toEqual({ value: '{"a":"é \u{1f511} \\" \' $1 \\\\ {} , NULL"}' })
      expect(await store.get(name())).toBeUndefined()
    })

    test('finds at once what another process put', async () => {
      const key = name()
      await store.put(key, 'first', minute)
      await other.put(key, 'second', minute)
      expect(await store.get(key)).toEqual({ value: 'second' })
    })

    test('keeps the order of writes that nobody waited for', async () => {
      const key = name()
      const writes = [store.put(key, '1', minute), store.put(key, '2', minute), store.put(key, '3', minute)]
      const found = await store.get(key)
      await Promise.all(writes)
      expect(found).toEqual({ value: '3' })
    })

    test('forgets an entry when its time is over, and not before', async () => {
      const [short, long] = [name(), name()]
      await store.put(short, 'x', { ttl: 1 })
      await store.put(long, 'x', minute)
      expect(await store.get(short)).toEqual({ value: 'x' })
      await pass(1)
      expect(await store.get(short)).toBeUndefined()
      expect(await store.get(long)).toEqual({ value: 'x' })
    })

    test('counts the time to live from the last put', async () => {
      const key = name()
      await store.put(key, 'x', { ttl: 1 })
      await store.put(key, 'y', minute)
      await pass(1)
      expect(await store.get(key)).toEqual({ value: 'y' })
    })

    test('keeps an empty value apart from none', async () => {
      const key = name()
      await store.put(key, '', minute)
      expect(await store.get(key)).toEqual({ value: '' })
      expect(await store.take(key)).toBe('')
      expect(await store.take(key)).toBeUndefined()
    })

    test('accepts names of 200 characters, with braces and quotes', async () => {
      for (const key of ['k'.repeat(200 - 36) + name(), `}{"'${name()}`, `{}${name()}`]) {
        await store.put(key, 'x', { ttl: 60, lists: [key] })
        expect(await store.get(key)).toEqual({ value: 'x' })
        expect(await store.list(key)).toEqual([key])
      }
    })

    test.each([['an empty name', ''], ['a name too long', 'k'.repeat(201)], ['a name with NUL', 'a\0b'], ['half a character', 'a\ud800']])('refuses %s', async (_, key) => {
      await expect(store.get(key)).rejects.toMatchObject({ code: 'invalid-input' })
      await expect(store.put(key, 'x', minute)).rejects.toMatchObject({ code: 'invalid-input' })
      await expect(store.put(name(), 'x', { ttl: 60, lists: [key] })).rejects.toMatchObject({ code: 'invalid-input' })
      await expect(store.count(key, 60)).rejects.toMatchObject({ code: 'invalid-input' })
    })

    test('refuses a value that cannot be text, and a time to live below a second', async () => {
      await expect(store.put(name(), 'a\0b', minute)).rejects.toMatchObject({ code: 'invalid-input' })
      await expect(store.put(name(), 'x', { ttl: 0 })).rejects.toThrow('at least one second')
      await expect(store.count(name(), Number.NaN)).rejects.toThrow('at least one second')
    })
  })

  describe('consume', () => {
    test('marks for exactly one of fifty callers in two processes', async () => {
      const key = name()
      await store.put(key, 'x', minute)
      const won = await fifty(one => one.consume(key))
      expect(won.filter(Boolean)).toHaveLength(1)
    })

    test('says when, and the mark stays through a later put', async () => {
      const key = name()
      await store.put(key, 'x', minute)
      await store.consume(key)
      const marked = await store.get(key)
      expect(marked).toEqual({ value: 'x', consumedAt: expect.any(Number) })
      await store.put(key, 'y', minute)
      expect(await store.get(key)).toEqual({ value: 'y', consumedAt: marked?.consumedAt })
      expect(await other.consume(key)).toBe(false)
    })

    test('is seen by a get that another process does at once', async () => {
      const key = name()
      await store.put(key, 'x', minute)
      expect(await store.get(key)).toEqual({ value: 'x' })
      await other.consume(key)
      expect(await other.get(key)).toMatchObject({ consumedAt: expect.any(Number) })
    })

    test('answers no for nothing, for what expired and for what was removed', async () => {
      const [expired, removed] = [name(), name()]
      await store.put(expired, 'x', { ttl: 1 })
      await store.put(removed, 'x', minute)
      await store.remove(removed)
      await pass(1)
      expect(await Promise.all([name(), expired, removed].map(key => store.consume(key)))).toEqual([false, false, false])
      expect(await store.get(expired)).toBeUndefined()
    })

    test('does not outlive its entry: one put after expiry is fresh', async () => {
      const key = name()
      await store.put(key, 'x', { ttl: 1, lists: [`l${key}`] })
      await store.consume(key)
      await pass(1)
      await store.put(key, 'y', minute)
      expect(await store.get(key)).toEqual({ value: 'y' })
      expect(await store.list(`l${key}`)).toEqual([])
      expect(await store.consume(key)).toBe(true)
    })
  })

  describe('take', () => {
    test('gives the value to exactly one of fifty callers in two processes', async () => {
      const key = name()
      await store.put(key, 'x', minute)
      const taken = await fifty(one => one.take(key))
      expect(taken.filter(value => value !== undefined)).toEqual(['x'])
      expect(await store.get(key)).toBeUndefined()
    })

    test('gives nothing of what expired', async () => {
      const key = name()
      await store.put(key, 'x', { ttl: 1 })
      await pass(1)
      expect(await store.take(key)).toBeUndefined()
    })

    test('is not undone by a late put', async () => {
      const key = name()
      await store.put(key, 'x', { ttl: 60, lists: [`l${key}`] })
      await other.take(key)
      await store.put(key, 'late', { ttl: 60, lists: [`l${key}`] })
      expect(await store.get(key)).toBeUndefined()
      expect(await store.list(`l${key}`)).toEqual([])
    })
  })

  describe('add', () => {
    test('succeeds for exactly one of fifty callers in two processes', async () => {
      const key = name()
      const won = await fifty((one, index) => one.add(key, String(index), minute))
      expect(won.filter(Boolean)).toHaveLength(1)
      expect(await store.get(key)).toEqual({ value: String(won.indexOf(true)) })
    })

    test('succeeds once more when the entry has expired', async () => {
      const key = name()
      expect(await store.add(key, 'a', { ttl: 1 })).toBe(true)
      expect(await store.add(key, 'b', { ttl: 1 })).toBe(false)
      await pass(1)
      const won = await fifty(one => one.add(key, 'c', minute))
      expect(won.filter(Boolean)).toHaveLength(1)
      expect(await store.get(key)).toEqual({ value: 'c' })
    })

    test('leaves the lists of an entry that is there alone', async () => {
      const key = name()
      await store.put(key, 'x', minute)
      expect(await store.add(key, 'y', { ttl: 60, lists: [`l${key}`] })).toBe(false)
      expect(await store.list(`l${key}`)).toEqual([])
    })

    test('makes an entry anew where one was removed', async () => {
      const key = name()
      await store.add(key, 'x', minute)
      await store.remove(key)
      expect(await store.add(key, 'y', minute)).toBe(true)
      expect(await store.get(key)).toEqual({ value: 'y' })
    })
  })

  describe('counters', () => {
    test('count every one of fifty callers in two processes', async () => {
      const key = name()
      const counts = await fifty(one => one.count(key, 60))
      expect(counts.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, index) => index + 1))
      expect(await other.counted(key)).toBe(50)
    })

    test('live from the first count, however many follow', async () => {
      const key = name()
      expect(await store.count(key, 1)).toBe(1)
      expect(await store.count(key, 100)).toBe(2)
      await pass(1)
      expect(await store.counted(key)).toBe(0)
      expect(await store.count(key, 60)).toBe(1)
    })

    test('go back to none', async () => {
      const key = name()
      await store.count(key, 60)
      await store.reset(key)
      expect(await store.counted(key)).toBe(0)
      expect(await store.count(key, 60)).toBe(1)
    })
  })

  describe('remove', () => {
    test('removes several, and a late put brings none back', async () => {
      const keys = [name(), name(), name()]
      for (const key of keys) await store.put(key, 'x', minute)
      await other.remove(...keys)
      await Promise.all(keys.map(key => store.put(key, 'late', minute)))
      expect(await Promise.all(keys.map(key => store.get(key)))).toEqual([undefined, undefined, undefined])
    })

    test('holds against puts that run at the same time', async () => {
      const key = name()
      await store.put(key, 'x', minute)
      await Promise.all([...Array.from({ length: 10 }, () => other.put(key, 'y', minute)), store.remove(key), ...Array.from({ length: 10 }, () => other.put(key, 'z', minute))])
      expect(await store.get(key)).toBeUndefined()
    })

    test('accepts no keys, and keys that never were', async () => {
      await store.remove()
      await store.remove(name())
    })
  })

  describe('lists', () => {
    test('name their live entries, the one put last first', async () => {
      const [list, a, b, c] = [name(), name(), name(), name()]
      for (const key of [a, b, c]) await store.put(key, 'x', { ttl: 60, lists: [list] })
      expect(await other.list(list)).toEqual([c, b, a])
      await other.remove(b)
      await other.put(a, 'y', { ttl: 60, lists: [list] })
      expect(await store.list(list)).toEqual([a, c])
      expect(await store.list(name())).toEqual([])
    })

    test('lose an entry when it expires, is taken or is removed', async () => {
      const [list, expired, taken, removed, stays] = [name(), name(), name(), name(), name()]
      for (const key of [taken, removed, stays]) await store.put(key, 'x', { ttl: 60, lists: [list] })
      await store.put(expired, 'x', { ttl: 1, lists: [list] })
      await store.take(taken)
      await store.remove(removed)
      await pass(1)
      expect(await store.list(list)).toEqual([stays])
    })

    test('keep an entry that is put again without them, for all its longer life', async () => {
      const [list, key] = [name(), name()]
      await store.put(key, 'x', { ttl: 1, lists: [list] })
      await store.put(key, 'y', { ttl: 60, lists: [`${list}2`] })
      await pass(1)
      expect(await store.list(list)).toEqual([key])
      expect(await store.list(`${list}2`)).toEqual([key])
    })

    test('name at most 1,000, the newest', async () => {
      const list = name()
      const keys = Array.from({ length: 1_010 }, (_, index) => `${list}${index}`)
      for (let start = 0; start < keys.length; start += 101) {
        await Promise.all(keys.slice(start, start + 101).map(key => store.put(key, 'x', { ttl: 60, lists: [list] })))
      }
      const named = await store.list(list)
      expect(named).toHaveLength(1_000)
      expect(new Set(named)).toEqual(new Set(keys.slice(10)))
    })

    test('are removed with every entry they name, against late puts too', async () => {
      const [list, a, b, kept] = [name(), name(), name(), name()]
      for (const key of [a, b]) await store.put(key, 'x', { ttl: 60, lists: [list, `${list}2`] })
      await store.put(kept, 'x', { ttl: 60, lists: [`${list}2`] })
      await store.get(a)
      await other.removeList(list)
      await store.put(a, 'late', { ttl: 60, lists: [list] })
      expect(await store.list(list)).toEqual([])
      expect(await store.list(`${list}2`)).toEqual([kept])
      expect(await Promise.all([a, b].map(key => other.get(key)))).toEqual([undefined, undefined])
    })
  })

  test('answers a ping', async () => {
    await store.ping()
  })

  test('answers any sequence of steps in two processes as the model does', async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.tuple(fc.boolean(), anyStep), { maxLength: 30 }), async steps => {
      const model = new Model()
      const run = name()
      for (const [here, step] of steps) expect([step, await perform(here ? store : other, step, run)]).toEqual([step, model.answer(step)])
    }), { numRuns: 60 })
  })
}
