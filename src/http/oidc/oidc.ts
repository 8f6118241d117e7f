// Opens the provider over the rooms below, keeps its keys fresh, and mounts it.
import type { Context, Middleware } from 'koa'
import compose from 'koa-compose'
import type { KoaContextWithOIDC, Provider } from 'oidc-provider'
import type { Application, KeyFetches, Registrations } from '../../domain/access/index.js'
import type { Group, User } from '../../domain/directory/index.js'
import type { LogoutNotices, SignedIn } from '../../domain/sessions/index.js'
import type { Trail } from '../../platform/audit/index.js'
import type { Clock } from '../../platform/clock.js'
import { Refusal } from '../../platform/errors.js'
import { keySetLifetime, Sealer, type MasterKey, type SigningKeys } from '../../platform/keys/index.js'
import type { Log } from '../../platform/log.js'
import type { Outbound } from '../../platform/outbound/index.js'
import type { EphemeralStore } from '../../platform/storage/ephemeral.js'
import type { Render } from '../middleware/render.js'
import { adapterFactory, StoreAdapter } from './adapter.js'
import { BackChannel } from './back-channel.js'
import { accountFinder } from './claims.js'
import { clientFinder, portalClientId } from './clients.js'
import { CommandLineTokens } from './command-line-tokens.js'
import { consentRoutes } from './consent.js'
import { letFormsLeadOn } from './form-actions.js'
import { GrantedAccess } from './granted-access.js'
import { Consents } from './grants.js'
import { Interactions } from './interactions.js'
import { PortalSessions } from './portal-sessions.js'
import { makeProvider } from './provider.js'
import { witness } from './witness.js'

export interface OidcOptions {
  publicUrl: URL
  master: MasterKey
  store: EphemeralStore
  signingKeys: SigningKeys
  keyFetches: Pick<KeyFetches, 'noteCall' | 'noteFetch'>
  clock: Clock
  log: Log
  trail: Trail
  signedIn: SignedIn
  registrations: Registrations
  logoutNotices: LogoutNotices
  outbound: Pick<Outbound, 'post'>
  findUser: (id: string) => Promise<User | undefined>
  getUser: (id: string) => Promise<User>
  groupsOf: (userId: string) => Promise<Group[]>
  findApplication: (clientId: string) => Promise<Application | undefined>
  isAssigned: (userId: string, clientId: string) => Promise<boolean>
  isVerifiedAddress: (userId: string, address: string) => Promise<boolean>
  /** Seconds a portal session lasts. */
  portalSession: () => number
  csrf: Middleware
  render: Render
  showError: (ctx: KoaContextWithOIDC, error: unknown) => void
}

export interface Oidc {
  /** Serves /oidc. */
  provider: Middleware
  /** Serves /consent. */
  consent: Middleware
  interactions: Interactions
  sessions: PortalSessions
  tokens: CommandLineTokens
  access: GrantedAccess
  backChannel: BackChannel
  /** Rotates signing keys that are due; call it now and then. */
  refreshKeys: () => Promise<void>
}

export async function openOidc(options: OidcOptions): Promise<Oidc> {
  let provider: Provider
  const current = (): Provider => provider
  const backChannel = new BackChannel({ ...options, provider: current, notices: options.logoutNotices })
  provider = await build(options, backChannel)
  const interactions = new Interactions(current, options.clock)
  const { publicUrl, signedIn, store, clock, trail, getUser, csrf, render } = options
  const consents = new Consents(store, clock)
  const grants = new StoreAdapter('Grant', { store, sealer: new Sealer(options.master, 'oidc'), findClient: async () => undefined })
  return {
    provider: mount(current, publicUrl),
    consent: consentRoutes({ provider: current, interactions, consents, getUser, trail, csrf, render }),
    interactions,
    sessions: new PortalSessions({ provider: current, signedIn, backChannel, secure: publicUrl.protocol === 'https:' }),
    tokens: new CommandLineTokens({ provider: current, store, clock, isActive: async (userId) => (await options.findUser(userId))?.active === true }),
    access: new GrantedAccess({ provider: current, grants, signedIn, consents }),
    backChannel,
    refreshKeys: async () => {
      for (const { algorithm, before, after } of await options.signingKeys.rotateDue()) {
        await trail.record({ eventName: 'RotateSigningKey', eventSource: 'gatehouse', eventType: 'AwsServiceEvent', userIdentity: { type: 'AWSService', invokedBy: 'gatehouse' }, requestParameters: { set: algorithm }, change: { before: { current: before }, after: { current: after } } })
      }
      await options.signingKeys.flushUses()
      const published = new Set((await options.signingKeys.list()).map((key) => `${key.kid} ${key.state}`))
      if (!sameSet(published, keysOf.get(provider)!)) provider = await build(options, backChannel)
    },
  }
}

const keysOf = new WeakMap<Provider, Set<string>>()

const sameSet = (a: Set<string>, b: Set<string>): boolean => a.size === b.size && [...a].every((entry) => b.has(entry))

async function build(options: OidcOptions, backChannel: BackChannel): Promise<Provider> {
  const { publicUrl, master, store, log, registrations } = options
  const keys = await options.signingKeys.list()
  const mayUse = async (userId: string, clientId: string): Promise<boolean> =>
    clientId === portalClientId || registrations.find(clientId) !== undefined || options.isAssigned(userId, clientId)
  const provider = makeProvider({
    publicUrl,
    adapter: adapterFactory({
      store,
      sealer: new Sealer(master, 'oidc'),
      findClient: clientFinder({ publicUrl, findApplication: options.findApplication, registrations, clock: options.clock }),
    }),
    keys: keys.map((key) => key.jwk),
    noteSigned: (algorithm) => {
      const signer = keys.find((key) => key.state === 'current' && key.algorithm === algorithm)
      if (signer) options.signingKeys.noteUse(signer.kid)
    },
    cookieKeys: [master.derive('cookies').toString('base64url')],
    findAccount: accountFinder({ findUser: options.findUser, groupsOf: options.groupsOf, mayUse, isVerified: options.isVerifiedAddress }),
    mayUse,
    consents: new Consents(store, options.clock),
    portalSession: options.portalSession,
    tellSignOut: (clientId, userId, sid) => backChannel.tell([{ clientId, userId, sid }]),
    showError: (ctx, error, sentence) => options.showError(ctx, error instanceof Refusal || isOwnFault(error) ? error : new Refusal('invalid-input', sentence, { cause: error })),
    showSignOut: (ctx, form) => options.render(ctx as never, 'oidc/sign-out', { form, application: ctx.oidc.client && { name: ctx.oidc.client.clientName ?? ctx.oidc.client.clientId } }),
  })
  provider.use(letFormsLeadOn as never)
  provider.use(witness({ trail: options.trail, signedIn: options.signedIn, store, keyFetches: options.keyFetches }) as never)
  provider.on('server_error', (ctx, error) => {
    ctx.state.failure = error
    log.error({ err: error }, 'the OpenID provider failed')
  })
  keysOf.set(provider, new Set(keys.map((key) => `${key.kid} ${key.state}`)))
  return provider
}

const isOwnFault = (error: Error & { status?: number }): boolean => error.status === undefined || error.status >= 500

/** The provider's own device pages; ours is another. */
const isDevicePage = ({ path, method }: Context): boolean =>
  path === '/oidc/device' || (path.startsWith('/oidc/device/') && !(path === '/oidc/device/auth' && /^(POST|OPTIONS)$/.test(method)))

/** Hands requests below /oidc to the provider, which routes without the prefix. */
function mount(provider: () => Provider, publicUrl: URL): Middleware {
  return async (ctx, next) => {
    if (!ctx.path.startsWith('/oidc/')) return next()
    if (isDevicePage(ctx)) return ctx.redirect(`/device${ctx.search}`)
    const { path } = ctx
    ctx.path = path.slice('/oidc'.length)
    ctx.mountPath = '/oidc'
    // What a sign-in goes on with is kept with it; the provider stumbles over parameters beside that.
    if (/^\/auth\/./.test(ctx.path)) ctx.querystring = ''
    // The provider spells its addresses after the request's host, which is ours to say.
    ctx.req.headers.host = publicUrl.host
    let failure: unknown
    try {
      await compose(provider().middleware)(ctx as never, next)
      // How long the next key has to be published before it signs depends on this.
      if (ctx.path === '/jwks' && ctx.status === 200) ctx.set('Cache-Control', `public, max-age=${keySetLifetime}`)
      if (ctx.response.is('json')) failure = ctx.state.failure
    } catch (error) {
      // What fails around the provider's own handling of errors: the session is saved, the trail is written.
      if (!isOutage(error) || ctx.accepts('json', 'html') === 'html') throw error
      failure = error
    } finally {
      ctx.path = path
    }
    if (!isOutage(failure)) return
    ctx.status = 503
    ctx.set('Retry-After', '5')
    ctx.body = { error: 'temporarily_unavailable', error_description: failure.message }
  }
}

const isOutage = (error: unknown): error is Refusal => error instanceof Refusal && error.code === 'unavailable'
