// Browsers that people signed in from before, by a signed cookie that is good for their names
// only: what strangers fail at, from the same address or under the same name, does not delay them.
import { createHash } from 'node:crypto'
import type { Context } from 'koa'
import { newSecret } from '../../platform/ids.js'
import { cookieName, cookieOptions } from '../middleware/cookies.js'
import { between, mostPeople } from './trusted-browser.js'

const aYear = 365 * 86_400_000

interface KnownBrowsers {
  /** Finds what this browser is known by to a user name. */
  find(ctx: Context, userName: string): string | undefined
  remember(ctx: Context, userName: string): void
}

export function knownBrowsers(secure: boolean): KnownBrowsers {
  const cookie = cookieName('known', secure)
  const kept = (ctx: Context): [browser: string, name: string][] =>
    (ctx.cookies.get(cookie, { signed: true }) ?? '').split(between).slice(0, mostPeople).map((entry) => entry.split('.') as [string, string])
  const find = (ctx: Context, userName: string): string | undefined => kept(ctx).find(([, name]) => name === nameMark(userName))?.[0]
  return {
    find,
    remember: (ctx, userName) => {
      const mark = nameMark(userName)
      const others = kept(ctx).filter(([browser, name]) => browser && name !== mark).slice(0, mostPeople - 1)
      const entries = [[find(ctx, userName) ?? newSecret(16), mark], ...others].map((entry) => entry.join('.'))
      ctx.cookies.set(cookie, entries.join(between), { ...cookieOptions(secure, aYear), signed: true })
    },
  }
}

const nameMark = (userName: string): string => createHash('sha256').update(userName.toLowerCase()).digest('base64url')
