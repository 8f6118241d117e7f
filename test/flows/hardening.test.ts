// What must hold whatever anybody sends: no answer is our fault, and no secret lies where it can be read.
import { constantFrom, assert as check, asyncProperty, dictionary, oneof, string, webUrl } from 'fast-check'
import pino from 'pino'
import { Writable } from 'node:stream'
import { password, startApp, type TestApp } from '../support/app.js'
import { Browser } from '../support/browser.js'

let home: TestApp
const lines: string[] = []
const log = pino({ level: 'trace' }, new Writable({ write(chunk: Buffer, _encoding, done) { lines.push(chunk.toString()); done() } }))

beforeAll(async () => { home = await startApp({ log }) })
afterAll(async () => { await home?.stop() })

const json = async (path: string, body: object): Promise<Record<string, string>> =>
  await (await fetch(home.origin + path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })).json() as Record<string, string>

/** Goes through sign-in, access keys, a device code and its tokens, and returns every secret that this made. */
async function makeSecrets(): Promise<Record<string, string>> {
  const jane = new Browser(home.origin)
  await jane.signIn('jane', password)
  const { html } = await jane.open('/start/access-keys?account_id=444455556666&role_name=ReadOnly')
  const secretAccessKey = /AWS_SECRET_ACCESS_KEY="(?:<[^>]+>)*([^<"]+)/.exec(html)![1]!.replaceAll('&#x3D;', '=').replaceAll('&#x2B;', '+')
  const sessionToken = /AWS_SESSION_TOKEN="(?:<[^>]+>)*([^<"]+)/.exec(html)![1]!.replaceAll('&#x3D;', '=').replaceAll('&#x2B;', '+')
  const client = await json('/client/register', { clientName: 'hardening', clientType: 'public', scopes: ['sso:account:access'] })
  const registered = { clientId: client.clientId, clientSecret: client.clientSecret }
  const device = await json('/device_authorization', { ...registered, startUrl: `${home.origin}/start` })
  await jane.open(`/device?user_code=${device.userCode}`)
  await jane.submit({ decision: 'approve' })
  const tokens = await json('/token', { ...registered, grantType: 'urn:ietf:params:oauth:grant-type:device_code', deviceCode: device.deviceCode })
  const nora = new Browser(home.origin)
  await nora.signIn('nora', 'Only-once-42')
  await nora.submit({ password: 'Another-one-5', repeated: 'Another-one-5' })
  await nora.open('/start/console?account_id=444455556666&role_name=ReadOnly')
  return {
    password, oneTime: 'Only-once-42', chosen: 'Another-one-5', secretAccessKey, sessionToken,
    session: jane.cookie('gatehouse-session')!, csrf: jane.cookie('gatehouse-csrf')!, clientSecret: client.clientSecret!,
    deviceCode: device.deviceCode!, accessToken: tokens.accessToken!, refreshToken: tokens.refreshToken!,
    robotSecret: '0123456789-0123456789-0123456789-0123456789',
  }
}

test('no secret of a whole visit lies readable in the stores, nor in the log', async () => {
  const secrets = await makeSecrets()
  const tables = await home.database.query<{ name: string }>(`select table_name as name from information_schema.tables where table_schema = 'public'`)
  const stored = (await Promise.all(tables.map(async ({ name }) => JSON.stringify(await home.database.query(`select t::text from "${name}" t`))))).join('\n')
  const logged = lines.join('\n')
  expect(logged).toContain('request')
  expect(stored).toContain('CredentialVerification')
  for (const [name, secret] of Object.entries(secrets)) {
    expect([name, secret.length > 5, stored.includes(secret), logged.includes(secret)]).toEqual([name, true, false, false])
  }
})

const paths = ['/', '/start', '/start/', '/start/access-keys', '/start/applications', '/start/console', '/start/profile', '/start/favourites', '/start/security', '/start/security/sessions', '/start/security/access', '/start/security/password', '/start/security/sign-ins', '/start/security/devices/app', '/start/security/devices/passkey', '/start/security/devices/passkey/options', '/start/security/devices/x', '/start/security/recovery-codes', '/start/security/browsers', '/start/sign-out', '/start/signed-in', '/start/signed-out',
  '/device', '/console', '/console/switch', '/console/sign-out', '/signin/x', '/signin/x/password', '/consent/x', '/setup/x', '/authorize', '/client/register', '/device_authorization', '/token',
  '/assignment/accounts', '/assignment/roles', '/federation/credentials', '/logout', '/oidc/auth', '/oidc/token', '/oidc/me', '/oidc/session/end', '/oidc/token/introspection', '/oidc/token/revocation',
  '/oidc/device/auth', '/oidc/request', '/oidc/jwks', '/oidc/.well-known/openid-configuration', '/healthz', '/readyz', '/assets/x', '//', '/..%2f', '/%00', '/%ff', '/start/%', '/oidc', '/oidc/', '/oidc/auth/x']
const names = ['client_id', 'redirect_uri', 'scope', 'state', 'response_type', 'q', 'page', 'account_id', 'role_name', 'destination', 'user_code', 'userCode', 'decision', 'add', 'end', 'csrf', 'session', 'token', 'grant_type', 'code', 'refresh_token',
  'max_result', 'next_token', 'Action', 'Version', 'startUrl', 'clientId', 'clientSecret', 'grantType', '__proto__', 'constructor', 'prompt', 'max_age', 'claims', 'request', 'id_token_hint', 'post_logout_redirect_uri', 'resource', 'dpop_jkt']
const values = oneof(string({ maxLength: 40 }), string({ unit: 'binary', maxLength: 20 }), webUrl(), constantFrom('', '\0', '\ud800', '../..', 'gatehouse-portal', 'wiki', 'none', 'openid', '-1', '9'.repeat(400), 'x'.repeat(6000), '{"a":', '[]', 'null', '2011-06-15', 'GetCallerIdentity', 'reg-x.y', '111122223333'))

test('no request makes an answer that is our fault', async () => {
  const jane = new Browser(home.origin)
  await jane.signIn('jane', password)
  const cookie = jane.cookies.filter(({ path }) => path === '/').map(({ name, value }) => `${name}=${value}`).join('; ')
  const request = asyncProperty(
    constantFrom('GET', 'POST', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'), constantFrom(...paths), dictionary(constantFrom(...names), values, { maxKeys: 5 }),
    constantFrom('application/x-www-form-urlencoded', 'application/json', 'text/plain', 'application/x-amz-json-1.1', 'multipart/form-data; boundary=x', ''), constantFrom('', cookie), constantFrom('', 'Bearer x', 'Basic Og==', 'AWS4-HMAC-SHA256 x'),
    async (method, path, fields, type, cookies, authorization) => {
      const query = new URLSearchParams(Object.entries(fields).map(([name, value]) => [name, value.toWellFormed()])).toString()
      const inBody = method !== 'GET' && method !== 'HEAD'
      const response = await fetch(`${home.origin}${path}${inBody ? '' : `?${query}`}`, {
        method, redirect: 'manual', body: inBody ? (type.includes('json') ? JSON.stringify(fields) : query) : null,
        headers: { ...(type && { 'content-type': type }), ...(cookies && { cookie: cookies }), ...(authorization && { authorization }), 'sec-fetch-site': 'same-origin', 'x-amz-sso_bearer_token': 'x' },
      })
      await response.arrayBuffer()
      if (response.status >= 500) throw new Error(`${method} ${path} answered ${response.status}`)
    },
  )
  await check(request, { numRuns: Number(process.env.FUZZ_RUNS ?? 600), ...(!process.env.FUZZ_RUNS && { seed: 20_261_121 }) })
  expect((await fetch(`${home.origin}/readyz`)).status).toBe(200)
}, 120_000)

test('a person who was disabled loses everything at once', async () => {
  const sam = new Browser(home.origin)
  await sam.signIn('sam', password)
  await home.database.query(`update users set active = false where user_name = 'sam'`)
  expect((await sam.open('/start/')).url).toContain('/signin/')
})
