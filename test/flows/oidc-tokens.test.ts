// What an application gets from the provider, and what becomes of it: openid-client 6 does the asking.
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose'
import * as oidc from 'openid-client'
import { SigningKeys, Sealer } from '../../src/platform/keys/index.js'
import { password } from '../support/app.js'
import { basic, get, ledgerSecret, signInAt, startOidc, tokensOf, type OidcHome } from '../support/oidc.js'

let home: OidcHome
beforeAll(async () => { home = await startOidc() }, 90_000)
afterAll(async () => { await home?.stop() })

const robotSecret = 'robot-0123456789-0123456789-0123456789-'
const robot = { client_id: 'robot', client_secret: robotSecret }

test('discovery and the key set name this address and only what is served, whatever Host says', async () => {
  const { json } = await get(`${home.origin}/oidc/.well-known/openid-configuration`, { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https', forwarded: 'host=evil.example' })
  expect(json).toMatchObject({
    issuer: `${home.origin}/oidc`,
    authorization_endpoint: `${home.origin}/oidc/auth`,
    token_endpoint: `${home.origin}/oidc/token`,
    userinfo_endpoint: `${home.origin}/oidc/me`,
    jwks_uri: `${home.origin}/oidc/jwks`,
    end_session_endpoint: `${home.origin}/oidc/session/end`,
    code_challenge_methods_supported: ['S256'],
    response_types_supported: ['code', 'none'],
    id_token_signing_alg_values_supported: ['ES256', 'RS256'],
    subject_types_supported: ['public'],
    authorization_response_iss_parameter_supported: true,
  })
  expect(Object.keys(json).filter((name) => /dpop|pushed|registration|backchannel_auth|mtls/.test(name))).toEqual([])
  const keys = (await get(json.jwks_uri as string)).json.keys as Record<string, unknown>[]
  expect(keys.map((key) => [key.kty, key.alg, key.use])).toEqual([['EC', 'ES256', 'sig'], ['RSA', 'RS256', 'sig'], ['EC', 'ES256', 'sig'], ['RSA', 'RS256', 'sig']])
  for (const key of keys) expect(Object.keys(key).filter((name) => ['d', 'p', 'q', 'dp', 'dq', 'qi'].includes(name))).toEqual([])
})

test('an application learns who signed in, how and when', async () => {
  const started = Math.floor(Date.now() / 1000)
  const tokens = await tokensOf(home.wiki, home.browser(), { scope: 'openid profile email groups' })
  const claims = tokens.claims()!
  expect(decodeProtectedHeader(tokens.id_token!).alg).toBe('ES256')
  expect(claims).toMatchObject({ iss: `${home.origin}/oidc`, aud: 'wiki', amr: ['pwd'], sid: expect.any(String) })
  expect(claims.auth_time).toBeGreaterThanOrEqual(started)
  const about = await oidc.fetchUserInfo(home.wiki.configuration, tokens.access_token, claims.sub)
  expect(about).toEqual({ sub: claims.sub, name: 'Jane Doe', given_name: 'Jane', family_name: 'Doe', preferred_username: 'jane', email: 'jane@example.com', email_verified: false, groups: ['Readers', 'Writers'] })
})

test('a client that asked for RS256 gets it', async () => {
  const tokens = await tokensOf(home.ledger, home.browser())
  expect(decodeProtectedHeader(tokens.id_token!).alg).toBe('RS256')
})

test('claims follow the scopes: an application that asks for openid alone learns no name', async () => {
  const tokens = await tokensOf(home.wiki, home.browser(), { scope: 'openid' })
  expect(await oidc.fetchUserInfo(home.wiki.configuration, tokens.access_token, tokens.claims()!.sub)).toEqual({ sub: tokens.claims()!.sub })
})

test('refresh tokens rotate, and one that comes back ends the family', async () => {
  const first = await tokensOf(home.wiki, home.browser())
  const second = await oidc.refreshTokenGrant(home.wiki.configuration, first.refresh_token!)
  expect(second.refresh_token).not.toBe(first.refresh_token)
  await expect(oidc.fetchUserInfo(home.wiki.configuration, second.access_token, first.claims()!.sub)).resolves.toBeDefined()
  await expect(oidc.refreshTokenGrant(home.wiki.configuration, first.refresh_token!)).rejects.toMatchObject({ error: 'invalid_grant' })
  await expect(oidc.refreshTokenGrant(home.wiki.configuration, second.refresh_token!)).rejects.toMatchObject({ error: 'invalid_grant' })
  await expect(oidc.fetchUserInfo(home.wiki.configuration, second.access_token, first.claims()!.sub)).rejects.toMatchObject({ status: 401 })
})

test('a confidential client’s refresh token rotates too', async () => {
  const first = await tokensOf(home.ledger, home.browser())
  const second = await oidc.refreshTokenGrant(home.ledger.configuration, first.refresh_token!)
  expect(second.refresh_token).not.toBe(first.refresh_token)
})

test('a code that comes back ends what was issued for it', async () => {
  const { begun, answer } = await signInAt(home.wiki, home.browser())
  const tokens = await home.wiki.finish(answer, begun)
  await expect(home.wiki.finish(answer, begun)).rejects.toMatchObject({ error: 'invalid_grant' })
  await expect(oidc.fetchUserInfo(home.wiki.configuration, tokens.access_token, tokens.claims()!.sub)).rejects.toMatchObject({ status: 401 })
})

test('a code or a refresh token is worth nothing to another client', async () => {
  const { begun, answer } = await signInAt(home.wiki, home.browser())
  const stolen = await home.post('/oidc/token', { grant_type: 'authorization_code', code: answer.searchParams.get('code')!, redirect_uri: home.wiki.redirectUri, code_verifier: begun.verifier }, basic('ledger', ledgerSecret))
  expect([stolen.status, stolen.json.error]).toEqual([400, 'invalid_grant'])
  const own = await home.wiki.finish(answer, begun)
  const other = await home.post('/oidc/token', { grant_type: 'refresh_token', refresh_token: own.refresh_token! }, basic('ledger', ledgerSecret))
  expect([other.status, other.json.error]).toEqual([400, 'invalid_grant'])
})

test('signing out at the portal ends an application’s tokens, and those for offline use go on', async () => {
  const jane = home.browser()
  const bound = await tokensOf(home.wiki, jane)
  const kim = home.browser()
  const offline = await tokensOf(home.wiki, kim, { userName: 'kim', scope: 'openid offline_access', prompt: 'consent' })
  for (const browser of [jane, kim]) {
    await browser.open('/start/')
    await browser.submit({}, '/start/sign-out')
  }
  await expect(oidc.refreshTokenGrant(home.wiki.configuration, bound.refresh_token!)).rejects.toMatchObject({ error: 'invalid_grant' })
  await expect(oidc.refreshTokenGrant(home.wiki.configuration, offline.refresh_token!)).resolves.toMatchObject({ token_type: 'bearer' })
})

test('keys that rotate while people sign in cost no verification', async () => {
  const keys = new SigningKeys({ database: home.database, sealer: new Sealer(home.settings.secrets.masterKey, 'signing keys'), clock: Date.now })
  const keySet = createRemoteJWKSet(new URL(`${home.origin}/oidc/jwks`), { cooldownDuration: 0 })
  const verify = (token: string): Promise<unknown> => jwtVerify(token, keySet, { issuer: `${home.origin}/oidc` })
  const jane = home.browser()
  const old = (await tokensOf(home.wiki, jane)).id_token!
  await verify(old)
  const current = (await keys.list()).find((key) => key.algorithm === 'ES256' && key.state === 'current')!
  const [, ...during] = await Promise.all([
    keys.rotate('ES256', current.kid).then(() => home.app.oidc.refreshKeys()),
    ...Array.from({ length: 8 }, async () => (await tokensOf(home.wiki, jane)).id_token!),
  ])
  // openid-client verified each of these with the key set that it had fetched before.
  const after = (await tokensOf(home.wiki, jane)).id_token!
  for (const token of [old, ...during, after]) await verify(token)
  expect(decodeProtectedHeader(after).kid).not.toBe(decodeProtectedHeader(old).kid)
  await home.app.oidc.refreshKeys()
  expect((await keys.list()).find(({ kid }) => kid === decodeProtectedHeader(after).kid)).toMatchObject({ state: 'current', firstUsedAt: expect.any(Date), lastUsedAt: expect.any(Date) })
})

test('a machine gets a token of its own that speaks for nobody', async () => {
  const { status, json } = await home.post('/oidc/token', { grant_type: 'client_credentials', ...robot })
  expect(status).toBe(200)
  expect(json).toMatchObject({ token_type: 'Bearer', expires_in: 3600 })
  expect(Object.keys(json)).not.toContain('refresh_token')
  const me = await get(`${home.origin}/oidc/me`, { authorization: `Bearer ${String(json.access_token)}` })
  expect(me.status).toBe(401)
})

test('a client introspects and revokes its own tokens, and learns nothing of others’', async () => {
  const { json: { access_token: token } } = await home.post('/oidc/token', { grant_type: 'client_credentials', ...robot })
  const [own, foreign] = await Promise.all([
    home.post('/oidc/token/introspection', { token: String(token), ...robot }),
    home.post('/oidc/token/introspection', { token: String(token) }, basic('ledger', ledgerSecret)),
  ])
  expect(own.json).toMatchObject({ active: true, client_id: 'robot', token_type: 'Bearer', iss: `${home.origin}/oidc` })
  expect([foreign.status, foreign.json]).toEqual([200, { active: false }])
  const theft = await home.post('/oidc/token/revocation', { token: String(token) }, basic('ledger', ledgerSecret))
  expect([theft.status, theft.text]).toEqual([200, ''])
  expect((await home.post('/oidc/token/introspection', { token: String(token), ...robot })).json.active).toBe(true)
  expect((await home.post('/oidc/token/revocation', { token: String(token), ...robot })).status).toBe(200)
  expect((await home.post('/oidc/token/introspection', { token: String(token), ...robot })).json).toEqual({ active: false })
  for (const path of ['/oidc/token/introspection', '/oidc/token/revocation']) {
    const anonymous = await home.post(path, { token: String(token) })
    expect([anonymous.status, anonymous.json.error]).toEqual([400, 'invalid_request'])
    const wrong = await home.post(path, { token: String(token), client_id: 'robot', client_secret: 'wrong'.repeat(10) })
    expect([wrong.status, wrong.json.error]).toEqual([401, 'invalid_client'])
  }
})

test('revoking a refresh token ends the access tokens with it', async () => {
  const tokens = await tokensOf(home.ledger, home.browser())
  await oidc.tokenRevocation(home.ledger.configuration, tokens.refresh_token!)
  await expect(oidc.fetchUserInfo(home.ledger.configuration, tokens.access_token, tokens.claims()!.sub)).rejects.toMatchObject({ status: 401 })
})

test('what a person may not use any more ends: tokens of an application taken from them, and of a person who left', async () => {
  const left = await tokensOf(home.wiki, home.browser(), { userName: 'left' })
  await home.database.query(`update users set active = false where lower(user_name) = 'left'`)
  await expect(oidc.fetchUserInfo(home.wiki.configuration, left.access_token, left.claims()!.sub)).rejects.toMatchObject({ status: 401 })
  await expect(oidc.refreshTokenGrant(home.wiki.configuration, left.refresh_token!)).rejects.toMatchObject({ error: 'invalid_grant' })
})

test('a token of a person who was disabled is not active any more, for whoever asks', async () => {
  const tokens = await tokensOf(home.ledger, home.browser())
  const introspect = async (): Promise<unknown> => (await home.post('/oidc/token/introspection', { token: tokens.access_token }, basic('ledger', ledgerSecret))).json.active
  expect(await introspect()).toBe(true)
  await home.database.query(`update users set active = false where lower(user_name) = 'jane'`)
  expect(await introspect()).toBe(false)
  await home.database.query(`update users set active = true where lower(user_name) = 'jane'`)
})

test('a session whose person was disabled asks for a sign-in, also without a word', async () => {
  const browser = home.browser()
  await browser.signIn('sam', password)
  await home.database.query(`update users set active = false where lower(user_name) = 'sam'`)
  const silent = await browser.open((await home.wiki.begin({ prompt: 'none' })).url.href)
  expect(new URL(silent.url).searchParams.get('error')).toBe('login_required')
  const asked = await browser.open((await home.wiki.begin()).url.href)
  expect(asked.url).toContain('/signin/')
})
