// What a page says was done (`?done=`) is said once, and only to the browser whose form did it: an address that somebody was
// sent says nothing.
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Context } from 'koa'
import { cookieName, cookieOptions } from './cookies.js'

const shortly = 60_000

interface Browser {
  /** The secret that the browser's forms belong to. */
  secret: string
  key: Buffer
  secure: boolean
}

/** Takes what was done out of an address that this browser's form did not lead to. */
export function hearDone(ctx: Context, { secret, key, secure }: Browser): void {
  const { done } = ctx.query
  if (done === undefined) return
  const name = cookieName('done', secure)
  const kept = ctx.cookies.get(name)
  if (kept !== undefined) ctx.cookies.set(name, null, cookieOptions(secure))
  if (kept !== undefined && isSame(kept, markOf(ctx.path, String(done), { secret, key }))) return
  const rest = new URLSearchParams(ctx.querystring)
  rest.delete('done')
  ctx.querystring = rest.toString()
}

/** Remembers what a form did that leads on within its own part of the site; what addresses say does not get here. */
export function tellDone(ctx: Context, { secret, key, secure }: Browser): void {
  const location = ctx.response.headers.location
  if (typeof location !== 'string' || !location.startsWith('/')) return
  const { pathname, searchParams } = new URL(location, 'http://here')
  const done = searchParams.get('done')
  if (done !== null && partOf(pathname) === partOf(ctx.path)) ctx.cookies.set(cookieName('done', secure), markOf(pathname, done, { secret, key }), cookieOptions(secure, shortly))
}

const partOf = (path: string): string => path.split('/').slice(0, 3).join('/')

const markOf = (path: string, done: string, { secret, key }: Pick<Browser, 'secret' | 'key'>): string => createHmac('sha256', key).update(`done ${secret} ${path} ${done}`).digest('base64url')

function isSame(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)]
  return left.length === right.length && timingSafeEqual(left, right)
}
