// The door itself: every page below it belongs to the session that this browser shows, in one account.
import { Router } from '@koa/router'
import type { Context, Middleware } from 'koa'
import { formOf } from '../middleware/form.js'
import { choose, end, liveSessions } from './browser-sessions.js'
import { mountEvents } from './account-events.js'
import { mountCredentials } from './credentials.js'
import { mountGroups } from './groups.js'
import { home } from './home.js'
import type { ConsoleOptions } from './options.js'
import { mountPolicies } from './policies.js'
import { mountProviders } from './providers.js'
import { mountRoles } from './roles.js'
import { mountSettings } from './settings.js'
import { mountSimulate } from './simulate.js'
import { mountSwitchRole } from './switch-role.js'
import { mountUsers } from './users.js'
import { pageMaker } from './visit.js'

/** Mounts the console. */
export function consoleDoor(options: ConsoleOptions): Middleware {
  const { csrf } = options
  const router = new Router({ prefix: '/console' })
  const page = pageMaker(options)
  router.get('/', csrf, page(home(options)))
  for (const mount of [mountCredentials, mountUsers, mountGroups, mountRoles, mountPolicies, mountProviders, mountSettings, mountSimulate, mountEvents, mountSwitchRole]) mount(router, page, options)
  router.post('/switch', csrf, async (ctx) => {
    const chosen = (await liveSessions(ctx, options)).find(({ id }) => id === formOf(ctx).session)
    if (chosen) choose(ctx, chosen, options)
    goTo(ctx, '/console')
  })
  router.post('/sign-out', csrf, async (ctx) => {
    const { session = '' } = formOf(ctx)
    const { isLast, isPortals } = await end(ctx, ({ id }) => session === 'all' || id === session, options)
    goTo(ctx, isLast && isPortals ? '/start/' : '/console')
  })
  return router.routes() as unknown as Middleware
}

function goTo(ctx: Context, url: string): void {
  ctx.status = 303
  ctx.redirect(url)
}
