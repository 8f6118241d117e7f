// The door of a directory outside.
import type { Middleware } from 'koa'
import { userPrincipal } from '../domain/authentication/index.js'
import { Arrivals, DirectorySearch, GroupMembers } from '../domain/directory/index.js'
import { MailedLinks } from '../domain/recovery/index.js'
import { isWorthRecording } from '../http/middleware/failures.js'
import { originOf } from '../http/middleware/front.js'
import { scimDoor } from '../http/scim/index.js'
import { neighbourhoodOf } from '../platform/addresses.js'
import type { Letters } from './letters.js'
import type { Rooms } from './rooms.js'

/** Builds it. */
export function openScim(rooms: Rooms, { endEverythingOf }: Letters): Middleware {
  const { settings: { config: { publicUrl } }, database, users, groups, budgets, store, trail, clock, log, provisioningTokens, organization, learnManagementAccount, endIssued } = rooms
  return scimDoor({
    publicUrl, tokens: provisioningTokens, database, users, groups, budgets, trail, clock, log, arrivals: new Arrivals(database, trail), members: new GroupMembers(database), search: new DirectorySearch(database),
    isWrongTokenTold: async (ctx) => await store.count(`wrong-provisioning-tokens:${neighbourhoodOf(originOf(ctx).sourceIPAddress)}`, 60) === 1 && isWorthRecording(ctx, store),
    endIssued, endEverything: endEverythingOf,
    voidMailedTo: (tx, userId, address) => new MailedLinks(tx, clock).voidMailedTo(userPrincipal(userId), address),
    ready: () => Promise.all([organization.get(), learnManagementAccount()]),
  })
}
