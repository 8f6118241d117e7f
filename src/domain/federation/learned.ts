// What is learned of others by asking them, and kept for a while: one question at a time for each thing, the last good answer
// counts while nobody answers, and whoever sends tokens cannot make this ask more than now and then.
import type { Clock } from '../../platform/clock.js'
import { Recent } from '../../platform/recent.js'

interface LearnedOptions<Value> {
  clock: Clock
  ask: (key: string) => Promise<Value>
  /** Whether an error means that nobody answered, rather than that the answer is bad. */
  isSilence: (error: unknown) => boolean
  /** Things that are remembered. */
  remembered: number
}

/** Milliseconds that an answer counts without being asked for again. */
const freshFor = 600_000
/** Milliseconds that it counts while nobody answers. */
const goodFor = 24 * 3_600_000
/** Milliseconds from one doubt of a fresh answer to the next that is heard. */
const doubtedAfter = 60_000
const failedAfter = 5000

export class Learned<Value extends object> {
  readonly #known: Recent<string, { value: Value; at: number }>
  readonly #tried: Recent<string, { at: number; failure?: unknown }>
  readonly #doubted: Recent<string, number>
  readonly #asking = new Map<string, Promise<Value>>()

  constructor(private readonly options: LearnedOptions<Value>) {
    this.#known = new Recent(options.remembered)
    this.#tried = new Recent(options.remembered)
    this.#doubted = new Recent(options.remembered)
  }

  /** Gets what is known, or asks. Throws what the question throws. */
  async get(key: string): Promise<Value> {
    const known = this.#known.find(key)
    const age = known ? this.options.clock() - known.at : Infinity
    if (known && age < freshFor) return known.value
    try {
      return await this.#ask(key)
    } catch (error) {
      if (known && age < goodFor && this.options.isSilence(error)) return known.value
      throw error
    }
  }

  /** Asks although what is known is fresh; undefined where it is too soon to. */
  async findAnew(key: string): Promise<Value | undefined> {
    if (this.#asking.has(key)) return this.#ask(key)
    if (this.options.clock() - (this.#doubted.find(key) ?? -Infinity) < doubtedAfter) return undefined
    this.#doubted.put(key, this.options.clock())
    return this.#ask(key)
  }

  /** Finds what is known, however old, without asking. */
  find(key: string): Value | undefined {
    return this.#known.find(key)?.value
  }

  forget(key: string): void {
    this.#known.remove(key)
    this.#tried.remove(key)
    this.#doubted.remove(key)
  }

  #sinceTried(key: string): number {
    const tried = this.#tried.find(key)
    return tried ? this.options.clock() - tried.at : Infinity
  }

  #ask(key: string): Promise<Value> {
    const asking = this.#asking.get(key) ?? this.#askNow(key).finally(() => this.#asking.delete(key))
    this.#asking.set(key, asking)
    return asking
  }

  async #askNow(key: string): Promise<Value> {
    const last = this.#tried.find(key)
    if (last?.failure && this.#sinceTried(key) < failedAfter) throw last.failure
    const at = this.options.clock()
    try {
      const value = await this.options.ask(key)
      this.#known.put(key, { value, at })
      this.#tried.put(key, { at })
      return value
    } catch (failure) {
      this.#tried.put(key, { at, failure })
      throw failure
    }
  }
}
