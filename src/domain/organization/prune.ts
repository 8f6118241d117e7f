// What pruning takes away: what the file does not name, in the sections that the file has. The management
// account is never among it.
import type { Declaration } from './declaration.js'
import { issuersIn } from './application-settings.js'
import { assignmentOf, mergeApplication, mergeGroup } from './merge.js'
import { fold } from './raw.js'
import { namedByRules } from './requestable.js'
import type { MemberState, Snapshot } from './snapshot.js'
import { groupsOfSource } from './source-plan.js'

export interface Pruned {
  accounts: Set<string>
  users: Set<string>
  groups: Set<string>
  permissionSets: Set<string>
  applications: Set<string>
  issuers: Set<string>
  sources: Set<string>
  savedViews: Set<string>
}

export const nothingPruned = (): Pruned => ({ accounts: new Set(), users: new Set(), groups: new Set(), permissionSets: new Set(), applications: new Set(), issuers: new Set(), sources: new Set(), savedViews: new Set() })

// A reference names what it refers to, so an entry that only refers to somebody keeps them.
function named(declared: Declaration) {
  const assignments = (declared.assignments ?? []).map(assignmentOf)
  const groups = declared.groups ?? []
  const applications = declared.applications ?? []
  const rules = namedByRules(declared.permissionSets ?? [])
  const identities = (declared.users ?? []).flatMap((user) => user.identities ?? [])
  const principals: MemberState[] = [
    ...assignments.map(({ principal }) => principal),
    ...groups.flatMap((group) => mergeGroup(group).members),
    ...applications.flatMap((application) => mergeApplication(application).assignedTo),
  ]
  return {
    accounts: new Set([...(declared.accounts ?? []).map(({ id }) => id), ...assignments.map(({ account }) => account), ...rules.accounts]),
    users: new Set([...(declared.users ?? []).map(({ userName }) => userName), ...principals.flatMap((one) => ('user' in one ? [one.user] : []))].map(fold)),
    groups: new Set([...groups.map(({ displayName }) => displayName), ...principals.flatMap((one) => ('group' in one ? [one.group] : [])), ...rules.groups, ...identities.flatMap((one) => one.groups ?? []), ...(declared.identitySources ?? []).flatMap(groupsOfSource)].map(fold)),
    permissionSets: new Set([...(declared.permissionSets ?? []).map(({ name }) => name), ...assignments.map(({ permissionSet }) => permissionSet)].map(fold)),
    applications: new Set(applications.map(({ name }) => fold(name))),
    sources: new Set([...(declared.identitySources ?? []).map(({ name }) => name), ...identities.map(({ source }) => source)].map(fold)),
  }
}

/** What a grant names, in the file or in an application that it leaves alone, stays. */
function issuersKept(declared: Declaration, current: Snapshot, pruned: ReadonlySet<string>): Set<string> {
  const stated = new Map(current.applications.filter(({ name }) => !pruned.has(fold(name))).map((application) => [fold(application.name), application]))
  for (const application of declared.applications ?? []) stated.set(fold(application.name), mergeApplication(application, stated.get(fold(application.name))))
  return new Set([...(declared.trustedTokenIssuers ?? []).map(({ name }) => name), ...[...stated.values()].flatMap(issuersIn)].map(fold))
}

/** Names everything that pruning deletes, by folded name. */
export function findPruned(declared: Declaration, current: Snapshot): Pruned {
  const kept = named(declared)
  const left = (section: unknown, names: string[], keep: Set<string>): Set<string> => new Set(section === undefined ? [] : names.map(fold).filter((name) => !keep.has(name)))
  const applications = left(declared.applications, current.applications.map(({ name }) => name), kept.applications)
  return {
    accounts: left(declared.accounts, current.accounts.filter(({ management }) => !management).map(({ id }) => id), kept.accounts),
    users: left(declared.users, current.users.map(({ userName }) => userName), kept.users),
    groups: left(declared.groups, current.groups.map(({ displayName }) => displayName), kept.groups),
    permissionSets: left(declared.permissionSets, current.permissionSets.map(({ name }) => name), kept.permissionSets),
    applications,
    issuers: left(declared.trustedTokenIssuers, current.trustedTokenIssuers.map(({ name }) => name), issuersKept(declared, current, applications)),
    sources: left(declared.identitySources, current.identitySources.map(({ name }) => name), kept.sources),
    savedViews: left(declared.savedViews, current.savedViews.map(({ name }) => name), new Set((declared.savedViews ?? []).map(({ name }) => fold(name)))),
  }
}

export const isPruned = (principal: MemberState, pruned: Pruned): boolean => ('user' in principal ? pruned.users.has(fold(principal.user)) : pruned.groups.has(fold(principal.group)))
