// One model per state of the administrator's views.
import { frame, long } from './admin-frame.js'

const tiles = [
  { url: '/admin/users', title: 'Users', text: 'People of the directory, and how they sign in', count: '100,000' },
  { url: '/admin/groups', title: 'Groups', text: 'People who share what they may', count: '0' },
  { url: '/admin/accounts', title: 'Accounts', text: 'What people work in', count: '1,000' },
  { url: '/admin/permission-sets', title: 'Permission sets', text: 'What people may do there', count: '42' },
]

const findings = [
  { isGrave: true, title: 'One person alone administers everything', text: 'Who loses a device or leaves should not lock everybody out. Assign AdministratorAccess in the management account to a second person.', links: [{ url: '/admin/permission-sets', text: 'Permission sets' }] },
  { isGrave: true, title: '3 mails could not be delivered this week', text: 'People wait for codes and links that never come. Check SMTP_URL and what the mail server said in the log.', links: [] },
  {
    isGrave: true, title: 'The last synchronisation with 2 directories did not work', text: 'Who left there since is not disabled here, and who is new there is not here yet. Mend what is said of it, then synchronise on the page of the source.',
    told: [{ name: 'Head office', says: 'ldaps://directory.example.com did not answer: connect ECONNREFUSED 192.0.2.17:636', url: '/admin/identity-sources/5900d690-ee9c-4ece-996b-a842edb1424e' }, { name: long, says: 'The directory does not take the name and the password that Gatehouse binds with.', url: '/admin/identity-sources/5900d690-ee9c-4ece-996b-a842edb1424f' }],
    links: [{ url: '/admin/identity-sources', text: 'Identity sources' }],
  },
  { isGrave: false, title: 'A certificate of our own for SAML ends in 40 days', text: 'Change to the next key of the set once every provider has it: the page of our keys names those that have not. Where the next one ends as well, change once more after that: each change makes a fresh key, good for ten years.', links: [{ url: '/admin/settings/keys', text: 'Keys' }] },
  { isGrave: false, title: '1,204 people of 100,000 without a second factor', text: 'A password alone can be guessed or given away. Ask for a device at sign-in in the settings.', links: [{ url: '/admin/users?show=people-without-device', text: 'These people' }, { url: '/admin/settings/sign-in', text: 'Sign-in' }] },
]

const accounts = { ...frame('Accounts'), url: '/admin/accounts', title: 'Accounts', lead: 'Each account has roles and credentials of its own, and a root user who owns it.', noun: 'account', nouns: 'accounts', query: '', create: [] }

const keyFilter = { label: 'Which accounts', options: [{ value: '', text: 'Every account', selected: false }, { value: 'old-access-keys', text: 'With access keys older than 90 days', selected: true }] }

export const samples: { name: string; view: string; model: Record<string, unknown> }[] = [
  { name: 'admin-overview', view: 'admin/overview', model: { ...frame(''), tiles, isTold: true, findings } },
  { name: 'admin-overview-well', view: 'admin/overview', model: { ...frame(''), tiles, isTold: true, findings: [] } },
  { name: 'admin-overview-reader', view: 'admin/overview', model: { ...frame(''), sections: [], tiles: tiles.slice(0, 1), isTold: false, findings: [] } },
  { name: 'admin-accounts', view: 'admin/list', model: { ...accounts, rows: [
    { url: '/admin/accounts/111122223333', name: 'Management', facts: ['1111-2222-3333', 'example-mgmt', 'root@example.com', 'management account'] },
    { url: '/admin/accounts/444455556666', name: 'An account of a department with an uncommonly long name that goes on for a while', facts: ['4444-5555-6666', 'aws-production-of-the-department-of-everything@subsidiary.example.com'] },
  ], nextUrl: '/admin/accounts?after=x' } },
  { name: 'admin-accounts-found', view: 'admin/list', model: { ...accounts, filter: keyFilter, isNarrowed: true, hint: 'Keys of IAM users are good until somebody ends them. Replace them in the console of each account, or let programs use roles.', rows: [
    { url: '/admin/accounts/444455556666', name: 'Production', facts: ['4444-5555-6666', 'prod@example.com', '3 old keys, the oldest of 3 Feb 2026'] },
  ] } },
  { name: 'admin-accounts-none-found', view: 'admin/list', model: { ...accounts, query: 'zz', filter: keyFilter, isNarrowed: true, hint: 'Keys of IAM users are good until somebody ends them.', rows: [] } },
]
