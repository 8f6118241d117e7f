// Applications and trusted token issuers by the SSO Admin API with the real SDK: made as Terraform makes them, and counting where people sign in.
import {
  CreateApplicationAssignmentCommand, CreateApplicationCommand, CreateTrustedTokenIssuerCommand, DeleteApplicationAccessScopeCommand, DeleteApplicationAssignmentCommand, DeleteApplicationAuthenticationMethodCommand,
  DeleteApplicationCommand, DeleteApplicationGrantCommand, DeleteTrustedTokenIssuerCommand, DescribeApplicationAssignmentCommand, DescribeApplicationCommand, DescribeApplicationProviderCommand,
  DescribeTrustedTokenIssuerCommand, GetApplicationAccessScopeCommand, GetApplicationAssignmentConfigurationCommand, GetApplicationAuthenticationMethodCommand, GetApplicationGrantCommand,
  GetApplicationSessionConfigurationCommand, ListApplicationAccessScopesCommand, ListApplicationAssignmentsCommand, ListApplicationAssignmentsForPrincipalCommand, ListApplicationAuthenticationMethodsCommand,
  ListApplicationGrantsCommand, ListApplicationProvidersCommand, ListApplicationsCommand, ListTagsForResourceCommand, ListTrustedTokenIssuersCommand, paginateListApplications, PutApplicationAccessScopeCommand,
  PutApplicationAssignmentConfigurationCommand, PutApplicationAuthenticationMethodCommand, PutApplicationGrantCommand, PutApplicationSessionConfigurationCommand, TagResourceCommand, UntagResourceCommand,
  UpdateApplicationCommand, UpdateTrustedTokenIssuerCommand, type SSOAdminClient,
} from '@aws-sdk/client-sso-admin'
import { Applications, Reach } from '../../src/domain/access/index.js'
import { startApp, type TestApp } from '../support/app.js'
import { management, rootKeys } from '../support/iam.js'
import { adminClient, idOf, InstanceArn, refused, setKeys } from '../support/sso-admin.js'

let app: TestApp
let root: SSOAdminClient
let jane: string
let sam: string
beforeAll(async () => {
  app = await startApp()
  root = adminClient(app, await rootKeys(app))
  jane = await idOf(app, 'users', 'jane')
  sam = await idOf(app, 'users', 'sam')
}, 120_000)
afterAll(() => app?.stop())

const ApplicationProviderArn = 'arn:aws:sso::aws:applicationProvider/custom'

const make = async (Name: string, more: object = {}): Promise<string> => (await root.send(new CreateApplicationCommand({ InstanceArn, ApplicationProviderArn, Name, ...more }))).ApplicationArn!

async function arnOf(name: string): Promise<string> {
  const { Applications: found } = await root.send(new ListApplicationsCommand({ InstanceArn }))
  return found!.find(({ Name }) => Name === name)!.ApplicationArn!
}

const tiles = async (userId: string): Promise<string[]> => (await new Reach(app.database).applications(userId)).map(({ name }) => name)

test('application providers are listed and described', async () => {
  expect((await root.send(new ListApplicationProvidersCommand({}))).ApplicationProviders).toMatchObject([{ ApplicationProviderArn, FederationProtocol: 'OAUTH' }, { FederationProtocol: 'SAML' }])
  expect(await root.send(new DescribeApplicationProviderCommand({ ApplicationProviderArn }))).toMatchObject({ ApplicationProviderArn, DisplayData: { DisplayName: expect.any(String) } })
  await expect(root.send(new DescribeApplicationProviderCommand({ ApplicationProviderArn: `${ApplicationProviderArn}-none` }))).rejects.toMatchObject(refused('ResourceNotFoundException'))
})

describe('an application', () => {
  test('is made, described, changed and taken away', async () => {
    const options = { SignInOptions: { Origin: 'APPLICATION' as const, ApplicationUrl: 'https://crm.example.com/' }, Visibility: 'ENABLED' as const }
    const ApplicationArn = await make('CRM', { Description: 'Customers', PortalOptions: options, Tags: [{ Key: 'team', Value: 'sales' }], ClientToken: 'once' })
    expect(await make('CRM', { ClientToken: 'once' })).toBe(ApplicationArn)
    await expect(make('Other', { ClientToken: 'once' })).rejects.toMatchObject(refused('ConflictException'))
    await expect(make('crm')).rejects.toMatchObject(refused('ConflictException'))
    expect(await root.send(new DescribeApplicationCommand({ ApplicationArn }))).toMatchObject({
      ApplicationArn, ApplicationProviderArn, Name: 'CRM', Description: 'Customers', ApplicationAccount: management, InstanceArn, Status: 'ENABLED', PortalOptions: options, CreatedDate: expect.any(Date),
      IdentityStoreArn: `arn:aws:identitystore::${management}:identitystore/d-0123456789`,
    })
    await root.send(new UpdateApplicationCommand({ ApplicationArn, Status: 'DISABLED', Name: 'CRM 2', PortalOptions: { SignInOptions: { Origin: 'IDENTITY_CENTER' } } }))
    const changed = await root.send(new DescribeApplicationCommand({ ApplicationArn }))
    expect(changed).toMatchObject({ Name: 'CRM 2', Description: 'Customers', Status: 'DISABLED', PortalOptions: { SignInOptions: { Origin: 'IDENTITY_CENTER' }, Visibility: 'ENABLED' } })
    await root.send(new TagResourceCommand({ InstanceArn, ResourceArn: ApplicationArn, Tags: [{ Key: 'cost', Value: '9' }] }))
    await root.send(new UntagResourceCommand({ InstanceArn, ResourceArn: ApplicationArn, TagKeys: ['team'] }))
    expect((await root.send(new ListTagsForResourceCommand({ InstanceArn, ResourceArn: ApplicationArn }))).Tags).toEqual([{ Key: 'cost', Value: '9' }])
    await root.send(new DeleteApplicationCommand({ ApplicationArn }))
    await expect(root.send(new DescribeApplicationCommand({ ApplicationArn }))).rejects.toMatchObject(refused('ResourceNotFoundException'))
  })

  test('is refused with an address that leads elsewhere than to a page', async () => {
    const at = (ApplicationUrl?: string) => make('Bad', { PortalOptions: { SignInOptions: { Origin: 'APPLICATION', ApplicationUrl } } })
    await expect(at('javascript:alert(1)')).rejects.toMatchObject(refused('ValidationException', /PortalOptions\.SignInOptions\.ApplicationUrl must be an absolute address/))
    await expect(at()).rejects.toMatchObject(refused('ValidationException', /ApplicationUrl is required/))
    await expect(make('Bad', { ApplicationProviderArn: 'arn:aws:sso::aws:applicationProvider/catalog/none' })).rejects.toMatchObject(refused('ResourceNotFoundException'))
  })

  test('is the same noun as the clients of the organization file', async () => {
    const names: string[] = []
    for await (const { Applications: found } of paginateListApplications({ client: root, pageSize: 1 }, { InstanceArn })) names.push(...found!.map(({ Name }) => Name!))
    expect(names).toEqual(['Robot', 'Wiki'])
    expect((await root.send(new ListApplicationsCommand({ InstanceArn, Filter: { ApplicationProvider: `${ApplicationProviderArn}-saml` } }))).Applications).toEqual([])
    const ApplicationArn = await arnOf('Wiki')
    expect(await root.send(new DescribeApplicationCommand({ ApplicationArn }))).toMatchObject({ PortalOptions: { SignInOptions: { Origin: 'APPLICATION', ApplicationUrl: 'https://wiki.example.com/' } } })
    expect((await root.send(new ListApplicationGrantsCommand({ ApplicationArn }))).Grants).toEqual([
      { GrantType: 'authorization_code', Grant: { AuthorizationCode: { RedirectUris: ['http://127.0.0.1/callback', 'https://wiki.example.com/callback'] } } }, { GrantType: 'refresh_token', Grant: { RefreshToken: {} } },
    ])
    await root.send(new PutApplicationGrantCommand({ ApplicationArn, GrantType: 'authorization_code', Grant: { AuthorizationCode: { RedirectUris: ['https://wiki.example.com/callback'] } } }))
    await root.send(new DeleteApplicationGrantCommand({ ApplicationArn, GrantType: 'refresh_token' }))
    expect((await new Applications(app.database).findByClientId('wiki'))!.clientMetadata).toMatchObject({ redirect_uris: ['https://wiki.example.com/callback'], grant_types: ['authorization_code'] })
    await expect(root.send(new PutApplicationGrantCommand({ ApplicationArn, GrantType: 'authorization_code', Grant: { AuthorizationCode: { RedirectUris: ['https://*.example.com/'] } } }))).rejects.toMatchObject(refused('ValidationException', /wildcards/))
  })

  test('is everybody\'s where no assignment is required, and nobody\'s while it is disabled', async () => {
    const ApplicationArn = await arnOf('Wiki')
    const reach = new Reach(app.database)
    expect(await root.send(new GetApplicationAssignmentConfigurationCommand({ ApplicationArn }))).toMatchObject({ AssignmentRequired: true })
    expect([await tiles(jane), await tiles(sam), await reach.mayUseClient(sam, 'wiki')]).toEqual([['Wiki'], [], false])
    await root.send(new PutApplicationAssignmentConfigurationCommand({ ApplicationArn, AssignmentRequired: false }))
    expect([await tiles(sam), await reach.mayUseClient(sam, 'wiki')]).toEqual([['Wiki'], true])
    await root.send(new UpdateApplicationCommand({ ApplicationArn, Status: 'DISABLED' }))
    expect([await tiles(jane), await reach.mayUseClient(jane, 'wiki'), await new Applications(app.database).findByClientId('wiki')]).toEqual([[], false, undefined])
    await root.send(new UpdateApplicationCommand({ ApplicationArn, Status: 'ENABLED' }))
    await root.send(new PutApplicationAssignmentConfigurationCommand({ ApplicationArn, AssignmentRequired: true }))
  })
})

describe('assignments of applications', () => {
  test('are made, described, listed and taken away', async () => {
    const ApplicationArn = await make('Assigned')
    const one = { ApplicationArn, PrincipalId: sam, PrincipalType: 'USER' as const }
    await expect(root.send(new DescribeApplicationAssignmentCommand(one))).rejects.toMatchObject(refused('ResourceNotFoundException'))
    await root.send(new CreateApplicationAssignmentCommand(one))
    expect(await root.send(new DescribeApplicationAssignmentCommand(one))).toMatchObject(one)
    expect((await root.send(new ListApplicationAssignmentsCommand({ ApplicationArn }))).ApplicationAssignments).toEqual([one])
    expect((await root.send(new ListApplicationAssignmentsForPrincipalCommand({ InstanceArn, PrincipalId: sam, PrincipalType: 'USER' }))).ApplicationAssignments).toEqual([one])
    expect((await root.send(new ListApplicationAssignmentsForPrincipalCommand({ InstanceArn, PrincipalId: sam, PrincipalType: 'USER', Filter: { ApplicationArn: await arnOf('Wiki') } }))).ApplicationAssignments).toEqual([])
    expect(await tiles(sam)).toContain('Assigned')
    await root.send(new DeleteApplicationAssignmentCommand(one))
    await expect(root.send(new DeleteApplicationAssignmentCommand(one))).rejects.toMatchObject(refused('ResourceNotFoundException'))
    await expect(root.send(new CreateApplicationAssignmentCommand({ ...one, PrincipalType: 'GROUP' }))).rejects.toMatchObject(refused('ResourceNotFoundException'))
  })
})

describe('what applications may', () => {
  test('scopes, methods, grants and sessions are kept', async () => {
    const ApplicationArn = await make('Kept')
    await root.send(new PutApplicationAccessScopeCommand({ ApplicationArn, Scope: 'sso:account:access', AuthorizedTargets: [ApplicationArn] }))
    expect(await root.send(new GetApplicationAccessScopeCommand({ ApplicationArn, Scope: 'sso:account:access' }))).toMatchObject({ Scope: 'sso:account:access', AuthorizedTargets: [ApplicationArn] })
    expect((await root.send(new ListApplicationAccessScopesCommand({ ApplicationArn }))).Scopes).toHaveLength(1)
    await root.send(new DeleteApplicationAccessScopeCommand({ ApplicationArn, Scope: 'sso:account:access' }))
    await expect(root.send(new GetApplicationAccessScopeCommand({ ApplicationArn, Scope: 'sso:account:access' }))).rejects.toMatchObject(refused('ResourceNotFoundException'))

    const AuthenticationMethod = { Iam: { ActorPolicy: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${management}:root` }, Action: 'sso-oauth:CreateTokenWithIAM', Resource: '*' }] } } }
    await root.send(new PutApplicationAuthenticationMethodCommand({ ApplicationArn, AuthenticationMethodType: 'IAM', AuthenticationMethod }))
    expect((await root.send(new GetApplicationAuthenticationMethodCommand({ ApplicationArn, AuthenticationMethodType: 'IAM' }))).AuthenticationMethod).toEqual(AuthenticationMethod)
    expect((await root.send(new ListApplicationAuthenticationMethodsCommand({ ApplicationArn }))).AuthenticationMethods).toMatchObject([{ AuthenticationMethodType: 'IAM' }])
    await expect(root.send(new PutApplicationAuthenticationMethodCommand({ ApplicationArn, AuthenticationMethodType: 'IAM', AuthenticationMethod: { Iam: { ActorPolicy: { Version: 'x' } } } }))).rejects.toMatchObject(refused('ValidationException', /AuthenticationMethod\.Iam\.ActorPolicy is refused/))
    await root.send(new DeleteApplicationAuthenticationMethodCommand({ ApplicationArn, AuthenticationMethodType: 'IAM' }))

    await root.send(new PutApplicationGrantCommand({ ApplicationArn, GrantType: 'refresh_token', Grant: { RefreshToken: {} } }))
    expect((await root.send(new GetApplicationGrantCommand({ ApplicationArn, GrantType: 'refresh_token' }))).Grant).toEqual({ RefreshToken: {} })
    await expect(root.send(new PutApplicationGrantCommand({ ApplicationArn, GrantType: 'refresh_token', Grant: { TokenExchange: {} } }))).rejects.toMatchObject(refused('ValidationException', /RefreshToken/))

    await root.send(new PutApplicationSessionConfigurationCommand({ ApplicationArn, UserBackgroundSessionApplicationStatus: 'ENABLED' }))
    expect(await root.send(new GetApplicationSessionConfigurationCommand({ ApplicationArn }))).toMatchObject({ UserBackgroundSessionApplicationStatus: 'ENABLED' })
  })
})

describe('trusted token issuers', () => {
  const configuration = { OidcJwtConfiguration: { IssuerUrl: 'https://idp.example.com', ClaimAttributePath: 'email', IdentityStoreAttributePath: 'emails.value', JwksRetrievalOption: 'OPEN_ID_DISCOVERY' as const } }
  const create = async (Name: string, IssuerUrl: string, ClientToken?: string): Promise<string> => (await root.send(new CreateTrustedTokenIssuerCommand({
    InstanceArn, Name, TrustedTokenIssuerType: 'OIDC_JWT', TrustedTokenIssuerConfiguration: { OidcJwtConfiguration: { ...configuration.OidcJwtConfiguration, IssuerUrl } }, Tags: [{ Key: 'a', Value: 'b' }], ClientToken,
  }))).TrustedTokenIssuerArn!

  test('are made, changed, named in grants, and taken away', async () => {
    const TrustedTokenIssuerArn = await create('idp', 'https://idp.example.com', 'token')
    expect(await create('idp', 'https://idp.example.com', 'token')).toBe(TrustedTokenIssuerArn)
    expect(await root.send(new DescribeTrustedTokenIssuerCommand({ TrustedTokenIssuerArn }))).toMatchObject({ TrustedTokenIssuerArn, Name: 'idp', TrustedTokenIssuerType: 'OIDC_JWT', TrustedTokenIssuerConfiguration: configuration })
    await root.send(new UpdateTrustedTokenIssuerCommand({ TrustedTokenIssuerArn, TrustedTokenIssuerConfiguration: { OidcJwtConfiguration: { ClaimAttributePath: 'sub' } } }))
    expect(await root.send(new DescribeTrustedTokenIssuerCommand({ TrustedTokenIssuerArn }))).toMatchObject({ TrustedTokenIssuerConfiguration: { OidcJwtConfiguration: { ClaimAttributePath: 'sub', IdentityStoreAttributePath: 'emails.value' } } })
    expect((await root.send(new ListTrustedTokenIssuersCommand({ InstanceArn }))).TrustedTokenIssuers).toEqual([{ TrustedTokenIssuerArn, Name: 'idp', TrustedTokenIssuerType: 'OIDC_JWT' }])
    expect((await root.send(new ListTagsForResourceCommand({ InstanceArn, ResourceArn: TrustedTokenIssuerArn }))).Tags).toEqual([{ Key: 'a', Value: 'b' }])
    const ApplicationArn = await make('Bearer')
    const GrantType = 'urn:ietf:params:oauth:grant-type:jwt-bearer' as const
    const bearer = (arn: string) => root.send(new PutApplicationGrantCommand({ ApplicationArn, GrantType, Grant: { JwtBearer: { AuthorizedTokenIssuers: [{ TrustedTokenIssuerArn: arn, AuthorizedAudiences: ['us'] }] } } }))
    await expect(bearer(`${TrustedTokenIssuerArn.slice(0, -12)}000000000000`)).rejects.toMatchObject(refused('ResourceNotFoundException'))
    await bearer(TrustedTokenIssuerArn)
    await expect(root.send(new DeleteTrustedTokenIssuerCommand({ TrustedTokenIssuerArn }))).rejects.toMatchObject(refused('ConflictException'))
    await root.send(new DeleteApplicationGrantCommand({ ApplicationArn, GrantType }))
    await root.send(new DeleteTrustedTokenIssuerCommand({ TrustedTokenIssuerArn }))
    await expect(root.send(new DescribeTrustedTokenIssuerCommand({ TrustedTokenIssuerArn }))).rejects.toMatchObject(refused('ResourceNotFoundException'))
  })

  test('are refused without https, and twice', async () => {
    await expect(create('plain', 'http://idp.example.com')).rejects.toMatchObject(refused('ValidationException', /OidcJwtConfiguration\.IssuerUrl must be an https address/))
    await create('other', 'https://other.example.com')
    await expect(create('another', 'https://other.example.com')).rejects.toMatchObject(refused('ConflictException'))
  })
})

test('a role that only reads sees applications and changes none', async () => {
  const auditor = adminClient(app, await setKeys(app, 'ReadOnly'))
  const ApplicationArn = await arnOf('Wiki')
  await auditor.send(new DescribeApplicationCommand({ ApplicationArn }))
  await expect(auditor.send(new UpdateApplicationCommand({ ApplicationArn, Name: 'Mine' }))).rejects.toMatchObject(refused('AccessDeniedException'))
  await expect(auditor.send(new DeleteApplicationCommand({ ApplicationArn }))).rejects.toMatchObject(refused('AccessDeniedException'))
  await expect(auditor.send(new PutApplicationGrantCommand({ ApplicationArn, GrantType: 'refresh_token', Grant: { RefreshToken: {} } }))).rejects.toMatchObject(refused('AccessDeniedException'))
})
