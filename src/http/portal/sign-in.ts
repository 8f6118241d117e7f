// Sends somebody who is not signed in to the provider, and remembers the page they asked for.
import type { Context } from 'koa'
import type { User } from '../../domain/directory/index.js'
import { Refusal } from '../../platform/errors.js'
import type { PortalOptions } from './portal.js'

// It goes through the provider and back in addresses, where it is encoded once more.
const longestPage = 4000

/** Begins a sign-in that comes back to a page of ours; `more` is what else is asked of the provider. */
export function signIn(ctx: Context, page: string, { publicUrl, portalClientId }: Pick<PortalOptions, 'publicUrl' | 'portalClientId'>, more: Record<string, string> = {}): void {
  if (page.length > longestPage) throw new Refusal('too-large', 'This address is too long.')
  const request = new URL('/oidc/auth', publicUrl)
  request.search = new URLSearchParams({
    client_id: portalClientId,
    response_type: 'none',
    scope: 'openid',
    redirect_uri: new URL('/start/signed-in', publicUrl).href,
    state: page,
    ...more,
  }).toString()
  if (ctx.method !== 'GET') ctx.status = 303
  ctx.redirect(request.href)
}

/** Somebody who is signed in, and how they last proved who they are. */
export interface Person {
  user: User
  sessionUid: string
  /** `authTime` in seconds since the epoch; `amr` as RFC 8176 spells it. */
  proof: { authTime: number; amr: string[] }
}

/** The pages of forms that are sent to addresses of their own. */
const formPages: ReadonlyMap<string, string> = new Map([
  ['/start/favourites', '/start/'],
  ['/start/console', '/start/'],
  ...['sessions', 'access', 'browsers'].map((list): [string, string] => [`/start/security/${list}`, '/start/security']),
])

type Needed = Pick<PortalOptions, 'sessions' | 'findUser' | 'publicUrl' | 'portalClientId'>

/** The person of this browser's portal session; undefined after the browser was sent to sign in. */
export async function requirePerson(ctx: Context, options: Needed): Promise<Person | undefined> {
  const { sessions, findUser } = options
  const session = await sessions.find(ctx)
  const user = session && await findUser(session.userId)
  if (session && user?.active) return { user, sessionUid: session.uid, proof: { authTime: session.authTime, amr: session.amr } }
  if (session) await sessions.endCurrent(ctx)
  if (ctx.method !== 'GET') {
    // Its form's page is where the person was, and where they come back to.
    ctx.state.signInAt = formPages.get(ctx.path) ?? ctx.path
    throw new Refusal('not-signed-in', 'Your session has ended. Sign in again; nothing was changed.')
  }
  signIn(ctx, ctx.url, options)
  return undefined
}
