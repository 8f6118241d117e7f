// Requests to an issuer's endpoints for one sign-in: openid-client speaks to them, through outbound, and what came back is kept
// beside, so that an administrator can be shown it.
import * as oidc from 'openid-client'
import type { Clock } from '../../platform/clock.js'
import { OutboundFailure, type Outbound } from '../../platform/outbound/index.js'
import type { OidcConnection } from './connections.js'
import type { ExternalSteps } from './external-identity.js'
import { asymmetricAlgorithms, skewSeconds } from './id-tokens.js'
import { parseJson, type IssuerMetadata } from './oidc-issuers.js'
import { shownJson, shownParameters, shownText } from './oidc-masks.js'
import { fail, type OidcReason } from './oidc-reasons.js'

/** Whom a request is between. */
export interface Parties {
  connection: OidcConnection
  metadata: IssuerMetadata
  secret: string | undefined
  steps: ExternalSteps
}

/** What came back of one request. */
interface Seen {
  sent?: string
  answer?: { status: number; type: string; text: string; json: Record<string, unknown> | undefined }
  failure?: OutboundFailure
  /** What openid-client did not like, in its words: its errors hold whole answers, and go no further. */
  doubt?: string
}

export interface TokenAnswer {
  accessToken: string | undefined
  idToken: string
  /** What openid-client did not like. */
  doubt: string | undefined
}

/** Answers of status codes that come without a body. */
const bodiless = [204, 205, 304]

export class OidcRequests {
  constructor(private readonly options: { outbound: Pick<Outbound, 'get' | 'post'>; clock: Clock }) {}

  /** Makes the address that the browser is sent to, having pushed the request before where the issuer wants that (RFC 9126). */
  async authorizationUrl(parties: Parties, parameters: Record<string, string>): Promise<URL> {
    if (!parties.metadata.require_pushed_authorization_requests) return oidc.buildAuthorizationUrl(this.#configuration(parties, {}), parameters)
    let url: URL | undefined
    const seen = await this.#see(parties, async (configuration) => { url = await oidc.buildAuthorizationUrlWithPAR(configuration, parameters) })
    return url ?? refuse(parties, 'request', seen)
  }

  /** Redeems a code. What openid-client doubts in a token that came is for the token's own check to explain. */
  async exchange(parties: Parties, answer: URL, checks: oidc.AuthorizationCodeGrantChecks): Promise<TokenAnswer> {
    const seen = await this.#see(parties, async (configuration) => { await oidc.authorizationCodeGrant(configuration, answer, { ...checks, idTokenExpected: true }) })
    if (seen.answer?.status !== 200 || !seen.answer.json) refuse(parties, 'exchange', seen)
    const { id_token: idToken, access_token: accessToken } = seen.answer.json
    const received = shownJson(seen.answer.json)
    if (typeof idToken !== 'string') fail(parties.steps, { name: 'exchange', reason: 'no-id-token', says: 'The provider answered without an ID token.', sent: seen.sent, received })
    parties.steps.passed('exchange', 'The provider took the code and gave tokens for it.', { sent: seen.sent, received })
    return { idToken, accessToken: typeof accessToken === 'string' ? accessToken : undefined, doubt: seen.doubt }
  }

  /** Asks for what else is known of somebody; `jwt` is what has a signature to prove. */
  async userInfo(parties: Parties, accessToken: string, subject: string): Promise<{ claims: Record<string, unknown>; jwt?: string; sent: string | undefined }> {
    const { steps } = parties
    let claims: Record<string, unknown> | undefined
    const seen = await this.#see(parties, async (configuration) => { claims = { ...await oidc.fetchUserInfo(configuration, accessToken, subject) } })
    const { answer } = seen
    if (!answer || answer.status !== 200) return refuse(parties, 'userinfo', seen)
    if (claims) return { claims, sent: seen.sent, ...(answer.type === 'application/jwt' && { jwt: answer.text }) }
    const received = answer.json && shownJson(answer.json)
    if (answer.json && answer.json.sub !== subject) fail(steps, { name: 'userinfo', reason: 'subject-mismatch', says: 'The userinfo of the provider is about somebody else than the ID token.', sent: seen.sent, received })
    return fail(steps, { name: 'userinfo', reason: 'answer-malformed', says: `The userinfo of the provider cannot be used: ${seen.doubt}.`, sent: seen.sent, received })
  }

  async #see(parties: Parties, ask: (configuration: oidc.Configuration) => Promise<void>): Promise<Seen> {
    const seen: Seen = {}
    try {
      await ask(this.#configuration(parties, seen))
    } catch (error) {
      seen.doubt = wordsOf(error)
    }
    return seen
  }

  #configuration({ connection: { clientId, authentication }, metadata, secret }: Parties, seen: Seen): oidc.Configuration {
    const algorithms = [...asymmetricAlgorithms]
    const server = { ...metadata, id_token_signing_alg_values_supported: algorithms, userinfo_signing_alg_values_supported: algorithms } as oidc.ServerMetadata
    const client = { [oidc.clockSkew]: Math.round((this.options.clock() - Date.now()) / 1000), [oidc.clockTolerance]: skewSeconds }
    const configuration = new oidc.Configuration(server, clientId, client, proofOf(authentication, secret))
    // Outbound knows where plain http may go, and goes nowhere else with it.
    oidc.allowInsecureRequests(configuration)
    configuration[oidc.customFetch] = this.#fetchInto(seen)
    return configuration
  }

  #fetchInto(seen: Seen): oidc.CustomFetch {
    const { outbound } = this.options
    return async (address, { method, headers, body }) => {
      const [proof] = (headers.authorization ?? '').split(' ', 1)
      const text = body instanceof URLSearchParams ? body.toString() : typeof body === 'string' ? body : ''
      seen.sent = [`${method} ${address}`, ...(proof ? [`authorization: ${proof} …`] : []), ...(text ? [shownParameters(new URLSearchParams(text))] : [])].join('\n')
      try {
        const { status, headers: answered, body: answer } = method === 'POST' ? await outbound.post(address, text, headers) : await outbound.get(address, headers)
        const content = answer.toString('utf8')
        seen.answer = { status, type: (answered['content-type'] ?? '').split(';')[0]!.trim().toLowerCase(), text: content, json: parseJson(content) }
        return new Response(bodiless.includes(status) ? null : content, { status, headers: headersOf(answered) })
      } catch (error) {
        if (error instanceof OutboundFailure) seen.failure = error
        throw error
      }
    }
  }
}

function proofOf(authentication: OidcConnection['authentication'], secret: string | undefined): oidc.ClientAuth {
  if (authentication === 'none' || secret === undefined) return oidc.None()
  return authentication === 'client_secret_post' ? oidc.ClientSecretPost(secret) : oidc.ClientSecretBasic(secret)
}

function headersOf(answered: NodeJS.Dict<string | string[]>): Headers {
  const headers = new Headers()
  for (const name of ['content-type', 'www-authenticate']) for (const value of [answered[name] ?? []].flat()) headers.append(name, value)
  return headers
}

const subjects = { request: 'the request', exchange: 'the code', userinfo: 'the question for userinfo' } as const

function refuse({ steps, secret }: Parties, name: keyof typeof subjects, { sent, answer, failure, doubt }: Seen): never {
  if (failure) return fail(steps, { name, reason: 'issuer-unreachable', says: `${failure.message}.`, sent, cause: failure })
  if (!answer) return fail(steps, { name, reason: 'answer-malformed', says: `The answer cannot be used: ${doubt}.`, sent })
  const { status, json } = answer
  const error = typeof json?.error === 'string' ? shownText(json.error, [secret]) : undefined
  const description = typeof json?.error_description === 'string' ? ` (${shownText(json.error_description, [secret])})` : ''
  const says = status < 400 ? `The provider answered ${status} to ${subjects[name]}, and what it said cannot be used: ${doubt}.`
    : `The provider refused ${subjects[name]}: ${status}${error ? `, ${error}${description}` : ''}.`
  fail(steps, { name, reason: reasonOf(name, status, error), says, sent, received: json ? shownJson({ error, error_description: description.slice(2, -1) || undefined }) : `${status}` })
}

function reasonOf(name: keyof typeof subjects, status: number, error: string | undefined): OidcReason {
  if (status >= 500 || status === 429) return 'issuer-unavailable'
  if (status >= 300 && status < 400) return 'issuer-redirects'
  if (status < 300) return 'answer-malformed'
  if (name === 'userinfo') return 'userinfo-refused'
  if (error === 'invalid_client' || error === 'unauthorized_client' || (status === 401 && error === undefined)) return 'client-refused'
  if (error === 'invalid_grant') return 'code-refused'
  if (error === 'invalid_scope') return 'scope'
  return name === 'request' ? 'request-refused' : 'exchange-refused'
}

/** What openid-client says of an answer; its own messages name no values. */
function wordsOf(doubt: unknown): string {
  const cause = doubt instanceof Error ? doubt.cause : undefined
  return shownText(cause instanceof Error ? cause.message : doubt instanceof Error ? doubt.message : 'it is of no form that is known')
}
