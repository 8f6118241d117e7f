// Mounts every door over the rooms below them; with src/rooms.ts and src/sign-ins.ts the only file that knows them all.
import Koa from 'koa'
import type { Context, Middleware } from 'koa'
import { Accounts } from './domain/accounts/index.js'
import { rootPrincipal, userPrincipal, type PasswordHashes } from './domain/authentication/index.js'
import type { Revocations } from './domain/credentials/index.js'
import { findOwner, Invitations, Notices, OwnAddresses, personAsOwner, Resets, rootAsOwner, type Whereabouts } from './domain/recovery/index.js'
import type { SetUp } from './domain/set-up/index.js'
import { introspectionDoor } from './http/aws/introspection/index.js'
import { ssoOidcDoor } from './http/aws/sso-oidc/index.js'
import { ssoAdminService } from './http/aws/sso-admin/index.js'
import { ssoPortalDoor } from './http/aws/sso-portal/index.js'
import { iamForPages, iamService } from './http/aws/iam/index.js'
import { callerLookUp, circumstancesOf, Permissions, recordUse, rootDoor } from './http/aws/protocol/index.js'
import { assumeRoleForPages, stsService } from './http/aws/sts/index.js'
import { consoleDoor, consolesInForce, consoleSubject, endFederatedConsoles, endPortalConsoles, findEnding, portalSession, startConsole, tokenSession, type ConsoleOptions } from './http/console/index.js'
import { federationDoor } from './http/federation/index.js'
import { accountDoor, accountHosts, toEntrance } from './http/entrance/index.js'
import { devDoor } from './http/dev/index.js'
import { deviceDoor } from './http/device/index.js'
import { assets } from './http/middleware/assets.js'
import { pageErrors, showError } from './http/middleware/errors.js'
import { isWorthRecording } from './http/middleware/failures.js'
import { csrfGuard } from './http/middleware/form.js'
import { front, originOf } from './http/middleware/front.js'
import { securityHeaders } from './http/middleware/headers.js'
import { renderer, type Render } from './http/middleware/render.js'
import { requestLog } from './http/middleware/request-log.js'
import { openOidc, portalClientId, type Oidc } from './http/oidc/index.js'
import { operationsDoor } from './http/operations/index.js'
import { describeDevice, isPortalStartUrl, portalDoor, requirePerson, type PortalConsoles, type SecurityNotice } from './http/portal/index.js'
import { recoveryDoor } from './http/recovery/index.js'
import { samlDoor } from './http/saml/index.js'
import { setupDoor } from './http/setup/index.js'
import type { NotifyMember } from './http/signin/index.js'
import type { RequestOrigin, Trail } from './platform/audit/index.js'
import { isLoopback } from './platform/config.js'
import { Refusal } from './platform/errors.js'
import { isMailAddress, KeptMails, type Mail } from './platform/mail/index.js'
import { placeFinder } from './platform/places.js'
import type { Executor } from './platform/storage/database.js'
import { buildRooms, type AppOptions, type Rooms } from './rooms.js'
import { mailAddressOf, signInDoors } from './sign-ins.js'

export type { AppOptions } from './rooms.js'

export interface App {
  /** Answers HTTP requests. */
  handle: ReturnType<Koa['callback']>
  hashes: PasswordHashes
  setUp: SetUp
  oidc: Oidc
  revocations: Revocations
  trail: Trail
  mail: Mail
  notices: Notices
  /** Says of a request what its owner recognises it by, for notices. */
  whereaboutsOf(origin: RequestOrigin): Whereabouts
  /** The start URL to give to command lines: an alias where the organization has one, because newer clients want it. */
  startUrl(): Promise<string>
  /** Turns readiness off, before the listener closes. */
  beginClosing(): void
  close(): Promise<void>
}

/** What every page is made with. */
interface Pages {
  csrf: Middleware
  csrfOfDocuments: Middleware
  render: Render
  errors: Parameters<typeof showError>[2]
  placeOf: (address: string) => string | undefined
}

const keysEvery = 60_000
/** Forms with a policy or metadata in them: bytes, and characters of a field. */
const documentForms = { body: 1_500_000, field: 400_000 }

/** Builds the application over open stores; `close` leaves the stores open. */
export async function buildApp(options: AppOptions): Promise<App> {
  const rooms = await buildRooms(options)
  const { settings: { config: { publicUrl }, secrets: { smtpUrl } }, log, revocations, mail } = rooms
  const pages = pagesOf(rooms)
  const oidc = await openProvider(rooms, pages)
  const letters = lettersOf(rooms, oidc, pages)
  let closing = false
  const app = mountDoors(rooms, pages, oidc, letters, () => closing)

  await revocations.start()
  mail.start()
  rooms.iam.keyUses.start()
  if (!smtpUrl) log.info({ folder: rooms.mailFolder }, 'there is no SMTP_URL: mail is written into a folder')
  const keyTimer = setInterval(() => oidc.refreshKeys().catch((error: unknown) => log.warn({ err: error }, 'signing keys could not be refreshed')), keysEvery).unref()
  return {
    handle: app.callback(),
    hashes: rooms.hashes, setUp: rooms.setUp, oidc, revocations, trail: rooms.trail, mail, notices: letters.notices, whereaboutsOf: letters.whereaboutsOf,
    startUrl: async () => (await rooms.startUrlAliases())[0] ?? new URL('/start', publicUrl).href,
    beginClosing: () => { closing = true },
    close: async () => {
      clearInterval(keyTimer)
      await Promise.all([letters.resets.settle(), letters.rootResets.settle()])
      await mail.stop()
      await rooms.iam.keyUses.stop()
      await revocations.stop()
    },
  }
}

function pagesOf({ settings: { config: { publicUrl }, secrets: { masterKey } }, organization, templates, log }: Rooms): Pages {
  return {
    csrf: csrfGuard({ key: masterKey.derive('csrf'), publicUrl }),
    csrfOfDocuments: csrfGuard({ key: masterKey.derive('csrf'), publicUrl, limits: documentForms }),
    render: renderer({ templates, organization: async () => organization.latest ?? organization.get() }),
    errors: { templates, log, home: '/start/', organization: () => organization.latest },
    placeOf: placeFinder(),
  }
}

function openProvider(rooms: Rooms, { csrf, render, errors }: Pages): Promise<Oidc> {
  const { settings: { config: { publicUrl }, secrets: { masterKey: master } }, store, clock, log, trail, signedIn, registrations, signingKeys, organization } = rooms
  return openOidc({
    publicUrl, master, store, clock, log, trail, signedIn, registrations, csrf, render, signingKeys,
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

/** What is mailed to people, and what the links in it lead to. */
function lettersOf({ database, users, accounts, store, hashes, mail, trail, clock, log, budgets, revocations, devices, recoveryCodes, mailedCodes }: Rooms, oidc: Oidc, { placeOf }: Pages) {
  const recovery = { database, hashes, mail, trail, clock }
  const notices = new Notices({
    ...recovery, devices, recoveryCodes,
    endEverything: async ({ id: ownerId, entrance }) => {
      await revocations.revoke({ kind: 'user', subject: ownerId, issuedBefore: clock(), by: 'this was not me' })
      if (entrance === '/console') return
      await oidc.sessions.endAll(ownerId)
      for (const { id } of await oidc.access.list(ownerId)) await oidc.access.revoke(ownerId, id)
    },
  })
  const whereaboutsOf = ({ sourceIPAddress, userAgent }: RequestOrigin): Whereabouts =>
    ({ at: clock(), place: [sourceIPAddress, placeOf(sourceIPAddress)].filter(Boolean).join(', '), browser: describeDevice(userAgent) })
  /** Inside of a transaction nothing else may be asked: where one connection is all there is, it would wait for itself. */
  const notifierOf = (principalOf: (id: string) => string) => async (ctx: Context, id: string, notice: Parameters<NotifyMember>[2] | SecurityNotice, tx?: Executor): Promise<void> => {
    const tell = async (executor: Executor): Promise<void> => {
      const owner = await findOwner(executor, principalOf(id))
      const to = owner && mailAddressOf(owner)
      if (!owner || (!to && !('to' in notice && notice.to))) return
      if (notice.letter === 'code') await mail.queue(executor, { to: to!, template: 'code', model: { code: notice.code, purpose: notice.purpose, minutes: notice.minutes } })
      else await notices.tell(executor, owner, { template: notice.letter, where: whereaboutsOf(originOf(ctx)), details: notice, about: 'about' in notice ? notice.about : undefined, to: ('to' in notice && notice.to) || to })
    }
    await (tx ? tell(tx) : database.transaction(tell))
  }
  const resets = { ...recovery, store, budgets, log }
  return {
    notices, whereaboutsOf, notify: notifierOf(userPrincipal), notifyRoot: notifierOf(rootPrincipal),
    resets: new Resets({
      ...resets, entrance: '/start/',
      lookUp: async (name) => {
        const byName = await users.findByUserName(name)
        return (byName ? [byName] : isMailAddress(name) ? await users.findByAddress(name) : []).map(personAsOwner)
      },
    }),
    rootResets: new Resets({ ...resets, entrance: '/console', lookUp: async (name) => [await accounts.findByRootEmail(name)].flatMap((account) => (account ? rootAsOwner(account) : [])) }),
    invitations: new Invitations({ ...recovery, budgets }), addresses: new OwnAddresses({ ...recovery, store, codes: mailedCodes }),
  }
}

type Letters = ReturnType<typeof lettersOf>

function mountDoors(rooms: Rooms, pages: Pages, oidc: Oidc, letters: Letters, isClosing: () => boolean): Koa {
  const { settings: { config, secrets: { masterKey } }, database, store, log, organization } = rooms
  const services = openServices(rooms)
  const consoles = consolesOf(rooms, pages, services)
  const app = new Koa({ proxy: true, keys: [masterKey.derive('cookies').toString('base64url')] })
  const mount = (...doors: Middleware[]): void => { for (const door of doors) app.use(door) }
  app.on('error', (error: unknown) => log.error({ err: error }, 'unexpected failure'))
  mount(
    operationsDoor({ stores: [{ name: 'database', ping: () => database.ping() }, { name: 'sessions', ping: () => store.ping() }], isClosing }),
    requestLog(log),
    securityHeaders(config.publicUrl.protocol === 'https:'),
    pageErrors(pages.errors),
    front(config),
    accountHosts(config),
    assets(),
    ...awsDoors(rooms, oidc, services),
    ...firstDoors(rooms, pages),
    async (ctx, next) => {
      // Until there is an organization, no page can be about one. The provider has its own words for a
      // database that does not answer, and publishes its keys without one.
      if (organization.latest && ctx.path.startsWith('/oidc/')) {
        organization.get().catch(() => undefined)
      } else {
        await organization.get()
        await rooms.learnManagementAccount()
      }
      await next()
    },
    oidc.provider,
    oidc.consent,
    ...signInDoors(rooms, { ...pages, ...letters, interactions: oidc.interactions, startConsole: (ctx, session, page) => startConsole(ctx, session, consoles, new URL(page, config.publicUrl).href) }),
    openRecovery(rooms, pages, oidc, letters),
    ...peoplesDoors(rooms, pages, oidc, letters, consoles),
    accountDoor({ publicUrl: config.publicUrl, csrf: pages.csrf }),
    async (ctx, next) => {
      if (ctx.path === '/' && (ctx.method === 'GET' || ctx.method === 'HEAD')) ctx.redirect('/start/')
      else await next()
    },
  )
  return app
}

function awsDoors(rooms: Rooms, { tokens }: Oidc, services: Services): Middleware[] {
  const { settings: { config: { publicUrl } }, store, log, trail, registrations, budgets, reach, roleSessions } = rooms
  return [
    openRoot(rooms, services),
    openIntrospection(rooms, services),
    ssoPortalDoor({
      tokens, findUser: (id) => rooms.users.find(id), reach, trail, log,
      issueRoleCredentials: async (ctx, user, role) => (await roleSessions.issue(user, role, 'GetRoleCredentials', originOf(ctx))).credentials,
    }),
    ssoOidcDoor({ publicUrl, registrations, tokens, store, budgets, trail, log, isStartUrl: async (url) => isPortalStartUrl(url, publicUrl, await rooms.startUrlAliases()) }),
  ]
}

/** The services that share the root of the origin, and who may do what in them: for their clients, and for the pages of the console. */
function openServices(rooms: Rooms) {
  const { trail, iam, apps, passwords, ownPasswords, hashes, throttle, acting, credentials, revocations, clock } = rooms
  const permissions = new Permissions(acting)
  const sts = stsService({
    ...acting, permissions, trail, idTokens: rooms.idTokens,
    findAccount: (id) => rooms.accounts.find(id), findKey: (id) => iam.keys.find(id), findProvider: (arn) => iam.providers.find(arn), isWorthRecording: (ctx) => isWorthRecording(ctx, rooms.store),
  })
  const forgetBrowsers = async (principal: string): Promise<void> => {
    await iam.forgetBrowsers(principal)
    await revocations.revoke({ ...consoleSubject(principal.replace(/^iam:/, '')), issuedBefore: clock(), by: 'a new password' })
  }
  const service = iamService({ ...iam, forgetBrowsers, apps, passwords, ownPasswords, hashes, throttle, permissions, trail })
  const lookUp = callerLookUp({ credentials, keys: iam.keyLookUp, findUser: acting.findUser })
  const common = { permissions, trail, managementAccount: async () => (await rooms.accounts.findManagement())?.id, organization: () => rooms.organization.get() }
  const ssoAdmin = ssoAdminService(common)
  return { services: [sts, service] as const, jsonServices: [ssoAdmin] as const, permissions, lookUp, forPages: { ...iamForPages({ service, permissions }), assumeRole: assumeRoleForPages({ service: sts, credentials }) } }
}

type Services = ReturnType<typeof openServices>

function openRoot({ clock, log, iam }: Rooms, { services, jsonServices, lookUp }: Services): Middleware {
  return rootDoor({ services, jsonServices, lookUp, onVerified: (verified) => recordUse(iam.keyUses, verified.principal, verified), clock, log })
}

function openIntrospection({ clock, log, acting, accounts }: Rooms, { permissions, lookUp }: Services): Middleware {
  return introspectionDoor({ ...acting, permissions, lookUp, clock, log, managementAccount: async () => (await accounts.findManagement())?.id })
}

/** Those that are open before there is an organization. */
function firstDoors({ settings: { config: { publicUrl }, secrets: { smtpUrl } }, mailFolder, setUp, firstPasswords, budgets }: Rooms, { csrf, render }: Pages): Middleware[] {
  return [
    // Whoever can open this page reads everybody's mail: only for trying Gatehouse on one's own machine.
    ...(!smtpUrl && isLoopback(publicUrl.hostname) ? [devDoor({ mails: new KeptMails(mailFolder), render })] : []),
    setupDoor({ setUp, newPasswords: firstPasswords, budgets, publicUrl, csrf, render }),
  ]
}

function openRecovery(rooms: Rooms, { csrf, render }: Pages, { sessions }: Oidc, { resets, rootResets, invitations, notices }: Letters): Middleware {
  const { settings: { secrets: { masterKey } }, store, budgets, clock, newPasswords, sender, revocations } = rooms
  return recoveryDoor({
    resets, rootResets, invitations, notices, store, budgets, clock, key: masterKey.derive('security check'), csrf, render, newPasswords,
    endSessions: async ({ id, entrance }) => (entrance === '/console' ? revocations.revoke({ kind: 'user', subject: id, issuedBefore: clock(), by: 'a new password' }) : sessions.endAll(id)),
    sender: async () => (await sender()).address,
  })
}

/** The portal, and what people open from it. */
function peoplesDoors(rooms: Rooms, pages: Pages, oidc: Oidc, { notify, addresses }: Letters, consoles: ConsoleOptions): Middleware[] {
  const { csrf, render, placeOf } = pages
  const { settings: { config: { publicUrl, region } }, trail, clock, users, groups, accounts, reach, marks, roleSessions, budgets } = rooms
  const { passwords, ownPasswords, newPasswords, throttle, passkeys, apps, recoveryCodes, trustedBrowsers, devices, mfa, organizationName, startUrlAliases, emailChange } = rooms
  const portal = {
    publicUrl, region, portalClientId, clock, trail, csrf, render, placeOf, notify, startUrlAliases, organizationName, reach, marks,
    passwords, ownPasswords, newPasswords, throttle, passkeys, apps, recoveryCodes, trustedBrowsers, devices, mfa,
    addresses, emailChange,
    accesses: oidc.access,
    sessions: oidc.sessions,
    findUser: (id: string) => users.find(id),
    groupsOf: (userId: string) => groups.listOf(userId),
    findAccount: (id: string) => accounts.find(id),
    issueKeys: (ctx: Context, user: { id: string; userName: string }, role: { accountId: string; permissionSet: string }) =>
      roleSessions.issue(user, role, 'GetRoleCredentials', originOf(ctx)),
    consoles: {
      start: async (ctx, user, { destination, mfaAt, ...role }) =>
        startConsole(ctx, portalSession(user, await roleSessions.issue(user, role, 'Federate', originOf(ctx)), { destination, mfaAt }), consoles),
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

function openFederation({ settings: { config: { publicUrl } }, acting, trail, store, organization }: Rooms, consoles: ConsoleOptions): Middleware {
  return federationDoor({
    ...acting, trail, tokens: acting.signinTokens, origin: publicUrl.origin,
    destinations: async () => ((await organization.get()).settings.federation as { destinations?: string[] } | undefined)?.destinations ?? [],
    startConsole: async (ctx, { session, expiresAt }, beside) => {
      const opening = tokenSession(session, { ...beside, via: 'federation', expiresAt })
      if (opening) await startConsole(ctx, opening, consoles)
    },
    endConsoles: (ctx) => endFederatedConsoles(ctx, consoles),
    isWorthRecording: (ctx) => isWorthRecording(ctx, store),
  })
}

function openSaml({ settings: { config: { publicUrl } }, acting, trail, store, log, accounts, credentials }: Rooms, { csrf, render }: Pages, consoles: ConsoleOptions): Middleware {
  return samlDoor({
    publicUrl, store, trail, log, csrf, render, roles: acting.samlRoles,
    startConsole: async (ctx, { credentials: issued, role, provider }, { subject }) => {
      const { session } = credentials.open(issued)
      const opening = session && tokenSession(session, { via: 'saml', roleArn: role.arn, principal: `saml:${provider.arn}:${subject}`, userName: subject })
      if (!opening) throw new Refusal('unavailable', 'The session could not be opened. Please try again.')
      return startConsole(ctx, opening, consoles)
    },
    findAccount: (id) => accounts.find(id),
    circumstancesOf: (ctx) => circumstancesOf(ctx) as Record<string, string>,
    isWorthRecording: (ctx) => isWorthRecording(ctx, store),
  })
}

function consolesOf(rooms: Rooms, { csrf, csrfOfDocuments, render }: Pages, { forPages }: Services): ConsoleOptions {
  const { settings: { config: { publicUrl, region } }, database, mail, consoleSessions, accounts, users, passwords, revocations, trail, clock, iam } = rooms
  const { newPasswords: rootPasswords, ownPasswords, throttle, factorTries, mailedCodes, apps, passkeys, devices } = rooms
  return {
    sessions: consoleSessions, region, secure: publicUrl.protocol === 'https:', trail, clock, csrf, csrfOfDocuments, render, actions: forPages,
    rooms: { ...iam, virtualDevices: iam.devices, rootPasswords, passwords, ownPasswords, throttle, factorTries, mailedCodes, apps, passkeys, devices },
    endSessions: (subject, until) => revocations.revoke({ ...consoleSubject(subject), issuedBefore: until, by: 'a new password' }),
    sendCode: (to, code) => database.transaction((tx) => mail.queue(tx, { to, template: 'address-code', model: { ...code, address: to } })),
    countIn: (id) => iam.summaryOf(id),
    closeAccount: (id) => database.transaction((tx) => new Accounts(tx).remove([id])),
    entrance: (ctx) => toEntrance(ctx, { publicUrl }),
    findAccount: (id) => accounts.find(id),
    isInForce: consolesInForce({ revocations, accounts, users, passwords, iamUsers: iam.users, roles: iam.roles }),
  }
}
