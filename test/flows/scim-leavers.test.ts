// Who is made inactive by another directory, deleted, or taken out of a group by it loses what they held: at once, wherever they took it.
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { Groups, Users } from '../../src/domain/directory/index.js'
import { password, startApp, type TestApp } from '../support/app.js'
import { Browser } from '../support/browser.js'
import { commandLine } from '../support/command-line.js'
import { provisioner, type ScimClient } from '../support/scim.js'

let app: TestApp
let client: ScimClient
let jane: string
let developers: string
beforeAll(async () => {
  app = await startApp()
  client = await provisioner(app, { administrators: true })
  jane = (await new Users(app.database).findByUserName('jane'))!.id
  developers = (await new Groups(app.database).findByDisplayName('Developers'))!.id
}, 180_000)
afterAll(() => app.stop())

/** What a person of the portal holds: a session, a token of the command line, credentials of a role that their group has. */
async function everything() {
  const cli = commandLine(app.origin)
  const { browser, client: registered, accessToken, refreshToken } = await cli.signIn()
  const wire = await fetch(`${app.origin}/federation/credentials?account_id=444455556666&role_name=ReadOnly`, { headers: { 'x-amz-sso_bearer_token': accessToken } })
  const { roleCredentials: { accessKeyId, secretAccessKey, sessionToken } } = await wire.json() as { roleCredentials: { accessKeyId: string; secretAccessKey: string; sessionToken: string } }
  const sts = new STSClient({ region: 'us-east-1', endpoint: app.origin, maxAttempts: 1, credentials: { accessKeyId, secretAccessKey, sessionToken } })
  return async () => ({
    portal: new URL((await browser.open('/start/')).url).pathname.split('/')[1],
    accounts: (await fetch(`${app.origin}/assignment/accounts`, { headers: { 'x-amz-sso_bearer_token': accessToken } })).status,
    role: await sts.send(new GetCallerIdentityCommand({})).then(() => 'ok', (error: Error) => error.name),
    refresh: await cli.refresh(registered, refreshToken).then(() => 'ok', (error: Error) => error.name),
  })
}

const all = { portal: 'start', accounts: 200, role: 'ok', refresh: 'ok' }
const nothing = { portal: 'signin', accounts: 401, role: 'ExpiredToken', refresh: 'InvalidGrantException' }
const patch = async (path: string, operation: object): Promise<void> => { expect([200, 204]).toContain((await client.patch(path, operation)).status) }

test('inactive people hold nothing, and get nothing back of it when they return', async () => {
  const held = await everything()
  expect(await held()).toEqual(all)
  await patch(`/Users/${jane}`, { op: 'Replace', path: 'active', value: 'False' })
  expect(await held()).toEqual(nothing)
  await patch(`/Users/${jane}`, { op: 'Replace', path: 'active', value: 'True' })
  expect(await held()).toEqual(nothing)
  expect(await (await everything())()).toEqual(all)
})

test('who is taken out of a group loses what it gave, and nothing else', async () => {
  const held = await everything()
  await patch(`/Groups/${developers}`, { op: 'add', path: 'members', value: [{ value: jane }] })
  expect((await held()).role).toBe('ok')
  await patch(`/Groups/${developers}`, { op: 'remove', path: `members[value eq "${jane}"]` })
  expect(await held()).toMatchObject({ portal: 'start', accounts: 200, role: 'ExpiredToken' })
  await patch(`/Groups/${developers}`, { op: 'add', path: 'members', value: [{ value: jane }] })
})

test('a group that is deleted takes along what it gave', async () => {
  const held = await everything()
  expect((await held()).role).toBe('ok')
  expect((await client.send('DELETE', `/Groups/${developers}`)).status).toBe(204)
  expect(await held()).toMatchObject({ portal: 'start', role: 'ExpiredToken' })
})

test('who is deleted holds nothing', async () => {
  const cli = commandLine(app.origin)
  const { browser, client: registered, refreshToken } = await cli.signIn()
  expect((await client.send('DELETE', `/Users/${jane}`)).status).toBe(204)
  expect(new URL((await browser.open('/start/')).url).pathname).toContain('/signin')
  await expect(cli.refresh(registered, refreshToken)).rejects.toMatchObject({ name: 'InvalidGrantException' })
})

test('whoever is made inactive is signed out at once, and comes back when they are active again', async () => {
  const path = `/Users/${(await new Users(app.database).findByUserName('sam'))!.id}`
  const browser = new Browser(app.origin)
  await browser.signIn('sam', password)
  expect(browser.page.html).toContain('Sam Plain')
  expect((await client.patch(path, { op: 'Replace', path: 'active', value: 'False' })).status).toBe(200)
  expect((await browser.open('/start/')).html).not.toContain('Sam Plain')
  const again = new Browser(app.origin)
  await again.signIn('sam', password)
  expect(again.page.html).not.toContain('Sam Plain')
  expect((await client.patch(path, { op: 'Replace', path: 'active', value: 'True' })).status).toBe(200)
  const back = new Browser(app.origin)
  await back.signIn('sam', password)
  expect(back.page.html).toContain('Sam Plain')
  expect((await client.send('DELETE', path)).status).toBe(204)
  expect((await back.open('/start/')).html).not.toContain('Sam Plain')
})
