// The groups of everybody in a directory by one search for all groups: who is in what is then a matter of memory.
import type { Entry } from 'ldapts'
import type { ExternalSteps } from './external-identity.js'
import { valuesOf } from './ldap-entries.js'
import { comparableDn, comparedWith, forAnybody, isChained } from './ldap-filters.js'
import { checkPlace, nameOfGroup, type LdapGroups } from './ldap-groups.js'
import type { LdapSession } from './ldap-sessions.js'

const most = { groups: 20_000, depth: 10 }

/** Which groups are around whom. Active Directory cuts long lists of members short, but says at each member what it is in. */
export class LdapGroupGraph {
  readonly #names = new Map<string, string | undefined>()
  readonly #around = new Map<string, Set<string>>()

  private constructor(private readonly groups: LdapGroups) {}

  static async read(session: LdapSession, groups: LdapGroups, steps: ExternalSteps): Promise<LdapGroupGraph> {
    checkPlace(groups, steps)
    const graph = new LdapGroupGraph(groups)
    const [byDn, byName] = [comparedWith(groups.filter, 'dn'), comparedWith(groups.filter, 'name')]
    const attributes = [...(groups.name.toLowerCase() === 'dn' ? [] : [groups.name]), ...byDn, ...byName, 'memberOf']
    for await (const page of session.pages({ base: groups.baseDn, filter: () => forAnybody(groups.filter), attributes }, true)) {
      for (const entry of page) graph.#add(entry, byDn, byName)
      if (graph.#names.size > most.groups) {
        steps.fail({ name: 'groups', reason: 'search', says: `There are more than ${most.groups} groups, which is as many as are looked at.`, advice: 'Search for groups in a smaller part of the directory.' })
      }
    }
    return graph
  }

  #add(entry: Entry, byDn: string[], byName: string[]): void {
    const group = comparableDn(entry.dn)
    this.#names.set(group, nameOfGroup(entry, this.groups))
    const put = (member: string, around: string): void => void (this.#around.get(member) ?? this.#around.set(member, new Set()).get(member)!).add(around)
    for (const attribute of byDn) for (const dn of valuesOf(entry, attribute)) put(comparableDn(dn), group)
    for (const attribute of byName) for (const name of valuesOf(entry, attribute)) put(namedKey(name), group)
    for (const dn of valuesOf(entry, 'memberOf')) put(group, comparableDn(dn))
  }

  /** The names of the groups that somebody is in. */
  of(person: Entry, name: string): string[] {
    const found = new Set<string>()
    let outer = [...this.#around.get(comparableDn(person.dn)) ?? [], ...this.#around.get(namedKey(name)) ?? [], ...comparedWith(this.groups.filter, 'dn').length > 0 ? valuesOf(person, 'memberOf').map(comparableDn) : []]
    for (let depth = 0; outer.length > 0 && depth <= (this.groups.nested || isChained(this.groups.filter) ? most.depth : 0); depth += 1) {
      // What is not below the base for groups, or not a group by the filter, is not counted.
      const fresh = outer.filter((group) => this.#names.has(group) && !found.has(group))
      for (const group of fresh) found.add(group)
      outer = fresh.flatMap((group) => [...this.#around.get(group) ?? []])
    }
    return [...found].flatMap((group) => this.#names.get(group) ?? [])
  }
}

/** Names and DNs are in one map: no DN begins so. */
const namedKey = (name: string): string => `\0${name.toLowerCase()}`
