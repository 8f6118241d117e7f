// The pages of the console, one model per state of every view.
import { consoleFrame, instant, later, nothingWrong, qr, type Sample } from './shared.js'

const longName = 'a-user-name-of-sixty-four-characters-which-is-the-most-there-may-be'
const longArn = `arn:aws:iam::111122223333:user/division/department/team/${longName}`
const policyText = JSON.stringify({ Version: '2012-10-17', Statement: [{ Sid: 'ReadBuckets', Effect: 'Allow', Action: ['s3:GetObject', 's3:ListBucket'], Resource: 'arn:aws:s3:::an-example-bucket-with-a-name-that-is-rather-long/*' }] }, undefined, 2)
const documentFaults = [
  { path: 'Statement[0].Effect', line: 6, problem: '“Perhaps” is no effect.', mend: 'Write Allow or Deny.' },
  { path: 'Statement[1].Condition.StringEqualsWithAnOperatorThatNobodyKnows', line: undefined, problem: 'There is no such operator.', mend: 'Write one such as StringEquals.' },
]
const list = {
  ...consoleFrame, url: '/console/users', title: 'Users', lead: 'People and programs that belong to this account.', noun: 'user', nouns: 'users', done: 'The user is deleted.', query: '', create: [{ url: '/console/users/new', text: 'New user' }],
  rows: ['deploy', 'jane', longName].map((name) => ({ url: `/console/users/${name}`, name, facts: ['/division/department/team/', 'Since 2026-01-01', 'signed in last on 2026-10-01'] })), nextUrl: '/console/users?after=x', firstUrl: '/console/users',
}
const base = { arn: 'arn:aws:iam::111122223333:policy/Base', name: 'Base' }
const readOnly = { arn: 'arn:aws:iam::aws:policy/ReadOnlyAccess', name: 'ReadOnlyAccess' }
const offers = [{ label: 'Of this account', policies: [base] }, { label: 'Catalogue', policies: [readOnly] }]
const keyRows = [
  { id: 'AKIAEXAMPLEEXAMPLE22', active: true, createdAt: instant, lastUsed: { at: instant, service: 'sts', region: 'eu-central-1' }, turn: { to: 'Inactive', text: 'Turn off' }, removeUrl: '/console/users/x?change=DeleteAccessKey' },
  { id: 'AKIAEXAMPLEEXAMPLE33', active: false, createdAt: instant, lastUsed: undefined, turn: { to: 'Active', text: 'Turn on' }, removeUrl: undefined },
]
const noSections = { signIn: undefined, keys: undefined, devices: undefined, groups: undefined, members: undefined, trust: undefined, length: undefined, attached: undefined, inline: undefined, boundary: undefined, tags: undefined, rename: undefined, removeUrl: undefined }
const entity = {
  ...consoleFrame, ...nothingWrong, ...noSections, kind: 'user', title: longName, action: `/console/users/${longName}`, back: { url: '/console/users', text: 'Users' }, done: undefined,
  facts: [{ term: 'ARN', text: longArn, at: undefined, id: 'arn' }, { term: 'Path', text: '/division/department/team/', at: undefined, id: undefined }, { term: 'Since', text: undefined, at: instant, id: undefined }],
}
const userPage = {
  ...entity, done: 'The policy is attached.', signIn: { changedAt: instant, oneTime: true, setUrl: '/a', removeUrl: '/b' }, keys: { most: 2, createUrl: undefined, rows: keyRows },
  devices: { rows: [{ serial: `arn:aws:iam::111122223333:mfa/${longName}`, kind: 'Authenticator app', enabledAt: instant, removeUrl: '/c' }] },
  groups: { add: true, suggestions: ['Auditors', 'Billing'], rows: [{ name: 'Operations', url: '/console/groups/Operations', canRemove: true }] },
  attached: { attach: 'AttachUserPolicy', offers, rows: [{ arn: readOnly.arn, name: 'ReadOnlyAccess', url: '/d', removeUrl: '/e' }] }, inline: { newUrl: '/f', rows: [{ name: 'own', url: '/g', removeUrl: '/h' }] },
  boundary: { arn: base.arn, url: '/i', set: 'PutUserPermissionsBoundary', offers, removeUrl: '/j' }, tags: { add: 'TagUser', remove: 'UntagUser', rows: [{ key: 'team', value: 'Platform, with a value that goes on for quite a while' }] },
  rename: { change: 'UpdateUser', field: 'NewUserName', path: '/' }, removeUrl: '/k',
}
const readOnlyUser = {
  ...entity, title: 'deploy', signIn: { changedAt: undefined, oneTime: false, setUrl: undefined, removeUrl: undefined }, keys: { most: 2, createUrl: undefined, rows: [] }, devices: { rows: [] }, groups: { add: false, rows: [] },
  attached: { attach: undefined, offers: [], rows: [] }, inline: { newUrl: undefined, rows: [] }, boundary: { arn: undefined, url: undefined, set: undefined, offers: [], removeUrl: undefined }, tags: { add: undefined, remove: undefined, rows: [] },
}
const document = {
  ...consoleFrame, ...nothingWrong, title: 'New policy', lead: 'What it says counts for those that it is attached to.', about: 'Policies', backUrl: '/console/policies', action: '/console/policies/new', name: 'Base', nameField: 'PolicyName', isNew: true,
  asksDescription: true, description: '', document: policyText, field: 'PolicyDocument', label: 'Policy', button: 'Make policy', setsDefault: undefined, fixed: [], documentFaults: [],
}
const managedPolicy = {
  ...consoleFrame, ...nothingWrong, title: 'Base', arn: base.arn, description: 'What everybody needs', isOwn: true, done: undefined, action: '/console/policies/one?arn=x', facts: [{ term: 'Path', text: '/', at: undefined, id: undefined }], document: policyText,
  shown: 'v2', isDefault: true, editUrl: '/a', mostVersions: 5, used: { rows: [{ kind: 'user', name: longName, url: '/b' }], isMore: true }, removeUrl: '/c',
  versions: [{ name: 'v2', isDefault: true, createdAt: instant, url: '/d', canChoose: false, removeUrl: undefined }, { name: 'v1', isDefault: false, createdAt: instant, url: '/e', canChoose: true, removeUrl: '/f' }],
}
const provider = { ...consoleFrame, ...nothingWrong, title: 'tokens.example.com', arn: 'arn:aws:iam::111122223333:oidc-provider/tokens.example.com', since: instant, action: '/console/providers/one?arn=x', done: undefined, oidc: undefined, saml: undefined, removeUrl: '/a' }
const ownCredentials = {
  ...consoleFrame, ...nothingWrong, done: undefined, late: false, isRoot: false, action: '/console/credentials', changedAt: instant, canChange: true,
  own: { most: 8, codesLeft: 7, hasRoomForApp: true, hasRoomForPasskey: true, canAdd: true, rows: [{ url: '/console/credentials/devices/a', name: 'Phone', clockUrl: '/console/credentials/devices/a/clock', kind: 'authenticator app', serial: 'arn:aws:iam::111122223333:mfa/0123456789abcdef', addedAt: instant, usedAt: instant }] },
  keys: { most: 2, createUrl: '/console/credentials/keys', rows: keyRows.slice(0, 1) },
}
const prove = { ...consoleFrame, ...nothingWrong, userName: 'jane', back: '/console/credentials', action: '/console/prove?back=x', asksPassword: true, asksCode: true, optionsUrl: '/console/prove/options', canTrust: false }
const plainRules = [{ text: 'At least 12 characters', pattern: '^.{12,}$', met: undefined }, { text: 'A digit', pattern: '[0-9]', met: undefined }]
const question = { ...consoleFrame, ...nothingWrong, asked: { name: 'jane', actions: 'iam:CreateUser\niam:ListUsers', resources: '*', context: '' }, kinds: ['user', 'group', 'role'].map((kind) => ({ kind, selected: kind === 'user' })), results: undefined }
const considered = { policy: `inline policy own of user ${longName}`, statement: 1, sid: 'ReadOnly', effect: 'Allow', applies: false, fitsResource: true, conditions: [{ operator: 'Bool', key: 'aws:MultiFactorAuthPresent', found: '', holds: false }] }
const settings = {
  ...consoleFrame, ...nothingWrong, done: undefined, alias: { current: 'example-production', typed: 'example-production', canSet: true, canRemove: true },
  rules: { kinds: 'a digit', own: true, canSet: true, canRemove: true, minimumLength: 14, maxAge: 0, reusePrevention: 5, requireSymbols: false, requireNumbers: true, requireUppercase: false, requireLowercase: false, allowUsersToChange: true, hardExpiry: false },
  email: { current: 'root-of-the-production-account@example.com', changeUrl: '/console/settings/email' }, closeUrl: '/console/settings/close',
}
const fault = (path: string, message: string) => ({ problem: 'Something in the form needs another look.', faults: [{ path, message }] })

export const samples: Sample[] = [
  { name: 'console-list', view: 'console/list', model: list },
  { name: 'console-list-empty', view: 'console/list', model: { ...list, done: undefined, create: [], rows: [], nextUrl: undefined, firstUrl: undefined } },
  { name: 'console-list-no-match', view: 'console/list', model: { ...list, done: undefined, query: 'nobody', rows: [], nextUrl: undefined, firstUrl: undefined } },
  { name: 'console-confirm', view: 'console/confirm', model: { ...consoleFrame, title: 'Delete access key', about: longName, text: 'AKIAEXAMPLEEXAMPLE22 is gone for good. Whatever still uses it stops working.', button: 'Delete it', change: 'DeleteAccessKey', action: '/a', backUrl: '/b', fields: [{ name: 'AccessKeyId', value: 'AKIAEXAMPLEEXAMPLE22' }] } },
  { name: 'console-new-user', view: 'console/new-entity', model: { ...consoleFrame, ...nothingWrong, ...fault('UserName', 'This must be letters, digits and + = , . @ - _.'), kind: 'user', title: 'New user', field: 'UserName', name: 'no spaces', longest: 64, path: '/', lead: 'A user has neither password nor keys nor rights at first: you give them on the next page.', backUrl: '/console/users' } },
  { name: 'console-new-role', view: 'console/new-role', model: { ...consoleFrame, ...nothingWrong, problem: 'There are 2 things in the document to mend.', name: 'Deploy', path: '/', description: '', length: 3600, lengths: [3600, 7200, 43_200], document: policyText, documentFaults } },
  { name: 'console-user', view: 'console/entity', model: userPage },
  { name: 'console-user-read-only', view: 'console/entity', model: readOnlyUser },
  { name: 'console-user-fault', view: 'console/entity', model: { ...userPage, done: undefined, problem: 'The user cannot be deleted while there are access keys (2). Remove them first.' } },
  { name: 'console-group', view: 'console/entity', model: { ...entity, kind: 'group', title: 'Operations', members: { add: true, canRemove: true, rows: [{ name: longName, url: '/a' }, { name: 'jane', url: '/b' }], nextUrl: '/c' }, attached: userPage.attached, inline: userPage.inline } },
  { name: 'console-role', view: 'console/entity', model: { ...entity, kind: 'role', title: 'Deploy', trust: { document: policyText, editUrl: '/a' }, length: { current: 3600, description: 'Deploys', choices: [3600, 7200] }, attached: userPage.attached, inline: userPage.inline, boundary: readOnlyUser.boundary, tags: userPage.tags, removeUrl: '/b' } },
  { name: 'console-document', view: 'console/document', model: document },
  { name: 'console-document-faults', view: 'console/document', model: { ...document, problem: 'There are 2 things in the document to mend.', documentFaults } },
  { name: 'console-document-version', view: 'console/document', model: { ...document, title: 'New version', nameField: undefined, isNew: false, asksDescription: false, setsDefault: { on: true } } },
  { name: 'console-document-read-only', view: 'console/document', model: { ...document, title: longName, nameField: undefined, isNew: false, asksDescription: false, button: undefined } },
  { name: 'console-policy', view: 'console/policy', model: managedPolicy },
  { name: 'console-policy-catalogue', view: 'console/policy', model: { ...managedPolicy, title: 'ReadOnlyAccess', arn: readOnly.arn, isOwn: false, facts: [], shown: undefined, editUrl: undefined, versions: undefined, used: { rows: [], isMore: false }, removeUrl: undefined } },
  { name: 'console-provider-oidc', view: 'console/provider', model: { ...provider, oidc: { issuer: 'https://tokens.example.com', clientIds: ['sts.example.com', 'an-audience-with-a-name-that-cannot-be-broken-anywhere-at-all-and-goes-on'], thumbprints: ['0123456789abcdef0123456789abcdef01234567'], canAdd: true, canRemove: true } } },
  { name: 'console-provider-saml', view: 'console/provider', model: { ...provider, title: 'corp', saml: { validUntil: later, metadata: '<EntityDescriptor entityID="https://idp.example.com/metadata"><IDPSSODescriptor/></EntityDescriptor>', canReplace: true } } },
  { name: 'console-new-provider-oidc', view: 'console/new-provider', model: { ...consoleFrame, ...nothingWrong, ...fault('Url', 'This must begin with https://.'), isOidc: true, url: 'http://tokens.example.com', clientIds: '', name: '', metadata: '' } },
  { name: 'console-new-provider-saml', view: 'console/new-provider', model: { ...consoleFrame, ...nothingWrong, isOidc: false, url: '', clientIds: '', name: '', metadata: '' } },
  { name: 'console-new-key', view: 'console/new-key', model: { ...consoleFrame, about: longName, id: 'AKIAEXAMPLEEXAMPLE22', secret: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', action: '/a', backUrl: '/b' } },
  { name: 'console-user-password', view: 'console/user-password', model: { ...consoleFrame, ...nothingWrong, userName: longName, action: '/a', backUrl: '/b', has: true, oneTime: true, rules: plainRules } },
  { name: 'console-credentials', view: 'console/credentials', model: ownCredentials },
  { name: 'console-credentials-bare', view: 'console/credentials', model: { ...ownCredentials, late: true, canChange: false, own: { ...ownCredentials.own, rows: [] }, keys: undefined } },
  { name: 'console-credentials-root', view: 'console/credentials', model: { ...ownCredentials, done: 'The access key is changed.', isRoot: true, keys: { most: 2, createUrl: '/a', rows: [] } } },
  { name: 'console-prove', view: 'console/prove', model: { ...prove, problem: 'That code is not right.', faults: [{ path: 'code', message: 'That code is not right.' }] } },
  { name: 'console-prove-wait', view: 'console/prove', model: { ...prove, asksCode: false, optionsUrl: undefined, problem: 'That was wrong too often.', retryAfter: 42 } },
  { name: 'console-prove-passkey', view: 'console/prove', model: { ...prove, asksPassword: false, asksCode: false } },
  { name: 'console-own-password', view: 'console/own-password', model: { ...consoleFrame, ...nothingWrong, problem: 'This is not the password you have now.', faults: [{ path: 'current', message: 'This is not the password you have now.' }], userName: 'jane', rules: plainRules } },
  { name: 'console-own-app', view: 'console/own-app', model: { ...consoleFrame, ...nothingWrong, picture: qr, secret: 'ABCD EFGH IJKL MNOP QRST UVWX YZ23 4567', sealed: 'x', name: 'Phone', problem: 'That code is not right.', faults: [{ path: 'code', message: 'That code is not right.' }] } },
  { name: 'console-own-passkey', view: 'console/own-passkey', model: { ...consoleFrame, ...nothingWrong, optionsUrl: '/a', name: '' } },
  { name: 'console-own-codes', view: 'console/own-codes', model: { ...consoleFrame, codes: undefined, left: 0, userName: 'jane' } },
  { name: 'console-own-codes-made', view: 'console/own-codes', model: { ...consoleFrame, codes: Array.from({ length: 10 }, (_, index) => `ABCD-EFGH-${2222 + 1111 * (index % 6)}`), left: 10, userName: 'jane' } },
  { name: 'console-own-clock', view: 'console/own-clock', model: { ...consoleFrame, ...nothingWrong, name: 'Phone', deviceUrl: '/a', action: '/b', problem: 'These are not two codes in a row of this app. Take the next two that it shows.', faults: [{ path: 'first', message: 'These are not two codes in a row of this app. Take the next two that it shows.' }] } },
  { name: 'console-own-device', view: 'console/own-device', model: { ...consoleFrame, ...nothingWrong, action: '/a', title: 'A-device-with-a-name-that-cannot-be-broken-anywhere-at-all-and-on', name: 'A device', kind: 'Authenticator app', addedAt: instant, usedAt: undefined } },
  { name: 'console-events', view: 'console/events', model: { ...consoleFrame, query: '', signIns: true, signInsUrl: '/a', allUrl: '/b', olderUrl: '/c', latestUrl: '/d', rows: [
    { position: '2', name: 'ConsoleLogin', at: instant, address: '203.0.113.9', who: longArn, what: '', failed: false, why: '', how: 'with a second step', record: policyText }, { position: '1', name: 'CreateUser', at: instant, address: '2001:db8::1', who: longArn, what: 'a-user-name-of-sixty-four-characters-which-is-the-most-there-may-be', failed: true, why: 'AccessDenied: User may not do this', how: '', record: policyText }] } },
  { name: 'console-events-none', view: 'console/events', model: { ...consoleFrame, query: 'nobody', signIns: false, signInsUrl: '/a', allUrl: '/b', olderUrl: undefined, latestUrl: undefined, rows: [] } },
  { name: 'console-switch-role', view: 'console/switch-role', model: { ...consoleFrame, ...nothingWrong, problem: 'You may not work as that role.', accountTyped: '444455556666', roleName: 'Deploy', isRoot: false, ending: { label: 'ReadOnly', account: { id: '111122223333', name: 'Production 1' } } } },
  { name: 'console-switch-role-root', view: 'console/switch-role', model: { ...consoleFrame, ...nothingWrong, accountTyped: '', roleName: '', isRoot: true, ending: undefined } },
  { name: 'console-simulate', view: 'console/simulate', model: question },
  { name: 'console-simulate-answer', view: 'console/simulate', model: { ...question, results: [
    { action: 'iam:CreateUser', resource: longArn, allowed: false, why: 'Nothing allows it: no policy does.', by: undefined, missingKeys: ['aws:MultiFactorAuthPresent'], statements: [considered] },
    { action: 'iam:ListUsers', resource: '*', allowed: true, why: 'A statement allows it.', by: { policy: 'arn:aws:iam::aws:policy/ReadOnlyAccess', statement: 2, sid: undefined }, missingKeys: [], statements: [] }] } },
  { name: 'console-simulate-fault', view: 'console/simulate', model: { ...question, problem: 'Name actions such as iam:CreateUser, one a line.', faults: [{ path: 'actions', message: 'Name actions such as iam:CreateUser, one a line.' }] } },
  { name: 'console-settings', view: 'console/settings', model: settings },
  { name: 'console-settings-read-only', view: 'console/settings', model: { ...settings, alias: { current: undefined, typed: '', canSet: false, canRemove: false }, rules: { ...settings.rules, canSet: false, canRemove: false }, email: undefined, closeUrl: undefined } },
  { name: 'console-settings-fault', view: 'console/settings', model: { ...settings, ...fault('MinimumPasswordLength', 'This must be a whole number from 6 to 128.') } },
  { name: 'console-root-email', view: 'console/root-email', model: { ...consoleFrame, ...nothingWrong, current: 'root-of-the-production-account@example.com', email: '', id: undefined, minutes: 10 } },
  { name: 'console-root-email-code', view: 'console/root-email', model: { ...consoleFrame, ...nothingWrong, current: 'root@example.com', email: 'another-address-that-is-rather-long@subsidiary.example.com', id: 'x', minutes: 10, problem: 'That code is not right.', faults: [{ path: 'code', message: 'That code is not right.' }] } },
  { name: 'console-close-account', view: 'console/close-account', model: { ...consoleFrame, ...nothingWrong, users: 3, roles: 1, policies: 0 } },
]
