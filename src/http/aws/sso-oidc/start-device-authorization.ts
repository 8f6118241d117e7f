// StartDeviceAuthorization: POST /device_authorization
import type { Middleware } from 'koa'
import { hidden } from '../../../platform/audit/index.js'
import { AwsError } from '../protocol/errors.js'
import { sendJson } from '../protocol/request.js'
import { originOf } from '../../middleware/front.js'
import { invalidRequest, readInput, requireRegistration, text } from './input.js'
import { deviceGrant } from './register-client.js'
import type { SsoOidcOptions } from './index.js'

export function startDeviceAuthorization(options: SsoOidcOptions): Middleware {
  const { publicUrl, tokens, isStartUrl, trail } = options
  return async (ctx) => {
    const input = await readInput(ctx)
    const registration = requireRegistration(input, options)
    const startUrl = text(input, 'startUrl')
    // Clients from before grant types ask for none and mean this one.
    if (registration.grantTypes.length > 0 && !registration.grantTypes.includes(deviceGrant)) throw new AwsError('UnauthorizedClientException', 400, 'The client did not register for device codes.')
    if (!await isStartUrl(startUrl)) throw invalidRequest(`The startUrl is not a start URL of this organization. Use ${new URL('/start', publicUrl).href}`)
    const origin = originOf(ctx)
    const started = await tokens.startDevice(registration, { address: origin.sourceIPAddress, userAgent: origin.userAgent })
    await trail.record({
      eventName: 'StartDeviceAuthorization', eventSource: 'sso.amazonaws.com', eventType: 'AwsApiCall', origin,
      requestParameters: { clientName: registration.clientName, clientSecret: hidden, startUrl },
    })
    const verificationUri = new URL('/device', publicUrl).href
    sendJson(ctx, { ...started, verificationUri, verificationUriComplete: `${verificationUri}?user_code=${started.userCode}` })
  }
}
