// What both twins of the ephemeral store hold to: names they accept, how long a removal is remembered,
// how long a caller waits, and the refusal for a store that does not answer.
import { Refusal } from '../errors.js'

/** Milliseconds for which a removed or taken key refuses a late `put`. */
export const tombstoneLife = 300_000
/** Names that `list` returns at most. */
export const listedAtMost = 1_000
/** Milliseconds after which a step that has no answer is given up. */
export const patience = 2_500

const longestName = 200
// NUL and lone surrogates cannot be stored as text: refused here, as one such value would spoil a whole batch.
const unstorable = /\0|\p{Surrogate}/u

/** Refuses a key or list name that not every twin could keep. */
export function checkName(name: string): void {
  if (name.length === 0 || name.length > longestName || unstorable.test(name)) throw new Refusal('invalid-input', 'This name cannot be stored.')
}

/** Refuses an entry that not every twin could keep. */
export function checkEntry(key: string, value: string, lists: string[]): void {
  checkName(key)
  lists.forEach(checkName)
  if (unstorable.test(value)) throw new Refusal('invalid-input', 'This value cannot be stored.')
}

/** Turns a time to live in seconds into whole milliseconds. */
export function lifetime(ttl: number): number {
  if (!(ttl >= 1 && ttl <= Number.MAX_SAFE_INTEGER / 1_000_000)) throw new RangeError('a time to live is at least one second')
  return Math.ceil(ttl * 1000)
}

/** Says that the store does not answer; the cause goes to the log only. */
export const unavailable = (cause: unknown): Refusal =>
  new Refusal('unavailable', 'The session store does not answer. Please try again in a moment.', { cause, retryAfter: 5 })
