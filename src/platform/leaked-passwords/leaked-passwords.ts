// Asks the list that ships first, then what the operator named; a source that does not answer says no.
import { createHash } from 'node:crypto'
import type { Log } from '../log.js'
import { CommonPasswords } from './common-passwords.js'
import { hasHash } from './hash-file.js'
import { hasRemotely } from './range-service.js'

interface LeakedOptions {
  /** A `file:` of SHA-1 hashes in their order, or an address that answers ranges of them. */
  source: URL | undefined
  log: Log
}

export class LeakedPasswords {
  readonly #common = new CommonPasswords()

  constructor(private readonly options: LeakedOptions) {}

  /** True when a password is known; false as well when nobody could be asked, which is logged. */
  async has(plain: string): Promise<boolean> {
    if (await this.#common.has(plain)) return true
    const { source, log } = this.options
    if (!source) return false
    const hash = createHash('sha1').update(plain, 'utf8').digest('hex').toUpperCase()
    try {
      return await (source.protocol === 'file:' ? hasHash(source, hash) : hasRemotely(source, hash))
    } catch (error) {
      log.warn({ error: (error as Error).message, source: source.origin === 'null' ? source.href : source.origin }, 'leaked passwords could not be asked for, and the new password was accepted without')
      return false
    }
  }
}
