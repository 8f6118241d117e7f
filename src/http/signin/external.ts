// Signing in by an identity source: the way there, and the way back. What the provider answers arrives at an address of the source
// (external-return.ts) without this browser's cookies; here it is held against the interaction of the browser that set out.
import type { Router } from '@koa/router'
import type { Context } from 'koa'
import { ExternalRefusal, ExternalSteps } from '../../domain/federation/index.js'
import { provedTwice, type Admission, type IdentitySource, type Way } from '../../domain/identity-sources/index.js'
import { Refusal } from '../../platform/errors.js'
import { newSecret } from '../../platform/ids.js'
import type { EphemeralStore } from '../../platform/storage/ephemeral.js'
import { originOf } from '../middleware/front.js'
import { contentSecurityPolicy, formActionOf } from '../middleware/headers.js'
import { showExternalFailure } from './external-failure.js'
import type { SigninOptions } from './signin.js'
import type { Visit } from './steps.js'

/** What the first page and the flow want of the identity sources. */
export interface ExternalSignIn {
  store: EphemeralStore
  way: Way
  admission: Pick<Admission, 'admit'>
  /** Those that are in use. */
  list(): Promise<IdentitySource[]>
  /** The sources that have a button, with where it leads; `home` is where the pages of the sign-in are. */
  buttons(home: string): Promise<{ name: string; url: string }[]>
  /** The source that people of a mail domain are sent to. */
  findByDomain(domain: string): Promise<IdentitySource | undefined>
  /** The one that everybody is sent to straight away, where there is one. */
  findOnly(): Promise<IdentitySource | undefined>
  /** Whether people are to come from a source, and administrators alone sign in here. */
  isForAdministrators(): Promise<boolean>
  /** Whether somebody may prove here who they are, and need not come from a source. */
  mayProveHere(userId: string): Promise<boolean>
}

interface External extends SigninOptions {
  external: ExternalSignIn
}

interface Hop {
  visit: (ctx: Context) => Promise<Visit>
  forward: (here: Visit) => Promise<void>
}

/** What is kept of a way out until it comes back. */
interface SetOut {
  uid: string
  sourceId: string
  keep: unknown
}

/** Seconds for all of it at the provider: whoever has to find a telephone takes a while. */
const wayOutLasts = 15 * 60
/** Seconds from the answer's arrival to its use, which is one redirect. */
const answerLasts = 120

/** Answers that are kept for one way out: whoever sends more is no provider. */
const mostAnswers = 5

const setOutKey = (handle: string): string => `external:${handle}`
const answerKey = (handle: string): string => `external-answer:${handle}`

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
    return source ? setOut(here, source, options, false) : forward(here)
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
    const kept: SetOut = { uid: attempt.id, sourceId: source.id, keep }
    await external.store.put(setOutKey(handle), JSON.stringify(kept), { ttl: wayOutLasts })
    if (atOnce && !fields) {
      ctx.status = 303
      return ctx.redirect(url)
    }
    if (fields) contentSecurityPolicy(ctx, formActionOf(url))
    else ctx.set('Refresh', `0; url=${url}`)
    await render(ctx, 'signin/external', { source: source.name, url, fields: fields && Object.entries(fields).map(([name, value]) => ({ name, value })), otherUrl: `${here.home}/restart` })
  } catch (error) {
    if (!(error instanceof ExternalRefusal)) throw error
    await fail(here, source, error, options)
  }
}

/** Takes what the provider answered, once, and lets in whom it proves. */
async function comeBack(here: Visit, handle: string, options: External, { visit, forward }: Hop): Promise<void> {
  const { ctx, attempt } = here
  const { external, attempts } = options
  const expired = new Refusal('expired', 'This sign-in has ended, was open for too long, or was begun in another browser. Please start again.')
  const taken = await external.store.take(answerKey(handle))
  if (!taken) throw expired
  const answer = JSON.parse(taken) as ExternalAnswer
  const setOutEntry = await external.store.take(setOutKey(answer.handle))
  const sent = setOutEntry === undefined ? undefined : JSON.parse(setOutEntry) as SetOut
  // Somebody else's answer, put into this browser, would sign it in as somebody else.
  if (!sent || sent.uid !== attempt.id || sent.sourceId !== answer.sourceId || attempt.external?.sourceId !== sent.sourceId) throw expired
  const source = (await external.list()).find(({ id }) => id === sent.sourceId)
  if (!source) throw expired
  const steps = new ExternalSteps()
  try {
    const identity = await external.way.finish(source, { keep: sent.keep, params: answer.params }, steps)
    const { user } = await external.admission.admit({ source, identity, steps, origin: originOf(ctx) })
    const provedAt = options.clock()
    const twice = source.secondStep !== 'ours' && provedTwice(identity)
    Object.assign(attempt, { userId: user.id, userName: user.userName, proofs: [{ way: 'ext', provedAt }, ...(twice ? [{ way: 'exm', provedAt }] : [])], external: { ...attempt.external, amr: identity.amr.slice(0, 10) } })
    await here.events.verified('ext', 'Success', user.id, { sourceId: source.id, source: source.name, ...(identity.acr !== undefined && { acr: identity.acr.slice(0, 300) }) })
  } catch (error) {
    if (!(error instanceof ExternalRefusal)) throw error
    return fail(here, source, error, options)
  }
  await attempts.save(attempt)
  await forward(await visit(ctx))
}

async function fail(here: Visit, source: IdentitySource, refusal: ExternalRefusal, options: External): Promise<void> {
  const { attempt, events } = here
  const { step, reason } = refusal
  await events.verified('ext', 'Failure', undefined, { sourceId: source.id, source: source.name, reason, step: step.name, says: step.says, ...(step.advice !== undefined && { advice: step.advice }) })
  delete attempt.external
  await options.attempts.save(attempt)
  await showExternalFailure(here, source, options)
}

/** What arrived at the address of a source. */
export interface ExternalAnswer {
  handle: string
  sourceId: string
  params: Record<string, string>
}

/** Keeps an answer for the browser that brings it on, and says where that is; undefined where nobody waits for it. */
export async function keepAnswer(answer: ExternalAnswer, base: string, store: EphemeralStore): Promise<string | undefined> {
  const entry = await store.get(setOutKey(answer.handle))
  const sent = entry && JSON.parse(entry.value) as SetOut
  if (!sent || sent.sourceId !== answer.sourceId || await store.count(`external-answers:${answer.handle}`, wayOutLasts) > mostAnswers) return undefined
  const handle = newSecret()
  await store.put(answerKey(handle), JSON.stringify(answer), { ttl: answerLasts })
  return `${base}/${sent.uid}/external?answer=${handle}`
}
