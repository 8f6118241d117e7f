// One model per state of the pages of applications and of requests for access.
import { frame, long, nothing } from './admin-frame.js'

const at = '2026-11-20T09:14:00.000Z'
const later = '2026-11-27T09:14:00.000Z'
const url = '/admin/applications/apl-0123456789abcdef'
const icon = `data:image/svg+xml;base64,${btoa('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><circle cx="4" cy="4" r="4" fill="#36c"/></svg>')}`
const arn = 'arn:aws:sso::111122223333:application/ssoins-0123456789abcdef/apl-0123456789abcdef'

const application = {
  ...frame('Applications'), ...nothing, title: 'Payroll', action: url, isDisabled: false, icon, editUrl: `${url}/edit`, disableUrl: `${url}?change=disable`, deleteUrl: `${url}?change=delete`, canEnable: false, isForAll: false, canClose: false, openUrl: `${url}?change=everybody`,
  facts: [{ term: 'Description', text: 'Wages and holidays' }, { term: 'Begins at', text: 'https://payroll.example.com/' }, { term: 'In the portal', text: 'shown to those who may use it' }, { term: 'Since', at }, { term: 'ARN', text: arn, id: 'arn' }],
  client: { facts: [
    { term: 'Client id', text: 'payroll', id: 'client-id' }, { term: 'Issuer', text: 'https://login.example.com/oidc', id: 'issuer' }, { term: 'May', text: 'sign people in (authorization code, PKCE), stay signed in (refresh tokens)' },
    { term: 'Signs itself in', text: 'with a secret, in the header' }, { term: 'Returns to', text: 'https://payroll.example.com/callback, http://localhost:3000/callback' },
  ] },
  secrets: { isFirst: false, rows: [{ name: 'The secret', madeAt: at }, { name: 'The one before', endsAt: later }], rotateUrl: undefined, endUrl: `${url}?change=end-secret`, overlaps: [] },
  assigned: { assignUrl: `${url}/assign`, canUnassign: true, nextUrl: `${url}?after=x`, rows: [
    { id: 'g1', type: 'GROUP', isGroup: true, name: 'Human resources', url: '/admin/groups/g1' }, { id: 'u1', type: 'USER', isGroup: false, name: 'Jane Doe', userName: 'jane', url: '/admin/users/u1' }, { id: 'u2', type: 'USER', isGroup: false, name: long, userName: 'wolfe', url: '/admin/users/u2' },
  ] },
}

const field = ['Name', 'Description', 'StartUrl', 'Icon', 'client_id', 'jwks', 'default_max_age', 'application_type', 'redirect_uris', 'post_logout_redirect_uris', 'contacts', 'client_name', 'scope', 'client_uri', 'logo_uri', 'policy_uri', 'tos_uri', 'initiate_login_uri', 'backchannel_logout_uri']
const form = {
  ...frame('Applications'), ...nothing, isNew: true, about: 'Applications', backUrl: '/admin/applications', isClient: true, isVisible: true, tellsTime: true, values: Object.fromEntries(field.map((name) => [name, ''])),
  grants: [
    { name: 'grant_code', text: 'Sign people in', hint: 'Authorization code, always with PKCE (S256).', checked: true }, { name: 'grant_refresh', text: 'Stay signed in', hint: 'Refresh tokens that change at each use, for at most 30 days.', checked: true },
    { name: 'grant_device', text: 'Sign in on another device', hint: 'For televisions and command lines: people type a code.', checked: false }, { name: 'grant_client', text: 'Act as itself', hint: 'Client credentials: tokens of the application, of nobody else.', checked: false },
  ],
  methods: [
    { value: 'client_secret_basic', text: 'With a secret, in the header', hint: 'The usual way of server applications.', checked: true }, { value: 'client_secret_post', text: 'With a secret, in the body', hint: 'For those that cannot send it in the header.', checked: false },
    { value: 'private_key_jwt', text: 'With a key of its own', hint: 'It signs; only the public key is kept here.', checked: false }, { value: 'none', text: 'Not at all', hint: 'Browser and mobile applications, which keep no secret. PKCE protects the sign-in.', checked: false },
  ],
  idTokenAlgorithms: [{ value: 'ES256', text: 'ES256', selected: true }, { value: 'RS256', text: 'RS256', selected: false }], keyAlgorithms: [{ value: '', text: 'Any of them', selected: true }, { value: 'ES256', text: 'ES256', selected: false }],
  kinds: [{ value: 'web', text: 'Web application', selected: true }, { value: 'native', text: 'Application on a device', selected: false }],
}

const tabs = (current: string): object[] => ['Waiting', 'For you', 'In force', 'History', 'Rules'].map((text) => ({ url: `/admin/requests/${text === 'Waiting' ? '' : text.toLowerCase()}`, text, current: text === current }))
const request = {
  url: '/admin/requests/req-0123456789abcdef', permissionSet: 'AdministratorAccess', account: 'Production', accountId: '444455556666', displayName: 'Sam Plain', userName: 'sam', reason: 'The import fails, ticket 4711', seconds: 7200, state: 'pending', words: 'Waiting',
  isLater: false, askedAt: at, expiresAt: later, startsAt: undefined as string | undefined, endsAt: undefined as string | undefined,
}
const granted = { ...request, state: 'granted', words: 'In force', startsAt: at, endsAt: later, displayName: long, reason: long }
const facts = { id: 'req-0123456789abcdef', userUrl: '/admin/users/u1', accountUrl: '/admin/accounts/444455556666', setUrl: '/admin/permission-sets/ps-0123456789abcdef', spelledAccount: '4444-5555-6666', extendsUrl: undefined as string | undefined }
const rule = { name: 'AdministratorAccess', url: '/admin/permission-sets/ps-0123456789abcdef', accounts: 'Production, Shop', requesters: 'everybody', approvers: 'Leads', approvals: 2, longest: 28_800, isReasonRequired: true }
const states = [{ value: 'pending', text: 'Waiting', selected: false }, { value: 'denied', text: 'Denied', selected: true }]

export const samples: { name: string; view: string; model: Record<string, unknown> }[] = [
  { name: 'admin-application', view: 'admin/application', model: { ...application, done: 'Assigned.' } },
  {
    name: 'admin-application-read', view: 'admin/application',
    model: { ...application, title: long, isDisabled: true, icon: undefined, editUrl: undefined, disableUrl: undefined, deleteUrl: undefined, openUrl: undefined, isForAll: true, secrets: { isFirst: true, rows: [], overlaps: [] }, assigned: { canUnassign: false, rows: [] } },
  },
  {
    name: 'admin-application-rotate', view: 'admin/application',
    model: { ...application, problem: 'Two secrets count already. End the older one first.', isDisabled: true, canEnable: true, secrets: { isFirst: false, rows: [{ name: 'The secret' }], rotateUrl: `${url}/secret`, overlaps: [{ days: 0, text: 'not at all: it ends now', isUsual: false }, { days: 7, text: 'for 7 days', isUsual: true }] } },
  },
  { name: 'admin-application-new', view: 'admin/application-edit', model: form },
  {
    name: 'admin-application-edit', view: 'admin/application-edit',
    model: {
      ...form, isNew: false, about: 'Payroll', backUrl: url, icon, problem: 'Something in the form needs another look.', values: { ...form.values, Name: 'Payroll', redirect_uris: 'https://payroll.example.com/*', jwks: '{', client_id: 'payroll' },
      faults: [{ path: 'redirect_uris', message: 'Redirect addresses: number 1 must be exact: no wildcards.' }, { path: 'jwks', message: 'The keys must be a key or a set of keys in JSON, such as {"keys": […]}.' }, { path: 'grant_code', message: 'The list of what it may do must have at least one.' }, { path: 'contacts', message: 'Mail addresses: number 1 must be a mail address, such as jane@example.com.' }], isMoreOpen: true,
    },
  },
  {
    name: 'admin-application-assign', view: 'admin/application-assign',
    model: { ...frame('Applications'), ...nothing, problem: 'Tick at least one person or group.', about: 'Payroll', backUrl: url, action: `${url}/assign`, here: `${url}/assign?q=h`, query: 'h', isMore: true, rows: [
      { type: 'GROUP', id: 'g1', name: 'Human resources', text: '12 members', isGroup: true, isAssigned: true, isTicked: false }, { type: 'USER', id: 'u1', name: long, text: 'wolfe', isGroup: false, isAssigned: false, isTicked: true },
    ] },
  },
  { name: 'admin-client-secret', view: 'admin/client-secret', model: { ...frame('Applications'), about: 'Payroll', clientId: 'client-0123456789abcdef', secret: 'rX0c9tPpQ2m7ZkV1uWb3sYd5eFgHjLnA4iOoTqRzx8U', backUrl: url, oldEndsAt: later } },
  { name: 'admin-requests', view: 'admin/requests', model: { ...frame('Requests'), tab: 'waiting', tabs: tabs('Waiting'), rows: [request, { ...granted, url: '/admin/requests/req-1' }], nextUrl: '/admin/requests?after=x' } },
  {
    name: 'admin-requests-history', view: 'admin/requests',
    model: { ...frame('Requests'), tab: 'history', tabs: tabs('History'), rows: [], filters: { user: 'sam', account: '', set: '', state: 'denied', since: '', until: '', states, isFiltered: true }, csvUrl: '/admin/requests/history.csv', ndjsonUrl: '/admin/requests/history.ndjson', firstUrl: '/admin/requests/history' },
  },
  {
    name: 'admin-request', view: 'admin/request',
    model: { ...frame('Requests'), ...nothing, request: { ...request, ...facts, extendsUrl: '/admin/requests/req-1' }, isOwn: false, missing: 1, answers: [{ userName: 'rita', approved: true, at }], rule, canAnswer: true, isByRight: true, canEnd: false, reason: '', problem: 'Please say why, in a sentence that the other one can do something with.', faults: [{ path: 'reason', message: 'Please say why, in a sentence that the other one can do something with.' }] },
  },
  { name: 'admin-request-granted', view: 'admin/request', model: { ...frame('Requests'), ...nothing, request: { ...granted, ...facts }, isOwn: false, missing: 0, answers: [], closed: { words: 'Granted', by: 'root user', at }, canAnswer: false, isByRight: true, canEnd: true, reason: '', done: 'You approved it.' } },
  { name: 'admin-request-rules', view: 'admin/request-rules', model: { ...frame('Requests'), tabs: tabs('Rules'), rows: [rule, { ...rule, name: 'ReadOnly', accounts: 'every account', approvals: 1, isReasonRequired: false }], nextUrl: '/admin/requests/rules?after=x' } },
]
