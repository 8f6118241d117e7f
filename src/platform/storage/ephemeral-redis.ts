// The Redis twin of the ephemeral store. A list is written around its entries: before an entry is, and
// after it is gone; so a list may name an entry that is gone (filtered on reading), never miss a live one.
import type { Redis } from 'ioredis'
import { seconds, type Clock } from '../clock.js'
import type { Entry, EphemeralStore, PutOptions } from './ephemeral.js'
import { checkEntry, checkName, lifetime, listedAtMost, tombstoneLife, unavailable } from './ephemeral-limits.js'
import { withSteps, type Steps } from './ephemeral-redis-steps.js'
import type { RedisConnection } from './redis.js'

// By how long a name in a list outlives the entry that is written after it.
const listSlack = 10_000
const chunk = 500

const entryKey = (key: string) => `gatehouse:{e:${key}}`
const counterKey = (key: string) => `gatehouse:{c:${key}}`
const listKeys = (name: string): [order: string, expiry: string] => [`gatehouse:{l:${name}}:order`, `gatehouse:{l:${name}}:expiry`]
const listsOf = (stored: string | null | undefined): string[] => (stored ? (JSON.parse(stored) as string[]) : [])

/** Keeps entries in Redis, alone, behind Sentinel or as a Cluster; owns the connection it is given. */
export class RedisEphemeralStore implements EphemeralStore {
  private readonly redis: Redis & Steps

  constructor(redis: RedisConnection, private readonly clock: Clock) {
    this.redis = withSteps(redis)
  }

  async put(key: string, value: string, { ttl, lists = [] }: PutOptions): Promise<void> {
    checkEntry(key, value, lists)
    const life = lifetime(ttl)
    await answered(async () => {
      if (lists.length > 0) await this.enlist(lists, key, life, 'newest')
      let known = lists
      for (;;) {
        const missing = await this.redis.ephemeralPut(entryKey(key), value, life, ...known)
        if (missing.length === 0) return
        // The entry is in lists this put does not name: they must live as long as it will.
        await this.enlist(missing, key, life, 'keep')
        known = [...known, ...missing]
      }
    })
  }

  async get(key: string): Promise<Entry | undefined> {
    checkName(key)
    const [value, consumed] = await answered(() => this.redis.hmget(entryKey(key), 'value', 'consumed'))
    if (value == null) return undefined
    return consumed == null ? { value } : { value, consumedAt: Number(consumed) }
  }

  async consume(key: string): Promise<boolean> {
    checkName(key)
    return (await answered(() => this.redis.ephemeralConsume(entryKey(key), seconds(this.clock())))) === 1
  }

  async take(key: string): Promise<string | undefined> {
    checkName(key)
    const [time, value, lists] = await answered(() => this.redis.ephemeralRemove(entryKey(key), tombstoneLife, 'live', ''))
    if (value == null) return undefined
    await this.tidy(key, listsOf(lists), time)
    return value
  }

  async add(key: string, value: string, { ttl, lists = [] }: PutOptions): Promise<boolean> {
    checkEntry(key, value, lists)
    const life = lifetime(ttl)
    return answered(async () => {
      if (lists.length > 0) {
        if (await this.redis.hexists(entryKey(key), 'value')) return false
        await this.enlist(lists, key, life, 'newest')
      }
      return (await this.redis.ephemeralAdd(entryKey(key), value, life, ...lists)) === 1
    })
  }

  async count(key: string, ttl: number): Promise<number> {
    checkName(key)
    const life = lifetime(ttl)
    return answered(() => this.redis.ephemeralCount(counterKey(key), life))
  }

  async counted(key: string): Promise<number> {
    checkName(key)
    return Number(await answered(() => this.redis.get(counterKey(key))) ?? 0)
  }

  async reset(key: string): Promise<void> {
    checkName(key)
    await answered(() => this.redis.del(counterKey(key)))
  }

  async remove(...keys: string[]): Promise<void> {
    keys.forEach(checkName)
    await answered(() => this.removeEach(keys, 'always', ''))
  }

  async list(name: string): Promise<string[]> {
    checkName(name)
    return answered(async () => {
      const live: string[] = []
      for (let start = 0; live.length < listedAtMost; start += listedAtMost) {
        const named = await this.redis.zrevrange(listKeys(name)[0], start, start + listedAtMost - 1)
        const stored = await Promise.all(named.map(key => this.redis.hget(entryKey(key), 'lists')))
        live.push(...named.filter((_, index) => listsOf(stored[index]).includes(name)))
        if (named.length < listedAtMost) break
      }
      return live.slice(0, listedAtMost)
    })
  }

  async removeList(name: string): Promise<void> {
    checkName(name)
    await answered(async () => {
      const named = await this.redis.zrevrange(listKeys(name)[0], 0, -1)
      for (let start = 0; start < named.length; start += chunk) await this.removeEach(named.slice(start, start + chunk), 'listed', name)
    })
  }

  async ping(): Promise<void> {
    await answered(() => this.redis.ping())
  }

  async close(): Promise<void> {
    await this.redis.quit().catch(() => this.redis.disconnect())
  }

  private async removeEach(keys: string[], mode: 'always' | 'listed', list: string): Promise<void> {
    await Promise.all(keys.map(async key => {
      const [time, , lists] = await this.redis.ephemeralRemove(entryKey(key), tombstoneLife, mode, list)
      await this.tidy(key, mode === 'listed' ? [list, ...listsOf(lists)] : listsOf(lists), time)
    }))
  }

  private async enlist(lists: string[], key: string, life: number, mode: 'newest' | 'keep'): Promise<void> {
    await Promise.all(lists.map(name => this.redis.ephemeralEnlist(...listKeys(name), key, life + listSlack, mode)))
  }

  private async tidy(key: string, lists: string[], before: string): Promise<void> {
    // The entry is gone already; a name that stays behind is filtered on reading and expires.
    await Promise.all(lists.map(name => this.redis.ephemeralUnlist(...listKeys(name), key, before))).catch(() => undefined)
  }
}

async function answered<T>(step: () => Promise<T>): Promise<T> {
  try {
    return await step()
  } catch (cause) {
    throw unavailable(cause)
  }
}
