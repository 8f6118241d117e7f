// Interactions: what the provider asks of a person before it answers a client. Each belongs to one
// browser, by the signed cookie that is bound to its path.
import type { Context } from 'koa'
import { errors, type InteractionResults, type Provider } from 'oidc-provider'
import { seconds, type Clock } from '../../platform/clock.js'
import { Refusal } from '../../platform/errors.js'
import { contentSecurityPolicy, formActionOf } from '../middleware/headers.js'
import { levelRequest, wantsTwoFactors } from './authentication-context.js'
import { isCommandLine, portalClientId } from './clients.js'

export interface InteractionClient {
  id: string
  name: string
  isPortal: boolean
  isCommandLine: boolean
  /** Its name proves nothing, so what was allowed once is not allowed for good. */
  isNative: boolean
  redirectUri: string
}

export interface Interaction {
  uid: string
  prompt: 'login' | 'assignment' | 'consent'
  client: InteractionClient
  /** The person already signed in, if anybody is. */
  userId: string | undefined
  /** Scopes that the person is asked to allow: those not allowed yet, or all where there are none of them. */
  scopes: string[]
  grantId: string | undefined
  loginHint: string | undefined
  /** Names the session of this browser, where somebody is signed in. */
  sessionUid: string | undefined
  /** How somebody signed in who is to prove it once more; undefined where nobody is signed in. */
  again: 'password' | 'passkey' | 'external' | undefined
  /** The request asks for a second factor. */
  wantsTwoFactors: boolean
  /** The session, where all it lacks is a second factor and its sign-in is not long ago. `since` in seconds. */
  session: { userId: string; amr: string[]; since: number } | undefined
}

const againOf = (amr: readonly string[]): NonNullable<Interaction['again']> => (amr.includes('ext') ? 'external' : amr.includes('pwd') ? 'password' : 'passkey')

/** How long what was proved for a session counts for a step up. */
const freshFor = 3600

export class Interactions {
  constructor(private readonly provider: () => Provider, private readonly clock: Clock) {}

  /** Gets this browser's interaction; refuses with `expired` when it is over or belongs to another browser. */
  async get(ctx: Context, prompts: Interaction['prompt'][]): Promise<Interaction> {
    const details = await this.#details(ctx)
    const prompt = details.prompt.name as Interaction['prompt']
    if (details.uid !== ctx.params.uid || !prompts.includes(prompt)) throw expired()
    const client = await this.provider().Client.find(String(details.params.client_id))
    if (!client) throw expired()
    const redirectUri = String(details.params.redirect_uri ?? '')
    contentSecurityPolicy(ctx, formActionOf(redirectUri))
    return {
      uid: details.uid,
      prompt,
      client: {
        id: client.clientId,
        name: client.clientName ?? client.clientId,
        isPortal: client.clientId === portalClientId,
        isCommandLine: isCommandLine(client.clientId),
        isNative: client.applicationType === 'native',
        redirectUri,
      },
      userId: details.session?.accountId,
      sessionUid: details.session?.uid,
      again: details.session?.accountId === undefined ? undefined : againOf(details.session.amr ?? []),
      scopes: (details.prompt.details.missingOIDCScope as string[] | undefined) ?? String(details.params.scope ?? '').split(' ').filter(Boolean),
      grantId: details.grantId,
      loginHint: details.params.login_hint === undefined ? undefined : String(details.params.login_hint).slice(0, 128),
      wantsTwoFactors: wantsTwoFactors(levelRequest(details.params)),
      session: await this.#steppingUp(details),
    }
  }

  async #steppingUp({ prompt, session }: Awaited<ReturnType<Provider['interactionDetails']>>): Promise<Interaction['session']> {
    if (!session?.accountId || prompt.reasons.some((reason) => reason !== 'stronger')) return undefined
    // The session may have ended since the request was made.
    const live = await this.provider().Session.findByUid(session.uid)
    const since = live?.loginTs ?? 0
    return live?.accountId && since + freshFor > seconds(this.clock()) ? { userId: live.accountId, amr: live.amr ?? [], since } : undefined
  }

  /** Answers the interaction and sends the browser back to the provider. */
  async finish(ctx: Context, result: InteractionResults): Promise<void> {
    const returnTo = await this.provider().interactionResult(ctx.req, ctx.res, result, { mergeWithLastSubmission: true })
    ctx.status = 303
    ctx.redirect(returnTo)
  }

  async #details(ctx: Context): Promise<Awaited<ReturnType<Provider['interactionDetails']>>> {
    try {
      return await this.provider().interactionDetails(ctx.req, ctx.res)
    } catch (error) {
      if (error instanceof errors.SessionNotFound) throw expired(error)
      throw error
    }
  }
}

const expired = (cause?: unknown): Refusal =>
  new Refusal('expired', 'This sign-in has ended, was open for too long, or was begun in another browser. Please start again.', { cause })
