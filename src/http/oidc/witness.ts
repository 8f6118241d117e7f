// Watches the provider at work: keeps the record of new portal sessions, notes from where servers ask, and writes its events.
import type { Middleware } from 'koa'
import type { KoaContextWithOIDC } from 'oidc-provider'
import type { KeyFetches } from '../../domain/access/index.js'
import type { Trail } from '../../platform/audit/index.js'
import { hidden } from '../../platform/audit/index.js'
import type { SignedIn, Voucher } from '../../domain/sessions/index.js'
import type { EphemeralStore } from '../../platform/storage/ephemeral.js'
import { isWorthRecording } from '../middleware/failures.js'
import { originOf } from '../middleware/front.js'
import { isCommandLine } from './clients.js'
import { shortened } from './consent.js'

interface WitnessOptions {
  trail: Trail
  signedIn: SignedIn
  store: Pick<EphemeralStore, 'count'>
  keyFetches: Pick<KeyFetches, 'noteCall' | 'noteFetch'>
}

/** Runs around every request to the provider. */
export function witness({ trail, signedIn, store, keyFetches }: WitnessOptions): Middleware {
  return async (context, next) => {
    await next()
    const ctx = context as unknown as KoaContextWithOIDC
    // A store that does not answer would not take the event either, and the answer must not wait for it twice.
    if (!ctx.oidc?.route || ctx.state.failure) return
    if (ctx.oidc.route === 'resume' && ctx.oidc.result?.login && ctx.oidc.session?.accountId) await recordSession(ctx, signedIn, trail)
    else if (ctx.oidc.route === 'authorization' && ctx.oidc.session?.accountId) await signedIn.touch(ctx.oidc.session.uid)
    else if (ctx.oidc.route === 'jwks') noteFetch(ctx, keyFetches)
    else if (ctx.oidc.route === 'token') {
      noteCall(ctx, keyFetches)
      await recordToken(ctx, store, trail)
    }
    else if (ctx.oidc.route === 'revocation' && ctx.status === 200) await recordRevocation(ctx, trail)
    else if (ctx.oidc.route === 'end_session_confirm' && (ctx.oidc.session as { destroyed?: boolean } | undefined)?.destroyed) await recordEnd(ctx, signedIn, trail)
  }
}

/** A browser's fetch tells nothing of a server, not even of one behind the same address. */
function noteFetch(ctx: KoaContextWithOIDC, keyFetches: WitnessOptions['keyFetches']): void {
  if (ctx.method !== 'GET' || ctx.status !== 200 || ctx.get('origin') !== '' || ctx.get('sec-fetch-site') !== '') return
  keyFetches.noteFetch(placeOf(ctx), (ctx.body as { keys: { kid: string }[] }).keys.map(({ kid }) => kid))
}

/** Only whoever proved to be the client says from where it asks; whoever has nothing to prove it by asks from people's devices. */
function noteCall(ctx: KoaContextWithOIDC, keyFetches: WitnessOptions['keyFetches']): void {
  const { client } = ctx.oidc
  if (client && ctx.status === 200 && client.clientAuthMethod !== 'none' && !isCommandLine(client.clientId)) keyFetches.noteCall(client.clientId, placeOf(ctx))
}

const placeOf = (ctx: KoaContextWithOIDC): { address: string; userAgent: string } => {
  const { sourceIPAddress: address, userAgent } = originOf(ctx as never)
  return { address: address.toLowerCase(), userAgent }
}

async function recordSession(ctx: KoaContextWithOIDC, signedIn: SignedIn, trail: Trail): Promise<void> {
  const { uid, accountId, exp, amr } = ctx.oidc.session!
  const origin = originOf(ctx as never)
  // Proving again who one is goes on with the same session.
  const before = await signedIn.find(uid)
  const startedAt = before?.userId === accountId ? before!.startedAt : Date.now()
  // Whoever proved only a second factor is still vouched for; whoever proved it all here is not.
  const vouchedBy = (ctx.oidc.result as { vouchedBy?: Voucher }).vouchedBy ?? (amr?.includes('ext') ? before?.vouchedBy : undefined)
  await signedIn.record({ uid, userId: accountId!, address: origin.sourceIPAddress, userAgent: origin.userAgent, startedAt, ...(before && { lastUsedAt: Date.now() }), expiresAt: (exp ?? 0) * 1000, ...(vouchedBy && { vouchedBy }) })
  // What a source said of the end while the person was still on their way in: looked at after the record is there for it to find.
  if (vouchedBy && await signedIn.isTakenBack(vouchedBy)) {
    await ctx.oidc.session!.destroy()
    return signedIn.remove(uid)
  }
  await trail.record({ eventName: 'Authenticate', eventSource: 'sso.amazonaws.com', eventType: 'AwsApiCall', origin, userId: accountId!, additionalEventData: { sessionId: uid } })
}

async function recordToken(ctx: KoaContextWithOIDC, store: WitnessOptions['store'], trail: Trail): Promise<void> {
  const { client, entities, params } = ctx.oidc
  const body = ctx.body as { error?: string; access_token?: string; expires_in?: number; refresh_token?: string } | undefined
  if (body?.error && !await isWorthRecording(ctx as never, store)) return
  const userId = entities.Account?.accountId
  await trail.record({
    eventName: 'CreateToken',
    eventSource: 'sso.amazonaws.com',
    eventType: 'AwsApiCall',
    origin: originOf(ctx as never),
    ...(userId && { userId }),
    ...(body?.error && { errorCode: body.error }),
    requestParameters: { clientId: client && shortened(client.clientId), grantType: params?.grant_type },
    ...(body?.access_token && { responseElements: { accessToken: hidden, tokenType: 'Bearer', expiresIn: body.expires_in, ...(body.refresh_token && { refreshToken: hidden }) } }),
  })
}

async function recordRevocation(ctx: KoaContextWithOIDC, trail: Trail): Promise<void> {
  const { client } = ctx.oidc
  await trail.record({ eventName: 'RevokeToken', eventSource: 'sso.amazonaws.com', eventType: 'AwsApiCall', origin: originOf(ctx as never), requestParameters: { clientId: client && shortened(client.clientId), token: hidden } })
}

async function recordEnd(ctx: KoaContextWithOIDC, signedIn: SignedIn, trail: Trail): Promise<void> {
  const { uid, accountId } = ctx.oidc.session!
  await signedIn.remove(uid)
  await trail.record({ eventName: 'Logout', eventSource: 'sso.amazonaws.com', eventType: 'AwsApiCall', origin: originOf(ctx as never), ...(accountId && { userId: accountId }) })
}
