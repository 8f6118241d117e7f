// An account that is closed, or that an organization file leaves out, takes along whatever was issued in it; and a password
// that is replaced ends the sessions that it opened.
import { AttachRolePolicyCommand, ChangePasswordCommand, CreateLoginProfileCommand, GetAccessKeyLastUsedCommand, GetAccountAuthorizationDetailsCommand, GetRoleCommand, GetUserCommand, ListRolesCommand, ListUsersCommand } from '@aws-sdk/client-iam'
import { GetCallerIdentityCommand, GetSessionTokenCommand } from '@aws-sdk/client-sts'
import { Accounts, KeyUses } from '../../src/domain/accounts/index.js'
import { applyOrganization, readOrganizationFile, readSnapshot } from '../../src/domain/organization/index.js'
import { organizationFile, password, silent, startApp, type TestApp } from '../support/app.js'
import type { Browser } from '../support/browser.js'
import { givePassword, openSession, openUser } from '../support/console.js'
import { IamUsers } from '../../src/domain/accounts/index.js'
import { admin, clientOf, production, rootKeys, sessionKeys, userKeys, type Keys } from '../support/iam.js'
import { assume, keysOf, makeRole, mayAssume, rootOf, stsOf, trusts } from '../support/sts.js'

let app: TestApp
beforeAll(async () => { app = await startApp() }, 90_000)
afterAll(() => app.stop())

const answerOf = (act: Promise<unknown>): Promise<string> => act.then(() => 'ok', (error: Error) => error.name)
const identity = (keys: Keys) => answerOf(stsOf(app, keys).send(new GetCallerIdentityCommand({})))

/** Everything that can be held of the account. */
async function everything() {
  const rootUser = await rootKeys(app, production)
  const root = clientOf(app, rootUser)
  const user = await userKeys(root, 'kim', [mayAssume()])
  const role = await makeRole(root, 'work', { trust: [trusts(rootOf(production))] })
  await root.send(new AttachRolePolicyCommand({ RoleName: 'work', PolicyArn: admin }))
  const held: Record<string, Keys> = {
    rootUser, user,
    role: keysOf(await assume(stsOf(app, user), role)),
    own: keysOf(await stsOf(app, user).send(new GetSessionTokenCommand({}))),
    rootSession: keysOf(await stsOf(app, rootUser).send(new GetSessionTokenCommand({}))),
    permissionSet: sessionKeys(app, { kind: 'assumed-role', accountId: production, roleName: 'AWSReservedSSO_ReadOnly_0123456789abcdef', roleId: 'AROATEST', sessionName: 'jane', permissionSet: { id: 'ps', name: 'ReadOnly' } }),
  }
  await givePassword(app, `root:${production}`)
  const owner = await openSession(app, { kind: 'root', principal: `root:${production}`, label: 'Root user', arn: rootOf(production), accountId: production })
  return { held, owner, role }
}

async function answers({ held, owner }: { held: Record<string, Keys>; owner: Browser }): Promise<Record<string, string>> {
  const found: Record<string, string> = { console: new URL((await owner.open('/console')).url).pathname }
  for (const [name, keys] of Object.entries(held)) found[name] = await identity(keys)
  return found
}

const all = { console: '/console', rootUser: 'ok', user: 'ok', role: 'ok', own: 'ok', rootSession: 'ok', permissionSet: 'ok' }
const gone = {
  console: '/console/sign-in', rootUser: 'InvalidClientTokenId', user: 'InvalidClientTokenId',
  role: 'ExpiredToken', own: 'ExpiredToken', rootSession: 'ExpiredToken', permissionSet: 'ExpiredToken',
}
const account = { id: production, name: 'Production', alias: undefined, email: 'prod@example.com', management: false }

test('what was issued in an account that is closed is refused at once, and when it is there again too', async () => {
  const before = await everything()
  expect(await answers(before)).toEqual(all)
  await before.owner.open('/console/settings/close')
  await before.owner.submit({ confirmation: production })
  expect(await answers(before)).toEqual(gone)
  await new Accounts(app.database).create([account])
  await givePassword(app, `root:${production}`)
  expect(await answers(before)).toEqual(gone)
  expect(await answers(await everything())).toEqual(all)
})

test('so is what was issued in an account that an organization file leaves out', async () => {
  await new Accounts(app.database).remove([production])
  await new Accounts(app.database).create([account])
  const before = await everything()
  const known = await readSnapshot(app.database, app.app.hashes)
  const { declaration, faults } = readOrganizationFile(organizationFile.replaceAll(/^.*"444455556666".*$/gm, ''), { env: {}, readFile: () => '', known, prune: true })
  expect(faults).toEqual([])
  await applyOrganization(app.database, declaration!, { by: 'test', hashes: app.app.hashes, clock: Date.now, region: 'us-east-1', prune: true })
  await app.app.revocations.refresh()
  expect(await answers({ ...before, held: { role: before.held.role!, own: before.held.own!, rootSession: before.held.rootSession!, permissionSet: before.held.permissionSet! } }))
    .toEqual({ console: '/console/sign-in', role: 'ExpiredToken', own: 'ExpiredToken', rootSession: 'ExpiredToken', permissionSet: 'ExpiredToken' })
  await new Accounts(app.database).create([account])
})

test('a new password by the API ends all sessions of the console of its user, and no keys', async () => {
  const root = clientOf(app, await rootKeys(app))
  const keys = await userKeys(root, 'lou', [{ Effect: 'Allow', Action: 'iam:*', Resource: '*' }])
  await root.send(new CreateLoginProfileCommand({ UserName: 'lou', Password: password }))
  const lou = await new IamUsers(app.database).get('111122223333', 'lou')
  const browsers = [await openUser(app, lou), await openUser(app, lou)]
  for (const browser of browsers) expect((await browser.open('/console/users')).status).toBe(200)
  await clientOf(app, keys).send(new ChangePasswordCommand({ OldPassword: password, NewPassword: 'Another-horse-battery-88' }))
  for (const browser of browsers) expect(new URL((await browser.open('/console/users')).url).pathname).not.toBe('/console/users')
  await clientOf(app, keys).send(new GetUserCommand({}))
})

test('a role says when and where it was used last, a while later, and a list of roles does not', async () => {
  const root = clientOf(app, await rootKeys(app))
  const arn = await makeRole(root, 'used', { trust: [trusts(rootOf())], may: [{ Effect: 'Allow', Action: 'iam:ListUsers', Resource: '*' }] })
  expect((await root.send(new GetRoleCommand({ RoleName: 'used' }))).Role!.RoleLastUsed).toEqual({})
  const user = await userKeys(root, 'user-of-role', [mayAssume()])
  const keys = keysOf(await assume(stsOf(app, user), arn))
  await clientOf(app, keys).send(new ListUsersCommand({}))
  // Asking for the last use of a key writes what was gathered.
  await root.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: user.accessKeyId }))
  expect((await root.send(new GetRoleCommand({ RoleName: 'used' }))).Role!.RoleLastUsed).toEqual({ LastUsedDate: expect.any(Date), Region: 'us-east-1' })
  const { RoleId } = (await root.send(new GetRoleCommand({ RoleName: 'used' }))).Role!
  const uses = new KeyUses({ sql: app.database, clock: () => Date.parse('2030-01-01T00:00:00Z'), log: silent })
  uses.record(RoleId!, { region: 'eu-west-1', service: 'iam' })
  await uses.flush()
  expect((await root.send(new GetRoleCommand({ RoleName: 'used' }))).Role!.RoleLastUsed).toEqual({ LastUsedDate: new Date('2030-01-01T00:00:00Z'), Region: 'eu-west-1' })
  expect((await root.send(new ListRolesCommand({}))).Roles!.map(({ RoleLastUsed }) => RoleLastUsed)).not.toContainEqual(expect.anything())
  expect((await root.send(new GetAccountAuthorizationDetailsCommand({ Filter: ['Role'] }))).RoleDetailList).toContainEqual(expect.objectContaining({ RoleName: 'used', RoleLastUsed: expect.objectContaining({ Region: 'eu-west-1' }) as unknown }))
})
