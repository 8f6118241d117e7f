// Signing in with an OpenID Connect provider, in two halves: where the browser is sent, and what it comes back with. What is kept
// between them is for the caller to keep, for that browser only, and to take once.
import * as oidc from 'openid-client'
import type { Clock } from '../../platform/clock.js'
import type { Outbound } from '../../platform/outbound/index.js'
import type { OidcConnection } from './connections.js'
import { ExternalSteps, type ExternalIdentity } from './external-identity.js'
import { checkAnswer, type OidcKept } from './oidc-answers.js'
import { emptyScopes, identityOf, lacksClaims } from './oidc-claims.js'
import { discoveryOf, IssuerFault, OidcIssuers, type IssuerMetadata } from './oidc-issuers.js'
import { shownJson, shownParameters } from './oidc-masks.js'
import { fail } from './oidc-reasons.js'
import { OidcRequests, type Parties, type TokenAnswer } from './oidc-requests.js'
import { OidcTokens, type SubjectClaims } from './oidc-tokens.js'

export interface OidcRelyingPartyOptions {
  outbound: Pick<Outbound, 'get' | 'post'>
  clock: Clock
}

export interface OidcRequest {
  secret: string | undefined
  /** Where the answer comes to: an address of this connection alone. */
  redirectUri: string
  loginHint?: string | undefined
  prompt?: string | undefined
  /** Seconds since the person proved who they are, at most. */
  maxAge?: number | undefined
}

/** What the browser came back with. */
export interface OidcAnswer {
  secret: string | undefined
  keep: OidcKept
  callback: URL
}

/** Whose session is over, as a logout token says. */
export type OidcLogout = Awaited<ReturnType<OidcTokens['proveLogout']>>

export class OidcRelyingParty {
  readonly #issuers: OidcIssuers
  readonly #requests: OidcRequests
  readonly #tokens: OidcTokens

  constructor(options: OidcRelyingPartyOptions) {
    this.#issuers = new OidcIssuers(options)
    this.#requests = new OidcRequests(options)
    this.#tokens = new OidcTokens({ issuers: this.#issuers, clock: options.clock })
  }

  /** Begins a sign-in: where the browser goes, and what to keep for it. Throws `ExternalRefusal`. */
  async begin(connection: OidcConnection, request: OidcRequest, steps: ExternalSteps): Promise<{ url: URL; keep: OidcKept }> {
    const parties = await this.#parties(connection, request.secret, steps)
    notePassed(parties)
    const { redirectUri, loginHint, prompt, maxAge } = request
    const keep: OidcKept = {
      state: oidc.randomState(), nonce: oidc.randomNonce(), codeVerifier: oidc.randomPKCECodeVerifier(), issuer: connection.issuer, redirectUri, ...(maxAge !== undefined && { maxAge }),
    }
    const parameters = {
      redirect_uri: redirectUri, scope: [...new Set(['openid', ...connection.scopes])].join(' '), state: keep.state, nonce: keep.nonce,
      code_challenge: await oidc.calculatePKCECodeChallenge(keep.codeVerifier), code_challenge_method: 'S256',
      ...(loginHint && { login_hint: loginHint }), ...(prompt && { prompt }), ...(maxAge !== undefined && { max_age: String(maxAge) }),
    }
    const url = await this.#requests.authorizationUrl(parties, parameters)
    steps.passed('request', 'The browser is sent to the provider.', { sent: `${url.origin}${url.pathname}\n${shownParameters([['client_id', connection.clientId], ...Object.entries(parameters)])}` })
    return { url, keep }
  }

  /** Finishes a sign-in with what the browser came back with. Throws `ExternalRefusal`. */
  async finish(connection: OidcConnection, { secret, keep, callback }: OidcAnswer, steps: ExternalSteps): Promise<ExternalIdentity> {
    if (keep.issuer !== connection.issuer) fail(steps, { name: 'answer', reason: 'state', says: 'The sign-in was begun with another issuer.' })
    const parties = await this.#parties(connection, secret, steps)
    checkAnswer(callback, { keep, metadata: parties.metadata, steps, secret })
    const answer = new URL(keep.redirectUri)
    answer.search = callback.search
    const { nonce, maxAge, codeVerifier } = keep
    const tokens = await this.#requests.exchange(parties, answer, { expectedState: keep.state, expectedNonce: nonce, pkceCodeVerifier: codeVerifier, ...(maxAge !== undefined && { maxAge }) })
    const token = await this.#tokens.proveIdToken(tokens.idToken, { ...parties, name: 'id-token', clientId: connection.clientId, nonce, maxAge, accessToken: tokens.accessToken })
    // Two look at a token, and both have to like it.
    if (tokens.doubt) fail(steps, { name: 'id-token', reason: 'token-malformed', says: `What the provider gave for the code cannot be used: ${tokens.doubt}.` })
    return identityOf(token, await this.#claims(parties, token, tokens))
  }

  /** Says where a browser goes to sign out there, too (OpenID Connect RP-Initiated Logout 1.0); undefined where the issuer has no such address. Throws `ExternalRefusal`. */
  async endSession({ issuer, clientId }: OidcConnection, { returnTo, state }: { returnTo: string; state: string }, steps = new ExternalSteps()): Promise<URL | undefined> {
    const { end_session_endpoint: address } = await this.#discover(issuer, steps)
    if (address === undefined) return undefined
    const url = new URL(address)
    for (const [name, value] of Object.entries({ client_id: clientId, post_logout_redirect_uri: returnTo, state })) url.searchParams.set(name, value)
    return url
  }

  /** Reads a logout token that an issuer sent; the caller sees to it that each `jti` counts once. Throws `ExternalRefusal`. */
  async readLogout(connection: OidcConnection, logoutToken: string, steps = new ExternalSteps()): Promise<OidcLogout> {
    const metadata = await this.#discover(connection.issuer, steps)
    return this.#tokens.proveLogout(logoutToken, { metadata, clientId: connection.clientId, name: 'logout', steps })
  }

  /** Forgets what is known of an issuer: a test of a connection, and one that was changed, are about what it says now. */
  forget({ issuer }: OidcConnection): void {
    this.#issuers.forget(issuer)
  }

  async #parties(connection: OidcConnection, secret: string | undefined, steps: ExternalSteps): Promise<Parties> {
    if (connection.authentication !== 'none' && !secret) fail(steps, { name: 'request', reason: 'no-secret', says: 'There is no client secret, and the provider wants one.' })
    return { connection, secret, steps, metadata: await this.#discover(connection.issuer, steps) }
  }

  async #discover(issuer: string, steps: ExternalSteps): Promise<IssuerMetadata> {
    try {
      return await this.#issuers.get(issuer)
    } catch (error) {
      if (error instanceof IssuerFault) return fail(steps, { name: 'discovery', reason: error.reason, says: error.message, sent: `GET ${discoveryOf(issuer)}`, cause: error })
      throw error
    }
  }

  /** What is said of the person, from the ID token and, where that lacks what was asked for, from userinfo: what is signed comes first. */
  async #claims(parties: Parties, token: SubjectClaims, { accessToken }: TokenAnswer): Promise<Record<string, unknown>> {
    const { connection: { scopes, clientId }, metadata, steps } = parties
    let claims: Record<string, unknown> = token
    if (metadata.userinfo_endpoint !== undefined && accessToken !== undefined && lacksClaims(token, scopes)) {
      const { claims: more, jwt, sent } = await this.#requests.userInfo(parties, accessToken, token.sub)
      if (jwt !== undefined) await this.#tokens.proveSignature(jwt, { metadata, clientId, name: 'userinfo', steps })
      claims = { ...more, ...token }
      steps.passed('userinfo', 'The provider said more of the person when it was asked.', { sent, received: shownJson(more) })
    }
    const empty = emptyScopes(claims, scopes)
    if (empty.length > 0) steps.warned('userinfo', `The provider said nothing for these scopes: ${empty.join(', ')}.`, 'Have the provider allow them to this client, or ask for them no more.')
    return claims
  }
}

function notePassed({ connection: { authentication }, metadata, steps }: Parties): void {
  steps.passed('discovery', 'The issuer is who it is expected to be, and says where its endpoints are.', { sent: `GET ${discoveryOf(metadata.issuer)}`, received: shownJson(metadata) })
  const { code_challenge_methods_supported: challenges, token_endpoint_auth_methods_supported: methods } = metadata
  if (challenges && !challenges.includes('S256')) steps.warned('discovery', 'The issuer does not say that it knows PKCE with S256, which is used in any case.', 'Ask the provider to support it: it keeps a stolen code from being of use.')
  if (methods && !methods.includes(authentication)) steps.warned('discovery', `The issuer does not say that clients may prove themselves by ${authentication}.`, `Choose one that it names: ${methods.slice(0, 10).join(', ')}.`)
}
