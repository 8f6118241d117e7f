// The console sessions of a browser: opening one, which of them a page shows, ending them. Sessions of those who were
// disabled, removed or revoked since are as good as gone.
import type { Context } from 'koa'
import type { Account } from '../../domain/accounts/index.js'
import type { RoleSession } from '../../domain/credentials/index.js'
import type { ConsoleSession, ConsoleSessions, NewConsoleSession, SameConsole } from '../../domain/sessions/index.js'
import type { Trail } from '../../platform/audit/index.js'
import { cookieName, cookieOptions } from '../middleware/cookies.js'
import { recordSession, type AboutOpening } from './events.js'

export interface BrowserSessionOptions {
  sessions: ConsoleSessions
  findAccount: (id: string) => Promise<Account | undefined>
  /** False for what was revoked since, and for those who were disabled or are gone. */
  isInForce: (session: ConsoleSession) => Promise<boolean>
  secure: boolean
  trail: Trail
}

/** Opens a session in this browser and returns its home; `about` is for the trail. */
export async function startConsole(ctx: Context, opening: NewConsoleSession, options: BrowserSessionOptions, about: AboutOpening = {}): Promise<string> {
  const secret = secretOf(ctx, options)
  const [account, ending] = await Promise.all([options.findAccount(opening.accountId), options.sessions.findEnding(secret, opening)])
  // What a portal session or another console session opens, a link may open: only a proof of who somebody is changes the secret.
  const anew = opening.via !== 'portal' && opening.via !== 'switch-role'
  const started = await options.sessions.start(secret, { ...opening, accountName: account?.name ?? opening.accountId }, { anew })
  if (ending) await recordSession(ctx, ending, 'ConsoleLogout', options.trail)
  await recordSession(ctx, started.session, opening.via === 'switch-role' ? 'SwitchRole' : 'ConsoleLogin', options.trail, about)
  ctx.cookies.set(cookieName('console', options.secure), started.secret, cookieOptions(options.secure))
  choose(ctx, started.session, options)
  return '/console'
}

/** What the role of a permission set is opened with. */
export function portalSession(user: { id: string; userName: string }, role: RoleSession, { destination, mfaAt }: { destination?: string | undefined; mfaAt?: number | undefined }): NewConsoleSession {
  const wanted = destination ?? role.relayState
  return {
    kind: 'role', principal: portalPrincipal(user), userName: user.userName, accountId: role.accountId, label: role.permissionSet, arn: role.arn, via: 'portal',
    role: { id: role.roleId, name: role.roleName, arn: role.roleArn, sessionName: role.sessionName, permissionSet: { id: role.permissionSetId, name: role.permissionSet } },
    accessKeyId: role.credentials.accessKeyId, expiresAt: role.credentials.expiration, tags: role.tags,
    ...(wanted && { destination: wanted }), ...(mfaAt !== undefined && { mfaAt }),
  }
}

/** Finds the session that opening a permission set would end: the oldest of five, unless that one is open already. */
export const findEnding = (ctx: Context, user: { id: string }, { accountId, permissionSet }: { accountId: string; permissionSet: string }, options: Pick<BrowserSessionOptions, 'sessions' | 'secure'>): Promise<ConsoleSession | undefined> =>
  options.sessions.findEnding(secretOf(ctx, options), { kind: 'role', principal: portalPrincipal(user), accountId, label: permissionSet } satisfies SameConsole)

/** Ends every session that was opened from the portal in this browser. */
export async function endPortalConsoles(ctx: Context, options: BrowserSessionOptions): Promise<void> {
  await end(ctx, ({ principal }) => principal.startsWith('user:'), options)
}

/** Ends every session that brokers opened in this browser. */
export async function endFederatedConsoles(ctx: Context, options: BrowserSessionOptions): Promise<void> {
  await end(ctx, ({ via }) => via === 'federation', options)
}

/** Ends those that are meant; says whether any is left, and whether all that ended were of people who came from the portal. */
export async function end(ctx: Context, isMeant: (session: ConsoleSession) => boolean, options: BrowserSessionOptions): Promise<{ isLast: boolean; isPortals: boolean }> {
  const secret = secretOf(ctx, options)
  const all = await options.sessions.list(secret)
  const ending = all.filter(isMeant)
  for (const session of ending) {
    await options.sessions.end(secret!, session.id)
    await recordSession(ctx, session, 'ConsoleLogout', options.trail)
  }
  const isLast = ending.length === all.length
  if (secret && isLast) for (const name of ['console', 'console-current']) ctx.cookies.set(cookieName(name, options.secure), null, cookieOptions(options.secure))
  return { isLast, isPortals: ending.length > 0 && ending.every(({ principal }) => principal.startsWith('user:')) }
}

/** Lists the sessions of this browser that count. */
export async function liveSessions(ctx: Context, { sessions, isInForce, secure }: BrowserSessionOptions): Promise<ConsoleSession[]> {
  const listed = await sessions.list(secretOf(ctx, { secure }))
  const inForce = await Promise.all(listed.map(isInForce))
  return listed.filter((_, at) => inForce[at])
}

/** The secret that this browser's sessions are listed under. */
export const secretOf = (ctx: Context, { secure }: Pick<BrowserSessionOptions, 'secure'>): string | undefined => ctx.cookies.get(cookieName('console', secure))

/** Remembers which of the browser's sessions the pages show; the id is no secret. */
export function choose(ctx: Context, { id }: ConsoleSession, { secure }: Pick<BrowserSessionOptions, 'secure'>): void {
  ctx.cookies.set(cookieName('console-current', secure), id, cookieOptions(secure))
}

/** Picks the session that the pages show. */
export function currentOf(ctx: Context, sessions: ConsoleSession[], { secure }: Pick<BrowserSessionOptions, 'secure'>): ConsoleSession | undefined {
  const chosen = ctx.cookies.get(cookieName('console-current', secure))
  return sessions.find(({ id }) => id === chosen) ?? sessions[0]
}

/** Finds this browser's session in an account: the current one, where it is there. */
export async function findSessionIn(ctx: Context, accountId: string, options: BrowserSessionOptions): Promise<ConsoleSession | undefined> {
  return currentOf(ctx, (await liveSessions(ctx, options)).filter((session) => session.accountId === accountId), options)
}

const portalPrincipal = ({ id }: { id: string }): string => `user:${id}`
