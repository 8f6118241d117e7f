// Browsers that somebody signed in from before, by a signed cookie that is good for that name only: what strangers
// fail at, from the same address or under the same name, does not delay them.
import { createHash } from 'node:crypto'
import type { Context } from 'koa'
import { newSecret } from '../../platform/ids.js'
import { cookieName, cookieOptions } from '../middleware/cookies.js'

const aYear = 365 * 86_400_000

interface KnownBrowsers {
  /** Finds what this browser is known by to a user name. */
  find(ctx: Context, userName: string): string | undefined
  remember(ctx: Context, userName: string): void
}

export function knownBrowsers(secure: boolean): KnownBrowsers {
  const cookie = cookieName('known', secure)
  const find = (ctx: Context, userName: string): string | undefined => {
    const [browser, name] = (ctx.cookies.get(cookie, { signed: true }) ?? '').split('.')
    return name === nameMark(userName) ? browser : undefined
  }
  return {
    find,
    remember: (ctx, userName) => void ctx.cookies.set(cookie, `${find(ctx, userName) ?? newSecret(16)}.${nameMark(userName)}`, { ...cookieOptions(secure, aYear), signed: true }),
  }
}

const nameMark = (userName: string): string => createHash('sha256').update(userName.toLowerCase()).digest('base64url')
