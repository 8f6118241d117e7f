// The door itself: every page below it belongs to the person of this browser's portal session.
import { Router } from '@koa/router'
import type { Context, Middleware } from 'koa'
import type { Marks, Reach } from '../../domain/access/index.js'
import type { Account } from '../../domain/accounts/index.js'
import type { NewPasswords, OwnDevices, PasswordChanges, Passwords, Throttle } from '../../domain/authentication/index.js'
import type { RoleSession } from '../../domain/credentials/index.js'
import type { Group, User } from '../../domain/directory/index.js'
import type { ConsoleSession, SignedInSession, Voucher } from '../../domain/sessions/index.js'
import type { MfaSettings } from '../../domain/settings/index.js'
import type { Trail } from '../../platform/audit/index.js'
import type { Clock } from '../../platform/clock.js'
import { Refusal } from '../../platform/errors.js'
import type { Executor } from '../../platform/storage/database.js'
import { queryOf } from '../middleware/form.js'
import type { Render } from '../middleware/render.js'
import { accessKeys } from './access-keys.js'
import { accounts, favourites } from './accounts.js'
import { applications } from './applications.js'
import { consoleLink, openConsole } from './console-link.js'
import { mountEmail, type PortalAddresses } from './email.js'
import { profile } from './profile.js'
import type { PortalAccesses } from './security-access.js'
import type { PortalApps } from './security-app.js'
import type { PortalTrustedBrowsers } from './security-browsers.js'
import type { PortalRecoveryCodes } from './security-codes.js'
import type { PortalPasskeys } from './security-passkey.js'
import { mountSecurity } from './security-routes.js'
import { signedOut, signOut } from './sign-out.js'
import { mountRequests, type PortalRequests } from './requests.js'
import { requirePerson, type Person } from './sign-in.js'

/** What the portal needs of whoever keeps its session. */
export interface PortalSessions {
  find(ctx: Context): Promise<{ uid: string; userId: string; authTime: number; amr: string[] } | undefined>
  list(userId: string): Promise<SignedInSession[]>
  end(userId: string, uid: string): Promise<unknown>
  endCurrent(ctx: Context): Promise<void>
}

interface Role {
  accountId: string
  permissionSet: string
}

/** What the portal needs of whoever keeps the console sessions of a browser. */
export interface PortalConsoles {
  /** Opens a session for a role, and returns where to go; `mfaAt` in milliseconds, where a second factor was proved. */
  start(ctx: Context, user: User, role: Role & { destination?: string; mfaAt?: number }): Promise<string>
  /** Finds the session that opening this one would end. */
  findEnding(ctx: Context, user: User, role: Role): Promise<Pick<ConsoleSession, 'label' | 'accountId' | 'accountName' | 'startedAt'> | undefined>
  endAll(ctx: Context): Promise<void>
}

/** What a person is told of by mail. */
export type SecurityNotice = { letter: 'password-changed' } | { letter: 'factor-added'; factor: string; about: { device: string } } | { letter: 'factor-removed'; factor: string }
  | { letter: 'factor-renamed'; factor: string; was: string }
  | { letter: 'address-changed'; to: string | undefined; was: string; is: string; about: { address: { was: string; is: string } } }

export interface PortalOptions {
  publicUrl: URL
  region: string
  portalClientId: string
  sessions: PortalSessions
  /** Who vouched for the person of a session, by its uid. */
  vouchers: { find(uid: string): Promise<Voucher | undefined> }
  /** Begins to sign out there, too, where that is wanted; says which page of ours leads on. */
  leaveSource: (voucher: Voucher) => Promise<string | undefined>
  findUser: (id: string) => Promise<User | undefined>
  groupsOf: (userId: string) => Promise<Group[]>
  findAccount: (id: string) => Promise<Account | undefined>
  /** Where somebody administers the organization; undefined for those who hold nothing there. */
  administrationUrl: (userId: string) => Promise<string | undefined>
  startUrlAliases: () => Promise<string[]>
  reach: Reach
  requests: PortalRequests
  marks: Marks
  issueKeys: (ctx: Context, user: User, role: Role) => Promise<RoleSession>
  consoles: PortalConsoles
  accesses: PortalAccesses
  addresses: PortalAddresses
  /** Whether people change their own mail addresses. */
  emailChange: () => Promise<boolean>
  passwords: Pick<Passwords, 'find' | 'check'>
  passwordChanges: Pick<PasswordChanges, 'replace'>
  newPasswords: Pick<NewPasswords, 'rules' | 'judge'>
  throttle: Throttle
  /** Tells a person by mail what was changed; with `tx`, in the transaction that changes it. */
  notify: (ctx: Context, userId: string, notice: SecurityNotice, tx?: Executor) => Promise<void>
  devices: Pick<OwnDevices, 'list' | 'get' | 'rename' | 'remove'>
  passkeys: PortalPasskeys
  apps: PortalApps
  organizationName: () => Promise<string>
  recoveryCodes: PortalRecoveryCodes
  trustedBrowsers: PortalTrustedBrowsers
  mfa: () => Promise<MfaSettings>
  clock: Clock
  /** Names the place of an address, where that is known. */
  placeOf: (address: string) => string | undefined
  trail: Trail
  csrf: Middleware
  render: Render
}

/** A request of somebody who is signed in. */
export interface Visit extends Person {
  ctx: Context
  /** Renders a page in the portal's frame. */
  show(view: string, model: object): Promise<void>
}

export type Page = (visit: Visit) => Promise<void>

/** Mounts the portal. */
export function portalDoor(options: PortalOptions): Middleware {
  const router = new Router({ prefix: '/start' })
  const { csrf } = options
  const person = (page: Page): Middleware => async (ctx) => {
    const here = await requirePerson(ctx, options)
    if (!here) return
    const { displayName, userName } = here.user
    const show: Visit['show'] = async (view, model) => {
      const [asking, administrationUrl] = await Promise.all([askingOf(here.user, options), options.administrationUrl(here.user.id)])
      await options.render(ctx, view, { person: { displayName, userName }, asking, administrationUrl, ...model })
    }
    await page({ ctx, ...here, show })
  }

  router.head('/', startUrlHead(options))
  router.get('/signed-out', csrf, signedOut(options))
  router.post('/sign-out', csrf, signOut(options))
  router.get('/signed-in', returnFromSignIn)
  router.get('/', csrf, person(accounts(options)))
  router.post('/favourites', csrf, person(favourites(options)))
  router.get('/access-keys', csrf, person(accessKeys(options)))
  router.get('/applications', csrf, person(applications(options)))
  router.get('/console', csrf, person(consoleLink(options)))
  router.post('/console', csrf, person(openConsole(options)))
  router.get('/profile', csrf, person(profile(options)))
  mountEmail(router, person, options)
  mountSecurity(router, person, options)
  mountRequests(router, person, options)
  return router.routes() as unknown as Middleware
}

/** What the tabs say of requests; nothing to people who may neither ask nor answer. */
async function askingOf({ id }: User, { requests }: PortalOptions): Promise<{ toAnswer: number } | undefined> {
  const { toAnswer, mayAsk } = await requests.history.glance(id)
  return mayAsk || toAnswer > 0 ? { toAnswer } : undefined
}

/** Newer command lines ask for the start URL's real home before they use it; the alias is the answer. */
function startUrlHead({ startUrlAliases }: PortalOptions): Middleware {
  return async (ctx) => {
    const [alias] = await startUrlAliases()
    if (alias) ctx.redirect(alias)
    else ctx.status = 200
  }
}

/** Where the provider sends the browser after a sign-in; `state` is the page that was asked for. */
const returnFromSignIn: Middleware = (ctx) => {
  const { state = '', error } = queryOf(ctx)
  if (error) throw new Refusal('not-signed-in', 'The sign-in was not finished. Please try again.')
  ctx.redirect(isOwnPage(state) ? state : '/start/')
}

/** A page of the portal or the device page on this origin, in characters that a browser reads in one way only. */
export const isOwnPage = (page: string): boolean => /^\/(start|device)([/?][!-[\]-~]*)?$/.test(page)
