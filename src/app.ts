// Mounts every door over the rooms below them, in their order; with src/wiring the only place that knows them all.
import Koa from 'koa'
import type { Middleware } from 'koa'
import type { PasswordHashes } from './domain/authentication/index.js'
import type { Revocations } from './domain/credentials/index.js'
import { Notices, type Whereabouts } from './domain/recovery/index.js'
import type { SourceSyncs } from './domain/identity-sources/index.js'
import type { SetUp } from './domain/set-up/index.js'
import { startConsole } from './http/console/index.js'
import { accountDoor, accountHosts } from './http/entrance/index.js'
import { devDoor } from './http/dev/index.js'
import { assets } from './http/middleware/assets.js'
import { branding } from './http/middleware/branding.js'
import { pageErrors } from './http/middleware/errors.js'
import { isWorthRecording } from './http/middleware/failures.js'
import { front } from './http/middleware/front.js'
import { securityHeaders } from './http/middleware/headers.js'
import { networkGuard } from './http/middleware/networks.js'
import { requestLog } from './http/middleware/request-log.js'
import type { Oidc } from './http/oidc/index.js'
import { operationsDoor } from './http/operations/index.js'
import { portalHosts } from './http/portal/index.js'
import { recoveryDoor } from './http/recovery/index.js'
import { setupDoor } from './http/setup/index.js'
import { applicationLogout } from './http/signin/index.js'
import type { RequestOrigin, Trail } from './platform/audit/index.js'
import { isLoopback } from './platform/config.js'
import { KeptMails, type Mail } from './platform/mail/index.js'
import { openAdmin } from './wiring/admin.js'
import { awsDoors, openServices } from './wiring/aws.js'
import { consolesOf } from './wiring/consoles.js'
import { logoutsOf, sourceSyncsOf, type Logouts } from './wiring/identity-sources.js'
import { incidentsOf, type Incidents } from './wiring/incidents.js'
import { lettersOf, type Letters } from './wiring/letters.js'
import { pagesOf, type Pages } from './wiring/pages.js'
import { metricsOf } from './wiring/metrics.js'
import { peoplesDoors } from './wiring/portal.js'
import { openProvider } from './wiring/provider.js'
import { buildRooms, type AppOptions, type Rooms } from './wiring/rooms.js'
import { openScim } from './wiring/scim.js'
import { signInDoors } from './wiring/sign-ins.js'

export type { AppOptions } from './wiring/rooms.js'

export interface App {
  /** Answers HTTP requests. */
  handle: ReturnType<Koa['callback']>
  /** Answers monitors, on a port that is theirs. */
  metrics: () => ReturnType<typeof metricsOf>
  hashes: PasswordHashes
  setUp: SetUp
  oidc: Oidc
  revocations: Revocations
  trail: Trail
  mail: Mail
  notices: Notices
  incidents: Incidents
  /** Says of a request what its owner recognises it by, for notices. */
  whereaboutsOf(origin: RequestOrigin): Whereabouts
  /** The start URL to give to command lines: an alias where the organization has one, because newer clients want it. */
  startUrl(): Promise<string>
  /** Turns readiness off, before the listener closes. */
  beginClosing(): void
  close(): Promise<void>
}

const keysEvery = 60_000
const purgeEvery = 600_000

/** Builds the application over open stores; `close` leaves the stores open. */
export async function buildApp(options: AppOptions): Promise<App> {
  const rooms = await buildRooms(options)
  const { settings: { config: { publicUrl }, secrets: { smtpUrl } }, log, revocations, mail } = rooms
  const pages = pagesOf(rooms)
  const oidc = await openProvider(rooms, pages)
  const letters = lettersOf(rooms, oidc, pages)
  let closing = false
  const incidents = incidentsOf(rooms, oidc)
  const sourceSyncs = sourceSyncsOf(rooms, letters)
  const logouts = logoutsOf(rooms, oidc)
  const app = mountDoors(rooms, { pages, oidc, letters, incidents, sourceSyncs, logouts }, () => closing)

  await revocations.start()
  mail.start()
  rooms.dueRequests.start()
  rooms.assignmentJobs.start()
  rooms.tokenWarnings.start()
  rooms.certificateWarnings.start()
  rooms.samlKeyWarnings.start()
  rooms.metadataRefresh.start()
  sourceSyncs.start()
  logouts.deletedSources.start()
  oidc.backChannel.start()
  rooms.iam.keyUses.start()
  rooms.keyFetches.start()
  rooms.audit.keeping.start()
  rooms.audit.streams.start()
  if (!smtpUrl) log.info({ folder: rooms.mailFolder }, 'there is no SMTP_URL: mail is written into a folder')
  const keyTimer = setInterval(() => Promise.all([oidc.refreshKeys(), rooms.samlKeys.flushUses()]).catch((error: unknown) => log.warn({ err: error }, 'signing keys could not be refreshed')), keysEvery).unref()
  const purgeTimer = setInterval(() => rooms.deletedUsers.purge().catch((error: unknown) => log.warn({ err: error }, 'people who were deleted could not be removed for good')), purgeEvery).unref()
  return {
    handle: app.callback(), metrics: () => metricsOf(rooms),
    hashes: rooms.hashes, setUp: rooms.setUp, oidc, revocations, trail: rooms.trail, mail, notices: letters.notices, incidents, whereaboutsOf: letters.whereaboutsOf,
    startUrl: async () => (await rooms.startUrlAliases())[0] ?? new URL('/start', publicUrl).href,
    beginClosing: () => { closing = true },
    close: async () => {
      clearInterval(keyTimer)
      clearInterval(purgeTimer)
      await Promise.all([letters.resets.settle(), letters.rootResets.settle()])
      await rooms.dueRequests.stop()
      await rooms.assignmentJobs.stop()
      await rooms.tokenWarnings.stop()
      await rooms.certificateWarnings.stop()
      await rooms.samlKeyWarnings.stop()
      await rooms.metadataRefresh.stop()
      await sourceSyncs.stop()
      await logouts.deletedSources.stop()
      await oidc.backChannel.stop()
      await mail.stop()
      await rooms.iam.keyUses.stop()
      await rooms.keyFetches.stop()
      await revocations.stop()
      // The last event is signed, and then sent on.
      await rooms.audit.keeping.stop()
      await rooms.audit.streams.stop()
    },
  }
}

function mountDoors(rooms: Rooms, { pages, oidc, letters, incidents, sourceSyncs, logouts }: { pages: Pages; oidc: Oidc; letters: Letters; incidents: Incidents; sourceSyncs: SourceSyncs; logouts: Logouts }, isClosing: () => boolean): Koa {
  const { settings: { config, secrets: { masterKey } }, database, store, log, organization } = rooms
  const services = openServices(rooms, letters, { ...incidents, ...logouts, sourceSyncs })
  const consoles = consolesOf(rooms, pages, services, letters)
  const app = new Koa({ proxy: true, keys: [masterKey.derive('cookies').toString('base64url')] })
  const latestOrganization = async () => organization.latest ?? organization.get().catch(() => undefined)
  const mount = (...doors: Middleware[]): void => { for (const door of doors) app.use(door) }
  app.on('error', (error: unknown) => log.error({ err: error }, 'unexpected failure'))
  mount(
    operationsDoor({ stores: [{ name: 'database', ping: () => database.ping() }, { name: 'sessions', ping: () => store.ping() }], streams: () => rooms.audit.streams.states(), isClosing }),
    requestLog(log),
    securityHeaders(config.publicUrl.protocol === 'https:'),
    pageErrors(pages.errors),
    front(config),
    accountHosts(config),
    portalHosts({ publicUrl: config.publicUrl, find: latestOrganization }),
    assets(),
    branding(latestOrganization),
    ...awsDoors(rooms, oidc, services),
    openScim(rooms, letters),
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
    networkGuard(() => organization.get(), async (ctx, event) => { if (await isWorthRecording(ctx, store)) await rooms.trail.record(event) }),
    applicationLogout({ sessions: oidc.sessions, ...logouts, publicUrl: config.publicUrl }),
    oidc.provider,
    oidc.consent,
    ...signInDoors(rooms, { ...pages, ...letters, ...logouts, interactions: oidc.interactions, sessions: oidc.sessions, startConsole: (ctx, session, page) => startConsole(ctx, session, consoles, { loginTo: new URL(page, config.publicUrl).href }) }),
    openRecovery(rooms, pages, oidc, letters),
    ...peoplesDoors(rooms, pages, oidc, { ...letters, ...logouts }, consoles),
    openAdmin(rooms, pages, services, consoles),
    accountDoor({ publicUrl: config.publicUrl, csrf: pages.csrf }),
    async (ctx, next) => {
      if (ctx.path === '/' && (ctx.method === 'GET' || ctx.method === 'HEAD')) ctx.redirect('/start/')
      else await next()
    },
  )
  return app
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
    endSessions: async ({ id, entrance }) => {
      if (entrance === '/console') await revocations.revoke({ kind: 'user', subject: id, issuedBefore: clock(), by: 'a new password' })
      else await sessions.endAll(id)
    },
    sender: async () => (await sender()).address,
  })
}
