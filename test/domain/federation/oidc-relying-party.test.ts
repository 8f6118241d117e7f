import { ExternalSteps, OidcRelyingParty, type OidcConnection } from '../../../src/domain/federation/index.js'
import { networksOf, Outbound } from '../../../src/platform/outbound/index.js'
import { refusalOf } from '../../support/made-issuer.js'
import { startUpstream, upstreamClient, type Upstream, type UpstreamOptions } from '../../support/upstream.js'

const redirectUri = 'https://gatehouse.example.com/signin/source/one'
const allowed = networksOf(['127.0.0.0/8', '::1'], (entry) => { throw new Error(entry) })
const { secret } = upstreamClient
const stops: (() => Promise<void>)[] = []

afterAll(async () => { for (const stop of stops) await stop() })

async function setUp(options: Partial<UpstreamOptions> = {}, connection: Partial<OidcConnection> = {}) {
  const upstream = await startUpstream({ redirectUris: [redirectUri], ...options })
  stops.push(() => upstream.stop())
  const time = { ahead: 0 }
  return {
    upstream, time, party: new OidcRelyingParty({ outbound: new Outbound({ allowed }), clock: () => Date.now() + time.ahead }),
    connection: { issuer: upstream.issuer, clientId: upstreamClient.id, scopes: ['profile', 'email', 'groups'], authentication: 'client_secret_basic', ...connection } as OidcConnection,
  }
}

type Home = Awaited<ReturnType<typeof setUp>>

async function signIn({ party, connection, upstream }: Home, { more = {}, steps = new ExternalSteps(), secret: used = secret }: { more?: object; steps?: ExternalSteps; secret?: string | undefined } = {}) {
  const { url, keep } = await party.begin(connection, { secret: used, redirectUri, ...more }, steps)
  return party.finish(connection, { secret: used, keep, callback: await upstream.visit(url) }, steps)
}

const answering = (upstream: Upstream, path: string, status: number, body: object | string = {}): void => {
  upstream.mood.answer = (request, response) => {
    if (!request.url!.startsWith(path)) return false
    response.writeHead(status, { 'content-type': 'application/json' }).end(typeof body === 'string' ? body : JSON.stringify(body))
    return true
  }
}

describe('with a provider that keeps to the rules', () => {
  let home: Home
  beforeAll(async () => { home = await setUp() })
  afterEach(() => { home.upstream.mood.answer = undefined })

  test('somebody signs in, and what userinfo says of them is known', async () => {
    const identity = await signIn(home)
    expect(identity).toMatchObject({ subject: 'ada-7', amr: ['pwd', 'otp'], acr: 'urn:example:two', session: expect.any(String) })
    expect(Object.fromEntries(identity.claims)).toMatchObject({ name: ['Ada Byron'], email_verified: ['true'], groups: ['Readers', 'Writers'] })
    expect(identity.claims.has('nonce')).toBe(false)
  })

  test('the request has a state, a nonce and a challenge of its own each time, and what the caller asks for', async () => {
    const begin = () => home.party.begin(home.connection, { secret, redirectUri, loginHint: 'ada', prompt: 'login', maxAge: 60 }, new ExternalSteps())
    const [one, other] = [await begin(), await begin()]
    expect(Object.fromEntries(one.url.searchParams)).toMatchObject({
      response_type: 'code', client_id: 'gatehouse', scope: 'openid profile email groups', redirect_uri: redirectUri, code_challenge_method: 'S256', login_hint: 'ada', prompt: 'login', max_age: '60',
    })
    for (const name of ['state', 'nonce', 'code_challenge']) expect(one.url.searchParams.get(name)).not.toBe(other.url.searchParams.get(name))
    expect(one.url.href).not.toContain(one.keep.codeVerifier)
    expect(JSON.parse(JSON.stringify(one.keep))).toEqual(one.keep)
    await home.party.begin({ ...home.connection, scopes: ['openid', 'email', 'email'] }, { secret, redirectUri }, new ExternalSteps()).then(({ url }) => expect(url.searchParams.get('scope')).toBe('openid email'))
  })

  test('each step is taken down, and nothing in it is secret', async () => {
    const steps = new ExternalSteps()
    const { url, keep } = await home.party.begin(home.connection, { secret, redirectUri }, steps)
    const callback = await home.upstream.visit(url)
    await home.party.finish(home.connection, { secret, keep, callback }, steps)
    const checked = ['signature', 'issuer', 'audience', 'times', 'nonce', 'subject'].map((name) => `${name} passed`)
    expect(steps.steps.map(({ name, outcome }) => `${name} ${outcome}`)).toEqual(['discovery passed', 'request passed', 'answer passed', 'exchange passed', ...checked, 'id-token passed', 'userinfo passed'])
    const text = JSON.stringify(steps.steps)
    for (const value of [secret, keep.state, keep.nonce, keep.codeVerifier, callback.searchParams.get('code')!]) expect(text).not.toContain(value)
    expect(text).not.toMatch(/eyJ[\w-]{10,}\./)
    expect(steps.steps.find(({ name }) => name === 'id-token')!.received).toContain('"sub": "ada-7"')
  })

  test('when they proved who they are is known where it was asked for', async () => {
    const identity = await signIn(home, { more: { maxAge: 600 } })
    expect(Math.abs(identity.authenticatedAt! - Date.now())).toBeLessThan(60_000)
  })

  test.each(['state', 'iss', 'code'])('an answer without its %s is refused', async (name) => {
    const { url, keep } = await home.party.begin(home.connection, { secret, redirectUri }, new ExternalSteps())
    const callback = await home.upstream.visit(url)
    callback.searchParams.delete(name)
    expect((await refusalOf(home.party.finish(home.connection, { secret, keep, callback }, new ExternalSteps()))).reason).toBe(name === 'code' ? 'answer-malformed' : name)
  })

  test('a code counts once', async () => {
    const { url, keep } = await home.party.begin(home.connection, { secret, redirectUri }, new ExternalSteps())
    const callback = await home.upstream.visit(url)
    await home.party.finish(home.connection, { secret, keep, callback }, new ExternalSteps())
    const steps = new ExternalSteps()
    expect((await refusalOf(home.party.finish(home.connection, { secret, keep, callback }, steps))).reason).toBe('code-refused')
    expect(steps.steps.at(-1)).toMatchObject({ name: 'exchange', outcome: 'failed', says: expect.stringContaining('invalid_grant') })
  })

  test('a verifier of another sign-in is refused', async () => {
    const [one, other] = [await home.party.begin(home.connection, { secret, redirectUri }, new ExternalSteps()), await home.party.begin(home.connection, { secret, redirectUri }, new ExternalSteps())]
    const callback = await home.upstream.visit(one.url)
    expect((await refusalOf(home.party.finish(home.connection, { secret, keep: { ...one.keep, codeVerifier: other.keep.codeVerifier }, callback }, new ExternalSteps()))).reason).toBe('code-refused')
  })

  test('a wrong secret is told from other troubles, with what to do', async () => {
    const refusal = await refusalOf(signIn(home, { secret: 'not-the-secret-0123456789' }))
    expect(refusal).toMatchObject({ reason: 'client-refused', code: 'credentials-wrong', step: { name: 'exchange', advice: expect.stringContaining('enter the new one') } })
    expect(JSON.stringify(refusal.step)).not.toContain('not-the-secret')
    expect((await refusalOf(signIn(home, { secret: '' }))).reason).toBe('no-secret')
  })

  test('new keys are found by the first token that is signed with them, once in a minute', async () => {
    const rotating = await setUp()
    await signIn(rotating)
    await rotating.upstream.rotate()
    await expect(signIn(rotating)).resolves.toMatchObject({ subject: 'ada-7' })
    await rotating.upstream.rotate()
    expect((await refusalOf(signIn(rotating))).reason).toBe('signature')
    // A minute is also what clocks may differ by.
    rotating.time.ahead = 60_000
    await expect(signIn(rotating)).resolves.toMatchObject({ subject: 'ada-7' })
    expect(rotating.upstream.seen.filter((path) => path === '/jwks')).toHaveLength(3)
  })

  test('a logout token of the provider is read', async () => {
    const token = await home.upstream.logoutToken('session-1')
    const logout = await home.party.readLogout(home.connection, token)
    expect(logout).toEqual({ subject: 'ada-7', session: 'session-1', jti: expect.any(String), expiresAt: expect.any(Number) })
    expect(logout.expiresAt).toBeGreaterThan(Date.now())
    expect((await refusalOf(home.party.readLogout({ ...home.connection, clientId: 'another' }, token))).reason).toBe('audience')
  })
})

describe('what is known of an issuer', () => {
  test('counts for ten minutes, and for a day while the issuer does not answer', async () => {
    const { party, connection, upstream, time } = await setUp()
    const begin = () => party.begin(connection, { secret, redirectUri }, new ExternalSteps())
    await Promise.all([begin(), begin(), begin()])
    time.ahead = 599_000
    await begin()
    expect(upstream.seen).toEqual(['/.well-known/openid-configuration'])
    answering(upstream, '/.well-known', 503)
    time.ahead = 23 * 3_600_000
    await begin()
    expect(upstream.seen).toHaveLength(2)
    time.ahead = 25 * 3_600_000
    expect((await refusalOf(begin())).reason).toBe('issuer-unreachable')
    upstream.mood.answer = undefined
    party.forget(connection)
    await begin()
  })

  test('is not kept when the issuer says something else', async () => {
    const { party, connection, upstream, time } = await setUp()
    await party.begin(connection, { secret, redirectUri }, new ExternalSteps())
    answering(upstream, '/.well-known', 200, { issuer: 'https://other.example.com' })
    time.ahead = 601_000
    expect((await refusalOf(party.begin(connection, { secret, redirectUri }, new ExternalSteps()))).reason).toBe('issuer-mismatch')
  })
})

test('a provider that puts everything into the ID token is not asked for more', async () => {
  const home = await setUp({ claimsInIdToken: true })
  expect((await signIn(home)).claims.get('groups')).toEqual(['Readers', 'Writers'])
  expect(home.upstream.seen).not.toContain('/me')
})

test.each([
  ['client_secret_post', { token_endpoint_auth_method: 'client_secret_post' }],
  ['none', { token_endpoint_auth_method: 'none', client_secret: undefined }],
] as const)('a client proves itself by %s', async (authentication, client) => {
  await expect(signIn(await setUp({ client }, { authentication }))).resolves.toMatchObject({ subject: 'ada-7' })
})

test('a request is pushed where the provider wants that', async () => {
  const home = await setUp({ configuration: { features: { pushedAuthorizationRequests: { enabled: true, requirePushedAuthorizationRequests: true } } } })
  await expect(signIn(home)).resolves.toMatchObject({ subject: 'ada-7' })
  expect(home.upstream.seen).toContain('/request')
  expect((await refusalOf(home.party.begin(home.connection, { secret: 'wrong-0123456789-0123456789', redirectUri }, new ExternalSteps()))).reason).toBe('client-refused')
})

test('two providers with their answers swapped are both refused', async () => {
  const [one, other] = [await setUp(), await setUp()]
  const begun = await one.party.begin(one.connection, { secret, redirectUri }, new ExternalSteps())
  const elsewhere = await other.party.begin(other.connection, { secret, redirectUri }, new ExternalSteps())
  const callback = await other.upstream.visit(elsewhere.url)
  const finish = (keep = begun.keep, connection = one.connection) => refusalOf(one.party.finish(connection, { secret, keep, callback }, new ExternalSteps())).then(({ reason }) => reason)
  expect(await finish()).toBe('state')
  // Whoever attacks may have the state, too.
  callback.searchParams.set('state', begun.keep.state)
  expect(await finish()).toBe('iss')
  expect(await finish(elsewhere.keep)).toBe('state')
  callback.searchParams.set('iss', one.upstream.issuer)
  expect(await finish()).toBe('code-refused')
})

test.each([
  ['error=access_denied&error_description=No+way', 'access-denied'], ['error=login_required', 'interaction-required'], ['error=server_error', 'issuer-unavailable'],
  ['error=__proto__', 'request-refused'], ['error=invalid_scope', 'scope'], ['code=a&code=b', 'answer-malformed'], ['code=a&id_token=b', 'answer-malformed'], ['', 'answer-malformed'],
])('an answer of %s is refused', async (query, reason) => {
  const { party, connection, upstream } = await setUp()
  const { keep } = await party.begin(connection, { secret, redirectUri }, new ExternalSteps())
  const callback = new URL(`${redirectUri}?${query}&${new URLSearchParams({ state: keep.state, iss: upstream.issuer })}`)
  const refusal = await refusalOf(party.finish(connection, { secret, keep, callback }, new ExternalSteps()))
  expect(refusal).toMatchObject({ reason, step: { name: 'answer', outcome: 'failed' } })
})

test('what an error says is shown short, on one line and without secrets', async () => {
  const { party, connection, upstream } = await setUp()
  const { keep } = await party.begin(connection, { secret, redirectUri }, new ExternalSteps())
  const callback = new URL(`${redirectUri}?${new URLSearchParams({ error: 'server_error', error_description: `line\n${keep.codeVerifier} ${'x'.repeat(5000)}`, state: keep.state, iss: upstream.issuer })}`)
  const { step } = await refusalOf(party.finish(connection, { secret, keep, callback }, new ExternalSteps()))
  expect(step.says).toMatch(/^The provider answered with an error: server_error \(line … x+…\)\.$/)
  expect(step.says.length).toBeLessThan(600)
  expect(JSON.stringify(step)).not.toContain(keep.codeVerifier)
})

test('an answer at the address of another provider is refused', async () => {
  const { party, connection, upstream } = await setUp()
  const { url, keep } = await party.begin(connection, { secret, redirectUri }, new ExternalSteps())
  const callback = await upstream.visit(url)
  callback.pathname = '/signin/source/two'
  expect((await refusalOf(party.finish(connection, { secret, keep, callback }, new ExternalSteps()))).reason).toBe('redirect-uri')
})
