// Brokers of one's own: temporary credentials become a sign-in token, and the token a session of the console, once.
import { DeleteRoleCommand, type IAMClient } from '@aws-sdk/client-iam'
import { GetFederationTokenCommand, GetSessionTokenCommand } from '@aws-sdk/client-sts'
import { organizationFile, startApp, type TestApp } from '../support/app.js'
import { clientOf, documentOf, management, rootKeys, sessionKeys, userKeys, type Keys } from '../support/iam.js'
import { assume, keysOf, makeRole, mayAssume, rootOf, stsOf, trusts, userArn } from '../support/sts.js'

let app: TestApp
let root: IAMClient
let rootHere: Keys
let user: Keys
let ahead = 0
beforeAll(async () => {
  app = await startApp({ organization: `${organizationFile}\nsettings: { federation: { destinations: [https://grafana.example.com/aws, https://wiki.example.com] } }\n`, clock: () => Date.now() + ahead })
  rootHere = await rootKeys(app)
  root = clientOf(app, rootHere)
  user = await userKeys(root, 'broker', [mayAssume(), { Effect: 'Allow', Action: 'sts:GetFederationToken', Resource: '*' }])
}, 90_000)
beforeEach(() => { ahead = 0 })
afterAll(() => app.stop())

let count = 0
const role = async (more: object = {}) => {
  const arn = await makeRole(root, `console-${count += 1}`, { trust: [trusts([userArn('broker'), rootOf()])], ...more })
  return { arn, keys: keysOf(await assume(stsOf(app, user), arn)) }
}
const sessionOf = ({ accessKeyId, secretAccessKey, sessionToken }: Keys) => JSON.stringify({ sessionId: accessKeyId, sessionKey: secretAccessKey, sessionToken })
const address = (parameters: Record<string, string>) => `${app.origin}/federation?${new URLSearchParams(parameters).toString()}`
const get = (parameters: Record<string, string>, headers: Record<string, string> = {}) => fetch(address(parameters), { redirect: 'manual', headers })
const tokenFor = async (keys: Keys, more: Record<string, string> = {}) => {
  const response = await get({ Action: 'getSigninToken', SessionType: 'json', Session: sessionOf(keys), ...more })
  return { status: response.status, text: await response.clone().text(), token: response.status === 200 ? (await response.json() as { SigninToken: string }).SigninToken : '' }
}
const login = (SigninToken: string, Destination = '', headers: Record<string, string> = {}) => get({ Action: 'login', Issuer: 'https://broker.example.com', Destination, SigninToken }, headers)
const cookiesOf = (response: Response) => response.headers.getSetCookie().map((cookie) => cookie.split(';', 1)[0]).join('; ')
const home = async (response: Response) => (await fetch(`${app.origin}/console`, { headers: { cookie: cookiesOf(response) } })).text()
const events = async (eventName: string) => (await app.app.trail.list({ eventName, limit: 1 }))[0]!.event

test('a role opens the console, and the trail has both steps', async () => {
  const { arn, keys } = await role()
  const { status, token } = await tokenFor(keys)
  expect([status, token]).toEqual([200, expect.stringMatching(/^[\w-]{43}$/)])
  expect(await events('GetSigninToken')).toMatchObject({ userIdentity: { type: 'AssumedRole', accessKeyId: keys.accessKeyId }, responseElements: { credentials: { accessKeyId: keys.accessKeyId }, GetSigninToken: 'Success' }, additionalEventData: { MobileVersion: 'No', MFAUsed: 'No' } })
  const response = await login(token, '/console')
  expect([response.status, response.headers.get('location')]).toEqual([302, '/console'])
  expect(await home(response)).toContain(`assumed-role/${arn.split('/').at(-1)}/session`)
  expect(await events('ConsoleLogin')).toMatchObject({ userIdentity: { type: 'AssumedRole', sessionContext: { sessionIssuer: { arn } } }, responseElements: { ConsoleLogin: 'Success' } })
})

test('a federated user opens the console, too', async () => {
  const keys = keysOf(await stsOf(app, user).send(new GetFederationTokenCommand({ Name: 'Ana', Policy: documentOf({ Effect: 'Allow', Action: '*', Resource: '*' }) })))
  const response = await login((await tokenFor(keys)).token)
  expect(await home(response)).toContain(`arn:aws:sts::${management}:federated-user/Ana`)
  expect(await events('ConsoleLogin')).toMatchObject({ userIdentity: { type: 'FederatedUser' } })
})

test('a federated user that a root user vouches for does, whether or not the root user has a password', async () => {
  const keys = keysOf(await stsOf(app, rootHere).send(new GetFederationTokenCommand({ Name: 'Eva' })))
  expect(await home(await login((await tokenFor(keys)).token))).toContain(`arn:aws:sts::${management}:federated-user/Eva`)
})

test('a session that is too long for an address comes in a form', async () => {
  const { keys } = await role()
  const response = await fetch(`${app.origin}/federation`, { method: 'POST', body: new URLSearchParams({ Action: 'getSigninToken', Session: sessionOf(keys) }) })
  expect(await response.json()).toEqual({ SigninToken: expect.any(String) })
})

describe('a sign-in token', () => {
  test('counts once, also for many at the same time', async () => {
    const { token } = await tokenFor((await role()).keys)
    const statuses = (await Promise.all(Array.from({ length: 8 }, () => login(token)))).map(({ status }) => status)
    expect(statuses.toSorted()).toEqual([302, ...Array.from({ length: 7 }, () => 410)])
  })

  test('counts for fifteen minutes', async () => {
    const { token } = await tokenFor((await role()).keys)
    ahead = 901_000
    expect((await login(token)).status).toBe(410)
  })

  test('does not count once its credentials are revoked', async () => {
    const { keys } = await role()
    const { token } = await tokenFor(keys)
    await app.app.revocations.revoke({ kind: 'session', subject: keys.accessKeyId, issuedBefore: Date.now(), by: 'test' })
    expect((await login(token)).status).toBe(410)
    expect((await tokenFor(keys)).status).toBe(400)
  })

  test('is not used up by a destination that is none, nor by a page that loads it as a picture', async () => {
    const { token } = await tokenFor((await role()).keys)
    expect((await login(token, 'https://evil.example.com/')).status).toBe(400)
    expect((await login(token, '', { 'sec-fetch-dest': 'image', 'sec-fetch-site': 'cross-site' })).status).toBe(403)
    expect((await login(token)).status).toBe(302)
  })

  test.each(['', 'nonsense', 'x'.repeat(2000)])('that is none is refused (%#)', async (token) => {
    expect((await login(token)).status).toBe(410)
  })
})

describe('the session lasts', () => {
  const endOf = async (response: Response) => /datetime="([^"]+)"/.exec(await home(response))?.[1]

  test('as long as its credentials, or as SessionDuration says', async () => {
    const { keys } = await role({ maxSessionDuration: 43_200 })
    expect(Date.parse((await endOf(await login((await tokenFor(keys)).token)))!) - Date.now()).toBeLessThanOrEqual(3_600_000)
    const long = Date.parse((await endOf(await login((await tokenFor(keys, { SessionDuration: '43200' })).token)))!) - Date.now()
    expect(long).toBeGreaterThan(43_190_000)
  })

  test('no longer than the role allows, nor at one\'s will where credentials are federated or chained', async () => {
    const { keys } = await role()
    for (const SessionDuration of ['899', '3601', '43201', '-1', '1e3', 'x', '']) expect((await tokenFor(keys, { SessionDuration })).status).toBe(400)
    const federated = keysOf(await stsOf(app, user).send(new GetFederationTokenCommand({ Name: 'Ana' })))
    expect((await tokenFor(federated, { SessionDuration: '900' })).status).toBe(400)
    expect((await tokenFor(federated)).status).toBe(200)
    const first = await role({ may: [mayAssume()] })
    const chained = keysOf(await assume(stsOf(app, first.keys), (await role()).arn))
    expect((await tokenFor(chained, { SessionDuration: '900' })).status).toBe(400)
    expect((await tokenFor(chained)).status).toBe(200)
  })
})

describe('getSigninToken', () => {
  test('refuses keys that are wrong, long-term ones, and those of GetSessionToken', async () => {
    const { keys } = await role()
    const own = keysOf(await stsOf(app, user).send(new GetSessionTokenCommand({})))
    for (const wrong of [{ ...keys, secretAccessKey: 'x'.repeat(40) }, { ...keys, sessionToken: 'x' }, { ...user, sessionToken: 'x' }, own]) {
      const { status, text } = await tokenFor(wrong)
      expect([status, text.length]).toEqual([400, expect.any(Number)])
      expect(text).not.toContain('<')
    }
  })

  test.each([['{'], ['{}'], ['null'], ['[]'], ['{"sessionId":1,"sessionKey":2,"sessionToken":3}'], [undefined]])('refuses %s', async (Session) => {
    expect((await get({ Action: 'getSigninToken', ...(Session !== undefined && { Session }) })).status).toBe(400)
  })

  test('takes a permission set\'s credentials within what the set allows', async () => {
    const [set] = await app.database.query(`select id from permission_sets where name = 'AdministratorAccess'`)
    const keys = sessionKeys(app, { kind: 'assumed-role', accountId: management, roleName: 'AWSReservedSSO_AdministratorAccess_0123456789abcdef', roleId: 'AROAABCDEFGHIJKLMNOPQ', sessionName: 'jane', permissionSet: { id: String(set!.id), name: 'AdministratorAccess' } })
    expect((await tokenFor(keys, { SessionDuration: '3600' })).status).toBe(200)
    expect((await tokenFor(keys, { SessionDuration: '7200' })).status).toBe(400)
  })
})

describe('the destination', () => {
  test.each([
    ['/console?region=eu-west-1', '/console?region=eu-west-1'], ['', '/console'], ['https://wiki.example.com/page?x=1', 'https://wiki.example.com/page?x=1'], ['https://grafana.example.com/aws/x', 'https://grafana.example.com/aws/x'],
  ])('may be %s', async (destination, location) => {
    const response = await login((await tokenFor((await role()).keys)).token, destination)
    expect([response.status, response.headers.get('location')]).toEqual([302, location])
  })

  test('may be an address of this service', async () => {
    const response = await login((await tokenFor((await role()).keys)).token, `${app.origin}/console/users`)
    expect(response.headers.get('location')).toBe('/console/users')
  })

  test.each([
    'https://evil.example.com/', '//evil.example.com', '/\\evil.example.com', '\\\\evil.example.com', 'https:evil.example.com', '/\t/evil.example.com', 'javascript:alert(1)', 'data:text/html,x', 'https://wiki.example.com@evil.example.com/',
    'https://grafana.example.com/awsome', 'https://grafana.example.com/aws/../other', 'http://wiki.example.com/', 'https://wiki.example.com.evil.example.com/', 'https://me@wiki.example.com/',
  ])('may not be %j', async (destination) => {
    const { token } = await tokenFor((await role()).keys)
    expect((await login(token, destination)).status).toBe(400)
  })
})

test('logout ends what brokers opened in this browser', async () => {
  const response = await login((await tokenFor((await role()).keys)).token)
  const cookie = cookiesOf(response)
  const out = await get({ Action: 'logout', redirect_uri: 'https://wiki.example.com/bye' }, { cookie })
  expect([out.status, out.headers.get('location')]).toEqual([302, 'https://wiki.example.com/bye'])
  expect((await fetch(`${app.origin}/console`, { headers: { cookie }, redirect: 'manual' })).status).toBe(302)
  expect((await get({ Action: 'logout', redirect_uri: 'https://evil.example.com' })).status).toBe(400)
})

test('a role that is gone takes its sessions along', async () => {
  const { arn, keys } = await role()
  const response = await login((await tokenFor(keys)).token)
  await root.send(new DeleteRoleCommand({ RoleName: arn.split('/').at(-1) }))
  expect((await fetch(`${app.origin}/console`, { headers: { cookie: cookiesOf(response) }, redirect: 'manual' })).status).toBe(302)
})

test.each([{}, { Action: 'GetSigninToken' }, { Action: 'toString' }, { Action: '__proto__' }])('%j is no action', async (parameters) => {
  expect((await get(parameters as Record<string, string>)).status).toBe(400)
})
