// What takes a stream's entries. Each kind is a file beside this one.
import type { StreamEntry } from './entries.js'

export interface Sink {
  /** Resolves once all entries are taken; throws where any may not be, and is then given all of them again. */
  deliver(entries: StreamEntry[]): Promise<void>
  close(): Promise<void>
}

export const linesOf = (entries: StreamEntry[]): string => entries.map(({ line }) => `${line}\n`).join('')

/** How long a delivery may take, in milliseconds: well below the lease of a stream. */
export const patience = 8000
