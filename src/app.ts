// Builds every room and mounts every door; the only file that knows them all.
import { join } from 'node:path'
import Koa from 'koa'
import type { Context } from 'koa'
import { ApplicationCache, Applications, Marks, Reach, Registrations } from './domain/access/index.js'
import { Accounts } from './domain/accounts/index.js'
import { AuthenticatorApps, Budgets, countDevices, defaultPasswordPolicy, FactorTries, HashQueue, MailedCodes, NewPasswords, OwnDevices, PasskeyCeremonies, PasskeyChallenges, Passkeys, PasswordHashes, Passwords, policyOf, RecoveryCodes, Throttle, TrustedBrowsers, userPrincipal } from './domain/authentication/index.js'
import { Credentials, Revocations, RoleSessions } from './domain/credentials/index.js'
import { Groups, primaryEmail, Users, type User } from './domain/directory/index.js'
import { SetUp } from './domain/set-up/index.js'
import { Invitations, Notices, Resets, VerifiedAddresses, type Whereabouts } from './domain/recovery/index.js'
import { Attempts, ConsoleSessions, SignedIn } from './domain/sessions/index.js'
import { OrganizationCache, Organizations } from './domain/settings/index.js'
import { ssoOidcDoor } from './http/aws/sso-oidc/index.js'
import { ssoPortalDoor } from './http/aws/sso-portal/index.js'
import { stsDoor } from './http/aws/sts/index.js'
import { consoleDoor, endConsoles, findEnding, startConsole } from './http/console/index.js'
import { devDoor } from './http/dev/index.js'
import { deviceDoor } from './http/device/index.js'
import { assets } from './http/middleware/assets.js'
import { pageErrors, showError } from './http/middleware/errors.js'
import { isWorthRecording } from './http/middleware/failures.js'
import { csrfGuard } from './http/middleware/form.js'
import { front, originOf } from './http/middleware/front.js'
import { securityHeaders } from './http/middleware/headers.js'
import { renderer } from './http/middleware/render.js'
import { requestLog } from './http/middleware/request-log.js'
import { openOidc, portalClientId, type Oidc } from './http/oidc/index.js'
import { operationsDoor } from './http/operations/index.js'
import { describeDevice, isPortalStartUrl, portalDoor, requirePerson, type PortalConsoles, type SecurityNotice } from './http/portal/index.js'
import { recoveryDoor } from './http/recovery/index.js'
import { setupDoor } from './http/setup/index.js'
import { signinDoor, type NotifyPerson } from './http/signin/index.js'
import { Trail, type RequestOrigin } from './platform/audit/index.js'
import { systemClock, type Clock } from './platform/clock.js'
import { isLoopback, type Settings } from './platform/config.js'
import { SigningKeys, Sealer } from './platform/keys/index.js'
import { LeakedPasswords } from './platform/leaked-passwords/index.js'
import type { Log } from './platform/log.js'
import { folderPost, isMailAddress, KeptMails, Mail, smtpPost } from './platform/mail/index.js'
import { placeFinder } from './platform/places.js'
import type { Database, Executor } from './platform/storage/database.js'
import type { EphemeralStore } from './platform/storage/ephemeral.js'
import { openTemplates } from './platform/templates/index.js'

export interface AppOptions {
  settings: Settings
  database: Database
  store: EphemeralStore
  log: Log
  clock?: Clock
  /** A folder of templates to compile now; the built ones unless told. */
  views?: string | undefined
}

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

/** Where mail to a person goes, where it can be sent. */
function mailAddressOf({ emails }: User): string | undefined {
  const address = primaryEmail(emails)
  return address && isMailAddress(address) ? address : undefined
}

const keysEvery = 60_000
const revocationsEvery = 500

/** Builds the application over open stores; `close` leaves the stores open. */
export async function buildApp(options: AppOptions): Promise<App> {
  const { settings: { config, secrets: { masterKey: master, smtpUrl } }, database, store, log, clock = systemClock } = options
  const { publicUrl, region } = config
  const secure = publicUrl.protocol === 'https:'

  const users = new Users(database)
  const groups = new Groups(database)
  const accounts = new Accounts(database)
  const applications = new ApplicationCache(new Applications(database), clock)
  const reach = new Reach(database)
  const marks = new Marks(database)
  const registrations = new Registrations(master, clock)
  const organization = new OrganizationCache(new Organizations(database), clock)
  const hashes = new PasswordHashes({ master, queue: new HashQueue({ concurrency: config.hashConcurrency }), cost: config.bcryptCost })
  const passwords = new Passwords(database, hashes)
  const leaks = new LeakedPasswords({ source: config.leakedPasswords, log })
  const newPasswords = new NewPasswords({
    passwords, leaks,
    policy: async () => policyOf((await organization.get()).settings.passwordPolicy as Parameters<typeof policyOf>[0]),
    contextWords: async () => ['gatehouse', ...(await organization.get()).name.split(/\s+/)],
  })
  const budgets = new Budgets(store, clock)
  const signedIn = new SignedIn(store, clock)
  const revocations = new Revocations({ store: database, clock, log, ...(database.kind === 'postgres' && { refreshEvery: revocationsEvery }) })
  const credentials = new Credentials({ master, clock, revocations })
  const ownPasskeys = new Passkeys(database)
  const passkeys = new PasskeyCeremonies({ passkeys: ownPasskeys, challenges: new PasskeyChallenges(store), publicUrl, organizationName: async () => (await organization.get()).name })
  const setUp = new SetUp({ database, store, hashes, clock, region })

  let managementAccount = (await accounts.findManagement())?.id
  const trail = new Trail({ sql: database, clock, region, ownerAccountId: () => managementAccount, directoryId: () => organization.latest?.id })
  const roleSessions = new RoleSessions({
    requireRole: (userId, accountId, name) => reach.requireRole(userId, accountId, name),
    directoryId: async () => (await organization.get()).id,
    credentials, region, trail,
  })

  const templates = await openTemplates({ views: options.views })
  const errors = { templates, log, home: '/start/', organization: () => organization.latest }
  const mailFolder = join(config.dataDir, 'mail')
  const sender = async () => {
    const { name, settings } = await organization.get()
    return { name, address: (settings.mail as { from?: string } | undefined)?.from ?? `no-reply@login.${publicUrl.hostname}` }
  }
  const mail = new Mail({ sql: database, master, clock, log, publicUrl, templates, sender, post: smtpUrl ? smtpPost(smtpUrl) : folderPost(mailFolder) })
  const render = renderer({ templates, organization: async () => organization.latest ?? organization.get() })
  const csrf = csrfGuard({ key: master.derive('csrf'), publicUrl })
  const placeOf = placeFinder()
  const findUser = (id: string) => users.find(id)
  const findAccount = (id: string) => accounts.find(id)
  const groupsOf = (userId: string) => groups.listOf(userId)
  const startUrlAliases = async () => (await organization.get()).startUrlAliases

  const oidc = await openOidc({
    publicUrl, master, store, clock, log, trail, signedIn, registrations, csrf, render, findUser, groupsOf,
    signingKeys: new SigningKeys({ database, sealer: new Sealer(master, 'signing keys'), clock }),
    getUser: (id) => users.get(id),
    findApplication: (clientId) => applications.findByClientId(clientId),
    isVerifiedAddress: (userId, address) => new VerifiedAddresses(database, clock).has(userPrincipal(userId), address),
    isAssigned: (userId, clientId) => reach.mayUseClient(userId, clientId),
    portalSession: () => organization.latest?.portalSession ?? 8 * 3600,
    showError: (ctx, error) => showError(ctx as unknown as Context, error, errors),
  })

  const trustedBrowsers = new TrustedBrowsers(database, clock)
  const recovery = { database, hashes, mail, trail, clock }
  const resets = new Resets({ ...recovery, store, budgets, log })
  const notices = new Notices({
    ...recovery,
    endEverything: async (userId) => {
      await revocations.revoke({ kind: 'user', subject: userId, issuedBefore: clock(), by: 'this was not me' })
      await oidc.sessions.endAll(userId)
      await trustedBrowsers.revokeAll(userPrincipal(userId))
      for (const { id } of await oidc.access.list(userId)) await oidc.access.revoke(userId, id)
    },
  })
  const whereaboutsOf = ({ sourceIPAddress, userAgent }: RequestOrigin): Whereabouts =>
    ({ at: clock(), place: [sourceIPAddress, placeOf(sourceIPAddress)].filter(Boolean).join(', '), browser: describeDevice(userAgent) })
  const apps = new AuthenticatorApps({ database, sealer: new Sealer(master, 'authenticator apps'), clock })
  const recoveryCodes = new RecoveryCodes({ database, key: master.derive('recovery codes') })
  const mfa = async () => (await organization.get()).mfa
  const findMailAddress = async (userId: string): Promise<string | undefined> => {
    const user = await users.find(userId)
    return user && mailAddressOf(user)
  }
  const notify = async (ctx: Context, userId: string, notice: Parameters<NotifyPerson>[2] | SecurityNotice, tx?: Executor): Promise<void> => {
    const tell = async (executor: Executor): Promise<void> => {
      // Inside of a transaction nothing else may be asked: where one connection is all there is, it would wait for itself.
      const user = await new Users(executor).find(userId)
      const to = user && mailAddressOf(user)
      if (!to) return
      if (notice.letter !== 'code') return notices.tell(executor, user, notice.letter, whereaboutsOf(originOf(ctx)), notice)
      await mail.queue(executor, { to, template: 'code', model: { code: notice.code, purpose: notice.purpose, minutes: notice.minutes } })
    }
    await (tx ? tell(tx) : database.transaction(tell))
  }

  const consoleOptions = {
    sessions: new ConsoleSessions(store, clock), findAccount, region, secure, trail, csrf, render,
    isInForce: async ({ userId, roleId, accessKeyId, startedAt }: { userId: string; roleId: string; accessKeyId: string; startedAt: number }) => revocations.check(
      [{ kind: 'user', subject: userId }, { kind: 'role', subject: roleId }, { kind: 'session', subject: accessKeyId }], startedAt) === 'in-force' && (await users.find(userId))?.active === true,
  }
  const throttle = new Throttle(budgets)
  const portalOptions = {
    passwords, newPasswords, throttle, clock, accesses: oidc.access, notify, passkeys, apps, recoveryCodes, trustedBrowsers, mfa,
    organizationName: async () => (await organization.get()).name,
    devices: new OwnDevices({ sql: database, keepers: { passkey: ownPasskeys, totp: apps } }),
    publicUrl, region, portalClientId, findUser, groupsOf, findAccount, startUrlAliases, reach, marks, placeOf, trail, csrf, render,
    sessions: oidc.sessions,
    issueKeys: (ctx: Context, user: { id: string; userName: string }, role: { accountId: string; permissionSet: string }) =>
      roleSessions.issue(user, role, 'GetRoleCredentials', originOf(ctx)),
    consoles: {
      start: async (ctx, user, { destination, ...role }) => startConsole(ctx, user, await roleSessions.issue(user, role, 'Federate', originOf(ctx)), destination, consoleOptions),
      findEnding: (ctx, user, role) => findEnding(ctx, user, role, consoleOptions),
      endAll: (ctx) => endConsoles(ctx, consoleOptions),
    } satisfies PortalConsoles,
  }

  let closing = false
  const app = new Koa({ proxy: true, keys: [master.derive('cookies').toString('base64url')] })
  app.on('error', (error: unknown) => log.error({ err: error }, 'unexpected failure'))
  app.use(operationsDoor({ stores: [{ name: 'database', ping: () => database.ping() }, { name: 'sessions', ping: () => store.ping() }], isClosing: () => closing }))
  app.use(requestLog(log))
  app.use(securityHeaders(secure))
  app.use(pageErrors(errors))
  app.use(front(config))
  app.use(assets())
  app.use(stsDoor({ credentials, log, clock }))
  app.use(ssoPortalDoor({
    tokens: oidc.tokens, findUser, reach, trail, log,
    issueRoleCredentials: async (ctx, user, role) => (await roleSessions.issue(user, role, 'GetRoleCredentials', originOf(ctx))).credentials,
  }))
  app.use(ssoOidcDoor({ publicUrl, registrations, tokens: oidc.tokens, store, budgets, trail, log, isStartUrl: async (url) => isPortalStartUrl(url, publicUrl, await startUrlAliases()) }))
  // Whoever can open this page reads everybody's mail: only for trying Gatehouse on one's own machine.
  if (!smtpUrl && isLoopback(publicUrl.hostname)) app.use(devDoor({ mails: new KeptMails(mailFolder), render }))
  app.use(setupDoor({ setUp, newPasswords: new NewPasswords({ passwords, leaks, policy: async () => defaultPasswordPolicy, contextWords: async () => [] }), budgets, publicUrl, csrf, render }))
  app.use(async (ctx, next) => {
    // Until there is an organization, no page can be about one. The provider has its own words for a
    // database that does not answer, and publishes its keys without one.
    if (organization.latest && ctx.path.startsWith('/oidc/')) {
      organization.get().catch(() => undefined)
    } else {
      await organization.get()
      managementAccount ??= (await accounts.findManagement())?.id
    }
    await next()
  })
  app.use(oidc.provider)
  app.use(oidc.consent)
  app.use(signinDoor({
    interactions: oidc.interactions, attempts: new Attempts(store), passwords, newPasswords, throttle, trail, clock, secure, csrf, render,
    loginTo: new URL('/start', publicUrl).href,
    mfa,
    countDevices: (principal) => countDevices(database, principal),
    apps, recoveryCodes, mailedCodes: new MailedCodes({ store, budgets, key: master.derive('mailed codes') }), factorTries: new FactorTries(budgets),
    organizationName: async () => (await organization.get()).name,
    notify,
    trustedBrowsers,
    findMailAddress,
    findUserByName: (name) => users.findByUserName(name),
    findUser, passkeys,
    worthRecording: (ctx) => isWorthRecording(ctx, store),
    getUser: (id) => users.get(id),
  }))
  app.use(recoveryDoor({
    resets, invitations: new Invitations({ ...recovery, store }), notices, store, budgets, clock, key: master.derive('security check'), csrf, render,
    newPasswords,
    endSessions: (userId) => oidc.sessions.endAll(userId),
    sender: async () => (await sender()).address,
  }))
  app.use(portalDoor(portalOptions))
  app.use(deviceDoor({ codes: oidc.tokens, requirePerson: (ctx) => requirePerson(ctx, portalOptions), placeOf, budgets, trail, csrf, render }))
  app.use(consoleDoor(consoleOptions))
  app.use(async (ctx, next) => {
    if (ctx.path === '/' && (ctx.method === 'GET' || ctx.method === 'HEAD')) ctx.redirect('/start/')
    else await next()
  })

  await revocations.start()
  mail.start()
  if (!smtpUrl) log.info({ folder: mailFolder }, 'there is no SMTP_URL: mail is written into a folder')
  const keyTimer = setInterval(() => oidc.refreshKeys().catch((error: unknown) => log.warn({ err: error }, 'signing keys could not be refreshed')), keysEvery).unref()
  return {
    handle: app.callback(),
    hashes, setUp, oidc, revocations, trail, mail, notices, whereaboutsOf,
    startUrl: async () => (await startUrlAliases())[0] ?? new URL('/start', publicUrl).href,
    beginClosing: () => { closing = true },
    close: async () => {
      clearInterval(keyTimer)
      await resets.settle()
      await mail.stop()
      await revocations.stop()
    },
  }
}
