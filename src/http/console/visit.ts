// A request of somebody who has a session: who acts, where, and what they may.
import type { Context, Middleware } from 'koa'
import type { Account } from '../../domain/accounts/index.js'
import type { ConsoleSession } from '../../domain/sessions/index.js'
import { Refusal } from '../../platform/errors.js'
import { asking, type Asking } from '../middleware/asking.js'
import { queryOf } from '../middleware/form.js'
import { isRegion } from '../middleware/regions.js'
import { currentOf, liveSessions, secretOf } from './browser-sessions.js'
import type { ConsoleOptions } from './options.js'
import { placesOf } from './places.js'

export interface ConsoleVisit extends Asking {
  ctx: Context
  session: ConsoleSession
  /** What the sessions of this browser are listed under. */
  secret: string
  /** All of this browser, the current one among them. */
  sessions: ConsoleSession[]
  account: Account | undefined
  region: string
  /** Renders a page in the console's frame. */
  show(view: string, model: object): Promise<void>
  /** Runs an operation of the IAM API; parameters that are undefined or empty are left out. */
  run(operation: string, parameters: Readonly<Record<string, string | undefined>>): Promise<unknown>
  /** Goes to another page, after a form. */
  goTo(url: string): void
}

export type ConsolePage = (visit: ConsoleVisit) => Promise<void>

/** Makes a page of whoever has a session. */
export type MakePage = (page: ConsolePage) => Middleware

/** Makes pages for whoever has a session; others are met at the entrance. */
export const pageMaker = (options: ConsoleOptions) => (page: ConsolePage): Middleware => async (ctx) => {
  const sessions = await liveSessions(ctx, options)
  const session = currentOf(ctx, sessions, options)
  if (session) return page(await visitOf(ctx, { session, sessions }, options))
  if (ctx.method !== 'GET' && ctx.method !== 'HEAD') throw new Refusal('not-signed-in', 'Your session has ended. Sign in again; nothing was changed.')
  await options.entrance(ctx)
}

async function visitOf(ctx: Context, { session, sessions }: Pick<ConsoleVisit, 'session' | 'sessions'>, options: ConsoleOptions): Promise<ConsoleVisit> {
  const { actions, findAccount, render } = options
  const account = await findAccount(session.accountId)
  const asked = asking((wishes) => actions.decide(ctx, session, wishes))
  const frame = {
    portalUrl: session.principal.startsWith('user:') ? '/start/' : undefined, several: sessions.length > 1 ? sessions.length : undefined,
    session: { id: session.id, kind: session.kind, label: session.label, expiresAt: new Date(session.expiresAt).toISOString() },
    account: { id: session.accountId, name: account?.name ?? session.accountName },
  }
  return {
    ctx, session, sessions, account, secret: secretOf(ctx, options)!, region: regionOf(ctx, session, options),
    ...asked,
    show: async (view, model) => render(ctx, view, { ...frame, places: await placesOf({ session, path: ctx.path, ...asked }), ...model }),
    run: (operation, parameters) => actions.run(ctx, session, operation, new Map(Object.entries(parameters).filter((entry): entry is [string, string] => Boolean(entry[1])))),
    goTo: (url) => {
      ctx.status = 303
      ctx.redirect(url)
    },
  }
}

/** The region that an address asks for, the session's, or ours. */
function regionOf(ctx: Context, session: ConsoleSession, { region }: ConsoleOptions): string {
  const asked = queryOf(ctx).region
  return asked && isRegion(asked) ? asked : session.region ?? region
}
