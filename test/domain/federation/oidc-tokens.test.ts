import { exportSPKI, importJWK, SignJWT, type JWTPayload } from 'jose'
import { ExternalSteps } from '../../../src/domain/federation/index.js'
import { accessTokenHash, refusalOf, startMadeSignIn } from '../../support/made-issuer.js'

type Claims = JWTPayload & Record<string, unknown>

let home: Awaited<ReturnType<typeof startMadeSignIn>>
beforeAll(async () => { home = await startMadeSignIn() })
beforeEach(() => home.anew())
afterAll(() => home.issuer.stop())

const now = (): number => Math.floor(Date.now() / 1000)

test('an ID token that is as it should be is taken', async () => {
  home.issuer.mood.claims = { at_hash: accessTokenHash('access-0123456789'), auth_time: now() - 30, amr: ['otp', 7], acr: '2', sid: 'session-1' }
  await expect(home.signIn()).resolves.toMatchObject({ subject: 'ada-7', amr: ['otp'], acr: '2', session: 'session-1', authenticatedAt: expect.any(Number) })
  expect(home.issuer.asked.at(-1)).toMatchObject({ grant_type: 'authorization_code', code_verifier: expect.any(String), redirect_uri: home.redirectUri })
})

test.each<[string, () => Claims, string]>([
  ['of another issuer', () => ({ iss: 'https://other.example.com' }), 'issuer-mismatch'],
  ['of the issuer with a slash more', () => ({ iss: `${home.issuer.issuer}/` }), 'issuer-mismatch'],
  ['for another client', () => ({ aud: 'another' }), 'audience'],
  ['for nobody', () => ({ aud: undefined }), 'audience'],
  ['for two clients, without saying to whom it was issued', () => ({ aud: ['gatehouse', 'another'] }), 'audience'],
  ['for two clients, issued to the other', () => ({ aud: ['gatehouse', 'another'], azp: 'another' }), 'audience'],
  ['for this client, issued to another', () => ({ azp: 'another' }), 'audience'],
  ['with the nonce of another request', () => ({ nonce: 'another' }), 'nonce'],
  ['without a nonce', () => ({ nonce: undefined }), 'nonce'],
  ['that is over', () => ({ exp: now() - 300 }), 'clock'],
  ['that is over already when it is issued', () => ({ exp: now() - 7200, iat: now() - 7500 }), 'clock'],
  ['of the future', () => ({ iat: now() + 300, exp: now() + 900 }), 'clock'],
  ['that does not count yet', () => ({ nbf: now() + 300 }), 'clock'],
  ['without an end', () => ({ exp: undefined }), 'token-malformed'],
  ['without a beginning', () => ({ iat: undefined }), 'token-malformed'],
  ['with an end that is no number', () => ({ exp: 'tomorrow' as unknown as number }), 'token-malformed'],
  ['about nobody', () => ({ sub: undefined }), 'no-subject'],
  ['about a number', () => ({ sub: 7 as unknown as string }), 'no-subject'],
  ['about blanks', () => ({ sub: '  ' }), 'no-subject'],
  ['about somebody with too long a name', () => ({ sub: 'a'.repeat(256) }), 'no-subject'],
  ['of another access token', () => ({ at_hash: accessTokenHash('another') }), 'at-hash'],
  ['with half of a hash', () => ({ at_hash: '' }), 'at-hash'],
  ['of a sign-in in the future', () => ({ auth_time: now() + 7200 }), 'auth-time'],
  ['of a sign-in at no time', () => ({ auth_time: '7' }), 'auth-time'],
])('an ID token %s is refused', async (_what, claims, reason) => {
  home.issuer.mood.claims = claims()
  expect(await home.refusal()).toMatchObject({ reason, code: 'credentials-wrong', step: { name: 'id-token', outcome: 'failed', says: expect.any(String), advice: expect.any(String), received: expect.stringContaining('"payload"') } })
})

const withKey = async (alg: string, key: Uint8Array | CryptoKey, header: object = {}) => (claims: Claims) => new SignJWT({ iss: home.issuer.issuer, iat: now(), exp: now() + 300, ...claims }).setProtectedHeader({ alg, kid: home.issuer.keys[0]!.kid, ...header }).sign(key)
const unsigned = (header: object) => (claims: Claims): string => `${[header, { iss: home.issuer.issuer, iat: now(), exp: now() + 300, ...claims }].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')}.`

test.each<[string, () => Promise<(claims: Claims) => Promise<string> | string>, string]>([
  ['without a signature', async () => unsigned({ alg: 'none' }), 'algorithm'],
  ['without a signature, spelled otherwise', async () => unsigned({ alg: 'NoNe' }), 'algorithm'],
  ['with an empty signature', async () => unsigned({ alg: 'ES256', kid: home.issuer.keys[0]!.kid }), 'signature'],
  ['signed with the client secret', () => withKey('HS256', new TextEncoder().encode(home.secret)), 'algorithm'],
  ['signed with the public key as a secret', async () => withKey('HS256', new TextEncoder().encode(await exportSPKI(await importJWK(home.issuer.keys[0]!.published, 'ES256', { extractable: true }) as CryptoKey))), 'algorithm'],
  ['signed with another key of the same name', async () => withKey('ES256', (await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify'])).privateKey), 'signature'],
  ['signed with a key that is not published', async () => withKey('ES256', home.issuer.keys[0]!.sign, { kid: 'unknown' }), 'signature'],
  ['signed with a key that it brings', async () => withKey('ES256', (await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify'])).privateKey, { kid: 'mine', jwk: home.issuer.keys[0]!.published, jku: 'https://evil.example.com/keys' }), 'signature'],
  ['that wants something unknown to be understood', async () => (claims: Claims) => home.issuer.token(claims).then((token) => [Buffer.from(JSON.stringify({ alg: 'ES256', kid: home.issuer.keys[0]!.kid, crit: ['x'], x: 1 })).toString('base64url'), ...token.split('.').slice(1)].join('.')), 'signature'],
  ['that is encrypted', async () => () => 'eyJhbGciOiJkaXIifQ.a.b.c.d', 'encrypted'],
  ['that is no token', async () => () => 'nothing', 'token-malformed'],
  ['that is endless', async () => () => 'e'.repeat(200_000), 'token-malformed'],
])('an ID token %s is refused', async (_what, maker, reason) => {
  home.issuer.mood.idToken = await maker()
  expect(await home.refusal()).toMatchObject({ reason, step: { name: 'id-token', outcome: 'failed' } })
})

test('the clock is named with the seconds that it differs by, and warned of before it ends anything', async () => {
  home.issuer.mood.now = () => Date.now() + 600_000
  expect((await home.refusal()).step.says).toMatch(/ (59\d|600) seconds in the future/)
  home.issuer.mood.now = () => Date.now() - 40_000
  const steps = new ExternalSteps()
  await home.signIn(steps)
  expect(steps.steps.find(({ outcome }) => outcome === 'warned')).toMatchObject({ name: 'id-token', says: expect.stringMatching(/4\d seconds behind/) })
})

test('how long ago somebody proved who they are counts where it was asked for', async () => {
  home.issuer.mood.claims = { auth_time: now() - 200 }
  expect((await home.refusal({ maxAge: 100 })).reason).toBe('auth-time')
  home.anew()
  expect((await home.refusal({ maxAge: 100 })).reason).toBe('auth-time')
  home.issuer.mood.claims = { auth_time: now() - 120 }
  await expect(home.signIn(undefined, { maxAge: 100 })).resolves.toBeDefined()
})

describe('logout tokens', () => {
  const events = { 'http://schemas.openid.net/event/backchannel-logout': {} }
  const proper = (): Claims => ({ aud: 'gatehouse', sub: 'ada-7', sid: 'session-1', jti: 'token-1', events })
  const read = async (claims: Claims, typ: string | undefined = 'logout+jwt') => {
    const maker = await withKey('ES256', home.issuer.keys[0]!.sign, { typ })
    return home.party.readLogout(home.connection, await maker(claims))
  }

  test.each([['a person', { sid: undefined }, { subject: 'ada-7' }], ['a session', { sub: undefined }, { session: 'session-1' }], ['both', {}, { subject: 'ada-7', session: 'session-1' }]])('are read for %s', async (_what, claims, expected) => {
    expect(await read({ ...proper(), ...claims })).toEqual({ ...expected, jti: 'token-1', expiresAt: expect.any(Number) })
  })

  test('are read without a type', async () => {
    await expect(read(proper(), '')).rejects.toMatchObject({ reason: 'not-logout' })
    await expect(read(proper(), 'JWT')).resolves.toBeDefined()
  })

  test.each<[string, Claims, string]>([
    ['without the event', { events: undefined }, 'not-logout'], ['with another event', { events: { other: {} } }, 'not-logout'], ['with an event that is no object', { events: { 'http://schemas.openid.net/event/backchannel-logout': true } }, 'not-logout'],
    ['with a nonce', { nonce: 'any' }, 'not-logout'], ['without a name', { jti: undefined }, 'not-logout'], ['about nobody', { sub: undefined, sid: undefined }, 'not-logout'],
    ['for another', { aud: 'another' }, 'audience'], ['of another', { iss: 'https://other.example.com' }, 'issuer-mismatch'], ['that are over', { exp: 1000 }, 'clock'], ['without an end', { exp: undefined }, 'token-malformed'],
  ])('%s are refused', async (_what, claims, reason) => {
    expect(await refusalOf(read({ ...proper(), ...claims }))).toMatchObject({ reason, step: { name: 'logout' } })
  })

  test('of another type, with a signature of nobody, and that are none are refused', async () => {
    expect((await refusalOf(read(proper(), 'at+jwt'))).reason).toBe('not-logout')
    expect((await refusalOf(home.party.readLogout(home.connection, unsigned({ alg: 'none' })(proper())))).reason).toBe('algorithm')
    expect((await refusalOf(home.party.readLogout(home.connection, 'nothing'))).reason).toBe('token-malformed')
  })
})
