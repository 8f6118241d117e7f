// Bounds how many password hashes are computed at once, and serves those who wait fairly: addresses
// take turns, so that one that sends many sign-ins does not delay the others.
import { neighbourhoodOf } from '../../platform/addresses.js'
import { Refusal } from '../../platform/errors.js'

export interface HashQueueOptions {
  /** Hashes computed at once. */
  concurrency: number
  /** How many may wait in all, and from one address. */
  capacity?: number
  capacityPerAddress?: number
}

export class HashQueue {
  #running = 0
  #waiting = 0
  readonly #lines = new Map<string, (() => void)[]>()
  readonly #capacity: number
  readonly #capacityPerAddress: number

  constructor(private readonly options: HashQueueOptions) {
    this.#capacity = options.capacity ?? options.concurrency * 64
    this.#capacityPerAddress = options.capacityPerAddress ?? Math.ceil(this.#capacity / 2)
  }

  /** Runs work when it is the address's turn; refuses with `busy` when too many wait already. */
  async run<T>(address: string, work: () => Promise<T>): Promise<T> {
    if (this.#running >= this.options.concurrency) await this.#wait(neighbourhoodOf(address))
    else this.#running += 1
    try {
      return await work()
    } finally {
      this.#next()
    }
  }

  #wait(address: string): Promise<void> {
    const line = this.#lines.get(address) ?? []
    if (this.#waiting >= this.#capacity || line.length >= this.#capacityPerAddress) {
      throw new Refusal('busy', 'Too many people are signing in right now. Please try again in a few seconds.', { retryAfter: 5 })
    }
    this.#waiting += 1
    this.#lines.set(address, line)
    return new Promise((resolve) => line.push(resolve))
  }

  /** Hands the place that became free to the address that has waited longest for a turn. */
  #next(): void {
    const [first] = this.#lines
    if (!first) {
      this.#running -= 1
      return
    }
    const [address, line] = first
    const start = line.shift()!
    this.#waiting -= 1
    this.#lines.delete(address)
    if (line.length > 0) this.#lines.set(address, line)
    start()
  }
}
