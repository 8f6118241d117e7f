// The embedded twin of the ephemeral store: tables in the database, with grouped writes and reads. What
// arrives while one statement is under way leaves together in the next, and is answered once that is committed.
import { performance } from 'node:perf_hooks'
import type { Clock } from '../clock.js'
import type { Log } from '../log.js'
import { EntryCache } from './ephemeral-cache.js'
import { checkEntry, checkName, lifetime, listedAtMost, patience, tombstoneLife, unavailable } from './ephemeral-limits.js'
import { chooseReads, listStatement, readStatement, sweepStatements, type Found, type Read } from './ephemeral-table-reads.js'
import { chooseWrites, grouped, writeStatement, type Kind, type Outcome, type Statement, type Write } from './ephemeral-table-writes.js'
import type { Entry, EphemeralStore, PutOptions } from './ephemeral.js'
import { Lane, within } from './lane.js'
import { UnderWay } from './under-way.js'

export type Row = Record<string, unknown>

/** Runs a statement of its own transaction on PostgreSQL or PGlite; every statement here ends in a select. */
export interface Executor {
  query(sql: string, parameters?: unknown[]): Promise<Row[]>
}

export interface TableOptions {
  clock: Clock
  log: Log
  /** Entries to keep in memory for `get` (20,000 is a good number): only where no other process uses the tables. */
  cache?: number
}

const sweepEvery = 60_000
const sweptAtOnce = 1_000
const sweepRounds = 20
const attempts = 3
const distrust = 60_000

type Details = Partial<Pick<Write, 'value' | 'lists' | 'expiresAt'>>

/** Keeps entries in the database; on one database there may be several, in one or many processes. */
export class TableEphemeralStore implements EphemeralStore {
  private readonly writes = new Lane<Write>(chooseWrites, (calls, milliseconds) => this.write(calls, milliseconds))
  private readonly reads = new Lane<Read>(chooseReads, (calls, milliseconds) => this.read(calls, milliseconds))
  private readonly cache: EntryCache | undefined
  private readonly clock: Clock
  private readonly log: Log
  private readonly sweeper: NodeJS.Timeout
  private readonly underWay = new UnderWay()
  private lastStamp = 0

  constructor(private readonly database: Executor, options: TableOptions) {
    this.clock = options.clock
    this.log = options.log
    this.cache = options.cache ? new EntryCache(options.cache) : undefined
    this.sweeper = setInterval(() => void this.sweepQuietly(), sweepEvery).unref()
  }

  async put(key: string, value: string, { ttl, lists = [] }: PutOptions): Promise<void> {
    checkEntry(key, value, lists)
    const expiresAt = this.clock() + lifetime(ttl)
    await this.enqueue('put', key, { value, lists, expiresAt }, () => undefined)
  }

  async get(key: string): Promise<Entry | undefined> {
    checkName(key)
    const arrived = performance.now()
    await this.underWay.settled(placeOf('entry', key))
    const hit = this.cache?.find(key, this.clock())
    if (hit) return hit
    const ticket = this.underWay.writes(placeOf('entry', key)) > 0 ? undefined : this.cache?.begin(key)
    let found: Found | undefined
    try {
      found = await this.look('entry', key, arrived)
    } finally {
      if (this.cache && ticket) this.cache.end(key, ticket, found && { entry: entryOf(found), expiresAt: found.expires }, this.clock())
    }
    return found && entryOf(found)
  }

  async consume(key: string): Promise<boolean> {
    checkName(key)
    return this.enqueue('consume', key, {}, (outcome, nth) => outcome !== undefined && nth === 0)
  }

  async take(key: string): Promise<string | undefined> {
    checkName(key)
    return this.enqueue('take', key, {}, (outcome, nth) => (nth === 0 ? outcome?.value ?? undefined : undefined))
  }

  async add(key: string, value: string, { ttl, lists = [] }: PutOptions): Promise<boolean> {
    checkEntry(key, value, lists)
    const expiresAt = this.clock() + lifetime(ttl)
    return this.enqueue('add', key, { value, lists, expiresAt }, (outcome, nth) => outcome !== undefined && nth === 0)
  }

  async count(key: string, ttl: number): Promise<number> {
    checkName(key)
    const expiresAt = this.clock() + lifetime(ttl)
    return this.enqueue('count', key, { expiresAt }, (outcome, nth, callers) => (outcome?.number ?? 0) - callers + nth + 1)
  }

  async counted(key: string): Promise<number> {
    checkName(key)
    const arrived = performance.now()
    await this.underWay.settled(placeOf('counter', key))
    return (await this.look('counter', key, arrived))?.number ?? 0
  }

  async reset(key: string): Promise<void> {
    checkName(key)
    await this.enqueue('reset', key, {}, () => undefined)
  }

  async remove(...keys: string[]): Promise<void> {
    keys.forEach(checkName)
    await Promise.all(keys.map(key => this.enqueue('remove', key, {}, () => undefined)))
  }

  async list(name: string): Promise<string[]> {
    checkName(name)
    const rows = await this.ask(listStatement(name, this.clock(), listedAtMost))
    return rows.map(row => row['key'] as string)
  }

  async removeList(name: string): Promise<void> {
    checkName(name)
    await this.enqueue('removeList', name, {}, () => undefined)
  }

  async ping(): Promise<void> {
    await this.ask({ sql: 'select 1 as one', parameters: [] })
  }

  async close(): Promise<void> {
    clearInterval(this.sweeper)
    await this.underWay.allSettled()
  }

  /** Removes expired rows, a bounded number of them. */
  async sweep(): Promise<void> {
    for (const statement of sweepStatements(this.clock(), sweptAtOnce)) {
      for (let round = 0; round < sweepRounds; round++) {
        const [row] = await this.ask(statement)
        if (Number(row?.['swept'] ?? 0) < sweptAtOnce) break
      }
    }
  }

  private async sweepQuietly(): Promise<void> {
    try {
      await this.sweep()
    } catch (error) {
      this.log.warn({ error }, 'expired entries could not be removed')
    }
  }

  private enqueue<T>(kind: Kind, key: string, details: Details, answer: (outcome: Outcome | undefined, nth: number, callers: number) => T): Promise<T> {
    const done = new Promise<T>((resolve, reject) => {
      this.writes.push({
        kind, key, value: '', lists: [], expiresAt: 0, ...details,
        stamp: this.stamp(), arrived: performance.now(), reject,
        answer: (outcome, nth, callers) => resolve(answer(outcome, nth, callers)),
      })
    })
    if (kind === 'removeList') this.cache?.voidReads()
    else this.cache?.forget(key)
    return this.underWay.follow(placeOf(kind, key), done)
  }

  private stamp(): number {
    this.lastStamp = Math.max(this.lastStamp + 1, this.clock() * 1000)
    return this.lastStamp
  }

  private look(kind: Read['kind'], key: string, arrived: number): Promise<Found | undefined> {
    return new Promise((resolve, reject) => {
      this.reads.push({ kind, key, arrived, answer: resolve, reject })
    })
  }

  private async read(reads: Read[], milliseconds: number): Promise<void> {
    const { sql, parameters } = readStatement(reads, this.clock())
    const rows = (await within(milliseconds, this.database.query(sql, parameters))) as unknown as Found[]
    const found = new Map(rows.map(row => [row.kind + row.key, row]))
    for (const read of reads) read.answer(found.get(read.kind + read.key))
  }

  private async write(writes: Write[], milliseconds: number): Promise<void> {
    const now = this.clock()
    const groups = grouped(writes)
    const { sql, parameters } = writeStatement(groups, { now, tombstoneUntil: now + tombstoneLife })
    let outcomes: Outcome[]
    try {
      outcomes = (await within(milliseconds, this.insist(sql, parameters))) as unknown as Outcome[]
    } catch (error) {
      // It may still happen, when the database comes back to itself: nothing read until then may be kept.
      this.cache?.pauseUntil(now + distrust)
      throw error
    }
    this.remember(groups, outcomes, now)
    const byKey = new Map(outcomes.map(outcome => [outcome.kind + outcome.key, outcome]))
    for (const [kind, keys] of groups) {
      for (const [key, callers] of keys) callers.forEach((write, nth) => write.answer(byKey.get(kind + key), nth, callers.length))
    }
  }

  // Two processes that change the same rows may be told to try again; nothing has happened then.
  private async insist(sql: string, parameters: unknown[]): Promise<Row[]> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.database.query(sql, parameters)
      } catch (error) {
        const code = (error as { code?: unknown }).code
        if (attempt === attempts || (code !== '40P01' && code !== '40001')) throw error
      }
    }
  }

  private remember(groups: Map<Kind, Map<string, Write[]>>, outcomes: Outcome[], now: number): void {
    if (!this.cache) return
    if (groups.has('removeList')) this.cache.voidReads()
    for (const { kind, key, value, number } of outcomes) {
      if (kind === 'removeList') this.cache.forget(key)
      const puts = kind === 'put' ? groups.get(kind)?.get(key) : undefined
      const isLast = puts && this.underWay.writes(placeOf('put', key)) === puts.length
      if (isLast) this.cache.keep(key, { entry: entryOf({ value, number }), expiresAt: puts.at(-1)!.expiresAt }, now)
    }
  }

  private async ask({ sql, parameters }: Statement): Promise<Row[]> {
    try {
      return await within(patience, this.database.query(sql, parameters))
    } catch (cause) {
      throw unavailable(cause)
    }
  }
}

const placeOf = (kind: Kind | Read['kind'], key: string): string => {
  if (kind === 'removeList') return `list ${key}`
  return kind === 'count' || kind === 'reset' || kind === 'counter' ? `counter ${key}` : `entry ${key}`
}

const entryOf = ({ value, number }: Pick<Found, 'value' | 'number'>): Entry =>
  number === null ? { value: value ?? '' } : { value: value ?? '', consumedAt: number }
