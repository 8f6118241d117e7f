// The door itself: the current session's home, switching between sessions, and signing out of them.
import { Router } from '@koa/router'
import type { Context, Middleware } from 'koa'
import type { Account } from '../../domain/accounts/index.js'
import type { RoleSession } from '../../domain/credentials/index.js'
import type { User } from '../../domain/directory/index.js'
import { mostConsoleSessions, type ConsoleSession, type ConsoleSessions } from '../../domain/sessions/index.js'
import type { Trail } from '../../platform/audit/index.js'
import { cookieName, cookieOptions } from '../middleware/cookies.js'
import { formOf } from '../middleware/form.js'
import { originOf } from '../middleware/front.js'
import type { Render } from '../middleware/render.js'

export interface ConsoleOptions {
  sessions: ConsoleSessions
  findAccount: (id: string) => Promise<Account | undefined>
  /** False for credentials that were revoked since, and for a person who was disabled or has left. */
  isInForce: (session: ConsoleSession) => Promise<boolean>
  region: string
  secure: boolean
  trail: Trail
  csrf: Middleware
  render: Render
}

const portal = '/start/'

/** Mounts the console. */
export function consoleDoor(options: ConsoleOptions): Middleware {
  const { csrf } = options
  const router = new Router({ prefix: '/console' })
  router.get('/', csrf, async (ctx) => {
    const sessions = await liveSessions(ctx, options)
    const current = currentOf(ctx, sessions, options)
    if (current) await home(ctx, current, sessions, options)
    else ctx.redirect(portal)
  })
  router.post('/switch', csrf, async (ctx) => {
    const chosen = (await liveSessions(ctx, options)).find(({ id }) => id === formOf(ctx).session)
    if (chosen) choose(ctx, chosen, options)
    ctx.status = 303
    ctx.redirect('/console')
  })
  router.post('/sign-out', csrf, async (ctx) => {
    await signOut(ctx, formOf(ctx).session ?? '', options)
    ctx.status = 303
    ctx.redirect('/console')
  })
  return router.routes() as unknown as Middleware
}

/** Opens a session in this browser and returns its home. */
export async function startConsole(ctx: Context, user: User, role: RoleSession, destination: string | undefined, options: ConsoleOptions): Promise<string> {
  const [account, ending] = await Promise.all([options.findAccount(role.accountId), findEnding(ctx, user, role, options)])
  const { secret, session } = await options.sessions.start(secretOf(ctx, options), {
    userId: user.id, userName: user.userName, accountId: role.accountId, accountName: account?.name ?? role.accountId,
    permissionSet: role.permissionSet, roleName: role.roleName, roleId: role.roleId, roleArn: role.roleArn, sessionName: role.sessionName, arn: role.arn,
    accessKeyId: role.credentials.accessKeyId, expiresAt: role.credentials.expiration,
    ...(destination ?? role.relayState ? { destination: destination ?? role.relayState } : {}),
  })
  if (ending) await recordSignOut(ctx, ending, options)
  await options.trail.record({
    ...consoleEvent(ctx, session), eventName: 'ConsoleLogin',
    responseElements: { ConsoleLogin: 'Success' }, additionalEventData: { MobileVersion: 'No', MFAUsed: 'No' },
  })
  ctx.cookies.set(cookieName('console', options.secure), secret, cookieOptions(options.secure))
  choose(ctx, session, options)
  return '/console'
}

/** Finds the session that opening this role would end: the oldest of five, unless the role is open already. */
export async function findEnding(ctx: Context, user: User, role: { accountId: string; permissionSet: string }, options: ConsoleOptions): Promise<ConsoleSession | undefined> {
  const others = (await options.sessions.list(secretOf(ctx, options)))
    .filter((session) => session.userId !== user.id || session.accountId !== role.accountId || session.permissionSet !== role.permissionSet)
  return others[mostConsoleSessions - 1]
}

/** Ends every session of this browser. */
export async function endConsoles(ctx: Context, options: ConsoleOptions): Promise<void> {
  if (!secretOf(ctx, options)) return
  await signOut(ctx, 'all', options)
  for (const name of ['console', 'console-current']) ctx.cookies.set(cookieName(name, options.secure), null, cookieOptions(options.secure))
}

async function home(ctx: Context, current: ConsoleSession, sessions: ConsoleSession[], { findAccount, region, render }: ConsoleOptions): Promise<void> {
  const account = await findAccount(current.accountId)
  await render(ctx, 'console/home', {
    portalUrl: portal,
    session: { id: current.id, kind: 'role', roleName: current.permissionSet, sessionName: current.sessionName, arn: current.arn, expiresAt: iso(current.expiresAt) },
    account: { id: current.accountId, name: account?.name ?? current.accountName, alias: account?.alias },
    region,
    destination: current.destination,
    sessions: sessions.map((session) => ({
      id: session.id, roleName: session.permissionSet, account: { id: session.accountId, name: session.accountName }, expiresAt: iso(session.expiresAt), current: session.id === current.id,
    })),
    most: mostConsoleSessions,
  })
}

async function signOut(ctx: Context, which: string, options: ConsoleOptions): Promise<void> {
  const secret = secretOf(ctx, options)
  const ending = (await options.sessions.list(secret)).filter((session) => which === 'all' || session.id === which)
  for (const session of ending) {
    await options.sessions.end(secret!, session.id)
    await recordSignOut(ctx, session, options)
  }
}

const recordSignOut = (ctx: Context, session: ConsoleSession, { trail }: ConsoleOptions): Promise<void> =>
  trail.record({ ...consoleEvent(ctx, session), eventName: 'ConsoleLogout', responseElements: { ConsoleLogout: 'Success' } })

/** What the events of a console session have in common. */
const consoleEvent = (ctx: Context, { userId, accountId, accessKeyId, arn, roleId, roleArn, roleName, sessionName, startedAt }: ConsoleSession) => ({
  eventSource: 'signin.amazonaws.com', eventType: 'AwsConsoleSignIn', origin: originOf(ctx), userId, accountId, accessKeyId,
  userIdentity: {
    type: 'AssumedRole', principalId: `${roleId}:${sessionName}`, arn, accountId, accessKeyId,
    sessionContext: { sessionIssuer: { type: 'Role', principalId: roleId, arn: roleArn, accountId, userName: roleName }, webIdFederationData: {}, attributes: { creationDate: iso(startedAt), mfaAuthenticated: 'false' } },
  },
} as const)

async function liveSessions(ctx: Context, { sessions, isInForce, ...options }: ConsoleOptions): Promise<ConsoleSession[]> {
  const listed = await sessions.list(secretOf(ctx, options))
  const inForce = await Promise.all(listed.map(isInForce))
  return listed.filter((_, at) => inForce[at])
}

const secretOf = (ctx: Context, { secure }: Pick<ConsoleOptions, 'secure'>): string | undefined => ctx.cookies.get(cookieName('console', secure))

/** Which of the browser's sessions this page shows; the id is no secret. */
function choose(ctx: Context, session: ConsoleSession, { secure }: ConsoleOptions): void {
  ctx.cookies.set(cookieName('console-current', secure), session.id, cookieOptions(secure))
}

function currentOf(ctx: Context, sessions: ConsoleSession[], { secure }: ConsoleOptions): ConsoleSession | undefined {
  const chosen = ctx.cookies.get(cookieName('console-current', secure))
  return sessions.find(({ id }) => id === chosen) ?? sessions[0]
}

const iso = (milliseconds: number): string => new Date(milliseconds).toISOString()
