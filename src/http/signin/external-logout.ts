// Where identity sources say that somebody signed out there, and where browsers go to sign out there and come back from it. What
// comes is another site's, and is believed because it is signed: nothing of this browser is used.
import { Router } from '@koa/router'
import type { Context, Middleware } from 'koa'
import { ExternalRefusal, SamlRefusal, type SamlInbound, type SamlOutbound } from '../../domain/federation/index.js'
import type { IdentitySource, SessionThere, SourceLogouts } from '../../domain/identity-sources/index.js'
import { Refusal } from '../../platform/errors.js'
import { newSecret } from '../../platform/ids.js'
import type { Trail } from '../../platform/audit/index.js'
import type { EphemeralStore } from '../../platform/storage/ephemeral.js'
import { readForm } from '../middleware/form.js'
import { originOf } from '../middleware/front.js'
import { contentSecurityPolicy, formActionOf } from '../middleware/headers.js'
import type { Render } from '../middleware/render.js'

interface LogoutOptions {
  logouts: Pick<SourceLogouts, 'takeToken' | 'takeMessage' | 'leave' | 'comesBack'>
  /** Those that are switched off, too: their sessions go on, and so does their end. */
  findSource: (id: string) => Promise<IdentitySource | undefined>
  store: Pick<EphemeralStore, 'put' | 'take'>
  trail: Pick<Trail, 'record'>
  /** Whether a failure that anybody can cause belongs into the trail. */
  worthRecording: (ctx: Context) => Promise<boolean>
  render: Render
}

/** Bytes of a form, and characters of a field, that a message of the largest size takes. */
const limits = { body: 700_000, field: 370_000 }
const longestQuery = 400_000
/** Seconds in which a browser goes on that has signed out here, which is one redirect. */
const leavingLasts = 120
const keyOf = (handle: string): string => `leaving:${handle}`
const signedOutUrl = '/start/signed-out'

interface Leaving { sourceId: string; outbound: SamlOutbound }

/** Begins to sign out there for a session that has ended here, and says where the browser goes; `onwards` is where it goes after that, if not to a page of ours. */
export type LeaveSource = (session: SessionThere & { sourceId: string }, onwards?: string) => Promise<string | undefined>

/** What signing out here wants. */
export const leaveSources = ({ logouts, findSource, store }: Pick<LogoutOptions, 'logouts' | 'findSource' | 'store'>): LeaveSource =>
  async (session, onwards) => {
    const source = await findSource(session.sourceId)
    const outbound = source && await logouts.leave(source, session, onwards).catch((error: unknown) => {
      // A provider that does not answer keeps nobody from signing out here.
      if (error instanceof Refusal) return undefined
      throw error
    })
    if (!outbound) return undefined
    const handle = newSecret()
    await store.put(keyOf(handle), JSON.stringify({ sourceId: source.id, outbound } satisfies Leaving), { ttl: leavingLasts })
    return `/signin/external/${source.id}/sign-out?to=${handle}`
  }

/** Mounts the addresses: `back-channel-logout` of OpenID Connect, `slo` of SAML, and the pages of leaving and coming back. */
export function externalLogoutDoor(options: LogoutOptions): Middleware {
  const router = new Router({ prefix: '/signin/external/:source' })
  router.post('/back-channel-logout', (ctx) => takeToken(ctx, options))
  router.get('/slo', async (ctx) => {
    if (ctx.querystring.length > longestQuery) throw new Refusal('too-large', 'That message is too long.')
    const { SAMLResponse, RelayState } = Object.fromEntries(new URLSearchParams(ctx.querystring))
    await takeMessage(ctx, { inbound: { binding: 'redirect', query: ctx.querystring }, isAnswer: SAMLResponse !== undefined, relayState: RelayState }, options)
  })
  router.post('/slo', async (ctx) => {
    const { SAMLRequest, SAMLResponse, RelayState: relayState } = await readForm(ctx, limits)
    if ((SAMLRequest === undefined) === (SAMLResponse === undefined)) throw new Refusal('invalid-input', 'There is not one message in that form.')
    await takeMessage(ctx, { inbound: { binding: 'post', message: (SAMLRequest ?? SAMLResponse)!, relayState }, isAnswer: SAMLRequest === undefined, relayState }, options)
  })
  router.get('/sign-out', (ctx) => leave(ctx, options))
  router.get('/signed-out', async (ctx) => {
    const source = await options.findSource(String(ctx.params.source))
    const { state } = ctx.query
    const back = source?.kind === 'oidc' && typeof state === 'string' && state.length <= 80 ? await options.logouts.comesBack(source, state) : undefined
    if (source && back) await showSignedOut(ctx, source, { isDone: true, ...back }, options)
    else ctx.redirect(signedOutUrl)
  })
  return router.routes() as unknown as Middleware
}

/** OpenID Connect Back-Channel Logout 1.0 section 2.8. */
async function takeToken(ctx: Context, { logouts, findSource, trail, worthRecording }: LogoutOptions): Promise<void> {
  const answer = (status: number, body: object | ''): void => {
    ctx.status = status
    ctx.set('Cache-Control', 'no-store')
    ctx.body = body
  }
  const refuse = (says: string): void => answer(400, { error: 'invalid_request', error_description: says })
  const source = await findSource(String(ctx.params.source))
  if (source?.kind !== 'oidc') return refuse('No provider sends logout tokens to this address.')
  try {
    const { logout_token: token } = await readForm(ctx, limits)
    if (!token) return refuse('There is no logout token.')
    await logouts.takeToken(source, token, originOf(ctx))
    answer(200, '')
  } catch (error) {
    if (!(error instanceof Refusal) || error.code === 'unavailable') throw error
    if (error instanceof ExternalRefusal && await worthRecording(ctx)) await recordRefused(ctx, source, { reason: error.reason, says: error.step.says }, trail)
    refuse(error instanceof ExternalRefusal ? error.step.says : error.message)
  }
}

type Message = { inbound: SamlInbound; isAnswer: boolean; relayState: string | undefined }

async function takeMessage(ctx: Context, message: Message, options: LogoutOptions): Promise<void> {
  const source = await options.findSource(String(ctx.params.source))
  if (source?.kind !== 'saml') throw new Refusal('not-found', 'No page has this address.')
  const taken = await options.logouts.takeMessage(source, message, originOf(ctx)).catch(async (error: unknown) => {
    if (!(error instanceof SamlRefusal)) throw error
    if (await options.worthRecording(ctx)) await recordRefused(ctx, source, { reason: error.reason, says: error.detail }, options.trail)
    throw new Refusal('invalid-input', `The message of ${source.name} about signing out cannot be used, and nobody was signed out by it. You can sign out in your portal.`, { cause: error })
  })
  if (taken.kind === 'late') return void ctx.redirect(signedOutUrl)
  if (taken.kind === 'request' && taken.answer?.binding === 'redirect') {
    ctx.status = 303
    return ctx.redirect(taken.answer.location)
  }
  if (taken.kind === 'request' && taken.answer) return goOn(ctx, source, taken.answer, options)
  await showSignedOut(ctx, source, taken.kind === 'request' ? { isDone: true } : taken, options)
}

/** A page of its own, because browsers do not let the form of signing out lead elsewhere. */
async function leave(ctx: Context, options: LogoutOptions): Promise<void> {
  const { to } = ctx.query
  const taken = typeof to === 'string' && to.length <= 80 ? await options.store.take(keyOf(to)) : undefined
  const leaving = taken === undefined ? undefined : JSON.parse(taken) as Leaving
  const source = leaving && leaving.sourceId === ctx.params.source ? await options.findSource(leaving.sourceId) : undefined
  if (!source) return ctx.redirect(signedOutUrl)
  await goOn(ctx, source, leaving!.outbound, options)
}

async function goOn(ctx: Context, { name }: IdentitySource, outbound: SamlOutbound, { render }: LogoutOptions): Promise<void> {
  const [url, fields] = outbound.binding === 'post' ? [outbound.action, outbound.fields] : [outbound.location, undefined]
  if (fields) contentSecurityPolicy(ctx, formActionOf(url))
  else ctx.set('Refresh', `0; url=${url}`)
  await render(ctx, 'signin/external-leaving', { source: name, url, fields: fields && Object.entries(fields).map(([field, value]) => ({ name: field, value })) })
}

/** An application that asked for all of it has the person back at once, unless there is something to be told; by a page, because browsers do not let the form of another site lead on to a third. */
async function showSignedOut(ctx: Context, { name }: IdentitySource, { isDone, onwards }: { isDone: boolean; onwards?: string | undefined }, { render }: LogoutOptions): Promise<void> {
  if (isDone && onwards !== undefined) ctx.set('Refresh', `0; url=${onwards}`)
  await render(ctx, 'signin/external-signed-out', { source: name, isDone, onwards, signInUrl: '/start/' })
}

function recordRefused(ctx: Context, { id, name }: IdentitySource, why: { reason: string; says: string }, trail: Pick<Trail, 'record'>): Promise<void> {
  return trail.record({
    eventName: 'ExternalLogout', eventSource: 'signin.amazonaws.com', eventType: 'AwsServiceEvent', outcome: 'Failure', origin: originOf(ctx), userIdentity: { type: 'IdentitySource', principalId: id, userName: name },
    requestParameters: { sourceId: id }, additionalEventData: why, errorCode: 'LogoutRefused', errorMessage: why.says,
  })
}
