// A bounded read-through cache of entries for the table twin in a single process. It answers for `get` only,
// and never from before a write of this process: a write forgets the key and voids reads under way.
import type { Entry } from './ephemeral.js'

interface Kept {
  entry: Entry
  expiresAt: number
}

/** Permits one read under way to fill the cache, unless a write comes between. */
export type Ticket = object

/** Keeps the entries used last, up to a number of them. */
export class EntryCache {
  private readonly kept = new Map<string, Kept>()
  private readonly tickets = new Map<string, Ticket>()
  private pausedUntil = 0

  constructor(private readonly most: number) {}

  find(key: string, now: number): Entry | undefined {
    const kept = this.kept.get(key)
    if (!kept) return undefined
    this.kept.delete(key)
    if (kept.expiresAt <= now) return undefined
    this.kept.set(key, kept)
    return { ...kept.entry }
  }

  /** Begins a read of a key. */
  begin(key: string): Ticket {
    const ticket = this.tickets.get(key) ?? {}
    this.tickets.set(key, ticket)
    return ticket
  }

  /** Ends a read with what it found, or with nothing to keep. */
  end(key: string, ticket: Ticket, found: Kept | undefined, now: number): void {
    if (this.tickets.get(key) !== ticket) return
    this.tickets.delete(key)
    if (found) this.keep(key, found, now)
  }

  keep(key: string, kept: Kept, now: number): void {
    if (now < this.pausedUntil) return
    this.kept.delete(key)
    this.kept.set(key, kept)
    if (this.kept.size > this.most) {
      for (const oldest of this.kept.keys()) {
        this.kept.delete(oldest)
        break
      }
    }
  }

  forget(key: string): void {
    this.kept.delete(key)
    this.tickets.delete(key)
  }

  /** Voids all reads under way: a write is about to change keys that are not known yet. */
  voidReads(): void {
    this.tickets.clear()
  }

  /** Keeps nothing until a time: a write without an answer may still happen. */
  pauseUntil(time: number): void {
    this.pausedUntil = time
    this.kept.clear()
    this.tickets.clear()
  }
}
