// Signing in with a code that is entered in a browser on any device (RFC 8628, in the words of SSO OIDC).
import { z } from 'zod'
import { Refusal } from '../../platform/errors.js'
import { printable, type Io } from './io.js'
import type { Target } from './target.js'
import { call, Registration, shaped, Tokens } from './wire.js'

const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code'

const Device = z.object({
  deviceCode: z.string(), userCode: z.string(), verificationUri: z.url(), verificationUriComplete: z.url(), expiresIn: z.number(), interval: z.number().optional(),
})

/** Signs in with a code. */
export async function signInByDevice({ endpoint, startUrl }: Target, io: Io): Promise<{ registration: Registration; tokens: Tokens }> {
  const client = { clientName: 'gatehouse', clientType: 'public', scopes: ['sso:account:access'], grantTypes: [deviceGrant, 'refresh_token'] }
  const registration = shaped(await call(endpoint, { method: 'POST', path: '/client/register', body: client }), Registration, 'Register this client')
  const { clientId, clientSecret } = registration
  const device = shaped(await call(endpoint, { method: 'POST', path: '/device_authorization', body: { clientId, clientSecret, startUrl } }), Device, 'Begin to sign in')
  await show(device, io)
  const body = { grantType: deviceGrant, clientId, clientSecret, deviceCode: device.deviceCode }
  return { registration, tokens: await poll({ endpoint, body, interval: Math.max(device.interval ?? 5, 1), until: io.clock() + device.expiresIn * 1000 }, io) }
}

async function show({ userCode, verificationUri, verificationUriComplete }: z.infer<typeof Device>, io: Io): Promise<void> {
  const opened = /^https?:/.test(verificationUriComplete) && (await io.open(verificationUriComplete))
  io.say(opened ? 'Compare this code with the one that your browser shows now:' : 'Open this page in a browser on any device:')
  if (!opened) io.say(`\n  ${printable(verificationUri)}\n\nand enter the code:`)
  io.say(`\n  ${printable(userCode)}\n`)
  io.say(`This address has the code in it: ${printable(verificationUriComplete)}`)
}

interface Polling {
  endpoint: string
  body: object
  /** Seconds */
  interval: number
  until: number
}

async function poll({ endpoint, body, interval, until }: Polling, io: Io): Promise<Tokens> {
  for (let pause = interval; io.clock() < until;) {
    await io.sleep(pause * 1000)
    const reply = await call(endpoint, { method: 'POST', path: '/token', body })
    if (reply.ok || !['AuthorizationPendingException', 'SlowDownException', 'ExpiredTokenException', 'AccessDeniedException'].includes(reply.code)) return shaped(reply, Tokens, 'Sign in')
    if (reply.code === 'AccessDeniedException') throw new Refusal('forbidden', 'Signing in was refused in the browser.')
    if (reply.code === 'ExpiredTokenException') break
    if (reply.code === 'SlowDownException') pause += 5
  }
  throw new Refusal('expired', 'The code was not used in time. Run the command again for a new one.')
}
