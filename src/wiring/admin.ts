// The administrator's pages.
import type { Middleware } from 'koa'
import { instanceArn } from '../domain/access/index.js'
import { Health } from '../domain/health/index.js'
import { adminDoor } from '../http/admin/index.js'
import { findSessionIn, type ConsoleOptions } from '../http/console/index.js'
import { describeDevice } from '../http/portal/index.js'
import type { Services } from './aws.js'
import type { Pages } from './pages.js'
import type { Rooms } from './rooms.js'

/** Builds their door. */
export function openAdmin({ database, clock, accounts, organization, reach, settings: { config: { publicUrl } } }: Rooms, { csrf, csrfOfDocuments, csrfOfImports, csrfOfPictures, render, placeOf }: Pages, { forPages, adminPages, trailPages }: Services, consoles: ConsoleOptions): Middleware {
  return adminDoor({
    csrf, csrfOfDocuments, csrfOfImports, csrfOfPictures, clock, render, run: { ...adminPages, trail: trailPages.run }, exportEvents: trailPages.exportLines, decide: forPages.decide, issuer: new URL('/oidc', publicUrl).href, provisioning: new URL('/scim/v2', publicUrl).href, health: new Health(database, clock), describeDevice, placeOf,
    hasWayIn: async ({ principal }, accountId) => principal.startsWith('user:') && (await reach.roles(principal.slice('user:'.length), accountId, { limit: 1 })).length > 0,
    findSession: (ctx, accountId) => findSessionIn(ctx, accountId, consoles),
    places: async () => {
      const [{ id }, management] = await Promise.all([organization.get(), accounts.findManagement()])
      return { accountId: management!.id, identityStoreId: id, instanceArn: instanceArn(id) }
    },
  })
}
