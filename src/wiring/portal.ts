// The portal, and what people open from it.
import type { Context, Middleware } from 'koa'
import { adminPage } from '../http/admin/index.js'
import { consoleDoor, endPortalConsoles, findEnding, portalSession, startConsole, type ConsoleOptions } from '../http/console/index.js'
import { deviceDoor } from '../http/device/index.js'
import { originOf } from '../http/middleware/front.js'
import { portalClientId, type Oidc } from '../http/oidc/index.js'
import { portalDoor, requirePerson, type PortalConsoles } from '../http/portal/index.js'
import type { Rooms } from './rooms.js'
import { openFederation, openSaml } from './consoles.js'
import type { Logouts } from './identity-sources.js'
import type { Letters } from './letters.js'
import type { Pages } from './pages.js'

/** Builds their doors, to be mounted one after another. */
export function peoplesDoors(rooms: Rooms, pages: Pages, oidc: Oidc, { notify, addresses, vouchers, leaveSource }: Letters & Logouts, consoles: ConsoleOptions): Middleware[] {
  const { csrf, render, placeOf } = pages
  const { settings: { config: { publicUrl, region } }, trail, clock, users, groups, accounts, reach, marks, roleSessions, budgets } = rooms
  const { passwords, passwordChanges, newPasswords, throttle, passkeys, apps, recoveryCodes, trustedBrowsers, devices, mfa, organizationName, startUrlAliases, emailChange } = rooms
  const portal = {
    publicUrl, region, portalClientId, clock, trail, csrf, render, placeOf, notify, startUrlAliases, organizationName, reach, marks,
    passwords, passwordChanges, newPasswords, throttle, passkeys, apps, recoveryCodes, trustedBrowsers, devices, mfa,
    addresses, emailChange,
    requests: { steps: rooms.requests, requestable: rooms.requestable, history: rooms.requestHistory },
    accesses: oidc.access,
    sessions: oidc.sessions, vouchers, leaveSource,
    findUser: (id: string) => users.find(id),
    groupsOf: (userId: string) => groups.listOf(userId),
    findAccount: (id: string) => accounts.find(id),
    administrationUrl: async (userId: string) => {
      const management = await accounts.findManagement()
      return management && (await reach.roles(userId, management.id, { limit: 1 })).length > 0 ? '/admin' : undefined
    },
    issueKeys: (ctx: Context, user: { id: string; userName: string }, role: { accountId: string; permissionSet: string }) =>
      roleSessions.issue(user, role, 'GetRoleCredentials', originOf(ctx)),
    consoles: {
      start: async (ctx, user, { destination, mfaAt, ...role }) => {
        const home = await startConsole(ctx, portalSession(user, await roleSessions.issue(user, role, 'Federate', originOf(ctx)), { destination, mfaAt }), consoles)
        return adminPage(destination) ?? home
      },
      findEnding: (ctx, user, role) => findEnding(ctx, user, role, consoles),
      endAll: (ctx) => endPortalConsoles(ctx, consoles),
    } satisfies PortalConsoles,
  }
  return [
    portalDoor(portal),
    deviceDoor({ codes: oidc.tokens, requirePerson: (ctx) => requirePerson(ctx, portal), placeOf, budgets, trail, csrf, render }),
    consoleDoor(consoles),
    openFederation(rooms, consoles),
    openSaml(rooms, pages, consoles),
  ]
}
