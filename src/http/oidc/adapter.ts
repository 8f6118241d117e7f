// oidc-provider's storage on the ephemeral store. Ids are kept as hashes and payloads sealed, so that
// neither a copy of the store nor a look at it gives a usable token; single use is one atomic step.
import { hash as digest } from 'node:crypto'
import { errors, type Adapter, type AdapterPayload } from 'oidc-provider'
import type { Sealer } from '../../platform/keys/index.js'
import type { EphemeralStore } from '../../platform/storage/ephemeral.js'

interface AdapterOptions {
  store: EphemeralStore
  sealer: Sealer
  /** Finds a client's metadata (RFC 7591 names); clients are not kept in this store. */
  findClient: (clientId: string) => Promise<AdapterPayload | undefined>
}

/** Makes the adapter of each of oidc-provider's models. */
export const adapterFactory = (options: AdapterOptions) => (model: string): Adapter => (
  model === 'Client' ? new ClientAdapter(options) : new StoreAdapter(model, options))

/** Seconds that a device code is kept once it has expired: whoever still polls with it is told that it did. */
const keptExpired: Record<string, number> = { DeviceCode: 3600 }

const hash = (value: string): string => digest('sha256', value, 'base64url')

export class StoreAdapter implements Adapter {
  constructor(private readonly model: string, private readonly options: AdapterOptions) {}

  async upsert(id: string, payload: AdapterPayload, expiresIn: number): Promise<void> {
    const key = this.#key(id)
    const sealed = this.options.sealer.seal(JSON.stringify({ ...payload, id }), key).toString('base64')
    await this.options.store.put(key, sealed, { ttl: (expiresIn || 1) + (keptExpired[this.model] ?? 0), lists: listsOf(this.model, payload) })
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    return this.#read(this.#key(id))
  }

  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return this.#readFirst(`uid:${hash(uid)}`)
  }

  async findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
    return this.#readFirst(`user-code:${hash(userCode)}`)
  }

  /** Marks as used, for exactly one caller; the others learn that they came too late. */
  async consume(id: string): Promise<void> {
    if (!await this.options.store.consume(this.#key(id))) throw new errors.InvalidGrant('already consumed')
  }

  async destroy(id: string): Promise<void> {
    await this.options.store.remove(this.#key(id))
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    await this.options.store.removeList(`grant:${hash(grantId)}`)
  }

  /** Lists what somebody allowed to go on when they are signed out, by the ids that the provider gave. */
  async listOffline(accountId: string): Promise<AdapterPayload[]> {
    const found = await Promise.all((await this.options.store.list(offlineGrantsOf(accountId))).map((key) => this.#read(key)))
    return found.filter((payload) => payload !== undefined)
  }

  /** True while something that was issued under a grant can still be used. */
  async hasIssued(grantId: string, models: string[]): Promise<boolean> {
    return (await this.options.store.list(`grant:${hash(grantId)}`)).some((name) => models.some((model) => name.startsWith(`${model}:`)))
  }

  async #readFirst(list: string): Promise<AdapterPayload | undefined> {
    const [key] = (await this.options.store.list(list)).filter((name) => name.startsWith(`${this.model}:`))
    return key === undefined ? undefined : this.#read(key)
  }

  async #read(key: string): Promise<AdapterPayload | undefined> {
    const entry = await this.options.store.get(key)
    const plain = entry && this.options.sealer.open(Buffer.from(entry.value, 'base64'), key)
    if (!plain) return undefined
    const payload = JSON.parse(plain.toString('utf8')) as AdapterPayload
    return entry.consumedAt === undefined ? payload : { ...payload, consumed: entry.consumedAt }
  }

  #key(id: string): string {
    return `${this.model}:${hash(id)}`
  }
}

/** What ends with its grant. An interaction knows its grant too, and goes on without it. */
const ofGrant = new Set(['AccessToken', 'AuthorizationCode', 'RefreshToken', 'DeviceCode'])

const offlineGrantsOf = (accountId: string): string => `offline-grants-of:${accountId}`

const isOffline = ({ openid }: AdapterPayload): boolean => (openid as { scope?: string } | undefined)?.scope?.split(' ').includes('offline_access') ?? false

function listsOf(model: string, payload: AdapterPayload): string[] {
  return [
    ...(model === 'Grant' && payload.accountId && isOffline(payload) ? [offlineGrantsOf(payload.accountId)] : []),
    ...(payload.grantId && ofGrant.has(model) ? [`grant:${hash(payload.grantId)}`] : []),
    ...(payload.uid ? [`uid:${hash(payload.uid)}`] : []),
    ...(payload.userCode ? [`user-code:${hash(payload.userCode)}`] : []),
  ]
}

class ClientAdapter implements Adapter {
  constructor(private readonly options: AdapterOptions) {}

  find(id: string): Promise<AdapterPayload | undefined> {
    return this.options.findClient(id)
  }

  async findByUid(): Promise<undefined> {}

  async findByUserCode(): Promise<undefined> {}

  async upsert(): Promise<void> {
    throw new errors.InvalidRequest('clients are registered by an administrator')
  }

  async consume(): Promise<void> {}

  async destroy(): Promise<void> {}

  async revokeByGrantId(): Promise<void> {}
}
