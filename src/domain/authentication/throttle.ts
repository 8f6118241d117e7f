// Slows down guessing: after a few failures each further one costs a longer wait, counted per person
// and address and per address alone; an address of IPv6 counts with its whole network. Somebody else's failures
// never keep a person out: a browser that the person signed in from before is counted by itself.
import { createHash } from 'node:crypto'
import { neighbourhoodOf } from '../../platform/addresses.js'
import type { Clock } from '../../platform/clock.js'
import { Refusal } from '../../platform/errors.js'
import type { EphemeralStore } from '../../platform/storage/ephemeral.js'

/** What is being guessed at, and from where. */
export interface Attempted {
  /** The name that was typed, whether or not anybody has it. */
  name: string
  address: string
  /** The browser, where this name signed in from it before. */
  browser?: string | undefined
}

/** Free failures, then waits of 2, 4, 8 … seconds up to a quarter of an hour. */
interface Limit {
  free: number
  window: number
}

const failuresPerPersonAndPlace: Limit = { free: 4, window: 15 * 60 }
const failuresPerAddress: Limit = { free: 60, window: 15 * 60 }
const longestWait = 15 * 60

export class Throttle {
  constructor(private readonly store: EphemeralStore, private readonly clock: Clock) {}

  /**
   * Refuses with the time left to wait, if there is any. Call it before the proof is looked at, and again before a right
   * one is accepted: of many that come at once, none may count once the others have failed.
   */
  async check(attempted: Attempted): Promise<void> {
    const waits = await Promise.all(keys(attempted).map(({ key }) => this.store.get(`${key}:until`)))
    const until = Math.max(0, ...waits.map((entry) => Number(entry?.value ?? 0)))
    const left = Math.ceil((until - this.clock()) / 1000)
    if (left > 0) throw new Refusal('too-many-attempts', `Too many tries. Please wait ${describeWait(left)} and try again.`, { retryAfter: left })
  }

  /** Counts a failure. */
  async failed(attempted: Attempted): Promise<void> {
    await Promise.all(keys(attempted).map(async ({ key, limit }) => {
      const failures = await this.store.count(`${key}:failures`, limit.window)
      if (failures <= limit.free) return
      const wait = Math.min(longestWait, 2 ** Math.min(failures - limit.free, 12))
      await this.store.put(`${key}:until`, String(this.clock() + wait * 1000), { ttl: wait })
    }))
  }

  /** Forgets a person's failures from a place, after the right proof came from there. */
  async succeeded(attempted: Attempted): Promise<void> {
    await this.store.reset(`${keys(attempted)[0]!.key}:failures`)
  }
}

function keys({ name, address, browser }: Attempted): { key: string; limit: Limit }[] {
  const from = neighbourhoodOf(address)
  const person = createHash('sha256').update(JSON.stringify([name.toLowerCase(), browser ? 'browser' : 'address', browser ?? from])).digest('base64url')
  return [
    { key: `throttle:person:${person}`, limit: failuresPerPersonAndPlace },
    ...(browser ? [] : [{ key: `throttle:address:${from}`, limit: failuresPerAddress }]),
  ]
}

/** Says a number of seconds as people do. */
export function describeWait(seconds: number): string {
  if (seconds < 90) return `${seconds} ${seconds === 1 ? 'second' : 'seconds'}`
  return `${Math.ceil(seconds / 60)} minutes`
}
