// The AWS wire APIs: the services that share the root of the origin, and those with paths of their own.
import type { Middleware } from 'koa'
import { accessRequestsDoor } from '../http/aws/access-requests/index.js'
import { introspectionDoor } from '../http/aws/introspection/index.js'
import { ssoOidcDoor } from '../http/aws/sso-oidc/index.js'
import { ssoPortalDoor } from '../http/aws/sso-portal/index.js'
import { iamForPages, iamService } from '../http/aws/iam/index.js'
import { callerLookUp, Permissions, recordUse, rootDoor } from '../http/aws/protocol/index.js'
import { assumeRoleForPages, stsService } from '../http/aws/sts/index.js'
import { isWorthRecording } from '../http/middleware/failures.js'
import { originOf } from '../http/middleware/front.js'
import type { Oidc } from '../http/oidc/index.js'
import { hostStartUrls, isPortalStartUrl } from '../http/portal/index.js'
import { openAdministration } from './administration.js'
import type { Background } from './identity-sources.js'
import type { Incidents } from './incidents.js'
import type { Letters } from './letters.js'
import type { Rooms } from './rooms.js'

/** Builds their doors, to be mounted one after another. */
export function awsDoors(rooms: Rooms, { tokens }: Oidc, services: Services): Middleware[] {
  const { settings: { config: { publicUrl } }, store, log, trail, registrations, budgets, reach, roleSessions } = rooms
  return [
    openRoot(rooms, services),
    openIntrospection(rooms, services),
    ssoPortalDoor({
      tokens, findUser: (id) => rooms.users.find(id), reach, trail, log,
      issueRoleCredentials: async (ctx, user, role) => (await roleSessions.issue(user, role, 'GetRoleCredentials', originOf(ctx))).credentials,
    }),
    accessRequestsDoor({ tokens, findUser: (id) => rooms.users.find(id), steps: rooms.requests, requestable: rooms.requestable, history: rooms.requestHistory, log }),
    ssoOidcDoor({ publicUrl, registrations, tokens, store, budgets, trail, log, isStartUrl: async (url) => isPortalStartUrl(url, publicUrl, [...await rooms.startUrlAliases(), ...hostStartUrls(await rooms.organization.get(), publicUrl)]) }),
  ]
}

/** The services that share the root of the origin, and who may do what in them: for their clients, and for the pages of the console. */
export function openServices(rooms: Rooms, letters: Letters, background: Incidents & Background) {
  const { trail, iam, apps, passwords, passwordChanges, hashes, throttle, acting, credentials, endConsoles } = rooms
  const permissions = new Permissions(acting)
  const sts = stsService({
    ...acting, permissions, trail, idTokens: rooms.idTokens,
    findAccount: (id) => rooms.accounts.find(id), findKey: (id) => iam.keys.find(id), findProvider: (arn) => iam.providers.find(arn), isWorthRecording: (ctx) => isWorthRecording(ctx, rooms.store),
  })
  const service = iamService({ ...iam, endConsoles: (id) => endConsoles(id), apps, passwords, passwordChanges, hashes, throttle, permissions, trail })
  const lookUp = callerLookUp({ credentials, keys: iam.keyLookUp, findUser: acting.findUser })
  return { services: [sts, service] as const, ...openAdministration(rooms, permissions, letters, background), permissions, lookUp, forPages: { ...iamForPages({ service, permissions }), assumeRole: assumeRoleForPages({ service: sts, credentials }) } }
}

export type Services = ReturnType<typeof openServices>

function openRoot({ clock, log, iam }: Rooms, { services, jsonServices, lookUp }: Services): Middleware {
  return rootDoor({ services, jsonServices, lookUp, onVerified: (verified) => recordUse(iam.keyUses, verified.principal, verified), clock, log })
}

function openIntrospection({ clock, log, acting, accounts }: Rooms, { permissions, lookUp }: Services): Middleware {
  return introspectionDoor({ ...acting, permissions, lookUp, clock, log, managementAccount: async () => (await accounts.findManagement())?.id })
}
