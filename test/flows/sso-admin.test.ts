// The SSO Admin API with the real SDK, in the order in which Terraform calls it: the instance, permission sets and assignments.
import { CreatePolicyCommand, DeletePolicyCommand, ListUsersCommand, type IAMClient } from '@aws-sdk/client-iam'
import {
  AttachCustomerManagedPolicyReferenceToPermissionSetCommand, AttachManagedPolicyToPermissionSetCommand, CreateAccountAssignmentCommand, CreateInstanceAccessControlAttributeConfigurationCommand, CreateInstanceCommand,
  CreatePermissionSetCommand, DeleteAccountAssignmentCommand, DeleteInlinePolicyFromPermissionSetCommand, DeleteInstanceAccessControlAttributeConfigurationCommand, DeletePermissionsBoundaryFromPermissionSetCommand,
  DeletePermissionSetCommand, DescribeAccountAssignmentCreationStatusCommand, DescribeAccountAssignmentDeletionStatusCommand, DescribeInstanceAccessControlAttributeConfigurationCommand, DescribeInstanceCommand,
  DescribePermissionSetCommand, DescribePermissionSetProvisioningStatusCommand, DetachCustomerManagedPolicyReferenceFromPermissionSetCommand, DetachManagedPolicyFromPermissionSetCommand, GetInlinePolicyForPermissionSetCommand,
  GetPermissionsBoundaryForPermissionSetCommand, ListAccountAssignmentCreationStatusCommand, ListAccountAssignmentsCommand, ListAccountAssignmentsForPrincipalCommand, ListAccountsForProvisionedPermissionSetCommand,
  ListCustomerManagedPolicyReferencesInPermissionSetCommand, ListInstancesCommand, ListManagedPoliciesInPermissionSetCommand, ListPermissionSetProvisioningStatusCommand, ListPermissionSetsCommand,
  ListPermissionSetsProvisionedToAccountCommand, ListRegionsCommand, ListTagsForResourceCommand, paginateListInstances, paginateListPermissionSets, ProvisionPermissionSetCommand, PutInlinePolicyToPermissionSetCommand,
  PutPermissionsBoundaryToPermissionSetCommand, TagResourceCommand, UntagResourceCommand, UpdateInstanceAccessControlAttributeConfigurationCommand, UpdateInstanceCommand, UpdatePermissionSetCommand, type SSOAdminClient,
} from '@aws-sdk/client-sso-admin'
import { GetRoleCredentialsCommand } from '@aws-sdk/client-sso'
import { startApp, type TestApp } from '../support/app.js'
import { commandLine } from '../support/command-line.js'
import { clientOf, documentOf, management, production, rootKeys, userKeys } from '../support/iam.js'
import { eventually } from '../support/servers.js'
import { adminClient, idOf, InstanceArn, refused, setArn, setKeys } from '../support/sso-admin.js'

let app: TestApp
let root: SSOAdminClient
let iam: IAMClient
let jane: string
let developers: string
beforeAll(async () => {
  app = await startApp()
  const keys = await rootKeys(app)
  root = adminClient(app, keys)
  iam = clientOf(app, keys)
  jane = await idOf(app, 'users', 'jane')
  developers = await idOf(app, 'groups', 'Developers')
}, 120_000)
afterAll(() => app?.stop())

const readOnly = 'arn:aws:iam::aws:policy/ReadOnlyAccess'

async function makeSet(Name: string, more: object = {}): Promise<{ InstanceArn: string; PermissionSetArn: string }> {
  const { PermissionSet } = await root.send(new CreatePermissionSetCommand({ InstanceArn, Name, ...more }))
  return { InstanceArn, PermissionSetArn: PermissionSet!.PermissionSetArn! }
}

const event = async (name: string): Promise<Record<string, unknown>> => (await app.app.trail.list({ eventName: name, limit: 1 }))[0]!.event

const post = async (headers: Record<string, string>, body: string) => {
  const answer = await fetch(app.origin, { method: 'POST', headers, body })
  return { status: answer.status, type: answer.headers.get('content-type'), body: await answer.json() as Record<string, unknown> }
}

describe('the instance', () => {
  test('is listed, described and named', async () => {
    const { Instances, NextToken } = await root.send(new ListInstancesCommand({}))
    expect(Instances).toEqual([expect.objectContaining({ InstanceArn, IdentityStoreId: 'd-0123456789', OwnerAccountId: management, Status: 'ACTIVE', CreatedDate: expect.any(Date) })])
    expect(NextToken).toBeUndefined()
    const pages = []
    for await (const page of paginateListInstances({ client: root }, {})) pages.push(page)
    expect(pages).toHaveLength(1)
    await root.send(new UpdateInstanceCommand({ InstanceArn, Name: 'acme' }))
    expect(await root.send(new DescribeInstanceCommand({ InstanceArn }))).toMatchObject({ InstanceArn, Name: 'acme', PrimaryRegion: 'us-east-1' })
    expect((await root.send(new ListRegionsCommand({ InstanceArn }))).Regions).toMatchObject([{ RegionName: 'us-east-1', IsPrimaryRegion: true }])
    await expect(root.send(new CreateInstanceCommand({ Name: 'other' }))).rejects.toMatchObject(refused('ConflictException'))
    await expect(root.send(new DescribeInstanceCommand({ InstanceArn: 'arn:aws:sso:::instance/ssoins-0000000000000000' }))).rejects.toMatchObject(refused('ResourceNotFoundException'))
  })

  test('is nothing for another account, nor for whoever has no policy', async () => {
    const elsewhere = adminClient(app, await rootKeys(app, production))
    await expect(elsewhere.send(new ListInstancesCommand({}))).rejects.toMatchObject(refused('AccessDeniedException', /not of the management account/))
    const ana = adminClient(app, await userKeys(iam, 'ana'))
    await expect(ana.send(new ListInstancesCommand({}))).rejects.toMatchObject(refused('AccessDeniedException', /not authorized to perform: sso:ListInstances on resource: \*/))
  })

  test('is asked for with a sound input, a known operation and a signature', async () => {
    await expect(root.send(new ListInstancesCommand({ MaxResults: 101 }))).rejects.toMatchObject(refused('ValidationException', /^1 validation error detected: MaxResults must be a whole number from 1 to 100$/))
    await expect(root.send(new ListInstancesCommand({ NextToken: 'abc' }))).rejects.toMatchObject(refused('ValidationException', /NextToken is not one that was given for this/))
    const headers = { 'content-type': 'application/x-amz-json-1.1' }
    expect(await post({ ...headers, 'x-amz-target': 'SWBExternalService.Nope' }, '{}')).toMatchObject({ status: 400, type: 'application/x-amz-json-1.1', body: { __type: 'UnknownOperationException' } })
    expect(await post({ ...headers, 'x-amz-target': 'Other.ListInstances' }, '{}')).toMatchObject({ status: 400, body: { __type: 'UnknownOperationException' } })
    expect(await post({ ...headers, 'x-amz-target': 'SWBExternalService.constructor' }, '{}')).toMatchObject({ status: 400, body: { __type: 'UnknownOperationException' } })
    expect(await post({ ...headers, 'x-amz-target': 'SWBExternalService.ListInstances' }, '{}')).toMatchObject({ status: 400, body: { __type: 'MissingAuthenticationTokenException', Message: expect.any(String) } })
  })
})

describe('permission sets', () => {
  test('are made, changed and taken away', async () => {
    const set = await makeSet('Makers', { Description: 'Makes things', RelayState: 'https://app.example.com/', SessionDuration: 'PT8H', Tags: [{ Key: 'team', Value: 'red' }] })
    expect((await root.send(new DescribePermissionSetCommand(set))).PermissionSet).toEqual(
      { Name: 'Makers', PermissionSetArn: set.PermissionSetArn, Description: 'Makes things', RelayState: 'https://app.example.com/', SessionDuration: 'PT8H', CreatedDate: expect.any(Date) })
    expect((await root.send(new ListTagsForResourceCommand({ InstanceArn, ResourceArn: set.PermissionSetArn }))).Tags).toEqual([{ Key: 'team', Value: 'red' }])
    await root.send(new UpdatePermissionSetCommand({ ...set, SessionDuration: 'PT1H30M' }))
    const { PermissionSet } = await root.send(new DescribePermissionSetCommand(set))
    expect(PermissionSet).toMatchObject({ Description: 'Makes things', SessionDuration: 'PT1H30M' })
    expect(PermissionSet!.RelayState).toBeUndefined()
    expect(await event('UpdatePermissionSet')).toMatchObject({
      eventSource: 'sso.amazonaws.com', recipientAccountId: management, userIdentity: { type: 'Root' }, requestParameters: { instanceArn: InstanceArn, sessionDuration: 'PT1H30M' },
      additionalEventData: { before: { relayState: 'https://app.example.com/', sessionDuration: 'PT8H' } },
    })
    const { PermissionSetProvisioningStatus: provisioned } = await root.send(new ProvisionPermissionSetCommand({ ...set, TargetType: 'ALL_PROVISIONED_ACCOUNTS' }))
    expect(provisioned).toMatchObject({ Status: 'SUCCEEDED', PermissionSetArn: set.PermissionSetArn })
    expect((await root.send(new DescribePermissionSetProvisioningStatusCommand({ InstanceArn, ProvisionPermissionSetRequestId: provisioned!.RequestId }))).PermissionSetProvisioningStatus).toEqual(provisioned)
    expect((await root.send(new ListPermissionSetProvisioningStatusCommand({ InstanceArn, Filter: { Status: 'SUCCEEDED' } }))).PermissionSetsProvisioningStatus).toContainEqual(expect.objectContaining({ RequestId: provisioned!.RequestId }))
    await root.send(new DeletePermissionSetCommand(set))
    await expect(root.send(new DescribePermissionSetCommand(set))).rejects.toMatchObject(refused('ResourceNotFoundException'))
  })

  test('are refused with every fault named, and under a name that is taken', async () => {
    await expect(makeSet('no spaces', { SessionDuration: 'PT13H', Description: '', Tags: [{ Key: 'a', Value: '1' }, { Key: 'A', Value: '2' }] })).rejects.toMatchObject(refused('ValidationException',
      /^4 validation errors detected: Name must be letters.*; Description must have 1 to 700 characters; SessionDuration must be a length of time from PT1H to PT12H; Tags has a key twice$/))
    await expect(makeSet('readonly')).rejects.toMatchObject(refused('ConflictException'))
    await expect(root.send(new CreatePermissionSetCommand({ InstanceArn: 'arn:aws:sso:::instance/ssoins-0000000000000000', Name: 'x' }))).rejects.toMatchObject(refused('ResourceNotFoundException'))
  })

  test('are listed in pages whose tokens are good nowhere else', async () => {
    const names: string[] = []
    for await (const { PermissionSets } of paginateListPermissionSets({ client: root, pageSize: 1 }, { InstanceArn })) names.push(...PermissionSets!)
    expect(new Set(names).size).toBe(names.length)
    expect(names).toEqual(expect.arrayContaining([await setArn(app, 'AdministratorAccess'), await setArn(app, 'ReadOnly')]))
    const { NextToken } = await root.send(new ListPermissionSetsCommand({ InstanceArn, MaxResults: 1 }))
    expect(NextToken).toBeDefined()
    await expect(root.send(new ListInstancesCommand({ NextToken }))).rejects.toMatchObject(refused('ValidationException', /NextToken/))
  })

  test('have an inline policy, which is refused with every fault named', async () => {
    const set = await makeSet('Inline')
    expect((await root.send(new GetInlinePolicyForPermissionSetCommand(set))).InlinePolicy).toBe('')
    const InlinePolicy = documentOf({ Effect: 'Allow', Action: 'iam:ListUsers', Resource: '*' })
    await root.send(new PutInlinePolicyToPermissionSetCommand({ ...set, InlinePolicy }))
    expect(JSON.parse((await root.send(new GetInlinePolicyForPermissionSetCommand(set))).InlinePolicy!)).toEqual(JSON.parse(InlinePolicy))
    await expect(root.send(new PutInlinePolicyToPermissionSetCommand({ ...set, InlinePolicy: documentOf({ Effect: 'Maybe', Action: 'nothing', Resource: '*' }) }))).rejects.toMatchObject(
      refused('ValidationException', /Statement\[0\]\.Effect.*Statement\[0\]\.Action/s))
    await expect(root.send(new PutInlinePolicyToPermissionSetCommand({ ...set, InlinePolicy: 'no policy' }))).rejects.toMatchObject(refused('ValidationException', /line 1/))
    await root.send(new DeleteInlinePolicyFromPermissionSetCommand(set))
    expect((await root.send(new GetInlinePolicyForPermissionSetCommand(set))).InlinePolicy).toBe('')
  })

  test('have managed policies of the catalogue', async () => {
    const set = await makeSet('Managed')
    await root.send(new AttachManagedPolicyToPermissionSetCommand({ ...set, ManagedPolicyArn: readOnly }))
    expect((await root.send(new ListManagedPoliciesInPermissionSetCommand(set))).AttachedManagedPolicies).toEqual([{ Name: 'ReadOnlyAccess', Arn: readOnly }])
    await expect(root.send(new AttachManagedPolicyToPermissionSetCommand({ ...set, ManagedPolicyArn: readOnly }))).rejects.toMatchObject(refused('ConflictException'))
    await expect(root.send(new AttachManagedPolicyToPermissionSetCommand({ ...set, ManagedPolicyArn: 'arn:aws:iam::aws:policy/Nowhere' }))).rejects.toMatchObject(refused('ResourceNotFoundException', /catalogue/))
    await expect(root.send(new AttachManagedPolicyToPermissionSetCommand({ ...set, ManagedPolicyArn: `arn:aws:iam::${management}:policy/Own` }))).rejects.toMatchObject(refused('ValidationException'))
    await root.send(new DetachManagedPolicyFromPermissionSetCommand({ ...set, ManagedPolicyArn: readOnly }))
    await expect(root.send(new DetachManagedPolicyFromPermissionSetCommand({ ...set, ManagedPolicyArn: readOnly }))).rejects.toMatchObject(refused('ResourceNotFoundException'))
  })

  test('have a permissions boundary, of the catalogue or of accounts', async () => {
    const set = await makeSet('Bound')
    await expect(root.send(new GetPermissionsBoundaryForPermissionSetCommand(set))).rejects.toMatchObject(refused('ResourceNotFoundException'))
    await root.send(new PutPermissionsBoundaryToPermissionSetCommand({ ...set, PermissionsBoundary: { ManagedPolicyArn: readOnly } }))
    expect((await root.send(new GetPermissionsBoundaryForPermissionSetCommand(set))).PermissionsBoundary).toEqual({ ManagedPolicyArn: readOnly })
    const CustomerManagedPolicyReference = { Name: 'Limit', Path: '/team/' }
    await root.send(new PutPermissionsBoundaryToPermissionSetCommand({ ...set, PermissionsBoundary: { CustomerManagedPolicyReference } }))
    expect((await root.send(new GetPermissionsBoundaryForPermissionSetCommand(set))).PermissionsBoundary).toEqual({ CustomerManagedPolicyReference })
    await expect(root.send(new PutPermissionsBoundaryToPermissionSetCommand({ ...set, PermissionsBoundary: { CustomerManagedPolicyReference, ManagedPolicyArn: readOnly } }))).rejects.toMatchObject(refused('ValidationException', /exactly one/))
    await root.send(new DeletePermissionsBoundaryFromPermissionSetCommand(set))
    await expect(root.send(new GetPermissionsBoundaryForPermissionSetCommand(set))).rejects.toMatchObject(refused('ResourceNotFoundException'))
  })

  test('have tags', async () => {
    const { PermissionSetArn: ResourceArn } = await makeSet('Tagged')
    await root.send(new TagResourceCommand({ InstanceArn, ResourceArn, Tags: [{ Key: 'team', Value: 'red' }, { Key: 'cost', Value: '7' }] }))
    await root.send(new UntagResourceCommand({ InstanceArn, ResourceArn, TagKeys: ['team'] }))
    expect((await root.send(new ListTagsForResourceCommand({ InstanceArn, ResourceArn }))).Tags).toEqual([{ Key: 'cost', Value: '7' }])
    await root.send(new TagResourceCommand({ ResourceArn: InstanceArn, Tags: [{ Key: 'env', Value: 'live' }] }))
    expect((await root.send(new ListTagsForResourceCommand({ ResourceArn: InstanceArn }))).Tags).toEqual([{ Key: 'env', Value: 'live' }])
    const owner = adminClient(app, await userKeys(iam, 'owner', [{ Effect: 'Allow', Action: 'sso:*', Resource: '*', Condition: { StringEquals: { 'aws:ResourceTag/cost': '7' } } }]))
    await expect(owner.send(new DescribePermissionSetCommand({ InstanceArn, PermissionSetArn: ResourceArn }))).resolves.toMatchObject({ PermissionSet: { Name: 'Tagged' } })
    await expect(owner.send(new DescribePermissionSetCommand({ InstanceArn, PermissionSetArn: await setArn(app, 'ReadOnly') }))).rejects.toMatchObject(refused('AccessDeniedException'))
  })
})

describe('assignments', () => {
  test('are listed first, made, listed by everything, and taken away', async () => {
    const set = await makeSet('Assigned')
    const place = { ...set, AccountId: production }
    expect((await root.send(new ListAccountAssignmentsCommand(place))).AccountAssignments).toEqual([])
    const one = { ...set, TargetId: production, TargetType: 'AWS_ACCOUNT' as const, PrincipalType: 'GROUP' as const, PrincipalId: developers }
    const { AccountAssignmentCreationStatus: created } = await root.send(new CreateAccountAssignmentCommand(one))
    expect(created).toMatchObject({ Status: 'SUCCEEDED', TargetId: production, PrincipalId: developers, PermissionSetArn: set.PermissionSetArn, CreatedDate: expect.any(Date) })
    expect((await root.send(new DescribeAccountAssignmentCreationStatusCommand({ InstanceArn, AccountAssignmentCreationRequestId: created!.RequestId }))).AccountAssignmentCreationStatus).toEqual(created)
    expect(await event('CreateAccountAssignment')).toMatchObject({ requestParameters: { targetId: production, principalId: developers }, responseElements: { accountAssignmentCreationStatus: { status: 'SUCCEEDED' } } })
    await root.send(new CreateAccountAssignmentCommand(one))
    const assignment = { AccountId: production, PermissionSetArn: set.PermissionSetArn, PrincipalType: 'GROUP', PrincipalId: developers }
    expect((await root.send(new ListAccountAssignmentsCommand(place))).AccountAssignments).toEqual([assignment])
    expect((await root.send(new ListAccountAssignmentsForPrincipalCommand({ InstanceArn, PrincipalId: jane, PrincipalType: 'USER', Filter: { AccountId: production } }))).AccountAssignments).toContainEqual(assignment)
    const paged: unknown[] = []
    for (let NextToken: string | undefined, first = true; first || NextToken; first = false) {
      const answer = await root.send(new ListAccountAssignmentsForPrincipalCommand({ InstanceArn, PrincipalId: jane, PrincipalType: 'USER', MaxResults: 1, NextToken }))
      paged.push(...answer.AccountAssignments!)
      NextToken = answer.NextToken
    }
    expect(paged).toHaveLength(4)
    expect((await root.send(new ListPermissionSetsProvisionedToAccountCommand({ InstanceArn, AccountId: production }))).PermissionSets).toContain(set.PermissionSetArn)
    expect((await root.send(new ListAccountsForProvisionedPermissionSetCommand(set))).AccountIds).toEqual([production])
    expect((await root.send(new ListAccountsForProvisionedPermissionSetCommand({ ...set, ProvisioningStatus: 'LATEST_PERMISSION_SET_NOT_PROVISIONED' }))).AccountIds).toEqual([])
    expect((await root.send(new ListAccountAssignmentCreationStatusCommand({ InstanceArn, MaxResults: 1 }))).AccountAssignmentsCreationStatus).toMatchObject([{ Status: 'SUCCEEDED' }])
    await expect(root.send(new DeletePermissionSetCommand(set))).rejects.toMatchObject(refused('ConflictException', /while it is assigned/))
    const { AccountAssignmentDeletionStatus: deleted } = await root.send(new DeleteAccountAssignmentCommand(one))
    expect(deleted).toMatchObject({ Status: 'SUCCEEDED' })
    expect((await root.send(new DescribeAccountAssignmentDeletionStatusCommand({ InstanceArn, AccountAssignmentDeletionRequestId: deleted!.RequestId }))).AccountAssignmentDeletionStatus).toEqual(deleted)
    await expect(root.send(new DescribeAccountAssignmentDeletionStatusCommand({ InstanceArn, AccountAssignmentDeletionRequestId: created!.RequestId }))).rejects.toMatchObject(refused('ResourceNotFoundException'))
    await expect(root.send(new DeleteAccountAssignmentCommand(one))).rejects.toMatchObject(refused('ResourceNotFoundException'))
    expect((await root.send(new ListAccountAssignmentsCommand(place))).AccountAssignments).toEqual([])
    await root.send(new DeletePermissionSetCommand(set))
  })

  test('are refused for whoever or whatever is not there', async () => {
    const set = { InstanceArn, PermissionSetArn: await setArn(app, 'ReadOnly') }
    const one = { ...set, TargetId: production, TargetType: 'AWS_ACCOUNT' as const, PrincipalType: 'USER' as const, PrincipalId: jane }
    await expect(root.send(new CreateAccountAssignmentCommand({ ...one, PrincipalType: 'GROUP' }))).rejects.toMatchObject(refused('ResourceNotFoundException', /no group/))
    await expect(root.send(new CreateAccountAssignmentCommand({ ...one, TargetId: '999999999999' }))).rejects.toMatchObject(refused('ResourceNotFoundException', /no account/))
    await expect(root.send(new CreateAccountAssignmentCommand({ ...one, PrincipalId: 'jane' }))).rejects.toMatchObject(refused('ValidationException', /PrincipalId/))
  })
})

describe('references to policies of accounts', () => {
  test('count in the account, and where they lead nowhere the permission set allows nothing', async () => {
    const set = await makeSet('Referring')
    const CustomerManagedPolicyReference = { Name: 'Lists', Path: '/team/' }
    await root.send(new AttachManagedPolicyToPermissionSetCommand({ ...set, ManagedPolicyArn: readOnly }))
    await root.send(new AttachCustomerManagedPolicyReferenceToPermissionSetCommand({ ...set, CustomerManagedPolicyReference }))
    expect((await root.send(new ListCustomerManagedPolicyReferencesInPermissionSetCommand(set))).CustomerManagedPolicyReferences).toEqual([CustomerManagedPolicyReference])
    const one = { ...set, TargetId: management, TargetType: 'AWS_ACCOUNT' as const, PrincipalType: 'USER' as const, PrincipalId: jane }
    const { AccountAssignmentCreationStatus: failed } = await root.send(new CreateAccountAssignmentCommand(one))
    expect(failed).toMatchObject({ Status: 'FAILED', FailureReason: expect.stringContaining(`/team/Lists does not exist in account ${management}`) })
    expect((await root.send(new ListAccountAssignmentsCommand({ ...set, AccountId: management }))).AccountAssignments).toEqual([])
    const holder = clientOf(app, await setKeys(app, 'Referring'))
    await expect(holder.send(new ListUsersCommand({}))).rejects.toMatchObject({ name: 'AccessDenied', message: expect.stringContaining('/team/Lists, which permission set Referring needs and which is not there') })
    const { Policy } = await iam.send(new CreatePolicyCommand({ PolicyName: 'Lists', Path: '/team/', PolicyDocument: documentOf({ Effect: 'Deny', Action: 'iam:ListGroups', Resource: '*' }) }))
    expect((await root.send(new CreateAccountAssignmentCommand(one))).AccountAssignmentCreationStatus).toMatchObject({ Status: 'SUCCEEDED' })
    await expect(holder.send(new ListUsersCommand({}))).resolves.toMatchObject({ Users: expect.any(Array) })
    await iam.send(new DeletePolicyCommand({ PolicyArn: Policy!.Arn }))
    expect((await root.send(new ProvisionPermissionSetCommand({ ...set, TargetType: 'AWS_ACCOUNT', TargetId: management }))).PermissionSetProvisioningStatus).toMatchObject({ Status: 'FAILED' })
    await root.send(new DetachCustomerManagedPolicyReferenceFromPermissionSetCommand({ ...set, CustomerManagedPolicyReference }))
    await root.send(new PutPermissionsBoundaryToPermissionSetCommand({ ...set, PermissionsBoundary: { CustomerManagedPolicyReference } }))
    await expect(holder.send(new ListUsersCommand({}))).rejects.toMatchObject({ name: 'AccessDenied' })
  })
})

describe('attributes for access control', () => {
  test('are kept, and become tags of sessions', async () => {
    const configuration = { InstanceArn, InstanceAccessControlAttributeConfiguration: { AccessControlAttributes: [{ Key: 'family', Value: { Source: ['${path:name.familyName}'] } }, { Key: 'none', Value: { Source: ['${path:nothing}'] } }] } }
    await expect(root.send(new DescribeInstanceAccessControlAttributeConfigurationCommand({ InstanceArn }))).rejects.toMatchObject(refused('ResourceNotFoundException'))
    await root.send(new CreateInstanceAccessControlAttributeConfigurationCommand(configuration))
    await expect(root.send(new CreateInstanceAccessControlAttributeConfigurationCommand(configuration))).rejects.toMatchObject(refused('ConflictException'))
    expect(await root.send(new DescribeInstanceAccessControlAttributeConfigurationCommand({ InstanceArn }))).toMatchObject({ Status: 'ENABLED', InstanceAccessControlAttributeConfiguration: configuration.InstanceAccessControlAttributeConfiguration })
    await root.send(new UpdateInstanceAccessControlAttributeConfigurationCommand(configuration))
    const set = await makeSet('Families')
    await root.send(new PutInlinePolicyToPermissionSetCommand({ ...set, InlinePolicy: documentOf({ Effect: 'Allow', Action: 'iam:ListUsers', Resource: '*', Condition: { StringEquals: { 'aws:PrincipalTag/family': 'Doe' } } }) }))
    await root.send(new CreateAccountAssignmentCommand({ ...set, TargetId: management, TargetType: 'AWS_ACCOUNT', PrincipalType: 'GROUP', PrincipalId: developers }))
    const line = commandLine(app.origin)
    const { accessToken } = await line.signIn()
    const usersBy = async () => {
      const { roleCredentials } = await line.sso.send(new GetRoleCredentialsCommand({ accessToken, accountId: management, roleName: 'Families' }))
      const { accessKeyId, secretAccessKey, sessionToken } = roleCredentials!
      return clientOf(app, { accessKeyId: accessKeyId!, secretAccessKey: secretAccessKey!, sessionToken: sessionToken! }).send(new ListUsersCommand({}))
    }
    // Settings are read again once a second.
    await eventually(usersBy)
    await root.send(new DeleteInstanceAccessControlAttributeConfigurationCommand({ InstanceArn }))
    await expect(root.send(new DeleteInstanceAccessControlAttributeConfigurationCommand({ InstanceArn }))).rejects.toMatchObject(refused('ResourceNotFoundException'))
  })
})

describe('a role that only reads', () => {
  test('sees everything and changes nothing', async () => {
    const auditor = adminClient(app, await setKeys(app, 'ReadOnly'))
    const set = { InstanceArn, PermissionSetArn: await setArn(app, 'ReadOnly') }
    await auditor.send(new ListInstancesCommand({}))
    await auditor.send(new DescribePermissionSetCommand(set))
    await auditor.send(new ListAccountAssignmentsCommand({ ...set, AccountId: production }))
    const denied = refused('AccessDeniedException')
    await expect(auditor.send(new UpdatePermissionSetCommand({ ...set, Description: 'mine' }))).rejects.toMatchObject(denied)
    await expect(auditor.send(new CreatePermissionSetCommand({ InstanceArn, Name: 'mine' }))).rejects.toMatchObject(denied)
    await expect(auditor.send(new CreateAccountAssignmentCommand({ ...set, TargetId: production, TargetType: 'AWS_ACCOUNT', PrincipalType: 'USER', PrincipalId: jane }))).rejects.toMatchObject(denied)
    await expect(auditor.send(new PutInlinePolicyToPermissionSetCommand({ ...set, InlinePolicy: documentOf({ Effect: 'Allow', Action: '*', Resource: '*' }) }))).rejects.toMatchObject(denied)
    expect(await event('PutInlinePolicyToPermissionSet')).toMatchObject({ errorCode: 'AccessDeniedException', userIdentity: { type: 'AssumedRole' } })
    await expect(adminClient(app, await setKeys(app, 'AdministratorAccess', production)).send(new ListInstancesCommand({}))).rejects.toMatchObject(denied)
  })

  test('is not told whether something is there that it may not see', async () => {
    const ana = adminClient(app, await userKeys(iam, 'bea', [{ Effect: 'Allow', Action: 'sso:ListPermissionSets', Resource: '*' }]))
    await expect(ana.send(new DescribePermissionSetCommand({ InstanceArn, PermissionSetArn: 'arn:aws:sso:::permissionSet/ssoins-0000000000000000/ps-0000000000000000' }))).rejects.toMatchObject(refused('AccessDeniedException'))
    await expect(ana.send(new ListPermissionSetsCommand({ InstanceArn }))).resolves.toMatchObject({ PermissionSets: expect.any(Array) })
  })
})
