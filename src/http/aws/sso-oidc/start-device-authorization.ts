// StartDeviceAuthorization: POST /device_authorization
import type { Middleware } from 'koa'
import { neighbourhoodOf } from '../../../platform/addresses.js'
import { hidden } from '../../../platform/audit/index.js'
import { sendJson } from '../protocol/request.js'
import { originOf } from '../../middleware/front.js'
import { deviceGrant, invalidRequest, readInput, requireGrant, requireRegistration, text } from './input.js'
import type { SsoOidcOptions } from './sso-oidc.js'

export function startDeviceAuthorization(options: SsoOidcOptions): Middleware {
  const { publicUrl, tokens, isStartUrl, budgets, trail } = options
  return async (ctx) => {
    const input = await readInput(ctx)
    const registration = requireRegistration(input, options)
    const startUrl = text(input, 'startUrl')
    requireGrant(registration, deviceGrant)
    if (!await isStartUrl(startUrl)) throw invalidRequest(`The startUrl is not a start URL of this organization. Use ${new URL('/start', publicUrl).href}`)
    const origin = originOf(ctx)
    // Anybody may ask, and each code takes room for as long as it waits.
    await budgets.spend('DeviceStartsPerAddress', neighbourhoodOf(origin.sourceIPAddress))
    const started = await tokens.startDevice(registration, { address: origin.sourceIPAddress, userAgent: origin.userAgent })
    await trail.record({
      eventName: 'StartDeviceAuthorization', eventSource: 'sso.amazonaws.com', eventType: 'AwsApiCall', origin,
      requestParameters: { clientName: registration.clientName, clientSecret: hidden, startUrl },
    })
    const verificationUri = new URL('/device', publicUrl).href
    sendJson(ctx, { ...started, verificationUri, verificationUriComplete: `${verificationUri}?user_code=${started.userCode}` })
  }
}
