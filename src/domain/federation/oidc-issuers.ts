// Issuers that people come from: where their endpoints are and what their keys are, as their discovery documents say.
import { createLocalJWKSet, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose'
import { z } from 'zod'
import type { Clock } from '../../platform/clock.js'
import { OutboundFailure, type Outbound } from '../../platform/outbound/index.js'
import { Learned } from './learned.js'
import type { OidcReason } from './oidc-reasons.js'

/** Why an issuer is not known; the message may be told to an administrator. */
export class IssuerFault extends Error {
  constructor(readonly reason: OidcReason, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'IssuerFault'
  }
}

const endpoint = z.string().max(2048).refine(isEndpoint)
const words = z.array(z.string()).optional().catch(undefined)
const flag = z.boolean().optional().catch(undefined)

/** OpenID Connect Discovery 1.0 section 3, as far as it is used. */
const Metadata = z.object({
  issuer: z.string(), authorization_endpoint: endpoint, token_endpoint: endpoint, jwks_uri: endpoint,
  userinfo_endpoint: endpoint.optional(), pushed_authorization_request_endpoint: endpoint.optional(),
  // OpenID Connect RP-Initiated Logout 1.0 section 2.1. Whoever has a strange one is signed in with all the same.
  end_session_endpoint: endpoint.optional().catch(undefined),
  require_pushed_authorization_requests: flag, authorization_response_iss_parameter_supported: flag,
  code_challenge_methods_supported: words, token_endpoint_auth_methods_supported: words,
})

/** What an issuer says of itself, in the words of its discovery document. */
export type IssuerMetadata = z.infer<typeof Metadata>

interface Keys {
  find: JWTVerifyGetKey
}

/** What may pass: a proxy in between says that nothing is there, too. */
const silence: readonly OidcReason[] = ['issuer-unreachable', 'issuer-not-found']
const remembered = 200
const mostKeys = 100

export class OidcIssuers {
  readonly #metadata: Learned<IssuerMetadata>
  readonly #keys: Learned<Keys>

  constructor(private readonly options: { outbound: Pick<Outbound, 'get'>; clock: Clock }) {
    const isSilence = (error: unknown): boolean => error instanceof IssuerFault && silence.includes(error.reason)
    this.#metadata = new Learned({ clock: options.clock, isSilence, remembered, ask: (issuer) => this.#askMetadata(issuer) })
    this.#keys = new Learned({ clock: options.clock, isSilence, remembered, ask: (address) => this.#askKeys(address) })
  }

  /** Gets what an issuer says of itself. Throws `IssuerFault`. */
  get(issuer: string): Promise<IssuerMetadata> {
    return this.#metadata.get(issuer)
  }

  /** Gets its keys. Throws `IssuerFault`. */
  async keysOf({ jwks_uri }: IssuerMetadata): Promise<JWTVerifyGetKey> {
    return (await this.#keys.get(jwks_uri)).find
  }

  /** Finds them after a token came with a key that was not among them; undefined where it is too soon to ask again. */
  async newKeysOf({ jwks_uri }: IssuerMetadata): Promise<JWTVerifyGetKey | undefined> {
    return (await this.#keys.findAnew(jwks_uri))?.find
  }

  /** Forgets what is known of an issuer, so that the next look is at what it says now. */
  forget(issuer: string): void {
    const known = this.#metadata.find(issuer)
    if (known) this.#keys.forget(known.jwks_uri)
    this.#metadata.forget(issuer)
  }

  async #askMetadata(issuer: string): Promise<IssuerMetadata> {
    if (!isIssuer(issuer)) throw new IssuerFault('issuer-invalid', 'The issuer is no https address, or has more to it than an issuer may have.')
    const json = await this.#fetchJson(discoveryOf(issuer))
    // OpenID Connect Discovery 4.3: what answers has to be who it is asked for, letter by letter.
    if (json.issuer !== issuer) throw new IssuerFault('issuer-mismatch', `The discovery document at ${issuer} says that its issuer is ${typeof json.issuer === 'string' ? json.issuer.slice(0, 300) : 'nobody'}.`)
    const { data, error } = Metadata.safeParse(json)
    if (!data) throw new IssuerFault('issuer-malformed', `The discovery document lacks a proper ${error.issues[0]?.path.join('.') ?? 'member'}.`)
    const plain = Object.entries(data).find(([name, value]) => (name.endsWith('_endpoint') || name === 'jwks_uri') && issuer.startsWith('https:') && String(value).startsWith('http:'))
    if (plain) throw new IssuerFault('issuer-malformed', `The ${plain[0]} of the discovery document is not at an https address.`)
    return data
  }

  async #askKeys(address: string): Promise<Keys> {
    const { keys } = await this.#fetchJson(address)
    if (!Array.isArray(keys) || keys.length === 0 || keys.length > mostKeys) throw new IssuerFault('issuer-malformed', 'The issuer publishes no keys, or too many.')
    try {
      return { find: createLocalJWKSet({ keys } as JSONWebKeySet) }
    } catch (cause) {
      throw new IssuerFault('issuer-malformed', 'The issuer publishes keys that cannot be read.', { cause })
    }
  }

  async #fetchJson(address: string): Promise<Record<string, unknown>> {
    const { status, body } = await this.options.outbound.get(address, { accept: 'application/json' }).catch((cause: unknown) => {
      if (cause instanceof OutboundFailure) throw new IssuerFault('issuer-unreachable', `${cause.message}.`, { cause })
      throw cause
    })
    if (status >= 300 && status < 400) throw new IssuerFault('issuer-redirects', `${address} answered with a redirect (${status}), which is not followed.`)
    if (status !== 200) throw new IssuerFault(status === 404 ? 'issuer-not-found' : 'issuer-unreachable', `${address} answered ${status}.`)
    const json = parseJson(body.toString('utf8'))
    if (!json) throw new IssuerFault('issuer-malformed', `${address} did not answer a JSON object.`)
    return json
  }
}

/** Where an issuer's discovery document is (OpenID Connect Discovery 1.0 section 4). */
export const discoveryOf = (issuer: string): string => `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`

/** Reads a JSON object; undefined where the text is none. */
export function parseJson(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Record<string, unknown> : undefined
  } catch {
    return undefined
  }
}

/** OpenID Connect Discovery 1.0 section 2: no query and no fragment. Plain http is for outbound to allow, or not. */
function isIssuer(text: string): boolean {
  if (text.length > 2048 || /[?#\s]/.test(text)) return false
  return isEndpoint(text)
}

function isEndpoint(text: string): boolean {
  if (!URL.canParse(text)) return false
  const url = new URL(text)
  return /^https?:$/.test(url.protocol) && !url.hash && !url.username && !url.password
}
