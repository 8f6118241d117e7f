// One model per state of the views of events and settings that looks different.
import { frame, long, nothing } from './admin-frame.js'

const at = '2026-11-21T14:32:05.000Z'
const trail = { head: { position: '1,204,311', at }, fault: undefined, verified: [{ isWhole: true, at, count: '1,198,220 events', isFaulty: false }, { isWhole: false, at, count: '6,091 events', isFaulty: false }] }
const rows = [
  { position: '1204311', url: '/admin/events/1', name: 'Create account assignment', at, who: 'jane as AdministratorAccess', what: '444455556666, arn:aws:sso:::permissionSet/ssoins-0123456789abcdef/ps-0123456789abcdef', address: '203.0.113.7', isFailed: false, why: undefined },
  { position: '1204310', url: '/admin/events/2', name: 'Delete user', at, who: 'Root user of 1111-2222-3333', what: '', address: '2001:db8:85a3:8d3:1319:8a2e:370:7348', isFailed: true, why: 'AccessDeniedException: You may not do this. It needs identitystore:DeleteUser on arn:aws:identitystore:::user/0f6c5a52-5a30-4c2c-9b39-0a8a1b2c3d4e.' },
  { position: '1204309', url: '/admin/events/3', name: 'User authentication', at, who: 'maximiliane-alexandra.von-hohenfels-wittgenstein-sonnenberg@subsidiary.example.com', what: '', address: '198.51.100.23', isFailed: false, why: undefined },
]
const events = {
  ...frame('Events'), values: {}, hasMore: false, isFiltered: false, filters: [], rows, olderUrl: '/admin/events?Before=1204309', followUrl: '/admin/events?After=1204311', isAfter: false, isLatest: true,
  views: [], canSave: false, canDelete: false, canExport: true, saveName: '', trail,
}
const views = [{ name: 'Refused today', url: '/admin/events?Outcome=Failure', isCurrent: true }, { name: 'Changes of policies in the production accounts of all subsidiaries', url: '/admin/events?EventName=PutInlinePolicyToPermissionSet', isCurrent: false }, { name: 'W'.repeat(60), url: '/admin/events?Text=w', isCurrent: false }]

const tabs = (current: string): object[] => ['General', 'Sign-in', 'Passwords', 'Mail', 'Branding', 'Instance', 'Token issuers'].map((text) => ({ url: `/admin/settings/${text.toLowerCase()}`, text, current: text === current }))
const settings = (title: string): Record<string, unknown> => ({ ...frame('Settings'), title, action: `/admin/settings/${title.toLowerCase()}`, tabs: tabs(title), canChange: true })
const signIn = { 'organization.mfa.mode': 'context', 'organization.mfa.whenNoDevice': 'enroll', totp: 'on', passkey: 'on', 'settings.networks.portal': '', 'settings.networks.administration': '203.0.113.0/24\n2001:db8::/48' }
const policy = (member: string): string => `settings.passwordPolicy.${member}`
const logo = `data:image/svg+xml;base64,${btoa('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 32"><rect width="96" height="32" rx="6" fill="#6b3fa0"/><circle cx="48" cy="16" r="9" fill="#fff"/></svg>')}`

const tags = { add: 'tag', remove: 'untag', rows: [{ key: 'team', value: 'identity' }, { key: 'k'.repeat(128), value: long }] }
const attributes = {
  inUse: true, canPut: true, canRemove: true, offUrl: '/admin/settings/instance?change=no-attributes', choices: ['userName', 'displayName', 'enterprise.department', 'emails[primary eq true].value', 'addresses[primary eq true].streetAddress'], typed: { key: '', source: '' },
  rows: [{ key: 'department', source: 'enterprise.department', isEmpty: false }, { key: 'c'.repeat(128), source: 'enterprise.nothing-of-that-kind', isEmpty: true }],
}
const instance = {
  ...settings('Instance'), ...nothing, name: { value: 'corp' }, tags, attributes,
  facts: [{ term: 'ARN', text: 'arn:aws:sso:::instance/ssoins-0123456789abcdef', id: 'instance-arn' }, { term: 'Directory', text: 'd-0123456789', id: 'store-id' }, { term: 'Account', text: '1111-2222-3333' }, { term: 'Since', at }],
}
const issuer = {
  ...frame('Settings'), ...nothing, title: 'pipelines', isNew: false, action: '/admin/settings/issuers/tti-1', canChange: true, deleteUrl: '/admin/settings/issuers/tti-1?change=delete', tags,
  values: { Name: 'pipelines', IssuerUrl: `https://issuer.example.com/${'x'.repeat(90)}`, ClaimAttributePath: 'email', IdentityStoreAttributePath: 'emails.value' },
  facts: [{ term: 'ARN', text: 'arn:aws:sso::111122223333:trustedTokenIssuer/ssoins-0123456789abcdef/tti-0f6c5a52-5a30-4c2c-9b39-0a8a1b2c3d4e', id: 'issuer-arn' }],
}

export const samples: { name: string; view: string; model: Record<string, unknown> }[] = [
  { name: 'admin-events', view: 'admin/events', model: { ...events, views, canDelete: true } },
  { name: 'admin-events-searched', view: 'admin/events', model: {
    ...events, values: { Outcome: 'Failure', User: 'jane', AccountId: '4444', StartTime: '2026-11-20T08:00' }, hasMore: true, isFiltered: true, filters: [{ name: 'Outcome', value: 'Failure' }], views, canSave: true, canDelete: true, rows: [], olderUrl: undefined,
    problem: 'Something in the form needs another look.', faults: [{ path: 'AccountId', message: 'This must be twelve digits.' }], followUrl: undefined, isLatest: false,
  } },
  { name: 'admin-events-faulty', view: 'admin/events', model: { ...events, rows: [], olderUrl: undefined, canExport: false, trail: { head: undefined, fault: { position: '4,711', sentence: 'what it says is not what its hash was made of' }, verified: [{ isWhole: false, at, count: '12 events', isFaulty: true }] } } },
  { name: 'admin-event', view: 'admin/event', model: {
    ...frame('Events'), title: 'Update user', backUrl: '/admin/events', isFailed: true, why: 'ConflictException: That user name is taken.', record: '{\n  "eventTime": "2026-11-21T14:32:05Z",\n  "eventName": "UpdateUser"\n}',
    facts: [{ term: 'When', at }, { term: 'Who', text: 'jane as AdministratorAccess' }, { term: 'From', text: '203.0.113.7' }, { term: 'With', text: 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0' }, { term: 'Id', text: '0f6c5a52-5a30-4c2c-9b39-0a8a1b2c3d4e', id: 'event-id' }],
    changes: [{ name: 'Display name', before: 'Jane Doe', after: 'Jane Doe-Smith' }, { name: 'Emails', before: '', after: '[{"value":"jane.doe-smith@subsidiary.example.com","primary":true}]' }, { name: 'Title', before: 'Analyst', after: '' }],
    things: [{ term: 'Person', text: '0f6c5a52-5a30-4c2c-9b39-0a8a1b2c3d4e', url: '/admin/users/0f6c5a52' }, { term: 'Account', text: '1111-2222-3333', url: '/admin/accounts/111122223333' }],
    searches: [{ term: 'In this session', text: '5b1f0c2a9d8e4f3b', url: '/admin/events?SessionId=5b1f0c2a9d8e4f3b' }, { term: 'Of the same kind', text: 'UpdateUser', url: '/admin/events?EventName=UpdateUser' }],
  } },
  { name: 'admin-settings', view: 'admin/settings-general', model: { ...settings('General'), done: 'Saved. It counts from now on.', values: { 'organization.name': 'Example Corp', 'organization.session.portal': '8h', 'organization.startUrlAliases': 'https://d-0123456789.example.com/start', 'settings.profile.emailChange': 'on' } } },
  { name: 'admin-settings-sign-in', view: 'admin/settings-sign-in', model: { ...settings('Sign-in'), values: signIn, address: '203.0.113.7' } },
  { name: 'admin-settings-sign-in-faults', view: 'admin/settings-sign-in', model: {
    ...settings('Sign-in'), values: { ...signIn, totp: '', passkey: '', 'settings.networks.administration': '10.0.0.0/8' }, address: '203.0.113.7', problem: 'Something in the form needs another look.', faults: [
      { path: 'organization.mfa.types', message: 'This must name at least one of totp, passkey, because second factors are asked for.' },
      { path: 'settings.networks.administration', message: 'This would lock you out of the administration: your own address 203.0.113.7 is in none of these networks.' },
    ],
  } },
  { name: 'admin-settings-passwords-reader', view: 'admin/settings-passwords', model: { ...settings('Passwords'), canChange: false, values: { [policy('style')]: 'kinds', [policy('minimumLength')]: '8', [policy('maximumLength')]: '64', [policy('history')]: '3', [policy('requireDigit')]: 'on' } } },
  { name: 'admin-settings-mail', view: 'admin/settings-mail', model: { ...settings('Mail'), values: { 'settings.mail.from': 'login@example.com' }, canTest: true, testAddress: '', mail: {
    sender: 'login@example.com', isSent: true, waiting: 1, failed: 3, lastSentAt: at, faults: [
      { at, letter: 'invitation', to: 'j•••@subsidiary.example.com', sentence: '550 5.1.1 The account that you tried to reach does not exist', isOver: true }, { at, letter: 'code', to: 's•••@example.com', sentence: 'connect ECONNREFUSED 203.0.113.25:587', isOver: false },
    ],
  } } },
  { name: 'admin-settings-branding', view: 'admin/settings-branding', model: { ...settings('Branding'), isPreview: true, hasLogo: true, logo, accent: '#6b3fa0', accentUrl: undefined, contrasts: { day: '7.3', night: '7.0' } } },
  { name: 'admin-settings-branding-faults', view: 'admin/settings-branding', model: {
    ...settings('Branding'), isPreview: false, hasLogo: false, logo: undefined, accent: '#ffcc00', accentUrl: undefined, contrasts: undefined, problem: 'Something in the form needs another look.', faults: [
      { path: 'settings.branding.accent', message: 'This is too light to be read: its contrast is 1.3 to 1 and has to be 4.5 to 1; #806600 is the nearest shade that will do.' }, { path: 'settings.branding.logo', message: 'This must be an SVG, PNG or WebP picture.' },
    ],
  } },
  { name: 'admin-settings-instance', view: 'admin/settings-instance', model: { ...instance, done: 'Saved. Sessions that begin from now on have it.' } },
  { name: 'admin-settings-instance-faults', view: 'admin/settings-instance', model: {
    ...instance, attributes: { ...attributes, typed: { key: 'a b', source: 'shoeSize' } }, problem: 'There is no such attribute of people.', faults: [{ path: 'AttributeSource', message: 'There is no such attribute of people.' }],
  } },
  { name: 'admin-settings-instance-reader', view: 'admin/settings-instance', model: { ...instance, name: undefined, tags: { rows: [] }, attributes: { inUse: false, canPut: false, canRemove: false, rows: [], choices: [], typed: { key: '', source: '' } } } },
  { name: 'admin-settings-issuers', view: 'admin/settings-issuers', model: { ...settings('Token issuers'), ...nothing, newUrl: '/admin/settings/issuers/new', rows: [{ name: 'pipelines', url: '/admin/settings/issuers/tti-1' }, { name: 'n'.repeat(255), url: '/admin/settings/issuers/tti-2' }], nextUrl: '/admin/settings/issuers?after=x' } },
  { name: 'admin-settings-issuers-none', view: 'admin/settings-issuers', model: { ...settings('Token issuers'), ...nothing, rows: [] } },
  { name: 'admin-settings-issuer', view: 'admin/settings-issuer', model: issuer },
  { name: 'admin-settings-issuer-reader', view: 'admin/settings-issuer', model: { ...issuer, canChange: false, deleteUrl: undefined, tags: { rows: [] } } },
  { name: 'admin-settings-issuer-new', view: 'admin/settings-issuer', model: {
    ...issuer, title: 'New token issuer', isNew: true, action: '/admin/settings/issuers/new', facts: undefined, deleteUrl: undefined, tags: undefined, problem: 'Something in the form needs another look.', faults: [{ path: 'IssuerUrl', message: 'This must be an https address without a query, a fragment or a password.' }],
  } },
]
