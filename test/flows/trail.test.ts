// The trail of a whole visit: every step is there, says who did it, and holds no secret.
import { GetRoleCredentialsCommand } from '@aws-sdk/client-sso'
import { organizationFile, password, startApp, type TestApp } from '../support/app.js'
import { Browser } from '../support/browser.js'
import { commandLine } from '../support/command-line.js'

let home: TestApp
beforeAll(async () => { home = await startApp() })
afterAll(async () => { await home?.stop() })

type Recorded = Record<string, never> & { eventName: string; userIdentity: { type: string; onBehalfOf?: { userId: string } } }

const eventsOf = async (userName: string): Promise<Recorded[]> => {
  const rows = await home.database.query<{ event: Recorded }>('select event from audit_events where user_id = (select id from users where user_name = $1) order by position', [userName])
  return rows.map(({ event }) => event)
}

test('a visit with everything leaves an event for each step, in order, each with its person', async () => {
  const before = (await eventsOf('jane')).length
  const cli = commandLine(home.origin)
  const { browser, client, refreshToken } = await cli.signIn()
  const { accessToken } = await cli.refresh(client, refreshToken)
  await cli.sso.send(new GetRoleCredentialsCommand({ accessToken, accountId: '444455556666', roleName: 'ReadOnly' }))
  await cli.sso.send(new GetRoleCredentialsCommand({ accessToken, accountId: '444455556666', roleName: 'Nothing' })).catch(() => undefined)
  await browser.open('/start/access-keys?account_id=444455556666&role_name=ReadOnly')
  await browser.open('/start/access-keys?account_id=444455556666&role_name=Nothing')
  await browser.open('/start/console?account_id=444455556666&role_name=ReadOnly')
  await browser.submit({ session: 'all' }, '/console/sign-out')
  await browser.open('/start/')
  await browser.submit({}, '/start/sign-out')

  const events = (await eventsOf('jane')).slice(before)
  expect(events.map(({ eventName }) => eventName)).toEqual([
    'CredentialChallenge', 'CredentialVerification', 'UserAuthentication', 'Authenticate', 'ApproveDevice', 'CreateToken', 'CreateToken', 'GetRoleCredentials', 'GetRoleCredentials',
    'GetRoleCredentials', 'GetRoleCredentials', 'Federate', 'ConsoleLogin', 'ConsoleLogout', 'Logout',
  ])
  const [jane] = await home.database.query<{ id: string }>(`select id from users where user_name = 'jane'`)
  for (const { eventName, userIdentity } of events) {
    if (eventName.startsWith('Console')) {
      expect(userIdentity).toMatchObject({ type: 'AssumedRole', accountId: '444455556666', principalId: expect.stringMatching(/^AROA\w{17}:jane$/), sessionContext: { sessionIssuer: { type: 'Role', arn: expect.stringContaining(':role/aws-reserved/') } } })
    } else {
      expect(userIdentity).toEqual({
        type: 'IdentityCenterUser', arn: '', accountId: '111122223333', accessKeyId: '',
        onBehalfOf: { userId: jane!.id, identityStoreArn: 'arn:aws:identitystore::111122223333:identitystore/d-0123456789' },
      })
    }
  }
  const failed = events.filter((event) => (event as { errorCode?: string }).errorCode === 'ForbiddenException')
  expect(failed.map((event) => (event as unknown as { serviceEventDetails: object }).serviceEventDetails)).toEqual([{ role_name: 'Nothing', account_id: '444455556666' }, { role_name: 'Nothing', account_id: '444455556666' }])
})

test('the name of a person is in one event of a sign-in, and a name that nobody has in none', async () => {
  const typed = 'My-Password-typed-as-a-name-1'
  await new Browser(home.origin).signIn(typed, 'x')
  const [row] = await home.database.query<{ all: string }>(`select string_agg(event::text, '') as all from audit_events`)
  expect(row!.all).not.toContain(typed)
  expect(row!.all).toContain('HIDDEN_DUE_TO_SECURITY_REASONS')
  const names = (await eventsOf('jane')).filter((event) => JSON.stringify(event).includes('"UserName"'))
  expect(new Set(names.map(({ eventName }) => eventName))).toEqual(new Set(['CredentialChallenge']))
})

test('a change by the organization file is not recorded as done by the person it was done to', async () => {
  const [created] = (await eventsOf('sam'))
  expect(created).toMatchObject({ eventName: 'CreateUser', userIdentity: { type: 'AWSService', invokedBy: 'test' } })
  expect(organizationFile).toContain(password)
  const [row] = await home.database.query<{ all: string }>(`select string_agg(event::text, '') as all from audit_events`)
  expect(row!.all).not.toContain(password)
})

test('whoever fails on purpose does not fill the trail', async () => {
  const count = async (): Promise<number> => (await home.database.query<{ n: number }>('select count(*)::int as n from audit_events'))[0]!.n
  const cli = commandLine(home.origin)
  const client = await cli.register()
  const before = await count()
  const json = (body: object) => fetch(`${home.origin}/token`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
  const form = (body: Record<string, string>) => fetch(`${home.origin}/oidc/token`, { method: 'POST', body: new URLSearchParams(body) })
  for (let round = 0; round < 10; round += 1) {
    await Promise.all(Array.from({ length: 10 }, async (_, at) => (at % 2 ? json({ ...client, grantType: 'refresh_token', refreshToken: 'x' }) : form({ grant_type: 'authorization_code', client_id: 'wiki', code: 'x' }))))
  }
  expect(await count() - before).toBe(60)
})
