// The keys that checkpoints are signed with, sealed in the database. Only those that open under the master key are
// believed: whoever can write to the database can put a key there, but not seal it.
import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import { calculateJwkThumbprint, exportJWK, type JWK } from 'jose'
import type { Clock } from '../clock.js'
import { Refusal } from '../errors.js'
import type { Sealer } from '../keys/index.js'
import { violatedIndex } from '../storage/database.js'
import type { Executor } from '../storage/database.js'

export interface CheckpointKey {
  kid: string
  privateKey: KeyObject
  publicKey: KeyObject
}

interface Options {
  sql: Executor
  sealer: Sealer
  clock: Clock
}

interface Stored {
  kid: string
  sealed: Buffer
  current: boolean
}

export class CheckpointKeys {
  readonly #opened = new Map<string, CheckpointKey>()
  #current: CheckpointKey | undefined

  constructor(private readonly options: Options) {}

  /** Gets the key that signs; makes it where there is none. */
  async getCurrent(): Promise<CheckpointKey> {
    this.#current ??= await this.#readCurrent() ?? await this.#make()
    return this.#current
  }

  /** Finds a key that this installation has signed with. */
  async find(kid: string): Promise<CheckpointKey | undefined> {
    const known = this.#opened.get(kid)
    if (known) return known
    const [stored] = await this.options.sql.query<Stored & Record<string, unknown>>('select kid, sealed, current from audit_keys where kid = $1', [kid])
    return stored && this.#open(stored)
  }

  /** Lists the public keys as a JWK set, for those who check checkpoints elsewhere. */
  async listPublic(): Promise<{ keys: JWK[] }> {
    await this.getCurrent()
    const rows = await this.options.sql.query<Stored & Record<string, unknown>>('select kid, sealed, current from audit_keys order by created_at')
    const keys = rows.flatMap((stored) => this.#open(stored) ?? [])
    return { keys: await Promise.all(keys.map(async ({ kid, publicKey }) => ({ ...await exportJWK(publicKey), kid, alg: 'ES256', use: 'sig' }))) }
  }

  async #readCurrent(): Promise<CheckpointKey | undefined> {
    const [stored] = await this.options.sql.query<Stored & Record<string, unknown>>('select kid, sealed, current from audit_keys where current')
    if (!stored) return undefined
    const key = this.#open(stored)
    if (!key) throw new Refusal('unavailable', 'The key that signs the audit trail does not open under this master key. Was MASTER_KEY changed, or DATA_DIR/master.key replaced?')
    return key
  }

  #open({ kid, sealed }: Stored): CheckpointKey | undefined {
    const der = this.options.sealer.open(sealed, place(kid))
    if (!der) return undefined
    const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
    const key = { kid, privateKey, publicKey: createPublicKey(privateKey) }
    this.#opened.set(kid, key)
    return key
  }

  async #make(): Promise<CheckpointKey> {
    const { privateKey, publicKey } = await promisify(generateKeyPair)('ec', { namedCurve: 'P-256' })
    const jwk = await exportJWK(publicKey)
    const kid = await calculateJwkThumbprint(jwk)
    try {
      await this.options.sql.query('insert into audit_keys (kid, sealed, public_key, current, created_at) values ($1, $2, $3::jsonb, true, $4)',
        [kid, this.options.sealer.seal(privateKey.export({ format: 'der', type: 'pkcs8' }), place(kid)), JSON.stringify(jwk), new Date(this.options.clock())])
    } catch (error) {
      // Another node was quicker; its key is as good.
      if (violatedIndex(error) === undefined) throw error
      return (await this.#readCurrent())!
    }
    return { kid, privateKey, publicKey }
  }
}

const place = (kid: string): string => `audit_keys|sealed|${kid}`
