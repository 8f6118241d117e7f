// The three actions: getSigninToken for brokers, login and logout for browsers.
import type { Context, Middleware } from 'koa'
import { actorOf, identityOf, personBehind, type Admission, type FindUser, type SigninTokens, type TokenContent } from '../../domain/credentials/index.js'
import type { Trail } from '../../platform/audit/index.js'
import { Refusal } from '../../platform/errors.js'
import { checkDestination } from '../middleware/destinations.js'
import { originOf } from '../middleware/front.js'
import { readParameters, type Parameters } from './parameters.js'

export interface FederationOptions {
  tokens: SigninTokens
  origin: string
  /** Addresses outside that a sign-in may lead to. */
  destinations: () => Promise<string[]>
  findUser: FindUser
  /** The ARN of the role of a session. */
  roleArnOf: (session: TokenContent) => Promise<string | undefined>
  /** Opens a session of the console in this browser. */
  startConsole: (ctx: Context, admission: Admission, beside: { roleArn?: string; destination?: string }) => Promise<unknown>
  /** Ends the sessions of this browser that were opened here. */
  endConsoles: (ctx: Context) => Promise<void>
  /** False for failures of which there are many. */
  isWorthRecording: (ctx: Context) => Promise<boolean>
  trail: Trail
}

type Action = (ctx: Context, parameters: Parameters, options: FederationOptions) => Promise<void>

const actions: Record<string, Action> = { getSigninToken, login, logout }

/** Serves /federation. */
export function federationDoor(options: FederationOptions): Middleware {
  return async (ctx, next) => {
    if (ctx.path !== '/federation' || (ctx.method !== 'GET' && ctx.method !== 'POST')) return next()
    ctx.set('cache-control', 'no-store')
    const parameters = await readParameters(ctx)
    const name = parameters.Action ?? ''
    const action = Object.hasOwn(actions, name) ? actions[name]! : undefined
    if (!action) throw new Refusal('invalid-input', 'Action must be getSigninToken, login or logout.')
    await action(ctx, parameters, options)
  }
}

/** Brokers are programs: what is wrong they are told as text. */
async function getSigninToken(ctx: Context, parameters: Parameters, options: FederationOptions): Promise<void> {
  try {
    const { token, session } = await options.tokens.issue(keysOf(parameters.Session), durationOf(parameters.SessionDuration))
    await record(ctx, session, options)
    ctx.type = 'application/json'
    ctx.body = JSON.stringify({ SigninToken: token })
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'invalid-input') throw error
    if (await options.isWorthRecording(ctx)) {
      await options.trail.record({ eventName: 'GetSigninToken', eventSource: 'signin.amazonaws.com', eventType: 'AwsConsoleSignIn', origin: originOf(ctx), errorMessage: error.message, outcome: 'Failure', responseElements: { GetSigninToken: 'Failure' } })
    }
    ctx.status = 400
    ctx.type = 'text/plain'
    ctx.body = `${error.message}\n`
  }
}

function keysOf(session = ''): { accessKeyId: string; secretAccessKey: string; sessionToken: string } {
  try {
    const { sessionId, sessionKey, sessionToken } = JSON.parse(session) as Record<string, unknown>
    if (typeof sessionId === 'string' && typeof sessionKey === 'string' && typeof sessionToken === 'string') return { accessKeyId: sessionId, secretAccessKey: sessionKey, sessionToken }
  } catch {
    // Said below.
  }
  throw new Refusal('invalid-input', 'Session must be JSON with sessionId, sessionKey and sessionToken.')
}

function durationOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (!/^\d{1,6}$/.test(text)) throw new Refusal('invalid-input', 'SessionDuration must be a whole number of seconds.')
  return Number(text)
}

async function record(ctx: Context, session: TokenContent, { findUser, trail }: FederationOptions): Promise<void> {
  const actor = await actorOf(session, findUser)
  const person = personBehind({ session })
  await trail.record({
    eventName: 'GetSigninToken', eventSource: 'signin.amazonaws.com', eventType: 'AwsConsoleSignIn', origin: originOf(ctx), accountId: session.principal.accountId, accessKeyId: session.accessKeyId,
    ...(person !== undefined && { userId: person }), ...(actor && { userIdentity: identityOf(actor, session.accessKeyId) }),
    responseElements: { credentials: { accessKeyId: session.accessKeyId }, GetSigninToken: 'Success' }, additionalEventData: { MobileVersion: 'No', MFAUsed: 'No' },
  })
}

async function login(ctx: Context, { Destination, Issuer, SigninToken = '' }: Parameters, options: FederationOptions): Promise<void> {
  requireNavigation(ctx)
  if (Issuer && !(URL.canParse(Issuer) && /^https?:$/.test(new URL(Issuer).protocol))) throw new Refusal('invalid-input', 'Issuer must be an address.')
  const destination = checkDestination(Destination, { origin: options.origin, listed: await options.destinations() })
  const admission = await options.tokens.redeem(SigninToken)
  const roleArn = await options.roleArnOf(admission.session)
  // The console's home leads on to where somebody wanted to go, unless that is the console itself.
  await options.startConsole(ctx, admission, { ...(roleArn !== undefined && { roleArn }), ...(destination.startsWith('/console') ? {} : { destination }) })
  ctx.redirect(destination)
}

async function logout(ctx: Context, { redirect_uri: back }: Parameters, options: FederationOptions): Promise<void> {
  requireNavigation(ctx)
  const destination = checkDestination(back, { origin: options.origin, listed: await options.destinations() })
  await options.endConsoles(ctx)
  ctx.redirect(destination)
}

/** A page of somebody else's may lead here, but not load this as a picture or a frame of its own. */
function requireNavigation(ctx: Context): void {
  if (!['', 'document'].includes(ctx.get('sec-fetch-dest'))) throw new Refusal('forged-request', 'This page cannot be loaded into another one.')
}
