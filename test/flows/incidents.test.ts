// The kill switch and the look-up, over an app in which somebody really works.
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { sessionNameOf } from '../../src/domain/credentials/index.js'
import { organizationFile, password, startApp, type TestApp } from '../support/app.js'
import { Browser } from '../support/browser.js'

const organization = organizationFile
  .replace('  - { displayName: Developers, members: [jane] }', '  - { displayName: Developers, members: [jane, sam] }\n  - { displayName: Leads, members: [jane] }')
  .replace('{ name: AdministratorAccess, sessionDuration: 1h,', '{ name: AdministratorAccess, requestable: { approvers: [Leads], longest: 4h, reasonRequired: false }, sessionDuration: 1h,')
  .replace('organization: {', 'organization: { mfa: { mode: never },')

let app: TestApp
beforeAll(async () => { app = await startApp({ organization }) }, 120_000)
afterAll(() => app?.stop())

const by = { userIdentity: { type: 'Root', accountId: '111122223333' }, name: 'root user', origin: { requestId: 'ffffffff-0000-4000-8000-000000000000', sourceIPAddress: '203.0.113.7', userAgent: 'test' } }
const idOf = async (userName: string): Promise<string> => (await app.database.query<{ id: string }>('select id from users where user_name = $1', [userName]))[0]!.id

async function signedIn(userName: string): Promise<Browser> {
  const browser = new Browser(app.origin)
  await browser.signIn(userName, password)
  return browser
}

interface Keys { AccessKeyId: string; SecretAccessKey: string; SessionToken: string }

/** Copies keys of a permission set from the portal, as its page shows them. */
async function keysOf(browser: Browser, accountId: string, role: string): Promise<Keys> {
  const { html } = await browser.open(`/start/access-keys?account_id=${accountId}&role_name=${role}`)
  const value = (id: string): string => new RegExp(`id="${id}"[^>]*>(?:<[^>]+>)*([^<]+)`).exec(html)![1]!.replaceAll('&#x3D;', '=').replaceAll('&#x2B;', '+')
  return { AccessKeyId: value('v-id'), SecretAccessKey: value('v-secret'), SessionToken: value('v-token') }
}

const works = ({ AccessKeyId, SecretAccessKey, SessionToken }: Keys): Promise<boolean> =>
  new STSClient({ region: 'us-east-1', endpoint: app.origin, maxAttempts: 1, credentials: { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken } })
    .send(new GetCallerIdentityCommand({})).then(() => true, () => false)

test('everything of a person ends at once: sessions, keys, what was made with them, and what was granted', async () => {
  const sam = await signedIn('sam')
  const keys = await keysOf(sam, '444455556666', 'ReadOnly')
  await sam.open('/start/console?account_id=444455556666&role_name=ReadOnly')
  const chained = 'ASIACHAINEDKEY234567'
  await app.app.trail.record({
    eventName: 'AssumeRole', eventSource: 'sts.amazonaws.com', accountId: '444455556666', accessKeyId: keys.AccessKeyId, requestParameters: { roleArn: 'arn:aws:iam::444455556666:role/Deploy', roleSessionName: 'nightly' },
    responseElements: { credentials: { accessKeyId: chained, expiration: new Intl.DateTimeFormat('en-US', { dateStyle: 'medium', timeStyle: 'medium', timeZone: 'UTC' }).format(Date.now() + 3_600_000) } },
  })
  await sam.open('/start/requests/new')
  await sam.submit({ account: '444455556666', duration: '7200', reason: '' }, '/start/requests/new')
  const jane = await signedIn('jane')
  await jane.open(sam.page.url)
  await jane.submit({ act: 'approve' })
  expect(await works(keys)).toBe(true)

  const userId = await idOf('sam')
  const ended = await app.app.incidents.killSwitch.ofPerson(userId, by, { reason: 'Laptop stolen' })
  expect(ended).toMatchObject({ portalSessions: 1, consoleSessions: 1, credentials: 2, grants: 1, disabled: false, unreached: { applications: [], accessKeys: 0 } })
  expect(await works(keys)).toBe(false)
  expect(await app.database.query('select subject from credential_revocations where subject = $1', [chained])).toHaveLength(1)
  expect((await sam.open('/start/')).url).toContain('/signin')
  expect((await sam.open('/console')).html).not.toContain('ReadOnly')
  expect(await app.app.incidents.killSwitch.ofPerson(userId, by)).toMatchObject({ portalSessions: 0, consoleSessions: 0, credentials: 0, grants: 0 })
  // Standing assignments stay, unless the person is disabled as well.
  await signedIn('sam')
  expect(await app.app.incidents.killSwitch.ofPerson(userId, by, { disable: true })).toMatchObject({ portalSessions: 1, disabled: true })
  expect((await signedIn('sam')).page.url).toContain('/signin')
  const [event] = await app.app.trail.list({ eventName: 'RevokeAccess', limit: 1 })
  expect(event!.event).toMatchObject({ userIdentity: { type: 'Root' }, requestParameters: { userName: 'sam', disable: true }, responseElements: { portalSessions: 1, disabled: true } })

  const found = await app.app.incidents.lookUp.find(` ${keys.AccessKeyId} `)
  expect(found).toMatchObject({ kind: 'access-key', person: { userName: 'sam', active: false }, account: { id: '444455556666', name: 'Production' }, role: 'ReadOnly', key: { issuedBy: 'GetRoleCredentials', state: 'revoked', madeWith: [] } })
  expect(await app.app.incidents.lookUp.find(chained)).toMatchObject({ person: { userName: 'sam' }, role: 'arn:aws:iam::444455556666:role/Deploy', key: { issuedBy: 'AssumeRole', state: 'revoked', madeWith: [keys.AccessKeyId] } })
  expect(await app.app.incidents.lookUp.find('nightly')).toMatchObject({ kind: 'session-name', account: { id: '444455556666' } })
  expect(await app.app.incidents.lookUp.find('sam')).toMatchObject({ kind: 'session-name', person: { userName: 'sam' } })
  expect(await app.app.incidents.lookUp.find(by.origin.requestId)).toMatchObject({ kind: 'reference', identity: { type: 'Root' } })
  const [request] = await app.database.query<{ id: string }>('select id from access_requests')
  expect(await app.app.incidents.lookUp.find(request!.id)).toMatchObject({ kind: 'access-request', person: { userName: 'sam' }, role: 'AdministratorAccess', request: { state: 'ended', closingReason: 'Laptop stolen' } })
  await app.database.query(`insert into users (id, user_name, display_name) values (gen_random_uuid(), 'zoë@böse', 'Zoë')`)
  expect(await app.app.incidents.lookUp.find(sessionNameOf('zoë@böse'))).toMatchObject({ kind: 'session-name', person: { userName: 'zoë@böse' } })
  expect(await app.app.incidents.lookUp.find('nobody-knows-this')).toBeUndefined()
  expect(await app.app.incidents.lookUp.find('ASIAAAAAAAAAAAAAAAAA')).toBeUndefined()
})

test('everything under a permission set ends, in one account or everywhere, and everything in an account', async () => {
  const jane = await signedIn('jane')
  const [here, there] = [await keysOf(jane, '444455556666', 'ReadOnly'), await keysOf(jane, '111122223333', 'ReadOnly')]
  const administrator = await keysOf(jane, '111122223333', 'AdministratorAccess')
  const [set] = await app.database.query<{ id: string }>(`select id from permission_sets where name = 'ReadOnly'`)
  const { killSwitch } = app.app.incidents
  expect(await killSwitch.ofPermissionSet(set!.id, by, { accountId: '444455556666' })).toMatchObject({ credentials: 1 })
  expect([await works(here), await works(there)]).toEqual([false, true])
  expect(await killSwitch.ofPermissionSet(set!.id, by)).toMatchObject({ credentials: 1 })
  expect([await works(there), await works(administrator)]).toEqual([false, true])
  expect(await killSwitch.ofAccount('111122223333', by)).toMatchObject({ credentials: 1, unreached: { accessKeys: 0 } })
  expect(await works(administrator)).toBe(false)
  await expect(killSwitch.ofAccount('999999999999', by)).rejects.toMatchObject({ code: 'not-found' })
  await expect(killSwitch.ofPermissionSet('ps-0', by)).rejects.toMatchObject({ code: 'not-found' })
  // Who is still assigned gets new ones.
  expect(await works(await keysOf(jane, '444455556666', 'ReadOnly'))).toBe(true)
})
