// What is said of each finding: on the overview, where it leads to what it is about, and above the lists of that.
import type { AccountFigure, AccountFinding, Finding, FindingCode, PeopleFinding } from '../../domain/health/index.js'
import { addressOf, dayOf, type Filter } from '../middleware/listing.js'

interface Words {
  isGrave?: boolean
  title: (finding: Finding) => string
  /** Why it matters, and how it is mended. */
  text: string
  /** Where that is, and where it is mended. */
  links: readonly Link[]
  /** The same where it is about one thing, by its id. */
  linkOfOne?: (id: string) => Link
}

interface Link {
  section: string
  url: string
  text: string
}

const people = (count: number): string => (count === 1 ? '1 person' : `${count.toLocaleString('en-GB')} people`)
const several = (count: number, noun: string): string => `${count.toLocaleString('en-GB')} ${noun}${count === 1 ? '' : 's'}`
const toSets = (text: string, show = ''): Link => ({ section: 'permission-sets', url: addressOf('/admin/permission-sets', { show }), text })
const toSet = (id: string): Link => ({ section: 'permission-sets', url: `/admin/permission-sets/${id}`, text: 'The permission set' })
const toPerson = (id: string): Link => ({ section: 'users', url: `/admin/users/${id}`, text: 'The person' })
const toPeople = (show: PeopleFinding): Link => ({ section: 'users', url: addressOf('/admin/users', { show }), text: 'These people' })
const toAccount = (id: string): Link => ({ section: 'accounts', url: `/admin/accounts/${id}`, text: 'The account' })
const toAccounts = (show: AccountFinding): Link => ({ section: 'accounts', url: addressOf('/admin/accounts', { show }), text: 'These accounts' })
const sources: Link = { section: 'identity-sources', url: '/admin/identity-sources', text: 'Identity sources' }
const toSource = (id: string): Link => ({ section: 'identity-sources', url: `/admin/identity-sources/${id}`, text: 'The identity source' })
const inDays = (days: number): string => (days < 1 ? 'within a day' : `in ${several(days, 'day')}`)
const toSettings = (tab: string, text: string): Link => ({ section: 'settings', url: `/admin/settings/${tab}`, text })

const words: Readonly<Record<FindingCode, Words>> = {
  'single-administrator': {
    isGrave: true, title: ({ count }) => (count === 0 ? 'Nobody in the directory administers it' : 'One person alone administers everything'),
    text: 'Who loses a device or leaves should not lock everybody out. Assign AdministratorAccess in the management account to a second person.', links: [toSets('Permission sets')], linkOfOne: toSet,
  },
  'trail-faulty': {
    isGrave: true, title: () => 'The audit trail is not as it was written', text: 'Events were changed, moved or removed in the database. “gatehouse audit verify” names the first; compare with what was streamed elsewhere.',
    links: [{ section: 'events', url: '/admin/events', text: 'Events' }],
  },
  'mail-failing': {
    isGrave: true, title: ({ count }) => `${several(count, 'mail')} could not be delivered this week`, text: 'People wait for codes and links that never come. What the mail server said is under “Mail”, where a test mail can be sent.', links: [toSettings('mail', 'Mail')],
  },
  'root-without-device': {
    isGrave: true, title: ({ count }) => `${several(count, 'root user')} without a second factor`, text: 'A root user may do everything in an account. Sign in as each and register a device under “My security credentials”, or take the password away.',
    links: [toAccounts('root-without-device')], linkOfOne: toAccount,
  },
  'source-certificate-over': {
    isGrave: true, title: ({ count }) => (count === 1 ? 'An identity source signs with a certificate that is over' : `${count} identity sources sign with certificates that are over`),
    text: 'It still counts, unless the source refuses such. Ask the provider for its present metadata, and add the certificate that it names.', links: [sources], linkOfOne: toSource,
  },
  'source-certificate-ending': {
    title: ({ count, days = 0 }) => (count === 1 ? `The last certificate of an identity source ends ${inDays(days)}` : `The last certificates of ${count} identity sources end within 60 days, the first ${inDays(days)}`),
    text: 'Ask the provider for its next certificate and add it now: both count until the change. Where the provider publishes its metadata, give its address, and the next one comes by itself.', links: [sources], linkOfOne: toSource,
  },
  'source-sync-failed': {
    isGrave: true, title: ({ count }) => (count === 1 ? 'The last synchronisation with a directory did not work' : `The last synchronisation with ${count} directories did not work`),
    text: 'Who left there since is not disabled here, and who is new there is not here yet. Mend what is said of it, then synchronise on the page of the source.', links: [sources], linkOfOne: toSource,
  },
  'source-sync-stopped': {
    isGrave: true, title: ({ count }) => (count === 1 ? 'A synchronisation stopped before it disabled many people' : `Synchronisations with ${count} directories stopped before they disabled many people`),
    text: 'Where the directory is whole and the filter right, look at what would change on the page of the source, and say there that it is right.', links: [sources], linkOfOne: toSource,
  },
  'own-certificate-over': {
    isGrave: true, title: ({ count }) => (count === 1 ? 'A certificate of our own for SAML is over' : `${count} certificates of our own for SAML are over`),
    text: 'Providers of SAML sources may refuse what we sign, and encrypt nothing for us any more. Change to the next key of the set, and once more where that one is over as well: each change makes a fresh key, good for ten years.', links: [toSettings('keys', 'Keys')],
  },
  'own-certificate-ending': {
    title: ({ count, days = 0 }) => (count === 1 ? `A certificate of our own for SAML ends ${inDays(days)}` : `${count} certificates of our own for SAML end within 60 days, the first ${inDays(days)}`),
    text: 'Change to the next key of the set once every provider has it: the page of our keys names those that have not. Where the next one ends as well, change once more after that: each change makes a fresh key, good for ten years.', links: [toSettings('keys', 'Keys')],
  },
  'source-metadata-stale': {
    title: ({ count }) => (count === 1 ? 'Metadata of an identity source cannot be fetched any more' : `Metadata of ${count} identity sources cannot be fetched any more`),
    text: 'What was fetched before goes on counting, but new certificates do not come. The page of the source says what went wrong; fetch it there again, or give the metadata yourself.', links: [sources], linkOfOne: toSource,
  },
  'provider-certificates': {
    title: ({ count }) => `${several(count, 'SAML provider')} of accounts with certificates that end within 30 days`,
    text: 'Ask whoever runs the provider for metadata with the next certificate, and put it in the place of the old under “Identity providers” in the console of the account. Both count while both are named.',
    links: [toAccounts('provider-certificates')], linkOfOne: toAccount,
  },
  'people-without-device': {
    title: ({ count, of }) => `${people(count)} of ${(of ?? count).toLocaleString('en-GB')} without a second factor`, text: 'A password alone can be guessed or given away. Ask for a device at sign-in.',
    links: [toPeople('people-without-device'), toSettings('sign-in', 'Sign-in')], linkOfOne: toPerson,
  },
  'stale-access': {
    title: ({ count, days = 90 }) => `${people(count)} with access did not sign in for ${days} days`, text: 'What nobody uses somebody else may. Take their access away, or disable them.', links: [toPeople('stale-access')], linkOfOne: toPerson,
  },
  'old-access-keys': {
    title: ({ count }) => `${several(count, 'access key')} older than 90 days`, text: 'Keys of IAM users are good until somebody ends them. Replace them in the console of each account, or let programs use roles.',
    links: [toAccounts('old-access-keys')], linkOfOne: toAccount,
  },
  'disabled-with-access': {
    title: ({ count }) => `${people(count)} disabled, but still assigned`, text: 'They cannot sign in. Whoever enables them again gives all of it back.', links: [toPeople('disabled-with-access')], linkOfOne: toPerson,
  },
  'one-time-passwords': {
    title: ({ count }) => `${several(count, 'one-time password')} not used for a week`, text: 'Somebody else may have read them by now. Send an invitation instead.', links: [toPeople('one-time-passwords')], linkOfOne: toPerson,
  },
  'user-one-time-passwords': {
    title: ({ count }) => `${several(count, 'first password')} of IAM users not replaced for a week`, text: 'Somebody else may have read them by now. Take them away, or give others, under “Users” in the console of the account.',
    links: [toAccounts('user-one-time-passwords')], linkOfOne: toAccount,
  },
  'unused-permission-sets': {
    title: ({ count, of }) => `${count} of ${several(of ?? count, 'permission set')} assigned to nobody`, text: 'Fewer are easier to keep right.', links: [toSets('These permission sets', 'unused-permission-sets')], linkOfOne: toSet,
  },
}

/** Makes what the overview shows of a finding: links only to what is open. */
export function findingModel(finding: Finding, isOpen: (section: string) => boolean): object {
  const { isGrave = false, title, text, links, linkOfOne } = words[finding.code]
  const all = finding.id === undefined || !linkOfOne ? links : [linkOfOne(finding.id), ...links.slice(1)]
  // What went wrong at a source is for whoever may see sources.
  const told = isOpen('identity-sources') ? (finding.told ?? []).map(({ id, name, says }) => ({ name, says, url: finding.id === undefined ? toSource(id).url : undefined })) : []
  return { isGrave, title: title(finding), text, told, links: all.filter(({ section }) => isOpen(section)).map(({ url, text: name }) => ({ url, text: name })) }
}

/** Findings are told to whoever may read people and permission sets. */
export const areTold = (sections: readonly { name: string }[]): boolean => ['users', 'permission-sets'].every((wanted) => sections.some(({ name }) => name === wanted))

const choice = <Code extends FindingCode>(value: Code, text: string) => ({ value, text, hint: words[value].text })

export const peopleFilter: Filter = {
  label: 'Which of them', all: 'Everybody', choices: [
    choice('people-without-device', 'Without a second factor'), choice('stale-access', 'Access long unused'),
    choice('disabled-with-access', 'Disabled, but still assigned'), choice('one-time-passwords', 'Unused one-time password'),
  ],
}

export const accountFilter: Filter = {
  label: 'Which accounts', all: 'Every account', choices: [
    choice('root-without-device', 'Root without a second factor'), choice('old-access-keys', 'Old access keys'),
    choice('provider-certificates', 'SAML certificates ending'), choice('user-one-time-passwords', 'First passwords unreplaced'),
  ],
}

export const setFilter: Filter = { label: 'Which permission sets', all: 'Every permission set', choices: [choice('unused-permission-sets', 'Assigned to nobody')] }

const figures: Readonly<Record<AccountFinding, (count: number, moment: string) => string>> = {
  'root-without-device': () => 'the root user has a password only',
  'provider-certificates': (count, moment) => `${several(count, 'provider')}, the first until ${moment}`,
  'old-access-keys': (count, moment) => `${several(count, 'old access key')}, the oldest of ${moment}`,
  'user-one-time-passwords': (count, moment) => `${several(count, 'first password')}, the oldest of ${moment}`,
}

/** Says how much of a finding an account has. */
export const accountFact = (finding: AccountFinding, { count, moment }: AccountFigure): string => figures[finding](count, moment ? dayOf(moment) : '')
