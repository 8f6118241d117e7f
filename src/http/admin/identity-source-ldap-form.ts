// The part of a source's form that says how a directory is asked by LDAP, and back.
import type { Form } from '../middleware/form.js'

/** How a directory is reached and searched, as it is declared. */
export interface DeclaredDirectory {
  urls: string[]
  startTls?: boolean
  authorities?: string
  bindDn: string
  baseDn: string
  userFilter: string
  subject: string
  groups?: { baseDn: string; filter: string; name: string; nested: boolean }
  sync?: { every: string }
}

const intervals = [{ value: '', text: 'By hand only' }, ...[['15m', '15 minutes'], ['30m', '30 minutes'], ['1h', 'hour'], ['4h', '4 hours'], ['12h', '12 hours'], ['24h', 'day'], ['7d', 'week']].map(([value, text]) => ({ value: value!, text: `Every ${text!}` }))]

/** Its fields; of a new one, what most want. */
export const ldapFields = (ldap: DeclaredDirectory | undefined): Form => ({
  urls: ldap?.urls.join('\n') ?? '', startTls: ldap?.startTls === false ? '' : 'on', authorities: ldap?.authorities ?? '', bindDn: ldap?.bindDn ?? '', bindPassword: '', baseDn: ldap?.baseDn ?? '',
  userFilter: ldap?.userFilter ?? '(uid={name})', subject: ldap?.subject ?? 'entryUUID',
  groupsFilter: ldap?.groups?.filter ?? '', groupsBaseDn: ldap?.groups?.baseDn ?? '', groupsName: ldap?.groups?.name ?? 'cn', groupsNested: ldap?.groups?.nested ? 'on' : '', syncEvery: ldap?.sync?.every ?? '',
})

/** True where passwords would go over the network as they are. */
const isOpen = ({ urls = '', startTls }: Form): boolean => startTls !== 'on' && /^\s*ldap:/m.test(urls)

/** What the view shows of it. */
export function ldapModel(fields: Form): object {
  const { syncEvery = '' } = fields
  // One that is not among them came from the organization file.
  const choices = intervals.some(({ value }) => value === syncEvery) ? intervals : [...intervals, { value: syncEvery, text: `Every ${syncEvery}` }]
  return { hasStartTls: fields.startTls === 'on', isOpen: isOpen(fields), isNested: fields.groupsNested === 'on', intervals: choices.map((choice) => ({ ...choice, selected: choice.value === syncEvery })) }
}

/** What a form makes of it. */
export function declaredDirectory(fields: Form): object {
  const text = (name: string): string => fields[name]?.trim() ?? ''
  const filter = (name: string): string => text(name).replace(/\s*[\r\n]\s*/g, '')
  const kept = (names: Record<string, string>): object => Object.fromEntries(Object.entries(names).filter(([, value]) => value !== ''))
  return {
    urls: text('urls').split(/\s+/).filter(Boolean), startTls: fields.startTls === 'on', bindDn: text('bindDn'), baseDn: text('baseDn'), userFilter: filter('userFilter'), subject: text('subject'),
    // A password counts as it was typed.
    ...kept({ authorities: text('authorities'), bindPassword: fields.bindPassword ?? '' }),
    ...(text('groupsFilter') !== '' && { groups: { filter: filter('groupsFilter'), nested: fields.groupsNested === 'on', ...kept({ baseDn: text('groupsBaseDn'), name: text('groupsName') }) } }),
    ...(text('syncEvery') !== '' && { sync: { every: text('syncEvery') } }),
  }
}

/** What faults call its fields. */
export const ldapLabels: Readonly<Record<string, string>> = {
  urls: 'A server', authorities: 'The authorities', bindDn: 'The name to bind with', bindPassword: 'The password to bind with', baseDn: 'Where people are', userFilter: 'The filter of a person', subject: 'The attribute',
  groupsFilter: 'The filter of groups', groupsBaseDn: 'Where groups are', groupsName: 'The attribute', syncEvery: 'How often',
}

/** The field that a path below `ldap` is about. */
export const ldapFieldOf = (path: string): string => path.replace(/^groups\.(\w)/, (_, first: string) => `groups${first.toUpperCase()}`).replace(/^sync\..*/, 'syncEvery').replace(/^url$/, 'urls')
