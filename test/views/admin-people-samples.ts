// One model per state of the pages of people, groups, their import and the search.
import { frame, long, nothing } from './admin-frame.js'

const jane = '/admin/users/3f0d0c1e-9d7a-4c5e-8a55-0c7f1d2b9a01'
const platform = '/admin/groups/7b1c2d3e-4f5a-4b6c-8d7e-9f0a1b2c3d4e'
const at = '2026-11-20T09:14:00.000Z'
const userTabs = (current: string): object[] => ['All', 'Enabled', 'Disabled', 'Deleted'].map((text) => ({ url: `/admin/users?status=${text}`, text, current: text === current }))
const personTabs = (current: string): object[] => [['Person', ''], ['What they can reach', '/access'], ['Sessions', '/sessions'], ['History', '/history']].map(([text, path]) => ({ url: `${jane}${path}`, text, current: text === current }))

const users = { ...frame('Users'), query: '', status: '', isDeleted: false, tabs: userTabs('All'), create: [{ url: '/admin/users/new', text: 'New user' }, { url: '/admin/users/import', text: 'Import from a table' }] }
const person = {
  ...frame('Users'), ...nothing, title: 'Jane Doe', action: jane, tabs: personTabs('Person'), isEnabled: true, editUrl: `${jane}/edit`, typed: {},
  facts: [{ term: 'User name', text: 'jane' }, { term: 'Name', text: 'Jane Doe' }, { term: 'Address', text: 'jane@example.com' }, { term: 'Id', text: '3f0d0c1e-9d7a-4c5e-8a55-0c7f1d2b9a01', id: 'user-id' }, { term: 'Since', at }],
  standing: { disableUrl: `${jane}?change=disable`, deleteUrl: `${jane}?change=delete`, canEnable: false },
  signIn: { text: 'They have a password of their own.', changedAt: at, canReset: true, onceUrl: `${jane}/one-time-password`, isUnreachable: false },
  devices: { rows: [{ name: 'My phone', kind: 'Authenticator app', since: at, usedAt: at, removeUrl: `${jane}?change=remove-device` }, { name: long, kind: 'Passkey or security key', since: at, removeUrl: `${jane}?change=remove-device` }], resetUrl: `${jane}?change=reset-devices` },
  links: { rows: [{ name: 'Corporate', subject: '00u1abcdefGHIJKLmn0p7', decides: 'At each sign-in it decides about names and mail address and the groups that it names.', since: at, usedAt: at, removeUrl: `${jane}?change=unlink` }, { name: long, subject: long, decides: 'It decides about nothing else here.', since: at }], sources: [{ value: 's1', text: 'Subsidiary' }] },
  groups: { add: true, rows: [{ name: 'Platform', url: platform, membershipId: 'm1' }, { name: long, url: platform, through: `Platform › ${long}` }] },
}
const sessions = { ...frame('Users'), ...nothing, title: 'Jane Doe', tabs: personTabs('Sessions'), more: 230, endUrl: `${jane}/sessions?change=end-sessions` }
const ending = `${jane}/sessions?change=end&Kind=PORTAL&SessionId=x`
const accounts = [
  { name: 'Production', id: '4444-5555-6666', url: '/admin/accounts/444455556666', sets: [{ name: 'ReadOnly', ways: [{ text: 'Platform › Everybody', isGroup: true, url: platform }, { text: 'assigned to them' }] }, { name: 'AdministratorAccess', ways: [{ text: 'assigned to them' }] }] },
  { name: long, id: '1111-2222-3333', url: '/admin/accounts/111122223333', sets: [{ name: 'a-permission-set-with-thirty-2-c', ways: [{ text: long, isGroup: true, url: platform }] }] },
]
const group = {
  ...frame('Groups'), ...nothing, title: 'Platform', action: platform, editUrl: `${platform}/edit`, deleteUrl: `${platform}?change=delete`, typed: {},
  facts: [{ term: 'Description', text: 'Whoever keeps it running' }, { term: 'Id', text: '7b1c2d3e-4f5a-4b6c-8d7e-9f0a1b2c3d4e', id: 'group-id' }, { term: 'Since', at }],
  members: { query: '', isSearchable: true, add: true, rows: [{ url: jane, name: 'Jane Doe', userName: 'jane', isDisabled: false, membershipId: 'm1' }, { url: jane, name: long, userName: 'x'.repeat(128), isDisabled: true, membershipId: 'm2' }], nextUrl: `${platform}?after=x` },
  nested: { add: true, canRemove: true, rows: [{ id: 'g2', url: platform, name: 'On call' }] },
  held: { accounts: accounts.map((account) => ({ ...account, sets: account.sets.map(({ name }) => ({ name, ways: [{ text: '' }] })) })), applications: [{ name: 'Wiki', ways: [{ text: '' }] }] },
}
const staleFilter = { label: 'Which of them', options: [{ value: '', text: 'Everybody', selected: false }, { value: 'stale-access', text: 'With access, but long not signed in', selected: true }] }
const csv = 'userName,givenName,familyName,email\r\nada,Ada,Lovelace,ada@example.com\r\n'
const faults = { rows: [{ line: 3, name: 'grace', faults: ['email is no address that mail can be sent to.', 'title begins with “=”: a spreadsheet would take it for a formula.'] }, { line: 9, name: 'x'.repeat(60), faults: ['The same user name is on line 4.'] }], more: 12 }
const kind = (text: string, name: string, facts: string[]): object => ({ text, count: '1', more: 0, rows: [{ line: 2, name, facts }] })

export const samples: { name: string; view: string; model: Record<string, unknown> }[] = [
  { name: 'admin-users', view: 'admin/users', model: { ...users, nextUrl: '/admin/users?after=x', rows: [
    { url: jane, name: 'Jane Doe', facts: ['jane', 'jane@example.com'], isDisabled: false }, { url: jane, name: long, facts: ['x'.repeat(128), 'an.uncommonly.long.address@subsidiary.department.example.com'], isDisabled: true },
  ] } },
  { name: 'admin-users-found', view: 'admin/users', model: { ...users, filter: staleFilter, isNarrowed: true, hint: 'What nobody uses somebody else may. Take their access away, or disable them.', rows: [{ url: jane, name: 'Jane Doe', facts: ['jane', 'jane@example.com'], isDisabled: false }] } },
  { name: 'admin-users-none-found', view: 'admin/users', model: { ...users, filter: staleFilter, isNarrowed: true, hint: 'What nobody uses somebody else may.', rows: [] } },
  { name: 'admin-users-none', view: 'admin/users', model: { ...users, query: 'zz', rows: [] } },
  { name: 'admin-users-deleted', view: 'admin/users', model: { ...users, ...nothing, isDeleted: true, create: [], tabs: userTabs('Deleted'), done: 'They are back, with their groups and assignments.', rows: [
    { id: 'u1', name: 'Gone Person', userName: 'gone', deletedAt: at, deletedBy: 'arn:aws:sts::111122223333:assumed-role/AdministratorAccess/jane', left: '6 days left', canRestore: true, purgeUrl: '/admin/users/deleted?purge=u1' },
    { id: 'u2', name: long, userName: 'x'.repeat(90), deletedAt: at, left: '1 hour left', canRestore: false },
  ] } },
  { name: 'admin-new-user', view: 'admin/new-user', model: { ...frame('Users'), values: { UserName: 'ja ne', DisplayName: '', GivenName: 'Jane', FamilyName: 'Doe', Email: '' }, problem: 'Something in the form needs another look.', faults: [{ path: 'UserName', message: 'This may only have letters, digits, marks and signs, without spaces.' }], choices: [
    { value: 'invite', text: 'Send an invitation', hint: 'A mail with a link, by which they choose a password.', checked: true }, { value: 'once', text: 'One-time password', hint: 'Shown to you once; they choose another one at their first sign-in.', checked: false }, { value: 'none', text: 'Nothing yet', hint: 'They cannot sign in until you invite them or give them a password.', checked: false },
  ] } },
  { name: 'admin-one-time-password', view: 'admin/one-time-password', model: { ...frame('Users'), about: 'Jane Doe', userName: 'jane', password: 'k7Wp-29fQ-xT4m', backUrl: jane } },
  { name: 'admin-user', view: 'admin/user', model: person },
  { name: 'admin-user-disabled', view: 'admin/user', model: { ...person, title: long, isEnabled: false, done: 'Disabled. Every session has ended.', standing: { deleteUrl: `${jane}?change=delete`, canEnable: true }, devices: { rows: [] }, groups: { add: true, rows: [] }, signIn: { text: 'They were invited, and have not chosen a password yet.', canReset: false, invite: 'Invite again', isUnreachable: true } } },
  { name: 'admin-user-reader', view: 'admin/user', model: { ...person, editUrl: undefined, standing: { canEnable: false }, signIn: undefined, devices: undefined, tabs: personTabs('Person').slice(0, 1), groups: { add: false, rows: [{ name: 'Platform', url: platform }] } } },
  { name: 'admin-user-edit', view: 'admin/user-edit', model: { ...frame('Users'), ...nothing, about: 'Jane Doe', backUrl: jane, values: { UserName: 'jane', DisplayName: 'Jane Doe', GivenName: 'Jane', FamilyName: 'Doe', Email: 'jane@example.com', PhoneNumber: '', Title: '', Department: '' }, begun: { UserName: 'jane', DisplayName: 'Jane "J" Doe' } } },
  { name: 'admin-person-confirm', view: 'admin/person-confirm', model: { ...frame('Users'), title: 'Delete this user?', about: 'Jane Doe', text: 'They are signed out everywhere and gone at once.', button: 'Delete', change: 'delete', fields: [], action: jane, backUrl: jane } },
  { name: 'admin-user-access', view: 'admin/user-access', model: { ...frame('Users'), title: 'Jane Doe', tabs: personTabs('What they can reach'), isDisabled: true, accounts, applications: [{ name: 'Wiki', ways: [{ text: 'assigned to them' }, { text: 'Platform', isGroup: true, url: platform }] }], nextUrl: `${jane}/access?after=x` } },
  { name: 'admin-user-sessions', view: 'admin/user-sessions', model: { ...sessions, rows: [
    { kind: 'portal', name: 'Firefox on Linux', began: 'Began', since: at, usedAt: at, until: at, facts: ['198.51.100.7, Berlin, Germany', `Signed in from there: Wiki, ${long}`], endUrl: ending },
    { kind: 'application', name: long, began: 'Allowed', since: at, facts: ['Goes on when they are signed out, with a refresh token'], endUrl: ending },
    { kind: 'command line', name: 'botocore-client-dev', began: 'Allowed', since: at, until: at, facts: ['Has a refresh token; ends with the session of the portal in which it was allowed'], endUrl: ending },
    { kind: 'console', name: 'ReadOnly in Production', began: 'Opened', since: at, until: at, code: 'ASIAEXAMPLEEXAMPLE22', facts: ['From 198.51.100.7'], endUrl: ending },
    { kind: 'role credentials', name: `Deploy in ${long}`, began: 'Issued', since: at, until: at, code: 'ASIAEXAMPLEEXAMPLE33', facts: ['Session nightly, from 2001:db8:85a3:8d3:1319:8a2e:370:7348', 'Made with ASIAEXAMPLEEXAMPLE22, and ends with that'], endUrl: ending },
  ] } },
  { name: 'admin-user-sessions-none', view: 'admin/user-sessions', model: { ...sessions, title: long, done: 'Every session has ended, and what was issued in them.', rows: [], more: 0, endUrl: undefined } },
  { name: 'admin-user-history', view: 'admin/user-history', model: { ...frame('Users'), title: 'Jane Doe', tabs: personTabs('History'), olderUrl: `${jane}/history?after=x`, rows: [
    { name: 'UserAuthentication', at, address: '198.51.100.7', who: 'themselves', failed: false }, { name: 'DisableUser', at, address: '198.51.100.8', who: 'arn:aws:sts::111122223333:assumed-role/HelpDesk/sam', failed: true, why: 'AccessDenied: User is not authorized to perform: sso-directory:DisableUser' },
  ] } },
  { name: 'admin-group', view: 'admin/group', model: group },
  { name: 'admin-group-new', view: 'admin/group', model: { ...group, done: 'The group is there. Add its first members.', problem: undefined, members: { query: '', add: true, rows: [] }, nested: { add: true, rows: [] }, held: { accounts: [], applications: [] } } },
  { name: 'admin-group-fault', view: 'admin/group', model: { ...group, problem: 'There is nobody of that user name.', faults: [{ path: 'UserName', message: 'There is nobody of that user name.' }], typed: { UserName: 'jan' } } },
  { name: 'admin-group-edit', view: 'admin/group-edit', model: { ...frame('Groups'), ...nothing, isNew: true, about: 'Groups', backUrl: '/admin/groups', name: '', description: '' } },
  { name: 'admin-users-import', view: 'admin/users-import', model: { ...frame('Users'), csv, isUpdating: false, problem: 'Something in the form needs another look.', faults: [{ path: 'Csv', message: 'This has columns that are not known: “shoeSize”.' }] } },
  { name: 'admin-users-import-preview', view: 'admin/users-import-preview', model: { ...frame('Users'), csv, isUpdating: true, count: 17, good: 2, faultyCount: 14, faults, kinds: [kind('Made', 'ada', []), kind('Changed', 'jane', ['changes Title, Emails', 'active counts for new people only.'])] } },
  { name: 'admin-users-import-done', view: 'admin/users-import-done', model: { ...frame('Users'), created: 1, updated: 1, left: 1, faulty: 14, faults } },
  { name: 'admin-search', view: 'admin/search', model: { ...frame('Overview'), query: 'pla', isNothing: false, kinds: [
    { title: 'Users', allUrl: '/admin/users?q=pla', isMore: true, hits: [{ url: jane, name: long, facts: ['jane', 'jane@example.com'] }] }, { title: 'Groups', allUrl: '/admin/groups?q=pla', isMore: false, hits: [{ url: platform, name: 'Platform', facts: [] }] },
  ] } },
  { name: 'admin-search-none', view: 'admin/search', model: { ...frame('Overview'), query: 'zz', isNothing: true, kinds: [] } },
]
