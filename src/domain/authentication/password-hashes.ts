// Hashes of passwords: bcrypt over a keyed pre-hash, so that all of a long password counts (bcrypt
// alone stops at 72 bytes) and a stolen table cannot be guessed at without the key.
import { createHmac } from 'node:crypto'
import bcrypt from 'bcrypt'
import type { MasterKey } from '../../platform/keys/index.js'
import { readForeignHash, type ForeignHash, type HashFault } from './foreign-hashes.js'
import { matchesForeign } from './foreign-proof.js'
import type { HashQueue } from './hash-queue.js'

interface Options {
  master: MasterKey
  queue: HashQueue
  /** bcrypt cost, 10 to 14. */
  cost: number
}

const keyed = 'hmac-sha384:'

export type HashForm = 'keyed-bcrypt' | 'bcrypt' | ForeignHash['kind']

const isBcrypt = (hash: string): boolean => /^\$2[aby]\$(0[4-9]|1[0-5])\$[./A-Za-z0-9]{53}$/.test(hash)

/** Tells how a stored or imported hash is made; undefined for one that cannot be verified. */
export function hashForm(hash: string): HashForm | undefined {
  if (hash.startsWith(keyed)) return isBcrypt(hash.slice(keyed.length)) ? 'keyed-bcrypt' : undefined
  if (isBcrypt(hash)) return 'bcrypt'
  const foreign = readForeignHash(hash)
  return typeof foreign === 'object' ? foreign.kind : undefined
}

/** Says why a hash cannot be imported; undefined for one that can. */
export function importFault(hash: string): HashFault | undefined {
  if (isBcrypt(hash)) return undefined
  const [, cost] = /^\$2[aby]\$(\d\d)\$/.exec(hash) ?? []
  if (cost !== undefined) return Number(cost) > 15 ? 'too-costly' : 'malformed'
  const foreign = readForeignHash(hash)
  return typeof foreign === 'object' ? undefined : foreign
}

export class PasswordHashes {
  readonly #pepper: Buffer
  /** Looks like a hash, costs what one costs, and fits no password. */
  readonly #decoy: string

  constructor(private readonly options: Options) {
    this.#pepper = options.master.derive('password pepper')
    this.#decoy = bcrypt.genSaltSync(options.cost) + '.'.repeat(31)
  }

  /** Hashes a password; `address` is who waits for it, for a fair queue. */
  async hash(plain: string, address = 'self'): Promise<string> {
    return keyed + await this.options.queue.run(address, () => bcrypt.hash(this.#prehash(plain), this.options.cost))
  }

  /** False for a hash that was imported, or made at a lower cost than now. */
  isUpToDate(hash: string): boolean {
    return hashForm(hash) === 'keyed-bcrypt' && bcrypt.getRounds(hash.slice(keyed.length)) >= this.options.cost
  }

  /** True when the hash was made from this password. */
  async verify(plain: string, hash: string, address = 'self'): Promise<boolean> {
    const form = hashForm(hash)
    if (!form) return this.verifyNothing(plain, address)
    if (form !== 'keyed-bcrypt' && form !== 'bcrypt') return this.options.queue.run(address, () => matchesForeign(plain, readForeignHash(hash) as ForeignHash))
    const input = form === 'keyed-bcrypt' ? this.#prehash(plain) : plain
    return this.options.queue.run(address, () => bcrypt.compare(input, hash.replace(keyed, '').replace(/^\$2y/, '$2b')))
  }

  /** False, after as long as a real verification takes: for names that nobody has. */
  async verifyNothing(plain: string, address = 'self'): Promise<false> {
    await this.options.queue.run(address, () => bcrypt.compare(this.#prehash(plain), this.#decoy))
    return false
  }

  /** Where a name would stand among the principals, if it were one: nobody else can tell. */
  placeOf(name: string): string {
    const digits = createHmac('sha256', this.#pepper).update(name.toLowerCase(), 'utf8').digest('hex')
    return `user:${digits.slice(0, 8)}`
  }

  /** Every byte of the password under the key, in 64 characters, none of them NUL; keyboards differ in how they spell an é (RFC 8265 section 4.2.2). */
  #prehash(plain: string): string {
    return createHmac('sha384', this.#pepper).update(plain.normalize('NFC'), 'utf8').digest('base64')
  }
}
