// The door itself: every page below it belongs to a session in the management account.
import { Router } from '@koa/router'
import type { Middleware } from 'koa'
import { mountAccess } from './access.js'
import { mountAccounts } from './accounts.js'
import { mountApplications } from './applications.js'
import { mountAssignments } from './assignments.js'
import { mountEvents } from './events.js'
import { mountGroups } from './groups.js'
import type { AdminOptions } from './options.js'
import { overview } from './overview.js'
import { mountIdentitySources } from './identity-sources.js'
import { mountPermissionSets } from './permission-sets.js'
import { mountProvisioning } from './provisioning.js'
import { mountRequests } from './requests.js'
import { mountSearch } from './search.js'
import { mountSettings } from './settings.js'
import { mountSuggestions } from './suggestions.js'
import { mountUsers } from './users.js'
import { pageMaker } from './visit.js'

/** Mounts the administration. */
export function adminDoor(options: AdminOptions): Middleware {
  const router = new Router({ prefix: '/admin' })
  const page = pageMaker(options)
  router.get('/', options.csrf, page(overview(options)))
  for (const mount of [mountUsers, mountGroups, mountAccounts, mountPermissionSets, mountAssignments, mountAccess, mountRequests, mountApplications, mountIdentitySources, mountProvisioning, mountSettings, mountEvents, mountSearch, mountSuggestions]) mount(router, page, options)
  return router.routes() as unknown as Middleware
}
