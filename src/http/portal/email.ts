// /start/profile/email/…: a mail address is verified, or another takes its place, by a code that is mailed to it.
import type { Router } from '@koa/router'
import type { Middleware } from 'koa'
import type { AddressOutcome, AddressVisit, OwnAddress, OwnAddresses } from '../../domain/recovery/index.js'
import { Refusal, type Fault } from '../../platform/errors.js'
import { masked } from '../../platform/mail/index.js'
import { formOf, queryOf } from '../middleware/form.js'
import { originOf } from '../middleware/front.js'
import { withFreshProof } from './fresh-proof.js'
import type { Page, PortalOptions, Visit } from './portal.js'
import { profilePage } from './profile.js'

/** What the pages need of whoever keeps people's own addresses. */
export type PortalAddresses = Pick<OwnAddresses, 'list' | 'ask' | 'find' | 'confirm'>

/** Mounts them; `person` makes a page of who is signed in. */
export function mountEmail(router: Router, person: (page: Page) => Middleware, options: PortalOptions): void {
  const { csrf } = options
  const fresh = (page: Page): Middleware => person(withFreshProof(page, options))
  router.post('/profile/email/:id/verify', csrf, person(sendProof(options)))
  router.get('/profile/email/:id/change', csrf, fresh((here) => showChange(here, options)))
  router.post('/profile/email/:id/change', csrf, fresh(sendChange(options)))
  router.get('/profile/email/code/:code', csrf, person((here) => showCode(here, options)))
  router.post('/profile/email/code/:code', csrf, person(takeCode(options)))
}

const visitOf = ({ ctx, user, sessionUid }: Visit): AddressVisit => ({ user, session: sessionUid, origin: originOf(ctx) })

async function getAddress({ ctx, user }: Visit, { addresses }: PortalOptions): Promise<OwnAddress> {
  const address = (await addresses.list(user)).find(({ id }) => id === ctx.params.id)
  if (!address) throw new Refusal('not-found', 'That is not one of your addresses any more.')
  return address
}

const toCode = ({ ctx }: Visit, id: string): void => {
  ctx.status = 303
  ctx.redirect(`/start/profile/email/code/${id}`)
}

/** What a page says itself, with what was typed; anything else is a page of its own. */
function refusedHere(error: unknown, { ctx }: Visit): Refusal {
  if (!(error instanceof Refusal) || !['invalid-input', 'too-many-attempts'].includes(error.code)) throw error
  ctx.status = error.code === 'too-many-attempts' ? 429 : 422
  if (error.retryAfter) ctx.set('Retry-After', String(error.retryAfter))
  return error
}

function sendProof(options: PortalOptions): Page {
  const showProfile = profilePage(options)
  return async (here) => {
    try {
      toCode(here, await options.addresses.ask(visitOf(here), { address: (await getAddress(here, options)).value }))
    } catch (error) {
      await showProfile(here, refusedHere(error, here))
    }
  }
}

async function showChange(here: Visit, options: PortalOptions, { typed = '', refusal }: { typed?: string; refusal?: Refusal } = {}): Promise<void> {
  if (!await options.emailChange()) throw new Refusal('forbidden', 'Addresses are changed by the people who look after access in your organization.')
  const { value } = await getAddress(here, options)
  await here.show('portal/email-change', {
    address: value, typed, late: here.ctx.method === 'GET' && queryOf(here.ctx).late === '1',
    problem: refusal?.message, faults: refusal && [{ path: 'email', message: refusal.message } satisfies Fault],
  })
}

function sendChange(options: PortalOptions): Page {
  return async (here) => {
    if (!await options.emailChange()) return showChange(here, options)
    const { email = '' } = formOf(here.ctx)
    try {
      toCode(here, await options.addresses.ask(visitOf(here), { address: (await getAddress(here, options)).value, to: email }))
    } catch (error) {
      await showChange(here, options, { typed: email.slice(0, 254), refusal: refusedHere(error, here) })
    }
  }
}

async function showCode(here: Visit, options: PortalOptions, refusal?: Pick<Refusal, 'message'>): Promise<void> {
  const request = await options.addresses.find(visitOf(here), here.ctx.params.code as string)
  await here.show('portal/email-code', {
    isOver: request === undefined,
    to: request?.to ?? request?.address,
    replaces: request?.to === undefined ? undefined : request.address,
    problem: refusal?.message, faults: refusal && [{ path: 'code', message: refusal.message }],
  })
}

const problems: Record<Exclude<AddressOutcome, 'verified' | 'changed'>, string> = {
  wrong: 'That code is not right.',
  over: 'That code is no longer good: it was used, ten minutes have passed, or it was mistyped too often.',
  taken: 'That address cannot be used, because it stands for somebody else here. Nothing was changed. Take another one, or ask the people who look after access.',
  gone: 'Your address was changed somewhere else in the meantime. Nothing was changed here.',
}

function takeCode(options: PortalOptions): Page {
  const { addresses, notify } = options
  return async (here) => {
    const { ctx, user } = here
    const { code = '', action } = formOf(ctx)
    const id = ctx.params.code as string
    if (action === 'send') return sendAgain(here, id, options)
    const outcome = await addresses.confirm(visitOf(here), id, code, async (tx, { was, is, isMain }) => {
      const about = { address: { was, is } }
      const letter = { letter: 'address-changed' as const, was, is: masked(is), about }
      await notify(ctx, user.id, { ...letter, to: was }, tx)
      // Whoever reads the mail of another of the person's addresses hears of it there too.
      if (!isMain) await notify(ctx, user.id, { ...letter, to: undefined }, tx)
    })
    if (outcome !== 'verified' && outcome !== 'changed') {
      ctx.status = outcome === 'taken' || outcome === 'gone' ? 409 : 422
      return showCode(here, options, { message: problems[outcome] })
    }
    ctx.status = 303
    ctx.redirect(`/start/profile?done=${outcome}`)
  }
}

async function sendAgain(here: Visit, id: string, options: PortalOptions): Promise<void> {
  const request = await options.addresses.find(visitOf(here), id)
  if (!request) return showCode(here, options)
  try {
    toCode(here, await options.addresses.ask(visitOf(here), request))
  } catch (error) {
    await showCode(here, options, refusedHere(error, here))
  }
}
