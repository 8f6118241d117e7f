// "Don't ask again on this device": what a browser shows of itself, and the cookie it is recognised by. Several people
// may share a browser: the cookie holds a token for each who was trusted there last.
import type { Context } from 'koa'
import type { ShownBrowser } from '../../domain/authentication/index.js'
import { cookieName, cookieOptions } from '../middleware/cookies.js'
import { originOf } from '../middleware/front.js'

/** How many people one browser keeps something for. */
export const mostPeople = 8
/** No character of what it parts, and one that a cookie may have. */
export const between = '~'

/** What this browser shows: its tokens, where it has any, its name and where it is. */
export function browserOf(ctx: Context, secure: boolean): ShownBrowser {
  const { sourceIPAddress, userAgent } = originOf(ctx)
  const kept = ctx.cookies.get(cookieName('trusted', secure), { signed: true })
  return { tokens: kept ? kept.split(between).slice(0, mostPeople) : [], address: sourceIPAddress, userAgent }
}

/** Keeps the tokens of a trusted browser in its cookie, the newest first. */
export function keepTokens(ctx: Context, secure: boolean, tokens: string[], lifetime: number): void {
  ctx.cookies.set(cookieName('trusted', secure), tokens.slice(0, mostPeople).join(between), { ...cookieOptions(secure, lifetime), signed: true })
}
