// Command lines before two nodes on one PostgreSQL: what one node revokes the other refuses, codes are redeemed
// once between them, and a database that is gone gets the wire's own error until it is back.
import { randomBytes } from 'node:crypto'
import { GetRoleCredentialsCommand, ListAccountsCommand } from '@aws-sdk/client-sso'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { startApp, type TestApp } from '../support/app.js'
import { commandLine, type Tokens } from '../support/command-line.js'
import { needs } from '../support/needs.js'
import { PostgresServer } from '../support/postgres.js'
import { sendRaw } from '../support/raw.js'
import { eventually } from '../support/servers.js'

needs('postgres').describe('two nodes on one PostgreSQL', () => {
  let server: PostgresServer
  let here: TestApp
  let there: TestApp
  let line: ReturnType<typeof commandLine>
  let other: ReturnType<typeof commandLine>
  beforeAll(async () => {
    server = await PostgresServer.start()
    const env = { DATABASE_URL: server.url(), MASTER_KEY: randomBytes(32).toString('hex') }
    here = await startApp({ env })
    there = await startApp({ env, organization: '' })
    line = commandLine(here.origin)
    other = commandLine(there.origin)
  }, 120_000)
  afterAll(async () => {
    await here?.stop()
    await there?.stop()
    await server?.stop()
  })

  const keysAt = async (at: ReturnType<typeof commandLine>, { accessToken }: Tokens) => {
    const { roleCredentials } = await at.sso.send(new GetRoleCredentialsCommand({ accessToken, accountId: '444455556666', roleName: 'ReadOnly' }))
    const { accessKeyId = '', secretAccessKey = '', sessionToken = '' } = roleCredentials!
    return { accessKeyId, secretAccessKey, sessionToken }
  }
  const whoAt = (node: TestApp, credentials: Awaited<ReturnType<typeof keysAt>>) => new STSClient({ region: 'us-east-1', endpoint: node.origin, credentials, maxAttempts: 1 }).send(new GetCallerIdentityCommand({}))

  test('share registrations, codes, tokens and credentials', async () => {
    const client = await line.register()
    const { deviceCode, userCode } = await other.startDevice(client)
    await line.answer(await line.person(), userCode)
    const answers = await Promise.allSettled(Array.from({ length: 20 }, (_, at) => (at % 2 ? line : other).poll(client, deviceCode)))
    const tokens = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []))
    expect(tokens).toHaveLength(1)
    expect((await whoAt(there, await keysAt(line, tokens[0]!))).Account).toBe('444455556666')
    expect((await whoAt(here, await keysAt(other, tokens[0]!))).Account).toBe('444455556666')
  })

  test('refuse what was issued before a revocation, and take what is issued after', async () => {
    const signedIn = await line.signIn()
    const keys = await keysAt(line, signedIn)
    await whoAt(there, keys)
    const [jane] = await here.database.query<{ id: string }>(`select id from users where user_name = 'jane'`)
    await here.app.revocations.revoke({ kind: 'user', subject: jane!.id, issuedBefore: Date.now(), by: 'test' })
    await expect(whoAt(here, keys)).rejects.toMatchObject({ name: 'ExpiredToken' })
    await eventually(() => whoAt(there, keys).then(() => false, (error: Error) => error.name === 'ExpiredToken'))
    expect((await whoAt(there, await keysAt(other, signedIn))).Account).toBe('444455556666')
  })

  test('answer in the wire’s own words while the database is gone or frozen, and go on by themselves when it is back', async () => {
    const signedIn = await line.signIn()
    const { deviceCode } = await line.startDevice(signedIn.client)
    const keys = await keysAt(line, signedIn)
    const bearer = `x-amz-sso_bearer_token: ${signedIn.accessToken}`
    const post = (path: string, body: object) => sendRaw(here.origin, [`POST ${path} HTTP/1.1`, 'Host: {host}', 'Content-Type: application/json', 'Content-Length: {length}'], JSON.stringify(body))
    const get = (target: string) => sendRaw(here.origin, [`GET ${target} HTTP/1.1`, 'Host: {host}', bearer])
    const oidc = { status: 500, headers: { 'x-amzn-errortype': 'InternalServerException', 'retry-after': '5' } }
    const portal = { status: 503, headers: { 'x-amzn-errortype': 'ServiceUnavailableException', 'retry-after': '5' } }
    const refused = async (): Promise<void> => {
      const answers = await Promise.all([
        post('/device_authorization', { ...signedIn.client, startUrl: `${here.origin}/start` }),
        post('/token', { ...signedIn.client, grantType: 'urn:ietf:params:oauth:grant-type:device_code', deviceCode }),
        post('/token', { ...signedIn.client, grantType: 'refresh_token', refreshToken: signedIn.refreshToken }),
        get('/assignment/accounts'), get('/assignment/roles?account_id=444455556666'), get('/federation/credentials?account_id=444455556666&role_name=ReadOnly'),
      ])
      expect(answers).toMatchObject([oidc, oidc, oidc, portal, portal, portal])
    }
    await server.freeze()
    await refused()
    // Registering needs no store.
    await expect(line.register()).resolves.toHaveProperty('clientId')
    // Nobody can tell any more what was revoked.
    await eventually(() => whoAt(here, keys).then(() => false, (error: Error) => error.name === 'ServiceUnavailable'))
    await server.thaw()
    await eventually(() => line.sso.send(new ListAccountsCommand(signedIn)))
    await server.kill()
    await refused()
    await server.run()
    await eventually(() => whoAt(here, keys))
    await eventually(() => line.refresh(signedIn.client, signedIn.refreshToken))
    await expect(line.poll(signedIn.client, deviceCode)).rejects.toMatchObject({ name: expect.stringMatching(/AuthorizationPending|SlowDown/) })
  }, 60_000)
})
