// Applications may ask to sign people out (OpenID Connect RP-Initiated Logout 1.0). Whoever agrees, and came of an identity source,
// signs out there, too, on the way back to the application.
import type { Context, Middleware } from 'koa'
import type { Voucher } from '../../domain/sessions/index.js'
import type { LeaveSource } from './external-logout.js'

interface Options {
  /** The portal session of this browser. */
  sessions: { find(ctx: Context): Promise<{ uid: string } | undefined> }
  vouchers: { find(uid: string): Promise<Voucher | undefined> }
  leaveSource: LeaveSource
  publicUrl: URL
}

/** The provider's addresses: where it takes what the person answers, and where they go whose application has no page for it. */
const [answered, noPage] = ['/oidc/session/end/confirm', '/oidc/session/end/success']

/** Runs around the provider. */
export const applicationLogout = ({ sessions, vouchers, leaveSource, publicUrl }: Options): Middleware => async (ctx, next) => {
  if (ctx.method !== 'POST' || ctx.path !== answered) return next()
  const session = await sessions.find(ctx)
  const voucher = session && await vouchers.find(session.uid)
  await next()
  // Whoever would rather stay signed in still is.
  if (!voucher || ctx.status !== 303 || await vouchers.find(session.uid)) return
  const onwards = ctx.response.get('location')
  const isOurs = (path: string): boolean => onwards.startsWith(new URL(path, publicUrl).href)
  // Whoever makes room for somebody else in the middle of a sign-in goes on with that.
  if (isOurs('/oidc/') && !isOurs(noPage)) return
  const there = await leaveSource(voucher, isOurs(noPage) ? undefined : onwards)
  if (there) ctx.redirect(there)
}
