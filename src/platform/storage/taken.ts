// Turns a write that ran into a unique index into a refusal that says what is taken, and one that refers to something
// that has gone meanwhile into one that says so.
import { Refusal } from '../errors.js'
import { violatedIndex, violatedReference } from './database.js'

/** Awaits a write; refuses with `conflict` and the sentence of the index that it ran into, or with `not-found` and that of the reference. */
export async function refuseTaken(write: Promise<unknown>, sentences: Readonly<Record<string, string>>): Promise<void> {
  try {
    await write
  } catch (error) {
    const sentence = sentences[violatedIndex(error) ?? '']
    if (sentence) throw new Refusal('conflict', sentence, { cause: error })
    const missing = sentences[violatedReference(error) ?? '']
    if (missing) throw new Refusal('not-found', missing, { cause: error })
    throw error
  }
}
