// Who may what in the IAM API: root users, IAM users by their policies, sessions by their role's and their own; and what a denial says.
import {
  AttachUserPolicyCommand, CreateAccessKeyCommand, CreateLoginProfileCommand, CreatePolicyCommand, CreateRoleCommand, CreateUserCommand, DeleteAccessKeyCommand, GetAccessKeyLastUsedCommand, GetRoleCommand, GetUserCommand,
  ListAccessKeysCommand, ListUsersCommand, PutUserPermissionsBoundaryCommand, PutUserPolicyCommand, PutRolePolicyCommand, TagUserCommand, UpdateAccessKeyCommand, type IAMClient,
} from '@aws-sdk/client-iam'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { startApp, type TestApp } from '../support/app.js'
import { admin, clientOf, documentOf, management, production, refusal, rootKeys, sessionKeys, trusting, userKeys } from '../support/iam.js'

let app: TestApp
let root: IAMClient
beforeAll(async () => {
  app = await startApp()
  root = clientOf(app, await rootKeys(app))
})
afterAll(() => app.stop())

let count = 0
const user = async (...statements: object[]) => {
  const name = `user-${count += 1}`
  const keys = await userKeys(root, name, statements.length > 0 ? statements : undefined)
  return { name, keys, client: clientOf(app, keys) }
}
const denied = (client: IAMClient, command: ListUsersCommand = new ListUsersCommand({})) => client.send(command).then(() => { throw new Error('allowed') }, (error: Error) => error)

describe('an IAM user', () => {
  test('may nothing without a policy, and hears why', async () => {
    const { name, client } = await user()
    const refused = await denied(client)
    expect(refused).toMatchObject(refusal('AccessDenied', 403))
    expect(refused.message).toBe(`User: arn:aws:iam::${management}:user/${name} is not authorized to perform: iam:ListUsers on resource: arn:aws:iam::${management}:user/ because no identity-based policy allows the iam:ListUsers action`)
  })

  test('may what its policies allow, at once, and no longer than they do', async () => {
    const { name, client } = await user({ Effect: 'Allow', Action: 'iam:ListUsers', Resource: '*' })
    await client.send(new ListUsersCommand({}))
    await root.send(new PutUserPolicyCommand({ UserName: name, PolicyName: 'own', PolicyDocument: documentOf({ Sid: 'Never', Effect: 'Deny', Action: 'iam:List*', Resource: '*' }) }))
    expect((await denied(client)).message).toMatch(/with an explicit deny in inline policy own of user user-\d+ \(Never\)$/)
  })

  test('is held by its boundary', async () => {
    const { name, client } = await user()
    await root.send(new AttachUserPolicyCommand({ UserName: name, PolicyArn: admin }))
    await client.send(new ListUsersCommand({}))
    const { Policy } = await root.send(new CreatePolicyCommand({ PolicyName: `bound-${count}`, PolicyDocument: documentOf({ Effect: 'Allow', Action: 'iam:GetUser', Resource: '*' }) }))
    await root.send(new PutUserPermissionsBoundaryCommand({ UserName: name, PermissionsBoundary: Policy!.Arn }))
    expect((await denied(client)).message).toContain('because no permissions boundary allows the iam:ListUsers action')
    await client.send(new GetUserCommand({}))
  })

  test('may what concerns itself by its name, whatever case that is asked in', async () => {
    const { name, client } = await user(
      { Effect: 'Allow', Action: 'iam:*', Resource: `arn:aws:iam::${management}:user/\${aws:username}` },
      { Effect: 'Deny', Action: 'iam:TagUser', Resource: '*' },
    )
    expect((await client.send(new GetUserCommand({}))).User?.UserName).toBe(name)
    await client.send(new GetUserCommand({ UserName: name.toUpperCase() }))
    await expect(client.send(new TagUserCommand({ UserName: name.toUpperCase(), Tags: [{ Key: 'a', Value: 'b' }] }))).rejects.toMatchObject(refusal('AccessDenied', 403))
    await expect(client.send(new GetUserCommand({ UserName: 'somebody' }))).rejects.toMatchObject(refusal('AccessDenied', 403))
  })

  test('creates users only with the boundary that a condition asks for', async () => {
    const { client } = await user({ Effect: 'Allow', Action: 'iam:CreateUser', Resource: '*', Condition: { StringEquals: { 'iam:PermissionsBoundary': admin } } })
    await expect(client.send(new CreateUserCommand({ UserName: 'free' }))).rejects.toMatchObject(refusal('AccessDenied', 403))
    await client.send(new CreateUserCommand({ UserName: 'bound', PermissionsBoundary: admin }))
  })

  test('tags only with the keys that a condition allows', async () => {
    const { client } = await user({ Effect: 'Allow', Action: 'iam:CreateUser', Resource: '*', Condition: { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['team'] } } })
    await expect(client.send(new CreateUserCommand({ UserName: 'tagged', Tags: [{ Key: 'cost', Value: '1' }] }))).rejects.toMatchObject(refusal('AccessDenied', 403))
    await client.send(new CreateUserCommand({ UserName: 'tagged', Tags: [{ Key: 'team', Value: '1' }] }))
  })

  test('does not learn who is there', async () => {
    const { client } = await user()
    const messages = await Promise.all(['nobody-here', 'user-1'].map(async (UserName) => (await client.send(new GetUserCommand({ UserName })).catch((error: Error) => error) as Error).message.replaceAll(UserName, 'X')))
    expect(messages[0]).toBe(messages[1])
  })
})

describe('access keys', () => {
  test('name their holder to STS, and stop at once when they are off or gone', async () => {
    const { name, keys, client } = await user({ Effect: 'Allow', Action: 'iam:ListUsers', Resource: '*' })
    const sts = new STSClient({ endpoint: app.origin, region: 'eu-west-1', credentials: keys, maxAttempts: 1 })
    expect(await sts.send(new GetCallerIdentityCommand({}))).toMatchObject({ Arn: `arn:aws:iam::${management}:user/${name}`, Account: management, UserId: expect.stringMatching(/^AIDA/) })
    await root.send(new UpdateAccessKeyCommand({ UserName: name, AccessKeyId: keys.accessKeyId, Status: 'Inactive' }))
    await expect(client.send(new ListUsersCommand({}))).rejects.toMatchObject(refusal('InvalidClientTokenId', 403))
    await root.send(new UpdateAccessKeyCommand({ UserName: name, AccessKeyId: keys.accessKeyId, Status: 'Active' }))
    await client.send(new ListUsersCommand({}))
    expect((await root.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: keys.accessKeyId })))).toMatchObject({ UserName: name, AccessKeyLastUsed: { ServiceName: 'iam', Region: 'us-east-1', LastUsedDate: expect.any(Date) } })
    await root.send(new DeleteAccessKeyCommand({ UserName: name, AccessKeyId: keys.accessKeyId }))
    await expect(client.send(new ListUsersCommand({}))).rejects.toMatchObject(refusal('InvalidClientTokenId', 403))
    expect((await root.send(new ListAccessKeysCommand({ UserName: name }))).AccessKeyMetadata).toEqual([])
  })

  test('are two at most, and those of others cannot be touched', async () => {
    const [mine, theirs] = [await user(), await user()]
    await root.send(new CreateAccessKeyCommand({ UserName: mine.name }))
    await expect(root.send(new CreateAccessKeyCommand({ UserName: mine.name }))).rejects.toMatchObject(refusal('LimitExceededException', 409))
    await expect(root.send(new DeleteAccessKeyCommand({ UserName: mine.name, AccessKeyId: theirs.keys.accessKeyId }))).rejects.toMatchObject(refusal('NoSuchEntityException', 404))
  })

  test('with a wrong secret are refused', async () => {
    const { keys } = await user()
    await expect(clientOf(app, { ...keys, secretAccessKey: 'x'.repeat(40) }).send(new ListUsersCommand({}))).rejects.toMatchObject(refusal('SignatureDoesNotMatch', 403))
    await expect(clientOf(app, { ...keys, accessKeyId: 'AKIAAAAAAAAAAAAAAAAA' }).send(new ListUsersCommand({}))).rejects.toMatchObject(refusal('InvalidClientTokenId', 403))
  })
})

describe('another account', () => {
  test('is another world: nothing of it is found, and its ARNs are refused', async () => {
    const other = clientOf(app, await rootKeys(app, production))
    await root.send(new CreateUserCommand({ UserName: 'ours' }))
    const { Policy } = await root.send(new CreatePolicyCommand({ PolicyName: 'Ours', PolicyDocument: documentOf({ Effect: 'Allow', Action: '*', Resource: '*' }) }))
    await expect(other.send(new GetUserCommand({ UserName: 'ours' }))).rejects.toMatchObject(refusal('NoSuchEntityException', 404))
    expect((await other.send(new ListUsersCommand({}))).Users).toEqual([])
    await other.send(new CreateUserCommand({ UserName: 'ours' }))
    await expect(other.send(new AttachUserPolicyCommand({ UserName: 'ours', PolicyArn: Policy!.Arn }))).rejects.toMatchObject(refusal('NoSuchEntityException', 404))
    const { GetPolicyCommand, DeletePolicyCommand } = await import('@aws-sdk/client-iam')
    for (const command of [new GetPolicyCommand({ PolicyArn: Policy!.Arn }), new DeletePolicyCommand({ PolicyArn: Policy!.Arn })]) {
      await expect(other.send(command as InstanceType<typeof GetPolicyCommand>)).rejects.toMatchObject(refusal('AccessDenied', 403))
    }
  })
})

describe('a session', () => {
  const principal = (roleName: string, roleId: string, permissionSet?: { id: string; name: string }) =>
    ({ kind: 'assumed-role' as const, accountId: management, roleName, roleId, sessionName: 'jane', ...(permissionSet && { permissionSet }) })

  test('of a permission set may what the set allows', async () => {
    const [set] = await app.database.query<{ id: string; name: string }>(`select id, name from permission_sets where name = 'AdministratorAccess'`)
    const jane = clientOf(app, sessionKeys(app, principal('AWSReservedSSO_AdministratorAccess_0123456789abcdef', 'AROAABCDEFGHIJKLMNOPQ', set)))
    await jane.send(new CreateUserCommand({ UserName: 'by-jane' }))
    await expect(jane.send(new GetUserCommand({}))).rejects.toMatchObject(refusal('ValidationError', 400))
    const [look] = await app.database.query<{ id: string; name: string }>(`select id, name from permission_sets where name = 'ReadOnly'`)
    const reader = clientOf(app, sessionKeys(app, principal('AWSReservedSSO_ReadOnly_0123456789abcdef', 'AROAABCDEFGHIJKLMNOPR', look)))
    await reader.send(new ListUsersCommand({}))
    await expect(reader.send(new CreateUserCommand({ UserName: 'no' }))).rejects.toMatchObject(refusal('AccessDenied', 403))
  })

  test('of a role may what the role may and its session policies let through', async () => {
    await root.send(new CreateRoleCommand({ RoleName: 'lister', AssumeRolePolicyDocument: trusting() }))
    await root.send(new PutRolePolicyCommand({ RoleName: 'lister', PolicyName: 'own', PolicyDocument: documentOf({ Effect: 'Allow', Action: 'iam:*', Resource: '*' }) }))
    const { Role } = await root.send(new GetRoleCommand({ RoleName: 'lister' }))
    const whole = clientOf(app, sessionKeys(app, principal('lister', Role!.RoleId!)))
    await whole.send(new ListUsersCommand({}))
    const narrow = clientOf(app, sessionKeys(app, principal('lister', Role!.RoleId!), [documentOf({ Effect: 'Allow', Action: 'iam:GetRole', Resource: '*' })]))
    await narrow.send(new GetRoleCommand({ RoleName: 'lister' }))
    expect((await denied(narrow)).message).toContain('because no session policy allows')
    const broken = clientOf(app, sessionKeys(app, principal('lister', Role!.RoleId!), ['{']))
    expect(await denied(broken)).toMatchObject(refusal('AccessDenied', 403))
  })

  test('of a role that is gone may nothing', async () => {
    expect(await denied(clientOf(app, sessionKeys(app, principal('gone', 'AROAGONEGONEGONEGONE'))))).toMatchObject(refusal('AccessDenied', 403))
  })
})

describe('the trail', () => {
  const events = async (eventName: string) => (await app.app.trail.list({ eventName, limit: 100 })).map(({ event }) => event)

  test('has who changed what, and no secret', async () => {
    const { name, client } = await user({ Effect: 'Allow', Action: 'iam:*', Resource: '*' })
    await client.send(new CreateUserCommand({ UserName: 'made', Tags: [{ Key: 'team', Value: 'x' }] }))
    expect((await events('CreateUser'))[0]).toMatchObject({
      eventSource: 'iam.amazonaws.com', eventType: 'AwsApiCall', recipientAccountId: management, readOnly: false, sourceIPAddress: expect.any(String),
      userIdentity: { type: 'IAMUser', userName: name, arn: `arn:aws:iam::${management}:user/${name}`, accountId: management },
      requestParameters: { userName: 'made', tags: [{ key: 'team', value: 'x' }] },
      responseElements: { user: { userName: 'made', userId: expect.stringMatching(/^AIDA/) } },
    })
    const { AccessKey } = await client.send(new CreateAccessKeyCommand({ UserName: 'made' }))
    await client.send(new CreateLoginProfileCommand({ UserName: 'made', Password: 'Correct-horse-77!' }))
    const all = JSON.stringify([...await events('CreateAccessKey'), ...await events('CreateLoginProfile')])
    expect(all).toContain(AccessKey!.AccessKeyId)
    expect(all).toContain('HIDDEN_DUE_TO_SECURITY_REASONS')
    expect(all).not.toContain(AccessKey!.SecretAccessKey)
    expect(all).not.toContain('Correct-horse-77!')
  })

  test('has what was denied, and leaves out what was only read', async () => {
    const { name, client } = await user()
    await denied(client)
    expect((await events('ListUsers'))[0]).toMatchObject({ errorCode: 'AccessDenied', userIdentity: { userName: name }, readOnly: true })
    const before = (await events('GetUser')).length
    await root.send(new GetUserCommand({ UserName: name }))
    expect((await events('GetUser')).length).toBe(before)
  })
})
