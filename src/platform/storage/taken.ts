// Turns a write that ran into a unique index into a refusal that says what is taken.
import { Refusal } from '../errors.js'
import { violatedIndex } from './database.js'

/** Awaits a write; refuses with `conflict` and the sentence of the index that it ran into. */
export async function refuseTaken(write: Promise<unknown>, sentences: Readonly<Record<string, string>>): Promise<void> {
  try {
    await write
  } catch (error) {
    const sentence = sentences[violatedIndex(error) ?? '']
    if (sentence) throw new Refusal('conflict', sentence, { cause: error })
    throw error
  }
}
