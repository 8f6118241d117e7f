// An OIDC client's metadata, in the names of RFC 7591, OpenID Connect Registration and RP-Initiated Logout:
// those that this release keeps to. Nothing in them makes the server ask an address, but for the one that is told of sign-outs.
import { z } from 'zod'
import { address, redirectUri } from './addresses.js'
import { distinct, email, isStorable, label } from './fields.js'
import { secret, type Outside } from './secrets.js'

export const grantTypes = ['authorization_code', 'refresh_token', 'client_credentials', 'urn:ietf:params:oauth:grant-type:device_code'] as const
export const authenticationMethods = ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'] as const
/** What the provider has keys for. */
const signedWith = ['ES256', 'RS256'] as const
const algorithms = ['ES256', 'RS256', 'PS256', 'EdDSA'] as const

const choice = <const T extends readonly string[]>(values: T) => z.enum(values, { error: `must be one of ${values.join(', ')}` })

const clientId = z
  .string()
  .min(1, 'must not be empty')
  .max(128, 'must be at most 128 characters')
  .regex(/^[\w.:/~+-]+$/, 'may only have letters, digits and . _ ~ - + : /')
  .refine((id) => !/^(reg-|gatehouse-portal$)/.test(id), 'must be another: command lines begin with reg-, and gatehouse-portal is the portal')

const scope = z.string().max(1000, 'must be at most 1000 characters').regex(/^[\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*$/, 'must be scopes with one space between them')

const privateParts = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']
const key = z.looseObject({ kty: choice(['EC', 'RSA', 'OKP']) }).refine((jwk) => !privateParts.some((part) => part in jwk), 'must be a public key: it has private parts').refine(isStorable, 'must have no control character NUL and only numbers that are finite')
const keySet = z.strictObject({ keys: z.array(key).min(1, 'must have a key').max(20, 'must have at most 20 keys') })

/** At least 256 bits as characters go, so that guessing one from a stolen digest is hopeless. */
export const clientSecretFault = (value: string): string | undefined => {
  if (value.length < 32) return 'must be at least 32 characters'
  return /^[\x21-\x7e]{1,512}$/.test(value) ? undefined : 'must be at most 512 characters, without spaces or letters beyond ASCII'
}

/** The metadata of an OIDC client; its secret is resolved. */
export function oidcClient(outside: Outside) {
  const page = address(outside)
  return z.strictObject({
    client_id: clientId,
    client_secret: secret(outside, clientSecretFault).optional(),
    client_name: label(128).optional(),
    client_uri: page.optional(),
    logo_uri: page.optional(),
    policy_uri: page.optional(),
    tos_uri: page.optional(),
    initiate_login_uri: page.optional(),
    contacts: distinct(email, 20).optional(),
    redirect_uris: distinct(redirectUri(outside), 100).optional(),
    post_logout_redirect_uris: distinct(redirectUri(outside), 100).optional(),
    backchannel_logout_uri: redirectUri(outside).optional(),
    backchannel_logout_session_required: z.boolean().optional(),
    application_type: choice(['web', 'native']).optional(),
    grant_types: distinct(choice(grantTypes), grantTypes.length).optional(),
    response_types: distinct(choice(['code']), 1).optional(),
    scope: scope.optional(),
    token_endpoint_auth_method: choice(authenticationMethods).optional(),
    token_endpoint_auth_signing_alg: choice(algorithms).optional(),
    jwks: keySet.optional(),
    subject_type: choice(['public']).optional(),
    id_token_signed_response_alg: choice(signedWith).optional(),
    default_max_age: z.int('must be a whole number').min(0, 'must not be negative').max(31_536_000, 'must be at most a year of seconds').optional(),
    require_auth_time: z.boolean().optional(),
  })
}
