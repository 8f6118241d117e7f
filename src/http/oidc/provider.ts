// The OpenID provider's configuration, and only that: what it calls lives in the files beside this one.
import { Provider, interactionPolicy, type Account, type AdapterFactory, type Configuration, type Interaction, type KoaContextWithOIDC } from 'oidc-provider'
import type { JWK } from 'jose'
import { hashClientSecret } from '../../domain/access/index.js'
import { cookieName } from '../middleware/cookies.js'
import { originOf } from '../middleware/front.js'
import { assertClaims, levelCheck, levels } from './authentication-context.js'
import { claimsByScope } from './claims.js'
import { accountAccess, oldSecretMember } from './clients.js'
import { grantLoader, type Consents } from './grants.js'

export interface ProviderOptions {
  publicUrl: URL
  adapter: AdapterFactory
  /** Private keys, the current ones first. */
  keys: JWK[]
  /** Called with the algorithm of whatever is signed. */
  noteSigned: (algorithm: string) => void
  cookieKeys: string[]
  findAccount: (subject: string, clientId: string | undefined) => Promise<Account | undefined>
  mayUse: (userId: string, clientId: string) => Promise<boolean>
  consents: Consents
  /** Seconds a portal session lasts, from sign-in. */
  portalSession: () => number
  showError: (ctx: KoaContextWithOIDC, error: Error, sentence: string) => void
  showSignOut: (ctx: KoaContextWithOIDC, form: string) => Promise<void>
  /** Called for each application of a session that its person ends through one of them. */
  tellSignOut: (clientId: string, userId: string, sid: string) => Promise<unknown>
}

const hours = 3600
const days = 24 * hours

/** Makes the provider; it is cheap enough to be made again when keys are rotated. */
export function makeProvider(options: ProviderOptions): Provider {
  const provider = new Provider(new URL('/oidc', options.publicUrl).href, configuration(options))
  provider.proxy = true
  // Secrets are kept as hashes: what a client presents is hashed before it is compared.
  const compare = provider.Client.prototype.compareClientSecret
  provider.Client.prototype.compareClientSecret = async function compareHashed(actual: string) {
    const presented = hashClientSecret(actual)
    const old = this[oldSecretMember]
    // Both are compared in any case: how long it takes does not say which of them it was.
    const [isNew, isOld] = await Promise.all([compare.call(this, presented), typeof old === 'string' && compare.call({ clientSecret: old } as never, presented)])
    return isNew || isOld
  }
  noteSigning(provider, options.noteSigned)
  // Every application may tell its person's sessions apart.
  provider.Client.prototype.includeSid = () => true
  // The provider would ask whatever address stands there, and once.
  Object.assign(provider.Client.prototype, {
    async backchannelLogout(this: { clientId: string }, userId: string, sid: string) {
      await options.tellSignOut(this.clientId, userId, sid)
    },
  })
  return provider
}

const algorithmOf: Readonly<Record<string, string>> = { userinfo: 'userinfoSignedResponseAlg', introspection: 'introspectionSignedResponseAlg' }

/** Everything that the provider signs is issued as one kind of token. */
function noteSigning(provider: Provider, note: (algorithm: string) => void): void {
  const issued = provider.IdToken.prototype as unknown as { issue: (this: { client: Record<string, unknown> }, how: { use: string }) => Promise<string> }
  const { issue } = issued
  issued.issue = async function issueNoted(how) {
    const token = await issue.call(this, how)
    const algorithm = this.client[algorithmOf[how.use] ?? 'idTokenSignedResponseAlg']
    if (typeof algorithm === 'string') note(algorithm)
    return token
  }
}

function configuration(options: ProviderOptions): Configuration {
  const secure = options.publicUrl.protocol === 'https:'
  return {
    adapter: options.adapter,
    jwks: { keys: options.keys as never },
    cookies: cookies(options.cookieKeys, secure),
    pkce: { required: () => true },
    responseTypes: ['code', 'none'],
    scopes: ['openid', 'offline_access', accountAccess],
    claims: { ...claimsByScope, iss: null },
    acrValues: levels,
    conformIdTokenClaims: false,
    extraClientMetadata: { properties: ['first_party', oldSecretMember] },
    clientDefaults: { id_token_signed_response_alg: 'ES256', require_auth_time: true },
    enabledJWA: {
      idTokenSigningAlgValues: ['ES256', 'RS256'],
      userinfoSigningAlgValues: ['ES256', 'RS256'],
      introspectionSigningAlgValues: ['ES256', 'RS256'],
      clientAuthSigningAlgValues: ['ES256', 'RS256', 'PS256', 'EdDSA'],
    } as never,
    rotateRefreshToken: true,
    expiresWithSession: (_ctx, token) => !('scopes' in token && token.scopes.has('offline_access')),
    issueRefreshToken: (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    revokeGrantPolicy: () => true,
    findAccount: (_ctx, subject, token) => options.findAccount(subject, token && 'clientId' in token ? token.clientId : undefined),
    loadExistingGrant: grantLoader(options.consents),
    interactions: { url: interactionUrl, policy: policy(options.mayUse) },
    features: features(options),
    renderError: (ctx, out, error) => options.showError(ctx, error, out.error_description ?? out.error),
    routes: { code_verification: '/device' },
    ttl: {
      AccessToken: hours,
      AuthorizationCode: 60,
      ClientCredentials: hours,
      DeviceCode: 600,
      Grant: 90 * days,
      IdToken: hours,
      Interaction: hours,
      RefreshToken: (_ctx, token) => refreshLifetime(token.iiat ?? 0),
      Session: (_ctx, session) => remaining(session.loginTs, options.portalSession()),
    },
    clientBasedCORS: (ctx, origin, client) => ctx.oidc.route !== 'introspection' && client.clientAuthMethod === 'none'
      && (client.redirectUris ?? []).some((uri) => URL.canParse(uri) && new URL(uri).origin === origin),
  }
}

const refreshAbsolute = 30 * days

/** Refresh tokens rotate, and their family ends 30 days after it began. */
const refreshLifetime = (began: number): number => (began ? remaining(began, refreshAbsolute) : refreshAbsolute)

const remaining = (since: number | undefined, lifetime: number): number =>
  since === undefined ? lifetime : Math.max(1, since + lifetime - Math.floor(Date.now() / 1000))

const cookies = (keys: string[], secure: boolean): Configuration['cookies'] => ({
  keys,
  names: {
    session: cookieName('session', secure),
    // These two are bound to a path, which the __Host- prefix does not allow.
    interaction: `${secure ? '__Secure-' : ''}gatehouse-interaction`,
    resume: `${secure ? '__Secure-' : ''}gatehouse-resume`,
  },
  long: { httpOnly: true, sameSite: 'lax', secure, signed: true, path: '/' },
  short: { httpOnly: true, sameSite: 'lax', secure, signed: true },
})

function interactionUrl(_ctx: KoaContextWithOIDC, { uid, prompt }: Interaction): string {
  return prompt.name === 'login' ? `/signin/${uid}` : `/consent/${uid}`
}

/** Sign in, then be assigned to the application, then consent. */
function policy(mayUse: ProviderOptions['mayUse']): interactionPolicy.DefaultPolicy {
  const { Check, Prompt, base } = interactionPolicy
  const prompts = base()
  const assigned = new Check('not_assigned', 'the application is not assigned to the person', 'access_denied', async (ctx) => (
    ctx.oidc.session?.accountId && !await mayUse(ctx.oidc.session.accountId, ctx.oidc.client!.clientId) ? Check.REQUEST_PROMPT : Check.NO_NEED_TO_PROMPT))
  const gone = new Check('account_gone', 'the person of this session is not known any more', 'login_required', (ctx) => (
    ctx.oidc.session?.accountId && !ctx.oidc.account ? Check.REQUEST_PROMPT : Check.NO_NEED_TO_PROMPT))
  const { checks } = prompts.get('login')!
  checks.remove('essential_acr')
  checks.remove('essential_acrs')
  checks.add(levelCheck())
  checks.add(gone)
  prompts.add(new Prompt({ name: 'assignment', requestable: false }, assigned), 1)
  return prompts
}

const deviceInfo = (ctx: KoaContextWithOIDC): Record<string, string> => {
  const { sourceIPAddress, userAgent } = originOf(ctx as never)
  return { address: sourceIPAddress, userAgent }
}

function features({ showSignOut, findAccount }: ProviderOptions): Configuration['features'] {
  return {
    devInteractions: { enabled: false },
    // On by default, and not something this release answers for yet.
    dPoP: { enabled: false },
    pushedAuthorizationRequests: { enabled: false },
    claimsParameter: { enabled: true, assertClaimsParameter: assertClaims as never },
    clientCredentials: { enabled: true },
    deviceFlow: { enabled: true, charset: 'base-20', mask: '****-****', deviceInfo },
    introspection: {
      enabled: true,
      // A token of somebody who may not use the application any more is worth nothing, wherever it is asked about.
      allowedPolicy: async (_ctx, client, token) => token.clientId === client.clientId
        && (!('accountId' in token && token.accountId) || await findAccount(token.accountId, client.clientId) !== undefined),
    },
    revocation: { enabled: true, allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId },
    rpInitiatedLogout: {
      enabled: true,
      logoutSource: showSignOut,
      postLogoutSuccessSource: (ctx) => ctx.redirect('/start/signed-out'),
    },
    backchannelLogout: { enabled: true },
    userinfo: { enabled: true },
  }
}
