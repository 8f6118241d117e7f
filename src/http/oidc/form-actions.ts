// Some of the provider's own pages are forms whose way ends at the application: answers by form_post, and
// signing out. Browsers hold every redirect on that way against the page's policy.
import type { Middleware } from 'koa'
import type { KoaContextWithOIDC } from 'oidc-provider'
import { allowFormActions, formActionOf } from '../middleware/headers.js'

/** Runs around every request to the provider; lets the form of its page lead to where the client is registered to be. */
export const letFormsLeadOn: Middleware = async (ctx, next) => {
  await next()
  const { oidc } = ctx as unknown as KoaContextWithOIDC
  if (!oidc || ctx.status !== 200 || !ctx.response.is('html')) return
  // When somebody else signs in, the form that ends the first session leads back to the interaction.
  const { redirect_uri: redirectUri, post_logout_redirect_uri: afterSignOut } = oidc.client ? oidc.params ?? {} : oidc.entities.Interaction?.params ?? {}
  allowFormActions(ctx, [redirectUri, afterSignOut].flatMap((uri) => (typeof uri === 'string' ? formActionOf(uri) : [])))
}
