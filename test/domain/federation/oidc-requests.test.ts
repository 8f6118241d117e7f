import { inspect } from 'node:util'
import { ExternalSteps } from '../../../src/domain/federation/index.js'
import type { Answered } from '../../support/made-issuer.js'
import { back, refusalOf, startMadeSignIn } from '../../support/made-issuer.js'

let home: Awaited<ReturnType<typeof startMadeSignIn>>
beforeAll(async () => { home = await startMadeSignIn() })
beforeEach(() => home.anew())
afterAll(() => home.issuer.stop())

const discovery = '/.well-known/openid-configuration'

test.each<[string, Answered, string]>([
  ['another issuer', { body: { issuer: 'https://other.example.com' } }, 'issuer-mismatch'],
  ['no issuer', { body: {} }, 'issuer-mismatch'],
  ['a redirect', { status: 302, headers: { location: 'http://127.0.0.1:1/' }, body: '' }, 'issuer-redirects'],
  ['not there', { status: 404, body: {} }, 'issuer-not-found'],
  ['an error', { status: 500, body: {} }, 'issuer-unreachable'],
  ['more than there may be', { body: JSON.stringify({ long: 'x'.repeat(1_200_000) }) }, 'issuer-unreachable'],
  ['a page', { body: '<!doctype html>' }, 'issuer-malformed'],
  ['a list', { body: '[]' }, 'issuer-malformed'],
])('a discovery document that is %s is refused', async (_what, answered, reason) => {
  home.issuer.mood.at = { [discovery]: answered }
  expect(await home.refusal()).toMatchObject({ reason, step: { name: 'discovery', outcome: 'failed', advice: expect.any(String) } })
})

test.each([
  ['no token endpoint', { token_endpoint: undefined }], ['a script for an endpoint', { authorization_endpoint: 'javascript:alert(1)' }], ['a file for keys', { jwks_uri: 'file:///etc/passwd' }],
  ['a number for an endpoint', { token_endpoint: 7 }], ['a name and password in an endpoint', { token_endpoint: 'https://a:b@example.com/' }],
])('a discovery document with %s is refused', async (_what, configuration) => {
  home.issuer.mood.configuration = configuration
  expect((await home.refusal()).reason).toBe('issuer-malformed')
})

test.each(['https://issuer.example.com/?a=b', 'https://issuer.example.com/#a', 'ftp://issuer.example.com', 'issuer', 'https://a:b@issuer.example.com'])('%s is no issuer', async (issuer) => {
  const refusal = await refusalOf(home.party.begin({ ...home.connection, issuer }, { secret: home.secret, redirectUri: home.redirectUri }, new ExternalSteps()))
  expect(refusal.reason).toBe('issuer-invalid')
})

test.each(['https://10.0.0.1', 'http://192.0.2.1', 'https://169.254.169.254'])('%s is not asked', async (issuer) => {
  const refusal = await refusalOf(home.party.begin({ ...home.connection, issuer }, { secret: home.secret, redirectUri: home.redirectUri }, new ExternalSteps()))
  expect(refusal).toMatchObject({ reason: 'issuer-unreachable', step: { says: expect.stringMatching(/public network|https/) } })
})

test('endpoints inside a network are not asked for an issuer that may be', async () => {
  home.issuer.mood.configuration = { token_endpoint: 'https://10.0.0.1/token' }
  expect(await home.refusal()).toMatchObject({ reason: 'issuer-unreachable', step: { name: 'exchange', says: '10.0.0.1 is not on the public network.' } })
})

test('what an issuer does not say that it can do is warned of', async () => {
  home.issuer.mood.configuration = { code_challenge_methods_supported: ['plain'], token_endpoint_auth_methods_supported: ['private_key_jwt'], scopes_supported: 'all' }
  const steps = new ExternalSteps()
  await home.signIn(steps)
  expect(steps.steps.filter(({ outcome }) => outcome === 'warned').map(({ says }) => says)).toEqual([expect.stringContaining('S256'), expect.stringContaining('client_secret_basic')])
  expect(home.issuer.asked.at(-1)!.code_verifier).toBeDefined()
})

test.each<[string, Answered, string]>([
  ['nothing that can be read', { body: 'nothing' }, 'answer-malformed'],
  ['no ID token', { body: { access_token: 'access', token_type: 'Bearer' } }, 'no-id-token'],
  ['an ID token that is none', { body: { access_token: 'access', token_type: 'Bearer', id_token: 7 } }, 'no-id-token'],
  ['a refused client', { status: 401, headers: { 'www-authenticate': 'Basic realm="tokens"' }, body: { error: 'invalid_client' } }, 'client-refused'],
  ['a refused client in few words', { status: 401, body: '' }, 'client-refused'],
  ['a refused code', { status: 400, body: { error: 'invalid_grant', error_description: 'no' } }, 'code-refused'],
  ['an error of its own', { status: 400, body: { error: 'mystery' } }, 'exchange-refused'],
  ['an error of no form', { status: 400, body: { error: { a: 1 } } }, 'exchange-refused'],
  ['a trouble of its own', { status: 503, body: '' }, 'issuer-unavailable'],
  ['a redirect', { status: 307, headers: { location: 'https://other.example.com' }, body: '' }, 'issuer-redirects'],
  ['nothing at all', { status: 204, body: '' }, 'answer-malformed'],
])('a code that is answered with %s is refused', async (_what, answered, reason) => {
  home.issuer.mood.token = answered
  expect(await home.refusal()).toMatchObject({ reason, step: { name: 'exchange', outcome: 'failed' } })
})

test('an answer whose form openid-client does not like is refused, though its token is in order', async () => {
  const steps = new ExternalSteps()
  const begun = await home.party.begin(home.connection, { secret: home.secret, redirectUri: home.redirectUri }, steps)
  const callback = home.issuer.answer(begun.url)
  home.issuer.mood.token = { body: { access_token: 'access', token_type: 'mystery', id_token: await home.issuer.token({ aud: 'gatehouse', sub: 'ada-7', nonce: begun.keep.nonce }) } }
  const refusal = await refusalOf(home.party.finish(home.connection, { secret: home.secret, keep: begun.keep, callback }, steps))
  expect(refusal).toMatchObject({ reason: 'token-malformed', step: { says: expect.stringContaining('token_type') } })
})

test('what a provider says of an error holds no secret of ours', async () => {
  home.issuer.mood.token = { status: 400, body: { error: 'invalid_grant', error_description: `${home.secret} eyJhbGciOiJub25lIn0.eyJhIjoxfQ.x` } }
  const { step } = await home.refusal()
  expect(step.says).toContain('(… …)')
  expect(JSON.stringify(step)).not.toContain(home.secret)
})

test.each(['{"access_token":"leaky-0123456789-0123456789",', '{"access_token":"leaky-0123456789-0123456789","token_type":7,"id_token":"a.b.c"}'])('an answer of %s that cannot be used is nowhere whole', async (body) => {
  home.issuer.mood.token = { body }
  const refusal = await home.refusal()
  expect(inspect(refusal, { depth: 20, showHidden: true })).not.toContain('leaky-0123456789-0123456789')
})

describe('userinfo', () => {
  const signIn = (steps?: ExternalSteps) => home.signIn(steps, { scopes: ['profile'] })

  test('adds to the ID token and takes nothing from it', async () => {
    home.issuer.mood.claims = { name: 'Signed Name', amr: ['otp'] }
    home.issuer.mood.userinfo = { body: '{"sub":"ada-7","name":"Another","given_name":"Ada","acr":"9","amr":["hwk"],"sid":"x","__proto__":{"email":"evil@example.com"},"age":36,"admin":false,"address":{"country":"GB"},"roles":["a",1,null,{"b":2}],"gone":null}' }
    const identity = await signIn()
    expect(identity).toMatchObject({ amr: ['otp'], acr: undefined, session: undefined })
    expect([...identity.claims]).toEqual(expect.arrayContaining([
      ['name', ['Signed Name']], ['given_name', ['Ada']], ['age', ['36']], ['admin', ['false']], ['address', ['{"country":"GB"}']], ['roles', ['a', '1', '{"b":2}']],
    ]))
    for (const name of ['__proto__', 'gone', 'email', 'nonce']) expect(identity.claims.has(name)).toBe(false)
  })

  test('is bounded', async () => {
    home.issuer.mood.userinfo = { body: JSON.stringify({ sub: 'ada-7', name: 'x'.repeat(2001), deep: 0, ...Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`claim${at}`, at])) }).replace('"deep":0', `"deep":${'['.repeat(100_000)}${']'.repeat(100_000)}`) }
    const { claims } = await signIn()
    expect(claims.size).toBe(200)
    expect(claims.has('name')).toBe(false)
  })

  test('is believed with a signature of the issuer, and not with another', async () => {
    home.issuer.mood.userinfo = { headers: { 'content-type': 'application/jwt' }, body: await home.issuer.token({ sub: 'ada-7', aud: 'gatehouse', name: 'Ada' }) }
    expect((await signIn()).claims.get('name')).toEqual(['Ada'])
    home.issuer.mood.userinfo = { headers: { 'content-type': 'application/jwt' }, body: `${(home.issuer.mood.userinfo.body as string).split('.').slice(0, 2).join('.')}.${'A'.repeat(86)}` }
    expect(await refusalOf(signIn())).toMatchObject({ reason: 'signature', step: { name: 'userinfo' } })
  })

  test.each<[string, Answered, string]>([
    ['about somebody else', { body: { sub: 'eve-8' } }, 'subject-mismatch'], ['about nobody', { body: { name: 'Ada' } }, 'subject-mismatch'], ['of no form', { body: 'nothing' }, 'answer-malformed'],
 ['refused', { status: 403, body: {} }, 'userinfo-refused'], ['refused with a challenge', { status: 401, headers: { 'www-authenticate': 'Bearer error="invalid_token"' }, body: '' }, 'userinfo-refused'],
    ['not there', { status: 502, body: '' }, 'issuer-unavailable'],
  ])('%s ends the sign-in', async (_what, answered, reason) => {
    home.issuer.mood.userinfo = answered
    expect(await refusalOf(signIn())).toMatchObject({ reason, step: { name: 'userinfo', outcome: 'failed' } })
  })

  test('that says nothing for a scope is warned of', async () => {
    home.issuer.mood.userinfo = { body: { sub: 'ada-7' } }
    const steps = new ExternalSteps()
    await signIn(steps)
    expect(steps.steps.at(-1)).toMatchObject({ name: 'userinfo', outcome: 'warned', says: expect.stringContaining('profile') })
  })
})

test.each<[string, Answered]>([['nothing', { body: { keys: [] } }], ['too many', { body: { keys: Array.from({ length: 101 }, () => ({ kty: 'EC' })) } }], ['no keys', { body: { keys: ['a'] } }], ['no list', { body: { keys: 'a' } }]])('an issuer that publishes %s is refused', async (_what, answered) => {
  home.issuer.mood.at = { '/keys': answered }
  expect(await home.refusal()).toMatchObject({ reason: 'issuer-malformed', step: { name: 'id-token' } })
})

test('the issuer of an answer is looked at where it is named, and asked for only of issuers that promise it', async () => {
  const begin = () => home.party.begin(home.connection, { secret: home.secret, redirectUri: home.redirectUri }, new ExternalSteps())
  const { url, keep } = await begin()
  const finish = (callback: URL) => refusalOf(home.party.finish(home.connection, { secret: home.secret, keep, callback }, new ExternalSteps()))
  expect((await finish(home.issuer.answer(url, { iss: 'https://other.example.com' }))).reason).toBe('iss')
  expect((await finish(back(url, { error: 'access_denied', iss: 'https://other.example.com' }))).reason).toBe('iss')
  expect((await finish(back(url, { error: 'access_denied' }))).reason).toBe('access-denied')
})
