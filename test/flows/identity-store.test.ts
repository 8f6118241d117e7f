// The Identity Store API with the real SDK, in the order in which Terraform calls it.
import {
  CreateGroupCommand, CreateGroupMembershipCommand, CreateUserCommand, DeleteGroupCommand, DeleteGroupMembershipCommand, DeleteUserCommand, DescribeGroupCommand, DescribeGroupMembershipCommand,
  DescribeUserCommand, GetGroupIdCommand, GetGroupMembershipIdCommand, GetUserIdCommand, IdentitystoreClient, IsMemberInGroupsCommand, ListGroupMembershipsCommand, ListGroupMembershipsForMemberCommand,
  ListGroupsCommand, ListUsersCommand, paginateListGroups, paginateListUsers, UpdateGroupCommand, UpdateUserCommand,
} from '@aws-sdk/client-identitystore'
import { Users } from '../../src/domain/directory/index.js'
import { exportOrganization, planChanges, readOrganizationFile, readSnapshot } from '../../src/domain/organization/index.js'
import { applyText, organizationFile, startApp, type TestApp } from '../support/app.js'
import { clientOf, management, production, rootKeys, sessionKeys, userKeys, type Keys } from '../support/iam.js'

let app: TestApp
let root: IdentitystoreClient
const storeClient = ({ origin }: Pick<TestApp, 'origin'>, credentials: Keys): IdentitystoreClient => new IdentitystoreClient({ endpoint: origin, region: 'us-east-1', credentials, maxAttempts: 1 })
beforeAll(async () => {
  app = await startApp()
  root = storeClient(app, await rootKeys(app))
}, 180_000)
afterAll(() => app.stop())

const IdentityStoreId = 'd-0123456789'
const nobody = '01234567-89ab-cdef-0123-456789abcdef'
const refused = (name: string, more: object = {}): object => ({ name, $metadata: expect.objectContaining({ httpStatusCode: 400 }), ...more })
const change = (UserId: string, AttributePath: string, AttributeValue?: unknown) => root.send(new UpdateUserCommand({ IdentityStoreId, UserId, Operations: [{ AttributePath, AttributeValue: AttributeValue as never }] }))
const described = async (UserId: string) => {
  const { $metadata: _, ...user } = await root.send(new DescribeUserCommand({ IdentityStoreId, UserId, Extensions: ['aws:identitystore:enterprise'] }))
  return user
}

const whole = {
  UserName: 'ada.l', DisplayName: 'Ada Lovelace', Name: { GivenName: 'Ada', FamilyName: 'Lovelace', Formatted: 'Countess Ada Lovelace', HonorificPrefix: 'Countess' },
  NickName: 'Ada', ProfileUrl: 'https://example.com/ada', Emails: [{ Value: 'ada@example.com', Type: 'work', Primary: true }],
  Addresses: [{ StreetAddress: '1 Main St', Locality: 'London', Region: 'LDN', PostalCode: 'W1', Country: 'UK', Formatted: '1 Main St, London', Type: 'work', Primary: true }],
  PhoneNumbers: [{ Value: '+44 20 0000', Type: 'work', Primary: true }], UserType: 'Employee', Title: 'Mathematician', PreferredLanguage: 'en', Locale: 'en-GB', Timezone: 'Europe/London',
  Website: 'https://ada.example', Birthdate: '1815-12-10', Photos: [{ Value: 'https://example.com/a.png', Type: 'photo', Primary: true, Display: 'Ada' }], Roles: [{ Value: 'Analyst', Type: 'x', Primary: false }],
  Extensions: { 'aws:identitystore:enterprise': { employeeNumber: '7', costCenter: 'R&D', department: 'Engines', manager: { value: 'babbage' } } },
}

describe('users', () => {
  test('come back as they were made, with who made them', async () => {
    const { UserId } = await root.send(new CreateUserCommand({ IdentityStoreId, ...whole }))
    expect(await described(UserId!)).toEqual({
      ...whole, IdentityStoreId, UserId, UserStatus: 'ENABLED', CreatedAt: expect.any(Date), UpdatedAt: expect.any(Date), CreatedBy: `arn:aws:iam::${management}:root`, UpdatedBy: `arn:aws:iam::${management}:root`,
    })
    const { Extensions } = await root.send(new DescribeUserCommand({ IdentityStoreId, UserId }))
    expect(Extensions).toBeUndefined()
    for (const [AttributePath, AttributeValue] of [['userName', 'ADA.L'], ['emails.value', 'Ada@Example.com']]) {
      expect((await root.send(new GetUserIdCommand({ IdentityStoreId, AlternateIdentifier: { UniqueAttribute: { AttributePath, AttributeValue } } }))).UserId).toBe(UserId)
    }
    expect((await root.send(new ListUsersCommand({ IdentityStoreId, Filters: [{ AttributePath: 'UserName', AttributeValue: 'ada.l' }] }))).Users).toMatchObject([{ UserId, DisplayName: 'Ada Lovelace' }])
    expect((await root.send(new ListUsersCommand({ IdentityStoreId, Filters: [{ AttributePath: 'UserName', AttributeValue: 'ada' }] }))).Users).toEqual([])
  })

  test('are changed attribute by attribute, and lose what has no value', async () => {
    const { UserId } = await root.send(new CreateUserCommand({ IdentityStoreId, UserName: 'ben', DisplayName: 'Ben', Name: { GivenName: 'Ben', FamilyName: 'B' }, Emails: [{ Value: 'ben@example.com', Primary: true }] }))
    await root.send(new UpdateUserCommand({
      IdentityStoreId, UserId, Operations: [
        { AttributePath: 'name.familyName', AttributeValue: 'Bell' }, { AttributePath: 'name.middleName', AttributeValue: 'C.' }, { AttributePath: 'displayName', AttributeValue: 'Ben Bell' },
        { AttributePath: 'emails', AttributeValue: [{ value: 'bell@example.com', type: 'work', primary: true }] }, { AttributePath: 'addresses', AttributeValue: [{ postalCode: '1', primary: false }] },
        { AttributePath: 'aws:identitystore:enterprise.department', AttributeValue: 'Bells' }, { AttributePath: 'userName', AttributeValue: 'bell' },
      ],
    }))
    expect(await described(UserId!)).toMatchObject({
      UserName: 'bell', DisplayName: 'Ben Bell', Name: { GivenName: 'Ben', FamilyName: 'Bell', MiddleName: 'C.' }, Emails: [{ Value: 'bell@example.com', Type: 'work', Primary: true }],
      Addresses: [{ PostalCode: '1', Primary: false }], Extensions: { 'aws:identitystore:enterprise': { department: 'Bells' } },
    })
    for (const path of ['addresses', 'name.middleName', 'aws:identitystore:enterprise', 'title']) await change(UserId!, path)
    const after = await described(UserId!)
    expect(after.Name).toEqual({ GivenName: 'Ben', FamilyName: 'Bell' })
    expect([after.Addresses, after.Extensions]).toEqual([undefined, undefined])
    await expect(change(UserId!, 'userName', 'ADA.L')).rejects.toMatchObject(refused('ConflictException', { Reason: 'UNIQUENESS_CONSTRAINT_VIOLATION' }))
    for (const path of ['userStatus', 'active', 'name.nickName', 'emails.value', '__proto__', 'extensions', 'name.givenName.x']) await expect(change(UserId!, path, 'x')).rejects.toMatchObject(refused('ValidationException'))
    await expect(change(UserId!, 'userName')).rejects.toMatchObject(refused('ValidationException', { message: expect.stringContaining('UserName is required') }))
    await expect(change(UserId!, 'emails', 'x@example.com')).rejects.toMatchObject(refused('ValidationException', { message: expect.stringContaining('Emails must be a list') }))
    expect((await described(UserId!)).UserName).toBe('bell')
  })

  test('are refused where their name is taken, reserved or malformed', async () => {
    const create = (UserName: string) => root.send(new CreateUserCommand({ IdentityStoreId, UserName, DisplayName: 'X', Name: { GivenName: 'X', FamilyName: 'Y' } }))
    await expect(create('JANE')).rejects.toMatchObject(refused('ConflictException', { Reason: 'UNIQUENESS_CONSTRAINT_VIOLATION', RequestId: expect.any(String) }))
    await expect(root.send(new CreateUserCommand({ IdentityStoreId, UserName: 'second', Emails: [{ Value: 'Jane@Example.com' }] }))).rejects.toMatchObject(refused('ConflictException', { Reason: 'UNIQUENESS_CONSTRAINT_VIOLATION' }))
    for (const name of ['Administrator', 'awsadministrators', 'two words', '', 'x'.repeat(129)]) await expect(create(name)).rejects.toMatchObject(refused('ValidationException'))
    await expect(root.send(new CreateUserCommand({ IdentityStoreId, UserName: 'odd', Emails: [{ Value: 'a'.repeat(1025) }] }))).rejects.toMatchObject(refused('ValidationException', { message: expect.stringContaining('Emails[0].Value') }))
  })

  test('come in pages, and a token is good for one list only', async () => {
    const names: string[] = []
    for await (const { Users: page } of paginateListUsers({ client: root, pageSize: 2 }, { IdentityStoreId })) names.push(...page!.map(({ UserName }) => UserName!))
    expect(names).toEqual(names.toSorted())
    expect(names).toEqual(expect.arrayContaining(['ada.l', 'bell', 'gone', 'jane', 'nora', 'sam']))
    const { NextToken } = await root.send(new ListUsersCommand({ IdentityStoreId, MaxResults: 1 }))
    await expect(root.send(new ListGroupsCommand({ IdentityStoreId, NextToken }))).rejects.toMatchObject(refused('ValidationException'))
    await expect(root.send(new ListUsersCommand({ IdentityStoreId, Filters: [{ AttributePath: 'DisplayName', AttributeValue: 'x' }] }))).rejects.toMatchObject(refused('ValidationException'))
  })

  test('that are disabled are told so', async () => {
    const { UserId } = await root.send(new GetUserIdCommand({ IdentityStoreId, AlternateIdentifier: { UniqueAttribute: { AttributePath: 'userName', AttributeValue: 'gone' } } }))
    expect(await described(UserId!)).toMatchObject({ UserStatus: 'DISABLED' })
    await change(UserId!, 'title', 'Leaver')
    expect(await described(UserId!)).toMatchObject({ UserStatus: 'DISABLED', Title: 'Leaver' })
  })

  test('are found by what another directory calls them', async () => {
    const users = new Users(app.database)
    const sam = (await users.findByUserName('sam'))!
    await users.update([{ ...sam, externalIds: [{ issuer: 'https://hr.example', id: '4711' }] }])
    expect((await root.send(new GetUserIdCommand({ IdentityStoreId, AlternateIdentifier: { ExternalId: { Issuer: 'https://hr.example', Id: '4711' } } }))).UserId).toBe(sam.id)
    await expect(root.send(new GetUserIdCommand({ IdentityStoreId, AlternateIdentifier: { ExternalId: { Issuer: 'https://hr.example', Id: '0' } } }))).rejects.toMatchObject(refused('ResourceNotFoundException', { ResourceType: 'USER' }))
    expect(await described(sam.id)).toMatchObject({ ExternalIds: [{ Issuer: 'https://hr.example', Id: '4711' }] })
  })

  test('that are deleted are gone, and everything of theirs with them', async () => {
    const { UserId } = await root.send(new CreateUserCommand({ IdentityStoreId, UserName: 'leaver', DisplayName: 'Leaver' }))
    await root.send(new DeleteUserCommand({ IdentityStoreId, UserId }))
    for (const command of [new DescribeUserCommand({ IdentityStoreId, UserId }), new DeleteUserCommand({ IdentityStoreId, UserId })]) {
      await expect(root.send(command as DescribeUserCommand)).rejects.toMatchObject(refused('ResourceNotFoundException', { ResourceType: 'USER', ResourceId: UserId }))
    }
    await expect(root.send(new CreateUserCommand({ IdentityStoreId, UserName: 'Leaver', DisplayName: 'Leaver' }))).rejects.toMatchObject(refused('ConflictException'))
  })
})

test('groups are made, described, changed, listed and deleted with their members', async () => {
  const { GroupId } = await root.send(new CreateGroupCommand({ IdentityStoreId, DisplayName: 'Night Shift', Description: 'Late' }))
  expect(await root.send(new DescribeGroupCommand({ IdentityStoreId, GroupId }))).toMatchObject({ GroupId, DisplayName: 'Night Shift', Description: 'Late', CreatedAt: expect.any(Date), CreatedBy: `arn:aws:iam::${management}:root` })
  await expect(root.send(new CreateGroupCommand({ IdentityStoreId, DisplayName: 'night shift' }))).rejects.toMatchObject(refused('ConflictException', { Reason: 'UNIQUENESS_CONSTRAINT_VIOLATION' }))
  await expect(root.send(new CreateGroupCommand({ IdentityStoreId, DisplayName: 'AWSAdministrators' }))).rejects.toMatchObject(refused('ValidationException'))
  await root.send(new UpdateGroupCommand({ IdentityStoreId, GroupId, Operations: [{ AttributePath: 'displayName', AttributeValue: 'Day Shift' }, { AttributePath: 'description' }] }))
  expect((await root.send(new DescribeGroupCommand({ IdentityStoreId, GroupId }))).Description).toBeUndefined()
  expect((await root.send(new GetGroupIdCommand({ IdentityStoreId, AlternateIdentifier: { UniqueAttribute: { AttributePath: 'displayName', AttributeValue: 'day shift' } } }))).GroupId).toBe(GroupId)
  expect((await root.send(new ListGroupsCommand({ IdentityStoreId, Filters: [{ AttributePath: 'DisplayName', AttributeValue: 'Day Shift' }] }))).Groups).toHaveLength(1)
  const names: (string | undefined)[] = []
  for await (const { Groups } of paginateListGroups({ client: root, pageSize: 1 }, { IdentityStoreId })) names.push(...Groups!.map(({ DisplayName }) => DisplayName))
  expect(names).toEqual(['Day Shift', 'Developers'])
  await root.send(new DeleteGroupCommand({ IdentityStoreId, GroupId }))
  await expect(root.send(new DescribeGroupCommand({ IdentityStoreId, GroupId }))).rejects.toMatchObject(refused('ResourceNotFoundException', { ResourceType: 'GROUP', ResourceId: GroupId }))
})

test('memberships are made once, described, listed both ways, asked for and ended', async () => {
  const idOf = async (name: string) => (await root.send(new GetUserIdCommand({ IdentityStoreId, AlternateIdentifier: { UniqueAttribute: { AttributePath: 'userName', AttributeValue: name } } }))).UserId!
  const [jane, nora] = [await idOf('jane'), await idOf('nora')]
  const { GroupId } = await root.send(new CreateGroupCommand({ IdentityStoreId, DisplayName: 'Crew' }))
  const { MembershipId } = await root.send(new CreateGroupMembershipCommand({ IdentityStoreId, GroupId, MemberId: { UserId: jane } }))
  await expect(root.send(new CreateGroupMembershipCommand({ IdentityStoreId, GroupId, MemberId: { UserId: jane } }))).rejects.toMatchObject(refused('ConflictException', { Reason: 'UNIQUENESS_CONSTRAINT_VIOLATION' }))
  await expect(root.send(new CreateGroupMembershipCommand({ IdentityStoreId, GroupId, MemberId: { UserId: nobody } }))).rejects.toMatchObject(refused('ResourceNotFoundException', { ResourceType: 'USER', ResourceId: nobody }))
  await expect(root.send(new CreateGroupMembershipCommand({ IdentityStoreId, GroupId: nobody, MemberId: { UserId: jane } }))).rejects.toMatchObject(refused('ResourceNotFoundException', { ResourceType: 'GROUP', ResourceId: nobody }))
  expect(await root.send(new DescribeGroupMembershipCommand({ IdentityStoreId, MembershipId }))).toMatchObject({ MembershipId, GroupId, MemberId: { UserId: jane }, CreatedAt: expect.any(Date) })
  expect((await root.send(new GetGroupMembershipIdCommand({ IdentityStoreId, GroupId, MemberId: { UserId: jane } }))).MembershipId).toBe(MembershipId)
  await root.send(new CreateGroupMembershipCommand({ IdentityStoreId, GroupId, MemberId: { UserId: nora } }))
  const first = await root.send(new ListGroupMembershipsCommand({ IdentityStoreId, GroupId, MaxResults: 1 }))
  const second = await root.send(new ListGroupMembershipsCommand({ IdentityStoreId, GroupId, MaxResults: 1, NextToken: first.NextToken }))
  expect([...first.GroupMemberships!, ...second.GroupMemberships!].map(({ MemberId }) => MemberId!.UserId).toSorted()).toEqual([jane, nora].toSorted())
  expect((await root.send(new ListGroupMembershipsForMemberCommand({ IdentityStoreId, MemberId: { UserId: jane } }))).GroupMemberships).toHaveLength(2)
  expect((await root.send(new IsMemberInGroupsCommand({ IdentityStoreId, MemberId: { UserId: jane }, GroupIds: [GroupId!, nobody] }))).Results).toEqual([
    { GroupId, MemberId: { UserId: jane }, MembershipExists: true }, { GroupId: nobody, MemberId: { UserId: jane }, MembershipExists: false },
  ])
  await root.send(new DeleteGroupMembershipCommand({ IdentityStoreId, MembershipId }))
  await expect(root.send(new DescribeGroupMembershipCommand({ IdentityStoreId, MembershipId }))).rejects.toMatchObject(refused('ResourceNotFoundException', { ResourceType: 'GROUP_MEMBERSHIP' }))
  await expect(root.send(new GetGroupMembershipIdCommand({ IdentityStoreId, GroupId, MemberId: { UserId: jane } }))).rejects.toMatchObject(refused('ResourceNotFoundException', { ResourceType: 'GROUP_MEMBERSHIP' }))
  await root.send(new DeleteGroupCommand({ IdentityStoreId, GroupId }))
  expect((await root.send(new ListGroupMembershipsForMemberCommand({ IdentityStoreId, MemberId: { UserId: nora } }))).GroupMemberships).toEqual([])
})

describe('who may do it', () => {
  test('another store is not there', async () => {
    await expect(root.send(new ListUsersCommand({ IdentityStoreId: 'd-ffffffffff' }))).rejects.toMatchObject(refused('ResourceNotFoundException', { ResourceType: 'IDENTITY_STORE', ResourceId: 'd-ffffffffff' }))
    await expect(root.send(new DescribeUserCommand({ IdentityStoreId: 'd-ffffffffff', UserId: nobody }))).rejects.toMatchObject(refused('ResourceNotFoundException', { ResourceType: 'IDENTITY_STORE' }))
  })

  test('a role that only reads changes nothing', async () => {
    const reader = storeClient(app, sessionKeys(app, {
      kind: 'assumed-role', accountId: management, roleName: 'AWSReservedSSO_ReadOnly_0123456789abcdef', roleId: 'AROAREADER', sessionName: 'reader', permissionSet: await permissionSet('ReadOnly'),
      sourceIdentity: undefined, assumedBy: undefined, federation: undefined, userId: undefined,
    } as never))
    expect((await reader.send(new ListUsersCommand({ IdentityStoreId, MaxResults: 1 }))).Users).toHaveLength(1)
    const { Users: [user] = [] } = await reader.send(new ListUsersCommand({ IdentityStoreId }))
    for (const command of [new CreateUserCommand({ IdentityStoreId, UserName: 'x', DisplayName: 'x' }), new DeleteUserCommand({ IdentityStoreId, UserId: user!.UserId }), new CreateGroupCommand({ IdentityStoreId, DisplayName: 'x' })]) {
      await expect(reader.send(command as CreateUserCommand)).rejects.toMatchObject(refused('AccessDeniedException'))
    }
  })

  test('nobody else does anything, and a policy may be about one user only', async () => {
    const elsewhere = storeClient(app, await rootKeys(app, production))
    await expect(elsewhere.send(new ListUsersCommand({ IdentityStoreId }))).rejects.toMatchObject(refused('AccessDeniedException', { message: expect.stringContaining('not of the management account') }))
    const iam = clientOf(app, await rootKeys(app))
    const ana = storeClient(app, await userKeys(iam, 'ana'))
    await expect(ana.send(new DescribeUserCommand({ IdentityStoreId, UserId: nobody }))).rejects.toMatchObject(refused('AccessDeniedException', { message: expect.stringContaining(`identitystore:DescribeUser on resource: arn:aws:identitystore:::user/${nobody}`) }))
    const { UserId } = await root.send(new GetUserIdCommand({ IdentityStoreId, AlternateIdentifier: { UniqueAttribute: { AttributePath: 'userName', AttributeValue: 'jane' } } }))
    const desk = storeClient(app, await userKeys(iam, 'desk', [{ Effect: 'Allow', Action: 'identitystore:Describe*', Resource: [`arn:aws:identitystore:::user/${UserId}`, `arn:aws:identitystore::${management}:identitystore/${IdentityStoreId}`] }]))
    expect(await desk.send(new DescribeUserCommand({ IdentityStoreId, UserId }))).toMatchObject({ UserName: 'jane' })
    await expect(desk.send(new DescribeUserCommand({ IdentityStoreId, UserId: nobody }))).rejects.toMatchObject(refused('AccessDeniedException'))
  })
})

test('what the API makes, the organization file says, and the other way round', async () => {
  await applyText(organizationFile.replace('{ userName: sam,', '{ userName: sam, title: Pilot, name: { middleName: Q }, enterprise: { costCenter: "007" },'), app)
  const { UserId } = await root.send(new GetUserIdCommand({ IdentityStoreId, AlternateIdentifier: { UniqueAttribute: { AttributePath: 'userName', AttributeValue: 'sam' } } }))
  expect(await described(UserId!)).toMatchObject({ Title: 'Pilot', Name: { MiddleName: 'Q' }, Extensions: { 'aws:identitystore:enterprise': { costCenter: '007' } }, UpdatedBy: 'organization file' })
  await root.send(new CreateUserCommand({ IdentityStoreId, ...whole, UserName: 'filed', Emails: [{ Value: 'filed@example.com' }] }))
  const known = await readSnapshot(app.database, app.app.hashes)
  const text = exportOrganization(known)
  expect(text).toContain('department: Engines')
  const { declaration, faults } = readOrganizationFile(text, { env: { ROBOT_CLIENT_SECRET: '0123456789-0123456789-0123456789-0123456789' }, readFile: () => '', known })
  expect(faults).toEqual([])
  expect(await planChanges(declaration!, known, { prune: true })).toEqual([])
})

test('every change is told with what it was before', async () => {
  const { UserId } = await root.send(new CreateUserCommand({ IdentityStoreId, UserName: 'told', DisplayName: 'Told', Title: 'Before' }))
  await change(UserId!, 'title', 'After')
  const [{ event } = { event: {} }] = await app.app.trail.list({ eventName: 'UpdateUser', limit: 1 })
  expect(event).toMatchObject({
    eventSource: 'identitystore.amazonaws.com', eventType: 'AwsApiCall', userIdentity: { type: 'Root', accountId: management },
    requestParameters: { identityStoreId: IdentityStoreId, userId: UserId, operations: [{ attributePath: 'title', attributeValue: 'After' }] }, additionalEventData: { before: { title: 'Before' } },
  })
})

async function permissionSet(name: string): Promise<{ id: string; name: string }> {
  const [row] = await app.database.query<{ id: string; name: string }>('select id, name from permission_sets where name = $1', [name])
  return row!
}
