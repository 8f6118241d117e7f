// "Don't ask again on this device": what a browser shows of itself, and the cookie it is recognised by.
import type { Context } from 'koa'
import type { ShownBrowser } from '../../domain/authentication/index.js'
import { cookieName, cookieOptions } from '../middleware/cookies.js'
import { originOf } from '../middleware/front.js'

/** What this browser shows: its token, where it has one, its name and where it is. */
export function browserOf(ctx: Context, secure: boolean): ShownBrowser {
  const { sourceIPAddress, userAgent } = originOf(ctx)
  return { token: ctx.cookies.get(cookieName('trusted', secure), { signed: true }), address: sourceIPAddress, userAgent }
}

/** Keeps the token of a trusted browser in its cookie. */
export function keepToken(ctx: Context, secure: boolean, token: string, lifetime: number): void {
  ctx.cookies.set(cookieName('trusted', secure), token, { ...cookieOptions(secure, lifetime), signed: true })
}
