// The keys of OpenID Connect issuers: discovered, fetched and kept for a while. Whoever sends tokens can make this ask an issuer
// only now and then: one question at a time, and none again soon after it was asked or failed to answer.
import { createLocalJWKSet, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose'
import type { Clock } from '../../platform/clock.js'
import type { Outbound } from '../../platform/outbound/index.js'
import { Recent } from '../../platform/recent.js'

export interface IssuerKeysOptions {
  outbound: Pick<Outbound, 'get'>
  clock: Clock
  /** Issuers that are remembered. */
  remembered?: number
}

/** Why an issuer's keys are not known, in words that may be told. */
export class IssuerFailure extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'IssuerFailure'
  }
}

interface Known {
  keys: JWTVerifyGetKey
  readAt: number
}

interface Tried {
  at: number
  failure: IssuerFailure | undefined
}

/** Milliseconds that keys count without being read again. */
const freshFor = 3_600_000
/** Milliseconds that keys count when their issuer does not answer. */
const goodFor = 24 * 3_600_000
const askAgainAfter = 30_000
const mostKeys = 100

export class IssuerKeys {
  readonly #known: Recent<string, Known>
  readonly #tried: Recent<string, Tried>
  readonly #reading = new Map<string, Promise<Known>>()

  constructor(private readonly options: IssuerKeysOptions) {
    this.#known = new Recent(options.remembered ?? 500)
    this.#tried = new Recent(options.remembered ?? 500)
  }

  /** Finds an issuer's keys. Throws `IssuerFailure`. */
  async find(issuer: string): Promise<JWTVerifyGetKey> {
    const known = this.#known.find(issuer)
    const age = known ? this.options.clock() - known.readAt : Infinity
    if (known && age < freshFor) return known.keys
    try {
      return (await this.#read(issuer)).keys
    } catch (error) {
      if (known && age < goodFor) return known.keys
      throw error
    }
  }

  /** Finds them after a token came with a key that was not among them; undefined where it is too soon to ask again. */
  async findAnew(issuer: string): Promise<JWTVerifyGetKey | undefined> {
    return this.#mayAsk(issuer) || this.#reading.has(issuer) ? (await this.#read(issuer)).keys : undefined
  }

  #mayAsk(issuer: string): boolean {
    const tried = this.#tried.find(issuer)
    return !tried || this.options.clock() - tried.at >= askAgainAfter
  }

  #read(issuer: string): Promise<Known> {
    const reading = this.#reading.get(issuer) ?? this.#ask(issuer).finally(() => this.#reading.delete(issuer))
    this.#reading.set(issuer, reading)
    return reading
  }

  async #ask(issuer: string): Promise<Known> {
    const last = this.#tried.find(issuer)
    if (last?.failure && !this.#mayAsk(issuer)) throw last.failure
    const tried: Tried = { at: this.options.clock(), failure: undefined }
    try {
      const known = { keys: createLocalJWKSet(await this.#fetchKeys(issuer)), readAt: tried.at }
      this.#known.put(issuer, known)
      return known
    } catch (cause) {
      tried.failure = cause instanceof IssuerFailure ? cause : new IssuerFailure(cause instanceof Error && cause.name === 'OutboundFailure' ? cause.message : `${issuer} has keys that cannot be read`, { cause })
      throw tried.failure
    } finally {
      this.#tried.put(issuer, tried)
    }
  }

  async #fetchKeys(issuer: string): Promise<JSONWebKeySet> {
    const configuration = await this.#fetchJson(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`)
    // OpenID Connect Discovery 4.3: what answers has to be who it is asked for.
    if (configuration.issuer !== issuer) throw new IssuerFailure(`what is at ${issuer} says that it is another issuer`)
    if (typeof configuration.jwks_uri !== 'string') throw new IssuerFailure(`${issuer} does not say where its keys are`)
    const { keys } = await this.#fetchJson(configuration.jwks_uri)
    if (!Array.isArray(keys) || keys.length === 0 || keys.length > mostKeys) throw new IssuerFailure(`${issuer} publishes no keys, or too many`)
    return { keys } as JSONWebKeySet
  }

  async #fetchJson(address: string): Promise<Record<string, unknown>> {
    const { status, body } = await this.options.outbound.get(address, { accept: 'application/json' })
    if (status !== 200) throw new IssuerFailure(`${address} answered ${status}`)
    try {
      const value: unknown = JSON.parse(body.toString('utf8'))
      if (typeof value === 'object' && value !== null) return value as Record<string, unknown>
    } catch {
      // Said below.
    }
    throw new IssuerFailure(`${address} did not answer JSON`)
  }
}
