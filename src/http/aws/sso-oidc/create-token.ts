// CreateToken: POST /token
import type { Middleware } from 'koa'
import type { Registration } from '../../../domain/access/index.js'
import { hidden } from '../../../platform/audit/index.js'
import { AwsError } from '../protocol/errors.js'
import { sendJson, type JsonObject } from '../protocol/request.js'
import { isWorthRecording } from '../../middleware/failures.js'
import { originOf } from '../../middleware/front.js'
import { deviceGrant, grants, readInput, requireGrant, requireRegistration, text } from './input.js'
import type { IssuedTokens, SsoOidcOptions, TokenFault, Tokens } from './sso-oidc.js'

const faults: Record<TokenFault, [code: string, message: string]> = {
  authorization_pending: ['AuthorizationPendingException', 'The person has not answered yet.'],
  slow_down: ['SlowDownException', 'Ask less often.'],
  access_denied: ['AccessDeniedException', 'The person did not allow it.'],
  expired_token: ['ExpiredTokenException', 'The device code has expired.'],
  invalid_grant: ['InvalidGrantException', 'The code or token is not valid, was used already, or belongs to another client.'],
}

export function createToken(options: SsoOidcOptions): Middleware {
  return async (ctx) => {
    const input = await readInput(ctx)
    const registration = requireRegistration(input, options)
    const grantType = text(input, 'grantType')
    const result = await redeem(grantType, input, registration, options.tokens)
    const fault = typeof result === 'string' ? faults[result] : undefined
    // Polling is not an event; what ends it is.
    if (typeof result === 'object' || (result !== 'authorization_pending' && result !== 'slow_down' && await isWorthRecording(ctx, options.store))) {
      await options.trail.record({
        eventName: 'CreateToken', eventSource: 'sso.amazonaws.com', eventType: 'AwsApiCall', origin: originOf(ctx),
        ...(typeof result === 'object' && { userId: result.userId }),
        ...(fault && { errorCode: fault[0] }),
        requestParameters: { clientName: registration.clientName, clientSecret: hidden, grantType },
        ...(typeof result === 'object' && { responseElements: { accessToken: hidden, tokenType: 'Bearer', expiresIn: result.expiresIn, ...(result.refreshToken !== undefined && { refreshToken: hidden }) } }),
      })
    }
    if (fault) throw new AwsError(fault[0], 400, fault[1])
    const { accessToken, expiresIn, refreshToken } = result as IssuedTokens
    sendJson(ctx, { accessToken, tokenType: 'Bearer', expiresIn, ...(refreshToken !== undefined && { refreshToken }) })
  }
}

function redeem(grantType: string, input: JsonObject, registration: Registration, tokens: Tokens): Promise<IssuedTokens | TokenFault> {
  if (!grants.has(grantType)) throw new AwsError('UnsupportedGrantTypeException', 400, 'The grant type is not supported.')
  requireGrant(registration, grantType)
  switch (grantType) {
    case deviceGrant:
      return tokens.redeemDevice(registration, text(input, 'deviceCode'))
    case 'authorization_code':
      return tokens.redeemCode(registration, { code: text(input, 'code'), redirectUri: text(input, 'redirectUri'), codeVerifier: text(input, 'codeVerifier') })
    default:
      return tokens.refresh(registration, text(input, 'refreshToken'))
  }
}
