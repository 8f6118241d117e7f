// One model per state of the pages of assignments, of who reaches what, of the kill switch and the look-up.
import { frame, long, nothing } from './admin-frame.js'

const jane = '/admin/users/3f0d0c1e-9d7a-4c5e-8a55-0c7f1d2b9a01'
const platform = '/admin/groups/7b1c2d3e-4f5a-4b6c-8d7e-9f0a1b2c3d4e'
const at = '2026-11-20T09:14:00.000Z'
const set = { name: 'AdministratorAccess', url: '/admin/permission-sets/ps-0123456789abcdef' }
const production = { name: 'Production', url: '/admin/accounts/444455556666' }
const hits = (title: string, name: string, fact: string): object => ({ title, isMore: title === 'Users', hits: [{ url: '/admin/access/reach?account=444455556666', name, fact }, { url: '/admin/access/reach?account=1', name: long, fact }] })

const assignments = {
  ...frame('Assignments'), query: '', isNothing: false, kinds: [], filter: undefined, canRemove: true, create: [{ url: '/admin/assignments/new', text: 'Assign' }, { url: '/admin/assignments/new?kind=remove', text: 'Remove many' }],
  rows: [
    { field: 'pick-0', value: 'a', name: 'Jane Doe', url: jane, isGroup: false, set, account: production },
    { field: 'pick-1', value: 'b', name: long, url: platform, isGroup: true, set: { ...set, name: 'a-permission-set-with-thirty-2-c' }, account: { ...production, name: long } },
  ],
  jobs: [{ url: '/admin/assignments/jobs/job-1', name: 'Assign 20,000 assignments', by: 'jane', at, state: '42 %', isFailed: false }, { url: '/admin/assignments/jobs/job-2', name: 'Remove 1 assignment', by: 'the root user', at, state: 'stopped', isFailed: true }],
  nextUrl: '/admin/assignments?after=x', firstUrl: undefined,
}
const choices = (prefix: string, ...names: string[]): object[] => names.map((name, n) => ({ field: `${prefix}-${n}`, name, fact: n === 0 ? '4444-5555-6666' : '', isGroup: false }))
const part = (more: object): object => ({ search: '', chosen: [], isFolded: false, count: 0, found: [], isMore: false, isNothing: false, canTakeAll: false, ...more })
const parts = [
  part({ part: 'who', title: 'Who', label: 'People and groups', chosen: [{ field: 'group-1', name: 'Developers', isGroup: true }, { field: 'user-1', name: long, isGroup: false }], count: 2, found: choices('user-x', 'Jane Doe', long), isMore: true }),
  part({ part: 'set', title: 'With which permission sets', label: 'Permission sets', search: 'zz', isNothing: true }),
  part({ part: 'account', title: 'In which accounts', label: 'Accounts', chosen: Array.from({ length: 12 }, (_, n) => ({ field: `account-${n}`, name: `Account ${n}`, isGroup: false })), isFolded: true, count: 12, found: choices('account-x', 'Production'), canTakeAll: true }),
]
const names = [{ name: 'Ada Lovelace', url: jane }, { name: long, url: jane }]
const effects = [
  { isGain: true, people: 14, names, morePeople: 12, places: [{ what: 'AdministratorAccess', accounts: 'Production' }], all: undefined, moreAll: 0 },
  { isGain: false, people: 1, names: names.slice(0, 1), morePeople: 0, places: [{ what: 'ReadOnly', accounts: 'Audit, Backup, Billing and 997 more' }, { what: 'Wiki', accounts: undefined }], all: ['ReadOnly in Audit', 'ReadOnly in Backup', 'Wiki'], count: '12', moreAll: 997 },
]
const job = {
  ...frame('Assignments'), ...nothing, canStop: false, isStopped: false, stoppedBy: undefined, undone: 0, undoneText: '0 assignments', someUndone: [], moreUndone: undefined, url: '/admin/assignments/jobs/job-1', isRemoving: false, isRunning: false, isFailed: false, total: 20_000, position: 8400, totalText: '20,000 assignments', positionText: '8,400', by: 'jane', at, finishedAt: at,
  changed: '19,894 assignments', unchanged: 104, unchangedText: '104 assignments', failed: 2, failedText: '2 assignments', moreUnchanged: '102', moreFailed: '1',
  someUnchanged: [{ name: 'Developers', text: 'ReadOnly in Production', isGroup: true }, { name: long, text: `ReadOnly in ${long}`, isGroup: false }],
  someFailed: [{ name: 'Jane Doe', text: 'Billing in Production', isGroup: false, reason: 'The policy /team/Base does not exist in this account.' }],
}
const numbers = [{ count: '2', text: 'sessions of the portal' }, { count: '1', text: 'console session' }, { count: '1,204', text: 'sets of temporary credentials' }, { count: '3', text: 'grants on request' }]
const unreached = ['Wiki keeps a session of its own, and does not hear of it.']
const way = (what: string, more: object = {}): object => ({ what, groups: [], isRequest: false, until: undefined, ...more })
const groups = [{ name: 'Platform', url: platform }, { name: long, url: platform }]
const reach = {
  ...frame('Access'), title: 'Who reaches it', about: 'Production', isPerson: false, people: 'More than 5,000 people; an export has everybody.', tabs: undefined, endUrl: '/admin/access/end?account=444455556666', csvUrl: '/admin/access/export?format=csv', ndjsonUrl: '/admin/access/export?format=ndjson',
  rows: [
    { name: 'Jane Doe', fact: 'jane', url: jane, ways: [way('AdministratorAccess'), way('ReadOnly', { groups }), way('Billing', { isRequest: true, until: at })] },
    { name: long, fact: 'x'.repeat(90), url: jane, ways: [way('ReadOnly', { groups })] },
  ],
  nextUrl: '/admin/access/reach?after=x', firstUrl: undefined,
}
const end = { ...frame('Access'), ...nothing, about: 'Jane Doe', text: 'Ends everything that they have open: sessions, what applications and command lines were allowed, credentials of roles, and what was granted to them on request.', fields: [{ name: 'user', value: 'u' }], backUrl: '/admin/access', reason: '', canDisable: true, isDisabling: false }

export const samples: { name: string; view: string; model: Record<string, unknown> }[] = [
  { name: 'admin-assignments', view: 'admin/assignments', model: assignments },
  { name: 'admin-assignments-found', view: 'admin/assignments', model: { ...assignments, query: 'de', kinds: [hits('Users', 'Jane Doe', 'jane'), hits('Groups', 'Developers', 'group · 1 member')], filter: 'Developers · Production', create: [], canRemove: false, rows: [], jobs: [], nextUrl: undefined } },
  { name: 'admin-assign', view: 'admin/assign', model: { ...frame('Assignments'), ...nothing, kind: 'assign', isRemoving: false, count: 0, parts } },
  { name: 'admin-assign-faulty', view: 'admin/assign', model: { ...frame('Assignments'), kind: 'remove', isRemoving: true, count: 0, parts, problem: 'Something is not chosen yet.', faults: [{ path: 'set', message: 'Choose a permission set.' }], retryAfter: undefined } },
  { name: 'admin-assign-preview', view: 'admin/assign-preview', model: { ...frame('Assignments'), isForeseen: true, isLate: false, isRemoving: false, isPicked: false, count: 1204, fields: [{ name: 'kind', value: 'assign' }], gaining: 14, losing: 1, isNothing: false, isComplete: false, effects } },
  { name: 'admin-assign-preview-nothing', view: 'admin/assign-preview', model: { ...frame('Assignments'), isForeseen: true, isLate: false, isRemoving: true, isPicked: true, count: 1, fields: [], gaining: 0, losing: 0, isNothing: true, isComplete: true, effects: [] } },
  { name: 'admin-assignment-job-running', view: 'admin/assignment-job', model: { ...job, isRunning: true, canStop: true, finishedAt: undefined, someUnchanged: [], someFailed: [] } },
  { name: 'admin-assignment-job-stopped', view: 'admin/assignment-job', model: { ...job, isStopped: true, stoppedBy: long, undone: 11_600, undoneText: '11,600 assignments', someUndone: job.someUnchanged, moreUndone: '11,598' } },
  { name: 'admin-assignment-job', view: 'admin/assignment-job', model: job },
  { name: 'admin-access', view: 'admin/access', model: { ...frame('Access'), query: 'prod', canExplore: true, canLookUp: true, isNothing: false, kinds: [hits('Users', 'Jane Doe', 'jane'), hits('Accounts', 'Production', '4444-5555-6666')] } },
  { name: 'admin-reach', view: 'admin/reach', model: reach },
  { name: 'admin-reach-nothing', view: 'admin/reach', model: { ...reach, title: 'What they reach', about: long, isPerson: true, people: undefined, tabs: [{ url: '/admin/access/reach?user=u', text: 'Accounts', current: true }, { url: '/admin/access/reach?user=u&what=applications', text: 'Applications', current: false }], rows: [], nextUrl: undefined } },
  { name: 'admin-access-end', view: 'admin/access-end', model: { ...end, numbers, unreached, isOwn: true } },
  { name: 'admin-access-ended', view: 'admin/access-ended', model: { ...frame('Access'), about: 'Jane Doe', numbers, unreached, isDisabled: true, isPerson: true, reachUrl: '/admin/access/reach?user=u', goesOn: 'They cannot sign in until somebody enables them.' } },
  { name: 'admin-look-up', view: 'admin/look-up', model: { ...frame('Access'), query: 'ASIAEXAMPLEEXAMPLE22', isNothing: false, found: {
    kind: 'Access key', person: { name: 'Jane Doe', url: jane, isDisabled: false }, endUrl: '/admin/access/end?user=u', facts: [{ term: 'User name', text: 'jane' }, { term: 'Account', text: 'Production · 444455556666' }, { term: 'State', text: 'ended before its time' }, { term: 'Issued', at }],
    events: [{ name: 'Get role credentials', url: '/admin/events/0123', at, isFailed: false, who: 'arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_AdministratorAccess_0123456789abcdef/jane', address: '198.51.100.7' }, { name: 'Assume role', at, isFailed: true, why: 'AccessDenied: no policy allows it' }], isMore: true,
  } } },
]
