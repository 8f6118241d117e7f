// GET /authorize: what newer command lines open in the browser. It becomes an authorization request to the
// provider in the standard's words; a client or redirect URI that is not ours gets a page, never a redirect.
import type { Middleware } from 'koa'
import type { Registration } from '../../../domain/access/index.js'
import { Refusal } from '../../../platform/errors.js'
import { queryOf } from '../../middleware/form.js'
import type { SsoOidcOptions } from './sso-oidc.js'

export function authorize({ publicUrl, registrations }: SsoOidcOptions): Middleware {
  return async (ctx) => {
    const query = queryOf(ctx)
    const registration = registrations.find(query.client_id ?? '')
    if (!registration) throw new Refusal('invalid-input', 'The program that sent you here is not known, or its registration has expired. Start the sign-in on the command line again.')
    if (!isRegistered(query.redirect_uri ?? '', registration)) throw new Refusal('invalid-input', 'The program that sent you here asked to be answered at an address that it did not register.')
    const request = new URL('/oidc/auth', publicUrl)
    const asked = query.scopes ?? query.scope ?? ''
    for (const name of ['client_id', 'redirect_uri', 'response_type', 'state', 'code_challenge', 'code_challenge_method']) {
      if (query[name] !== undefined) request.searchParams.set(name, query[name])
    }
    request.searchParams.set('scope', [...new Set(['openid', ...asked.split(/\s+/).filter(Boolean)])].join(' '))
    ctx.redirect(request.href)
  }
}

/** On loopback the port is the client's choice at the time of asking (RFC 8252 section 7.3); the rest is compared as it is spelled. */
function isRegistered(redirectUri: string, { redirectUris }: Registration): boolean {
  const asked = withoutPort(redirectUri)
  return URL.canParse(redirectUri) && redirectUris.some((uri) => withoutPort(uri) === asked)
}

const withoutPort = (uri: string): string => uri.replace(/^(http:\/\/(?:127\.0\.0\.1|\[::1\]|localhost)):\d{1,5}(?=[/?]|$)/, '$1')
