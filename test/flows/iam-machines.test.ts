// Instance profiles as Terraform makes them, and credential reports as auditors read them; with the real SDK.
import {
  AddRoleToInstanceProfileCommand, CreateInstanceProfileCommand, CreateLoginProfileCommand, CreateRoleCommand, DeleteInstanceProfileCommand, DeleteRoleCommand, GenerateCredentialReportCommand,
  GetAccountAuthorizationDetailsCommand, GetAccountSummaryCommand, GetCredentialReportCommand, GetInstanceProfileCommand, ListInstanceProfilesCommand, ListInstanceProfilesForRoleCommand,
  ListInstanceProfileTagsCommand, RemoveRoleFromInstanceProfileCommand, TagInstanceProfileCommand, UntagInstanceProfileCommand, UpdateAccountPasswordPolicyCommand, UpdateAccessKeyCommand, type IAMClient,
} from '@aws-sdk/client-iam'
import { password, startApp, type TestApp } from '../support/app.js'
import { clientOf, management, production, refusal, rootKeys, trusting, userKeys } from '../support/iam.js'

let app: TestApp
let root: IAMClient
beforeAll(async () => {
  app = await startApp()
  root = clientOf(app, await rootKeys(app))
}, 90_000)
afterAll(() => app.stop())

const trust = trusting({ Service: 'ec2.amazonaws.com' })
const makeRole = (RoleName: string) => root.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust }))

test('an instance profile is made, given a role, listed, emptied and deleted', async () => {
  await makeRole('web')
  const named = { InstanceProfileName: 'Web' }
  const { InstanceProfile } = await root.send(new CreateInstanceProfileCommand({ ...named, Path: '/apps/', Tags: [{ Key: 'a', Value: 'b' }] }))
  expect(InstanceProfile).toMatchObject({ InstanceProfileId: expect.stringMatching(/^AIPA[A-Z2-7]{16}$/), Arn: `arn:aws:iam::${management}:instance-profile/apps/Web`, Path: '/apps/', Roles: [], Tags: [{ Key: 'a', Value: 'b' }] })
  await expect(root.send(new CreateInstanceProfileCommand({ InstanceProfileName: 'web' }))).rejects.toMatchObject(refusal('EntityAlreadyExistsException', 409))
  await root.send(new AddRoleToInstanceProfileCommand({ ...named, RoleName: 'web' }))
  await expect(root.send(new AddRoleToInstanceProfileCommand({ ...named, RoleName: 'web' }))).rejects.toMatchObject(refusal('LimitExceededException', 409))
  const [role] = (await root.send(new GetInstanceProfileCommand({ InstanceProfileName: 'WEB' }))).InstanceProfile!.Roles!
  expect(role).toMatchObject({ RoleName: 'web', Arn: `arn:aws:iam::${management}:role/web`, AssumeRolePolicyDocument: encodeURIComponent(trust) })
  const withRole = { InstanceProfileName: 'Web', Roles: [{ RoleName: 'web' }] }
  expect((await root.send(new ListInstanceProfilesCommand({ PathPrefix: '/apps/' }))).InstanceProfiles).toMatchObject([withRole])
  expect((await root.send(new ListInstanceProfilesCommand({ PathPrefix: '/other/' }))).InstanceProfiles).toEqual([])
  expect((await root.send(new ListInstanceProfilesForRoleCommand({ RoleName: 'web' }))).InstanceProfiles).toMatchObject([withRole])
  expect((await root.send(new GetAccountAuthorizationDetailsCommand({ Filter: ['Role'] }))).RoleDetailList).toMatchObject([{ RoleName: 'web', InstanceProfileList: [withRole] }])
  expect((await root.send(new GetAccountSummaryCommand({}))).SummaryMap).toMatchObject({ InstanceProfiles: 1 })
  await root.send(new TagInstanceProfileCommand({ ...named, Tags: [{ Key: 'c', Value: 'd' }] }))
  await root.send(new UntagInstanceProfileCommand({ ...named, TagKeys: ['a'] }))
  expect((await root.send(new ListInstanceProfileTagsCommand(named))).Tags).toEqual([{ Key: 'c', Value: 'd' }])

  await expect(root.send(new DeleteInstanceProfileCommand(named))).rejects.toMatchObject(refusal('DeleteConflictException', 409))
  await expect(root.send(new DeleteRoleCommand({ RoleName: 'web' }))).rejects.toMatchObject({ ...refusal('DeleteConflictException', 409), message: expect.stringContaining('instance profiles it is in (1)') })
  await root.send(new RemoveRoleFromInstanceProfileCommand({ ...named, RoleName: 'web' }))
  await expect(root.send(new RemoveRoleFromInstanceProfileCommand({ ...named, RoleName: 'web' }))).rejects.toMatchObject(refusal('NoSuchEntityException', 404))
  await root.send(new DeleteInstanceProfileCommand(named))
  await root.send(new DeleteRoleCommand({ RoleName: 'web' }))
  await expect(root.send(new GetInstanceProfileCommand(named))).rejects.toMatchObject(refusal('NoSuchEntityException', 404))
})

test('whoever puts a role into an instance profile must be allowed to pass on the role', async () => {
  await makeRole('strong')
  await root.send(new CreateInstanceProfileCommand({ InstanceProfileName: 'box' }))
  const add = { Effect: 'Allow', Action: ['iam:AddRoleToInstanceProfile'], Resource: `arn:aws:iam::${management}:instance-profile/box` }
  const ask = async (name: string, ...statements: object[]) => clientOf(app, await userKeys(root, name, [add, ...statements])).send(new AddRoleToInstanceProfileCommand({ InstanceProfileName: 'box', RoleName: 'strong' }))
  await expect(ask('without')).rejects.toMatchObject({ ...refusal('AccessDenied', 403), message: expect.stringContaining('iam:PassRole on resource: arn:aws:iam::111122223333:role/strong') })
  const pass = { Effect: 'Allow', Action: 'iam:PassRole', Resource: `arn:aws:iam::${management}:role/strong` }
  await expect(ask('elsewhere', { ...pass, Condition: { StringEquals: { 'iam:PassedToService': 'lambda.amazonaws.com' } } })).rejects.toMatchObject(refusal('AccessDenied', 403))
  await ask('with', { ...pass, Condition: { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } } })
})

test('a credential report has a line for the root user and for each user, and says how old everything is', async () => {
  const other = clientOf(app, await rootKeys(app, production))
  await expect(other.send(new GetCredentialReportCommand({}))).rejects.toMatchObject({ name: expect.stringContaining('ReportNotPresent'), $metadata: { httpStatusCode: 410 } })
  const read = async (): Promise<string[][]> => {
    expect(await other.send(new GenerateCredentialReportCommand({}))).toMatchObject({ State: 'COMPLETE' })
    const { Content, ReportFormat, GeneratedTime } = await other.send(new GetCredentialReportCommand({}))
    expect([ReportFormat, Date.now() - GeneratedTime!.getTime() < 60_000]).toEqual(['text/csv', true])
    return Buffer.from(Content!).toString().split('\n').map((line) => line.split(','))
  }
  const keys = await userKeys(other, 'ana', [{ Effect: 'Allow', Action: 'iam:*', Resource: '*' }])
  await other.send(new CreateLoginProfileCommand({ UserName: 'ana', Password: password }))
  await clientOf(app, keys).send(new UpdateAccessKeyCommand({ AccessKeyId: keys.accessKeyId, Status: 'Inactive' }))
  await other.send(new UpdateAccountPasswordPolicyCommand({ MaxPasswordAge: 90 }))
  await userKeys(other, 'bob')
  const [header, rootLine, ana, bob, ...more] = await read()
  expect(header!.join()).toBe('user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active,'
    + 'access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,'
    + 'access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,'
    + 'cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated')
  expect(more).toEqual([])
  const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/) as unknown
  const noKey = ['false', 'N/A', 'N/A', 'N/A', 'N/A']
  const noCertificates = ['false', 'N/A', 'false', 'N/A']
  expect(rootLine).toEqual(['<root_account>', `arn:aws:iam::${production}:root`, time, 'not_supported', 'no_information', 'not_supported', 'not_supported', 'false', 'true', time, time, 'us-east-1', 'iam', ...noKey, ...noCertificates])
  expect(ana).toEqual(['ana', `arn:aws:iam::${production}:user/ana`, time, 'true', 'no_information', time, time, 'false', 'false', time, time, 'us-east-1', 'iam', ...noKey, ...noCertificates])
  expect(Date.parse(ana![6]!) - Date.parse(ana![5]!)).toBe(90 * 86_400_000)
  expect(bob).toEqual(['bob', `arn:aws:iam::${production}:user/bob`, time, 'false', 'N/A', 'N/A', 'N/A', 'false', 'true', time, 'N/A', 'N/A', 'N/A', ...noKey, ...noCertificates])
  await userKeys(other, 'comma,name')
  const { Content } = (await read(), await other.send(new GetCredentialReportCommand({})))
  expect(Buffer.from(Content!).toString()).toContain(`\n"comma,name","arn:aws:iam::${production}:user/comma,name",`)
})
