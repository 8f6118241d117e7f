// Sign-ins that people begin at their provider (IdP-initiated). Nothing ties such a response to the browser that brings it, which
// may have been sent by somebody else: whoever is there is shown as whom they would go on, and does so with a button or not at all.
import { Router } from '@koa/router'
import type { Context, Middleware } from 'koa'
import { ExternalRefusal, ExternalSteps, type ExternalIdentity } from '../../domain/federation/index.js'
import { profileOf, type IdentitySource } from '../../domain/identity-sources/index.js'
import type { Voucher } from '../../domain/sessions/index.js'
import type { Trail } from '../../platform/audit/index.js'
import type { Clock } from '../../platform/clock.js'
import { Refusal } from '../../platform/errors.js'
import { newSecret, newUuid } from '../../platform/ids.js'
import { cookieName, cookieOptions } from '../middleware/cookies.js'
import { portalPage } from '../middleware/destinations.js'
import { formOf } from '../middleware/form.js'
import { originOf } from '../middleware/front.js'
import type { Render } from '../middleware/render.js'
import { letIn, sendTo, type External, type ExternalSignIn, type Hop } from './external.js'
import type { Visit } from './steps.js'

interface BeginningOptions {
  external: Pick<ExternalSignIn, 'store' | 'way' | 'list'>
  /** The portal session of this browser. */
  sessions: { find(ctx: Context): Promise<{ uid: string; userId: string } | undefined>; endCurrent(ctx: Context): Promise<void> }
  vouchers: { find(uid: string): Promise<Voucher | undefined> }
  findUser: (id: string) => Promise<{ displayName: string } | undefined>
  trail: Pick<Trail, 'record'>
  /** Whether a failure that anybody can cause belongs into the trail. */
  worthRecording: (ctx: Context) => Promise<boolean>
  origin: string
  secure: boolean
  clock: Clock
  csrf: Middleware
  render: Render
}

/** Somebody proved, on the way in. */
interface Brought {
  /** Names it on the page: another one that came meanwhile is not what the person saw. */
  id: string
  sourceId: string
  identity: Omit<ExternalIdentity, 'claims'> & { claims: [string, readonly string[]][] }
  provedAt: number
  /** The page of the portal that it leads to. */
  page: string
}

/** Seconds to press the button, and to arrive after that. */
const waits = 300
const arrives = 120
const waitingKey = (handle: string): string => `begun-there:${handle}`
const goingKey = (handle: string): string => `brought:${handle}`
const notBegunHere = (): Refusal => new Refusal('expired', 'This sign-in was not begun here, has ended, or was open for too long. Please begin at our sign-in page.')
const cookieOf = (secure: boolean): string => cookieName('brought', secure)
const identityOf = ({ claims, ...rest }: Brought['identity']): ExternalIdentity => ({ ...rest, claims: new Map(claims) })

/** True where this browser is to go on as somebody whom a source has proved: nobody is signed in, and the portal is asked for. */
export const isBrought = ({ ctx, interaction }: Pick<Visit, 'ctx' | 'interaction'>, secure: boolean): boolean =>
  interaction.again === undefined && interaction.client.isPortal && ctx.cookies.get(cookieOf(secure)) !== undefined

/** Adds the hop on which a sign-in of this browser takes whom the person confirmed. */
export function broughtRoute(router: Router, options: External, hop: Hop): void {
  const { external, secure } = options
  router.get('/brought', async (ctx) => {
    const here = await hop.visit(ctx)
    if (!isBrought(here, secure)) return hop.forward(here)
    const taken = await external.store.take(goingKey(ctx.cookies.get(cookieOf(secure))!))
    ctx.cookies.set(cookieOf(secure), null, cookieOptions(secure))
    const brought = taken === undefined ? undefined : JSON.parse(taken) as Brought
    const source = brought && await allowed(brought.sourceId, external)
    if (!source) return hop.forward(here)
    sendTo(here, source)
    await letIn(here, source, { prove: async () => identityOf(brought!.identity), provedAt: brought!.provedAt }, options, hop)
  })
}

const allowed = async (sourceId: string, { list }: Pick<ExternalSignIn, 'list'>): Promise<IdentitySource | undefined> =>
  (await list()).find((source) => source.id === sourceId && source.kind === 'saml' && source.connection.unsolicited)

/** What takes a response that nobody here asked for, and the page that it leads to. */
export function beginningsElsewhere(options: BeginningOptions): { arrive: (ctx: Context, sourceId: string, response: Record<string, string>) => Promise<void>; door: Middleware } {
  const router = new Router({ prefix: '/signin/external/:source/continue' })
  router.use(options.csrf)
  router.get('/', (ctx) => confirm(ctx, options))
  router.post('/', (ctx) => goOn(ctx, options))
  return { arrive: (ctx, sourceId, response) => arrive(ctx, { sourceId, response }, options), door: router.routes() as unknown as Middleware }
}

async function arrive(ctx: Context, { sourceId, response: { SAMLResponse = '', RelayState } }: { sourceId: string; response: Record<string, string> }, options: BeginningOptions): Promise<void> {
  const { external, origin, secure, clock } = options
  const source = SAMLResponse === '' ? undefined : await allowed(sourceId, external)
  if (!source) throw notBegunHere()
  const identity = await external.way.finish(source, { keep: undefined, params: { SAMLResponse } }, new ExternalSteps()).catch((error: unknown) => fail(ctx, source, error, options))
  if (!identity) return
  const handle = newSecret()
  const brought: Brought = { id: newUuid(), sourceId, identity: { ...identity, claims: [...identity.claims] }, provedAt: clock(), page: portalPage(RelayState, origin) ?? '/start/' }
  await external.store.put(waitingKey(handle), JSON.stringify(brought), { ttl: waits })
  // In no address: whoever has it goes on as that person.
  ctx.cookies.set(cookieOf(secure), handle, cookieOptions(secure, waits * 1000))
  ctx.status = 303
  ctx.redirect(`/signin/external/${sourceId}/continue`)
}

async function fail(ctx: Context, { id, name }: IdentitySource, error: unknown, { trail, worthRecording, render }: BeginningOptions): Promise<undefined> {
  if (!(error instanceof ExternalRefusal)) throw error
  // An answer to a sign-in of ours that is over.
  if (error.reason === 'in-response-to') throw notBegunHere()
  const { step: { name: step, says, advice }, reason } = error
  if (await worthRecording(ctx)) {
    await trail.record({
      eventName: 'CredentialVerification', eventSource: 'signin.amazonaws.com', outcome: 'Failure', origin: originOf(ctx), serviceEventDetails: { CredentialVerification: 'Failure' },
      additionalEventData: { CredentialType: 'EXTERNAL_IDP', sourceId: id, source: name, reason, step, says, ...(advice !== undefined && { advice }) },
    })
  }
  ctx.status = 403
  await render(ctx, 'signin/external-failed', { source: name, reference: originOf(ctx).requestId, againUrl: '/start/', otherUrl: '/signin/here' })
  return undefined
}

async function waiting(ctx: Context, { external, secure }: BeginningOptions): Promise<{ handle: string; brought: Brought; source: IdentitySource }> {
  const handle = ctx.cookies.get(cookieOf(secure))
  const entry = handle ? await external.store.get(waitingKey(handle)) : undefined
  const brought = entry && JSON.parse(entry.value) as Brought
  const source = brought?.sourceId === ctx.params.source ? await allowed(brought!.sourceId, external) : undefined
  if (!handle || !brought || !source) throw notBegunHere()
  return { handle, brought, source }
}

async function confirm(ctx: Context, options: BeginningOptions): Promise<void> {
  const { sessions, vouchers, findUser, external, render, secure } = options
  const { handle, brought, source } = await waiting(ctx, options)
  const session = await sessions.find(ctx)
  const voucher = session && await vouchers.find(session.uid)
  if (voucher?.sourceId === source.id && voucher.subject === brought.identity.subject) {
    // They are in already, by the same source: a second session would end what goes on with the first.
    await external.store.take(waitingKey(handle))
    ctx.cookies.set(cookieOf(secure), null, cookieOptions(secure))
    return ctx.redirect(brought.page)
  }
  const { displayName, userName } = profileOf(identityOf(brought.identity), source)
  const current = session && await findUser(session.userId)
  await render(ctx, 'signin/external-continue', { source: source.name, name: displayName ?? userName ?? brought.identity.subject, id: brought.id, current: current?.displayName, otherUrl: '/start/' })
}

async function goOn(ctx: Context, options: BeginningOptions): Promise<void> {
  const { sessions, external, trail, secure } = options
  const { handle, brought } = await waiting(ctx, options)
  if (formOf(ctx).id !== brought.id || await external.store.take(waitingKey(handle)) === undefined) throw notBegunHere()
  const session = await sessions.find(ctx)
  await sessions.endCurrent(ctx)
  if (session) await trail.record({ eventName: 'Logout', eventSource: 'sso.amazonaws.com', eventType: 'AwsApiCall', origin: originOf(ctx), userId: session.userId, sessionId: session.uid })
  const next = newSecret()
  await external.store.put(goingKey(next), JSON.stringify(brought), { ttl: arrives })
  ctx.cookies.set(cookieOf(secure), next, cookieOptions(secure, arrives * 1000))
  ctx.status = 303
  ctx.redirect(brought.page)
}
