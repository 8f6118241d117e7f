// Every form of the administration, filled in as somebody would: by the route, what each takes.
import { knownChanges, type Tried } from './administration-pages.js'

type Ids = Readonly<Record<string, string>>

const client = { Name: 'Mine', redirect_uris: 'https://mine.example.com/back', grant_code: 'on', token_endpoint_auth_method: 'none', application_type: 'web', Visible: 'on' }
const settings: Readonly<Record<string, Record<string, string>>> = {
  '': { 'organization.name': 'Mine', 'organization.session.portal': '8h' },
  '/sign-in': { 'organization.mfa.mode': 'always', 'organization.mfa.whenNoDevice': 'enroll', totp: 'on' },
  '/passwords': { 'settings.passwordPolicy.style': 'nist', 'settings.passwordPolicy.minimumLength': '12', 'settings.passwordPolicy.maximumLength': '64', 'settings.passwordPolicy.history': '3' },
  '/mail': { 'settings.mail.from': 'mine@example.com' },
  '/branding': { accent: '#1d665a', keep: 'none', change: 'save' },
}
const source = { name: 'Mine', issuer: 'https://idp.example.com', client_id: 'mine', client_secret: 'mine', token_endpoint_auth_method: 'client_secret_basic', secondStep: 'ours', match: 'none', groups: 'none' }
const directory = { name: 'Office', urls: 'ldaps://localhost:9', startTls: 'on', bindDn: 'cn=us', bindPassword: 'mine', baseDn: 'dc=example', userFilter: '(uid={name})', subject: 'entryUUID', secondStep: 'ours', match: 'none', groups: 'none' }
const issuer = { Name: 'Mine', IssuerUrl: 'https://mine.example.com', ClaimAttributePath: 'email', IdentityStoreAttributePath: 'emails.value' }
const table = 'userName,email\r\nmine,mine@example.com\r\n'
const document = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] })

/** The forms, by their routes. */
export function formsOf(ids: Ids): Readonly<Record<string, readonly Tried[]>> {
  const [user, group, set, application, account] = [`/admin/users/${ids.vera!}`, `/admin/groups/${ids.Everybody!}`, `/admin/permission-sets/${ids.Rich!}`, `/admin/applications/${ids.Robot!}`, '/admin/accounts/444455556666']
  const one = (url: string, needs: string | readonly string[], fields: Record<string, string> = {}): Tried => ({ url, needs: [needs].flat(), fields })
  const ofAccount = (action: string, more: string, fields: Record<string, string>): Tried => one(account + more, ['organizations:DescribeAccount', action], fields)
  const chosen = { [`user-${ids.sam!}`]: 'Sam', [`set-${ids.Rich!}`]: 'Rich', 'account-111122223333': 'Management' }
  const changes = Object.fromEntries(knownChanges(ids).map(({ path, first, takes }) => [
    path.replace(/[^/]+$/, ':id'), Object.entries(takes).flatMap(([change, [needs, fields]]) => [one(path, [first, needs], { change, ...fields }), one(path, [first, needs], { change, ...fields, foreseen: 'yes' })]),
  ]))
  return {
    ...changes,
    '/admin/access/end': [`user=${ids.vera!}`, 'account=444455556666', `set=${ids.Rich!}`].map((scope) => one('/admin/access/end', 'gatehouse:RevokeAccess', { ...Object.fromEntries(new URLSearchParams(scope)), reason: 'no' })),
    '/admin/accounts/new': [one('/admin/accounts/new', 'organizations:CreateAccount', { AccountName: 'Mine', Email: 'mine@example.com', RoleName: '' })],
    '/admin/accounts/:id': [ofAccount('organizations:TagResource', '', { change: 'tag', Key: 'a', Value: 'b' }), ofAccount('organizations:UntagResource', '', { change: 'untag', Key: 'stage' })],
    '/admin/accounts/:id/edit': [
      ofAccount('account:PutAccountName', '/edit', { change: 'rename', AccountName: 'Mine' }), ofAccount('account:StartPrimaryEmailUpdate', '/edit', { change: 'email', Email: 'mine@example.com' }), ofAccount('gatehouse:PutAccountAlias', '/edit', { change: 'alias', AccountAlias: 'mine' }),
    ],
    '/admin/accounts/:id/close': [ofAccount('organizations:CloseAccount', '/close', { Confirmation: '444455556666' })],
    '/admin/applications/new': [one('/admin/applications/new', 'sso:CreateApplication', client)],
    '/admin/applications/:id/edit': [one(`${application}/edit`, ['sso:DescribeApplication', 'sso:UpdateApplication'], client)],
    '/admin/applications/:id/assign': [one(`${application}/assign`, ['sso:DescribeApplication', 'sso:CreateApplicationAssignment'], { [`USER ${ids.vera!}`]: 'on' })],
    '/admin/applications/:id/secret': [one(`${application}/secret`, ['sso:DescribeApplication', 'gatehouse:RotateApplicationSecret'], { days: '0' })],
    '/admin/assignments/jobs/:id': [one(`/admin/assignments/jobs/${ids.job!}`, ['sso:ListAccountAssignments', 'sso:CreateAccountAssignment'], { change: 'stop' })],
    '/admin/assignments/new': [one('/admin/assignments/new', 'sso:CreateAccountAssignment', chosen), one('/admin/assignments/new', 'sso:CreateAccountAssignment', { act: 'all-accounts' })],
    '/admin/assignments/preview': [one('/admin/assignments/preview', 'sso:CreateAccountAssignment', chosen), one('/admin/assignments/preview', 'sso:DeleteAccountAssignment', { kind: 'remove', ...chosen })],
    '/admin/assignments/run': [one('/admin/assignments/run', 'sso:CreateAccountAssignment', chosen), one('/admin/assignments/run', 'sso:DeleteAccountAssignment', { kind: 'remove', 'pick-0': `444455556666 ${ids.Rich!} USER ${ids.vera!}` })],
    '/admin/events': [one('/admin/events', 'gatehouse:PutSavedView', { change: 'save', Name: 'Mine', Outcome: 'Failure' }), one('/admin/events', 'gatehouse:DeleteSavedView', { change: 'delete', Name: 'Refused' })],
    '/admin/events/export': [one('/admin/events/export', 'cloudtrail:LookupEvents', { Format: 'csv', Outcome: 'Failure' })],
    '/admin/groups/new': [one('/admin/groups/new', 'identitystore:CreateGroup', { DisplayName: 'Mine' })],
    '/admin/groups/:id/edit': [one(`${group}/edit`, ['identitystore:DescribeGroup', 'identitystore:UpdateGroup'], { DisplayName: 'Mine', Description: '' })],
    '/admin/identity-sources/new': [one('/admin/identity-sources/new', 'gatehouse:CreateIdentitySource', source), one('/admin/identity-sources/new?kind=ldap', 'gatehouse:CreateIdentitySource', directory)],
    '/admin/identity-sources/:id': [one(ids.source!, ['gatehouse:ListIdentitySources', 'gatehouse:UpdateIdentitySource'], source), one(ids.source!, ['gatehouse:ListIdentitySources', 'gatehouse:TestIdentitySource'], { change: 'test' }), one(ids.source!, ['gatehouse:ListIdentitySources', 'gatehouse:DeleteIdentitySource'], { change: 'delete' }), one(ids.source!, ['gatehouse:ListIdentitySources', 'gatehouse:UpdateIdentitySource'], { change: 'fetch' }), ...['plan-sync', 'sync'].map((change) => one(ids.directory!, ['gatehouse:ListIdentitySources', 'gatehouse:UpdateIdentitySource'], { change }))],
    '/admin/permission-sets/new': [one('/admin/permission-sets/new', 'sso:CreatePermissionSet', { Name: 'Mine', SessionDuration: 'PT3600S', ManagedPolicyArn: '' })],
    '/admin/permission-sets/:id/edit': [one(`${set}/edit`, ['sso:DescribePermissionSet', 'sso:UpdatePermissionSet'], { Description: 'Mine', SessionDuration: 'PT3600S', RelayState: '' })],
    '/admin/permission-sets/:id/policy': ['kept', 'foreseen', 'check'].map((name) => one(`${set}/policy`, ['sso:DescribePermissionSet', 'sso:PutInlinePolicyToPermissionSet'], { InlinePolicy: document, [name]: 'yes' })),
    '/admin/permission-sets/:id/boundary': [one(`${set}/boundary`, ['sso:DescribePermissionSet', 'sso:PutPermissionsBoundaryToPermissionSet'], { change: 'put-boundary', Boundary: 'arn:aws:iam::aws:policy/ReadOnlyAccess', foreseen: 'yes' })],
    '/admin/permission-sets/:id/rule': [one(`${set}/rule`, ['sso:DescribePermissionSet', 'gatehouse:PutRequestRule'], { Whose: 'everybody', Where: 'all', ApproverGroups: 'Leads', ApprovalsNeeded: '1', Length: '2', Unit: 'hours' })],
    '/admin/provisioning': [one('/admin/provisioning', 'gatehouse:CreateProvisioningToken', { change: 'create', TokenName: 'Mine', Days: '30' }), one('/admin/provisioning', 'gatehouse:DeleteProvisioningToken', { change: 'end', TokenId: ids.token! })],
    '/admin/requests/:id': [
      ...['approve', 'deny'].map((act) => one(`/admin/requests/${ids.pending!}`, ['gatehouse:ListAccessRequests', 'gatehouse:ApproveAccessRequest'], { act, reason: 'no' })),
      one(`/admin/requests/${ids.granted!}`, ['gatehouse:ListAccessRequests', 'gatehouse:EndAccess'], { act: 'end', reason: 'no' }),
    ],
    ...Object.fromEntries(Object.entries(settings).map(([tab, fields]) => [`/admin/settings${tab}`, [one(`/admin/settings${tab}`, tab === '/branding' ? 'gatehouse:UpdateSettings' : ['gatehouse:GetSettings', 'gatehouse:UpdateSettings'], fields)]])),
    '/admin/settings/instance': [
      one('/admin/settings/instance', ['sso:DescribeInstance', 'sso:UpdateInstance'], { change: 'rename', Name: 'Mine' }), one('/admin/settings/instance', ['sso:DescribeInstance', 'sso:TagResource'], { change: 'tag', Key: 'a', Value: 'b' }),
      one('/admin/settings/instance', ['sso:DescribeInstance', 'sso:CreateInstanceAccessControlAttributeConfiguration'], { change: 'put-attribute', AttributeKey: 'Team', AttributeSource: 'userName' }),
      one('/admin/settings/instance', ['sso:DescribeInstance', 'sso:DeleteInstanceAccessControlAttributeConfiguration'], { change: 'no-attributes' }),
    ],
    '/admin/settings/issuers/new': [one('/admin/settings/issuers/new', 'sso:CreateTrustedTokenIssuer', issuer)],
    '/admin/settings/issuers/:id': [one(ids.issuer!, ['sso:DescribeTrustedTokenIssuer', 'sso:UpdateTrustedTokenIssuer'], { change: 'save', ...issuer }), one(ids.issuer!, ['sso:DescribeTrustedTokenIssuer', 'sso:DeleteTrustedTokenIssuer'], { change: 'delete' })],
    '/admin/settings/keys': [one('/admin/settings/keys', 'gatehouse:RotateSigningKeys', { change: 'rotate', Set: 'ES256', Anyway: 'yes' }), one('/admin/settings/keys', 'gatehouse:RotateSigningKeys', { change: 'retire', Set: 'ES256', KeyId: 'x' })],
    '/admin/settings/mail/test': [one('/admin/settings/mail/test', 'gatehouse:SendTestMail', { Address: 'mine@example.com' })],
    '/admin/users/new': ['none', 'once', 'invite'].map((First) => one('/admin/users/new', 'identitystore:CreateUser', { UserName: 'mine', DisplayName: 'Mine', Email: 'mine@example.com', First })),
    '/admin/users/deleted': [one('/admin/users/deleted', 'sso-directory:RestoreUser', { change: 'restore', UserId: ids.left! }), one('/admin/users/deleted', 'sso-directory:PurgeUser', { change: 'purge', UserId: ids.left! })],
    '/admin/users/import': [one('/admin/users/import', 'identitystore:CreateUser', { Csv: table, Existing: 'SKIP' })],
    '/admin/users/import/run': [one('/admin/users/import/run', 'identitystore:CreateUser', { Csv: table, Existing: 'UPDATE' })],
    '/admin/users/:id/sessions': [one(`${user}/sessions`, ['identitystore:DescribeUser', 'sso-directory:EndSessions'], { change: 'end-sessions' }), one(`${user}/sessions`, ['identitystore:DescribeUser', 'sso-directory:EndSessions'], { change: 'end', Kind: 'PORTAL', SessionId: 'x' })],
    '/admin/users/:id/edit': [one(`${user}/edit`, ['identitystore:DescribeUser', 'identitystore:UpdateUser'], { UserName: 'vera', DisplayName: 'Mine' })],
    '/admin/users/:id/one-time-password': [one(`${user}/one-time-password`, ['identitystore:DescribeUser', 'sso-directory:UpdatePassword'])],
  }
}
