// Our own keys for SAML: one that signs what we ask of providers, and one that opens what they encrypt for us, each with a
// certificate. They are made when they are needed first, by whichever node is first.
import { createPrivateKey, generateKeyPair, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import type { Clock } from '../../platform/clock.js'
import { selfSigned, type Sealer } from '../../platform/keys/index.js'
import type { Executor } from '../../platform/storage/database.js'

export interface SamlKey {
  privateKey: KeyObject
  /** Base64 of DER. */
  certificate: string
}

export interface SamlKeyPair {
  signing: SamlKey
  encryption: SamlKey
}

interface SamlKeysOptions {
  database: Executor
  sealer: Sealer
  clock: Clock
}

const purposes = ['signing', 'encryption'] as const
type Purpose = (typeof purposes)[number]

const bits = 3072
const years = 10
const day = 86_400_000

export class SamlKeys {
  #known: Promise<SamlKeyPair> | undefined

  constructor(private readonly options: SamlKeysOptions) {}

  /** Gets both; makes those that are missing. */
  get(): Promise<SamlKeyPair> {
    this.#known ??= this.#readOrMake().catch((error: unknown) => {
      this.#known = undefined
      throw error
    })
    return this.#known
  }

  async #readOrMake(): Promise<SamlKeyPair> {
    const known = await this.#read()
    const missing = purposes.filter((purpose) => !known[purpose])
    await Promise.all(missing.map((purpose) => this.#make(purpose)))
    const { signing, encryption } = missing.length > 0 ? await this.#read() : known
    if (!signing || !encryption) throw new Error('the keys for SAML are gone as soon as they were made')
    return { signing, encryption }
  }

  async #read(): Promise<Partial<SamlKeyPair>> {
    const rows = await this.options.database.query<{ purpose: Purpose; sealed: Buffer; certificate: Uint8Array }>('select purpose, sealed, certificate from saml_keys')
    return Object.fromEntries(rows.map(({ purpose, sealed, certificate }) => [purpose, { privateKey: this.#open(purpose, sealed), certificate: Buffer.from(certificate).toString('base64') }]))
  }

  #open(purpose: Purpose, sealed: Uint8Array): KeyObject {
    const key = this.options.sealer.open(sealed, placeOf(purpose))
    if (!key) throw new Error('A key for SAML does not open under this master key. Was MASTER_KEY changed, or DATA_DIR/master.key replaced?')
    return createPrivateKey({ key, format: 'der', type: 'pkcs8' })
  }

  async #make(purpose: Purpose): Promise<void> {
    const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: bits })
    const now = this.options.clock()
    const certificate = selfSigned({ privateKey, commonName: `Gatehouse SAML ${purpose}`, from: new Date(now - day), until: new Date(now + years * 365 * day) })
    const sealed = this.options.sealer.seal(privateKey.export({ format: 'der', type: 'pkcs8' }), placeOf(purpose))
    // Another node may have been quicker; its key is as good.
    await this.options.database.query('insert into saml_keys (purpose, sealed, certificate, created_at) values ($1, $2, $3, $4) on conflict do nothing', [purpose, sealed, certificate, new Date(now)])
  }
}

const placeOf = (purpose: Purpose): string => `saml_keys|sealed|${purpose}`
