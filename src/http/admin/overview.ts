// /admin: how much there is, and what is the matter with it, each with the way to mend it.
import type { Finding, FindingCode } from '../../domain/health/index.js'
import type { AdminOptions } from './options.js'
import { nothingOpen } from './sections.js'
import type { AdminPage } from './visit.js'

type Gravity = 'grave' | 'light'

interface Words {
  gravity: Gravity
  title: (finding: Finding) => string
  /** Why it matters, and how it is mended. */
  text: string
  /** Where it is mended, and what the link says. */
  link?: Link
  /** The same where it is about one thing, by its id. */
  linkOfOne?: (id: string) => Link
}

interface Link {
  section: string
  url: string
  text: string
}

const people = (count: number): string => (count === 1 ? '1 person' : `${count} people`)
const several = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`
const toSets = (text: string) => ({ section: 'permission-sets', url: '/admin/permission-sets', text })
const toSet = (id: string): Link => ({ section: 'permission-sets', url: `/admin/permission-sets/${id}`, text: 'The permission set' })
const toPerson = (id: string): Link => ({ section: 'users', url: `/admin/users/${id}`, text: 'The person' })
const toAccounts: Link = { section: 'accounts', url: '/admin/accounts', text: 'Accounts' }
const toAccount = (id: string): Link => ({ section: 'accounts', url: `/admin/accounts/${id}`, text: 'The account' })
const toUsers = (text: string, query = '') => ({ section: 'users', url: `/admin/users${query}`, text })

const words: Readonly<Record<FindingCode, Words>> = {
  'single-administrator': {
    gravity: 'grave', title: ({ count }) => (count === 0 ? 'Nobody in the directory administers it' : 'One person alone administers everything'),
    text: 'Who loses a device or leaves should not lock everybody out. Assign AdministratorAccess in the management account to a second person.', link: toSets('Permission sets'), linkOfOne: toSet,
  },
  'trail-faulty': {
    gravity: 'grave', title: () => 'The audit trail is not as it was written', text: 'Events were changed, moved or removed in the database. “gatehouse audit verify” names the first; compare with what was streamed elsewhere.',
    link: { section: 'events', url: '/admin/events', text: 'Events' },
  },
  'mail-failing': { gravity: 'grave', title: ({ count }) => `${several(count, 'mail')} could not be delivered this week`, text: 'People wait for codes and links that never come. What the mail server said is under “Mail”, where a test mail can be sent.', link: { section: 'settings', url: '/admin/settings/mail', text: 'Mail' } },
  'root-without-device': {
    gravity: 'grave', title: ({ count }) => `${several(count, 'root user')} without a second factor`, text: 'A root user may do everything in an account. Sign in as each and register a device under “My security credentials”, or take the password away.',
    link: toAccounts, linkOfOne: toAccount,
  },
  'provider-certificates': {
    gravity: 'light', title: ({ count }) => `${several(count, 'SAML provider')} of accounts with certificates that end within 30 days`,
    text: 'Ask whoever runs the provider for metadata with the next certificate, and put it in the place of the old under “Identity providers” in the console of the account. Both count while both are named.',
    link: toAccounts, linkOfOne: toAccount,
  },
  'people-without-device': { gravity: 'light', title: ({ count, of }) => `${people(count)} of ${of ?? count} without a second factor`, text: 'A password alone can be guessed or given away. Ask for a device at sign-in.', link: { section: 'settings', url: '/admin/settings/sign-in', text: 'Sign-in' }, linkOfOne: toPerson },
  'stale-access': { gravity: 'light', title: ({ count }) => `${people(count)} with access did not sign in for 90 days`, text: 'What nobody uses somebody else may. Take their access away, or disable them.', link: toUsers('Users'), linkOfOne: toPerson },
  'old-access-keys': { gravity: 'light', title: ({ count }) => `${several(count, 'access key')} older than 90 days`, text: 'Keys of IAM users are good until somebody ends them. Replace them in the console of each account, or let programs use roles.', link: toAccounts },
  'disabled-with-access': { gravity: 'light', title: ({ count }) => `${people(count)} disabled, but still assigned`, text: 'They cannot sign in. Whoever enables them again gives all of it back.', link: toUsers('Disabled users', '?status=DISABLED'), linkOfOne: toPerson },
  'one-time-passwords': { gravity: 'light', title: ({ count }) => `${several(count, 'one-time password')} not used for a week`, text: 'Somebody else may have read them by now. Send an invitation instead.', link: toUsers('Users'), linkOfOne: toPerson },
  'unused-permission-sets': { gravity: 'light', title: ({ count, of }) => `${count} of ${several(of ?? count, 'permission set')} assigned to nobody`, text: 'Fewer are easier to keep right.', link: toSets('Permission sets'), linkOfOne: toSet },
}

export const overview = ({ health }: AdminOptions): AdminPage => async ({ show, sections }) => {
  if (sections.length === 0) throw nothingOpen()
  const { figures, findings } = await health.read()
  const counts: Record<string, number> = { users: figures.people, groups: figures.groups, accounts: figures.accounts, 'permission-sets': figures.permissionSets, applications: figures.applications, assignments: figures.assignments }
  const isOpen = (name: string): boolean => sections.some((section) => section.name === name)
  await show('admin/overview', {
    tiles: sections.map(({ name, title, text }) => ({ url: `/admin/${name}`, title, text, count: counts[name]?.toLocaleString('en-GB') })),
    // What a finding counts is no secret to whoever may read people and rights; to others it is.
    isTold: isOpen('users') && isOpen('permission-sets'),
    findings: findings.map((finding) => {
      const { gravity, title, text, link: general, linkOfOne } = words[finding.code]
      const link = finding.id === undefined || !linkOfOne ? general : linkOfOne(finding.id)
      return { isGrave: gravity === 'grave', title: title(finding), text, link: link && isOpen(link.section) ? { url: link.url, text: link.text } : undefined }
    }),
  })
}
