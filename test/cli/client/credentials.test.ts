import { execFile } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { fromSSO } from '@aws-sdk/credential-providers'
import { getProgram } from '../../support/binaries.js'
import { startClient } from '../../support/client.js'
import { needs } from '../../support/needs.js'

let client: Awaited<ReturnType<typeof startClient>>
beforeEach(async () => {
  client = await startClient()
})
afterEach(() => client.close())

describe('credentials', () => {
  const credentials = (...argv: string[]) => client.run('credentials', '--account', '111122223333', '--permission-set', 'AdministratorAccess', ...argv)

  test('come for a shell, quoted', async () => {
    await client.login()
    expect(await credentials()).toBe(0)
    expect(client.world.out[0]!.split('\n')).toEqual([
      expect.stringMatching(/^export AWS_ACCESS_KEY_ID='ASIA[A-Z2-7]{16}'$/), expect.stringMatching(/^export AWS_SECRET_ACCESS_KEY='[^']{40}'$/),
      expect.stringMatching(/^export AWS_SESSION_TOKEN='[^']+'$/), expect.stringMatching(/^export AWS_CREDENTIAL_EXPIRATION='[\d-]+T[\d:]+Z'$/),
    ])
  })

  test('come for a program, and for credential_process', async () => {
    await client.login()
    await credentials('--format', 'json')
    await credentials('--format', 'process')
    const shape = { AccessKeyId: expect.stringMatching(/^ASIA/), SecretAccessKey: expect.any(String), SessionToken: expect.any(String), Expiration: expect.stringMatching(/Z$/) }
    expect(client.world.out.map((text) => JSON.parse(text))).toEqual([shape, { Version: 1, ...shape }])
  })

  test.each(['1111-2222-3333', 'Production', 'production'])('take the account as %s', async (account) => {
    await client.login()
    expect(await client.run('credentials', '--account', account, '--permission-set', 'ReadOnly')).toBe(0)
    expect(client.requests('/federation/credentials')[0]!.query).toEqual({ account_id: '111122223333', role_name: 'ReadOnly' })
  })

  test('say which accounts there are where none has the name, and ask for the id where several do', async () => {
    client.portal.state.accounts = ['1', '2', '3'].map((digit) => ({ accountId: digit.repeat(12), accountName: digit === '3' ? 'Other' : 'Twin', roles: [] }))
    await client.login()
    expect(await client.run('credentials', '--account', 'None', '--permission-set', 'X')).toBe(1)
    expect(client.world.said.at(-1)).toBe('gatehouse: You have no account named None. Yours are: Twin, Twin, Other')
    expect(await client.run('credentials', '--account', 'twin', '--permission-set', 'X')).toBe(2)
    expect(client.world.said.at(-1)).toContain('111111111111, 222222222222')
  })

  test('need a sign-in', async () => {
    expect(await credentials('--start-url', `${client.portal.url}/start`)).toBe(1)
    expect(client.world.said.at(-1)).toBe('gatehouse: You are not signed in, or no longer. Run: gatehouse login')
    await client.login()
    client.portal.state.accessTokens.clear()
    expect(await credentials()).toBe(1)
    expect(client.world.said.at(-1)).toContain('Run: gatehouse login')
  })

  test('say what the portal refused', async () => {
    await client.login()
    expect(await client.run('credentials', '--account', '111122223333', '--permission-set', 'Nothing')).toBe(1)
    expect(client.world.said.at(-1)).toBe('gatehouse: Get credentials: No access (ForbiddenException)')
  })

  test('refresh a sign-in that is about to expire, once for all who ask', async () => {
    client.portal.state.expiresIn = 240
    await client.login()
    const before = client.cached()
    client.portal.state.expiresIn = 3600
    client.io.sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds / 20))
    expect(await Promise.all([credentials(), credentials(), credentials()])).toEqual([0, 0, 0])
    expect(client.requests('/token').filter((one) => one.body['grantType'] === 'refresh_token')).toHaveLength(1)
    expect(client.cached()['accessToken']).not.toBe(before['accessToken'])
    expect(client.cached()['refreshToken']).toBe(client.portal.state.refreshToken)
    expect(readdirSync(dirname(client.cacheFile()))).toHaveLength(1)
  })

  test('go on with the old sign-in while it lasts when it cannot be refreshed, and not after', async () => {
    client.portal.state.expiresIn = 240
    await client.login()
    client.portal.state.refuse['/token'] = ['InternalServerException', 500]
    expect(await credentials()).toBe(0)
    client.portal.state.refuse['/token'] = ['InvalidGrantException', 400]
    expect(await credentials()).toBe(0)
    client.world.ahead = 241_000
    expect(await credentials()).toBe(1)
    expect(client.world.said.at(-1)).toContain('Run: gatehouse login')
  })

  test('do not use the token of another portal', async () => {
    await client.login()
    expect(await credentials('--start-url', 'http://127.0.0.1:1/start')).toBe(1)
    expect(client.requests('/federation/credentials')).toEqual([])
  })
})

describe('stock clients go on from there', () => {
  const realHome = process.env['HOME']
  beforeEach(async () => {
    client.portal.state.expiresIn = 240
    await client.login()
    await client.run('profiles', '--write')
    process.env['HOME'] = client.home
  })
  afterEach(() => {
    process.env['HOME'] = realHome
  })

  test('the SDK, which refreshes the sign-in by itself', async () => {
    const sts = new STSClient({
      region: 'us-east-1', endpoint: client.portal.url,
      credentials: fromSSO({ profile: 'Production.ReadOnly', clientConfig: { endpoint: client.portal.url, region: 'us-east-1' }, configFilepath: join(client.home, '.aws', 'config'), filepath: join(client.home, '.aws', 'none') }),
    })
    expect(await sts.send(new GetCallerIdentityCommand({}))).toMatchObject({ Account: '111122223333' })
    expect(client.requests('/token').at(-1)!.body).toMatchObject({ grantType: 'refresh_token' })
    client.portal.state.seen.length = 0
    expect(await client.run('credentials', '--account', '111122223333', '--permission-set', 'ReadOnly')).toBe(0)
  })

  needs('aws').describe('among them', () => test('the AWS CLI', async () => {
    const host = new URL(client.portal.url).host
    client.put('.aws/models/endpoints.json', JSON.stringify({ version: 3, partitions: [{
      partition: 'aws', partitionName: 'AWS Standard', dnsSuffix: 'amazonaws.com', regionRegex: '^(us|eu)\\-\\w+\\-\\d+$',
      defaults: { hostname: host, protocols: ['http'], signatureVersions: ['v4'] }, regions: { 'us-east-1': { description: 'local' } },
      services: { 'oidc': { endpoints: { 'us-east-1': {} } }, 'portal.sso': { endpoints: { 'us-east-1': {} } }, 'sts': { endpoints: { 'us-east-1': {} } } },
    }] }))
    const { stdout } = await promisify(execFile)(getProgram('aws'), ['sts', 'get-caller-identity', '--profile', 'Production.ReadOnly', '--output', 'json'], { env: { HOME: client.home, PATH: '/usr/bin:/bin' } })
    expect(JSON.parse(stdout)).toMatchObject({ Account: '111122223333' })
  }))
})
