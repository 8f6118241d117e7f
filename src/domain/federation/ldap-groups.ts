// The groups of one person in a directory, and the groups around those.
import { OrFilter, type Entry } from 'ldapts'
import { newSecret } from '../../platform/ids.js'
import type { LdapConnection } from './connections.js'
import type { ExternalSteps } from './external-identity.js'
import { valuesOf } from './ldap-entries.js'
import { chained, comparableDn, comparedWith, filled } from './ldap-filters.js'
import type { LdapSession } from './ldap-sessions.js'

const most = { groups: 1000, depth: 10, together: 50 }
/** Says that a server is of Active Directory [MS-ADTS 3.1.1.3.4.3]. */
const activeDirectory = '1.2.840.113556.1.4.800'

export type LdapGroups = NonNullable<LdapConnection['groups']>

/** A group's name by the attribute that has it. */
export const nameOfGroup = (entry: Entry, { name }: Pick<LdapGroups, 'name'>): string | undefined => (name.toLowerCase() === 'dn' ? entry.dn : valuesOf(entry, name)[0])

/** Refuses a filter that is about nobody: everybody would be in every group. */
export function checkPlace({ filter }: LdapGroups, steps: ExternalSteps): void {
  if (/\{(name|dn)\}/.test(filter)) return
  steps.fail({ name: 'groups', reason: 'filter', says: 'The filter for groups has no place for the person.', advice: 'Write {dn} or {name} into it, as in (member={dn}).' })
}

/** Finds the names of somebody's groups. */
export async function groupsOf(session: LdapSession, groups: LdapGroups, person: { dn: string; name: string }, steps: ExternalSteps): Promise<string[]> {
  checkPlace(groups, steps)
  const found = new Map<string, Entry>()
  const chain = groups.nested && comparedWith(groups.filter, 'dn').length > 0 && await isActiveDirectory(session)
  const around = (template: string, people: readonly { dn: string; name: string }[]) => add(session, groups, { found, filter: () => new OrFilter({ filters: people.map((one) => filled(template, one)) }) })
  const direct = await around(chain ? chained(groups.filter) : groups.filter, [person])
  let outer = groups.nested && !chain ? direct : []
  for (let depth = 1; outer.length > 0 && found.size < most.groups; depth += 1) {
    if (depth > most.depth) {
      steps.warned('groups', `Groups are followed ${most.depth} deep, and there are more around those.`, 'Have fewer groups in groups, or search without the groups around.')
      break
    }
    // A group has no name that members are known by: nobody's is like this one.
    const asMembers = outer.map(({ dn }) => ({ dn, name: newSecret() }))
    outer = []
    for (let from = 0; from < asMembers.length && found.size < most.groups; from += most.together) outer.push(...await around(groups.filter, asMembers.slice(from, from + most.together)))
  }
  if (found.size >= most.groups) steps.warned('groups', `The person is in more than ${most.groups} groups, of which only so many are taken.`, 'Search for groups in a smaller part of the directory.')
  const names = [...found.values()].flatMap((entry) => nameOfGroup(entry, groups) ?? [])
  steps.passed('groups', names.length === 0 ? 'The person is in no groups.' : `The person is in ${names.slice(0, 20).join(', ')}${names.length > 20 ? ` and ${names.length - 20} more` : ''}.`)
  return names
}

/** Adds what is found, and answers what of it is new. */
async function add(session: LdapSession, groups: LdapGroups, { found, filter }: { found: Map<string, Entry>; filter: () => OrFilter }): Promise<Entry[]> {
  const fresh: Entry[] = []
  for await (const page of session.pages({ base: groups.baseDn, filter, attributes: [groups.name.toLowerCase() === 'dn' ? '1.1' : groups.name] })) {
    for (const entry of page) {
      const key = comparableDn(entry.dn)
      if (found.has(key) || found.size >= most.groups) continue
      found.set(key, entry)
      fresh.push(entry)
    }
    if (found.size >= most.groups) break
  }
  return fresh
}

async function isActiveDirectory(session: LdapSession): Promise<boolean> {
  const root = await session.root(['supportedCapabilities'])
  return root !== undefined && valuesOf(root, 'supportedCapabilities').includes(activeDirectory)
}
