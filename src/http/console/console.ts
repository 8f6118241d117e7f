// The door itself: every page below it belongs to the session that this browser shows, in one account.
import { Router } from '@koa/router'
import type { Context, Middleware } from 'koa'
import type { Account } from '../../domain/accounts/index.js'
import type { ConsoleSession } from '../../domain/sessions/index.js'
import type { Clock } from '../../platform/clock.js'
import { Refusal } from '../../platform/errors.js'
import { formOf, queryOf } from '../middleware/form.js'
import type { Render } from '../middleware/render.js'
import { choose, currentOf, end, liveSessions, type BrowserSessionOptions } from './browser-sessions.js'
import type { ConsoleActions } from './actions.js'
import { home } from './home.js'

export interface ConsoleOptions extends BrowserSessionOptions {
  region: string
  clock: Clock
  actions: ConsoleActions
  /** Meets whoever opens a page without a session. */
  entrance: (ctx: Context) => void | Promise<void>
  csrf: Middleware
  render: Render
}

/** A request of somebody who has a session. */
export interface ConsoleVisit {
  ctx: Context
  session: ConsoleSession
  /** All of this browser, the current one among them. */
  sessions: ConsoleSession[]
  account: Account | undefined
  region: string
  /** Renders a page in the console's frame. */
  show(view: string, model: object): Promise<void>
}

export type ConsolePage = (visit: ConsoleVisit) => Promise<void>

/** Mounts the console. */
export function consoleDoor(options: ConsoleOptions): Middleware {
  const { csrf } = options
  const router = new Router({ prefix: '/console' })
  const page = (show: ConsolePage): Middleware => async (ctx) => {
    const sessions = await liveSessions(ctx, options)
    const session = currentOf(ctx, sessions, options)
    if (session) await show(await visitOf(ctx, { session, sessions }, options))
    else await leave(ctx, options)
  }
  router.get('/', csrf, page(home))
  router.post('/switch', csrf, async (ctx) => {
    const chosen = (await liveSessions(ctx, options)).find(({ id }) => id === formOf(ctx).session)
    if (chosen) choose(ctx, chosen, options)
    ctx.status = 303
    ctx.redirect('/console')
  })
  router.post('/sign-out', csrf, async (ctx) => {
    const { session = '' } = formOf(ctx)
    await end(ctx, ({ id }) => session === 'all' || id === session, options)
    ctx.status = 303
    ctx.redirect('/console')
  })
  return router.routes() as unknown as Middleware
}

const portal = '/start/'

async function leave(ctx: Context, { entrance }: ConsoleOptions): Promise<void> {
  if (ctx.method !== 'GET' && ctx.method !== 'HEAD') throw new Refusal('not-signed-in', 'Your session has ended. Sign in again; nothing was changed.')
  await entrance(ctx)
}

async function visitOf(ctx: Context, { session, sessions }: Pick<ConsoleVisit, 'session' | 'sessions'>, options: ConsoleOptions): Promise<ConsoleVisit> {
  const account = await options.findAccount(session.accountId)
  const frame = {
    portalUrl: portal, several: sessions.length > 1 ? sessions.length : undefined,
    session: { id: session.id, kind: session.kind, label: session.label, expiresAt: new Date(session.expiresAt).toISOString() },
    account: { id: session.accountId, name: account?.name ?? session.accountName },
  }
  return { ctx, session, sessions, account, region: regionOf(ctx, session, options), show: (view, model) => options.render(ctx, view, { ...frame, ...model }) }
}

/** The region that an address asks for, the session's, or ours. */
function regionOf(ctx: Context, session: ConsoleSession, { region }: ConsoleOptions): string {
  const asked = queryOf(ctx).region
  return asked && isRegion(asked) ? asked : session.region ?? region
}

/** True for what can be a region's name. */
export const isRegion = (text: string): boolean => /^[a-z]{2}(-[a-z]{1,12}){1,3}-\d{1,2}$/.test(text)
