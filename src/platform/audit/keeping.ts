// What is done for the trail as time goes by: its head is signed every minute and at the end, what was written verified
// every hour, and what is too old removed.
import type { Clock } from '../clock.js'
import type { Log } from '../log.js'
import type { Database } from '../storage/database.js'
import type { Checkpoints } from './checkpoints.js'
import { removeEvents } from './retention.js'
import type { Recorder } from './trail.js'
import type { Verifications } from './verifications.js'

interface KeepingOptions {
  database: Database
  checkpoints: Checkpoints
  verifications: Pick<Verifications, 'verifyRecent'>
  trail: Recorder
  clock: Clock
  log: Pick<Log, 'warn' | 'info' | 'error'>
  /** How many days events are kept; for ever unless told. */
  retention: number | undefined
}

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

export class Keeping {
  #timers: NodeJS.Timeout[] = []
  #working: Promise<void> = Promise.resolve()
  #stopped = false

  constructor(private readonly options: KeepingOptions) {}

  start(): void {
    this.#timers = [setInterval(() => this.#do(() => this.sign()), minute), setInterval(() => this.#upkeep(), hour), setTimeout(() => this.#upkeep(), minute)].map((timer) => timer.unref())
  }

  /** Signs the head a last time. */
  async stop(): Promise<void> {
    this.#stopped = true
    for (const timer of this.#timers) clearTimeout(timer)
    this.#do(() => this.sign())
    await this.#working
  }

  async sign(): Promise<void> {
    await this.options.checkpoints.signHead()
  }

  /** Verifies what was written since it did so before. */
  async verify(): Promise<void> {
    const fault = (await this.options.verifications.verifyRecent())?.fault
    if (fault) this.options.log.error({ position: fault.position, eventId: fault.eventId }, `the audit trail is not as it was written: ${fault.sentence}`)
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

  #upkeep(): void {
    this.#do(() => this.tidy())
    // Beside the rest: it may take long, and nothing waits for it.
    this.verify().catch((error: Error) => { if (!this.#stopped) this.options.log.warn({ err: error.message }, 'the audit trail could not be verified') })
  }

  #do(work: () => Promise<void>): void {
    this.#working = this.#working.then(work).catch((error: Error) => { this.options.log.warn({ err: error.message }, 'the audit trail could not be signed or tidied') })
  }
}
