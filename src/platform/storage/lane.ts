// Groups calls: while one round of work is under way, whatever arrives waits and leaves together in the next.
import { performance } from 'node:perf_hooks'
import { patience, unavailable } from './ephemeral-limits.js'

/** A call that waits for its round; the round answers it, the lane only refuses it. */
export interface Waiting {
  /** When it arrived, by the clock of this process. */
  arrived: number
  reject(reason: unknown): void
}

// A call this close to the end of its patience is refused rather than allowed to hurry a whole round.
const tooLate = 250

/** Runs rounds one after another; a call that waits longer than the store may take is refused. */
export class Lane<Call extends Waiting> {
  private waiting: Call[] = []
  private running = false

  /** `choose` picks those that may share the next round, at least one; `round` answers them in so many milliseconds or throws. */
  constructor(private readonly choose: (waiting: Call[]) => Set<Call>, private readonly round: (calls: Call[], milliseconds: number) => Promise<void>) {}

  push(call: Call): void {
    this.waiting.push(call)
    if (this.running) return
    this.running = true
    // Not at once: what arrives in the same turn of the event loop shares the round.
    setImmediate(() => void this.run())
  }

  private async run(): Promise<void> {
    while (this.waiting.length > 0) {
      this.refuseLate()
      const chosen = this.choose(this.waiting)
      this.waiting = this.waiting.filter(call => !chosen.has(call))
      const [...calls] = chosen
      const oldest = calls[0]
      if (!oldest) continue
      try {
        await this.round(calls, patience - (performance.now() - oldest.arrived))
      } catch (cause) {
        const refusal = unavailable(cause)
        for (const call of calls) call.reject(refusal)
      }
    }
    this.running = false
  }

  private refuseLate(): void {
    const limit = performance.now() - (patience - tooLate)
    const late = this.waiting.filter(call => call.arrived < limit)
    if (late.length === 0) return
    this.waiting = this.waiting.filter(call => call.arrived >= limit)
    for (const call of late) call.reject(unavailable('waited too long'))
  }
}

/** Waits for an answer for so many milliseconds, then gives up on it. */
export async function within<T>(milliseconds: number, answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const end = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), milliseconds)
  })
  try {
    return await Promise.race([answer, end])
  } finally {
    clearTimeout(timer)
  }
}
