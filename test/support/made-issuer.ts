// A provider that says whatever a test wants, and signs it; and a relying party that comes to it.
import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { JWTPayload } from 'jose'
import { ExternalRefusal, ExternalSteps, OidcRelyingParty, type ExternalIdentity, type OidcConnection } from '../../src/domain/federation/index.js'
import { networksOf, Outbound } from '../../src/platform/outbound/index.js'
import { startIssuer } from './issuer.js'

export interface Answered {
  status?: number
  headers?: Record<string, string>
  body: object | string
}

/** Starts one; `mood` is what it says next, and the token is for what was asked last. */
export async function startMadeIssuer() {
  const issuer = await startIssuer()
  const asked: Record<string, string>[] = []
  const request = { nonce: '' }
  const mood = {
    /** Claims beside and in place of the usual ones. */
    claims: {} as JWTPayload & Record<string, unknown>,
    /** Makes the token in place of the usual one. */
    idToken: undefined as ((claims: JWTPayload & Record<string, unknown>) => Promise<string> | string) | undefined,
    token: undefined as Answered | undefined,
    userinfo: undefined as Answered | undefined,
    configuration: {} as object,
    /** What is answered at a path, whatever else there is. */
    at: {} as Record<string, Answered>,
    now: () => Date.now(),
  }
  const endpoints = { authorization_endpoint: `${issuer.issuer}/authorize`, token_endpoint: `${issuer.issuer}/token`, userinfo_endpoint: `${issuer.issuer}/userinfo` }
  const usualClaims = (): JWTPayload & Record<string, unknown> => ({ sub: 'ada-7', aud: 'gatehouse', nonce: request.nonce, ...mood.claims })
  const tokens = async (): Promise<Answered> => ({ body: { access_token: 'access-0123456789', token_type: 'Bearer', id_token: await (mood.idToken ?? ((claims) => issuer.token(claims, { now: mood.now() })))(usualClaims()) } })
  issuer.mood.answer = (incoming: IncomingMessage, response: ServerResponse) => {
    const path = new URL(incoming.url!, issuer.issuer).pathname
    issuer.mood.configuration = { ...endpoints, ...mood.configuration }
    if (!mood.at[path] && !['/token', '/userinfo'].includes(path)) return false
    void (async () => {
      let body = ''
      for await (const part of incoming) body += String(part)
      if (path === '/token') asked.push(Object.fromEntries(new URLSearchParams(body)))
      const answered: Answered = mood.at[path] ?? (path === '/token' ? mood.token ?? await tokens() : mood.userinfo ?? { body: { sub: 'ada-7', name: 'Ada Byron' } })
      const text = typeof answered.body === 'string' ? answered.body : JSON.stringify(answered.body)
      response.writeHead(answered.status ?? 200, { 'content-type': 'application/json', ...answered.headers }).end(text)
    })()
    return true
  }
  return {
    ...issuer, mood, asked,
    /** What a browser brings back, having been sent to a URL. */
    answer: (url: URL, more: Record<string, string> = {}): URL => {
      request.nonce = url.searchParams.get('nonce')!
      return back(url, { code: 'code-0123456789-0123456789', ...more })
    },
    /** Goes back to saying the usual. */
    calm: () => Object.assign(mood, { claims: {}, idToken: undefined, token: undefined, userinfo: undefined, configuration: {}, at: {}, now: () => Date.now() }),
  }
}

const allowed = networksOf(['127.0.0.0/8', '::1'], (entry) => { throw new Error(entry) })

/** A provider, and who signs people in with it. */
export async function startMadeSignIn() {
  const issuer = await startMadeIssuer()
  const time = { ahead: 0 }
  const clock = (): number => Date.now() + time.ahead
  const connection: OidcConnection = { issuer: issuer.issuer, clientId: 'gatehouse', scopes: [], authentication: 'client_secret_basic' }
  const home = { party: new OidcRelyingParty({ outbound: new Outbound({ allowed }), clock }) }
  const [secret, redirectUri] = ['secret-0123456789-0123456789', 'https://gatehouse.example.com/signin/source/one']
  const signIn = async (steps = new ExternalSteps(), more: { scopes?: string[]; maxAge?: number } = {}): Promise<ExternalIdentity> => {
    const mine = { ...connection, scopes: more.scopes ?? [] }
    const { url, keep } = await home.party.begin(mine, { secret, redirectUri, maxAge: more.maxAge }, steps)
    return home.party.finish(mine, { secret, keep, callback: issuer.answer(url) }, steps)
  }
  return {
    issuer, connection, time, signIn, secret, redirectUri,
    /** Who signs people in; `anew` with nothing known of any issuer. */
    get party(): OidcRelyingParty { return home.party },
    anew: (): void => {
      issuer.calm()
      time.ahead = 0
      home.party = new OidcRelyingParty({ outbound: new Outbound({ allowed }), clock })
    },
    /** Signs in where that has to fail, and says why it did. */
    refusal: (more: Parameters<typeof signIn>[1] = {}): Promise<ExternalRefusal> => refusalOf(signIn(undefined, more)),
  }
}

/** What a sign-in was refused with; anything else that is thrown is an error of ours. */
export async function refusalOf(work: Promise<unknown>): Promise<ExternalRefusal> {
  const error: unknown = await work.then(() => new Error('It was not refused.'), (thrown: unknown) => thrown)
  if (!(error instanceof ExternalRefusal)) throw error
  return error
}

/** The address that a browser comes back to, with the state that it was sent with; an empty parameter is left out. */
export function back(url: URL, parameters: Record<string, string>): URL {
  const answer = new URL(url.searchParams.get('redirect_uri')!)
  answer.search = new URLSearchParams(Object.entries({ state: url.searchParams.get('state')!, ...parameters }).filter(([, value]) => value !== '')).toString()
  return answer
}

/** What at_hash has to be, for ES256. */
export const accessTokenHash = (token: string): string => createHash('sha256').update(token).digest().subarray(0, 16).toString('base64url')
