// Every page of the administration, and every form that it takes: by the route, the addresses to try and the actions that
// each takes, the one that is asked about first before the others.
import { applicationChanges } from '../../src/http/admin/application-changes.js'
import { groupChanges } from '../../src/http/admin/group-changes.js'
import { setChanges } from '../../src/http/admin/permission-set-changes.js'
import { userChanges } from '../../src/http/admin/user-changes.js'

export interface Tried {
  url: string
  needs: readonly string[]
  /** Fields of a form. */
  fields?: Readonly<Record<string, string>>
}

type Ids = Readonly<Record<string, string>>
type Table = Readonly<Record<string, readonly Tried[]>>

const production = '/admin/accounts/444455556666'
const [describeUser, describeGroup, describeSet, describeAccount, describeApplication] = ['identitystore:DescribeUser', 'identitystore:DescribeGroup', 'sso:DescribePermissionSet', 'organizations:DescribeAccount', 'sso:DescribeApplication']

/** The pages, by their routes. */
export function pagesOf(ids: Ids): Table {
  const [user, group, set, application] = [`/admin/users/${ids.vera!}`, `/admin/groups/${ids.Everybody!}`, `/admin/permission-sets/${ids.Rich!}`, `/admin/applications/${ids.Robot!}`]
  const all = (urls: readonly string[], ...needs: string[]): Tried[] => urls.map((url) => ({ url, needs }))
  const scopes = [`user=${ids.vera!}`, 'account=444455556666', `set=${ids.Rich!}`, `account=444455556666&set=${ids.Rich!}`]
  const users = ['vera', 'sam', 'nora', 'gone', 'lee'].map((name) => `/admin/users/${ids[name]!}`)
  const reach = [...scopes, `application=${ids.Wiki!}`, `user=${ids.vera!}&what=applications`]
  return {
    '/admin': all(['/admin'], 'sso:ListPermissionSets'),
    '/admin/search': all(['/admin/search', '/admin/search?q=r', `/admin/search?q=${ids.pending!}`], 'sso:ListPermissionSets'),
    '/admin/access': all(['/admin/access', '/admin/access?q=e'], 'gatehouse:ExploreAccess'),
    '/admin/access/reach': all(reach.map((scope) => `/admin/access/reach?${scope}`), 'gatehouse:ExploreAccess'),
    '/admin/access/export': all(['csv', 'ndjson'].map((format) => `/admin/access/export?account=444455556666&format=${format}`), 'gatehouse:ExploreAccess'),
    '/admin/access/end': all(scopes.map((scope) => `/admin/access/end?${scope}`), 'gatehouse:RevokeAccess'),
    '/admin/access/look-up': all(['/admin/access/look-up', `/admin/access/look-up?q=${ids.granted!}`, '/admin/access/look-up?q=jane'], 'gatehouse:LookUp'),
    '/admin/accounts': all(['/admin/accounts', '/admin/accounts?q=nothing'], 'organizations:ListAccounts'),
    '/admin/accounts/new': all(['/admin/accounts/new'], 'organizations:CreateAccount'),
    '/admin/accounts/:id': all([production, '/admin/accounts/111122223333'], describeAccount),
    '/admin/accounts/:id/edit': all([`${production}/edit`], describeAccount, 'account:PutAccountName'),
    '/admin/accounts/:id/close': all([`${production}/close`], describeAccount, 'organizations:CloseAccount'),
    '/admin/applications': all(['/admin/applications'], 'sso:ListApplications'),
    '/admin/applications/new': all(['/admin/applications/new'], 'sso:CreateApplication'),
    '/admin/applications/:id': all([application, `/admin/applications/${ids.Wiki!}`], describeApplication),
    '/admin/applications/:id/edit': all([`${application}/edit`], describeApplication, 'sso:UpdateApplication'),
    '/admin/applications/:id/assign': all([`${application}/assign?q=e`], describeApplication, 'sso:CreateApplicationAssignment'),
    '/admin/assignments': all(['/admin/assignments', '/admin/assignments?q=e', `/admin/assignments?principal=${ids.vera!}`], 'sso:ListAccountAssignments'),
    '/admin/assignments/new': [...all(['/admin/assignments/new'], 'sso:CreateAccountAssignment'), ...all(['/admin/assignments/new?kind=remove'], 'sso:DeleteAccountAssignment')],
    '/admin/assignments/jobs/:id': all([`/admin/assignments/jobs/${ids.job!}`], 'sso:ListAccountAssignments'),
    '/admin/events': all(['/admin/events', '/admin/events?Outcome=Failure'], 'cloudtrail:LookupEvents'),
    '/admin/events/:id': all([`/admin/events/${ids.event!}`], 'cloudtrail:LookupEvents'),
    '/admin/groups': all(['/admin/groups'], 'sso-directory:SearchGroups'),
    '/admin/groups/new': all(['/admin/groups/new'], 'identitystore:CreateGroup'),
    '/admin/groups/:id': all([group, `/admin/groups/${ids.Leads!}`], describeGroup),
    '/admin/groups/:id/edit': all([`${group}/edit`], describeGroup, 'identitystore:UpdateGroup'),
    '/admin/identity-sources': all(['/admin/identity-sources', '/admin/identity-sources?q=nothing'], 'gatehouse:ListIdentitySources'),
    '/admin/identity-sources/new': all(['/admin/identity-sources/new', '/admin/identity-sources/new?kind=ldap'], 'gatehouse:CreateIdentitySource'),
    '/admin/identity-sources/:id/test': all([ids.sourceTest!], 'gatehouse:TestIdentitySource'),
    '/admin/identity-sources/:id': [...all([ids.source!, ids.directory!], 'gatehouse:ListIdentitySources'), ...all([`${ids.source!}?end=yes`], 'gatehouse:ListIdentitySources', 'gatehouse:DeleteIdentitySource')],
    '/admin/permission-sets': all(['/admin/permission-sets'], 'sso:ListPermissionSets'),
    '/admin/permission-sets/new': all(['/admin/permission-sets/new'], 'sso:CreatePermissionSet'),
    '/admin/permission-sets/:id': all([set, `/admin/permission-sets/${ids.ReadOnly!}`], describeSet),
    '/admin/permission-sets/:id/edit': all([`${set}/edit`], describeSet, 'sso:UpdatePermissionSet'),
    '/admin/permission-sets/:id/policies': all([`${set}/policies`], describeSet, 'sso:AttachManagedPolicyToPermissionSet'),
    '/admin/permission-sets/:id/policy': all([`${set}/policy`], describeSet, 'sso:PutInlinePolicyToPermissionSet'),
    '/admin/permission-sets/:id/boundary': all([`${set}/boundary`], describeSet, 'sso:PutPermissionsBoundaryToPermissionSet'),
    '/admin/permission-sets/:id/rule': all([`${set}/rule`], describeSet, 'gatehouse:PutRequestRule'),
    '/admin/provisioning': [...all(['/admin/provisioning'], 'gatehouse:ListProvisioningTokens'), ...all([`/admin/provisioning?end=${ids.token!}`], 'gatehouse:ListProvisioningTokens', 'gatehouse:DeleteProvisioningToken')],
    '/admin/requests': all(['/admin/requests'], 'gatehouse:ListAccessRequests'),
    '/admin/requests/yours': all(['/admin/requests/yours'], 'gatehouse:ListAccessRequests'),
    '/admin/requests/in-force': all(['/admin/requests/in-force'], 'gatehouse:ListAccessRequests'),
    '/admin/requests/history': all(['/admin/requests/history', '/admin/requests/history?state=denied'], 'gatehouse:ListAccessRequests'),
    '/admin/requests/history.:format': all(['csv', 'ndjson'].map((format) => `/admin/requests/history.${format}`), 'gatehouse:ListAccessRequests'),
    '/admin/requests/rules': all(['/admin/requests/rules'], 'gatehouse:ListAccessRequests'),
    '/admin/requests/:id': all([ids.pending!, ids.granted!, ids.over!].map((id) => `/admin/requests/${id}`), 'gatehouse:ListAccessRequests'),
    ...Object.fromEntries(['', '/sign-in', '/passwords', '/mail', '/branding'].map((tab) => [`/admin/settings${tab}`, all([`/admin/settings${tab}`], 'gatehouse:GetSettings')])),
    '/admin/settings/instance': [...all(['/admin/settings/instance'], 'sso:DescribeInstance'), ...all(['/admin/settings/instance?change=no-attributes'], 'sso:DescribeInstance', 'sso:DeleteInstanceAccessControlAttributeConfiguration')],
    '/admin/settings/issuers': all(['/admin/settings/issuers'], 'sso:ListTrustedTokenIssuers'),
    '/admin/settings/issuers/new': all(['/admin/settings/issuers/new'], 'sso:CreateTrustedTokenIssuer'),
    '/admin/settings/issuers/:id': [...all([ids.issuer!], 'sso:DescribeTrustedTokenIssuer'), ...all([`${ids.issuer!}?change=delete`], 'sso:DescribeTrustedTokenIssuer', 'sso:DeleteTrustedTokenIssuer')],
    '/admin/settings/keys': all(['/admin/settings/keys'], 'gatehouse:ListSigningKeys'),
    '/admin/settings/keys/change': all(['/admin/settings/keys/change?set=ES256'], 'gatehouse:RotateSigningKeys', 'gatehouse:ListSigningKeys'),
    '/admin/suggestions/groups': all(['/admin/suggestions/groups?q=e'], 'sso-directory:SearchGroups'),
    '/admin/suggestions/users': all(['/admin/suggestions/users?q=v'], 'sso-directory:SearchUsers'),
    '/admin/users': all(['/admin/users', '/admin/users?status=DISABLED'], 'sso-directory:SearchUsers'),
    '/admin/users/new': all(['/admin/users/new'], 'identitystore:CreateUser'),
    '/admin/users/deleted': [...all(['/admin/users/deleted'], 'sso-directory:SearchUsers'), ...all([`/admin/users/deleted?purge=${ids.left!}`], 'sso-directory:SearchUsers', 'sso-directory:PurgeUser')],
    '/admin/users/import': all(['/admin/users/import'], 'identitystore:CreateUser'),
    '/admin/users/import/template.csv': all(['/admin/users/import/template.csv'], 'identitystore:CreateUser'),
    '/admin/users/:id': all(users, describeUser),
    '/admin/users/:id/edit': all([`${user}/edit`], describeUser, 'identitystore:UpdateUser'),
    '/admin/users/:id/access': all(users.map((one) => `${one}/access`), describeUser, 'sso:ListAccountAssignmentsForPrincipal'),
    '/admin/users/:id/sessions': [...all([`${user}/sessions`], describeUser, 'sso-directory:ListSessions'), ...all([`${user}/sessions?change=end-sessions`], describeUser, 'sso-directory:EndSessions')],
    '/admin/users/:id/history': all([`${user}/history`], describeUser, 'cloudtrail:LookupEvents'),
  }
}

const sourceId = ({ source }: Ids): string => source!.split('/').at(-1)!

interface Known {
  changes: Readonly<Record<string, { ask?: unknown; foresight?: unknown }>>
  path: string
  /** What finding the thing takes. */
  first: string
  /** By its name, what a change takes, and the fields that it has. */
  takes: Readonly<Record<string, readonly [needs: string, fields?: Readonly<Record<string, string>>]>>
}

const policy = { ManagedPolicyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }
const reference = { Reference: '/team/Base' }

/** The pages of things whose forms ask for changes by name. */
export const knownChanges = (ids: Ids): Known[] => [
  {
    changes: userChanges, path: `/admin/users/${ids.vera!}`, first: describeUser, takes: {
      disable: ['sso-directory:DisableUser'], enable: ['sso-directory:EnableUser'], delete: ['identitystore:DeleteUser'], invite: ['sso-directory:InviteUser'], reset: ['sso-directory:UpdatePassword'],
      'remove-device': ['sso-directory:DeleteMfaDeviceForUser', { DeviceId: ids.device! }], 'reset-devices': ['sso-directory:DeleteMfaDeviceForUser'],
      link: ['gatehouse:CreateIdentityLink', { SourceId: sourceId(ids), Subject: 'sub-1' }], unlink: ['gatehouse:DeleteIdentityLink', { SourceId: sourceId(ids) }],
      'add-to-group': ['identitystore:CreateGroupMembership', { GroupName: 'Leads' }], 'leave-group': ['identitystore:DeleteGroupMembership', { MembershipId: ids.membership! }],
    },
  },
  {
    changes: groupChanges, path: `/admin/groups/${ids.Everybody!}`, first: describeGroup, takes: {
      delete: ['identitystore:DeleteGroup'], 'add-member': ['identitystore:CreateGroupMembership', { UserName: 'lee' }], 'remove-member': ['identitystore:DeleteGroupMembership', { MembershipId: ids.membership! }],
      'add-group': ['sso-directory:AddMemberToGroup', { GroupName: 'Leads' }], 'remove-group': ['sso-directory:RemoveMemberFromGroup', { MemberGroupId: ids.Developers! }],
    },
  },
  {
    changes: setChanges, path: `/admin/permission-sets/${ids.Rich!}`, first: describeSet, takes: {
      attach: ['sso:AttachManagedPolicyToPermissionSet', { 'policy.SecurityAudit': 'arn:aws:iam::aws:policy/SecurityAudit' }], detach: ['sso:DetachManagedPolicyFromPermissionSet', policy], 'add-reference': ['sso:AttachCustomerManagedPolicyReferenceToPermissionSet', { Reference: 'Other' }],
      'remove-reference': ['sso:DetachCustomerManagedPolicyReferenceFromPermissionSet', reference], 'remove-inline': ['sso:DeleteInlinePolicyFromPermissionSet'], 'put-boundary': ['sso:PutPermissionsBoundaryToPermissionSet', { Boundary: policy.ManagedPolicyArn }],
      'remove-boundary': ['sso:DeletePermissionsBoundaryFromPermissionSet'], tag: ['sso:TagResource', { Key: 'a', Value: 'b' }], untag: ['sso:UntagResource', { Key: 'team' }], 'remove-rule': ['gatehouse:DeleteRequestRule'], delete: ['sso:DeletePermissionSet'],
    },
  },
  {
    changes: applicationChanges, path: `/admin/applications/${ids.Robot!}`, first: describeApplication, takes: {
      enable: ['sso:UpdateApplication'], disable: ['sso:UpdateApplication'], delete: ['sso:DeleteApplication'], 'end-secret': ['gatehouse:EndApplicationSecret'], 'assigned-only': ['sso:PutApplicationAssignmentConfiguration'], everybody: ['sso:PutApplicationAssignmentConfiguration'],
      unassign: ['sso:DeleteApplicationAssignment', { PrincipalId: ids.Everybody!, PrincipalType: 'GROUP' }],
    },
  },
]

/** The pages that ask, or look ahead, before those changes. */
export const confirmationsOf = (ids: Ids): Tried[] => knownChanges(ids).flatMap(({ changes, path, first, takes }) => Object.entries(changes).filter(([, { ask, foresight }]) => ask ?? foresight).map(([change]) => {
  const [needs, fields] = takes[change] ?? ['nobody said what']
  return { url: `${path}?${new URLSearchParams({ change, ...fields }).toString()}`, needs: [first, needs] }
}))
