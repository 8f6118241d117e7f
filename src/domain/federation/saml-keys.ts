// Our own keys for SAML: those that sign what we ask of providers, and those that open what they encrypt for us, each with a
// certificate. They are made when they are needed first, by whichever node is first, and take turns: the next signing key stands
// in our metadata before it signs, and a former encryption key goes on opening.
import { createHash, createPrivateKey, generateKeyPair, X509Certificate, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import type { Clock } from '../../platform/clock.js'
import { Refusal } from '../../platform/errors.js'
import { newUuid } from '../../platform/ids.js'
import { SigningUses, selfSigned, stagedFrom, type KeyState, type Sealer, type StagedKey } from '../../platform/keys/index.js'
import { violatedIndex, type Database } from '../../platform/storage/database.js'

export interface SamlKey {
  privateKey: KeyObject
  /** Base64 of DER. */
  certificate: string
}

export interface SamlKeyPair {
  signing: SamlKey
  encryption: SamlKey
  /** Others that sign soon, or did a moment ago: they stand in our metadata too. */
  alsoSigning?: readonly SamlKey[]
  /** Others that open what was encrypted by older metadata of ours. */
  alsoOpening?: readonly SamlKey[]
}

export type SamlKeyPurpose = 'signing' | 'encryption'

/** What is told of one. */
export interface SamlKeyRecord extends StagedKey {
  purpose: SamlKeyPurpose
  /** SHA-256 of the certificate, in small hexadecimal digits. */
  fingerprint: string
  subject: string
  notBefore: Date
  notAfter: Date
}

interface SamlKeysOptions {
  database: Pick<Database, 'query' | 'transaction'>
  sealer: Sealer
  clock: Clock
}

type Kept = StagedKey & SamlKey & { purpose: SamlKeyPurpose }

const purposes = ['signing', 'encryption'] as const
const states = ['current', 'next', 'previous'] as const
const made = purposes.flatMap((purpose) => (['current', 'next'] as const).map((state) => ({ purpose, state })))

const bits = 3072
const years = 10
const day = 86_400_000
/** Another node may have changed them. */
const knownFor = 60_000
/** A former signing key stands in metadata for as long as something that it signed may be under way. */
const formerFor = day

export class SamlKeys {
  #known: { until: number; keys: Promise<Kept[]> } | undefined
  readonly #uses: SigningUses

  constructor(private readonly options: SamlKeysOptions) {
    this.#uses = new SigningUses({ sql: options.database, statement: 'update saml_keys set first_used_at = coalesce(first_used_at, $2), last_used_at = greatest(last_used_at, $3) where id = $1' })
  }

  /** Gets those that are in use; makes those that are missing. */
  async get(): Promise<SamlKeyPair> {
    const keys = await this.#keys()
    const one = (purpose: SamlKeyPurpose, state: KeyState): Kept | undefined => keys.find((key) => key.purpose === purpose && key.state === state)
    const former = one('signing', 'previous')
    const isFresh = former !== undefined && this.options.clock() - former.stateSince.getTime() < formerFor
    const others = (...found: (Kept | undefined)[]): Kept[] => found.filter((key) => key !== undefined)
    return {
      signing: one('signing', 'current')!, encryption: one('encryption', 'current')!,
      alsoSigning: others(one('signing', 'next'), isFresh ? former : undefined), alsoOpening: others(one('encryption', 'previous'), one('encryption', 'next')),
    }
  }

  /** Lists those that there are, the ones in use first; makes none. */
  async list(): Promise<SamlKeyRecord[]> {
    return (await this.#read()).map(({ id, purpose, state, createdAt, stateSince, firstUsedAt, lastUsedAt, certificate }) => {
      const { subject, validFrom, validTo, raw } = new X509Certificate(Buffer.from(certificate, 'base64'))
      return { id, purpose, state, createdAt, stateSince, firstUsedAt, lastUsedAt, fingerprint: createHash('sha256').update(raw).digest('hex'), subject, notBefore: new Date(validFrom), notAfter: new Date(validTo) }
    })
  }

  /** Puts the next key of a purpose in the place of the current one. Refuses with `conflict` where it is not the next one any more. */
  async rotate(purpose: SamlKeyPurpose, nextId: string): Promise<void> {
    await this.#keys()
    const now = new Date(this.options.clock())
    await this.options.database.transaction(async (tx) => {
      const rows = await tx.query<{ id: string; state: KeyState }>('select id, state from saml_keys where purpose = $1 order by id for update', [purpose])
      if (!rows.some(({ id, state }) => id === nextId && state === 'next')) throw new Refusal('conflict', 'Somebody else changed the keys meanwhile. Look again.')
      await tx.query(`delete from saml_keys where purpose = $1 and state = 'previous'`, [purpose])
      await tx.query(`update saml_keys set state = 'previous', state_since = $2 where purpose = $1 and state = 'current'`, [purpose, now])
      await tx.query(`update saml_keys set state = 'current', state_since = $2 where id = $1`, [nextId, now])
    })
    this.#known = undefined
    await this.#keys()
  }

  /** Removes a former key for good. Refuses with `not-found`, and with `conflict` one that is in use or will be. */
  async retire(id: string): Promise<void> {
    const [found] = await this.options.database.query('select 1 from saml_keys where id = $1', [id])
    if (!found) throw new Refusal('not-found', 'There is no such key.')
    if ((await this.options.database.query(`delete from saml_keys where id = $1 and state = 'previous' returning 1`, [id])).length === 0) throw new Refusal('conflict', 'Only a key that another one took over from can be retired.')
    this.#known = undefined
  }

  /** Notes that the signing key signed; `flushUses` writes it. */
  noteUse(key: SamlKey): void {
    const { id } = key as Partial<Kept>
    if (id !== undefined) this.#uses.note(id, this.options.clock())
  }

  flushUses(): Promise<void> {
    return this.#uses.flush()
  }

  #keys(): Promise<Kept[]> {
    const now = this.options.clock()
    if (this.#known && now < this.#known.until) return this.#known.keys
    const keys = this.#readOrMake()
    const known = { until: now + knownFor, keys }
    this.#known = known
    keys.catch(() => { if (this.#known === known) this.#known = undefined })
    return keys
  }

  async #readOrMake(): Promise<Kept[]> {
    const known = await this.#read()
    const missing = made.filter(({ purpose, state }) => !known.some((key) => key.purpose === purpose && key.state === state))
    if (missing.length === 0) return known
    await Promise.all(missing.map(({ purpose, state }) => this.#make(purpose, state)))
    const keys = await this.#read()
    if (!purposes.every((purpose) => keys.some((key) => key.purpose === purpose && key.state === 'current'))) throw new Error('the keys for SAML are gone as soon as they were made')
    return keys
  }

  async #read(): Promise<Kept[]> {
    const rows = await this.options.database.query<Parameters<typeof stagedFrom>[0] & { id: string; purpose: SamlKeyPurpose; sealed: Buffer; certificate: Uint8Array }>('select * from saml_keys')
    const keys = rows.map(({ id, purpose, sealed, certificate, ...row }) => ({ id, purpose, ...stagedFrom(row), privateKey: this.#open(id, sealed), certificate: Buffer.from(certificate).toString('base64') }))
    return keys.toSorted((a, b) => purposes.indexOf(a.purpose) - purposes.indexOf(b.purpose) || states.indexOf(a.state) - states.indexOf(b.state))
  }

  #open(id: string, sealed: Uint8Array): KeyObject {
    const key = this.options.sealer.open(sealed, placeOf(id))
    if (!key) throw new Error('A key for SAML does not open under this master key. Was MASTER_KEY changed, or DATA_DIR/master.key replaced?')
    return createPrivateKey({ key, format: 'der', type: 'pkcs8' })
  }

  async #make(purpose: SamlKeyPurpose, state: KeyState): Promise<void> {
    const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: bits })
    const now = this.options.clock()
    const certificate = selfSigned({ privateKey, commonName: `Gatehouse SAML ${purpose}`, from: new Date(now - day), until: new Date(now + years * 365 * day) })
    const id = newUuid()
    const sealed = this.options.sealer.seal(privateKey.export({ format: 'der', type: 'pkcs8' }), placeOf(id))
    try {
      await this.options.database.query('insert into saml_keys (id, purpose, state, sealed, certificate, created_at, state_since) values ($1, $2, $3, $4, $5, $6, $6)', [id, purpose, state, sealed, certificate, new Date(now)])
    } catch (error) {
      // Another node was quicker; its key is as good.
      if (violatedIndex(error) === undefined) throw error
    }
  }
}

const placeOf = (id: string): string => `saml_keys|sealed|${id}`
