// The ephemeral store: sessions, attempts, codes, tokens, replay marks and counters, each with a time
// to live. One small interface; its twins are Redis and a table in the database.

export interface Entry {
  value: string
  /** When `consume` marked it, in seconds since the epoch. */
  consumedAt?: number
}

export interface PutOptions {
  /** Seconds to live, at least 1. */
  ttl: number
  /** Lists that name this entry until it expires or is removed; a later put adds to them. */
  lists?: string[]
}

/**
 * Every promise resolves once the step is durable as far as the store can make it. Keys and list names
 * are at most 200 characters. A store that cannot answer throws `Refusal('unavailable')` within 3 seconds.
 */
export interface EphemeralStore {
  /** Writes an entry. Keeps the mark of `consume`; does nothing for a key that was removed or taken in the last 5 minutes. */
  put(key: string, value: string, options: PutOptions): Promise<void>
  /** Finds a live entry. */
  get(key: string): Promise<Entry | undefined>
  /** Marks a live entry as consumed: true for exactly one caller, across processes; false for all others and for no entry. */
  consume(key: string): Promise<boolean>
  /** Gets and removes: the value for exactly one caller, across processes. */
  take(key: string): Promise<string | undefined>
  /** Writes an entry where there is none: true for exactly one caller until it expires or is removed (replay marks). */
  add(key: string, value: string, options: PutOptions): Promise<boolean>
  /** Adds one to a counter and returns it; its time to live starts with the first. Counters and entries do not mix under one key. */
  count(key: string, ttl: number): Promise<number>
  /** Reads a counter without adding: 0 where there is none. */
  counted(key: string): Promise<number>
  /** Sets a counter back to none. */
  reset(key: string): Promise<void>
  /** Removes entries for good: a late `put` of a writer that had read one before does not bring it back. */
  remove(...keys: string[]): Promise<void>
  /** Names the live entries of a list, the one put into it last first, at most 1,000. */
  list(name: string): Promise<string[]>
  /** Removes every entry of a list. */
  removeList(name: string): Promise<void>
  /** Resolves when the store answers. */
  ping(): Promise<void>
  close(): Promise<void>
}
