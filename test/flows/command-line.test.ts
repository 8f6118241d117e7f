// Command lines with the stock clients: signing in by a code or through the browser, refreshing, what one gets.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createHash, randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { GetRoleCredentialsCommand, ListAccountRolesCommand, LogoutCommand, paginateListAccountRoles, paginateListAccounts, UnauthorizedException } from '@aws-sdk/client-sso'
import {
  AccessDeniedException, AuthorizationPendingException, ExpiredTokenException, InvalidClientException, InvalidGrantException, InvalidRequestException,
  RegisterClientCommand, SlowDownException, UnauthorizedClientException,
} from '@aws-sdk/client-sso-oidc'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { fromSSO } from '@aws-sdk/credential-providers'
import { password, startApp, type TestApp } from '../support/app.js'
import { Browser } from '../support/browser.js'
import { authorizeRequest, commandLine, deviceGrant, loopback } from '../support/command-line.js'

const world = { ahead: 0 }
const masterKey = randomBytes(32).toString('hex')
let home: TestApp
let line: ReturnType<typeof commandLine>
beforeAll(async () => {
  home = await startApp({ clock: () => Date.now() + world.ahead, env: { MASTER_KEY: masterKey } })
  line = commandLine(home.origin)
}, 120_000)
afterEach(() => { world.ahead = 0 })
afterAll(async () => { await home?.stop() })

const later = (seconds: number): void => { world.ahead += seconds * 1000 }
const accounts = async (accessToken: string) => {
  const found = []
  for await (const { accountList } of paginateListAccounts({ client: line.sso, pageSize: 1 }, { accessToken })) found.push(...accountList!)
  return found
}

describe('the device grant', () => {
  test('gives a token once the person approved the code', async () => {
    const client = await line.register()
    const { deviceCode, userCode, verificationUri, verificationUriComplete, expiresIn, interval } = await line.startDevice(client)
    expect({ verificationUri, verificationUriComplete, expiresIn, interval }).toEqual({
      verificationUri: `${home.origin}/device`, verificationUriComplete: `${home.origin}/device?user_code=${userCode}`, expiresIn: 600, interval: 5,
    })
    expect(userCode).toMatch(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/)
    await expect(line.poll(client, deviceCode)).rejects.toThrow(AuthorizationPendingException)
    await line.answer(await line.person(), userCode)
    const tokens = await line.poll(client, deviceCode)
    expect(tokens).toMatchObject({ tokenType: 'Bearer', expiresIn: 3600, accessToken: expect.any(String), refreshToken: expect.any(String) })
    expect(await accounts(tokens.accessToken)).toHaveLength(2)
  })

  test('ends when the person denies', async () => {
    const client = await line.register()
    const { deviceCode, userCode } = await line.startDevice(client)
    await line.answer(await line.person(), userCode, 'deny')
    await expect(line.poll(client, deviceCode)).rejects.toThrow(AccessDeniedException)
    await expect(line.poll(client, deviceCode)).rejects.toThrow(AccessDeniedException)
  })

  test('ends when nobody answers in ten minutes, and says so for an hour', async () => {
    const client = await line.register()
    const { deviceCode, userCode } = await line.startDevice(client)
    later(601)
    await expect(line.poll(client, deviceCode)).rejects.toMatchObject({ name: 'ExpiredTokenException', error: 'expired_token', error_description: expect.any(String) })
    expect((await (await line.person()).open(`/device?user_code=${userCode}`)).status).toBe(422)
    later(3000)
    await expect(line.poll(client, deviceCode)).rejects.toThrow(ExpiredTokenException)
  })

  test('bears two polls at once, and slows down whoever asks without a pause', async () => {
    const client = await line.register()
    const { deviceCode } = await line.startDevice(client)
    const polls = []
    for (let poll = 0; poll < 5; poll += 1) polls.push(await line.poll(client, deviceCode).catch((error: Error) => error))
    expect(polls[0]).toBeInstanceOf(AuthorizationPendingException)
    expect(polls[1]).toBeInstanceOf(AuthorizationPendingException)
    expect(polls.at(-1)).toBeInstanceOf(SlowDownException)
    later(5)
    await expect(line.poll(client, deviceCode)).rejects.toThrow(AuthorizationPendingException)
  })

  test('gives tokens for a code once, to one of twenty who ask at the same time', async () => {
    const client = await line.register()
    const { deviceCode, userCode } = await line.startDevice(client)
    await line.answer(await line.person(), userCode)
    const answers = await Promise.allSettled(Array.from({ length: 20 }, () => line.poll(client, deviceCode)))
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    for (const answer of answers) if (answer.status === 'rejected') expect(answer.reason).toBeInstanceOf(InvalidGrantException)
    await expect(line.poll(client, deviceCode)).rejects.toThrow(InvalidGrantException)
  })

  test('gives nothing to another client, nor without the secret', async () => {
    const [client, other] = [await line.register(), await line.register()]
    const { deviceCode, userCode } = await line.startDevice(client)
    await line.answer(await line.person(), userCode)
    await expect(line.poll(other, deviceCode)).rejects.toThrow(InvalidGrantException)
    await expect(line.poll({ ...client, clientSecret: other.clientSecret }, deviceCode)).rejects.toThrow(InvalidClientException)
    await expect(line.poll({ ...client, clientId: `${client.clientId}.x` }, deviceCode)).rejects.toThrow(InvalidClientException)
    await expect(line.poll(client, deviceCode)).resolves.toHaveProperty('accessToken')
  })

  test('leaves an earlier sign-in of the same client in force', async () => {
    const first = await line.signIn()
    const second = await line.signIn(first)
    expect(await accounts(first.accessToken)).toHaveLength(2)
    expect(await accounts(second.accessToken)).toHaveLength(2)
  })

  test('accepts the start URL and its aliases in any usual spelling, and no other', async () => {
    const client = await line.register()
    for (const startUrl of [`${home.origin}/start`, `${home.origin}/start/`, `${home.origin}/start/#/`, 'https://d-0123456789.awsapps.com/start', 'https://d-0123456789.awsapps.com/start#']) {
      await expect(line.startDevice(client, startUrl)).resolves.toHaveProperty('userCode')
    }
    for (const startUrl of ['https://d-9999999999.awsapps.com/start', home.origin, `${home.origin}/start/x`, 'start', `${home.origin}.evil.example/start`]) {
      await expect(line.startDevice(client, startUrl)).rejects.toThrow(InvalidRequestException)
    }
  })

  test('ends with the portal session', async () => {
    const { accessToken, refreshToken, client, browser } = await line.signIn()
    await browser.open('/start/')
    await browser.submit({}, '/start/sign-out')
    await expect(accounts(accessToken)).rejects.toThrow(UnauthorizedException)
    await expect(line.refresh(client, refreshToken)).rejects.toThrow(InvalidGrantException)
  })
})

describe('the grant through the browser', () => {
  const codes = { grantTypes: ['authorization_code', 'refresh_token'], redirectUris: [loopback] }
  const clientFor = () => line.register({ ...codes, issuerUrl: 'https://d-0123456789.awsapps.com/start' })

  test('asks the person, comes back to the port of the moment, and gives a token for the code once', async () => {
    const client = await clientFor()
    const { path, codeVerifier, redirectUri } = authorizeRequest(client.clientId)
    const browser = await line.person()
    const consent = await browser.open(path)
    expect(consent.html).toContain('botocore-client-corp')
    expect(consent.html).toContain('get credentials for every permission set')
    const back = new URL((await browser.submit({ decision: 'allow' })).url)
    expect(`${back.origin}${back.pathname}`).toBe(redirectUri)
    expect(back.searchParams.get('state')).toBe('6b9d8c5e-0f2a-4a56-9a41-3f3d1d8f2b10')
    const proof = { grantType: 'authorization_code', code: back.searchParams.get('code')!, redirectUri, codeVerifier }
    for (const wrong of [{ codeVerifier: `${codeVerifier}x` }, { redirectUri: loopback }, { redirectUri: 'http://127.0.0.1:1/oauth/callback' }]) {
      await expect(line.token(client, { ...proof, ...wrong })).rejects.toThrow(InvalidGrantException)
    }
    await expect(line.token(await clientFor(), proof)).rejects.toThrow(InvalidGrantException)
    const { accessToken, refreshToken } = await line.token(client, proof)
    expect(await accounts(accessToken)).toHaveLength(2)
    await expect(line.token(client, proof)).rejects.toThrow(InvalidGrantException)
    // Somebody else had the code: what it gave ends.
    await expect(accounts(accessToken)).rejects.toThrow(UnauthorizedException)
    await expect(line.refresh(client, refreshToken)).rejects.toThrow(InvalidGrantException)
  })

  test('keeps the request across the sign-in', async () => {
    const { path } = authorizeRequest((await clientFor()).clientId)
    const consent = await new Browser(home.origin).signIn('jane', password, path)
    expect(consent.html).toContain('botocore-client-corp')
  })

  test('comes back with an error when the person denies', async () => {
    const browser = await line.person()
    await browser.open(authorizeRequest((await clientFor()).clientId, { port: 50_001 }).path)
    const back = new URL((await browser.submit({ decision: 'deny' })).url)
    expect(back.origin).toBe('http://127.0.0.1:50001')
    expect(Object.fromEntries(back.searchParams)).toMatchObject({ error: 'access_denied', error_description: expect.any(String), state: '6b9d8c5e-0f2a-4a56-9a41-3f3d1d8f2b10' })
    expect(back.searchParams.has('code')).toBe(false)
  })

  test.each([
    ['another host', { redirect_uri: 'http://evil.example/oauth/callback' }],
    ['another path', { redirect_uri: 'http://127.0.0.1:4000/oauth/callback/' }],
    ['another scheme', { redirect_uri: 'https://127.0.0.1:4000/oauth/callback' }],
    ['a query', { redirect_uri: 'http://127.0.0.1:4000/oauth/callback?x=1' }],
    ['a fragment', { redirect_uri: 'http://127.0.0.1:4000/oauth/callback#x' }],
    ['a user', { redirect_uri: 'http://127.0.0.1@evil.example/oauth/callback' }],
    ['a look-alike', { redirect_uri: 'http://127.0.0.1.evil.example/oauth/callback' }],
    ['dot segments', { redirect_uri: 'http://127.0.0.1:4000/oauth/x/../callback' }],
    ['a backslash', { redirect_uri: 'http://127.0.0.1:4000\\@evil.example/oauth/callback' }],
    ['nothing', { redirect_uri: undefined }],
    ['an unknown client', { client_id: 'reg-unknown.x' }],
    ['no client', { client_id: undefined }],
  ])('shows a page and goes nowhere for %s', async (_, change) => {
    const response = await fetch(`${home.origin}${authorizeRequest((await clientFor()).clientId, change).path}`, { redirect: 'manual' })
    expect(response.status).toBe(400)
    expect(response.headers.get('location')).toBeNull()
    expect(response.headers.get('content-type')).toContain('text/html')
  })

  test.each([
    ['no challenge', { code_challenge: undefined }, 'invalid_request'],
    ['a plain challenge', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['another response type', { response_type: 'token' }, 'unsupported_response_type'],
  ])('tells the client about %s', async (_, change, error) => {
    const browser = await line.person()
    const back = new URL((await browser.open(authorizeRequest((await clientFor()).clientId, change).path)).url)
    expect(back.origin).toBe('http://127.0.0.1:43567')
    expect(`${back.search}${back.hash}`).toContain(`error=${error}`)
  })

  test('is not for a client that registered for codes of devices only, nor the other way round', async () => {
    const device = await line.register({ grantTypes: [deviceGrant, 'refresh_token'], redirectUris: [loopback] })
    const back = new URL((await (await line.person()).open(authorizeRequest(device.clientId).path)).url)
    expect([back.searchParams.has('error'), back.searchParams.has('code')]).toEqual([true, false])
    await expect(line.startDevice(await clientFor())).rejects.toThrow(UnauthorizedClientException)
    await expect(line.token(device, { grantType: 'authorization_code', code: 'x', redirectUri: loopback, codeVerifier: 'x' })).rejects.toThrow(UnauthorizedClientException)
  })
})

test('the OpenID provider’s own endpoints give nothing for a registration’s id alone', async () => {
  const { client: { clientId, clientSecret }, refreshToken } = await line.signIn()
  const ask = (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
    fetch(`${home.origin}${path}`, { method: 'POST', body: new URLSearchParams({ client_id: clientId, ...fields }), headers })
  expect((await ask('/oidc/device/auth', { scope: 'openid' })).status).toBe(401)
  expect((await ask('/oidc/token', { grant_type: 'refresh_token', refresh_token: refreshToken })).status).toBe(401)
  const basic = `Basic ${Buffer.from(`${encodeURIComponent(clientId)}:${clientSecret}`).toString('base64')}`
  expect(await (await ask('/oidc/device/auth', { scope: 'openid' }, { authorization: basic })).json()).toHaveProperty('device_code')
})

describe('refreshing', () => {
  test('gives new tokens, and leaves the old ones to a program that refreshed at the same moment', async () => {
    const first = await line.signIn()
    const [one, other] = await Promise.all([line.refresh(first.client, first.refreshToken), line.refresh(first.client, first.refreshToken)])
    expect(new Set([first.refreshToken, one.refreshToken, other.refreshToken]).size).toBe(3)
    later(9)
    const third = await line.refresh(first.client, first.refreshToken)
    for (const { accessToken } of [first, one, other, third]) expect(await accounts(accessToken)).toHaveLength(2)
  })

  test('ends the whole family when a token comes again after the grace', async () => {
    const first = await line.signIn()
    const second = await line.refresh(first.client, first.refreshToken)
    const third = await line.refresh(first.client, second.refreshToken)
    later(20)
    await expect(line.refresh(first.client, first.refreshToken)).rejects.toThrow(InvalidGrantException)
    await expect(line.refresh(first.client, third.refreshToken)).rejects.toThrow(InvalidGrantException)
    await expect(accounts(third.accessToken)).rejects.toThrow(UnauthorizedException)
  })

  test('is for the client it was given to', async () => {
    const { refreshToken, accessToken } = await line.signIn()
    await expect(line.refresh(await line.register(), refreshToken)).rejects.toThrow(InvalidGrantException)
    await expect(line.refresh(await line.register(), accessToken)).rejects.toThrow(InvalidGrantException)
    expect(await accounts(accessToken)).toHaveLength(2)
  })

  test('is not for a registration without scopes, whose token lasts eight hours', async () => {
    const client = await line.register({ scopes: undefined, clientName: 'botocore-client-1700000000' })
    const { deviceCode, userCode } = await line.startDevice(client)
    await line.answer(await line.person(), userCode)
    const tokens = await line.poll(client, deviceCode)
    expect(tokens).toMatchObject({ expiresIn: 28_800 })
    expect(tokens.refreshToken).toBeUndefined()
    expect(await accounts(tokens.accessToken)).toHaveLength(2)
  })
})

describe('the portal’s lists and credentials', () => {
  test('come in pages, with names and addresses', async () => {
    const { accessToken } = await line.signIn()
    expect(await accounts(accessToken)).toEqual([
      { accountId: '111122223333', accountName: 'Management', emailAddress: 'root@example.com' },
      { accountId: '444455556666', accountName: 'Production', emailAddress: 'prod@example.com' },
    ])
    const pages = []
    for await (const { roleList } of paginateListAccountRoles({ client: line.sso, pageSize: 1 }, { accessToken, accountId: '111122223333' })) pages.push(roleList)
    expect(pages).toEqual([[{ roleName: 'AdministratorAccess', accountId: '111122223333' }], [{ roleName: 'ReadOnly', accountId: '111122223333' }]])
    const nowhere = await line.sso.send(new ListAccountRolesCommand({ accessToken, accountId: '999999999999' }))
    expect(nowhere.roleList).toEqual([])
    expect(nowhere.nextToken).toBeUndefined()
  })

  test('give credentials that say who one is, for as long as the permission set says, in milliseconds', async () => {
    const { accessToken } = await line.signIn()
    const { roleCredentials } = await line.sso.send(new GetRoleCredentialsCommand({ accessToken, accountId: '444455556666', roleName: 'ReadOnly' }))
    expect(roleCredentials!.accessKeyId).toMatch(/^ASIA[A-Z2-7]{16}$/)
    expect(Math.abs(roleCredentials!.expiration! - (Date.now() + 12 * 3600_000))).toBeLessThan(60_000)
    const { accessKeyId = '', secretAccessKey = '', sessionToken = '' } = roleCredentials!
    const sts = new STSClient({ region: 'eu-west-1', endpoint: home.origin, credentials: { accessKeyId, secretAccessKey, sessionToken } })
    const { Arn, Account, UserId } = await sts.send(new GetCallerIdentityCommand({}))
    expect(Arn).toMatch(/^arn:aws:sts::444455556666:assumed-role\/AWSReservedSSO_ReadOnly_[0-9a-f]{16}\/jane$/)
    expect([Account, UserId]).toEqual(['444455556666', expect.stringMatching(/^AROA[A-Z2-7]{17}:jane$/)])
  })

  test('are refused to strangers, and other people’s roles to everybody', async () => {
    const { accessToken } = await line.signIn()
    const get = (change: object = {}) => line.sso.send(new GetRoleCredentialsCommand({ accessToken, accountId: '444455556666', roleName: 'ReadOnly', ...change }))
    await expect(get({ accessToken: 'unknown' })).rejects.toMatchObject({ name: 'UnauthorizedException', message: 'Session token not found or invalid', $metadata: { httpStatusCode: 401 } })
    for (const change of [{ roleName: 'AdministratorAccess' }, { roleName: 'NoSuchRole' }, { accountId: '999999999999' }]) {
      await expect(get(change)).rejects.toMatchObject({ name: 'ForbiddenException', message: 'No access', $metadata: { httpStatusCode: 403 } })
    }
    const [denied] = await home.app.trail.list({ eventName: 'GetRoleCredentials', limit: 1 })
    expect(denied!.event).toMatchObject({ errorCode: 'ForbiddenException', serviceEventDetails: { role_name: 'ReadOnly', account_id: '999999999999' } })
    for (const change of [{ accountId: '1' }, { roleName: 'x'.repeat(300) }]) {
      await expect(get(change)).rejects.toMatchObject({ name: 'InvalidRequestException', $metadata: { httpStatusCode: 400 } })
    }
  })

  test('end with Logout, and with the token', async () => {
    const { accessToken, refreshToken, client } = await line.signIn()
    await line.sso.send(new LogoutCommand({ accessToken }))
    await expect(accounts(accessToken)).rejects.toThrow(UnauthorizedException)
    await expect(line.refresh(client, refreshToken)).rejects.toThrow(InvalidGrantException)
    await expect(line.sso.send(new LogoutCommand({ accessToken }))).rejects.toThrow(UnauthorizedException)
    const next = await line.signIn()
    later(3601)
    await expect(accounts(next.accessToken)).rejects.toThrow(UnauthorizedException)
  })
})

describe('fromSSO with a session', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-home-'))
  const before = process.env.HOME
  const cache = join(folder, '.aws', 'sso', 'cache', `${createHash('sha1').update('corp').digest('hex')}.json`)
  beforeAll(() => {
    process.env.HOME = folder
    mkdirSync(join(folder, '.aws', 'sso', 'cache'), { recursive: true })
    writeFileSync(join(folder, '.aws', 'config'), [
      '[sso-session corp]', `sso_start_url = ${home.origin}/start`, 'sso_region = us-east-1', 'sso_registration_scopes = sso:account:access',
      '[profile dev]', 'sso_session = corp', 'sso_account_id = 111122223333', 'sso_role_name = AdministratorAccess', 'region = us-east-1',
    ].join('\n'))
  })
  afterAll(() => {
    process.env.HOME = before
    rmSync(folder, { recursive: true })
  })

  const keep = ({ client, accessToken, refreshToken }: Awaited<ReturnType<typeof line.signIn>>, secondsLeft: number): void => {
    writeFileSync(cache, JSON.stringify({
      startUrl: `${home.origin}/start`, region: 'us-east-1', accessToken, refreshToken, ...client,
      expiresAt: new Date(Date.now() + secondsLeft * 1000).toISOString(), registrationExpiresAt: new Date(Date.now() + 86_400_000).toISOString(),
    }))
  }
  const identity = () => new STSClient({
    region: 'us-east-1', endpoint: home.origin, credentials: fromSSO({ profile: 'dev', clientConfig: { endpoint: home.origin }, configFilepath: join(folder, '.aws', 'config'), filepath: join(folder, 'none') }),
  }).send(new GetCallerIdentityCommand({}))

  test('gets credentials, and refreshes a token near its end', async () => {
    const signedIn = await line.signIn()
    keep(signedIn, 3600)
    expect((await identity()).Arn).toContain(':assumed-role/AWSReservedSSO_AdministratorAccess_')
    expect(JSON.parse(readFileSync(cache, 'utf8'))).toMatchObject({ accessToken: signedIn.accessToken })
    keep(signedIn, 200)
    expect((await identity()).Account).toBe('111122223333')
    const refreshed = JSON.parse(readFileSync(cache, 'utf8')) as Record<string, string>
    expect(refreshed.accessToken).not.toBe(signedIn.accessToken)
    expect(refreshed.refreshToken).not.toBe(signedIn.refreshToken)
  })

  test('says that one must sign in again where the token no longer counts', async () => {
    const signedIn = await line.signIn()
    await line.sso.send(new LogoutCommand({ accessToken: signedIn.accessToken }))
    keep(signedIn, 3600)
    await expect(identity()).rejects.toThrow(/Session token not found or invalid|aws sso login/)
    keep(signedIn, -10)
    await expect(identity()).rejects.toThrow(/aws sso login/)
  })
})

describe('a registration', () => {
  test('lasts 90 days, in seconds, and outlives the database', async () => {
    const registered = await line.oidc.send(new RegisterClientCommand({ clientName: 'x', clientType: 'public', scopes: ['sso:account:access'] }))
    expect(registered.clientSecretExpiresAt! - registered.clientIdIssuedAt!).toBe(90 * 86_400)
    expect(Math.abs(registered.clientIdIssuedAt! - Date.now() / 1000)).toBeLessThan(60)
    const before = await startApp({ organization: '', env: { MASTER_KEY: masterKey } })
    try {
      const client = await commandLine(before.origin).register()
      await expect(line.startDevice(client)).resolves.toHaveProperty('userCode')
    } finally {
      await before.stop()
    }
    later(90 * 86_400)
    await expect(line.startDevice({ clientId: registered.clientId!, clientSecret: registered.clientSecret! })).rejects.toThrow(InvalidClientException)
  })

  test('is found at the start URL by command lines that look whether it is theirs', async () => {
    for (const path of ['/start', '/start/']) {
      const response = await fetch(`${home.origin}${path}`, { method: 'HEAD', redirect: 'manual' })
      expect([response.status, response.headers.get('location')]).toEqual([302, 'https://d-0123456789.awsapps.com/start'])
    }
  })
})
