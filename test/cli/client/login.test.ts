import { existsSync, readdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { startClient } from '../../support/client.js'

let client: Awaited<ReturnType<typeof startClient>>
beforeEach(async () => {
  client = await startClient()
})
afterEach(() => client.close())

describe('login through the browser', () => {
  test('signs in with PKCE and keeps the token as AWS clients do', async () => {
    expect(await client.login()).toBe(0)
    expect(client.requests('/client/register')[0]!.body).toEqual({
      clientName: 'gatehouse', clientType: 'public', grantTypes: ['authorization_code', 'refresh_token'],
      redirectUris: ['http://127.0.0.1/oauth/callback'], issuerUrl: `${client.portal.url}/start`, scopes: ['sso:account:access'],
    })
    const page = new URL(client.world.opened[0]!)
    expect([page.origin, page.pathname]).toEqual([client.portal.url, '/authorize'])
    expect(Object.fromEntries(page.searchParams)).toEqual({
      response_type: 'code', client_id: 'client-1', redirect_uri: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/oauth\/callback$/),
      state: expect.any(String), code_challenge_method: 'S256', scopes: 'sso:account:access', code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    })
    expect(client.requests('/token')[0]!.body).toMatchObject({ codeVerifier: expect.stringMatching(/^[\w-]{64}$/) })
    expect(client.cached()).toEqual({
      startUrl: `${client.portal.url}/start`, region: 'us-east-1', accessToken: expect.any(String), refreshToken: client.portal.state.refreshToken,
      clientId: 'client-1', clientSecret: 'secret-1', expiresAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/), registrationExpiresAt: expect.stringMatching(/Z$/),
    })
    expect(statSync(client.cacheFile()).mode & 0o777).toBe(0o600)
    expect(readdirSync(dirname(client.cacheFile()))).toHaveLength(1)
  })

  test('takes no notice of a page with a foreign state, and shows the person that they are done', async () => {
    const pages: Response[] = []
    client.world.person = async (page) => {
      pages.push(await client.portal.approve(page, { state: 'foreign' }), await client.portal.approve(page, { state: '', error: 'access_denied' }), await client.portal.approve(page))
    }
    expect(await client.login()).toBe(0)
    expect(pages.map((page) => page.status)).toEqual([404, 404, 200])
    expect(pages[2]!.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(await pages[2]!.text()).toContain('You are signed in.')
  })

  test('says why signing in was refused, without the control characters of whoever said so', async () => {
    client.world.person = (page) => client.portal.approve(page, { code: '', error: 'access_denied', error_description: 'Not\u001b[2J today' })
    expect(await client.login()).toBe(1)
    expect(client.world.said.at(-1)).toBe('gatehouse: Signing in was refused: Not [2J today')
    expect(existsSync(client.cacheFile())).toBe(false)
  })

  test('remembers the portal for the next command', async () => {
    await client.login('--region', 'eu-central-1')
    expect(await client.run('login')).toBe(0)
    expect(client.cached()).toMatchObject({ startUrl: `${client.portal.url}/start`, region: 'eu-central-1' })
  })

  test('takes the portal from the environment, and adds what its address lacks', async () => {
    client.io.env = { DISPLAY: ':0', GATEHOUSE_START_URL: `${client.portal.url}/` }
    expect(await client.run('login')).toBe(0)
    expect(client.cached()['startUrl']).toBe(`${client.portal.url}/start`)
  })

  test('keeps sessions with two portals apart', async () => {
    await client.login()
    await client.login('--session', 'other')
    expect(existsSync(client.cacheFile('gatehouse'))).toBe(true)
    expect(existsSync(client.cacheFile('other'))).toBe(true)
  })

  test('speaks to the endpoint where the start URL is only a name', async () => {
    expect(await client.run('login', '--start-url', 'https://d-1234567890.awsapps.com/start', '--endpoint-url', client.portal.url)).toBe(0)
    expect(client.requests('/client/register')[0]!.body['issuerUrl']).toBe('https://d-1234567890.awsapps.com/start')
    expect(await client.run('console')).toBe(0)
    expect(client.world.opened.at(-1)).toBe(`${client.portal.url}/start`)
  })
})

describe('login with a code', () => {
  test.each([
    [{ SSH_CONNECTION: '192.0.2.1 1 192.0.2.2 22', DISPLAY: ':0' }, []],
    [{}, []],
    [{ DISPLAY: ':0' }, ['--use-device-code']],
  ])('is chosen in %j with %j', async (env, argv) => {
    client.io.env = env
    client.io.open = async () => false
    expect(await client.login(...argv)).toBe(0)
    expect(client.requests('/client/register')[0]!.body).toEqual({
      clientName: 'gatehouse', clientType: 'public', scopes: ['sso:account:access'], grantTypes: ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token'],
    })
    expect(client.requests('/device_authorization')[0]!.body).toEqual({ clientId: 'client-1', clientSecret: 'secret-1', startUrl: `${client.portal.url}/start` })
    expect(client.world.said.join('\n')).toMatch(/http:\/\/127\.0\.0\.1\/device\n[^]*BCDF-GHJK/)
    expect(client.cached()['accessToken']).toBeTruthy()
  })

  test('waits as long as it is told, and longer when told to slow down', async () => {
    client.portal.state.polls = ['AuthorizationPendingException', 'SlowDownException', 'AuthorizationPendingException']
    expect(await client.login('--use-device-code')).toBe(0)
    expect(client.world.slept).toEqual([2000, 2000, 7000, 7000])
  })

  test.each([
    ['ExpiredTokenException', 'The code was not used in time.'],
    ['AccessDeniedException', 'Signing in was refused in the browser.'],
    ['InvalidClientException', 'Sign in: told InvalidClientException (InvalidClientException)'],
  ])('stops at %s', async (code, sentence) => {
    client.portal.state.polls = ['AuthorizationPendingException', code]
    expect(await client.login('--use-device-code')).toBe(1 + Number(code === 'InvalidClientException'))
    expect(client.world.said.at(-1)).toContain(sentence)
  })

  test('does not wait for ever where the portal forgets to say that the code expired', async () => {
    client.portal.state.polls = Array.from({ length: 1000 }, () => 'AuthorizationPendingException')
    client.io.sleep = async (milliseconds) => void (client.world.ahead += milliseconds)
    expect(await client.login('--use-device-code')).toBe(1)
    expect(client.requests('/token').length).toBeLessThanOrEqual(300)
    expect(client.world.said.at(-1)).toContain('The code was not used in time.')
  })
})

describe('misuse', () => {
  test('is told in plain words, with the usage', async () => {
    expect(await client.run('login', '--nonsense')).toBe(2)
    expect(client.world.said.at(-1)).toMatch(/--nonsense[^]*gatehouse login \[--start-url URL\]/)
    expect(await client.run('login')).toBe(2)
    expect(client.world.said.at(-1)).toContain('--start-url')
    expect(await client.run('nothing')).toBe(2)
    expect(await client.run('toString')).toBe(2)
    expect(await client.run('login', '--help')).toBe(0)
  })

  test.each(['gatehouse', 'ftp://x/start', 'https://user:secret@x/start', ''])('refuses the start URL %j', async (startUrl) => {
    expect(await client.run('login', '--start-url', startUrl)).toBe(2)
    expect(client.world.said.at(-1)).not.toContain('secret')
  })

  test.each(['http://gatehouse.example.com/start', 'http://127.evil.example/start', 'http://localhost.evil.example/start'])('does not send secrets in the clear to %s', async (startUrl) => {
    expect(await client.run('login', '--start-url', startUrl)).toBe(2)
    expect(client.world.said.at(-1)).toContain('not protected')
  })

  test('names an address that does not answer, or is no portal', async () => {
    expect(await client.run('login', '--start-url', 'http://127.0.0.1:1/start')).toBe(1)
    expect(client.world.said.at(-1)).toContain('http://127.0.0.1:1 does not answer')
    client.portal.state.refuse['/client/register'] = ['InvalidRequestException', 400]
    expect(await client.login()).toBe(2)
    expect(client.world.said.at(-1)).toContain('told to refuse')
  })

  test('names a settings file that cannot be read', async () => {
    client.put('.gatehouse/config.json', '{')
    expect(await client.run('login')).toBe(2)
    expect(client.world.said.at(-1)).toContain('config.json')
  })
})
