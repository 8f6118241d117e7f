// Sends somebody who is not signed in to the provider, and remembers the page they asked for.
import type { Context } from 'koa'
import type { User } from '../../domain/directory/index.js'
import { Refusal } from '../../platform/errors.js'
import type { PortalOptions } from './portal.js'

// It goes through the provider and back in addresses, where it is encoded once more.
const longestPage = 4000

/** Begins a sign-in that comes back to the page that was asked for. */
export async function signIn(ctx: Context, { publicUrl, portalClientId }: Pick<PortalOptions, 'publicUrl' | 'portalClientId'>): Promise<void> {
  if (ctx.method !== 'GET') throw new Refusal('not-signed-in', 'Your session has ended. Sign in again; nothing was changed.')
  if (ctx.url.length > longestPage) throw new Refusal('too-large', 'This address is too long.')
  const request = new URL('/oidc/auth', publicUrl)
  request.search = new URLSearchParams({
    client_id: portalClientId,
    response_type: 'none',
    scope: 'openid',
    redirect_uri: new URL('/start/signed-in', publicUrl).href,
    state: ctx.url,
  }).toString()
  ctx.redirect(request.href)
}

/** The person of this browser's portal session; undefined after the browser was sent to sign in. */
export async function requirePerson(ctx: Context, options: PortalOptions): Promise<{ user: User; sessionUid: string } | undefined> {
  const { sessions, findUser } = options
  const session = await sessions.find(ctx)
  const user = session && await findUser(session.userId)
  if (session && user?.active) return { user, sessionUid: session.uid }
  if (session) await sessions.endCurrent(ctx)
  await signIn(ctx, options)
  return undefined
}
