// What is done for the trail as time goes by: its head is signed every minute and at the end, and what is too old removed.
import type { Clock } from '../clock.js'
import type { Log } from '../log.js'
import type { Database } from '../storage/database.js'
import type { Checkpoints } from './checkpoints.js'
import { removeEvents } from './retention.js'
import type { Recorder } from './trail.js'

interface KeepingOptions {
  database: Database
  checkpoints: Checkpoints
  trail: Recorder
  clock: Clock
  log: Pick<Log, 'warn' | 'info'>
  /** How many days events are kept; for ever unless told. */
  retention: number | undefined
}

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

export class Keeping {
  #timers: NodeJS.Timeout[] = []
  #working: Promise<void> = Promise.resolve()

  constructor(private readonly options: KeepingOptions) {}

  start(): void {
    this.#timers = [setInterval(() => this.#do(() => this.sign()), minute), setInterval(() => this.#do(() => this.tidy()), hour), setTimeout(() => this.#do(() => this.tidy()), minute)].map((timer) => timer.unref())
  }

  /** Signs the head a last time. */
  async stop(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer)
    this.#do(() => this.sign())
    await this.#working
  }

  async sign(): Promise<void> {
    await this.options.checkpoints.signHead()
  }

  /** Removes what is older than it is to be kept, and says so in the trail. */
  async tidy(): Promise<void> {
    const { database, checkpoints, trail, clock, log, retention } = this.options
    await checkpoints.thin()
    if (retention === undefined) return
    const before = new Date(clock() - retention * day)
    const removed = await removeEvents(database, checkpoints, before)
    if (removed === 0) return
    log.info({ removed, before }, 'events that were too old were removed from the audit trail')
    await trail.record({ eventName: 'RemoveExpiredEvents', eventSource: 'gatehouse', userIdentity: { type: 'AWSService', invokedBy: 'gatehouse' }, requestParameters: { before: before.toISOString() }, responseElements: { removed } })
  }

  #do(work: () => Promise<void>): void {
    this.#working = this.#working.then(work).catch((error: Error) => { this.options.log.warn({ err: error.message }, 'the audit trail could not be signed or tidied') })
  }
}
