// A request of somebody who has a session in the management account: who acts, what they may, and what they see of the rest.
import type { Context, Middleware } from 'koa'
import type { ConsoleSession } from '../../domain/sessions/index.js'
import { Refusal } from '../../platform/errors.js'
import { asking, type Asking } from '../middleware/asking.js'
import { addressOf } from '../middleware/listing.js'
import type { AdminOptions, Places } from './options.js'
import { withOpenLinks } from './links.js'
import { findOpen, type Section } from './sections.js'

type JsonObject = Record<string, unknown>
type Run = (operation: string, input?: JsonObject) => Promise<JsonObject>

export interface AdminVisit extends Asking {
  ctx: Context
  session: ConsoleSession
  places: Places
  sections: Section[]
  /** Renders a page in the frame, as part of a section. */
  show(view: string, model: object): Promise<void>
  /** Runs an operation of the Identity Store, of people and groups; the store's id is filled in. */
  directory: Run
  /** Runs an operation of SSO Admin; the instance's ARN is filled in. */
  ssoAdmin: Run
  /** Runs an operation of Organizations. */
  accounts: Run
  /** Runs an operation of access on request. */
  requests: Run
  /** Runs an operation on the audit trail. */
  trail: Run
  /** Runs an operation on the settings of the organization. */
  settings: Run
  /** Runs an operation on identity sources. */
  sources: Run
  /** Goes to another page, after a form. */
  goTo(url: string): void
}

export type AdminPage = (visit: AdminVisit) => Promise<void>

/** Makes a page of whoever has a session in the management account. */
export type MakePage = (page: AdminPage) => Middleware

/** Makes pages; who has no session there is sent to the portal, which opens one. */
export const pageMaker = (options: AdminOptions) => (page: AdminPage): Middleware => async (ctx) => {
  const places = await options.places()
  const session = await options.findSession(ctx, places.accountId)
  if (session) return page(await visitOf(ctx, session, places, options))
  if (ctx.method !== 'GET' && ctx.method !== 'HEAD') throw new Refusal('not-signed-in', 'Your session has ended. Sign in again; nothing was changed.')
  ctx.redirect(addressOf('/start/console', { account_id: places.accountId, destination: ctx.originalUrl }))
}

async function visitOf(ctx: Context, session: ConsoleSession, places: Places, { decide, run, render }: AdminOptions): Promise<AdminVisit> {
  const asked = asking((wishes) => decide(ctx, session, wishes))
  const { sections, things } = await findOpen(asked, places)
  const current = ctx.path.split('/')[2] ?? ''
  const section = sections.find(({ name }) => name === current)
  const frame = {
    session: { id: session.id, kind: session.kind, label: session.label, userName: session.userName, expiresAt: new Date(session.expiresAt).toISOString() },
    sections: sections.map(({ name, title }) => ({ title, url: `/admin/${name}`, current: name === current })),
    isOverview: current === '',
    here: section?.title ?? 'Overview',
    section: section && { title: section.title, url: `/admin/${section.name}` },
  }
  return {
    ctx, session, places, sections, ...asked,
    show: (view, model) => render(ctx, view, { ...frame, ...withOpenLinks(model, things) }),
    directory: (operation, input) => run.directory(ctx, session, operation, { IdentityStoreId: places.identityStoreId, ...input }),
    ssoAdmin: (operation, input) => run.ssoAdmin(ctx, session, operation, { InstanceArn: places.instanceArn, ...input }),
    accounts: (operation, input) => run.accounts(ctx, session, operation, { ...input }),
    requests: (operation, input) => run.requests(ctx, session, operation, { ...input }),
    trail: (operation, input) => run.trail(ctx, session, operation, { ...input }),
    settings: (operation, input) => run.settings(ctx, session, operation, { ...input }),
    sources: (operation, input) => run.sources(ctx, session, operation, { ...input }),
    goTo: (url) => {
      ctx.status = 303
      ctx.redirect(url)
    },
  }
}
