// What a browser remembers of the last sign-in at the console: the kind always, account and name where that was asked for.
import type { Context } from 'koa'
import { cookieName, cookieOptions } from '../middleware/cookies.js'

export interface Remembered {
  kind: 'root' | 'iam-user'
  account?: string
  userName?: string
}

const aYear = 365 * 86_400_000

export function remember(ctx: Context, what: Remembered, secure: boolean): void {
  ctx.cookies.set(cookieName('console-user', secure), Buffer.from(JSON.stringify(what)).toString('base64url'), { ...cookieOptions(secure, aYear), signed: true })
}

/** Reads it; only our own writing gets past the signature. */
export function rememberedIn(ctx: Context, secure: boolean): Remembered | undefined {
  const kept = ctx.cookies.get(cookieName('console-user', secure), { signed: true })
  return kept ? JSON.parse(Buffer.from(kept, 'base64url').toString('utf8')) as Remembered : undefined
}
