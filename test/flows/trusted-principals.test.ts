// Whom a role trusts is a certain user or role, not whoever has its name: with the real SDK.
import {
  CreateRoleCommand, DeleteAccessKeyCommand, DeleteRoleCommand, DeleteUserCommand, GetRoleCommand, ListRolesCommand, UpdateAssumeRolePolicyCommand, UpdateUserCommand, type IAMClient,
} from '@aws-sdk/client-iam'
import { startApp, type TestApp } from '../support/app.js'
import { clientOf, documentOf, management, production, refusal, rootKeys, userKeys, type Keys } from '../support/iam.js'
import { assume, keysOf, makeRole, mayAssume, rootOf, stsOf, trusts, userArn } from '../support/sts.js'

let app: TestApp
let root: IAMClient
let elsewhere: IAMClient
beforeAll(async () => {
  app = await startApp()
  root = clientOf(app, await rootKeys(app))
  elsewhere = clientOf(app, await rootKeys(app, production))
}, 90_000)
afterAll(() => app.stop())

const removeUser = async (UserName: string, { accessKeyId }: Keys): Promise<void> => {
  await root.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId: accessKeyId }))
  await root.send(new DeleteUserCommand({ UserName }))
}
const trustOf = async (RoleName: string, client = root): Promise<string> => decodeURIComponent((await client.send(new GetRoleCommand({ RoleName }))).Role!.AssumeRolePolicyDocument!)
const denied = refusal('AccessDenied', 403)

test('a user made again under the same name is not trusted, and the policy shows the id of who is gone', async () => {
  const first = await userKeys(root, 'ana')
  const arn = await makeRole(root, 'for-ana', { trust: [trusts(userArn('ana'))] })
  const across = await makeRole(elsewhere, 'for-ana', { trust: [trusts([userArn('ana'), rootOf()])] })
  expect(await trustOf('for-ana')).toBe(documentOf(trusts(userArn('ana'))))
  await assume(stsOf(app, first), arn)
  await removeUser('ana', first)
  const second = stsOf(app, await userKeys(root, 'ana'))
  await expect(assume(second, arn)).rejects.toMatchObject(denied)
  await expect(assume(second, across)).rejects.toMatchObject(denied)
  const [gone] = /AIDA\w+/.exec(await trustOf('for-ana'))!
  expect(JSON.parse(await trustOf('for-ana'))).toEqual(JSON.parse(documentOf(trusts(gone))))
  expect(JSON.parse(await trustOf('for-ana', elsewhere))).toEqual(JSON.parse(documentOf(trusts([gone, rootOf()]))))
  expect((await root.send(new ListRolesCommand({}))).Roles!.map(({ AssumeRolePolicyDocument }) => AssumeRolePolicyDocument).join()).toContain(gone)

  // Said again, it is the one who is there now.
  await root.send(new UpdateAssumeRolePolicyCommand({ RoleName: 'for-ana', PolicyDocument: documentOf(trusts(userArn('ana'))) }))
  await assume(second, arn)
  await expect(root.send(new UpdateAssumeRolePolicyCommand({ RoleName: 'for-ana', PolicyDocument: documentOf(trusts(gone)) }))).rejects.toMatchObject(refusal('MalformedPolicyDocumentException', 400))
})

test('a user who is renamed is trusted as before, and named as now', async () => {
  const keys = await userKeys(root, 'leo')
  const trust = trusts(userArn('leo'), { Condition: { StringNotEquals: { 'aws:PrincipalArn': userArn('leo') } } })
  const arn = await makeRole(root, 'for-leo', { trust: [trusts(userArn('leo')), { ...trust, Effect: 'Deny' }] })
  await assume(stsOf(app, keys), arn)
  await root.send(new UpdateUserCommand({ UserName: 'leo', NewUserName: 'leonie', NewPath: '/people/' }))
  expect(JSON.parse(await trustOf('for-leo'))).toEqual(JSON.parse(documentOf(
    trusts(`arn:aws:iam::${management}:user/people/leonie`), { ...trust, Effect: 'Deny', Principal: { AWS: `arn:aws:iam::${management}:user/people/leonie` } })))
  // The condition is about the name, and stays as it was written.
  await expect(assume(stsOf(app, keys), arn)).rejects.toMatchObject(denied)
  await userKeys(root, 'leo', [mayAssume()])
  await root.send(new UpdateAssumeRolePolicyCommand({ RoleName: 'for-leo', PolicyDocument: documentOf(trusts(`arn:aws:iam::${management}:user/people/leonie`)) }))
  await assume(stsOf(app, keys), arn)
})

test('the same goes for roles, and for sessions of roles', async () => {
  const may = [mayAssume()]
  const keys = await userKeys(root, 'mia')
  const between = () => makeRole(root, 'between', { trust: [trusts(userArn('mia'))] })
  const session = `arn:aws:sts::${management}:assumed-role/between/session`
  const first = await between()
  const targets = [await makeRole(root, 'behind-role', { trust: [trusts(first)], may }), await makeRole(root, 'behind-session', { trust: [trusts(session)], may })]
  const step = async () => stsOf(app, keysOf(await assume(stsOf(app, keys), first)))
  for (const target of targets) await assume(await step(), target)
  await root.send(new DeleteRoleCommand({ RoleName: 'between' }))
  await between()
  for (const target of targets) await expect(assume(await step(), target)).rejects.toMatchObject(denied)
  expect(await trustOf('behind-role')).toMatch(/"AWS":"AROA\w+"/)
  expect(await trustOf('behind-session')).toMatch(/"AWS":"AROA\w+"/)
})

test('nobody can be trusted who is not there; accounts that are not ours are not asked for', async () => {
  const make = (principal: string) => root.send(new CreateRoleCommand({ RoleName: `r${Math.random().toString(36).slice(2)}`, AssumeRolePolicyDocument: documentOf(trusts(principal)) }))
  for (const nobody of [userArn('nobody'), userArn('x/mia'), `arn:aws:iam::${production}:role/nothing`, `arn:aws:sts::${management}:assumed-role/nothing/x`, 'AIDAAAAAAAAAAAAAAAAA']) {
    await expect(make(nobody)).rejects.toMatchObject({ ...refusal('MalformedPolicyDocumentException', 400), message: expect.stringContaining(`Invalid principal in policy: there is no ${nobody}`) })
  }
  for (const fine of [rootOf(), '999999999999', userArn('somebody', '999999999999'), '*', `arn:aws:iam::${management}:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_0123456789abcdef`]) await make(fine)
})
