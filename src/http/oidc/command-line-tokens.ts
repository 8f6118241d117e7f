// Tokens and device codes of command lines: the provider's own models, so that revoking, listing and
// auditing them is the same as for every other client. Who speaks to the client on the wire is another door.
import { createHash, randomInt } from 'node:crypto'
import { errors, type Provider } from 'oidc-provider'
import type { Registration } from '../../domain/access/index.js'
import { seconds, type Clock } from '../../platform/clock.js'
import type { EphemeralStore } from '../../platform/storage/ephemeral.js'
import { accountAccess, isCommandLine } from './clients.js'
import { issueTokens, scopeOf, type IssuedTokens, type Source, type TokenFault } from './issue-tokens.js'
import { endGrant } from './portal-sessions.js'
import { accessOf, knowsOf, mayOf } from './sharing.js'

export interface FoundToken {
  userId: string
  sessionUid: string
}

export interface DeviceRequest {
  /** As people read it: `BCDF-GHJK`. */
  userCode: string
  clientId: string
  clientName: string
  address: string
  userAgent: string
  /** Seconds since the epoch. */
  askedAt: number
  /** What it will be able to do, in phrases. */
  may: string[]
}

interface Options {
  provider: () => Provider
  store: EphemeralStore
  clock: Clock
  /** False for a person who was disabled or has left. */
  isActive: (userId: string) => Promise<boolean>
}

const alphabet = 'BCDFGHJKLMNPQRSTVWXZ'
const deviceLifetime = 600
const interval = 5
/** Stock clients poll twice at once before they begin to wait. */
const pollsPerInterval = 3
/** Programs that share a token file may refresh at the same moment. */
const refreshGrace = 10

export class CommandLineTokens {
  constructor(private readonly options: Options) {}

  /** Begins a device authorization (RFC 8628). */
  async startDevice(registration: Registration, asked: { address: string; userAgent: string }): Promise<{ deviceCode: string; userCode: string; expiresIn: number; interval: number }> {
    const provider = this.options.provider()
    const client = (await provider.Client.find(registration.clientId))!
    const userCode = Array.from({ length: 8 }, () => alphabet[randomInt(alphabet.length)]).join('')
    const code = new provider.DeviceCode({
      client,
      deviceInfo: { ...asked, clientName: registration.clientName },
      params: { client_id: registration.clientId },
      scope: scopeOf(registration),
      userCode,
    } as never)
    return { deviceCode: await code.save(), userCode: masked(userCode), expiresIn: deviceLifetime, interval }
  }

  /** Finds a device authorization that still waits for its answer, by what a person typed. */
  async findDevice(typed: string): Promise<DeviceRequest | undefined> {
    const code = await this.#waitingDevice(typed)
    if (!code) return undefined
    const about = code.deviceInfo as { address?: string; ip?: string; userAgent?: string; ua?: string; clientName?: string }
    const client = about.clientName === undefined ? await this.options.provider().Client.find(code.clientId!) : undefined
    return {
      userCode: masked(code.userCode!),
      clientId: code.clientId!,
      clientName: about.clientName ?? client?.clientName ?? code.clientId!,
      address: about.address ?? about.ip ?? '',
      userAgent: about.userAgent ?? about.ua ?? '',
      askedAt: code.iat,
      may: isCommandLine(code.clientId) ? [...accessOf] : learning([...code.scopes]),
    }
  }

  /** Answers a device authorization for the person of a portal session; false when it is not waiting any more. */
  async answerDevice(typed: string, answer: { sessionUid: string; allow: boolean }): Promise<boolean> {
    const provider = this.options.provider()
    const [code, session] = await Promise.all([this.#waitingDevice(typed), provider.Session.findByUid(answer.sessionUid)])
    if (!code || !session?.accountId) return false
    // Two answers at once: the first one counts.
    if (!await this.options.store.add(`device-answer:${fingerprint(code.jti)}`, '1', { ttl: deviceLifetime })) return false
    if (answer.allow) {
      // A session has one grant for a client: with a new one, what was issued under the old one would end.
      const before = session.grantIdFor(code.clientId!)
      const found = before ? await provider.Grant.find(before) : undefined
      const grant = found?.accountId === session.accountId ? found : new provider.Grant({ accountId: session.accountId, clientId: code.clientId! })
      grant.addOIDCScope(code.scope ?? 'openid')
      const grantId = await grant.save()
      session.ensureClientContainer!(code.clientId!)
      session.grantIdFor(code.clientId!, grantId)
      await session.persist()
      Object.assign(code, { accountId: session.accountId, authTime: session.loginTs, grantId, acr: session.acr, amr: session.amr, sessionUid: session.uid, expiresWithSession: true, sid: session.sidFor(code.clientId!) })
    } else {
      Object.assign(code, { error: 'access_denied', errorDescription: 'The person did not allow it.' })
    }
    await code.save()
    return true
  }

  /** Redeems a device code, once. */
  async redeemDevice(registration: Registration, deviceCode: string): Promise<IssuedTokens | TokenFault> {
    const code = await this.options.provider().DeviceCode.find(deviceCode, { ignoreExpiration: true })
    // An expired code is soon forgotten, and then cannot be told from one that never was.
    if (!code || code.clientId !== registration.clientId || code.consumed) return 'invalid_grant'
    if (this.#isOver(code)) return 'expired_token'
    if (code.error) return 'access_denied'
    if (!code.accountId) {
      const polls = await this.options.store.count(`device-polls:${fingerprint(deviceCode)}`, interval - 1)
      return polls > pollsPerInterval ? 'slow_down' : 'authorization_pending'
    }
    return this.#redeem(registration, code)
  }

  /** Redeems an authorization code (RFC 6749 section 4.1.3, RFC 7636), once. */
  async redeemCode(registration: Registration, { code: value, redirectUri, codeVerifier }: { code: string; redirectUri: string; codeVerifier: string }): Promise<IssuedTokens | TokenFault> {
    const code = await this.options.provider().AuthorizationCode.find(value, { ignoreExpiration: true })
    if (!code || code.clientId !== registration.clientId) return 'invalid_grant'
    if ((code as { consumed?: unknown }).consumed) {
      await endGrant(this.options.provider(), code.grantId!)
      return 'invalid_grant'
    }
    const challenge = createHash('sha256').update(codeVerifier).digest('base64url')
    if (this.#isOver(code) || code.redirectUri !== redirectUri || code.codeChallenge !== challenge) return 'invalid_grant'
    return this.#redeem(registration, code)
  }

  /** Trades a refresh token for new tokens; one that was used before, beyond a short grace, ends its whole family. */
  async refresh(registration: Registration, refreshToken: string): Promise<IssuedTokens | TokenFault> {
    const provider = this.options.provider()
    const token = await provider.RefreshToken.find(refreshToken, { ignoreExpiration: true })
    if (!token || token.clientId !== registration.clientId || this.#isOver(token)) return 'invalid_grant'
    if (token.consumed && seconds(this.options.clock()) - Number(token.consumed) > refreshGrace) {
      await endGrant(provider, token.grantId!)
      return 'invalid_grant'
    }
    // Losing to another program at this very moment is within the grace too.
    if (!token.consumed) await this.#consume(token)
    return this.#issue(registration, token)
  }

  /** Finds whom an access token speaks for. */
  async find(accessToken: string): Promise<FoundToken | undefined> {
    const token = await this.options.provider().AccessToken.find(accessToken)
    if (!token?.accountId || !token.scopes.has(accountAccess) || !isCommandLine(token.clientId)) return undefined
    return { userId: token.accountId, sessionUid: token.sessionUid! }
  }

  /** Takes back an access token with everything issued under the same grant. */
  async revoke(accessToken: string): Promise<void> {
    const provider = this.options.provider()
    const token = await provider.AccessToken.find(accessToken)
    if (token?.grantId) await endGrant(provider, token.grantId)
  }

  async #waitingDevice(typed: string): Promise<InstanceType<Provider['DeviceCode']> | undefined> {
    const userCode = typed.toUpperCase().replace(/[^A-Z]/g, '')
    if (userCode.length !== 8) return undefined
    const code = await this.options.provider().DeviceCode.findByUserCode(userCode)
    return code && !code.accountId && !code.error && !code.consumed && !this.#isOver(code) ? code : undefined
  }

  async #redeem(registration: Registration, source: Source): Promise<IssuedTokens | TokenFault> {
    return await this.#consume(source) ? this.#issue(registration, source) : 'invalid_grant'
  }

  async #issue(registration: Registration, source: Source): Promise<IssuedTokens | TokenFault> {
    const provider = this.options.provider()
    if (await this.options.isActive(source.accountId!)) return issueTokens(provider, registration, source)
    await endGrant(provider, source.grantId!)
    return 'invalid_grant'
  }

  /** Marks as used: true for exactly one caller. */
  async #consume(source: Source): Promise<boolean> {
    try {
      await source.consume()
      return true
    } catch (error) {
      if (error instanceof errors.InvalidGrant) return false
      throw error
    }
  }

  #isOver({ exp }: Source): boolean {
    return exp !== undefined && exp <= seconds(this.options.clock())
  }
}

const learning = (scopes: string[]): string[] => [...knowsOf(scopes).map((part) => `learn ${part}`), ...mayOf(scopes)]

const masked = (userCode: string): string => `${userCode.slice(0, 4)}-${userCode.slice(4)}`

const fingerprint = (value: string): string => createHash('sha256').update(value).digest('base64url').slice(0, 32)
