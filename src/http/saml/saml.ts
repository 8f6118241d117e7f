// The door itself: an assertion comes by a form of the provider's page, the role is chosen on a page of ours, or opened at once
// where there is one.
import { Router } from '@koa/router'
import type { Context, Middleware } from 'koa'
import { samlEventOf, type SamlOffer } from '../../domain/credentials/index.js'
import { SamlRefusal } from '../../domain/federation/index.js'
import { Refusal } from '../../platform/errors.js'
import { consolePage } from '../middleware/destinations.js'
import { formOf, readForm } from '../middleware/form.js'
import { originOf } from '../middleware/front.js'
import { getAdmission, keepAdmission, redeemAdmission, type Admission } from './admissions.js'
import { chosenOf, nameOf, showChoice } from './choice.js'
import { refusalOf, showFailure, writeDown } from './failures.js'
import { serviceMetadata } from './metadata.js'
import type { SamlOptions } from './options.js'

export type { SamlOptions } from './options.js'

/** Bytes of the form, and characters of a field, that a message of the largest size takes. */
const limits = { body: 700_000, field: 370_000 }
const rolesPage = '/saml/roles'

/** Mounts the door. */
export function samlDoor(options: SamlOptions): Middleware {
  const { publicUrl, csrf, render } = options
  const router = new Router({ prefix: '/saml' })
  router.get('/', (ctx) => render(ctx, 'saml/start', { address: new URL('/saml', publicUrl).href, metadataUrl: '/saml/metadata' }))
  router.get('/metadata', (ctx) => {
    ctx.type = 'application/samlmetadata+xml'
    ctx.body = serviceMetadata(publicUrl)
  })
  // The form is another site's: what proves that it counts is in it, and nothing of this browser is used or changed by it.
  router.post('/', (ctx) => telling(ctx, options, () => receive(ctx, options)))
  router.get('/roles', csrf, (ctx) => telling(ctx, options, async () => {
    const admission = await getAdmission(ctx, options)
    const [only, ...others] = admission.offers
    await (only && others.length === 0 ? open(ctx, admission, only, options) : showChoice(ctx, admission, options))
  }))
  router.post('/roles', csrf, (ctx) => telling(ctx, options, async () => {
    const admission = await getAdmission(ctx, options)
    const chosen = chosenOf(formOf(ctx).role, admission.offers)
    await (chosen ? open(ctx, admission, chosen, options) : showChoice(ctx, admission, options, 'Choose one of the roles.'))
  }))
  return router.routes() as unknown as Middleware
}

/** Shows refusals of messages on a page of their own; others are for the house. */
async function telling(ctx: Context, options: SamlOptions, run: () => Promise<void>): Promise<void> {
  try {
    await run()
  } catch (error) {
    if (!(error instanceof SamlRefusal)) throw error
    await showFailure(ctx, error, options)
  }
}

async function receive(ctx: Context, options: SamlOptions): Promise<void> {
  // Shown inside of somebody else's page, this would sign people in without their seeing it.
  if (!['', 'document'].includes(ctx.get('sec-fetch-dest'))) throw new Refusal('forged-request', 'This page cannot be loaded into another one.')
  const { SAMLResponse: message, SAMLRequest: request, RelayState: relayState } = await readForm(ctx, limits)
  if (!message || request !== undefined) throw new Refusal('invalid-input', 'This page takes what an identity provider answers, and nothing else.')
  const destination = consolePage(relayState, options.publicUrl.origin)
  await keepAdmission(ctx, { ...await options.roles.prove(message), ...(destination !== undefined && { destination }) }, options)
  goTo(ctx, rolesPage)
}

/** Opens a role in this browser. The admission is used up only by a role that lets its bearer in. */
async function open(ctx: Context, admission: Admission, offer: SamlOffer, options: SamlOptions): Promise<void> {
  const { claims, offers, destination } = admission
  try {
    const assumed = await options.roles.assume({ claims, offer, circumstances: options.circumstancesOf(ctx) })
    await redeemAdmission(ctx, options)
    await options.trail.record({ ...samlEventOf(assumed, claims, offer), eventName: 'AssumeRoleWithSAML', eventSource: 'sts.amazonaws.com', eventType: 'AwsApiCall', origin: originOf(ctx), readOnly: false })
    await options.startConsole(ctx, assumed, claims)
    goTo(ctx, destination ?? '/console')
  } catch (error) {
    const sentence = refusalOf(error, nameOf(offer))
    if (sentence === undefined) throw error
    if (offers.length === 1) return showFailure(ctx, { sentence, cause: error as Refusal }, options)
    await writeDown(ctx, (error as Refusal).code, (error as Refusal).message, options)
    await showChoice(ctx, admission, options, sentence)
  }
}

function goTo(ctx: Context, url: string): void {
  ctx.status = 303
  ctx.redirect(url)
}
