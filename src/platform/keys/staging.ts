// How keys take turns: the next is published before it is used, so that whoever checks by it knows it in time; the one before
// stays until nothing that it was used for is under way.
import type { Executor } from '../storage/database.js'

export type KeyState = 'next' | 'current' | 'previous'

/** What is told of a key of ours: nothing that is secret. */
export interface StagedKey {
  id: string
  state: KeyState
  createdAt: Date
  /** Since when it has been in this state. */
  stateSince: Date
  firstUsedAt: Date | undefined
  lastUsedAt: Date | undefined
}

/** The members of a row of keys that are the same for all. */
export const stagedFrom = (row: { state: KeyState; created_at: Date; state_since: Date; first_used_at: Date | null; last_used_at: Date | null }): Omit<StagedKey, 'id'> => ({
  state: row.state, createdAt: row.created_at, stateSince: row.state_since, firstUsedAt: row.first_used_at ?? undefined, lastUsedAt: row.last_used_at ?? undefined,
})

/** Keeps when keys were used, in memory until it is written: a signature waits for no database. */
export class SigningUses {
  readonly #uses = new Map<string, { first: number; last: number }>()

  constructor(private readonly write: { sql: Executor; statement: string }) {}

  note(id: string, at: number): void {
    this.#uses.set(id, { first: this.#uses.get(id)?.first ?? at, last: at })
  }

  /** Writes what was noted since the last time. */
  async flush(): Promise<void> {
    const uses = [...this.#uses]
    this.#uses.clear()
    for (const [id, { first, last }] of uses) await this.write.sql.query(this.write.statement, [id, new Date(first), new Date(last)])
  }
}
