// Makes the tokens of a command line, bound to the portal session that the person allowed it from.
import type { Provider } from 'oidc-provider'
import type { Registration } from '../../domain/access/index.js'
import { accountAccess } from './clients.js'
import { endGrant } from './portal-sessions.js'

/** Why no token is given; the words are those of RFC 8628 and RFC 6749. */
export type TokenFault = 'authorization_pending' | 'slow_down' | 'access_denied' | 'expired_token' | 'invalid_grant'

export interface IssuedTokens {
  userId: string
  accessToken: string
  expiresIn: number
  /** Only for registrations with the scope `sso:account:access`. */
  refreshToken: string | undefined
}

/** What tokens are given for. */
export type Source = InstanceType<Provider['DeviceCode']> | InstanceType<Provider['AuthorizationCode']> | InstanceType<Provider['RefreshToken']>

const accessLifetime = 3600
/** Registrations without a scope get one token that cannot be refreshed. */
const legacyLifetime = 8 * 3600

/** Issues what a redeemed code or refresh token stands for. */
export async function issueTokens(provider: Provider, registration: Registration, source: Source): Promise<IssuedTokens | TokenFault> {
  const grant = await provider.Grant.find(source.grantId!)
  if (!grant || grant.clientId !== registration.clientId) return 'invalid_grant'
  const client = (await provider.Client.find(registration.clientId))!
  const refreshable = registration.scopes.includes(accountAccess)
  const mayRefresh = refreshable && (registration.grantTypes.length === 0 || registration.grantTypes.includes('refresh_token'))
  const bound = {
    accountId: source.accountId!, client, grantId: source.grantId!, scope: scopeOf(registration),
    sessionUid: source.sessionUid, sid: source.sid, expiresWithSession: true,
  }
  const access = new provider.AccessToken({ ...bound, gty: 'device_code', expiresIn: refreshable ? accessLifetime : legacyLifetime } as never)
  const accessToken = await access.save()
  const refreshToken = mayRefresh
    ? await new provider.RefreshToken({ ...bound, gty: 'device_code', rotations: 'rotations' in source ? (source.rotations ?? 0) + 1 : 0, iiat: 'iiat' in source ? source.iiat : undefined,
      authTime: source.authTime, acr: source.acr, amr: source.amr } as never).save()
    : undefined
  if (!await provider.Grant.find(source.grantId!)) {
    // Taken back while the tokens were made.
    await endGrant(provider, source.grantId!)
    return 'invalid_grant'
  }
  return { userId: source.accountId!, accessToken, expiresIn: access.expiration, refreshToken }
}

/** Registrations from before scopes mean access to accounts too. */
export const scopeOf = ({ scopes }: Registration): string => ['openid', ...new Set([accountAccess, ...scopes])].join(' ')
