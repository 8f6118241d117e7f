// Signing keys of the OpenID provider, in the database, sealed. Of each algorithm there is a current
// key, which signs; the next one, published before it does; and the previous, published until nothing
// that it signed is still valid.
import { createPrivateKey, generateKeyPair, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import { calculateJwkThumbprint, exportJWK, type JWK } from 'jose'
import type { Clock } from '../clock.js'
import { Refusal } from '../errors.js'
import { violatedIndex, type Database } from '../storage/database.js'
import type { Sealer } from './sealing.js'
import { SigningUses, stagedFrom, type KeyState, type StagedKey } from './staging.js'

export type SigningAlgorithm = 'ES256' | 'RS256'

export interface SigningKey extends StagedKey {
  kid: string
  algorithm: SigningAlgorithm
  /** The private key as a JWK with kid, alg and use. */
  jwk: JWK
}

const algorithms: SigningAlgorithm[] = ['ES256', 'RS256']
const states: KeyState[] = ['current', 'next', 'previous']

/** Days a key signs before the next takes over. */
const daysOfUse = 90

/** Seconds for which whoever checks our signatures may keep the published keys. */
export const keySetLifetime = 3600
/** Milliseconds until every node publishes a key, with some to spare. */
const spreading = 5 * 60_000

/** A change from one signing key to the next. */
export interface Rotation {
  algorithm: SigningAlgorithm
  before: string
  after: string
}

interface Options {
  database: Database
  sealer: Sealer
  clock: Clock
}

export class SigningKeys {
  readonly #uses: SigningUses

  constructor(private readonly options: Options) {
    this.#uses = new SigningUses({ sql: options.database, statement: 'update signing_keys set first_used_at = coalesce(first_used_at, $2), last_used_at = greatest(last_used_at, $3) where kid = $1' })
  }

  /** Notes that a key signed; `flushUses` writes it. */
  noteUse(kid: string): void {
    this.#uses.note(kid, this.options.clock())
  }

  flushUses(): Promise<void> {
    return this.#uses.flush()
  }

  /** When whoever keeps the published keys knows this one in any case. */
  readyAt({ createdAt }: Pick<SigningKey, 'createdAt'>): Date {
    return new Date(createdAt.getTime() + keySetLifetime * 1000 + spreading)
  }

  /** Lists all keys, the current of each algorithm first; makes the missing ones. */
  async list(): Promise<SigningKey[]> {
    const keys = await this.#read()
    const missing = algorithms.flatMap((algorithm) => (['current', 'next'] as const).map((state) => ({ algorithm, state })))
      .filter(({ algorithm, state }) => !keys.some((key) => key.algorithm === algorithm && key.state === state))
    if (missing.length === 0) return keys
    await Promise.all(missing.map(({ algorithm, state }) => this.#make(algorithm, state)))
    return this.#read()
  }

  /** Moves every algorithm whose current key has served its time one step on, as soon as the next one is known everywhere, and says which. */
  async rotateDue(): Promise<Rotation[]> {
    const keys = await this.list()
    const due = keys.filter((key) => key.state === 'current' && this.options.clock() - key.stateSince.getTime() > daysOfUse * 86_400_000)
      .flatMap(({ algorithm, kid }) => keys.filter((key) => key.algorithm === algorithm && key.state === 'next' && this.#isKnown(key)).map((next) => ({ algorithm, before: kid, after: next.kid })))
    const done: Rotation[] = []
    for (const rotation of due) if (await this.rotate(rotation.algorithm, rotation.before)) done.push(rotation)
    return done
  }

  /** Signs with the next key from now on. Refuses with `conflict` while some may not know it yet, unless that is to be put up with. */
  async signWithNext(algorithm: SigningAlgorithm, { anyway }: { anyway: boolean }): Promise<Rotation> {
    const keys = (await this.list()).filter((key) => key.algorithm === algorithm)
    const [current, next] = (['current', 'next'] as const).map((state) => keys.find((key) => key.state === state)!) as [SigningKey, SigningKey]
    if (!anyway && !this.#isKnown(next)) throw new Refusal('conflict', `The next key is not known everywhere before ${this.readyAt(next).toISOString()}.`)
    if (!await this.rotate(algorithm, current.kid)) throw new Refusal('conflict', 'Somebody else changed the keys meanwhile. Look again.')
    return { algorithm, before: current.kid, after: next.kid }
  }

  /** Publishes a former key no more: what it signed counts no more. Refuses with `not-found`, and with `conflict` one that signs or will. */
  async retire(kid: string): Promise<void> {
    const [found] = await this.options.database.query<{ state: KeyState }>('select state from signing_keys where kid = $1', [kid])
    if (!found) throw new Refusal('not-found', 'There is no such key.')
    if ((await this.options.database.query(`delete from signing_keys where kid = $1 and state = 'previous' returning 1`, [kid])).length === 0) throw new Refusal('conflict', 'Only a key that another one took over from can be retired.')
  }

  #isKnown(key: SigningKey): boolean {
    return this.options.clock() >= this.readyAt(key).getTime()
  }

  /** Retires the previous key, makes the current one previous and the next one current; nothing, and false, if `currentKid` is not current any more. */
  async rotate(algorithm: SigningAlgorithm, currentKid: string): Promise<boolean> {
    const now = new Date(this.options.clock())
    const isDone = await this.options.database.transaction(async (tx) => {
      const [current] = await tx.query(`select kid from signing_keys where kid = $1 and state = 'current' for update`, [currentKid])
      if (!current) return false
      await tx.query(`delete from signing_keys where algorithm = $1 and state = 'previous'`, [algorithm])
      await tx.query(`update signing_keys set state = 'previous', state_since = $2 where kid = $1`, [currentKid, now])
      await tx.query(`update signing_keys set state = 'current', state_since = $2 where algorithm = $1 and state = 'next'`, [algorithm, now])
      return true
    })
    await this.list()
    return isDone
  }

  async #read(): Promise<SigningKey[]> {
    const rows = await this.options.database.query<Parameters<typeof stagedFrom>[0] & { kid: string; algorithm: SigningAlgorithm; sealed: Buffer }>(
      'select kid, algorithm, state, sealed, created_at, state_since, first_used_at, last_used_at from signing_keys')
    const keys = await Promise.all(rows.map(async ({ kid, algorithm, sealed, ...row }) => (
      { id: kid, kid, algorithm, ...stagedFrom(row), jwk: await toJwk(this.#open(kid, sealed), kid, algorithm) })))
    return keys.toSorted((a, b) => states.indexOf(a.state) - states.indexOf(b.state) || algorithms.indexOf(a.algorithm) - algorithms.indexOf(b.algorithm))
  }

  #open(kid: string, sealed: Uint8Array): KeyObject {
    const der = this.options.sealer.open(sealed, `signing_keys|sealed|${kid}`)
    if (!der) throw new Error('A signing key does not open under this master key. Was MASTER_KEY changed, or DATA_DIR/master.key replaced?')
    return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  }

  async #make(algorithm: SigningAlgorithm, state: KeyState): Promise<void> {
    const privateKey = await generate(algorithm)
    const kid = await calculateJwkThumbprint(await exportJWK(privateKey))
    const now = new Date(this.options.clock())
    try {
      await this.options.database.query(
        'insert into signing_keys (kid, algorithm, state, sealed, created_at, state_since) values ($1, $2, $3, $4, $5, $5)',
        [kid, algorithm, state, this.options.sealer.seal(privateKey.export({ format: 'der', type: 'pkcs8' }), `signing_keys|sealed|${kid}`), now],
      )
    } catch (error) {
      // Another node was quicker; its key is as good.
      if (violatedIndex(error) === undefined) throw error
    }
  }
}

async function generate(algorithm: SigningAlgorithm): Promise<KeyObject> {
  const make = promisify(generateKeyPair)
  const pair = algorithm === 'ES256' ? await make('ec', { namedCurve: 'P-256' }) : await make('rsa', { modulusLength: 2048 })
  return pair.privateKey
}

const toJwk = async (key: KeyObject, kid: string, alg: SigningAlgorithm): Promise<JWK> => ({ ...await exportJWK(key), kid, alg, use: 'sig' })
