// Mounts the four operations, and says what they need of the tokens.
import { Router } from '@koa/router'
import type { Middleware } from 'koa'
import type { Registrations, Registration } from '../../../domain/access/index.js'
import type { Budgets } from '../../../domain/authentication/index.js'
import type { Trail } from '../../../platform/audit/index.js'
import type { Log } from '../../../platform/log.js'
import type { EphemeralStore } from '../../../platform/storage/ephemeral.js'
import { oidcLanguage } from '../protocol/errors.js'
import { answerIn } from '../protocol/request.js'
import { authorize } from './authorize.js'
import { createToken } from './create-token.js'
import { registerClient } from './register-client.js'
import { startDeviceAuthorization } from './start-device-authorization.js'

export type TokenFault = 'authorization_pending' | 'slow_down' | 'access_denied' | 'expired_token' | 'invalid_grant'

export interface IssuedTokens {
  userId: string
  accessToken: string
  expiresIn: number
  refreshToken: string | undefined
}

/** What this door needs of whoever makes tokens. */
export interface Tokens {
  startDevice(registration: Registration, asked: { address: string; userAgent: string }): Promise<{ deviceCode: string; userCode: string; expiresIn: number; interval: number }>
  redeemDevice(registration: Registration, deviceCode: string): Promise<IssuedTokens | TokenFault>
  redeemCode(registration: Registration, proof: { code: string; redirectUri: string; codeVerifier: string }): Promise<IssuedTokens | TokenFault>
  refresh(registration: Registration, refreshToken: string): Promise<IssuedTokens | TokenFault>
}

export interface SsoOidcOptions {
  publicUrl: URL
  registrations: Registrations
  tokens: Tokens
  /** True for a start URL that stands for this organization. */
  isStartUrl: (startUrl: string) => Promise<boolean>
  store: Pick<EphemeralStore, 'count'>
  budgets: Pick<Budgets, 'spend'>
  trail: Trail
  log: Log
}

/** Serves the OIDC API. */
export function ssoOidcDoor(options: SsoOidcOptions): Middleware {
  const router = new Router()
  const answer = answerIn(oidcLanguage, options.log)
  router.post('/client/register', answer, registerClient(options))
  router.post('/device_authorization', answer, startDeviceAuthorization(options))
  router.post('/token', answer, createToken(options))
  router.get('/authorize', authorize(options))
  return router.routes() as unknown as Middleware
}
