// What pages do with people beyond the wire's API: let in and kept out, brought back, helped with passwords and devices.
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import type { Context } from 'koa'
import { keptAfterDeletion, Users } from '../../src/domain/directory/index.js'
import type { ConsoleSession } from '../../src/domain/sessions/index.js'
import { openDirectory } from '../../src/wiring/directory.js'
import { Permissions } from '../../src/http/aws/protocol/index.js'
import { lettersOf } from '../../src/wiring/letters.js'
import { buildRooms } from '../../src/wiring/rooms.js'
import { inPackage } from '../../src/platform/root.js'
import { password, silent, startApp, type TestApp } from '../support/app.js'
import { Browser } from '../support/browser.js'
import { commandLine } from '../support/command-line.js'
import { clientOf, management, production, rootKeys, userKeys } from '../support/iam.js'
import { letterTo, linkIn } from '../support/mails.js'

const IdentityStoreId = 'd-0123456789'
const chosen = 'Another-lighthouse-9'
const time = { ahead: 0 }
const clock = () => Date.now() + time.ahead
let home: TestApp
let pages: Awaited<ReturnType<typeof pagesOf>>
beforeAll(async () => {
  home = await startApp({ clock })
  pages = await pagesOf(home)
}, 180_000)
afterAll(async () => { await home?.stop() })

/** The operations as pages get them, over the stores of an app. */
async function pagesOf({ settings, database, store, app }: TestApp) {
  const rooms = await buildRooms({ settings, database, store, log: silent, clock, views: inPackage('views') })
  await rooms.organization.get()
  // What is revoked there has to count here at once.
  const letters = lettersOf({ ...rooms, revocations: app.revocations }, app.oidc, { placeOf: () => undefined } as never)
  const permissions = new Permissions(rooms.acting)
  const common = { permissions, managementAccount: async () => (await rooms.accounts.findManagement())?.id, organization: () => rooms.organization.get() }
  return { ...openDirectory({ ...rooms, ...common }, letters, app.incidents).adminPages, rooms }
}

const ctx = { secure: false, state: { origin: { requestId: 'r', sourceIPAddress: '127.0.0.1', userAgent: 'test' } }, set() {} } as unknown as Context
const session = (more: Partial<ConsoleSession> = {}): ConsoleSession => ({
  id: 's', kind: 'root', principal: `root:${management}`, userName: 'root@example.com', accountId: management, accountName: 'Management', label: 'Root user', arn: `arn:aws:iam::${management}:root`,
  via: 'sign-in', startedAt: Date.now(), expiresAt: Date.now() + 3_600_000, ...more,
})
const run = (operation: string, input: object, who = session()) => pages.directory(ctx, who, operation, { IdentityStoreId, ...input })
const idOf = async (userName: string): Promise<string> => (await new Users(home.database).findByUserName(userName))!.id
const make = async (UserName: string, more: object = {}): Promise<string> =>
  (await run('CreateUser', { UserName, DisplayName: `${UserName} Someone`, Emails: [{ Value: `${UserName}@example.com`, Primary: true }], ...more })).UserId as string

/** What jane of the command line, the portal and a role session still has. */
async function held() {
  const cli = commandLine(home.origin)
  const { browser, client, accessToken, refreshToken } = await cli.signIn()
  const wire = await fetch(`${home.origin}/federation/credentials?account_id=444455556666&role_name=ReadOnly`, { headers: { 'x-amz-sso_bearer_token': accessToken } })
  const { roleCredentials: { accessKeyId, secretAccessKey, sessionToken } } = await wire.json() as { roleCredentials: { accessKeyId: string; secretAccessKey: string; sessionToken: string } }
  const sts = new STSClient({ region: 'us-east-1', endpoint: home.origin, maxAttempts: 1, credentials: { accessKeyId, secretAccessKey, sessionToken } })
  return async () => [
    new URL((await browser.open('/start/')).url).pathname.split('/')[1],
    (await fetch(`${home.origin}/assignment/accounts`, { headers: { 'x-amz-sso_bearer_token': accessToken } })).status,
    await cli.refresh(client, refreshToken).then(() => 'ok', (error: Error) => error.name),
    await sts.send(new GetCallerIdentityCommand({})).then(() => 'ok', (error: Error) => error.name),
  ]
}
const nothing = ['signin', 401, 'InvalidGrantException', 'ExpiredToken']

test('somebody who is disabled has nothing left at once, and signs in again when enabled', async () => {
  const UserId = await idOf('jane')
  const had = await held()
  await run('DisableUser', { UserId })
  expect(await had()).toEqual(nothing)
  expect((await run('SearchUsers', { Search: 'jane', UserStatus: 'DISABLED' })).Users).toMatchObject([{ UserId }])
  await run('EnableUser', { UserId })
  expect(await had()).toEqual(nothing)
  expect(await (await held())()).toEqual(['start', 200, 'ok', 'ok'])
})

test('sessions end when asked, and their owner may come in again', async () => {
  const UserId = await idOf('jane')
  const had = await held()
  expect((await run('ListSessions', { UserId })).Sessions).toEqual(expect.arrayContaining([expect.objectContaining({ SourceIPAddress: expect.any(String), UserAgent: 'node' })]))
  await run('EndSessions', { UserId })
  expect(await had()).toEqual(nothing)
  expect((await run('ListSessions', { UserId })).Sessions).toEqual([])
})

test('somebody who is deleted has nothing left at once, and has groups, assignments and password again when restored', async () => {
  const UserId = await idOf('jane')
  const had = await held()
  await run('DeleteUser', { UserId })
  expect(await had()).toEqual(nothing)
  expect((await new Browser(home.origin).signIn('jane', password)).html).not.toContain('Sign out')
  expect((await run('SearchDeletedUsers', {})).DeletedUsers).toMatchObject([{ UserId, UserName: 'jane', DeletedBy: `arn:aws:iam::${management}:root` }])
  await run('RestoreUser', { UserId })
  expect(await had()).toEqual(nothing)
  expect(await (await held())()).toEqual(['start', 200, 'ok', 'ok'])
  await expect(run('RestoreUser', { UserId })).rejects.toMatchObject({ code: 'not-found' })
})

test('somebody who was deleted is gone for good when asked, or after seven days', async () => {
  const [one, other] = [await make('tim'), await make('tom')]
  await run('DeleteUser', { UserId: one })
  await run('DeleteUser', { UserId: other })
  await expect(make('tim')).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('may still come back') as unknown })
  await run('PurgeUser', { UserId: one })
  await make('tim')
  time.ahead += keptAfterDeletion
  expect(await pages.rooms.deletedUsers.purge()).toBe(1)
  time.ahead = 0
  await expect(run('RestoreUser', { UserId: other })).rejects.toMatchObject({ code: 'not-found' })
})

test('somebody new is invited, and somebody with a password is not', async () => {
  const UserId = await make('ines')
  expect(await run('DescribeUserSignIn', { UserId })).toMatchObject({ PasswordStatus: 'NONE' })
  await run('InviteUser', { UserId })
  expect(await run('DescribeUserSignIn', { UserId })).toMatchObject({ PasswordStatus: 'INVITED' })
  const browser = new Browser(home.origin)
  await browser.open(linkIn(await letterTo(home, 'ines@example.com', /invited/), '/invitation/'))
  await browser.submit({ password: chosen, repeated: chosen })
  expect(await run('DescribeUserSignIn', { UserId })).toMatchObject({ PasswordStatus: 'OWN', MfaDeviceCount: 0 })
  await expect(run('InviteUser', { UserId })).rejects.toMatchObject({ code: 'in-use' })
  await expect(run('InviteUser', { UserId: await make('noaddress', { Emails: [] }) })).rejects.toMatchObject({ message: 'The user has no mail address.' })
})

test('a link for a new password is mailed, and is worth nothing once the address is another', async () => {
  const UserId = await make('rita')
  await run('SendPasswordReset', { UserId })
  const path = linkIn(await letterTo(home, 'rita@example.com', /Choose a new password/), '/reset-password/')
  expect((await new Browser(home.origin).open(path)).html).toContain('name="password"')
  await run('UpdateUser', { UserId, Operations: [{ AttributePath: 'emails', AttributeValue: [{ value: 'rita@elsewhere.example' }] }] })
  expect((await new Browser(home.origin).open(path)).html).not.toContain('name="password"')
  await run('DisableUser', { UserId })
  await expect(run('SendPasswordReset', { UserId })).rejects.toMatchObject({ message: expect.stringContaining('disabled') })
})

test('a password that is good once lets in until a new one is chosen, and is in no event', async () => {
  const UserId = await make('otto')
  const { Password } = await run('SetOneTimePassword', { UserId }) as { Password: string }
  expect(Password).toMatch(/^[A-Z]{4}-[a-z]{5}-\d{4}-[a-z]{5}$/)
  expect(await run('DescribeUserSignIn', { UserId })).toMatchObject({ PasswordStatus: 'ONE_TIME' })
  expect((await new Browser(home.origin).signIn('otto', Password)).html).toContain('name="repeated"')
  const events = await home.app.trail.list({ eventName: 'SetOneTimePassword' })
  expect(events).toHaveLength(1)
  expect(JSON.stringify(events)).not.toContain(Password)
})

test('devices are listed, taken away one by one or all together, and their owner is told', async () => {
  const UserId = await make('mia')
  const principal = `user:${UserId}`
  for (const name of ['Phone', 'Tablet']) await home.database.query(`insert into authenticator_apps (id, principal, name, secret, last_step, created_at) values ($1, $2, $3, '\\x00', 0, now())`, [`${UserId}-${name}`, principal, name])
  await home.database.query(`insert into recovery_codes (principal, hash) values ($1, 'x')`, [principal])
  expect((await run('ListMfaDevices', { UserId })).MfaDevices).toMatchObject([{ DeviceName: 'Phone', MfaType: 'TOTP' }, { DeviceName: 'Tablet' }])
  await run('DeleteMfaDevice', { UserId, DeviceId: `${UserId}-Phone` })
  expect((await letterTo(home, 'mia@example.com', /removed/)).text).toContain('authenticator app “Phone”')
  await expect(run('DeleteMfaDevice', { UserId, DeviceId: `${UserId}-Phone` })).rejects.toMatchObject({ code: 'not-found' })
  expect(await run('ResetMfa', { UserId })).toEqual({ RemovedDevices: 1 })
  expect((await run('ListMfaDevices', { UserId })).MfaDevices).toEqual([])
  expect(await home.database.query('select 1 from recovery_codes where principal = $1', [principal])).toEqual([])
  const [{ event } = { event: {} }] = await home.app.trail.list({ eventName: 'ResetMfa' })
  expect(event).toMatchObject({ eventSource: 'sso-directory.amazonaws.com', requestParameters: { userId: UserId }, additionalEventData: { before: { devices: [{ deviceId: `${UserId}-Tablet`, mfaType: 'TOTP' }] } } })
})

test('groups are searched with how many are in them, and their members by name', async () => {
  const [group] = (await run('SearchGroups', { Search: 'dev' })).Groups as { GroupId: string; UserCount: number }[]
  expect(group).toMatchObject({ DisplayName: 'Developers', UserCount: 1, GroupCount: 0 })
  expect((await run('ListMembersInGroup', { GroupId: group!.GroupId, Search: 'ja' })).Members).toMatchObject([{ UserName: 'jane', UserStatus: 'ENABLED' }])
  expect((await run('ListGroupsForUser', { UserId: await idOf('jane') })).Groups).toMatchObject([{ DisplayName: 'Developers' }])
})

test('accounts are searched and renamed', async () => {
  const found = await pages.accounts(ctx, session(), 'SearchAccounts', { Search: 'prod@' })
  expect(found.Accounts).toMatchObject([{ Id: production, Management: false }])
  await pages.accounts(ctx, session(), 'PutAccountName', { AccountId: production, AccountName: 'Prod' })
  expect((await pages.accounts(ctx, session(), 'DescribeAccount', { AccountId: production })).Account).toMatchObject({ Name: 'Prod' })
})

test('somebody of the help desk does what the policies allow, and nobody does the rest', async () => {
  const iam = clientOf(home, await rootKeys(home))
  const UserId = await idOf('sam')
  await userKeys(iam, 'desk', [{ Effect: 'Allow', Action: ['sso-directory:UpdatePassword', 'sso-directory:Search*', 'sso-directory:ListMfaDevicesForUser'], Resource: '*' }])
  const desk = session({ kind: 'iam-user', principal: `iam:${(await pages.rooms.iam.users.get(management, 'desk')).id}`, label: 'desk', arn: `arn:aws:iam::${management}:user/desk` })
  await run('SendPasswordReset', { UserId }, desk)
  await run('ListMfaDevices', { UserId }, desk)
  for (const operation of ['DisableUser', 'EnableUser', 'EndSessions', 'ListSessions', 'ResetMfa', 'InviteUser', 'DeleteUser', 'RestoreUser', 'PurgeUser', 'DescribeUserSignIn', 'ListGroupsForUser']) {
    await expect(run(operation, { UserId }, desk)).rejects.toMatchObject({ code: 'forbidden', message: expect.stringContaining('You may not do this.') })
  }
  const elsewhere = session({ accountId: production, arn: `arn:aws:iam::${production}:root`, principal: `root:${production}` })
  await expect(run('SearchUsers', {}, elsewhere)).rejects.toMatchObject({ code: 'forbidden' })
})
