// Tokens of issuers that people come from: their signature by the issuer's keys first, and then whether each claim is what it has to be.
import { createHash } from 'node:crypto'
import { decodeJwt, decodeProtectedHeader, errors, type JWTPayload, type JWTVerifyGetKey, type JWTVerifyOptions } from 'jose'
import type { Clock } from '../../platform/clock.js'
import type { ExternalSteps } from './external-identity.js'
import { asymmetricAlgorithms, skewSeconds, verifyByAny } from './id-tokens.js'
import { IssuerFault, type IssuerMetadata, type OidcIssuers } from './oidc-issuers.js'
import { shownJson, shownText } from './oidc-masks.js'
import { fail, type OidcReason } from './oidc-reasons.js'

/** What is known before a token is looked at. */
export interface TokenExpectations {
  metadata: IssuerMetadata
  clientId: string
  /** The step that is being taken. */
  name: string
  steps: ExternalSteps
}

export interface IdTokenExpectations extends TokenExpectations {
  nonce: string
  accessToken: string | undefined
  /** Seconds since the person proved who they are, at most. */
  maxAge: number | undefined
}

export type SubjectClaims = JWTPayload & { sub: string }

/** What was read of a token, for who is to see why it was refused. */
interface Read { claims: JWTPayload; shown: string; alg: string }

const longest = 100_000
/** Seconds between the clocks that are worth a word. */
const notableSkew = 20

export class OidcTokens {
  constructor(private readonly options: { issuers: Pick<OidcIssuers, 'keysOf' | 'newKeysOf'>; clock: Clock }) {}

  /** Proves an ID token (OpenID Connect Core 3.1.3.7). */
  async proveIdToken(token: string, expected: IdTokenExpectations): Promise<SubjectClaims> {
    const { steps, name } = expected
    const read = await this.#prove(token, expected, { issuer: expected.metadata.issuer, audience: expected.clientId, requiredClaims: ['exp', 'iat'] })
    const { claims, shown, alg } = read
    const refuse = (reason: OidcReason, says: string): never => fail(steps, { name, reason, says, received: shown })
    checkParty(claims, expected.clientId, refuse)
    if (claims.nonce !== expected.nonce) refuse('nonce', claims.nonce === undefined ? 'The ID token has no nonce.' : 'The ID token has the nonce of another request.')
    if (typeof claims.sub !== 'string' || claims.sub.trim() === '' || claims.sub.length > 255) refuse('no-subject', 'The ID token does not say whom it is about.')
    checkAccessToken(claims, expected.accessToken, alg, refuse)
    this.#checkAuthenticated(claims, expected.maxAge, refuse)
    this.#noteChecks(read, expected)
    const behind = this.#now() - claims.iat!
    if (Math.abs(behind) > notableSkew) steps.warned(name, `The provider’s clock is ${Math.abs(behind)} seconds ${behind > 0 ? 'behind' : 'ahead of'} this machine’s.`, 'Keep both clocks by network time (NTP): a minute more, and nobody signs in.')
    steps.passed(name, 'The ID token holds in all that it says.', { received: shown })
    return claims as SubjectClaims
  }

  /** Proves a logout token (OpenID Connect Back-Channel Logout 1.0 section 2.6), but for whether it was seen before. */
  async proveLogout(token: string, expected: TokenExpectations): Promise<{ subject?: string; session?: string; jti: string; expiresAt: number }> {
    const { claims, shown } = await this.#prove(token, expected, { issuer: expected.metadata.issuer, audience: expected.clientId, requiredClaims: ['exp', 'iat'] })
    const refuse = (says: string): never => fail(expected.steps, { name: expected.name, reason: 'not-logout', says, received: shown })
    const { sub, sid, jti } = claims
    // What is typed otherwise is something else; older issuers do not type it, and there the event tells.
    const { typ } = decodeProtectedHeader(token)
    if (typ !== undefined && !/^(application\/)?logout\+jwt$|^jwt$/i.test(typ)) refuse('The token is of another type.')
    const event = isObject(claims.events) ? claims.events['http://schemas.openid.net/event/backchannel-logout'] : undefined
    if (!isObject(event)) refuse('The token does not say that a session ended.')
    if (claims.nonce !== undefined) refuse('The token has a nonce, which a logout token never has.')
    if (typeof jti !== 'string' || jti === '' || jti.length > 1024) return refuse('The token has no name of its own (jti).')
    const [subject, session] = [textOf(sub), textOf(sid)]
    if (subject === undefined && session === undefined) refuse('The token does not say whose session ended, or which.')
    return { jti, expiresAt: claims.exp! * 1000, ...(subject !== undefined && { subject }), ...(session !== undefined && { session }) }
  }

  /** Proves the signature of what is no token to sign in by. */
  async proveSignature(token: string, expected: TokenExpectations): Promise<JWTPayload> {
    return (await this.#prove(token, expected, {})).claims
  }

  async #prove(token: string, expected: TokenExpectations, options: JWTVerifyOptions): Promise<Read> {
    const { steps, name } = expected
    const read = decoded(token)
    if (!read) return fail(steps, { name, ...(token.split('.').length === 5 ? { reason: 'encrypted', says: 'The token is encrypted.' } : { reason: 'token-malformed', says: 'The token is none that can be read.' }) })
    try {
      await this.#verify(token, expected.metadata, { ...options, algorithms: asymmetricAlgorithms, clockTolerance: skewSeconds, currentDate: new Date(this.options.clock()) })
    } catch (error) {
      if (error instanceof errors.JWTClaimValidationFailed || error instanceof errors.JWTExpired) noteSignature(token, expected)
      // What jose throws holds the claims.
      return fail(steps, { name, received: read.shown, cause: error instanceof errors.JOSEError ? undefined : error, ...this.#faultOf(error, read.claims) })
    }
    // RFC 7519 does not forbid it, and no clock that is right makes it.
    const ahead = typeof read.claims.iat === 'number' ? read.claims.iat - this.#now() : 0
    if (ahead > skewSeconds) fail(steps, { name, reason: 'clock', says: `The token was issued ${ahead} seconds in the future: the provider’s clock is ahead of this machine’s.`, received: read.shown })
    noteSignature(token, expected)
    return read
  }

  /** Takes down what was looked at, each in words. */
  #noteChecks({ claims }: Read, { steps, metadata, clientId, accessToken, maxAge }: IdTokenExpectations): void {
    const { iat, exp, sub, at_hash: hashed, auth_time: at } = claims
    steps.passed('issuer', `It is of ${metadata.issuer}, as it must be.`)
    steps.passed('audience', `It is for the client ${clientId}, as it must be.`)
    steps.passed('times', `It was issued ${this.#now() - iat!} seconds ago by our clock, and counts until ${new Date(exp! * 1000).toISOString()}. Clocks may differ by ${skewSeconds} seconds.`)
    steps.passed('nonce', 'It answers the request that this browser made: the nonce is the same.')
    steps.passed('subject', `It is about ${shownText(sub!)}.`)
    if (hashed !== undefined && accessToken !== undefined) steps.passed('at-hash', 'The access token is the one that it came with.')
    if (typeof at === 'number') steps.passed('auth-time', `The person proved who they are ${Math.max(0, this.#now() - at)} seconds ago${maxAge === undefined ? '.' : `; at most ${maxAge} were asked for.`}`)
  }

  async #verify(token: string, metadata: IssuerMetadata, options: JWTVerifyOptions): Promise<void> {
    const verify = (keys: JWTVerifyGetKey): Promise<JWTPayload> => verifyByAny(token, keys, options)
    const keys = await this.options.issuers.keysOf(metadata)
    try {
      await verify(keys)
    } catch (error) {
      // A new key may have come since.
      const anew = error instanceof errors.JWKSNoMatchingKey ? await this.options.issuers.newKeysOf(metadata) : undefined
      if (!anew) throw error
      await verify(anew)
    }
  }

  #checkAuthenticated({ auth_time }: JWTPayload, maxAge: number | undefined, refuse: (reason: OidcReason, says: string) => never): void {
    if (auth_time === undefined && maxAge === undefined) return
    if (typeof auth_time !== 'number' || !Number.isFinite(auth_time)) return refuse('auth-time', 'The ID token does not say when the person proved who they are.')
    const ago = this.#now() - auth_time
    if (ago < -skewSeconds) refuse('auth-time', 'The ID token says that the person proved who they are in the future.')
    if (maxAge !== undefined && ago > maxAge + skewSeconds) refuse('auth-time', `The person proved who they are ${ago} seconds ago, and ${maxAge} were asked for.`)
  }

  #faultOf(error: unknown, claims: JWTPayload): { reason: OidcReason; says: string } {
    if (error instanceof IssuerFault) return { reason: error.reason, says: error.message }
    if (error instanceof errors.JOSEAlgNotAllowed) return { reason: 'algorithm', says: 'The token is not signed with a key pair.' }
    if (error instanceof errors.JWTExpired) return { reason: 'clock', says: `The token is over since ${this.#now() - (claims.exp ?? 0)} seconds by this machine’s clock, though it came just now.` }
    if (error instanceof errors.JWTClaimValidationFailed) return claimFault(error, claims)
    if (error instanceof errors.JWKSNoMatchingKey) return { reason: 'signature', says: 'The issuer does not publish the key that the token is signed with.' }
    return { reason: 'signature', says: 'The signature of the token is not the issuer’s.' }
  }

  #now(): number {
    return Math.floor(this.options.clock() / 1000)
  }
}

function noteSignature(token: string, { steps }: TokenExpectations): void {
  const { alg, kid } = decodeProtectedHeader(token)
  steps.passed('signature', `It is signed with ${kid === undefined ? 'a key' : `the key ${shownText(kid)}`} that the issuer publishes, by ${alg}.`)
}

function decoded(token: string): Read | undefined {
  if (token.length > longest) return undefined
  try {
    const [header, claims] = [decodeProtectedHeader(token), decodeJwt(token)]
    return { claims, alg: String(header.alg), shown: shownJson({ header, payload: claims }) }
  } catch {
    return undefined
  }
}

function claimFault({ claim, reason }: errors.JWTClaimValidationFailed, claims: JWTPayload): { reason: OidcReason; says: string } {
  if (claim === 'iss') return { reason: 'issuer-mismatch', says: `The token is of another issuer: ${shownText(String(claims.iss))}.` }
  if (claim === 'aud') return { reason: 'audience', says: 'The token is for another client.' }
  if (claim === 'nbf' && reason === 'check_failed') return { reason: 'clock', says: 'The token does not count yet by this machine’s clock.' }
  return { reason: 'token-malformed', says: `The token has no proper ${claim}.` }
}

/** OpenID Connect Core 3.1.3.7, 3 to 5: a token for several is only taken where it says that it was issued to us. */
function checkParty({ aud, azp }: JWTPayload, clientId: string, refuse: (reason: OidcReason, says: string) => never): void {
  if (azp === undefined && [aud].flat().length > 1) refuse('audience', 'The ID token is for several clients, and does not say to which it was issued.')
  if (azp !== undefined && azp !== clientId) refuse('audience', 'The ID token was issued to another client.')
}

/** OpenID Connect Core 3.1.3.8. */
function checkAccessToken({ at_hash }: JWTPayload, accessToken: string | undefined, alg: string, refuse: (reason: OidcReason, says: string) => never): void {
  if (at_hash === undefined) return
  const digest = createHash(alg.endsWith('256') ? 'sha256' : alg.endsWith('384') ? 'sha384' : 'sha512').update(accessToken ?? '').digest()
  const expected = digest.subarray(0, digest.length / 2).toString('base64url')
  if (accessToken === undefined || at_hash !== expected) refuse('at-hash', 'The access token is not the one that the ID token came with.')
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' && value.length <= 255 ? value : undefined)
