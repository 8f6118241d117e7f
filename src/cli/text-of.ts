// Reads a file that was named on the command line.
import { readFileSync } from 'node:fs'
import { Refusal } from '../platform/errors.js'

/** Reads a file's text; refuses where it cannot be read. */
export function textOf(name: string): string {
  try {
    return readFileSync(name, 'utf8')
  } catch (cause) {
    throw new Refusal('not-found', `${name} cannot be read.`, { cause })
  }
}
