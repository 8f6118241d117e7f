// Requests that are not as they should be: each gets the error that the protocol names, none leads astray.
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { basic, get, ledgerSecret, signInAt, startOidc, type OidcHome } from '../support/oidc.js'

let home: OidcHome
beforeAll(async () => { home = await startOidc() }, 90_000)
afterAll(async () => { await home?.stop() })

const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'
const request = (change: Record<string, string | undefined> = {}): Record<string, string> => Object.fromEntries(Object.entries({
  client_id: 'wiki', response_type: 'code', scope: 'openid', redirect_uri: home.wiki.redirectUri, state: 's', code_challenge: challenge, code_challenge_method: 'S256', ...change,
}).filter((entry): entry is [string, string] => entry[1] !== undefined))
const auth = (change: Record<string, string | undefined> = {}, more = ''): Promise<Awaited<ReturnType<typeof get>>> => get(`${home.origin}/oidc/auth?${new URLSearchParams(request(change)).toString()}${more}`, { accept: 'text/html' })

describe('a redirect URI that is not exactly the registered one is answered with a page', () => {
  const tricks: [string, (uri: string) => string][] = [
    ['a slash more', (uri) => `${uri}/`],
    ['a query', (uri) => `${uri}?next=1`],
    ['an empty query', (uri) => `${uri}?`],
    ['a fragment', (uri) => `${uri}#a`],
    ['an empty fragment', (uri) => `${uri}#`],
    ['dot segments', (uri) => uri.replace('/callback', '/x/../callback')],
    ['encoded dot segments', (uri) => uri.replace('/callback', '/x/%2e%2e/callback')],
    ['an encoded slash', (uri) => uri.replace('/callback', '/%2f../callback')],
    ['an encoded letter', (uri) => uri.replace('callback', 'c%61llback')],
    ['another case of the path', (uri) => uri.replace('callback', 'Callback')],
    ['another case of the scheme', (uri) => uri.replace('http:', 'HTTP:')],
    ['another port', (uri) => uri.replace(/:\d+\//, ':1/')],
    ['no port', (uri) => uri.replace(/:\d+\//, '/')],
    ['another spelling of the address', (uri) => uri.replace('127.0.0.1', '127.1')],
    ['a host that goes on', (uri) => uri.replace('127.0.0.1', '127.0.0.1.evil.example')],
    ['somebody else’s host behind a user name', (uri) => uri.replace('127.0.0.1', '127.0.0.1@evil.example')],
    ['a user name', (uri) => uri.replace('//', '//user@')],
    ['another scheme', (uri) => uri.replace('http:', 'https:')],
    ['a script', () => 'javascript:alert(1)//'],
    ['data', () => 'data:text/html,hello'],
    ['no scheme', (uri) => uri.replace('http:', '')],
    ['a backslash', (uri) => uri.replace('/callback', '\\callback')],
    ['a line break', (uri) => `${uri}\r\nx: y`],
    ['a space before', (uri) => ` ${uri}`],
    ['full-width letters', (uri) => uri.replace('callback', 'ｃallback')],
    ['another client’s', () => home.ledger.redirectUri],
  ]
  test.each(tricks)('%s', async (_name, change) => {
    const { status, headers, text: page } = await auth({ redirect_uri: change(home.wiki.redirectUri) })
    expect([status, headers.get('location')]).toEqual([400, null])
    expect(page).toContain('<h1>That request cannot be used</h1>')
  })

  const hosts: [string, string][] = [
    ['case of the host', 'https://LEDGER.example.com/cb'],
    ['a default port', 'https://ledger.example.com:443/cb'],
    ['a dot at the end of the host', 'https://ledger.example.com./cb'],
    ['letters that look alike', 'https://lеdger.example.com/cb'],
    ['letters that look alike, in their other spelling', 'https://xn--ldger-3ve.example.com/cb'],
    ['a host below', 'https://x.ledger.example.com/cb'],
  ]
  test.each(hosts)('%s', async (_name, uri) => {
    const { status, headers } = await auth({ client_id: 'ledger', redirect_uri: uri })
    expect([status, headers.get('location')]).toEqual([400, null])
  })

  test('an application on a person’s computer may use any port of that computer, and nothing else', async () => {
    const ask = (redirectUri: string): ReturnType<typeof auth> => auth({ client_id: 'desk', redirect_uri: redirectUri })
    for (const uri of ['http://127.0.0.1:5312/callback', 'http://[::1]:5312/callback']) expect((await ask(uri)).headers.get('location')).toContain('/signin/')
    for (const uri of ['http://localhost:5312/callback', 'http://127.0.0.2:5312/callback', 'http://127.0.0.1:5312/other', 'http://127.0.0.1:5312/callback?x=1', 'https://127.0.0.1:5312/callback']) {
      expect([uri, (await ask(uri)).status]).toEqual([uri, 400])
    }
  })
})

describe('an authorization request with a fault goes back to the application with the protocol’s error', () => {
  const faults: [string, Record<string, string | undefined>, string][] = [
    ['no PKCE', { code_challenge: undefined, code_challenge_method: undefined }, 'invalid_request'],
    ['PKCE in plain', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['PKCE without its method', { code_challenge_method: undefined }, 'invalid_request'],
    ['a challenge that is too short', { code_challenge: 'short' }, 'invalid_request'],
    ['a challenge that is too long', { code_challenge: 'a'.repeat(129) }, 'invalid_request'],
    ['no response type', { response_type: undefined }, 'invalid_request'],
    ['the implicit flow', { response_type: 'id_token' }, 'unsupported_response_type'],
    ['the hybrid flow', { response_type: 'code id_token' }, 'unsupported_response_type'],
    ['a token without a code', { response_type: 'token' }, 'unsupported_response_type'],
    ['a response type of another client', { response_type: 'none' }, 'invalid_request'],
    ['an unknown response mode', { response_mode: 'web_message' }, 'unsupported_response_mode'],
    ['an unknown prompt', { prompt: 'dance' }, 'invalid_request'],
    ['none and another prompt', { prompt: 'none login' }, 'invalid_request'],
    ['a max_age that is no number', { max_age: 'soon' }, 'invalid_request'],
    ['a negative max_age', { max_age: '-1' }, 'invalid_request'],
    ['a scope with characters that scopes do not have', { scope: 'openid "all"' }, 'invalid_scope'],
    ['a scope that is not the client’s', { client_id: 'ledger', scope: 'openid offline_access sso:account:access' }, 'invalid_scope'],
    ['a scope that is for command lines', { client_id: 'desk', scope: 'openid sso:account:access', redirect_uri: 'http://127.0.0.1/callback' }, 'invalid_scope'],
    ['a request object', { request: 'e30.e30.' }, 'request_not_supported'],
    ['a request by address', { request_uri: 'https://evil.example/r' }, 'request_uri_not_supported'],
    ['a registration', { registration: '{}' }, 'registration_not_supported'],
    ['a hint that is no token', { id_token_hint: 'nonsense' }, 'invalid_request'],
    ['nobody signed in, and no question wanted', { prompt: 'none' }, 'login_required'],
  ]
  test.each(faults)('%s', async (_name, change, error) => {
    const { status, headers } = await auth({ ...(change.client_id === 'ledger' && { redirect_uri: home.ledger.redirectUri }), ...change })
    expect(status).toBe(303)
    const back = new URL(headers.get('location')!)
    expect(back.origin).toBe(change.redirect_uri ? 'http://127.0.0.1' : home.site.origin)
    const parameters = back.searchParams.get('error') ? back.searchParams : new URLSearchParams(back.hash.slice(1))
    expect([parameters.get('error'), parameters.get('state'), parameters.get('iss')]).toEqual([error, 's', `${home.origin}/oidc`])
  })

  test.each(['client_id', 'redirect_uri', 'scope', 'state', 'code_challenge', 'response_type', 'nonce'])('%s twice', async (name) => {
    const { status, headers } = await auth({ nonce: 'n' }, `&${name}=${encodeURIComponent(request({ nonce: 'n' })[name]!)}`)
    if (status === 303) expect(new URL(headers.get('location')!).searchParams.get('error')).toBe('invalid_request')
    else expect(status).toBe(400)
    expect(headers.get('location') ?? home.site.origin).not.toContain('/signin/')
  })

  test.each([['unknown', 'nobody'], ['missing', undefined], ['over-long', 'x'.repeat(3000)], ['with a NUL', 'wiki\0'], ['with half a character', 'wiki\ud800'], ['with SQL in it', `wiki' or '1'='1`]])('a client_id that is %s', async (_name, clientId) => {
    const { status, headers } = await auth({ client_id: clientId })
    expect([status, headers.get('location')]).toEqual([400, null])
  })
})

describe('endpoints name the fault', () => {
  const robot = { client_id: 'robot', client_secret: 'robot-0123456789-0123456789-0123456789-' }
  const faults: [string, string, string | Record<string, string>, Record<string, string>, number, string][] = [
    ['nothing', '/oidc/token', '', {}, 400, 'invalid_request'],
    ['no grant type', '/oidc/token', { client_id: 'wiki' }, {}, 400, 'invalid_request'],
    ['the password grant', '/oidc/token', { ...robot, grant_type: 'password', username: 'jane', password: 'x' }, {}, 400, 'unsupported_grant_type'],
    ['a grant that is not the client’s', '/oidc/token', { client_id: 'wiki', grant_type: 'client_credentials' }, {}, 400, 'invalid_request'],
    ['a wrong secret', '/oidc/token', { ...robot, client_secret: 'x'.repeat(40), grant_type: 'client_credentials' }, {}, 401, 'invalid_client'],
    ['the hash of the secret', '/oidc/token', { client_id: 'robot', client_secret: 'w2iB', grant_type: 'client_credentials' }, {}, 401, 'invalid_client'],
    ['no secret', '/oidc/token', { client_id: 'robot', grant_type: 'client_credentials' }, {}, 401, 'invalid_client'],
    ['two ways at once', '/oidc/token', { ...robot, grant_type: 'client_credentials' }, basic('ledger', ledgerSecret), 400, 'invalid_request'],
    ['a header that is not Basic', '/oidc/token', { grant_type: 'client_credentials' }, { authorization: 'Basic !!!' }, 400, 'invalid_request'],
    ['an unknown client', '/oidc/token', { client_id: 'nobody', grant_type: 'authorization_code', code: 'x' }, {}, 401, 'invalid_client'],
    ['a NUL in the client', '/oidc/token', 'client_id=%00&grant_type=authorization_code&code=x', {}, 401, 'invalid_client'],
    ['broken UTF-8 in the client', '/oidc/token', 'client_id=%ff%fe&grant_type=authorization_code&code=x', {}, 401, 'invalid_client'],
    ['an over-long client', '/oidc/token', { client_id: 'x'.repeat(20_000), grant_type: 'authorization_code', code: 'x' }, {}, 401, 'invalid_client'],
    ['no code', '/oidc/token', { client_id: 'wiki', grant_type: 'authorization_code', redirect_uri: 'x' }, {}, 400, 'invalid_request'],
    ['an unknown code', '/oidc/token', { client_id: 'wiki', grant_type: 'authorization_code', code: 'unknown', redirect_uri: 'x', code_verifier: 'y'.repeat(43) }, {}, 400, 'invalid_grant'],
    ['an over-long code', '/oidc/token', { client_id: 'wiki', grant_type: 'authorization_code', code: 'x'.repeat(30_000), redirect_uri: 'x', code_verifier: 'y'.repeat(43) }, {}, 400, 'invalid_grant'],
    ['a code of NUL', '/oidc/token', 'client_id=wiki&grant_type=authorization_code&code=%00&redirect_uri=x&code_verifier=y', {}, 400, 'invalid_grant'],
    ['no refresh token', '/oidc/token', { client_id: 'wiki', grant_type: 'refresh_token' }, {}, 400, 'invalid_request'],
    ['an unknown refresh token', '/oidc/token', { client_id: 'wiki', grant_type: 'refresh_token', refresh_token: 'x' }, {}, 400, 'invalid_grant'],
    ['a parameter twice', '/oidc/token', 'grant_type=client_credentials&client_id=robot&client_id=robot&client_secret=x', {}, 400, 'invalid_request'],
    ['a grant twice', '/oidc/token', `grant_type=client_credentials&grant_type=client_credentials&client_id=robot&client_secret=${robot.client_secret}`, {}, 400, 'invalid_request'],
    ['JSON', '/oidc/token', '{"grant_type":"client_credentials"}', { 'content-type': 'application/json' }, 400, 'invalid_request'],
    ['a body without bounds', '/oidc/token', `grant_type=${'x'.repeat(200_000)}`, {}, 400, 'invalid_request'],
    ['an array for a name', '/oidc/token', 'grant_type[]=client_credentials&client_id=wiki', {}, 400, 'invalid_request'],
    ['a prototype for a name', '/oidc/token', '__proto__[x]=1&constructor=2&client_id=wiki', {}, 400, 'invalid_request'],
    ['a machine that asks for more than there is', '/oidc/token', { ...robot, grant_type: 'client_credentials', scope: 'sso:account:access' }, {}, 400, 'invalid_scope'],
    ['introspecting nothing', '/oidc/token/introspection', robot, {}, 400, 'invalid_request'],
    ['revoking nothing', '/oidc/token/revocation', robot, {}, 400, 'invalid_request'],
    ['a token twice', '/oidc/token/introspection', `token=a&token=b&client_id=robot&client_secret=${robot.client_secret}`, {}, 400, 'invalid_request'],
    ['a grant of NUL', '/oidc/token', 'client_id=wiki&grant_type=%00&code=x', {}, 400, 'unsupported_grant_type'],
    ['userinfo without a token', '/oidc/me', '', {}, 401, 'invalid_token'],
    ['userinfo with a token that is none', '/oidc/me', '', { authorization: 'Bearer nonsense' }, 401, 'invalid_token'],
    ['userinfo with two tokens', '/oidc/me', 'access_token=a', { authorization: 'Bearer nonsense' }, 400, 'invalid_request'],
    ['userinfo with a token of NUL', '/oidc/me', 'access_token=%00', {}, 401, 'invalid_token'],
    ['a device without a client', '/oidc/device/auth', 'scope=openid', {}, 400, 'invalid_request'],
    ['a device whose client may not', '/oidc/device/auth', { client_id: 'wiki' }, {}, 400, 'invalid_request'],
  ]
  test.each(faults)('%s at %s', async (_name, path, fields, headers, status, error) => {
    const answer = await home.post(path, fields, headers)
    expect([answer.status, answer.json.error]).toEqual([status, error])
    expect(answer.headers.get('cache-control')).toContain('no-store')
  })

  test('a code with the wrong verifier, or none, or another redirect URI, is not redeemed', async () => {
    for (const change of [{ code_verifier: 'x'.repeat(43) }, { code_verifier: '' }, { redirect_uri: `${home.wiki.redirectUri}/` }]) {
      const { begun, answer } = await signInAt(home.wiki, home.browser())
      const { status, json } = await home.post('/oidc/token', { client_id: 'wiki', grant_type: 'authorization_code', code: answer.searchParams.get('code')!, redirect_uri: home.wiki.redirectUri, code_verifier: begun.verifier, ...change })
      expect([status, json.error]).toEqual([400, 'invalid_grant'])
    }
  })

  const pages = ['/oidc/session/end?id_token_hint=nonsense', '/oidc/session/end?client_id=nobody', '/oidc/session/end?client_id=wiki&post_logout_redirect_uri=https://evil.example/', '/oidc/session/end?state=a&state=b',
    '/oidc/auth/unknown', '/oidc/auth', '/oidc/auth?client_id=ledger', '/oidc/session/end/success?client_id=nobody', '/signin/unknown', '/signin/unknown/password', '/consent/unknown', '/signin/%00', '/signin/%ff/password', '/consent/..%2f..']
  test.each(pages)('%s is a page that says so, and leads nowhere', async (path) => {
    const { status, headers, text: page } = await get(home.origin + path, { accept: 'text/html' })
    expect([400, 404, 410]).toContain(status)
    expect(headers.get('location')).toBeNull()
    expect(page).toMatch(/<h1>[^<]+<\/h1>/)
    expect(headers.get('content-security-policy')).toContain(`frame-ancestors 'none'`)
  })

  test('a form of the provider’s own that nobody was shown is refused', async () => {
    const { status } = await home.post('/oidc/session/end/confirm', { xsrf: 'x', logout: 'yes' }, { accept: 'text/html' })
    expect(status).toBe(400)
  })

  test('the provider’s own device pages are ours', async () => {
    for (const path of ['/oidc/device', '/oidc/device/unknown', '/oidc/device?user_code=BCDF-GHJK']) {
      const { status, headers } = await get(home.origin + path, { accept: 'text/html' })
      expect([status, headers.get('location')?.startsWith('/device')]).toEqual([302, true])
    }
  })
})

describe('under which name', () => {
  /** Sends bytes as they are, and returns the answer's. */
  async function raw(lines: string[]): Promise<string> {
    const socket = connect(Number(new URL(home.origin).port), 'localhost')
    socket.write(`${[...lines, 'Connection: close'].join('\r\n')}\r\n\r\n`)
    return text(socket)
  }

  const names: [string, () => string[], number][] = [
    ['ours', () => ['GET /oidc/jwks HTTP/1.1', `Host: ${new URL(home.origin).host}`], 200],
    ['another host', () => ['GET /oidc/jwks HTTP/1.1', 'Host: evil.example'], 421],
    ['our host without its port', () => ['GET /oidc/jwks HTTP/1.1', 'Host: localhost'], 421],
    ['a host that ends like ours', () => ['GET /oidc/jwks HTTP/1.1', `Host: evil-${new URL(home.origin).host}`], 421],
    ['a user name in it', () => ['GET /oidc/jwks HTTP/1.1', `Host: evil@${new URL(home.origin).host}`], 421],
    ['an empty one', () => ['GET /oidc/jwks HTTP/1.1', 'Host:'], 421],
    ['two of them', () => ['GET /oidc/jwks HTTP/1.1', `Host: ${new URL(home.origin).host}`, 'Host: evil.example'], 421],
    ['two of them, ours last', () => ['GET /oidc/jwks HTTP/1.1', 'Host: evil.example', `Host: ${new URL(home.origin).host}`], 421],
    ['ours twice', () => ['GET /oidc/jwks HTTP/1.1', `Host: ${new URL(home.origin).host}`, `Host: ${new URL(home.origin).host}`], 421],
    ['an absolute request line', () => ['GET http://evil.example/oidc/jwks HTTP/1.1', `Host: ${new URL(home.origin).host}`], 421],
    ['an absolute request line that is ours', () => [`GET ${home.origin}/oidc/jwks HTTP/1.1`, `Host: ${new URL(home.origin).host}`], 421],
    ['none at all', () => ['GET /oidc/jwks HTTP/1.1'], 400],
    ['none, as HTTP/1.0 allows', () => ['GET /oidc/jwks HTTP/1.0'], 421],
  ]
  test.each(names)('%s', async (_name, lines, status) => {
    expect((await raw(lines())).split('\r\n')[0]).toContain(` ${status} `)
  })

  test('forwarded headers change nothing that is sent back', async () => {
    const headers = { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https', 'x-forwarded-port': '444', forwarded: 'for=1.2.3.4;host=evil.example;proto=https', 'x-original-url': '/evil', 'x-forwarded-prefix': '/evil' }
    const begun = await home.wiki.begin()
    for (const url of [begun.url.href, `${home.origin}/start/`, `${home.origin}/oidc/session/end`, `${home.origin}/oidc/.well-known/openid-configuration`]) {
      const answer = await get(url, headers)
      expect(`${answer.text} ${JSON.stringify([...answer.headers])}`).not.toContain('evil')
      expect(answer.text).not.toContain('https://localhost')
    }
  })
})
