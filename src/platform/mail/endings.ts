// Tells in time that something ends: once on each of some days before. Nodes take turns by skipping what another holds.
import { Background } from '../background.js'
import type { Clock } from '../clock.js'
import type { Log } from '../log.js'
import type { Executor, Row } from '../storage/database.js'
import type { MailQueue, QueuedMail } from './mail.js'

/** What it is that ends. */
export interface EndingSubject {
  /** Days before, of which each is told once, the fewest first. */
  days: readonly number[]
  /** Completes "nobody could be told that …". */
  named: string
  /** Lists and locks, skipping what is locked, those that end after one time and up to another: each with `ends_at` and `warned_days`. */
  list: (tx: Executor, after: Date, until: Date) => Promise<Row[]>
  /** Keeps that it was told of so many days. */
  note: (tx: Executor, row: Row, days: number) => Promise<unknown>
  /** Writes the letter; undefined where there is nobody to write to. */
  write: (tx: Executor, row: Row, when: { days: number; endsAt: number }) => Promise<QueuedMail | undefined>
}

interface Options {
  database: { transaction<T>(work: (tx: Executor) => Promise<T>): Promise<T> }
  mail: MailQueue
  clock: Clock
  log: Pick<Log, 'warn'>
}

const day = 24 * 3600 * 1000
const every = 3600 * 1000
const soon = 10_000

export class Endings {
  readonly #background: Background

  constructor(private readonly subject: EndingSubject, private readonly options: Options) {
    this.#background = new Background({ work: () => this.run(), every, soon, log: options.log, failed: `nobody could be told that ${subject.named}` })
  }

  start(): void {
    this.#background.start()
  }

  stop(): Promise<void> {
    return this.#background.stop()
  }

  /** Tells of everything for which it is time, once for each of the days. */
  async run(): Promise<void> {
    const { database, clock } = this.options
    const now = clock()
    await database.transaction(async (tx) => {
      for (const row of await this.subject.list(tx, new Date(now), new Date(now + this.subject.days.at(-1)! * day))) await this.#tell(tx, row, now)
    })
  }

  async #tell(tx: Executor, row: Row, now: number): Promise<void> {
    const endsAt = (row.ends_at as Date).getTime()
    const due = this.subject.days.find((days) => endsAt - now <= days * day)!
    if (row.warned_days !== null && (row.warned_days as number) <= due) return
    await this.subject.note(tx, row, due)
    const letter = await this.subject.write(tx, row, { days: due, endsAt })
    if (letter) await this.options.mail.queue(tx, letter)
  }
}
