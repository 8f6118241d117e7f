// An OpenID Connect provider that people come from: oidc-provider on this machine, where Ada is signed in as soon as she comes.
import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair } from 'jose'
import { Provider, type AdapterFactory, type AdapterPayload, type Configuration } from 'oidc-provider'

export const upstreamClient = { id: 'gatehouse', secret: 'upstream-0123456789-0123456789-0123456789' }

const ada = {
  sub: 'ada-7', name: 'Ada Byron', given_name: 'Ada', family_name: 'Byron', preferred_username: 'ada', email: 'ada@example.com', email_verified: true, groups: ['Readers', 'Writers'],
}

export interface UpstreamOptions {
  /** Where the answers go. */
  redirectUris: string[]
  /** Puts the claims of scopes into the ID token too. */
  claimsInIdToken?: boolean
  configuration?: Configuration
  client?: Record<string, unknown>
}

export interface Upstream {
  issuer: string
  /** The paths asked for, in turn. */
  seen: string[]
  /** What it answers in place of the provider, where it says that it did. */
  mood: { answer: ((request: IncomingMessage, response: ServerResponse) => boolean) | undefined; claims: Record<string, unknown> }
  /** Signs with a new key from now on, and forgets the old one. */
  rotate(): Promise<void>
  /** Goes where a browser is sent, with a browser's cookies, until it is sent away again: where to. */
  visit(url: URL): Promise<URL>
  /** Makes a logout token like the one that it would send. */
  logoutToken(session: string): Promise<string>
  stop(): Promise<void>
}

export async function startUpstream(options: UpstreamOptions): Promise<Upstream> {
  const mood: Upstream['mood'] = { answer: undefined, claims: ada }
  const seen: string[] = []
  let provider: Provider
  const server = createServer((request, response) => {
    seen.push(new URL(request.url!, issuer).pathname)
    if (mood.answer?.(request, response)) return
    if (request.url!.startsWith('/interaction/')) return void provider.interactionFinished(request, response, { login: { accountId: 'ada-7', amr: ['pwd', 'otp'], acr: 'urn:example:two' } })
    void provider.callback()(request, response)
  })
  await new Promise<void>((resolve) => { server.listen(0, 'localhost', resolve) })
  const issuer = `http://localhost:${(server.address() as AddressInfo).port}`
  const rotate = async (): Promise<void> => { provider = await makeProvider(issuer, options, mood) }
  await rotate()
  return {
    issuer, seen, mood, rotate,
    visit: (url) => visit(url, issuer),
    logoutToken: (session) => logoutToken(provider, session),
    stop: () => new Promise((resolve) => {
      server.closeAllConnections()
      server.close(() => resolve())
    }),
  }
}

async function makeProvider(issuer: string, { redirectUris, claimsInIdToken, configuration, client }: UpstreamOptions, mood: Upstream['mood']): Promise<Provider> {
  const records = memory()
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  const provider = new Provider(issuer, {
    clients: [{
      client_id: upstreamClient.id, client_secret: upstreamClient.secret, redirect_uris: redirectUris, id_token_signed_response_alg: 'ES256', token_endpoint_auth_method: 'client_secret_basic',
      backchannel_logout_uri: 'https://gatehouse.example.com/logout', backchannel_logout_session_required: true, ...client,
    }],
    jwks: { keys: [{ ...await exportJWK(privateKey), kid: randomUUID(), alg: 'ES256', use: 'sig' }] },
    adapter: records, ttl: { Interaction: 600, Grant: 600, Session: 600, AccessToken: 600, IdToken: 600, AuthorizationCode: 60 }, cookies: { keys: ['upstream-cookies'] }, conformIdTokenClaims: !claimsInIdToken,
    claims: { openid: ['sub', 'acr', 'amr'], profile: ['name', 'given_name', 'family_name', 'preferred_username'], email: ['email', 'email_verified'], groups: ['groups'] },
    scopes: ['openid', 'profile', 'email', 'groups'], enabledJWA: { idTokenSigningAlgValues: ['ES256'] }, interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (_ctx, accountId) => ({ accountId, claims: () => ({ ...mood.claims, sub: accountId }) }),
    // Nobody is asked for consent.
    loadExistingGrant: async (ctx) => {
      const grant = new ctx.oidc.provider.Grant({ clientId: ctx.oidc.client!.clientId, accountId: ctx.oidc.session!.accountId! })
      grant.addOIDCScope('openid profile email groups')
      await grant.save()
      return grant
    },
    ...configuration,
    features: { devInteractions: { enabled: false }, backchannelLogout: { enabled: true }, ...configuration?.features },
  } as Configuration)
  provider.Client.prototype.includeSid = () => true
  return provider
}

interface LogoutToken {
  set(name: string, value: unknown): void
  issue(options: { use: 'logout' }): Promise<string>
}

async function logoutToken(provider: Provider, session: string): Promise<string> {
  const IdToken = provider.IdToken as unknown as new (claims: object, options: object) => LogoutToken
  const token = new IdToken({ sub: 'ada-7' }, { client: await provider.Client.find(upstreamClient.id), ctx: undefined })
  Object.assign(token, { mask: { sub: null } })
  for (const [name, value] of Object.entries({ events: { 'http://schemas.openid.net/event/backchannel-logout': {} }, jti: randomUUID(), sid: session })) token.set(name, value)
  return token.issue({ use: 'logout' })
}

/** Where a provider keeps what it has to: as long as the provider is there. */
function memory(): AdapterFactory {
  const kept = new Map<string, AdapterPayload>()
  return (model) => {
    const at = (id: string): string => `${model}:${id}`
    return {
      upsert: async (id, payload) => void kept.set(at(id), payload),
      find: async (id) => kept.get(at(id)),
      findByUid: async (uid) => [...kept].find(([key, one]) => key.startsWith(`${model}:`) && one.uid === uid)?.[1],
      findByUserCode: async () => undefined,
      consume: async (id) => void Object.assign(kept.get(at(id)) ?? {}, { consumed: Math.floor(Date.now() / 1000) }),
      destroy: async (id) => void kept.delete(at(id)),
      revokeByGrantId: async (grantId) => { for (const [key, one] of kept) if (one.grantId === grantId) kept.delete(key) },
    }
  }
}

async function visit(url: URL, issuer: string): Promise<URL> {
  const cookies = new Map<string, string>()
  for (let [at, hops] = [url, 0]; hops < 10; hops += 1) {
    if (at.origin !== issuer) return at
    const response = await fetch(at, { redirect: 'manual', headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') } })
    for (const cookie of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie)!
      cookies.set(name!, value!)
    }
    const location = response.headers.get('location')
    if (!location) throw new Error(`${at.href} answered ${response.status}: ${await response.text()}`)
    at = new URL(location, at)
  }
  throw new Error('The provider sends the browser round and round.')
}
