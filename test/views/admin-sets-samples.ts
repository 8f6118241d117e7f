// One model per state of the administrator's views of permission sets and accounts, and of what changes would do.
import { frame, nothing } from './admin-frame.js'

const look = 'Something in the form needs another look.'

const set = '/admin/permission-sets/ps-0123456789abcdef'
const production = '/admin/accounts/444455556666'
const long = 'Maximiliane-Alexandra von Hohenfels-Wittgenstein-Sonnenberg-Lichtenstein'
const longAccount = 'An account of a department with an uncommonly long name'
const arn = (name: string): string => `arn:aws:iam::aws:policy/${name}`
const document = '{\n  "Version": "2012-10-17",\n  "Statement": [\n    {\n      "Effect": "Allow",\n      "Action": ["s3:GetObject", "s3:ListBucket"],\n      "Resource": "arn:aws:s3:::reports-of-the-department-of-everything/*"\n    }\n  ]\n}'
const backToSet = { about: 'PowerUser', backUrl: set }

const facts = [
  { term: 'Description', text: 'Everything but users and rights' }, { term: 'A session lasts', text: '4 hours' }, { term: 'Leads to', text: 'https://console.example.com/a/page/that/has/a/long/address' }, { term: 'Since', at: '2026-11-21T14:32:05.000Z' },
  { term: 'ARN', text: 'arn:aws:sso:::permissionSet/ssoins-0123456789abcdef/ps-0123456789abcdef', id: 'arn' },
]
const policies = {
  managed: [{ arn: arn('PowerUserAccess'), name: 'PowerUserAccess' }, { arn: arn('job-function/ViewOnlyAccess'), name: 'ViewOnlyAccess' }], own: [{ reference: '/team/Base', name: '/team/Base' }], missing: [{ name: '/team/Base', accounts: 'Production, Staging, Sandbox, Audit, Data and 12 more' }], canDetach: true, canRemove: true, canAdd: true, isUnnamed: false, isNothing: false,
  attachUrl: `${set}/policies`, document, editUrl: `${set}/policy`, canRemoveDocument: true, boundary: 'PowerUserAccess', boundaryUrl: `${set}/boundary`, canRemoveBoundary: true,
}
const rule = {
  isDead: false, url: `${set}/rule`, removeUrl: `${set}?change=remove-rule`,
  facts: [{ term: 'May be asked for by', text: 'Developers, On call' }, { term: 'In', text: 'every account' }, { term: 'Answered by', text: 'Platform' }, { term: 'It takes', text: '2 approvals, and a reason' }, { term: 'For at most', text: '8 hours' }],
}
const permissionSet = {
  ...frame('Permission sets'), ...nothing, title: 'PowerUser', action: set, done: undefined, typed: {}, facts, editUrl: `${set}/edit`, deleteUrl: `${set}?change=delete`, policies, rule, otherTitle: 'account',
  tags: { add: 'tag', remove: 'untag', rows: [{ key: 'team', value: 'platform' }] },
  assigned: { rows: [
    { url: '/admin/groups/1', name: 'Developers', isGroup: true, other: { name: 'Production', url: production } },
    { url: '/admin/users/1', name: long, isGroup: false, other: { name: longAccount, url: production } },
  ], nextUrl: `${set}?after=x` },
}
const read = {
  ...permissionSet, title: 'ReadOnlyOfTheWholeOrganisation', editUrl: undefined, deleteUrl: undefined, rule: { facts: undefined, isDead: false }, tags: { rows: [] }, assigned: { rows: [] },
  policies: { managed: [], own: [], missing: [], canDetach: false, canRemove: false, canAdd: false, isUnnamed: true, isNothing: true, canRemoveDocument: false, canRemoveBoundary: false },
}

const jane = { url: '/admin/users/1', name: 'Jane Doe' }
const names = [jane, { url: '/admin/users/2', name: 'Sam Plain' }, { url: '/admin/users/3', name: long }]
const places = [{ what: 'AdministratorAccess', accounts: `Production, ${longAccount} and 988 more` }, { what: 'Wiki' }]
const gives = { isGain: true, people: 1213, names, morePeople: 1210, places, all: ['AdministratorAccess in Production', `AdministratorAccess in ${longAccount}`], count: '990', moreAll: 788 }
const takes = { isGain: false, people: 1, names: [jane], morePeople: 0, places: places.slice(1), moreAll: 0 }
const foreseen = { gaining: 1213, losing: 1, isNothing: false, isComplete: true, effects: [gives, takes] }
const ahead = { ...frame('Groups'), title: 'Add this group?', about: 'Everybody', text: 'Everybody in “Developers” gets what this group has.', button: 'Add group', isGrave: false, isLate: false, change: 'add-group', action: '/admin/groups/1', backUrl: '/admin/groups/1', fields: [{ name: 'GroupName', value: 'Developers' }], ...foreseen }
const aheadOfPolicies = {
  ...frame('Permission sets'), title: 'Save this policy?', about: 'PowerUser', text: 'It counts at once, in sessions that are open too.', button: 'Save policy', isGrave: false, isLate: false, again: 'Back to the editor', change: 'put-inline', action: `${set}/policy`, backUrl: set,
  fields: [{ name: 'InlinePolicy', value: document }],
  policies: {
    holders: { text: '1,213 people in 990 accounts', people: names, morePeople: '1,210', accounts: [{ name: 'Production', url: production }, { name: longAccount, url: production }], moreAccounts: '988' }, boundaryChanges: true, isNothing: false, unread: ['/team/Base'],
    wider: { isMore: false, rows: [{ verb: 'Allows', actions: ['s3:GetObject', 's3:ListBucket'], isEverything: false, more: '12 more actions', where: 'arn:aws:s3:::reports-of-the-department-of-everything/*', when: 'aws:SourceIp NotIpAddress 192.0.2.0/24' }, { verb: 'No longer denies', actions: ['*'], isEverything: true, where: '' }] },
    narrower: { isMore: false, rows: [{ verb: 'No longer allows', actions: ['ec2:*'], isEverything: false, where: '' }] },
  },
}

const account = {
  ...frame('Accounts'), ...nothing, title: longAccount, action: production, done: 'The name is saved.', isManagement: false, editUrl: `${production}/edit`, closeUrl: `${production}/close`,
  facts: [{ term: 'Account id', text: '444455556666', id: 'account-id' }, { term: 'Alias', text: 'example-production' }, { term: 'Root user', text: 'aws-production-of-the-department-of-everything@subsidiary.example.com' }, { term: 'Since', at: '2026-11-21T14:32:05.000Z' }],
  links: [
    { text: 'Open its console', url: '/start/console?account_id=444455556666' }, { text: 'Assign', url: '/admin/assignments/new?account=444455556666' },
    { text: 'Who reaches it', url: '/admin/access/reach?account=444455556666' }, { text: 'End access now', url: '/admin/access/end?account=444455556666', isGrave: true },
  ],
  tags: { add: 'tag', remove: 'untag', rows: [] },
  assigned: { sets: [{ name: 'AdministratorAccess', url: set, holders: [{ url: '/admin/groups/1', name: 'Platform', isGroup: true }, { url: '/admin/users/1', name: long, isGroup: false }] }, { name: 'ReadOnly', url: set, holders: [{ url: '/admin/groups/2', name: 'Developers', isGroup: true }] }], nextUrl: `${production}?after=x` },
}

export const samples: { name: string; view: string; model: Record<string, unknown> }[] = [
  { name: 'admin-set', view: 'admin/permission-set', model: permissionSet },
  { name: 'admin-set-reader', view: 'admin/permission-set', model: read },
  { name: 'admin-set-new', view: 'admin/permission-set-edit', model: {
    ...frame('Permission sets'), isNew: true, about: 'Permission sets', backUrl: '/admin/permission-sets', values: { Name: 'Power User', Description: '', RelayState: '' }, lengths: [{ value: 'PT3600S', text: '1 hour', selected: true }, { value: 'PT7200S', text: '2 hours', selected: false }],
    policies: [{ arn: arn('AdministratorAccess'), name: 'AdministratorAccess', selected: false }], problem: look, faults: [{ path: 'Name', message: 'This must be letters, digits and + = , . @ - _.' }], retryAfter: undefined } },
  { name: 'admin-policy-choice', view: 'admin/policy-choice', model: { ...frame('Permission sets'), ...nothing, ...backToSet, action: `${set}/policies`, query: 'access', kept: [{ arn: arn('job-function/Billing'), name: 'Billing' }], rows: [
    { arn: arn('AdministratorAccess'), name: 'AdministratorAccess', description: 'Everything.', isThere: true, ticked: false }, { arn: arn('ReadOnlyAccess'), name: 'ReadOnlyAccess', description: 'Sight of everything and of what is stored in it; the values in the store of secrets apart.', isThere: false, ticked: true },
  ] } },
  { name: 'admin-policy-editor', view: 'admin/policy-editor', model: {
    ...frame('Permission sets'), ...backToSet, document, mostCharacters: '32,768', isChecked: true, problem: 'There is something in the document to mend.', faults: undefined, retryAfter: undefined,
    documentFaults: [{ path: 'Statement[0].Action[1]', line: 6, problem: '"s3ListBucket" is no action.', mend: 'Write the service, a colon and the action, such as s3:GetObject.' }] } },
  { name: 'admin-policy-boundary', view: 'admin/policy-boundary', model: { ...frame('Permission sets'), ...backToSet, action: `${set}/boundary`, own: '/team/Limit', policies: [{ arn: arn('PowerUserAccess'), name: 'PowerUserAccess', selected: true }], problem: 'Choose one of the two: there is one boundary.', faults: [{ path: 'OwnBoundary', message: 'Choose one of the two: there is one boundary.' }], retryAfter: undefined } },
  { name: 'admin-request-rule', view: 'admin/request-rule', model: {
    ...frame('Permission sets'), ...backToSet, isNew: false, isEverybody: false, isEverywhere: true, needsReason: true, values: { RequesterGroups: 'Developers\nOn cal', AccountIds: '', ApproverGroups: '', Length: '8' },
    approvals: [{ value: '1', selected: false }, { value: '2', selected: true }], units: [{ value: 'hours', text: 'hours', selected: true }, { value: 'days', text: 'days', selected: false }],
    problem: look, faults: [{ path: 'RequesterGroups', message: 'There is no group “On cal”.' }, { path: 'ApproverGroups', message: 'Name at least one group whose members answer.' }], retryAfter: undefined } },
  { name: 'admin-foresight', view: 'admin/foresight', model: ahead },
  { name: 'admin-foresight-policies', view: 'admin/foresight', model: aheadOfPolicies },
  { name: 'admin-foresight-boundary', view: 'admin/foresight', model: { ...aheadOfPolicies, title: 'Set this boundary?', text: 'Nothing is allowed any more that PowerUserAccess does not allow too. It counts at once, in sessions that are open too.', button: 'Set boundary', again: undefined, policies: {
    holders: aheadOfPolicies.policies.holders, boundaryChanges: true, unreadBoundary: [], unchanged: 12, isNothing: false, unread: [],
    narrower: { isMore: false, rows: [{ verb: 'No longer allows', isEverything: false, actions: ['iam:CreateUser', 'organizations:*'], where: '', when: undefined }] },
    partial: { isMore: false, rows: [{ verb: 'Allows', isEverything: true, actions: ['*'], where: '', when: undefined, within: ['all but account:*, iam:*, organizations:*', 'iam:CreateServiceLinkedRole', 'iam:ListRoles'], moreWithin: undefined }] },
    unclear: { isMore: false, rows: [{ verb: 'Allows', isEverything: false, actions: ['s3:GetObject'], where: 'arn:aws:s3:::reports-of-the-department-of-everything/*', when: 'aws:SourceIp IpAddress 192.0.2.0/24' }] },
  } } },
  { name: 'admin-foresight-boundary-unread', view: 'admin/foresight', model: { ...aheadOfPolicies, title: 'Set this boundary?', button: 'Set boundary', again: undefined, policies: { boundaryChanges: true, unreadBoundary: ['/team/Limit'], unchanged: 0, isNothing: false, unread: ['/team/Base'] } } },
  { name: 'admin-foresight-person', view: 'admin/foresight', model: { ...ahead, title: 'Disable this user?', about: long, text: 'They are signed out everywhere at once and cannot sign in until somebody enables them.', button: 'Disable', isGrave: true, change: 'disable', fields: [], effects: [{ ...takes, places }],
    ends: { numbers: [{ count: '2', text: 'sessions of the portal' }, { count: '1', text: 'console session' }, { count: '14', text: 'sets of temporary credentials' }], unreached: ['Wiki keeps a session of its own, and does not hear of it.'] } } },
  { name: 'admin-foresight-nothing', view: 'admin/foresight', model: { ...ahead, title: 'Delete this user?', about: 'Jane Doe', text: 'They are signed out everywhere and gone at once.', button: 'Delete', isGrave: true, change: 'delete', fields: [], gaining: 0, losing: 0, isNothing: true, effects: [], nothing: 'They reach no account and no application, so there is nothing to lose.', ends: { numbers: [], unreached: [] } } },
  { name: 'admin-foresight-obstacle', view: 'admin/foresight', model: { ...ahead, title: 'Delete this permission set?', about: 'PowerUser', text: 'It is gone for good.', button: undefined, policies: { isNothing: true, boundaryChanges: false, unread: [] }, obstacle: { text: 'It is assigned still, and cannot be deleted until nobody is assigned to it any more.', link: { url: `${set}#assigned-title`, text: 'Where it is assigned' } } } },
  { name: 'admin-account', view: 'admin/account', model: account },
  { name: 'admin-account-new', view: 'admin/new-account', model: { ...frame('Accounts'), ...nothing, values: { AccountName: 'Staging', Email: 'staging@example.com', RoleName: 'OrganizationAccountAccessRole' } } },
  { name: 'admin-account-edit', view: 'admin/account-edit', model: { ...frame('Accounts'), about: 'Production', backUrl: production, accountId: '4444-5555-6666', isManagement: false, can: { rename: true, email: true, alias: true }, values: { AccountName: 'Production', Email: 'prod@example.com', AccountAlias: 'example' }, problem: 'That account alias is taken.', faults: [{ path: 'AccountAlias', message: 'That account alias is taken.' }], retryAfter: undefined } },
  { name: 'admin-account-close-late', view: 'admin/account-close', model: { ...frame('Accounts'), ...nothing, about: 'Production', backUrl: production, accountId: '4444-5555-6666', isManagement: false, ahead: { isLate: true } } },
  { name: 'admin-account-close', view: 'admin/account-close', model: { ...frame('Accounts'), about: 'Production', backUrl: production, accountId: '4444-5555-6666', isManagement: false, loses: { people: 14, users: 2, roles: 3, policies: 1 }, ahead: { isLate: false, gaining: 0, losing: 14, isNothing: false, isComplete: true, effects: [{ ...takes, people: 14, names, morePeople: 11, places: [{ what: 'AdministratorAccess', accounts: 'Production' }] }, { ...takes, places: [{ what: 'PowerUser', accounts: 'Production' }] }], ends: { numbers: [{ count: '3', text: 'console sessions' }, { count: '21', text: 'sets of temporary credentials' }], unreached: [] } }, problem: 'That is not the id of this account.', faults: [{ path: 'Confirmation', message: 'That is not the id of this account.' }], retryAfter: undefined } },
]
