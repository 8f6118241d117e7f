// Opens the OpenID provider over the rooms that it asks.
import type { Context } from 'koa'
import { userPrincipal } from '../domain/authentication/index.js'
import { showError } from '../http/middleware/errors.js'
import { openOidc, type Oidc } from '../http/oidc/index.js'
import type { Rooms } from './rooms.js'
import type { Pages } from './pages.js'

/** Opens it. */
export function openProvider(rooms: Rooms, { csrf, render, errors }: Pages): Promise<Oidc> {
  const { settings: { config: { publicUrl }, secrets: { masterKey: master } }, store, clock, log, trail, signedIn, registrations, signingKeys, keyFetches, organization, logoutNotices, outbound } = rooms
  return openOidc({
    publicUrl, master, store, clock, log, trail, signedIn, registrations, csrf, render, signingKeys, keyFetches, logoutNotices, outbound,
    findUser: (id) => rooms.users.find(id),
    groupsOf: (userId) => rooms.groups.listOf(userId),
    getUser: (id) => rooms.users.get(id),
    findApplication: (clientId) => rooms.applications.findByClientId(clientId),
    isVerifiedAddress: (userId, address) => rooms.verifiedAddresses.has(userPrincipal(userId), address),
    isAssigned: (userId, clientId) => rooms.reach.mayUseClient(userId, clientId),
    portalSession: () => organization.latest?.portalSession ?? 8 * 3600,
    showError: (ctx, error) => showError(ctx as unknown as Context, error, errors),
  })
}
