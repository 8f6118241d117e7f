// The IAM API as its clients see it: users, groups, roles and policies come and go, with the real SDK.
import {
  AddUserToGroupCommand, AttachRolePolicyCommand, AttachUserPolicyCommand, CreateGroupCommand, CreatePolicyCommand, CreatePolicyVersionCommand, CreateRoleCommand, CreateUserCommand,
  DeleteGroupCommand, DeletePolicyCommand, DeletePolicyVersionCommand, DeleteRoleCommand, DeleteRolePermissionsBoundaryCommand, DeleteRolePolicyCommand, DeleteUserCommand, DetachRolePolicyCommand,
  DetachUserPolicyCommand, GetAccountAuthorizationDetailsCommand, GetGroupCommand, GetPolicyCommand, GetPolicyVersionCommand, GetRoleCommand, GetRolePolicyCommand, GetUserCommand,
  ListAttachedRolePoliciesCommand, ListEntitiesForPolicyCommand, ListGroupsCommand, ListGroupsForUserCommand, ListInstanceProfilesForRoleCommand, ListMFADevicesCommand, ListPoliciesCommand,
  ListPolicyVersionsCommand, ListRolePoliciesCommand, ListRolesCommand, ListServiceSpecificCredentialsCommand, ListSigningCertificatesCommand, ListSSHPublicKeysCommand, ListUsersCommand,
  ListUserTagsCommand, paginateListUsers, PutRolePermissionsBoundaryCommand, PutRolePolicyCommand, PutUserPolicyCommand, RemoveUserFromGroupCommand, SetDefaultPolicyVersionCommand, TagUserCommand,
  UntagUserCommand, UpdateAssumeRolePolicyCommand, UpdateGroupCommand, UpdateRoleCommand, UpdateUserCommand, type IAMClient,
} from '@aws-sdk/client-iam'
import { startApp, type TestApp } from '../support/app.js'
import { admin, clientOf, documentOf, management, refusal, rootKeys, trusting } from '../support/iam.js'

let app: TestApp
let root: IAMClient
beforeAll(async () => {
  app = await startApp()
  root = clientOf(app, await rootKeys(app))
})
afterAll(() => app.stop())

const allow = (Action: string | string[], Resource = '*') => documentOf({ Effect: 'Allow', Action, Resource })

describe('users', () => {
  test('are created, read, renamed and deleted', async () => {
    const { User } = await root.send(new CreateUserCommand({ UserName: 'deploy', Path: '/ci/', Tags: [{ Key: 'team', Value: 'a b/c@d' }] }))
    expect(User).toMatchObject({ UserName: 'deploy', Path: '/ci/', Arn: `arn:aws:iam::${management}:user/ci/deploy`, UserId: expect.stringMatching(/^AIDA/), CreateDate: expect.any(Date), Tags: [{ Key: 'team', Value: 'a b/c@d' }] })
    await expect(root.send(new CreateUserCommand({ UserName: 'DEPLOY' }))).rejects.toMatchObject(refusal('EntityAlreadyExistsException', 409))
    await root.send(new UpdateUserCommand({ UserName: 'deploy', NewUserName: 'deployer', NewPath: '/' }))
    expect((await root.send(new GetUserCommand({ UserName: 'deployer' }))).User).toMatchObject({ UserId: User!.UserId, Arn: `arn:aws:iam::${management}:user/deployer` })
    await expect(root.send(new GetUserCommand({ UserName: 'deploy' }))).rejects.toMatchObject(refusal('NoSuchEntityException', 404))
    await root.send(new TagUserCommand({ UserName: 'deployer', Tags: [{ Key: 'Team', Value: 'b' }, { Key: 'cost', Value: '' }] }))
    await root.send(new UntagUserCommand({ UserName: 'deployer', TagKeys: ['COST'] }))
    expect((await root.send(new ListUserTagsCommand({ UserName: 'deployer' }))).Tags).toEqual([{ Key: 'Team', Value: 'b' }])
    await root.send(new DeleteUserCommand({ UserName: 'deployer' }))
    await expect(root.send(new DeleteUserCommand({ UserName: 'deployer' }))).rejects.toMatchObject(refusal('NoSuchEntityException', 404))
  })

  test('come in pages', async () => {
    for (const name of ['p3', 'p1', 'p2']) await root.send(new CreateUserCommand({ UserName: name, Path: '/pages/' }))
    const names: (string | undefined)[][] = []
    for await (const { Users } of paginateListUsers({ client: root, pageSize: 2 }, { PathPrefix: '/pages/' })) names.push(Users!.map(({ UserName }) => UserName))
    expect(names).toEqual([['p1', 'p2'], ['p3']])
    expect((await root.send(new ListUsersCommand({ PathPrefix: '/nowhere/' }))).Users).toEqual([])
  })

  test('that something hangs on stay', async () => {
    await root.send(new CreateUserCommand({ UserName: 'busy' }))
    await root.send(new AttachUserPolicyCommand({ UserName: 'busy', PolicyArn: admin }))
    await expect(root.send(new DeleteUserCommand({ UserName: 'busy' }))).rejects.toMatchObject(refusal('DeleteConflictException', 409))
    await root.send(new DetachUserPolicyCommand({ UserName: 'busy', PolicyArn: admin }))
    await expect(root.send(new DetachUserPolicyCommand({ UserName: 'busy', PolicyArn: admin }))).rejects.toMatchObject(refusal('NoSuchEntityException', 404))
    for (const command of [new ListSigningCertificatesCommand({ UserName: 'busy' }), new ListSSHPublicKeysCommand({ UserName: 'busy' }), new ListServiceSpecificCredentialsCommand({ UserName: 'busy' }), new ListMFADevicesCommand({ UserName: 'busy' })]) {
      await expect(root.send(command as ListMFADevicesCommand)).resolves.toBeDefined()
    }
    await root.send(new DeleteUserCommand({ UserName: 'busy' }))
  })

  test('without a name, the root user is told of itself', async () => {
    expect((await root.send(new GetUserCommand({}))).User).toMatchObject({ Arn: `arn:aws:iam::${management}:root`, UserId: management })
  })
})

test('groups have members', async () => {
  await root.send(new CreateGroupCommand({ GroupName: 'Ops' }))
  await root.send(new CreateUserCommand({ UserName: 'ola' }))
  await root.send(new AddUserToGroupCommand({ GroupName: 'Ops', UserName: 'ola' }))
  await root.send(new AddUserToGroupCommand({ GroupName: 'Ops', UserName: 'ola' }))
  expect((await root.send(new GetGroupCommand({ GroupName: 'ops' })))).toMatchObject({ Group: { GroupName: 'Ops', GroupId: expect.stringMatching(/^AGPA/) }, Users: [{ UserName: 'ola' }], IsTruncated: false })
  expect((await root.send(new ListGroupsForUserCommand({ UserName: 'ola' }))).Groups).toMatchObject([{ GroupName: 'Ops' }])
  await expect(root.send(new DeleteGroupCommand({ GroupName: 'Ops' }))).rejects.toMatchObject(refusal('DeleteConflictException', 409))
  await root.send(new RemoveUserFromGroupCommand({ GroupName: 'Ops', UserName: 'ola' }))
  await expect(root.send(new RemoveUserFromGroupCommand({ GroupName: 'Ops', UserName: 'ola' }))).rejects.toMatchObject(refusal('NoSuchEntityException', 404))
  await root.send(new UpdateGroupCommand({ GroupName: 'Ops', NewGroupName: 'Operators' }))
  expect((await root.send(new ListGroupsCommand({}))).Groups).toMatchObject([{ GroupName: 'Operators' }])
  await root.send(new DeleteGroupCommand({ GroupName: 'Operators' }))
})

test('a role goes as Terraform would have it: made, given policies, changed, emptied and deleted', async () => {
  const trust = trusting()
  const { Role } = await root.send(new CreateRoleCommand({ RoleName: 'build', AssumeRolePolicyDocument: trust, Description: 'Builds <a> & b', MaxSessionDuration: 7200, Tags: [{ Key: 'a', Value: 'b' }] }))
  expect(Role).toMatchObject({ RoleId: expect.stringMatching(/^AROA/), Arn: `arn:aws:iam::${management}:role/build`, MaxSessionDuration: 7200, Description: 'Builds <a> & b' })
  expect(decodeURIComponent((await root.send(new GetRoleCommand({ RoleName: 'build' }))).Role!.AssumeRolePolicyDocument!)).toBe(trust)
  await root.send(new PutRolePolicyCommand({ RoleName: 'build', PolicyName: 'own', PolicyDocument: allow('s3:*') }))
  expect((await root.send(new ListRolePoliciesCommand({ RoleName: 'build' }))).PolicyNames).toEqual(['own'])
  expect(decodeURIComponent((await root.send(new GetRolePolicyCommand({ RoleName: 'build', PolicyName: 'own' }))).PolicyDocument!)).toBe(allow('s3:*'))
  await root.send(new AttachRolePolicyCommand({ RoleName: 'build', PolicyArn: admin }))
  expect((await root.send(new ListAttachedRolePoliciesCommand({ RoleName: 'build' }))).AttachedPolicies).toEqual([{ PolicyName: 'AdministratorAccess', PolicyArn: admin }])
  await root.send(new UpdateRoleCommand({ RoleName: 'build', Description: 'Still builds', MaxSessionDuration: 3600 }))
  await root.send(new UpdateAssumeRolePolicyCommand({ RoleName: 'build', PolicyDocument: trusting({ AWS: management }) }))
  await root.send(new PutRolePermissionsBoundaryCommand({ RoleName: 'build', PermissionsBoundary: admin }))
  expect((await root.send(new GetRoleCommand({ RoleName: 'build' }))).Role).toMatchObject({ Description: 'Still builds', MaxSessionDuration: 3600, PermissionsBoundary: { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: admin } })
  await root.send(new DeleteRolePermissionsBoundaryCommand({ RoleName: 'build' }))
  await expect(root.send(new DeleteRoleCommand({ RoleName: 'build' }))).rejects.toMatchObject(refusal('DeleteConflictException', 409))
  expect((await root.send(new ListInstanceProfilesForRoleCommand({ RoleName: 'build' }))).InstanceProfiles).toEqual([])
  await root.send(new DeleteRolePolicyCommand({ RoleName: 'build', PolicyName: 'own' }))
  await root.send(new DetachRolePolicyCommand({ RoleName: 'build', PolicyArn: admin }))
  await root.send(new DeleteRoleCommand({ RoleName: 'build' }))
  expect((await root.send(new ListRolesCommand({}))).Roles).toEqual([])
})

test('the names of the roles of permission sets are nobody else’s', async () => {
  const named = (RoleName: string, Path?: string) => root.send(new CreateRoleCommand({ RoleName, Path, AssumeRolePolicyDocument: trusting() }))
  await expect(named('AWSReservedSSO_AdministratorAccess_0123456789abcdef')).rejects.toMatchObject(refusal('ValidationError', 400))
  await expect(named('x', '/aws-reserved/sso.amazonaws.com/')).rejects.toMatchObject(refusal('ValidationError', 400))
})

describe('managed policies', () => {
  test('have versions, of which one counts, and are used', async () => {
    const { Policy } = await root.send(new CreatePolicyCommand({ PolicyName: 'Look', Path: '/team/', Description: 'Looks', PolicyDocument: allow('iam:List*') }))
    const PolicyArn = Policy!.Arn!
    expect(Policy).toMatchObject({ PolicyId: expect.stringMatching(/^ANPA/), Arn: `arn:aws:iam::${management}:policy/team/Look`, DefaultVersionId: 'v1', AttachmentCount: 0, IsAttachable: true })
    await expect(root.send(new CreatePolicyCommand({ PolicyName: 'look', PolicyDocument: allow('*') }))).rejects.toMatchObject(refusal('EntityAlreadyExistsException', 409))
    for (let version = 2; version <= 5; version += 1) await root.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: allow('iam:Get*'), SetAsDefault: version === 2 }))
    await expect(root.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: allow('*') }))).rejects.toMatchObject(refusal('LimitExceededException', 409))
    expect((await root.send(new ListPolicyVersionsCommand({ PolicyArn }))).Versions!.map(({ VersionId, IsDefaultVersion }) => [VersionId, IsDefaultVersion]))
      .toEqual([['v5', false], ['v4', false], ['v3', false], ['v2', true], ['v1', false]])
    await expect(root.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId: 'v2' }))).rejects.toMatchObject(refusal('DeleteConflictException', 409))
    await root.send(new SetDefaultPolicyVersionCommand({ PolicyArn, VersionId: 'v3' }))
    expect(decodeURIComponent((await root.send(new GetPolicyVersionCommand({ PolicyArn, VersionId: 'v1' }))).PolicyVersion!.Document!)).toBe(allow('iam:List*'))
    await root.send(new CreateUserCommand({ UserName: 'reader', PermissionsBoundary: PolicyArn }))
    await root.send(new AttachUserPolicyCommand({ UserName: 'reader', PolicyArn }))
    expect((await root.send(new GetPolicyCommand({ PolicyArn }))).Policy).toMatchObject({ DefaultVersionId: 'v3', AttachmentCount: 1, PermissionsBoundaryUsageCount: 1, Description: 'Looks' })
    expect(await root.send(new ListEntitiesForPolicyCommand({ PolicyArn }))).toMatchObject({ PolicyUsers: [{ UserName: 'reader' }], PolicyRoles: [], PolicyGroups: [] })
    await expect(root.send(new DeletePolicyCommand({ PolicyArn }))).rejects.toMatchObject(refusal('DeleteConflictException', 409))
  })

  test('are listed with those of the catalogue', async () => {
    await root.send(new CreatePolicyCommand({ PolicyName: 'Another', PolicyDocument: allow('iam:List*') }))
    const arns: string[] = []
    for (let Marker: string | undefined, more = true; more;) {
      const page = await root.send(new ListPoliciesCommand({ MaxItems: 1, Marker }))
      arns.push(...page.Policies!.map(({ Arn }) => Arn!))
      more = page.IsTruncated!
      Marker = page.Marker
      if (arns.length > 3) break
    }
    expect(arns.slice(0, 2)).toEqual([`arn:aws:iam::${management}:policy/Another`, `arn:aws:iam::${management}:policy/team/Look`])
    expect(arns[2]).toMatch(/^arn:aws:iam::aws:policy\//)
    expect((await root.send(new ListPoliciesCommand({ Scope: 'Local' }))).Policies!.length).toBe(2)
    expect((await root.send(new ListPoliciesCommand({ Scope: 'AWS', OnlyAttached: true }))).Policies).toEqual([])
    expect((await root.send(new GetPolicyCommand({ PolicyArn: admin }))).Policy).toMatchObject({ PolicyName: 'AdministratorAccess', DefaultVersionId: 'v1' })
    expect(JSON.parse(decodeURIComponent((await root.send(new GetPolicyVersionCommand({ PolicyArn: admin, VersionId: 'v1' }))).PolicyVersion!.Document!))).toHaveProperty('Statement')
  })

  test('that cannot be read are refused with the place and the mend', async () => {
    for (const document of ['', '{', '[]', '{"Version":"2012-10-17","Statement":[{"Effect":"Maybe","Action":"*","Resource":"*"}]}', trusting()]) {
      const refused = await root.send(new PutUserPolicyCommand({ UserName: 'reader', PolicyName: 'x', PolicyDocument: document })).catch((error: Error) => error)
      expect(refused).toMatchObject({ name: document === '' ? 'ValidationError' : 'MalformedPolicyDocumentException', $metadata: { httpStatusCode: 400 } })
    }
    await expect(root.send(new CreatePolicyCommand({ PolicyName: 'Big', PolicyDocument: allow(Array.from({ length: 600 }, (_, index) => `service:Action${index}`)) }))).rejects.toMatchObject(refusal('LimitExceededException', 409))
    await expect(root.send(new CreateRoleCommand({ RoleName: 'open', AssumeRolePolicyDocument: allow('sts:AssumeRole') }))).rejects.toMatchObject(refusal('MalformedPolicyDocumentException', 400))
  })
})

test('everything that decides is told at once, kind by kind', async () => {
  const seen: Record<string, number> = { UserDetailList: 0, GroupDetailList: 0, RoleDetailList: 0, Policies: 0 }
  let reader: object | undefined
  for (let Marker: string | undefined, more = true; more;) {
    const page = await root.send(new GetAccountAuthorizationDetailsCommand({ Marker }))
    for (const name of Object.keys(seen)) seen[name]! += ((page as unknown as Record<string, unknown[]>)[name] ?? []).length
    reader ??= page.UserDetailList?.find(({ UserName }) => UserName === 'reader')
    more = page.IsTruncated!
    Marker = page.Marker
  }
  expect(seen).toMatchObject({ Policies: 2 })
  expect(reader).toMatchObject({ AttachedManagedPolicies: [{ PolicyName: 'Look' }], GroupList: [] })
})

test('the event of a change tells how it was and how it is', async () => {
  const role = { RoleName: 'told' }
  const document = (Sid: string): string => JSON.stringify({ Version: '2012-10-17', Statement: [{ Sid, Effect: 'Allow', Action: 's3:ListBucket', Resource: '*' }] })
  await root.send(new CreateRoleCommand({ ...role, AssumeRolePolicyDocument: trusting(), Description: 'one' }))
  await root.send(new UpdateRoleCommand({ ...role, Description: 'two', MaxSessionDuration: 7200 }))
  for (const Sid of ['A', 'B']) await root.send(new PutRolePolicyCommand({ ...role, PolicyName: 'own', PolicyDocument: document(Sid) }))
  await root.send(new DeleteRolePolicyCommand({ ...role, PolicyName: 'own' }))
  const events = await app.database.query<{ event: { additionalEventData?: object } }>(`select event from audit_events where event #>> '{requestParameters,roleName}' = 'told' order by position`)
  expect(events.map(({ event }) => event.additionalEventData)).toEqual([
    undefined,
    { before: { description: 'one', maxSessionDuration: 3600 }, after: { description: 'two', maxSessionDuration: 7200 } },
    { before: null, after: { document: document('A') } },
    { before: { document: document('A') }, after: { document: document('B') } },
    { before: { document: document('B') }, after: null },
  ])
})
