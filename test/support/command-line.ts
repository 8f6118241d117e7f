// A command line at work: stock clients pointed at the app, and the steps of their sign-ins.
import { createHash, randomBytes } from 'node:crypto'
import { SSOClient } from '@aws-sdk/client-sso'
import { CreateTokenCommand, RegisterClientCommand, SSOOIDCClient, StartDeviceAuthorizationCommand } from '@aws-sdk/client-sso-oidc'
import { password } from './app.js'
import { Browser } from './browser.js'

export const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code'
export const loopback = 'http://127.0.0.1/oauth/callback'

export interface Tokens {
  accessToken: string
  refreshToken: string
  expiresIn: number
}

export interface Client {
  clientId: string
  clientSecret: string
}

/** What a stock client on somebody's computer does at an app. */
export function commandLine(origin: string) {
  const options = { region: 'us-east-1', endpoint: origin, maxAttempts: 1 }
  const oidc = new SSOOIDCClient(options)
  const sso = new SSOClient(options)

  const register = async (more: object = {}): Promise<Client> => {
    const { clientId, clientSecret } = await oidc.send(new RegisterClientCommand({ clientName: 'botocore-client-corp', clientType: 'public', scopes: ['sso:account:access'], ...more }))
    return { clientId: clientId!, clientSecret: clientSecret! }
  }
  const startDevice = async (client: Client, startUrl = `${origin}/start`) => {
    const { deviceCode, userCode, ...rest } = await oidc.send(new StartDeviceAuthorizationCommand({ ...client, startUrl }))
    return { deviceCode: deviceCode!, userCode: userCode!, ...rest }
  }
  const token = async (client: Client, input: object): Promise<Tokens> =>
    await oidc.send(new CreateTokenCommand({ ...client, grantType: '', ...input })) as Tokens
  const poll = (client: Client, deviceCode: string): Promise<Tokens> => token(client, { grantType: deviceGrant, deviceCode })
  const refresh = (client: Client, refreshToken: string): Promise<Tokens> => token(client, { grantType: 'refresh_token', refreshToken })

  const person = async (userName = 'jane'): Promise<Browser> => {
    const browser = new Browser(origin)
    await browser.signIn(userName, password)
    return browser
  }
  /** Answers at the device page, as the link with the code leads there. */
  const answer = async (browser: Browser, userCode: string, decision: 'approve' | 'deny' = 'approve') => {
    await browser.open(`/device?user_code=${userCode}`)
    return browser.submit({ decision })
  }
  const signIn = async ({ browser, client }: { browser?: Browser; client?: Client } = {}) => {
    const [who, registered] = [browser ?? await person(), client ?? await register()]
    const { deviceCode, userCode } = await startDevice(registered)
    await answer(who, userCode)
    return { browser: who, client: registered, deviceCode, ...await poll(registered, deviceCode) }
  }
  return { oidc, sso, register, startDevice, token, poll, refresh, person, answer, signIn }
}

/** The request that a newer command line opens in the browser, its parameters in its order. */
export function authorizeRequest(clientId: string, { port = 43_567, ...change }: { port?: number } & Record<string, string | number | undefined> = {}) {
  const codeVerifier = randomBytes(48).toString('base64url')
  const parameters: Record<string, unknown> = {
    response_type: 'code', client_id: clientId, redirect_uri: `http://127.0.0.1:${port}/oauth/callback`, state: '6b9d8c5e-0f2a-4a56-9a41-3f3d1d8f2b10',
    code_challenge_method: 'S256', scopes: 'sso:account:access', code_challenge: createHash('sha256').update(codeVerifier).digest('base64url'), ...change,
  }
  const query = Object.entries(parameters).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${encodeURIComponent(String(value))}`])).join('&')
  return { codeVerifier, redirectUri: String(parameters.redirect_uri), path: `/authorize?${query}` }
}
