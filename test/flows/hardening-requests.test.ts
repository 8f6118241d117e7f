// Made-up requests of somebody who is let in: with the cookies, form tokens, registrations, codes and tokens of a
// real visit, so that what is behind them is reached too. And requests that are hardly HTTP.
import { array, asyncProperty, assert as check, constantFrom, dictionary, oneof, string, type Arbitrary } from 'fast-check'
import { connect } from 'node:net'
import { organizationFile, startApp, type TestApp } from '../support/app.js'
import type { Browser } from '../support/browser.js'
import { authorizeRequest, commandLine, deviceGrant } from '../support/command-line.js'

let home: TestApp
let jane: Browser
const known: Record<string, string> = {}

const inherited = Object.getOwnPropertyNames(Object.prototype)
beforeAll(async () => {
  home = await startApp({ organization: organizationFile.replace('organization: {', 'organization: { session: { portal: 90d },') })
  const cli = commandLine(home.origin)
  const { browser, client, accessToken, refreshToken } = await cli.signIn()
  jane = browser
  const waiting = await cli.startDevice(client)
  const native = await cli.register({ grantTypes: ['authorization_code', 'refresh_token'], redirectUris: ['http://127.0.0.1/oauth/callback'] })
  await jane.open(authorizeRequest(native.clientId).path)
  Object.assign(known, {
    csrf: /name="csrf" value="([^"]+)"/.exec(jane.page.html)![1]!, uid: jane.page.url.split('/').at(-1)!, clientId: client.clientId, clientSecret: client.clientSecret,
    accessToken, refreshToken, deviceCode: waiting.deviceCode, userCode: waiting.userCode, startUrl: `${home.origin}/start`, nativeId: native.clientId,
  })
})
afterAll(async () => { await home?.stop() })

const odd = constantFrom('', '\0', '\ud800', '%', '%00', '../..', '//evil.example', '-1', '0', '1e9', '9'.repeat(400), 'x'.repeat(5000), '[]', 'null', 'true', '{}', '\u202e', '\r\nset-cookie: a=b', '🦊'.repeat(60), "' or 1=1 --", ...inherited)
const good = constantFrom('111122223333', '444455556666', 'ReadOnly', 'AdministratorAccess', '444455556666/ReadOnly', 'approve', 'deny', 'allow', 'all', 'others', 'ended', 'code', 'none', 'openid', 'openid offline_access', 'S256', 'login', 'wiki', 'robot',
  'https://wiki.example.com/callback', 'http://127.0.0.1/callback', 'public', 'authorization_code', 'refresh_token', 'client_credentials', deviceGrant, '1', '100', 'GetCallerIdentity', '2011-06-15', 'on', 'web_message', 'form_post', '$uid', '$clientId', '$clientSecret', '$accessToken', '$refreshToken', '$deviceCode', '$userCode', '$startUrl', '$nativeId')
const value = oneof({ weight: 3, arbitrary: good }, { weight: 2, arbitrary: odd }, string({ unit: 'binary', maxLength: 12 }))
const filled = (text: string): string => (text.startsWith('$') && Object.hasOwn(known, text.slice(1)) ? known[text.slice(1)]! : text)

const fields = ['q', 'page', 'account_id', 'role_name', 'destination', 'user_code', 'userCode', 'decision', 'add', 'remove', 'end', 'session', 'done', 'late', 'before', 'revoke', 'change', 'name', 'sealed', 'passkey', 'confirmation', 'current', 'endOthers', 'userName', 'password', 'remember', 'repeated', 'state', 'error', 'client_id', 'client_secret', 'redirect_uri',
  'response_type', 'response_mode', 'scope', 'code_challenge', 'code_challenge_method', 'prompt', 'max_age', 'id_token_hint', 'login_hint', 'ui_locales', 'acr_values', 'claims', 'nonce', 'grant_type', 'code', 'code_verifier', 'refresh_token', 'device_code',
  'token', 'token_type_hint', 'client_assertion', 'client_assertion_type', 'post_logout_redirect_uri', 'logout', 'xsrf', 'max_result', 'next_token', 'Action', 'Version', ...inherited]
const members = ['clientName', 'clientType', 'scopes', 'grantTypes', 'redirectUris', 'issuerUrl', 'entitledApplicationArn', 'clientId', 'clientSecret', 'startUrl', 'grantType', 'deviceCode', 'code', 'codeVerifier', 'redirectUri', 'refreshToken', 'scope']

type Route = [method: string, path: string]
const pages: Route[] = [['GET', '/start/'], ['GET', '/start/access-keys'], ['GET', '/start/applications'], ['GET', '/start/console'], ['POST', '/start/console'], ['GET', '/start/profile'], ['POST', '/start/favourites'], ['GET', '/start/security'], ['GET', '/start/security/sign-ins'], ['GET', '/start/security/password'], ['POST', '/start/security/password'], ['POST', '/start/security/sessions'], ['POST', '/start/security/access'], ['POST', '/start/security/browsers'], ['GET', '/start/security/devices/app'], ['POST', '/start/security/devices/app'], ['GET', '/start/security/devices/passkey'], ['POST', '/start/security/devices/passkey'], ['POST', '/start/security/devices/passkey/options'], ['GET', '/start/security/devices/x'], ['POST', '/start/security/devices/x'], ['GET', '/start/security/recovery-codes'], ['POST', '/start/security/recovery-codes'],
  ['GET', '/start/signed-in'], ['GET', '/device'], ['POST', '/device'], ['GET', '/console'], ['POST', '/console/switch'], ['POST', '/console/sign-out'], ['GET', '/consent/$uid'], ['GET', '/signin/$uid'], ['GET', '/signin/$uid/restart'], ['POST', '/signin/$uid/user-name'],
  ['POST', '/signin/$uid/password'], ['POST', '/signin/$uid/new-password'], ['GET', '/authorize'], ['GET', '/oidc/auth'], ['POST', '/oidc/auth'], ['GET', '/oidc/auth/$uid'], ['GET', '/oidc/session/end'], ['POST', '/oidc/token'], ['POST', '/oidc/token/introspection'],
  ['POST', '/oidc/token/revocation'], ['POST', '/oidc/device/auth'], ['GET', '/oidc/me'], ['GET', '/assignment/accounts'], ['GET', '/assignment/roles'], ['GET', '/federation/credentials'], ['GET', '/'], ['POST', '/']]
const runs = Number(process.env.FUZZ_RUNS ?? 500)
const seed = process.env.FUZZ_RUNS ? {} : { seed: 20_261_122 }

async function answered(route: string, response: Promise<Response>): Promise<void> {
  const { status } = await response
  await (await response).arrayBuffer()
  if (status >= 500) throw new Error(`${route} answered ${status}`)
}

test('no page and no endpoint fails on anything that somebody who is let in may send', async () => {
  // A wrong code too many would hide what is behind the device page.
  await check(asyncProperty(constantFrom(...pages), dictionary(constantFrom(...fields), value, { maxKeys: 6 }), constantFrom('form', 'json', 'none'), async ([method, route], asked, kind) => {
    await home.database.query(`delete from ephemeral_counters where key like 'wrong-device-codes:%'`)
    const path = route.replace('$uid', known.uid!)
    const parameters = new URLSearchParams(Object.entries(asked).map(([name, text]) => [name, filled(text).toWellFormed()]))
    if (method === 'POST' && kind === 'form') parameters.set('csrf', known.csrf!)
    const cookie = jane.cookies.filter((one) => path.startsWith(one.path)).map(({ name, value: held }) => `${name}=${held}`).join('; ')
    const inBody = method === 'POST'
    await answered(`${method} ${route}`, fetch(`${home.origin}${path}${inBody ? '' : `?${parameters}`}`, {
      method, redirect: 'manual', body: inBody ? (kind === 'json' ? JSON.stringify(asked) : parameters) : null,
      headers: { cookie, 'sec-fetch-site': 'same-origin', 'x-amz-sso_bearer_token': known.accessToken!, authorization: `Bearer ${known.accessToken}`, ...(inBody && { 'content-type': kind === 'json' ? 'application/json' : 'application/x-www-form-urlencoded' }) },
    }))
  }), { numRuns: runs, ...seed })
}, 180_000)

const anything: Arbitrary<unknown> = oneof(value.map(filled), array(value.map(filled), { maxLength: 3 }), constantFrom(null, true, 0, -1, 1e308, {}, [[[]]], { length: 3 }, [null], { toString: 1 }))

test('no JSON that somebody sends to the command line’s endpoints fails there', async () => {
  await check(asyncProperty(constantFrom('/client/register', '/device_authorization', '/token', '/logout', '/'), dictionary(constantFrom(...members, ...inherited), anything, { maxKeys: 7 }), constantFrom('application/json', 'application/x-amz-json-1.1', 'application/json; charset=utf-16'), async (path, body, type) => {
    const registered = path === '/client/register' ? { clientName: 'x', clientType: 'public' } : { clientId: known.clientId, clientSecret: known.clientSecret, grantType: deviceGrant }
    const text = JSON.stringify({ ...registered, ...body })
    await answered(`POST ${path}`, fetch(home.origin + path, { method: 'POST', headers: { 'content-type': type, 'x-amz-target': 'X.Y', 'x-amz-sso_bearer_token': 'x' }, body: text }))
  }), { numRuns: runs, ...seed })
}, 180_000)

/** Sends bytes, and returns the status line of what comes back, or '' for a connection that is closed without a word. */
const raw = (bytes: Buffer): Promise<string> => new Promise((resolve) => {
  const { hostname, port } = new URL(home.origin)
  const socket = connect(Number(port), hostname, () => { socket.end(bytes) })
  let all = ''
  socket.setEncoding('latin1').on('data', (chunk: string) => { all += chunk }).on('error', () => resolve(all)).on('close', () => resolve(all.split('\r\n')[0]!))
})

const lineParts = constantFrom('GET', 'POST', 'HEAD', 'TRACE', 'CONNECT', 'OPTIONS', 'PROPFIND', 'get', 'G\0T')
const targets = constantFrom('/', '//', '///start', '/start/', '/START/', '/start//', '/./start', '/start/../start/', '/%', '/%2e%2e/start', '/%00', '/start/%zz', '/start?%', '/start?a=1&a=2', '*', 'http://evil.example/start', 'evil.example:80', '/\\evil', '/start#x', `/${'a/'.repeat(4000)}`, `/start/?q=${'x'.repeat(14_000)}`, '/assets/..%2f..%2fpackage.json',
  '/assets/../../package.json', '/signin/%2e%2e/start', '/oidc/auth/..%2f', '/oidc//auth', '/oidc/auth?', '/setup/%ff', '/consent/%e0%a4%a', '/?Action', '/?Action=', '/?X-Amz-Signature=%', '/favicon.ico', '/healthz', '/readyz/')
const headers = constantFrom('Host: {host}', 'Host: {host}', 'Host: evil.example', 'Host:', 'Content-Length: 5', 'Content-Length: -1', 'Content-Length: 99999999999', 'Transfer-Encoding: chunked', 'Transfer-Encoding: gzip', 'Content-Encoding: gzip', 'Content-Type: application/json', 'Content-Type: application/x-www-form-urlencoded',
  'Content-Type: multipart/form-data', 'Content-Type: \u00ff', 'Cookie: gatehouse-session=%', 'Cookie: ; = ;;=', `Cookie: ${'a=b; '.repeat(3000)}`, 'Cookie: __proto__=x; gatehouse-csrf=\u0080', 'Authorization: Basic \u00ff', 'Authorization: AWS4-HMAC-SHA256 Credential=,SignedHeaders=,Signature=', 'Expect: 100-continue', 'Expect: x',
  'Upgrade: websocket', 'Connection: upgrade', 'Range: bytes=0-', 'If-None-Match: *', 'Accept-Encoding: \u00ff', 'Accept: \u00ff;q=x', 'X-Forwarded-For: \u00ff', 'Sec-Fetch-Site: same-origin', 'Origin: null', 'User-Agent: \u0080\u00ff', 'X-Amz-Date: \u00ff', 'TE: trailers')

test('bytes that are hardly a request are answered or hung up on, and the next is served', async () => {
  await check(asyncProperty(lineParts, targets, array(headers, { maxLength: 6 }), constantFrom('', 'a=b&a=c', '{"a":1', '5\r\nhello\r\n0\r\n\r\n', 'zz\r\n', '\0\0\0'), constantFrom('HTTP/1.1', 'HTTP/1.0', 'HTTP/2.0', ''), async (method, target, lines, body, version) => {
    const head = [`${method} ${target} ${version}`.trim(), ...lines.map((line) => line.replace('{host}', new URL(home.origin).host)), 'Connection: close']
    const status = await raw(Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`, 'latin1'))
    if (status.startsWith('HTTP/1.1 5') && !/ 50[15] /.test(status)) throw new Error(`${method} ${target} answered ${status}`)
  }), { numRuns: runs, ...seed })
  expect((await fetch(`${home.origin}/readyz`)).status).toBe(200)
}, 180_000)

test.each([...inherited, '__proto__.polluted'])('a parameter or member named %s changes nothing', async (name) => {
  await jane.open(`/start/profile?done=${encodeURIComponent(name)}`)
  expect([jane.page.status, jane.page.html.includes('[object')]).toEqual([200, false])
  await fetch(`${home.origin}/client/register`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: `{"clientName":"x","clientType":"public",${JSON.stringify(name)}:{"polluted":1}}` })
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
})

test('a body that comes too slowly, too large or not at all costs nothing but its own connection', async () => {
  const bomb = JSON.stringify({ clientName: '['.repeat(200_000) })
  const deep = `{"clientName":${'['.repeat(100_000)}${']'.repeat(100_000)}}`
  for (const body of [bomb, deep, `{"a":${'"'.repeat(9999)}`, `{${'"a":1,'.repeat(20_000)}"b":1}`]) {
    expect((await fetch(`${home.origin}/client/register`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })).status).toBe(400)
  }
  const large = await fetch(`${home.origin}/start/favourites`, { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' }, body: 'x'.repeat(2_000_000) }).then(({ status }) => status, () => 'hung up')
  expect([413, 'hung up']).toContain(large)
  expect((await fetch(`${home.origin}/readyz`)).status).toBe(200)
})
