// Sign-out: ends the portal session and all that hangs on it, and says what goes on until it expires.
import type { Middleware } from 'koa'
import type { Voucher } from '../../domain/sessions/index.js'
import { originOf } from '../middleware/front.js'
import type { PortalOptions } from './portal.js'

export function signOut({ sessions, consoles, trail, vouchers, leaveSource }: PortalOptions): Middleware {
  return async (ctx) => {
    const session = await sessions.find(ctx)
    const voucher = session && await vouchers.find(session.uid)
    await sessions.endCurrent(ctx)
    await consoles.endAll(ctx)
    if (session) await trail.record({ eventName: 'Logout', eventSource: 'sso.amazonaws.com', eventType: 'AwsApiCall', origin: originOf(ctx), userId: session.userId, sessionId: session.uid })
    ctx.set('Clear-Site-Data', '"cache"')
    ctx.status = 303
    ctx.redirect(await pageAfter(voucher, { leaveSource }))
  }
}

/** Where a browser goes whose session has ended: whatever becomes of it at the source that vouched, here it has. */
export const pageAfter = async (voucher: Voucher | undefined, { leaveSource }: Pick<PortalOptions, 'leaveSource'>): Promise<string> => (voucher && await leaveSource(voucher)) ?? '/start/signed-out'

export function signedOut({ render }: PortalOptions): Middleware {
  return (ctx) => render(ctx, 'portal/signed-out', { signInUrl: '/start/' })
}
