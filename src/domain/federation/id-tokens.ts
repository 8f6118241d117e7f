// ID tokens of issuers outside: their signature, issuer, audience and times are checked, in this order, before anything else is read.
import { decodeJwt, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey, type JWTVerifyOptions } from 'jose'
import type { Clock } from '../../platform/clock.js'
import { IssuerFailure, type IssuerKeys } from './issuer-keys.js'

export interface ProvedIdToken {
  issuer: string
  subject: string
  /** Whom the token is for, of those that are accepted: the authorized party where there is one. */
  audience: string
  claims: Readonly<Record<string, unknown>>
}

/** Why a token does not count: it cannot be believed, it is over, it lacks a claim, or its issuer does not answer. */
export type IdTokenFault = 'invalid' | 'expired' | 'rejected' | 'unreachable'

/** What comes of looking at a token. */
export type IdTokenOutcome = { token: ProvedIdToken; fault?: undefined } | { token?: undefined; fault: IdTokenFault; why: string }

/** Names the algorithms with public keys, and only those: a token that is signed with a secret, or not at all, proves nothing. */
export const asymmetricAlgorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519']
/** Says how far clocks may differ. */
export const skewSeconds = 60

export class IdTokens {
  constructor(private readonly options: { keys: Pick<IssuerKeys, 'find' | 'findAnew'>; clock: Clock }) {}

  /** Reads the issuer that a token claims to be of; undefined where that is no address. Nothing of it is believed yet. */
  static issuerOf(token: string): string | undefined {
    try {
      const { iss } = decodeJwt(token)
      if (typeof iss !== 'string' || iss.length > 2048 || !URL.canParse(iss)) return undefined
      const url = new URL(iss)
      return /^https?:$/.test(url.protocol) && !url.search && !url.hash && !url.username ? iss : undefined
    } catch {
      return undefined
    }
  }

  /** Proves a token of an issuer, for any of these audiences. */
  async prove(token: string, issuer: string, audiences: readonly string[]): Promise<IdTokenOutcome> {
    try {
      return this.#read(await this.#verify(token, issuer), issuer, audiences)
    } catch (error) {
      return faultOf(error)
    }
  }

  async #verify(token: string, issuer: string): Promise<JWTPayload> {
    const options: JWTVerifyOptions = { issuer, algorithms: asymmetricAlgorithms, clockTolerance: skewSeconds, currentDate: new Date(this.options.clock()), requiredClaims: ['exp'] }
    const verify = (keys: JWTVerifyGetKey): Promise<JWTPayload> => verifyByAny(token, keys, options)
    const keys = await this.options.keys.find(issuer)
    try {
      return await verify(keys)
    } catch (error) {
      // A new key may have come since.
      const anew = error instanceof errors.JWKSNoMatchingKey ? await this.options.keys.findAnew(issuer) : undefined
      if (!anew) throw error
      return verify(anew)
    }
  }

  #read(claims: JWTPayload, issuer: string, audiences: readonly string[]): IdTokenOutcome {
    const { sub, aud, azp, iat } = claims as JWTPayload & { azp?: unknown }
    const named = [aud ?? []].flat()
    // OpenID Connect Core 3.1.3.7: the authorized party is who the token was issued to.
    const audience = azp === undefined ? named.find((one) => audiences.includes(one)) : audiences.find((one) => one === azp)
    if (audience === undefined) return { fault: 'invalid', why: 'The token is for none of the audiences of the provider.' }
    if (typeof sub !== 'string' || sub === '' || sub.length > 255) return { fault: 'rejected', why: 'The token does not say whom it is about.' }
    if (typeof iat === 'number' && iat > this.options.clock() / 1000 + skewSeconds) return { fault: 'invalid', why: 'The token was issued in the future.' }
    return { token: { issuer, subject: sub, audience, claims } }
  }
}

/** Tries each key that may be meant, where a token does not name one. */
export async function verifyByAny(token: string, keys: JWTVerifyGetKey, options: JWTVerifyOptions): Promise<JWTPayload> {
  try {
    return (await jwtVerify(token, keys, options)).payload
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error
    for await (const key of error) {
      try {
        return (await jwtVerify(token, key, options)).payload
      } catch (other) {
        if (!(other instanceof errors.JWSSignatureVerificationFailed)) throw other
      }
    }
    throw new errors.JWSSignatureVerificationFailed()
  }
}

function faultOf(error: unknown): IdTokenOutcome {
  if (error instanceof IssuerFailure) return { fault: 'unreachable', why: `The identity provider could not be asked: ${error.message}.` }
  if (error instanceof errors.JWTExpired) return { fault: 'expired', why: 'The token has expired.' }
  if (error instanceof errors.JWTClaimValidationFailed) return { fault: error.claim === 'exp' ? 'rejected' : 'invalid', why: `The token has a claim that does not hold: ${error.claim}.` }
  if (error instanceof errors.JOSEError || error instanceof TypeError) return { fault: 'invalid', why: 'The token is not one that the provider signed.' }
  throw error
}
