// One stream: reads on from its place, delivers, and moves the place on. One node has it at a time, by a lease; what cannot
// be delivered is tried again, ever more rarely, and holds nobody else. Nothing is skipped, and what was cut short comes twice.
import { newUuid } from '../../ids.js'
import type { Log } from '../../log.js'
import type { Executor } from '../../storage/database.js'
import type { Checkpoints } from '../checkpoints.js'
import { readBatch, type StreamBatch, type StreamPlace } from './entries.js'
import type { Sink } from './sink.js'

export type StreamState = 'flows' | 'fails' | 'runs on another node' | 'starting'

export interface StreamOptions {
  name: string
  sink: Sink
  sql: Executor
  checkpoints: Checkpoints
  log: Pick<Log, 'info' | 'warn' | 'error'>
  /** Milliseconds between two looks for new events. */
  lookEvery?: number
  /** Milliseconds until a failed delivery is tried again, at first and at most. */
  retry?: { first: number; most: number }
  /** Seconds that a node keeps a stream without a sign of life. */
  lease?: number
}

const usual = { lookEvery: 1000, retry: { first: 1000, most: 60_000 }, lease: 30 }
const longestFault = 300

const claiming = `
  insert into audit_streams as s (name, position, checkpoint, owner, lease_until)
  values ($1, coalesce((select max(position) from audit_events), 0), coalesce((select max(position) from audit_checkpoints where kind = 'head'), 0), $2, now() + make_interval(secs => $3))
  on conflict (name) do update set owner = $2, lease_until = excluded.lease_until where s.owner = $2 or s.owner is null or s.lease_until < now()
  returning position, checkpoint`

export class Stream {
  readonly #owner = newUuid()
  #place: StreamPlace | undefined
  #heldUntil = 0
  /** What is being delivered, until it is: the same again, rather than more of it. */
  #batch: StreamBatch | undefined
  #failures = 0
  #state: StreamState = 'starting'
  #timer: NodeJS.Timeout | undefined
  #turn: Promise<void> | undefined
  #isStopping = false

  constructor(private readonly options: StreamOptions) {}

  get state(): StreamState {
    return this.#state
  }

  start(): void {
    this.#isStopping = false
    this.#next(0)
  }

  /** Delivers what is left, if that goes well at once, and lets the stream go. */
  async stop(): Promise<void> {
    this.#isStopping = true
    clearTimeout(this.#timer)
    await this.#turn
    try {
      if (this.#place && this.#failures === 0) while (await this.#deliverNext()) { /* until nothing is left */ }
      await this.options.sql.query('update audit_streams set owner = null where name = $1 and owner = $2', [this.options.name, this.#owner])
    } catch {
      // The next node, or the next start, goes on from the place that is kept.
    }
    await this.options.sink.close().catch(() => undefined)
  }

  #next(wait: number): void {
    if (this.#isStopping) return
    this.#timer = setTimeout(() => { this.#turn = this.#takeTurns() }, wait).unref()
  }

  async #takeTurns(): Promise<void> {
    this.#next(await this.#takeTurn())
  }

  /** Answers how long to wait for the next turn. */
  async #takeTurn(): Promise<number> {
    const { lookEvery = usual.lookEvery, log, name } = this.options
    try {
      if (!await this.#hold()) {
        this.#state = 'runs on another node'
        return lookEvery * 5
      }
      while (!this.#isStopping && await this.#deliverNext() && await this.#hold()) { /* until nothing is left, or it is another node's */ }
      return lookEvery
    } catch (error) {
      this.#place = undefined
      log.warn({ stream: name, err: (error as Error).message }, 'a stream of the audit trail cannot reach the database')
      return lookEvery * 5
    }
  }

  /** Takes the stream, or keeps it for longer; false where another node has it. */
  async #hold(): Promise<boolean> {
    const { sql, name, lease = usual.lease } = this.options
    const now = performance.now()
    if (this.#place && now < this.#heldUntil - (lease * 1000) / 2) return true
    const [held] = await sql.query<{ position: string; checkpoint: string }>(claiming, [name, this.#owner, lease])
    if (!held) {
      this.#place = undefined
      this.#batch = undefined
      return false
    }
    // Another node may have had it in between.
    if (Number(held.position) !== this.#place?.position) this.#batch = undefined
    this.#place = { position: Number(held.position), checkpoint: Number(held.checkpoint) }
    this.#heldUntil = now + lease * 1000
    return true
  }

  /** Delivers a batch; false where there was none, or it was not taken. */
  async #deliverNext(): Promise<boolean> {
    const { sql, checkpoints, sink, log, name } = this.options
    this.#batch ??= await readBatch(sql, checkpoints, this.#place!)
    if (this.#batch.entries.length === 0) {
      this.#batch = undefined
      if (this.#failures === 0) this.#state = 'flows'
      return false
    }
    const { entries, end, lost } = this.#batch
    try {
      await sink.deliver(entries)
    } catch (error) {
      await this.#fail(error as Error)
      return false
    }
    if (lost > 0) log.error({ stream: name, lost }, 'events were removed by retention before they could be streamed')
    if (this.#failures > 0) log.info({ stream: name }, 'a stream of the audit trail flows again')
    this.#failures = 0
    this.#state = 'flows'
    this.#batch = undefined
    const moved = await sql.query(`update audit_streams set position = $3, checkpoint = $4, failing_since = null, fault = null where name = $1 and owner = $2 returning 1`, [name, this.#owner, end.position, end.checkpoint])
    this.#place = moved.length > 0 ? end : undefined
    return this.#place !== undefined
  }

  /** Waits here, so that the turn ends when it is time to try again; the lease lasts until then. */
  async #fail(error: Error): Promise<void> {
    const { sql, name, log, retry = usual.retry, lease = usual.lease } = this.options
    const fault = error.message.replace(/\p{Cc}+/gu, ' ').slice(0, longestFault)
    if (this.#failures === 0) log.warn({ stream: name, err: fault }, 'a stream of the audit trail fails, and is tried again')
    this.#failures += 1
    this.#state = 'fails'
    // Jitter: what failed together does not come back together.
    const wait = Math.min(retry.most, retry.first * 2 ** Math.min(this.#failures - 1, 16)) * (0.5 + Math.random() / 2)
    await sql.query(`update audit_streams set fault = $3, failing_since = coalesce(failing_since, now()), lease_until = now() + make_interval(secs => $4) where name = $1 and owner = $2`,
      [name, this.#owner, fault, lease + wait / 1000])
    this.#heldUntil = performance.now() + lease * 1000 + wait
    await this.#pause(wait)
  }

  #pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const end = performance.now() + milliseconds
      const look = (): void => {
        if (this.#isStopping || performance.now() >= end) resolve()
        else setTimeout(look, Math.min(100, milliseconds)).unref()
      }
      look()
    })
  }
}
