// The atomic steps of the Redis twin. An entry is one hash under one key (value, consumed, lists; or only
// `gone` for a removed one), so a step on it stays in one slot; the two keys of a list share a hash tag.
import type { Redis } from 'ioredis'
import type { RedisConnection } from './redis.js'

/** Shapes of the steps, as Redis answers them. */
export interface Steps {
  /** Returns the lists that the entry is in beyond those given, in which case it wrote nothing. */
  ephemeralPut(entry: string, value: string, life: number, ...lists: string[]): Promise<string[]>
  ephemeralAdd(entry: string, value: string, life: number, ...lists: string[]): Promise<0 | 1>
  ephemeralConsume(entry: string, time: number): Promise<0 | 1>
  /** Removes and returns when (microseconds), the value and the lists. With a list name, only an entry in that list. */
  ephemeralRemove(entry: string, tombstone: number, mode: 'always' | 'live' | 'listed', list: string): Promise<[string, string | null, string | null]>
  ephemeralCount(counter: string, life: number): Promise<number>
  /** Names an entry in a list: as the newest, or where it is. */
  ephemeralEnlist(order: string, expiry: string, key: string, life: number, mode: 'newest' | 'keep'): Promise<unknown>
  /** Takes a name off a list unless it was named again since. */
  ephemeralUnlist(order: string, expiry: string, key: string, before: string): Promise<unknown>
}

const write = `
  redis.call('HSET', KEYS[1], 'value', ARGV[1])
  if #ARGV > 2 then
    local lists = {}
    for i = 3, #ARGV do lists[#lists + 1] = ARGV[i] end
    redis.call('HSET', KEYS[1], 'lists', cjson.encode(lists))
  end
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
`

const now = `
  local time = redis.call('TIME')
  local now = time[1] * 1000000 + time[2]
`

const put = `
  if redis.call('HEXISTS', KEYS[1], 'gone') == 1 then return {} end
  local known = redis.call('HGET', KEYS[1], 'lists')
  if known then
    local given, missing = {}, {}
    for i = 3, #ARGV do given[ARGV[i]] = true end
    for _, name in ipairs(cjson.decode(known)) do
      if not given[name] then missing[#missing + 1] = name end
    end
    if #missing > 0 then return missing end
  end
  ${write}
  return {}
`

const add = `
  if redis.call('HEXISTS', KEYS[1], 'value') == 1 then return 0 end
  redis.call('DEL', KEYS[1])
  ${write}
  return 1
`

const consume = `
  if redis.call('HEXISTS', KEYS[1], 'value') == 0 then return 0 end
  return redis.call('HSETNX', KEYS[1], 'consumed', ARGV[1])
`

const remove = `
  ${now}
  local value = redis.call('HGET', KEYS[1], 'value')
  local lists = redis.call('HGET', KEYS[1], 'lists')
  local due = ARGV[2] == 'always' or (ARGV[2] == 'live' and value)
  if ARGV[2] == 'listed' and lists then
    for _, name in ipairs(cjson.decode(lists)) do due = due or name == ARGV[3] end
  end
  if due then
    redis.call('DEL', KEYS[1])
    redis.call('HSET', KEYS[1], 'gone', 1)
    redis.call('PEXPIRE', KEYS[1], ARGV[1])
  else
    value, lists = false, false
  end
  return { string.format('%.0f', now), value, lists }
`

const count = `
  local count = redis.call('INCR', KEYS[1])
  if count == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
  return count
`

// A list is two sorted sets, by time of naming and by time of expiry; a write also drops a few expired names.
const enlist = `
  ${now}
  local ends = now + ARGV[2] * 1000
  local known = redis.call('ZSCORE', KEYS[1], ARGV[1])
  if ARGV[3] == 'newest' or not known then redis.call('ZADD', KEYS[1], now, ARGV[1]) end
  known = redis.call('ZSCORE', KEYS[2], ARGV[1])
  if not known or tonumber(known) < ends then redis.call('ZADD', KEYS[2], ends, ARGV[1]) end
  for _, name in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now, 'LIMIT', 0, 20)) do
    redis.call('ZREM', KEYS[1], name)
    redis.call('ZREM', KEYS[2], name)
  end
  for i = 1, 2 do
    if redis.call('PTTL', KEYS[i]) < tonumber(ARGV[2]) then redis.call('PEXPIRE', KEYS[i], ARGV[2]) end
  end
`

const unlist = `
  local named = redis.call('ZSCORE', KEYS[1], ARGV[1])
  if named and tonumber(named) < tonumber(ARGV[2]) then
    redis.call('ZREM', KEYS[1], ARGV[1])
    redis.call('ZREM', KEYS[2], ARGV[1])
  end
`

/** Teaches a connection the steps; a Cluster has every command of the one type that is returned. */
export function withSteps(redis: RedisConnection): Redis & Steps {
  const steps: Record<keyof Steps, [lua: string, keys: number]> = {
    ephemeralPut: [put, 1],
    ephemeralAdd: [add, 1],
    ephemeralConsume: [consume, 1],
    ephemeralRemove: [remove, 1],
    ephemeralCount: [count, 1],
    ephemeralEnlist: [enlist, 2],
    ephemeralUnlist: [unlist, 2],
  }
  for (const [name, [lua, numberOfKeys]] of Object.entries(steps)) redis.defineCommand(name, { lua, numberOfKeys })
  return redis as unknown as Redis & Steps
}
