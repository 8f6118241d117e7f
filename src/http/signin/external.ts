// Signing in by an identity source: the way there, and the way back. What the provider answers arrives at an address of the source
// (external-return.ts) without this browser's cookies; here it is held against the interaction of the browser that set out.
import type { Router } from '@koa/router'
import type { Context } from 'koa'
import { ExternalRefusal, ExternalSteps, type ExternalIdentity } from '../../domain/federation/index.js'
import { provedTwice, type Admission, type IdentitySource, type PasswordWay, type Way, type WaysOut } from '../../domain/identity-sources/index.js'
import type { Voucher } from '../../domain/sessions/index.js'
import { Refusal } from '../../platform/errors.js'
import type { EphemeralStore } from '../../platform/storage/ephemeral.js'
import { originOf } from '../middleware/front.js'
import { showWayOut } from '../middleware/way-out.js'
import { failureDetails, showExternalFailure } from './external-failure.js'
import type { SigninOptions } from './signin.js'
import type { Visit } from './steps.js'

/** What the first page and the flow want of the identity sources. */
export interface ExternalSignIn {
  waysOut: WaysOut
  /** Has those who began at a provider, until they confirm it. */
  store: EphemeralStore
  way: Way
  /** The directories that passwords are asked of. */
  directories: Pick<PasswordWay, 'sourcesFor' | 'prove'>
  admission: Pick<Admission, 'admit'>
  /** Those that are in use. */
  list(): Promise<IdentitySource[]>
  /** The sources that have a button, with where it leads; `home` is where the pages of the sign-in are. */
  buttons(home: string): Promise<{ name: string; url: string }[]>
  /** The source that people of a mail domain are sent to. */
  findByDomain(domain: string): Promise<IdentitySource | undefined>
  /** The one that everybody is sent to straight away, where there is one. */
  findOnly(): Promise<IdentitySource | undefined>
  /** Whether people are to come from a source, and administrators sign in here at most. */
  isRestricted(): Promise<boolean>
  /** Whether somebody may prove here who they are, and need not come from a source. */
  mayProveHere(userId: string): Promise<boolean>
}

export interface External extends SigninOptions {
  external: ExternalSignIn
}

export interface Hop {
  visit: (ctx: Context) => Promise<Visit>
  forward: (here: Visit) => Promise<void>
}

/** Set by the address that leaves somebody to sign in here, whatever source they might come from. */
export const hereCookie = 'sign-in-here'

/** Sends the attempt to a source; proofs of before count no more. */
export function sendTo({ attempt }: Visit, { id, name, secondStep }: IdentitySource, hint?: string): void {
  attempt.proofs = []
  delete attempt.userId
  attempt.external = { sourceId: id, name, secondStep, ...(hint !== undefined && { hint }) }
}

/** Adds the pages of the way out and back to those of a sign-in. */
export function externalRoutes(router: Router, options: External, { visit, forward }: Hop): void {
  const { external, attempts } = options
  router.get('/external', async (ctx) => {
    const here = await visit(ctx)
    const { source: chosen, answer } = ctx.query
    if (typeof answer === 'string') return comeBack(here, answer, options, { visit, forward })
    if (typeof chosen === 'string') {
      const source = (await external.list()).find(({ id, kind }) => id === chosen && kind !== 'ldap')
      if (!source) throw new Refusal('not-found', 'This way to sign in does not exist any more. Please start again.')
      sendTo(here, source)
      await attempts.save(here.attempt)
      return setOut(here, source, options, true)
    }
    const source = here.attempt.external && (await external.list()).find(({ id }) => id === here.attempt.external!.sourceId)
    // A directory is nowhere to go to: its people begin again with their password.
    if (source && source.kind !== 'ldap') return setOut(here, source, options, false)
    // Another one is gone, or was switched off meanwhile.
    delete here.attempt.external
    await attempts.save(here.attempt)
    await forward(await visit(ctx))
  })
}

/** Leads to the provider: at once where nothing was posted on the way, otherwise by a page, because browsers do not let a form lead elsewhere. */
async function setOut(here: Visit, source: IdentitySource, options: External, atOnce: boolean): Promise<void> {
  const { ctx, interaction, attempt } = here
  const { external, render } = options
  const steps = new ExternalSteps()
  try {
    const loginHint = attempt.external?.hint ?? interaction.loginHint
    const { url, fields, handle, keep } = await external.way.begin(source, { again: interaction.again !== undefined, ...(loginHint !== undefined && { loginHint }) }, steps)
    await external.waysOut.keep(handle, { owner: ownerOf(here), page: `${here.home}/external`, sourceId: source.id, keep })
    if (atOnce && !fields) {
      ctx.status = 303
      return ctx.redirect(url)
    }
    await showWayOut(ctx, { source: source.name, url, fields, other: { url: `${here.home}/restart`, text: 'Sign in another way' } }, render)
  } catch (error) {
    if (!(error instanceof ExternalRefusal)) throw error
    await fail(here, source, error, options)
  }
}

/** Takes what the provider answered, once, and lets in whom it proves. */
async function comeBack(here: Visit, handle: string, options: External, hop: Hop): Promise<void> {
  const { attempt } = here
  const { external } = options
  const expired = new Refusal('expired', 'This sign-in has ended, was open for too long, or was begun in another browser. Please start again.')
  const answer = await external.waysOut.take(handle, ownerOf(here))
  if (!answer || attempt.external?.sourceId !== answer.sourceId) throw expired
  const source = (await external.list()).find(({ id }) => id === answer.sourceId)
  if (!source) throw expired
  await letIn(here, source, { prove: (steps) => external.way.finish(source, { keep: answer.keep, params: answer.params }, steps), provedAt: options.clock() }, options, hop)
}

/** Whom a source proves, and when. */
export interface Coming {
  prove: (steps: ExternalSteps) => Promise<ExternalIdentity>
  /** Milliseconds since the epoch. */
  provedAt: number
}

/** Lets in whom a source proves, and goes on with the sign-in; or says that it did not work. */
export async function letIn(here: Visit, source: IdentitySource, { prove, provedAt }: Coming, options: External, { visit, forward }: Hop): Promise<void> {
  const { ctx, attempt } = here
  const steps = new ExternalSteps()
  try {
    const identity = await prove(steps)
    await takeIn(here, { source, identity, steps, provedAt }, options)
  } catch (error) {
    if (!(error instanceof ExternalRefusal)) throw error
    return fail(here, source, error, options)
  }
  await options.attempts.save(attempt)
  await forward(await visit(ctx))
}

const ownerOf = ({ attempt }: Visit): string => `sign-in ${attempt.id}`

/** Takes whom a source proved for who that is here. Throws `ExternalRefusal` where the source may not vouch for them. */
export async function takeIn(here: Visit, { source, identity, steps, provedAt }: { source: IdentitySource; identity: ExternalIdentity; steps: ExternalSteps; provedAt: number }, { external }: Pick<External, 'external'>): Promise<void> {
  const { attempt, ctx, events } = here
  const { user } = await external.admission.admit({ source, identity, steps, origin: originOf(ctx) })
  const twice = source.secondStep !== 'ours' && provedTwice(identity)
  const known = attempt.external ?? { sourceId: source.id, name: source.name, secondStep: source.secondStep }
  Object.assign(attempt, { userId: user.id, userName: user.userName, proofs: [{ way: 'ext', provedAt }, ...(twice ? [{ way: 'exm', provedAt }] : [])], external: { ...known, amr: identity.amr.slice(0, 10), voucher: voucherOf(source, identity, provedAt) } })
  await events.verified('ext', 'Success', user.id, { sourceId: source.id, source: source.name, ...(identity.acr !== undefined && { acr: identity.acr.slice(0, 300) }) })
}

const voucherOf = ({ id }: IdentitySource, { subject, session, nameId }: ExternalIdentity, vouchedAt: number): Voucher => ({ sourceId: id, subject, vouchedAt, ...(session !== undefined && { session }), ...(nameId && { nameId }) })

async function fail(here: Visit, source: IdentitySource, refusal: ExternalRefusal, options: External): Promise<void> {
  const { attempt, events } = here
  await events.verified('ext', 'Failure', undefined, failureDetails(source, refusal))
  delete attempt.external
  await options.attempts.save(attempt)
  await showExternalFailure(here, source, options)
}
