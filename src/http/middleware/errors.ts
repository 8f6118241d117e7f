// Turns what was thrown into a page: a Refusal in its own sentence, anything else as our fault with a
// reference number. Nothing below needs to log a failure.
import type { Context, Middleware } from 'koa'
import type { Organization } from '../../domain/settings/index.js'
import { Refusal, type RefusalCode } from '../../platform/errors.js'
import type { Log } from '../../platform/log.js'
import type { Templates } from '../../platform/templates/index.js'
import type { Brand } from './branding.js'
import { originOf } from './front.js'
import { contentSecurityPolicy } from './headers.js'

interface Page {
  status: number
  title: string
}

const pages: Record<RefusalCode, Page> = {
  'invalid-input': { status: 400, title: 'That request cannot be used' },
  'too-large': { status: 413, title: 'That is too much' },
  'not-found': { status: 404, title: 'There is nothing here' },
  conflict: { status: 409, title: 'That is taken' },
  'in-use': { status: 409, title: 'That is in use' },
  'limit-exceeded': { status: 409, title: 'That is one too many' },
  'policy-malformed': { status: 400, title: 'That policy cannot be used' },
  forbidden: { status: 403, title: 'That is not yours to open' },
  'forged-request': { status: 403, title: 'That form cannot be used' },
  'wrong-host': { status: 421, title: 'Wrong address' },
  'wrong-step': { status: 409, title: 'Another step comes first' },
  'not-signed-in': { status: 401, title: 'Please sign in' },
  'credentials-wrong': { status: 401, title: 'That did not work' },
  'password-unacceptable': { status: 422, title: 'That password cannot be used' },
  expired: { status: 410, title: 'That has expired' },
  'already-used': { status: 410, title: 'That was used already' },
  'too-many-attempts': { status: 429, title: 'Please wait a little' },
  busy: { status: 503, title: 'Very busy right now' },
  unavailable: { status: 503, title: 'Not available right now' },
}

const ownFault: Page = { status: 500, title: 'It’s not you, it’s us' }

interface ErrorOptions {
  templates: Templates
  log: Log
  /** The home page that an error page leads to. */
  home: string
  /** The organization, where it is known without asking a store that may be what fails. */
  organization: () => Pick<Organization, 'name' | 'settings'> | undefined
  /** Where its pages find what it looks like. */
  brandOf: (organization: Pick<Organization, 'settings'>) => Brand
}

/** Shows a page for whatever was thrown, and for addresses that nobody answers. */
export function pageErrors(options: ErrorOptions): Middleware {
  return async (ctx, next) => {
    try {
      await next()
      if (ctx.status === 404 && ctx.body == null && ctx.respond !== false) throw new Refusal('not-found', 'No page has this address.')
      if (ctx.status === 405 && ctx.body == null) throw new Refusal('not-found', 'This page does not take that kind of request.')
    } catch (error) {
      showError(ctx, error, options)
    }
  }
}

/** Logs an error once and shows its page. */
export function showError(ctx: Context, error: unknown, { templates, log, home, organization, brandOf }: ErrorOptions): void {
  const refusal = error instanceof Refusal ? error : undefined
  const page = refusal ? pages[refusal.code] : ownFault
  const reference = originOf(ctx)?.requestId ?? ''
  logError(log, reference, error)
  ctx.status = page.status
  if (refusal?.retryAfter) ctx.set('Retry-After', String(refusal.retryAfter))
  contentSecurityPolicy(ctx)
  ctx.type = 'html'
  const known = organization()
  const place = ctx.path.startsWith('/console') ? { text: 'Go to the console', url: '/console' } : { text: 'Go to your portal', url: home }
  ctx.body = templates.render('errors/error', {
    title: page.title,
    sentence: refusal?.message ?? 'Something went wrong on our side. If it happens again, tell your administrator the reference number.',
    reference,
    retryAfter: undefined,
    organization: known && { name: known.name, ...brandOf(known) },
    links: refusal?.code === 'wrong-host' ? [] : refusal?.code === 'not-signed-in' ? [{ text: 'Sign in', url: signInAt(ctx) ?? place.url }] : [place],
  })
}

/** The page that a person whose session ended comes back to, where a door named one. */
const signInAt = (ctx: Context): string | undefined => (ctx.state as { signInAt?: string } | undefined)?.signInAt

/** Logs what was thrown: our own faults loudly, what a client did quietly. */
export function logError(log: Log, requestId: string, error: unknown): void {
  if (!(error instanceof Refusal)) log.error({ requestId, err: error }, 'unexpected failure')
  else if (error.code === 'unavailable') log.error({ requestId, code: error.code, err: error.cause }, error.message)
  else log.info({ requestId, code: error.code, cause: error.cause instanceof Error ? error.cause.message : undefined }, error.message)
}
