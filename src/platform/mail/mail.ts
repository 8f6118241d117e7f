// Mail: queues letters in the transaction of what they announce, and sends them one after the other.
import type { Clock } from '../clock.js'
import { Sealer, type MasterKey } from '../keys/index.js'
import type { Log } from '../log.js'
import type { Executor } from '../storage/database.js'
import { checkedAddress, compose, type ComposeOptions } from './compose.js'
import type { LetterName, Letters } from './letters.js'
import { Outbox, type OutboxEntry } from './outbox.js'
import type { Post } from './posts.js'

export interface MailOptions extends ComposeOptions {
  sql: Executor
  master: MasterKey
  post: Post
  clock: Clock
  log: Pick<Log, 'info' | 'warn' | 'error'>
  /** Milliseconds between two looks for what another node left or must be tried again. */
  lookEvery?: number
}

export type QueuedMail = { [Name in LetterName]: { to: string; template: Name; model: Letters[Name] } }[LetterName]

/** What writes a mail into the outbox; sending it is somebody else's. */
export interface MailQueue {
  /** Queues a mail with the caller's transaction: it is sent soon after the commit, and never without it. */
  queue(executor: Executor, mail: QueuedMail): Promise<void>
}

/** Makes a queue for a process that does not send: a running server finds what it wrote. */
export function mailQueue({ sql, master, clock }: Pick<MailOptions, 'sql' | 'master' | 'clock'>): MailQueue {
  const outbox = new Outbox(sql, new Sealer(master, 'mails'))
  return { queue: (executor, { to, template, model }) => outbox.add(executor, { to: checkedAddress(to), template, model }, new Date(clock())) }
}

const atOnce = 4
const minute = 60_000
const day = 24 * 60 * minute
/** How long a claim holds; a node that dies leaves its mails to the others after that. */
const lease = 5 * minute
const firstWait = 5_000
const longestWait = 60 * minute
const giveUpAfter = day
const sentKept = 7 * day
const failedKept = 90 * day
const pruneEvery = 60 * minute
const longestFault = 300
const drainPatience = 10_000

export class Mail implements MailQueue {
  readonly #outbox: Outbox
  readonly #queue: MailQueue
  #timer: NodeJS.Timeout | undefined
  #working: Promise<void> | undefined
  #again = false
  #started = false
  #prunedAt = 0

  constructor(private readonly options: MailOptions) {
    this.#outbox = new Outbox(options.sql, new Sealer(options.master, 'mails'))
    this.#queue = mailQueue(options)
  }

  async queue(executor: Executor, mail: QueuedMail): Promise<void> {
    await this.#queue.queue(executor, mail)
    if (executor.onCommit) executor.onCommit(() => this.#wake())
    else this.#wake()
  }

  /** Begins to send, what was left over first. */
  start(): void {
    this.#started = true
    this.#wake()
  }

  /** Stops sending; what is being sent is finished in good time, what waits stays in the database for the next start. */
  async stop(): Promise<void> {
    this.#started = false
    clearTimeout(this.#timer)
    let timer: NodeJS.Timeout | undefined
    const patience = new Promise<void>((resolve) => { timer = setTimeout(resolve, drainPatience) })
    await Promise.race([this.#working, patience])
    clearTimeout(timer)
  }

  #wake(): void {
    if (!this.#started) return
    this.#again = true
    this.#working ??= this.#work().finally(() => {
      this.#working = undefined
      if (this.#again) this.#wake()
    })
  }

  async #work(): Promise<void> {
    clearTimeout(this.#timer)
    try {
      // A mail queued during the last look would be missed without another one.
      while (this.#again && this.#started) {
        this.#again = false
        let taken = atOnce
        while (this.#started && taken === atOnce) taken = await this.#sendDue()
      }
      await this.#prune()
    } catch (error) {
      this.options.log.warn({ err: (error as Error).message }, 'the outbox of mail could not be read')
    }
    this.#again &&= this.#started
    if (this.#started) this.#timer = setTimeout(() => this.#wake(), this.options.lookEvery ?? 5000).unref()
  }

  async #sendDue(): Promise<number> {
    const now = this.options.clock()
    const claimed = await this.#outbox.claim(new Date(now), new Date(now + lease), atOnce)
    await Promise.all(claimed.map((entry) => ('unreadable' in entry ? this.#giveUp(entry.id, 'sealed under another key') : this.#send(entry))))
    return claimed.length
  }

  /**
   * The claim is committed before the server hears of the letter, and the mark after it took it. A crash before the
   * mark costs a second copy once the lease is over, under the same Message-ID; marking first would cost
   * the letter, and a lost link locks somebody out.
   */
  async #send(entry: OutboxEntry): Promise<void> {
    try {
      await this.options.post.send(await compose(entry, this.options))
    } catch (error) {
      return this.#tryAgain(entry, error)
    }
    await this.#outbox.sent(entry.id, new Date(this.options.clock()))
  }

  async #tryAgain(entry: OutboxEntry, error: unknown): Promise<void> {
    const now = this.options.clock()
    const fault = describeFault(error)
    if (isFinal(error) || now - entry.queuedAt.getTime() >= giveUpAfter) return this.#giveUp(entry.id, fault)
    const wait = Math.min(longestWait, firstWait * 2 ** Math.min(entry.attempts - 1, 12))
    // Jitter: what failed together does not come back together.
    const until = now + wait * (0.5 + Math.random())
    this.options.log.warn({ mail: entry.id, template: entry.template, attempts: entry.attempts, code: codeOf(error) }, 'a mail could not be sent and is tried again')
    await this.#outbox.putOff(entry, new Date(until), fault)
  }

  async #giveUp(id: string, fault: string): Promise<void> {
    await this.#outbox.failed(id, new Date(this.options.clock()), fault)
    // The server's words may name the recipient; they stand in the row, not in the log.
    this.options.log.error({ mail: id }, 'a mail was given up')
  }

  async #prune(): Promise<void> {
    const now = this.options.clock()
    if (now - this.#prunedAt < pruneEvery) return
    await this.#outbox.prune(new Date(now - sentKept), new Date(now - failedKept))
    this.#prunedAt = now
  }
}

interface SmtpFault {
  code?: string
  responseCode?: number
}

const codeOf = (error: unknown): string | undefined => {
  const { code, responseCode } = error as SmtpFault
  return [code, responseCode].filter((part) => part !== undefined).join(' ') || undefined
}

/** The server will never take this letter to this address (RFC 5321 section 4.2.1); a login it refuses can be put right. */
const isFinal = (error: unknown): boolean => {
  const { code, responseCode = 0 } = error as SmtpFault
  return (code === 'EENVELOPE' || code === 'EMESSAGE') && responseCode >= 500
}

const describeFault = (error: unknown): string => (error instanceof Error ? error.message : String(error)).replace(/\p{Cc}+/gu, ' ').slice(0, longestFault)
