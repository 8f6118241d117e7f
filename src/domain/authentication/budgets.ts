// Keeps the limits, in the ephemeral store that all processes share. While that does not answer, each process
// counts for itself, against smaller amounts: a limit is never off.
import { createHash } from 'node:crypto'
import { RateLimiterCompatibleAbstract, RateLimiterMemory, RateLimiterRes, type RateLimiterLike } from 'rate-limiter-flexible'
import type { Clock } from '../../platform/clock.js'
import { Refusal } from '../../platform/errors.js'
import type { EphemeralStore } from '../../platform/storage/ephemeral.js'
import { limits, type Limit, type LimitName } from './limits.js'

/** How far a budget is spent. */
export interface Spent {
  count: number
  /** Seconds until there is more, 0 where there is some now. */
  wait: number
  /** True where more was taken than there was. */
  isOverdrawn: boolean
}

type CounterStore = Pick<EphemeralStore, 'count' | 'counted' | 'reset' | 'put' | 'get'>

export class Budgets {
  readonly #shared = new Map<LimitName, RateLimiterLike>()
  readonly #alone = new Map<LimitName, RateLimiterLike>()

  constructor(store: CounterStore, clock: Clock) {
    for (const [name, { amount, alone, window }] of Object.entries(limits) as [LimitName, Limit][]) {
      this.#shared.set(name, new StoreLimiter(store, clock, { amount, window, prefix: `limit:${name}` }))
      this.#alone.set(name, new RateLimiterMemory({ points: alone, duration: window, keyPrefix: name }))
    }
  }

  /** Reads a budget without taking from it. */
  look(name: LimitName, of: string): Promise<Spent> {
    return this.#ask(name, async (limiter, isShared) => spentOf(limits[name], await limiter.get(keyOf(of)), isShared))
  }

  /** Takes one from a budget, whether or not there is any left, and starts the wait that follows. */
  count(name: LimitName, of: string): Promise<Spent> {
    const { amount, longestWait }: Limit = limits[name]
    return this.#ask(name, async (limiter, isShared) => {
      const res = await limiter.penalty(keyOf(of))
      if (!isShared || longestWait === undefined || res.consumedPoints <= amount) return spentOf(limits[name], res, isShared)
      const wait = Math.min(longestWait, 2 ** Math.min(res.consumedPoints - amount, 12))
      await limiter.block(keyOf(of), wait)
      return { count: res.consumedPoints, wait, isOverdrawn: true }
    })
  }

  /** Takes one from a budget, or refuses: of many at once exactly as many get one as there are. */
  async spend(name: LimitName, of: string): Promise<void> {
    await this.#ask(name, async (limiter) => {
      try {
        await limiter.consume(keyOf(of))
      } catch (error) {
        throw error instanceof RateLimiterRes ? tooMany(Math.ceil(error.msBeforeNext / 1000)) : error
      }
    })
  }

  /** Refuses where nothing is left of a budget. */
  async check(name: LimitName, of: string): Promise<void> {
    const { wait } = await this.look(name, of)
    if (wait > 0) throw tooMany(wait)
  }

  /** Fills a budget again; a wait that has begun goes on. */
  async restore(name: LimitName, of: string): Promise<void> {
    await this.#ask(name, (limiter) => limiter.delete(keyOf(of)))
  }

  async #ask<T>(name: LimitName, question: (limiter: RateLimiterLike, isShared: boolean) => Promise<T>): Promise<T> {
    try {
      return await question(this.#shared.get(name)!, true)
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'unavailable') throw error
      return question(this.#alone.get(name)!, false)
    }
  }
}

function spentOf({ amount, alone, longestWait }: Limit, res: RateLimiterRes | null, isShared: boolean): Spent {
  if (!res) return { count: 0, wait: 0, isOverdrawn: false }
  const most = isShared ? amount : alone
  const grows = isShared && longestWait !== undefined
  const isSpent = grows ? res instanceof WaitingRes : res.consumedPoints >= most
  return { count: res.consumedPoints, wait: isSpent ? Math.ceil(res.msBeforeNext / 1000) : 0, isOverdrawn: res.consumedPoints > most }
}

// Names and addresses of any length, and nothing of them in the store.
const keyOf = (of: string): string => createHash('sha256').update(of).digest('base64url')

export const tooMany = (wait: number): Refusal => new Refusal('too-many-attempts', `Too many tries. Please wait ${describeWait(wait)} and try again.`, { retryAfter: wait })

/** Says a number of seconds as people do. */
export function describeWait(seconds: number): string {
  if (seconds < 90) return `${seconds} ${seconds === 1 ? 'second' : 'seconds'}`
  return `${Math.ceil(seconds / 60)} minutes`
}

/** A result with a wait that was set apart from the window. */
class WaitingRes extends RateLimiterRes {}

/** The library's limiter over the ephemeral store, which counts by ones. */
class StoreLimiter extends RateLimiterCompatibleAbstract {
  constructor(private readonly store: CounterStore, private readonly clock: Clock, private readonly options: { amount: number; window: number; prefix: string }) {
    super()
  }

  override async get(key: string): Promise<RateLimiterRes> {
    const name = this.#name(key)
    const [count, wait] = await Promise.all([this.store.counted(name), this.store.get(`${name}:until`)])
    const left = Number(wait?.value ?? 0) - this.clock()
    return left > 0 ? new WaitingRes(0, left, count) : this.#result(count)
  }

  override async consume(key: string): Promise<RateLimiterRes> {
    const res = await this.penalty(key)
    if (res.consumedPoints > this.options.amount) throw res
    return res
  }

  override async penalty(key: string): Promise<RateLimiterRes> {
    return this.#result(await this.store.count(this.#name(key), this.options.window))
  }

  override async block(key: string, seconds: number): Promise<RateLimiterRes> {
    await this.store.put(`${this.#name(key)}:until`, String(this.clock() + seconds * 1000), { ttl: seconds })
    return new WaitingRes(0, seconds * 1000)
  }

  /** The wait stays: a key that was removed takes no new one for a while. */
  override async delete(key: string): Promise<boolean> {
    await this.store.reset(this.#name(key))
    return true
  }

  // When the window ends is not kept: at most so long.
  #result = (count: number): RateLimiterRes => new RateLimiterRes(Math.max(0, this.options.amount - count), this.options.window * 1000, count)

  #name = (key: string): string => `${this.options.prefix}:${key}`
}
