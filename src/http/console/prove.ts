// What protects somebody's credentials is changed only after a proof of the last five minutes, with a device where they have
// one. Others prove it again here, and come back to the page: never to what a form asked.
import { createHash } from 'node:crypto'
import type { Context } from 'koa'
import { Refusal } from '../../platform/errors.js'
import type { OwnDevice } from '../../domain/authentication/index.js'
import type { ConsoleSession } from '../../domain/sessions/index.js'
import { formOf, queryOf } from '../middleware/form.js'
import { originOf } from '../middleware/front.js'
import { choose } from './browser-sessions.js'
import { aboutSession } from './events.js'
import { done, type Failed } from '../middleware/form-again.js'
import { addressOf } from '../middleware/listing.js'
import type { ConsoleOptions } from './options.js'
import { ownOf, withOwn, type Own } from './own.js'
import type { ConsolePage, ConsoleVisit } from './visit.js'

const freshFor = 5 * 60_000
const longestPassword = 1024

/** True when whoever has the session proved a moment ago who they are, as well as they could then. */
export async function isFresh({ session: { provedAt, mfaAt } }: Pick<ConsoleVisit, 'session'>, { principal }: Own, { clock, rooms }: ConsoleOptions): Promise<boolean> {
  if (provedAt === undefined || clock() - provedAt > freshFor) return false
  return mfaAt !== undefined || !(await rooms.devices.list(principal)).some(({ createdAt }) => createdAt.getTime() < provedAt)
}

/** A page for a fresh proof; a form that came too late leads back to `back`. */
export const withFreshProof = (page: ConsolePage, options: ConsoleOptions, back = '/console/credentials'): ConsolePage => async (visit) => {
  if (await isFresh(visit, ownOf(visit), options)) return page(visit)
  visit.goTo(addressOf('/console/prove', { back: visit.ctx.method === 'POST' ? addressOf(back, { late: '1' }) : visit.ctx.url }))
}

/** Where whoever has a session proves it again before they come to an address; undefined after a fresh proof, and for roles, who proved it elsewhere. */
export async function findProofUrl(ctx: Context, session: ConsoleSession, back: string, options: ConsoleOptions): Promise<string | undefined> {
  if ((session.kind !== 'root' && session.kind !== 'iam-user') || await isFresh({ session }, ownOf({ session }), options)) return undefined
  // It is this session's proof that counts, whichever of the browser's the console showed.
  choose(ctx, session, options)
  return addressOf('/console/prove', { back })
}

export const provePage = (options: ConsoleOptions): ConsolePage => withOwn((visit, own) => show(visit, own, options))

async function show(visit: ConsoleVisit, own: Own, { rooms }: ConsoleOptions, failed?: Failed): Promise<void> {
  const devices = await rooms.devices.list(own.principal)
  const back = backOf(visit)
  const has = (kind: OwnDevice['kind']): boolean => devices.some((device) => device.kind === kind)
  await visit.show('console/prove', {
    userName: own.userName, back, action: addressOf('/console/prove', { back }), asksCode: has('totp'), asksPassword: devices.length === 0 || has('totp'), canTrust: false,
    optionsUrl: has('passkey') && rooms.passkeys.isPossible ? '/console/prove/options' : undefined, problem: undefined, faults: undefined, retryAfter: undefined, ...failed,
  })
}

/** A page of the console or of the administration, in characters that every browser reads alike. */
function backOf({ ctx }: ConsoleVisit): string {
  const { back = '' } = queryOf(ctx)
  return /^\/(?:console|admin)(\/[!-[\]-~]*)?$/.test(back) ? back : '/console/credentials'
}

/** Answers the page's script: what to ask the browser for. */
export const proveOptions = ({ rooms }: ConsoleOptions): ConsolePage => withOwn(async (visit, own) => {
  visit.ctx.body = await rooms.passkeys.beginAuthentication(boundTo(visit), own.principal)
})

/** Ties what is asked of a browser to this session and this browser. */
export const boundTo = ({ ctx, session }: ConsoleVisit): string => `console ${session.id} ${createHash('sha256').update(ctx.state.csrf as string).digest('base64url')}`

/** Takes the proof. */
export const prove = (options: ConsoleOptions): ConsolePage => withOwn(async (visit, own) => {
  const { passkey } = formOf(visit.ctx)
  let hasDevice = false as boolean
  const isProved = await done(visit, async () => {
    hasDevice = passkey ? await provePasskey(visit, own, passkey, options) : await provePassword(visit, own, options)
  }, (failed) => show(visit, own, options, failed))
  if (!isProved) return
  const now = options.clock()
  await options.sessions.update(visit.secret, { ...visit.session, provedAt: now, ...(hasDevice && { mfaAt: now }) })
  visit.goTo(backOf(visit))
})

const record = (visit: ConsoleVisit, { trail }: ConsoleOptions, type: string, outcome: 'Success' | 'Failure'): Promise<void> => trail.record({
  ...aboutSession(visit.ctx, visit.session), eventName: 'CredentialVerification', eventSource: 'signin.amazonaws.com', outcome, additionalEventData: { CredentialType: type }, serviceEventDetails: { CredentialVerification: outcome },
})

async function provePasskey(visit: ConsoleVisit, own: Own, answer: string, options: ConsoleOptions): Promise<boolean> {
  const result = await options.rooms.passkeys.finishAuthentication(boundTo(visit), answer, own.principal)
  const isProved = result.outcome === 'proved' && result.proofs.includes('user')
  await record(visit, options, 'WEBAUTHN', isProved ? 'Success' : 'Failure')
  if (!isProved) throw new Refusal('credentials-wrong', result.outcome === 'proved' ? 'That key did not check that it is you. Use its PIN or your fingerprint.' : 'That passkey or key cannot be used here. Try again, or use another one.')
  return true
}

/** By the password, and the code of a device where there is one; what was wrong is not said apart. */
async function provePassword(visit: ConsoleVisit, own: Own, options: ConsoleOptions): Promise<boolean> {
  const { password = '', code = '' } = formOf(visit.ctx)
  await checkPassword(visit, own, password, options)
  const devices = await options.rooms.devices.list(own.principal)
  if (devices.length === 0) return false
  const { factorTries, apps } = options.rooms
  const one = { principal: own.principal, challenge: `console ${visit.session.id} ${visit.session.provedAt ?? 0}`, browser: undefined }
  await factorTries.begin(one)
  const { outcome } = await apps.prove(own.principal, code)
  if (outcome === 'proved') await factorTries.check(one)
  await record(visit, options, 'TOTP', outcome === 'proved' ? 'Success' : 'Failure')
  if (outcome !== 'proved') {
    await factorTries.failed(one)
    throw wrong(outcome === 'used' ? 'That code was used already. Wait for the next one.' : 'That code is not right.', 'code')
  }
  await factorTries.succeeded(one)
  return true
}

/** Checks the password of whoever has the session. Guesses count for this session alone: they delay nobody who signs in. */
export async function checkPassword(visit: ConsoleVisit, { principal }: Own, plain: string, options: ConsoleOptions, field = 'password') {
  const { throttle, passwords } = options.rooms
  const address = originOf(visit.ctx).sourceIPAddress
  const attempted = { name: principal, address, browser: `console ${visit.session.id}` }
  const turn = await throttle.check(attempted)
  const stored = await passwords.check(principal, plain.slice(0, longestPassword), address)
  if (!stored) {
    await record(visit, options, 'PASSWORD', 'Failure')
    await throttle.failed(attempted, turn)
    throw wrong('This is not the password you have now.', field)
  }
  // Of many guesses at once, none may count once the others have failed.
  await throttle.check(attempted, turn)
  await throttle.succeeded(attempted)
  return stored
}

const wrong = (message: string, path: string): Refusal => new Refusal('credentials-wrong', message, { faults: [{ path, message }] })
