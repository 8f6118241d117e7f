// RegisterClient: POST /client/register
import type { Middleware } from 'koa'
import { neighbourhoodOf } from '../../../platform/addresses.js'
import { originOf } from '../../middleware/front.js'
import { AwsError } from '../protocol/errors.js'
import { sendJson } from '../protocol/request.js'
import { grants, invalidRequest, optionalText, readInput, text, texts } from './input.js'
import type { SsoOidcOptions } from './sso-oidc.js'

const scopes = new Set(['sso:account:access'])
/** A registration travels in addresses, where there is not room for everything. */
const longestId = 2048

export function registerClient({ publicUrl, registrations, budgets, isStartUrl }: SsoOidcOptions): Middleware {
  return async (ctx) => {
    const input = await readInput(ctx)
    const clientName = text(input, 'clientName')
    if (clientName.length > 256) throw new AwsError('InvalidClientMetadataException', 400, 'The member clientName is too long.')
    // People are asked about the client by this name.
    if (/\p{C}/u.test(clientName)) throw new AwsError('InvalidClientMetadataException', 400, 'The member clientName holds characters that cannot be shown.')
    if (text(input, 'clientType') !== 'public') throw new AwsError('InvalidClientMetadataException', 400, 'The only clientType is public.')
    const issuerUrl = optionalText(input, 'issuerUrl')
    if (issuerUrl !== undefined && !await isStartUrl(issuerUrl)) throw invalidRequest('The issuerUrl is not a start URL of this organization.')
    await budgets.spend('RegistrationsPerAddress', neighbourhoodOf(originOf(ctx).sourceIPAddress))
    const registration = registrations.issue({
      clientName,
      grantTypes: grantTypes(texts(input, 'grantTypes', 10)),
      redirectUris: redirectUris(texts(input, 'redirectUris', 10)),
      scopes: knownScopes(texts(input, 'scopes', 20)),
    })
    if (registration.clientId.length > longestId) throw new AwsError('InvalidClientMetadataException', 400, 'The names, redirect URIs and scopes are too long together.')
    sendJson(ctx, {
      clientId: registration.clientId,
      clientSecret: registration.clientSecret,
      clientIdIssuedAt: registration.issuedAt,
      clientSecretExpiresAt: registration.expiresAt,
      authorizationEndpoint: new URL('/authorize', publicUrl).href,
      tokenEndpoint: new URL('/token', publicUrl).href,
    })
  }
}

function grantTypes(asked: string[]): string[] {
  for (const grant of asked) if (!grants.has(grant)) throw new AwsError('UnsupportedGrantTypeException', 400, 'A grant type is not supported.')
  return [...new Set(asked)]
}

function knownScopes(asked: string[]): string[] {
  for (const scope of asked) if (!scopes.has(scope)) throw new AwsError('InvalidScopeException', 400, 'A scope is not known.')
  return [...new Set(asked)]
}

/** Native clients come back to this machine only (RFC 8252 section 7.3); the port is chosen later. */
function redirectUris(asked: string[]): string[] {
  for (const uri of asked) {
    const url = URL.canParse(uri) ? new URL(uri) : undefined
    const isLoopback = url?.protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname)
    if (!isLoopback || url.hash || url.username || url.password || uri.includes('*')) throw new AwsError('InvalidRedirectUriException', 400, 'A redirect URI must be an http address of the loopback interface, without a fragment.')
  }
  return asked
}
