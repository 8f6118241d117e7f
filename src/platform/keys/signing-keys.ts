// Signing keys of the OpenID provider, in the database, sealed. Of each algorithm there is a current
// key, which signs; the next one, published before it does; and the previous, published until nothing
// that it signed is still valid.
import { createPrivateKey, generateKeyPair, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import { calculateJwkThumbprint, exportJWK, type JWK } from 'jose'
import type { Clock } from '../clock.js'
import { violatedIndex, type Database } from '../storage/database.js'
import type { Sealer } from './sealing.js'

export type SigningAlgorithm = 'ES256' | 'RS256'
export type SigningKeyState = 'next' | 'current' | 'previous'

export interface SigningKey {
  kid: string
  algorithm: SigningAlgorithm
  state: SigningKeyState
  stateSince: Date
  /** The private key as a JWK with kid, alg and use. */
  jwk: JWK
}

const algorithms: SigningAlgorithm[] = ['ES256', 'RS256']
const states: SigningKeyState[] = ['current', 'next', 'previous']

/** Days a key signs before the next takes over. */
const daysOfUse = 90

interface Options {
  database: Database
  sealer: Sealer
  clock: Clock
}

export class SigningKeys {
  constructor(private readonly options: Options) {}

  /** Lists all keys, the current of each algorithm first; makes the missing ones. */
  async list(): Promise<SigningKey[]> {
    const keys = await this.#read()
    const missing = algorithms.flatMap((algorithm) => (['current', 'next'] as const).map((state) => ({ algorithm, state })))
      .filter(({ algorithm, state }) => !keys.some((key) => key.algorithm === algorithm && key.state === state))
    if (missing.length === 0) return keys
    await Promise.all(missing.map(({ algorithm, state }) => this.#make(algorithm, state)))
    return this.#read()
  }

  /** Moves every algorithm whose current key has served its time one step on: true when anything moved. */
  async rotateDue(): Promise<boolean> {
    const due = (await this.list()).filter((key) => key.state === 'current' && this.options.clock() - key.stateSince.getTime() > daysOfUse * 86_400_000)
    for (const key of due) await this.rotate(key.algorithm, key.kid)
    return due.length > 0
  }

  /** Retires the previous key, makes the current one previous and the next one current; nothing if `currentKid` is not current any more. */
  async rotate(algorithm: SigningAlgorithm, currentKid: string): Promise<void> {
    const now = new Date(this.options.clock())
    await this.options.database.transaction(async (tx) => {
      const [current] = await tx.query(`select kid from signing_keys where kid = $1 and state = 'current' for update`, [currentKid])
      if (!current) return
      await tx.query(`delete from signing_keys where algorithm = $1 and state = 'previous'`, [algorithm])
      await tx.query(`update signing_keys set state = 'previous', state_since = $2 where kid = $1`, [currentKid, now])
      await tx.query(`update signing_keys set state = 'current', state_since = $2 where algorithm = $1 and state = 'next'`, [algorithm, now])
    })
    await this.list()
  }

  async #read(): Promise<SigningKey[]> {
    const rows = await this.options.database.query<{ kid: string; algorithm: SigningAlgorithm; state: SigningKeyState; sealed: Buffer; state_since: Date }>(
      'select kid, algorithm, state, sealed, state_since from signing_keys')
    const keys = await Promise.all(rows.map(async ({ kid, algorithm, state, sealed, state_since: stateSince }) => (
      { kid, algorithm, state, stateSince, jwk: await toJwk(this.#open(kid, sealed), kid, algorithm) })))
    return keys.toSorted((a, b) => states.indexOf(a.state) - states.indexOf(b.state) || algorithms.indexOf(a.algorithm) - algorithms.indexOf(b.algorithm))
  }

  #open(kid: string, sealed: Uint8Array): KeyObject {
    const der = this.options.sealer.open(sealed, `signing_keys|sealed|${kid}`)
    if (!der) throw new Error('A signing key does not open under this master key. Was MASTER_KEY changed, or DATA_DIR/master.key replaced?')
    return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  }

  async #make(algorithm: SigningAlgorithm, state: SigningKeyState): Promise<void> {
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
