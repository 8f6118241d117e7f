// From the claims of tokens to what is known of somebody.
import type { ExternalIdentity } from './external-identity.js'
import { spelled } from './oidc-masks.js'

type Claims = Readonly<Record<string, unknown>>

const mostClaims = 200
const mostValues = 1000
const longest = 2000
/** About the token and not about the person; and a name that means something else in many places. */
const leftOut = new Set(['iss', 'aud', 'azp', 'exp', 'iat', 'nbf', 'jti', 'nonce', 'auth_time', 'at_hash', 'c_hash', 's_hash', 'sid', '__proto__'])

/** OpenID Connect Core 5.4, the claims that are of use; groups are customary. */
const claimsOfScopes: Readonly<Record<string, readonly string[]>> = {
  openid: [], offline_access: [],
  profile: ['name', 'given_name', 'family_name', 'preferred_username'], email: ['email', 'email_verified'], groups: ['groups'], phone: ['phone_number'], address: ['address'],
}

/** Says whether scopes stand for claims that are not there; a scope that nobody knows may. */
export const lacksClaims = (claims: Claims, scopes: readonly string[]): boolean =>
  scopes.some((scope) => claimsOf(scope)?.some((name) => claims[name] === undefined) ?? true)

/** Lists the scopes that brought nothing. */
export const emptyScopes = (claims: Claims, scopes: readonly string[]): string[] => scopes.filter((scope) => {
  const names = claimsOf(scope) ?? []
  return names.length > 0 && names.every((name) => claims[name] === undefined)
})

const claimsOf = (scope: string): readonly string[] | undefined => (Object.hasOwn(claimsOfScopes, scope) ? claimsOfScopes[scope] : undefined)

/** Reads who it is: what is about the sign-in from the ID token alone, and `all` that is said of the person. */
export function identityOf(token: Claims & { sub: string }, all: Claims): ExternalIdentity {
  return {
    subject: token.sub, claims: valuesOf(all),
    authenticatedAt: typeof token.auth_time === 'number' ? token.auth_time * 1000 : undefined,
    amr: [token.amr].flat().filter(isShort).slice(0, 20),
    acr: isShort(token.acr) ? token.acr : undefined,
    session: isShort(token.sid) ? token.sid : undefined,
  }
}

const isShort = (value: unknown): value is string => typeof value === 'string' && value !== '' && value.length <= 255

function valuesOf(all: Claims): Map<string, string[]> {
  const values = new Map<string, string[]>()
  for (const [name, claim] of Object.entries(all)) {
    if (values.size >= mostClaims) break
    if (leftOut.has(name) || name.length > 255) continue
    // What is too long is left out: cut off, it would be somebody else's.
    const texts = (Array.isArray(claim) ? claim : [claim]).map(textOf).filter((text) => text !== undefined).filter((text) => text.length <= longest).slice(0, mostValues)
    if (texts.length > 0) values.set(name, texts)
  }
  return values
}

function textOf(value: unknown): string | undefined {
  if (value === null || value === undefined) return undefined
  return typeof value === 'string' ? value : spelled(value)
}
