// Every operation by which an administrator changes something, in an order in which they can be run one after another, with what
// each takes; and those whose events have nothing to say of before, each with why.
import { hash } from 'node:crypto'
import { instanceArn } from '../../src/domain/access/index.js'
import type { JsonObject } from '../../src/http/aws/protocol/request.js'
import { production } from './iam.js'
import { metadataOf, signerOf } from './saml.js'

export type Service = 'ssoAdmin' | 'directory' | 'accounts' | 'requests' | 'settings' | 'trail' | 'sources'

/** What was made on the way, by name. */
export type Made = Record<string, string>

export interface Step {
  service: Service
  operation: string
  input: (made: Made) => JsonObject
  /** Keeps what the answer names. */
  keep?: (answer: JsonObject) => Made
}

const InstanceArn = instanceArn('d-0123456789')
const IdentityStoreId = 'd-0123456789'

const steps = (service: Service, common: JsonObject, list: readonly [operation: string, input: (made: Made) => JsonObject, keep?: (answer: JsonObject) => Made][]): Step[] =>
  list.map(([operation, input, keep]) => ({ service, operation, input: (made) => ({ ...common, ...input(made) }), ...(keep && { keep }) }))

const set = ({ set: PermissionSetArn }: Made): JsonObject => ({ PermissionSetArn })
const app = ({ app: ApplicationArn }: Made): JsonObject => ({ ApplicationArn })
const client = ({ client: ApplicationArn }: Made): JsonObject => ({ ApplicationArn })
const issuer = ({ issuer: TrustedTokenIssuerArn }: Made): JsonObject => ({ TrustedTokenIssuerArn })
const ReadOnlyAccess = { ManagedPolicyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }
const Base = { CustomerManagedPolicyReference: { Name: 'Base' } }
const policy = (Action: string): string => JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] })
const attributes = (source: string): JsonObject => ({ InstanceAccessControlAttributeConfiguration: { AccessControlAttributes: [{ Key: 'team', Value: { Source: [source] } }] } })
const claims = (ClaimAttributePath: string): JsonObject => ({ TrustedTokenIssuerConfiguration: { OidcJwtConfiguration: { ClaimAttributePath } } })
const scope = { Scope: 'sso:account:access' }
const bearer = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
const iam = { AuthenticationMethodType: 'IAM' }
const actors = (Action: string): JsonObject => ({ AuthenticationMethod: { Iam: { ActorPolicy: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: '*', Action, Resource: '*' }] } } } })
const grant = ({ issuer: TrustedTokenIssuerArn }: Made, audience: string): JsonObject => ({ GrantType: bearer, Grant: { JwtBearer: { AuthorizedTokenIssuers: [{ TrustedTokenIssuerArn, AuthorizedAudiences: [audience] }] } } })
const tagging = (ResourceArn: string): JsonObject => ({ ResourceArn, Tags: [{ Key: 'team', Value: 'red' }] })
const metadata = { redirect_uris: ['https://one.example.com/callback'] }
const rule = { ApproverGroups: ['Developers'], ApprovalsNeeded: 1, LongestDuration: 3600, ReasonRequired: false }

const ofInstance: Step[] = steps('ssoAdmin', { InstanceArn }, [
  ['UpdateInstance', () => ({ Name: 'one' })],
  ['CreateInstanceAccessControlAttributeConfiguration', () => attributes('${path:userName}')],
  ['UpdateInstanceAccessControlAttributeConfiguration', () => attributes('${path:title}')],
  ['DeleteInstanceAccessControlAttributeConfiguration', () => ({})],
  ['CreatePermissionSet', () => ({ Name: 'Walked' }), ({ PermissionSet }) => ({ set: (PermissionSet as { PermissionSetArn: string }).PermissionSetArn })],
  ['UpdatePermissionSet', (made) => ({ ...set(made), Description: 'Walks', SessionDuration: 'PT2H' })],
  ['PutInlinePolicyToPermissionSet', (made) => ({ ...set(made), InlinePolicy: policy('s3:GetObject') })],
  ['DeleteInlinePolicyFromPermissionSet', set],
  ['AttachManagedPolicyToPermissionSet', (made) => ({ ...set(made), ...ReadOnlyAccess })],
  ['DetachManagedPolicyFromPermissionSet', (made) => ({ ...set(made), ...ReadOnlyAccess })],
  ['AttachCustomerManagedPolicyReferenceToPermissionSet', (made) => ({ ...set(made), ...Base })],
  ['DetachCustomerManagedPolicyReferenceFromPermissionSet', (made) => ({ ...set(made), ...Base })],
  ['PutPermissionsBoundaryToPermissionSet', (made) => ({ ...set(made), PermissionsBoundary: ReadOnlyAccess })],
  ['DeletePermissionsBoundaryFromPermissionSet', set],
  ['TagResource', ({ set: arn }) => tagging(arn!)],
  ['UntagResource', ({ set: ResourceArn }) => ({ ResourceArn, TagKeys: ['team'] })],
  ['TagResource', () => tagging(InstanceArn)],
  ['PutRequestRule', (made) => ({ ...set(made), ...rule })],
  ['PutRequestRule', (made) => ({ ...set(made), ...rule, LongestDuration: 7200 })],
  ['DeleteRequestRule', set],
  ['CreateAccountAssignment', ({ jane: PrincipalId, ...made }) => ({ ...set(made), TargetId: production, TargetType: 'AWS_ACCOUNT', PrincipalType: 'USER', PrincipalId })],
  ['DeleteAccountAssignment', ({ jane: PrincipalId, ...made }) => ({ ...set(made), TargetId: production, TargetType: 'AWS_ACCOUNT', PrincipalType: 'USER', PrincipalId })],
  ['DeletePermissionSet', set],
  ['CreateTrustedTokenIssuer', () => ({
    Name: 'Outside', TrustedTokenIssuerType: 'OIDC_JWT',
    TrustedTokenIssuerConfiguration: { OidcJwtConfiguration: { IssuerUrl: 'https://issuer.example.com', ClaimAttributePath: 'email', IdentityStoreAttributePath: 'emails.value', JwksRetrievalOption: 'OPEN_ID_DISCOVERY' } },
  }), ({ TrustedTokenIssuerArn }) => ({ issuer: TrustedTokenIssuerArn as string })],
  ['UpdateTrustedTokenIssuer', (made) => ({ ...issuer(made), ...claims('sub') })],
  ['TagResource', ({ issuer: arn }) => tagging(arn!)],
])

const ofApplications: Step[] = steps('ssoAdmin', { InstanceArn }, [
  ['CreateApplication', () => ({ Name: 'Walked', ApplicationProviderArn: 'arn:aws:sso::aws:applicationProvider/custom' }), ({ ApplicationArn }) => ({ app: ApplicationArn as string })],
  ['UpdateApplication', (made) => ({ ...app(made), Description: 'Walks' })],
  ['TagResource', ({ app: arn }) => tagging(arn!)],
  ['PutApplicationAssignmentConfiguration', (made) => ({ ...app(made), AssignmentRequired: false })],
  ['PutApplicationSessionConfiguration', (made) => ({ ...app(made), UserBackgroundSessionApplicationStatus: 'ENABLED' })],
  ['PutApplicationAccessScope', (made) => ({ ...app(made), ...scope })],
  ['DeleteApplicationAccessScope', (made) => ({ ...app(made), ...scope })],
  ['PutApplicationAuthenticationMethod', (made) => ({ ...app(made), ...iam, ...actors('sso-oauth:CreateTokenWithIAM') })],
  ['DeleteApplicationAuthenticationMethod', (made) => ({ ...app(made), ...iam })],
  ['PutApplicationGrant', (made) => ({ ...app(made), ...grant(made, 'one') })],
  ['DeleteApplicationGrant', (made) => ({ ...app(made), GrantType: bearer })],
  ['CreateApplicationAssignment', ({ jane: PrincipalId, ...made }) => ({ ...app(made), PrincipalId, PrincipalType: 'USER' })],
  ['DeleteApplicationAssignment', ({ jane: PrincipalId, ...made }) => ({ ...app(made), PrincipalId, PrincipalType: 'USER' })],
  ['AssignApplication', ({ jane: PrincipalId, ...made }) => ({ ...app(made), Principals: [{ PrincipalId, PrincipalType: 'USER' }] })],
  ['DeleteApplication', app],
  ['DeleteTrustedTokenIssuer', issuer],
  ['CreateOidcApplication', () => ({ Name: 'Client', Metadata: metadata }), ({ ApplicationArn }) => ({ client: ApplicationArn as string })],
  ['UpdateOidcApplication', (made) => ({ ...client(made), Metadata: { ...metadata, client_name: 'Another' }, Icon: '' })],
  ['RotateApplicationSecret', (made) => ({ ...client(made), OldCountsForDays: 1 })],
  ['EndOldApplicationSecret', client],
])

const ofDirectory: Step[] = steps('directory', { IdentityStoreId }, [
  ['CreateUser', () => ({ UserName: 'walker', DisplayName: 'Walker', Emails: [{ Value: 'walker@example.com', Primary: true }] }), ({ UserId }) => ({ walker: UserId as string })],
  ['UpdateUser', ({ walker: UserId }) => ({ UserId, Operations: [{ AttributePath: 'title', AttributeValue: 'Walks' }] })],
  ['ImportUsers', () => ({ Existing: 'UPDATE', Csv: 'userName,displayName\nwalker,Walked' })],
  ['SetOneTimePassword', ({ walker: UserId }) => ({ UserId })],
  ['DisableUser', ({ walker: UserId }) => ({ UserId })],
  ['EnableUser', ({ walker: UserId }) => ({ UserId })],
  ['DeleteMfaDevice', ({ walker: UserId, phone: DeviceId }) => ({ UserId, DeviceId })],
  ['ResetMfa', ({ walker: UserId }) => ({ UserId })],
  ['CreateGroup', () => ({ DisplayName: 'Walkers' }), ({ GroupId }) => ({ group: GroupId as string })],
  ['UpdateGroup', ({ group: GroupId }) => ({ GroupId, Operations: [{ AttributePath: 'description', AttributeValue: 'Who walk' }] })],
  ['CreateGroupMembership', ({ group: GroupId, walker: UserId }) => ({ GroupId, MemberId: { UserId } }), ({ MembershipId }) => ({ membership: MembershipId as string })],
  ['DeleteGroupMembership', ({ membership: MembershipId }) => ({ MembershipId })],
  ['AddGroupToGroup', ({ group: GroupId, developers: MemberGroupId }) => ({ GroupId, MemberGroupId })],
  ['RemoveGroupFromGroup', ({ group: GroupId, developers: MemberGroupId }) => ({ GroupId, MemberGroupId })],
  ['CreateGroupMembership', ({ group: GroupId, walker: UserId }) => ({ GroupId, MemberId: { UserId } })],
  ['DeleteGroup', ({ group: GroupId }) => ({ GroupId })],
  ['DeleteUser', ({ walker: UserId }) => ({ UserId })],
  ['RestoreUser', ({ walker: UserId }) => ({ UserId })],
  ['DeleteUser', ({ walker: UserId }) => ({ UserId })],
  ['PurgeUser', ({ walker: UserId }) => ({ UserId })],
  ['CreateProvisioningToken', () => ({ TokenName: 'Walked', Days: 1 }), ({ TokenId }) => ({ token: TokenId as string })],
  ['DeleteProvisioningToken', ({ token: TokenId }) => ({ TokenId })],
])

const account = ({ account: AccountId }: Made): JsonObject => ({ AccountId })

const ofAccounts: Step[] = steps('accounts', {}, [
  ['CreateAccount', () => ({ AccountName: 'Walked', Email: 'walked@example.com' }), ({ CreateAccountStatus }) => ({ account: (CreateAccountStatus as { AccountId: string }).AccountId })],
  ['TagResource', ({ account: ResourceId }) => ({ ResourceId, Tags: [{ Key: 'team', Value: 'red' }] })],
  ['UntagResource', ({ account: ResourceId }) => ({ ResourceId, TagKeys: ['team'] })],
  ['PutAccountName', (made) => ({ ...account(made), AccountName: 'Strolled' })],
  ['PutAccountEmail', (made) => ({ ...account(made), Email: 'strolled@example.com' })],
  ['PutAccountAlias', (made) => ({ ...account(made), AccountAlias: 'strolled' })],
  ['CloseAccount', account],
])

const [current, next] = [signerOf(), signerOf()]
const fingerprintOf = ({ certificate }: { certificate: string }): string => hash('sha256', Buffer.from(certificate, 'base64'))
const source = (name: string): JsonObject => ({ name, oidc: { issuer: 'https://idp.example.com', client_id: 'us', client_secret: 'secret' } })

const directory: JsonObject = { name: 'Asked', ldap: { urls: ['ldaps://localhost:9'], bindDn: 'cn=us', bindPassword: 'secret', baseDn: 'dc=example', userFilter: '(uid={name})', subject: 'entryUUID' } }

/** All of them. */
export const writtenSteps: readonly Step[] = [
  ...ofInstance, ...ofApplications, ...ofDirectory, ...ofAccounts,
  ...steps('settings', {}, [['UpdateSettings', () => ({ Settings: { organization: { name: 'Walked Corp' } } })], ['RotateSigningKey', () => ({ Set: 'ES256', Anyway: true })]]),
  ...steps('sources', {}, [
    ['CreateIdentitySource', () => ({ Source: source('Walked') }), ({ SourceId }) => ({ source: SourceId as string })],
    ['UpdateIdentitySource', ({ source: SourceId }) => ({ SourceId, Source: source('Strolled') })],
    ['CreateIdentityLink', ({ source: SourceId, jane: UserId }) => ({ SourceId, UserId, Subject: 'sub-1' })],
    ['DeleteIdentityLink', ({ source: SourceId, jane: UserId }) => ({ SourceId, UserId })],
    ['DeleteIdentitySource', ({ source: SourceId }) => ({ SourceId })],
    ['CreateIdentitySource', () => ({ Source: { name: 'Signed', saml: { metadata: metadataOf([current]) } } }), ({ SourceId }) => ({ source: SourceId as string })],
    ['AddSourceCertificate', ({ source: SourceId }) => ({ SourceId, Certificate: next.certificate })],
    ['PromoteSourceCertificate', ({ source: SourceId }) => ({ SourceId, Fingerprint: fingerprintOf(next) })],
    ['RetireSourceCertificate', ({ source: SourceId }) => ({ SourceId, Fingerprint: fingerprintOf(current) })],
    ['RollBackSourceCertificate', ({ source: SourceId }) => ({ SourceId, Fingerprint: fingerprintOf(current) })],
    ['CreateIdentitySource', () => ({ Source: directory }), ({ SourceId }) => ({ source: SourceId as string })],
    ['StartSourceSync', ({ source: SourceId }) => ({ SourceId })],
  ]),
  ...steps('trail', {}, [['PutSavedView', () => ({ Name: 'Walked', Filters: { Text: 'one' } })], ['PutSavedView', () => ({ Name: 'Walked', Filters: { Text: 'two' } })], ['DeleteSavedView', () => ({ Name: 'Walked' })]]),
]

const begins = 'it makes something: nothing was there before, and the parameters say what is'
const adds = 'it puts something into what was empty there: the parameters say what'
const never = 'it is always refused'
const acts = 'it does something once, and nothing that is kept is another afterwards'

/** Operations whose events need not say how it was and is, with the reason. */
export const withoutBefore: Readonly<Record<Service, Readonly<Record<string, string>>>> = {
  ssoAdmin: {
    CreateInstance: never, DeleteInstance: never, AddRegion: never, RemoveRegion: never, CreateInstanceAccessControlAttributeConfiguration: begins, CreatePermissionSet: begins, CreateAccountAssignment: begins, ProvisionPermissionSet: acts,
    CreateApplication: begins, CreateOidcApplication: begins, CreateApplicationAssignment: begins, AssignApplication: adds, CreateTrustedTokenIssuer: begins,
    RevokeAccess: 'it says itself what it ended, and before and after where it disables somebody', CreateAccountAssignments: 'each assignment has an event of its own', DeleteAccountAssignments: 'each assignment has an event of its own',
    StopAssignmentJob: 'it takes a job under way: what stops it is tested with those',
  },
  directory: {
    CreateUser: begins, CreateGroup: begins, CreateGroupMembership: begins, AddGroupToGroup: adds, CreateProvisioningToken: begins, EndSessions: acts, EndSession: 'it takes a session that is open: what ends it is tested with those', InviteUser: acts, SendPasswordReset: acts, ImportUsers: 'each person has an event of their own',
  },
  accounts: { CreateAccount: begins },
  requests: {
    AnswerAccessRequest: 'the steps of a request leave their own events', ApproveAccessRequest: 'the steps of a request leave their own events', DenyAccessRequest: 'the steps of a request leave their own events',
    EndAccess: 'the steps of a request leave their own events',
  },
  settings: { SendTestMail: acts, RetireSigningKey: 'it takes a key that another one took over from: it is tested with those' },
  trail: { ExportEvents: acts },
  sources: { CreateIdentitySource: begins, CreateIdentityLink: begins, RefreshSourceMetadata: 'what it takes over is tested with the fetching', TestIdentitySource: acts, FinishSourceTest: acts, StartSourceSync: begins },
}

