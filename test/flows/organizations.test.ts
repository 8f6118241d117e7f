// The Organizations API with the real SDK, in the order in which Terraform calls it.
import {
  CloseAccountCommand, CreateAccountCommand, CreateOrganizationalUnitCommand, DescribeAccountCommand, DescribeCreateAccountStatusCommand, DescribeOrganizationCommand, DescribeOrganizationalUnitCommand,
  DescribeResourcePolicyCommand, ListAccountsCommand, ListAccountsForParentCommand, ListAWSServiceAccessForOrganizationCommand, ListChildrenCommand, ListCreateAccountStatusCommand,
  ListDelegatedAdministratorsCommand, ListOrganizationalUnitsForParentCommand, ListParentsCommand, ListPoliciesCommand, ListRootsCommand, ListTagsForResourceCommand, MoveAccountCommand,
  OrganizationsClient, paginateListAccounts, RemoveAccountFromOrganizationCommand, TagResourceCommand, UntagResourceCommand,
} from '@aws-sdk/client-organizations'
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import { startApp, type TestApp } from '../support/app.js'
import { admin, clientOf, management, production, rootKeys, userKeys, type Keys } from '../support/iam.js'
import { ListAttachedRolePoliciesCommand } from '@aws-sdk/client-iam'

let app: TestApp
let root: OrganizationsClient
let keys: Keys
const organizationsClient = ({ origin }: Pick<TestApp, 'origin'>, credentials: Keys): OrganizationsClient => new OrganizationsClient({ endpoint: origin, region: 'us-east-1', credentials, maxAttempts: 1 })
beforeAll(async () => {
  app = await startApp()
  keys = await rootKeys(app)
  root = organizationsClient(app, keys)
}, 180_000)
afterAll(() => app.stop())

const refused = (name: string, more: object = {}): object => ({ name, $metadata: expect.objectContaining({ httpStatusCode: 400 }), ...more })
const rootId = async (): Promise<string> => (await root.send(new ListRootsCommand({}))).Roots![0]!.Id!

test('the organization is described, with one root over all accounts', async () => {
  const { Organization } = await root.send(new DescribeOrganizationCommand({}))
  expect(Organization).toMatchObject({ Id: expect.stringMatching(/^o-[a-z0-9]{10}$/), FeatureSet: 'ALL', MasterAccountId: management, MasterAccountEmail: 'root@example.com' })
  expect(Organization!.Arn).toBe(`arn:aws:organizations::${management}:organization/${Organization!.Id}`)
  const { Roots } = await root.send(new ListRootsCommand({}))
  expect(Roots).toEqual([{ Id: expect.stringMatching(/^r-[0-9a-z]{4}$/), Arn: `arn:aws:organizations::${management}:root/${Organization!.Id}/${Roots![0]!.Id}`, Name: 'Root', PolicyTypes: [] }])
  const ParentId = Roots![0]!.Id!
  expect((await root.send(new ListAccountsCommand({}))).Accounts).toMatchObject([{ Id: management, JoinedMethod: 'INVITED' }, { Id: production, JoinedMethod: 'CREATED' }])
  expect((await root.send(new ListAccountsForParentCommand({ ParentId }))).Accounts).toHaveLength(2)
  expect((await root.send(new ListChildrenCommand({ ParentId, ChildType: 'ACCOUNT' }))).Children).toEqual([{ Id: management, Type: 'ACCOUNT' }, { Id: production, Type: 'ACCOUNT' }])
  expect((await root.send(new ListChildrenCommand({ ParentId, ChildType: 'ORGANIZATIONAL_UNIT' }))).Children).toEqual([])
  expect((await root.send(new ListParentsCommand({ ChildId: production }))).Parents).toEqual([{ Id: ParentId, Type: 'ROOT' }])
  expect((await root.send(new ListOrganizationalUnitsForParentCommand({ ParentId }))).OrganizationalUnits).toEqual([])
  expect((await root.send(new ListAWSServiceAccessForOrganizationCommand({}))).EnabledServicePrincipals).toMatchObject([{ ServicePrincipal: 'sso.amazonaws.com' }])
  expect((await root.send(new ListDelegatedAdministratorsCommand({}))).DelegatedAdministrators).toEqual([])
  expect((await root.send(new ListPoliciesCommand({ Filter: 'SERVICE_CONTROL_POLICY' }))).Policies).toEqual([])
  await expect(root.send(new ListChildrenCommand({ ParentId: 'r-zzzz', ChildType: 'ACCOUNT' }))).rejects.toMatchObject(refused('ParentNotFoundException'))
  await expect(root.send(new ListParentsCommand({ ChildId: '999999999999' }))).rejects.toMatchObject(refused('ChildNotFoundException'))
  await expect(root.send(new DescribeResourcePolicyCommand({}))).rejects.toMatchObject(refused('ResourcePolicyNotFoundException'))
  await expect(root.send(new DescribeOrganizationalUnitCommand({ OrganizationalUnitId: 'ou-abcd-12345678' }))).rejects.toMatchObject(refused('OrganizationalUnitNotFoundException'))
})

describe('an account', () => {
  test('is made at once, with a role for the management account, is tagged, and closed', async () => {
    const { CreateAccountStatus } = await root.send(new CreateAccountCommand({ AccountName: 'Sandbox 1', Email: 'sandbox@example.com', RoleName: 'Admin', Tags: [{ Key: 'team', Value: 'a b' }] }))
    expect(CreateAccountStatus).toMatchObject({ State: 'SUCCEEDED', AccountName: 'Sandbox 1', AccountId: expect.stringMatching(/^\d{12}$/), Id: expect.stringMatching(/^car-[a-z0-9]{32}$/) })
    const [AccountId, CreateAccountRequestId] = [CreateAccountStatus!.AccountId!, CreateAccountStatus!.Id!]
    expect((await root.send(new DescribeCreateAccountStatusCommand({ CreateAccountRequestId }))).CreateAccountStatus).toEqual(CreateAccountStatus)
    expect((await root.send(new DescribeAccountCommand({ AccountId }))).Account).toMatchObject({ Id: AccountId, Name: 'Sandbox 1', Email: 'sandbox@example.com', Status: 'ACTIVE', State: 'ACTIVE', JoinedMethod: 'CREATED', JoinedTimestamp: expect.any(Date) })
    expect((await root.send(new ListTagsForResourceCommand({ ResourceId: AccountId }))).Tags).toEqual([{ Key: 'team', Value: 'a b' }])
    await root.send(new TagResourceCommand({ ResourceId: AccountId, Tags: [{ Key: 'Team', Value: 'b' }, { Key: 'cost', Value: '' }] }))
    await root.send(new UntagResourceCommand({ ResourceId: AccountId, TagKeys: ['cost'] }))
    expect((await root.send(new ListTagsForResourceCommand({ ResourceId: AccountId }))).Tags).toEqual([{ Key: 'Team', Value: 'b' }])
    await assume(AccountId)
    await root.send(new CloseAccountCommand({ AccountId }))
    await expect(root.send(new DescribeAccountCommand({ AccountId }))).rejects.toMatchObject(refused('AccountNotFoundException'))
    await expect(root.send(new CloseAccountCommand({ AccountId }))).rejects.toMatchObject(refused('AccountNotFoundException'))
  })

  test('is not made with an address that another has', async () => {
    const { CreateAccountStatus } = await root.send(new CreateAccountCommand({ AccountName: 'Twice', Email: 'PROD@example.com' }))
    expect(CreateAccountStatus).toMatchObject({ State: 'FAILED', FailureReason: 'EMAIL_ALREADY_EXISTS' })
    expect((await root.send(new DescribeCreateAccountStatusCommand({ CreateAccountRequestId: CreateAccountStatus!.Id }))).CreateAccountStatus).toMatchObject({ State: 'FAILED', FailureReason: 'EMAIL_ALREADY_EXISTS' })
    expect((await root.send(new ListCreateAccountStatusCommand({ States: ['FAILED'] }))).CreateAccountStatuses).toHaveLength(1)
    expect((await root.send(new ListCreateAccountStatusCommand({ States: ['IN_PROGRESS'] }))).CreateAccountStatuses).toEqual([])
    const first = await root.send(new ListCreateAccountStatusCommand({ MaxResults: 1 }))
    const second = await root.send(new ListCreateAccountStatusCommand({ MaxResults: 1, NextToken: first.NextToken }))
    expect([...first.CreateAccountStatuses!, ...second.CreateAccountStatuses!].map(({ State }) => State)).toEqual(['SUCCEEDED', 'FAILED'])
    await expect(root.send(new DescribeCreateAccountStatusCommand({ CreateAccountRequestId: 'car-00000000' }))).rejects.toMatchObject(refused('CreateAccountStatusNotFoundException'))
    for (const input of [{ AccountName: '', Email: 'x@example.com' }, { AccountName: 'x', Email: 'nobody' }, { AccountName: 'x', Email: 'x@example.com', RoleName: 'AWSReservedSSO_x' }]) {
      await expect(root.send(new CreateAccountCommand(input))).rejects.toMatchObject(refused('InvalidInputException'))
    }
  })

  test('that manages the others is not closed', async () => {
    await expect(root.send(new CloseAccountCommand({ AccountId: management }))).rejects.toMatchObject(refused('ConstraintViolationException', { Reason: 'CANNOT_CLOSE_MANAGEMENT_ACCOUNT' }))
  })

  test('comes in pages', async () => {
    const ids: (string | undefined)[][] = []
    for await (const { Accounts } of paginateListAccounts({ client: root, pageSize: 1 }, {})) ids.push(Accounts!.map(({ Id }) => Id))
    expect(ids).toEqual([[management], [production]])
  })
})

test('the root has no tags, and nothing else has any', async () => {
  expect((await root.send(new ListTagsForResourceCommand({ ResourceId: await rootId() }))).Tags).toEqual([])
  await expect(root.send(new TagResourceCommand({ ResourceId: await rootId(), Tags: [{ Key: 'a', Value: 'b' }] }))).rejects.toMatchObject(refused('ConstraintViolationException'))
  await expect(root.send(new ListTagsForResourceCommand({ ResourceId: '999999999999' }))).rejects.toMatchObject(refused('TargetNotFoundException'))
})

test('what there is not is said to be so', async () => {
  const ParentId = await rootId()
  await expect(root.send(new CreateOrganizationalUnitCommand({ ParentId, Name: 'x' }))).rejects.toMatchObject(refused('UnsupportedAPIEndpointException', { message: expect.stringContaining('flat') }))
  await expect(root.send(new MoveAccountCommand({ AccountId: production, SourceParentId: ParentId, DestinationParentId: ParentId }))).rejects.toMatchObject(refused('UnsupportedAPIEndpointException'))
  await expect(root.send(new RemoveAccountFromOrganizationCommand({ AccountId: production }))).rejects.toMatchObject(refused('UnsupportedAPIEndpointException', { message: expect.stringContaining('close') }))
})

test('who may only read makes nothing, and nobody else reads', async () => {
  const iam = clientOf(app, keys)
  const reader = organizationsClient(app, await userKeys(iam, 'reader', [{ Effect: 'Allow', Action: ['organizations:List*', 'organizations:Describe*'], Resource: '*' }]))
  expect((await reader.send(new DescribeAccountCommand({ AccountId: production }))).Account).toMatchObject({ Name: 'Production' })
  for (const command of [new CreateAccountCommand({ AccountName: 'x', Email: 'x@example.com' }), new CloseAccountCommand({ AccountId: production }), new TagResourceCommand({ ResourceId: production, Tags: [] }), new CreateOrganizationalUnitCommand({ ParentId: 'r-abcd', Name: 'x' })]) {
    await expect(reader.send(command as CloseAccountCommand)).rejects.toMatchObject(refused('AccessDeniedException'))
  }
  const elsewhere = organizationsClient(app, await rootKeys(app, production))
  await expect(elsewhere.send(new ListAccountsCommand({}))).rejects.toMatchObject(refused('AccessDeniedException', { message: expect.stringContaining('not of the management account') }))
})

/** The first role is one that whoever may in the management account can act as. */
async function assume(AccountId: string): Promise<void> {
  const credentials = await userKeys(clientOf(app, keys), 'opener', [{ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' }])
  const sts = new STSClient({ endpoint: app.origin, region: 'us-east-1', credentials, maxAttempts: 1 })
  const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn: `arn:aws:iam::${AccountId}:role/Admin`, RoleSessionName: 'first' }))
  const inside = clientOf(app, { accessKeyId: Credentials!.AccessKeyId!, secretAccessKey: Credentials!.SecretAccessKey!, sessionToken: Credentials!.SessionToken! })
  expect((await inside.send(new ListAttachedRolePoliciesCommand({ RoleName: 'Admin' }))).AttachedPolicies).toMatchObject([{ PolicyArn: admin }])
}
