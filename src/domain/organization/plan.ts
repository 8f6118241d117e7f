// What applying a declaration changes, in the order in which it is done: deletions first, so that their names
// are free, then each kind before those that refer to it. It reads and writes nothing.
import { canonical, differences, isSame, principalKey, type AccountChange, type ApplicationChange, type AssignmentChange, type Change, type GroupChange, type OrganizationChange, type PermissionSetChange, type SettingsChange, type UserChange, type UserSecret } from './change.js'
import type { Declaration } from './declaration.js'
import { assignmentOf, mergeAccount, mergeApplication, mergeGroup, mergeOrganization, mergePermissionSet, mergeSettings, mergeUser } from './merge.js'
import { planInside } from './iam-plan.js'
import { tellingSettings } from './application-settings.js'
import { planIssuers } from './issuers.js'
import { planPasswords } from './plan-secrets.js'
import { findPruned, isPruned, nothingPruned, type Pruned } from './prune.js'
import { fold } from './raw.js'
import { planViews } from './saved-views.js'
import { planSources } from './source-plan.js'
import { principalName, type AccountState, type AssignmentState, type Snapshot, type UserState } from './snapshot.js'

export interface PlanOptions {
  /** Deletes what the file does not name, in the sections that it has. */
  prune?: boolean
}

/** Plans every change that makes the organization as declared; empty when it is so already. */
export async function planChanges(declared: Declaration, current: Snapshot, { prune = false }: PlanOptions = {}): Promise<Change[]> {
  const pruned = prune ? findPruned(declared, current) : nothingPruned()
  const users = await planUsers(declared, current)
  const assignments = planAssignments(declared, current, pruned, prune)
  const inside = await planInside(declared, current, prune)
  const issuers = planIssuers(declared.trustedTokenIssuers, current.trustedTokenIssuers, pruned.issuers)
  const sources = planSources(declared.identitySources, current, pruned.sources)
  const views = planViews(declared.savedViews, current.savedViews, pruned.savedViews)
  return [
    ...assignments.filter(({ action }) => action === 'delete'),
    ...inside.deletions,
    ...planDeletions(current, pruned),
    ...issuers.deletions,
    ...sources.deletions,
    ...views.deletions,
    ...planOrganization(declared, current),
    ...planSettings(declared, current),
    ...views.rest,
    ...await planAccounts(declared, current),
    ...inside.rest,
    ...sources.rest,
    ...users,
    ...planGroups(declared, current, pruned),
    ...planPermissionSets(declared, current),
    ...assignments.filter(({ action }) => action === 'create'),
    ...issuers.rest,
    ...planApplications(declared, current, pruned),
    ...inside.last,
  ]
}

/** Pairs what the file declares with what there is, by name. */
function paired<Declared, State>(declared: readonly Declared[] | undefined, current: readonly State[], nameOf: (item: Declared) => string, nameOfState: (state: State) => string): [Declared, State | undefined][] {
  const present = new Map(current.map((state) => [fold(nameOfState(state)), state]))
  return (declared ?? []).map((item) => [item, present.get(fold(nameOf(item)))])
}

function planDeletions(current: Snapshot, pruned: Pruned): Change[] {
  const gone = <K extends string, S>(kind: K, states: readonly S[], names: Set<string>, keyOf: (state: S) => string, nameOf = keyOf) =>
    states.filter((state) => names.has(fold(keyOf(state)))).map((before) => ({ action: 'delete' as const, kind, name: nameOf(before), details: [], before }))
  return [
    ...gone('application', current.applications, pruned.applications, ({ name }) => name),
    ...gone('group', current.groups, pruned.groups, ({ displayName }) => displayName),
    ...gone('user', current.users, pruned.users, ({ userName }) => userName),
    ...gone('permission set', current.permissionSets, pruned.permissionSets, ({ name }) => name),
    ...gone('account', current.accounts, pruned.accounts, ({ id }) => id, accountName),
  ]
}

const accountName = ({ id, name }: AccountState): string => `${id} ${name}`

function planOrganization(declared: Declaration, current: Snapshot): OrganizationChange[] {
  const before = current.organization
  const after = mergeOrganization(declared.organization ?? {}, before)
  if (before.directoryId === undefined) return [{ action: 'create', kind: 'organization', name: after.name, details: [], after }]
  const details = [
    ...differences(before, after, { name: 'text', portalSubdomain: 'text', startUrlAliases: 'list', portalSession: 'time', instanceName: 'text', instanceTags: 'keys' }),
    ...differences(before, after, { accessControlAttributes: 'keys' }),
    ...((before.accessControlAttributes === undefined) === (after.accessControlAttributes === undefined) ? [] : [`accessControlAttributes: ${after.accessControlAttributes ? 'in use' : 'not in use'}`]),
    ...differences(before.mfa, after.mfa, { mode: 'text', whenNoDevice: 'text', types: 'list' }).map((detail) => `mfa ${detail}`),
  ]
  return details.length === 0 ? [] : [{ action: 'update', kind: 'organization', name: after.name, details, before, after }]
}

function planSettings(declared: Declaration, current: Snapshot): SettingsChange[] {
  const before = current.settings
  const after = mergeSettings(declared.settings ?? {}, before)
  const changed = Object.keys(after).filter((key) => !isSame(before[key], after[key]))
  const details = changed.map((key) => `${key}: ${before[key] === undefined ? 'not set' : canonical(before[key])} → ${canonical(after[key])}`)
  return details.length === 0 ? [] : [{ action: 'update', kind: 'settings', name: changed.join(', '), details, before, after }]
}

async function planAccounts(declared: Declaration, current: Snapshot): Promise<AccountChange[]> {
  const due = new Map<string, string>()
  for (const { id, rootPassword } of declared.accounts ?? []) if (rootPassword !== undefined && !await current.secrets.matchesPrincipal(`root ${id}`, rootPassword)) due.set(id, rootPassword)
  return paired(declared.accounts, current.accounts, ({ id }) => id, ({ id }) => id).flatMap(([item, before]): AccountChange[] => {
    const after = mergeAccount(item, before)
    const name = accountName(after)
    const value = due.get(item.id)
    const told = value === undefined ? [] : [`root password: ${before?.hasRootPassword ? 'replaced' : 'set'}`]
    const secret = value !== undefined && { secret: { form: 'password' as const, value } }
    if (!before) return [{ action: 'create', kind: 'account', name, details: told, after, ...secret }]
    const details = [...differences(before, after, { name: 'text', alias: 'text', email: 'text', management: 'text', tags: 'keys' }), ...told]
    return details.length === 0 ? [] : [{ action: 'update', kind: 'account', name, details, before, after, ...secret }]
  })
}

async function planUsers(declared: Declaration, current: Snapshot): Promise<UserChange[]> {
  const passwords = await planPasswords(declared.users ?? [], current)
  return paired(declared.users, current.users, ({ userName }) => userName, ({ userName }) => userName).flatMap(([item, before]): UserChange[] => {
    const secret = passwords.get(fold(item.userName))
    const merged = mergeUser(item, before)
    const after = secret ? { ...merged, password: passwordAfter[secret.form] } : merged
    const told = secret ? [toldOf(secret, before?.password ?? 'none')] : []
    const rest = { kind: 'user' as const, name: after.userName, after, ...(secret && { secret }) }
    if (!before) return [{ action: 'create', ...rest, details: told }]
    const details = [...differences(before, after, { userName: 'text', displayName: 'text', givenName: 'text', familyName: 'text', emails: 'list', active: 'text', profile: 'keys', externalIds: 'list', identities: 'list' }), ...told]
    return details.length === 0 ? [] : [{ action: 'update', ...rest, details, before }]
  })
}

const passwordAfter = { password: 'own', hash: 'imported', 'one-time': 'one-time', invitation: 'invited' } as const

function toldOf({ form }: UserSecret, before: UserState['password']): string {
  if (form === 'invitation') return 'invitation: sent'
  return `${form === 'one-time' ? 'one-time password' : 'password'}: ${before === 'none' || before === 'invited' ? 'set' : 'replaced'}`
}

function planGroups(declared: Declaration, current: Snapshot, pruned: Pruned): GroupChange[] {
  const byName = new Map((declared.groups ?? []).map((group) => [fold(group.displayName), group]))
  const present = new Set(current.groups.map(({ displayName }) => fold(displayName)))
  const created = (declared.groups ?? []).filter(({ displayName }) => !present.has(fold(displayName))).map((group): GroupChange => {
    const after = mergeGroup(group)
    return { action: 'create', kind: 'group', name: after.displayName, details: differences({ members: [] }, { members: after.members }, { members: 'principals' }), after }
  })
  // What pruning takes away leaves groups that the file does not name, too.
  const updated = current.groups.filter(({ displayName }) => !pruned.groups.has(fold(displayName))).flatMap((before): GroupChange[] => {
    const group = byName.get(fold(before.displayName))
    const merged = group ? mergeGroup(group, before) : before
    const after = { ...merged, members: merged.members.filter((member) => !isPruned(member, pruned)) }
    const details = differences(before, after, { displayName: 'text', description: 'text', externalIds: 'list', members: 'principals' })
    return details.length === 0 ? [] : [{ action: 'update', kind: 'group', name: after.displayName, details, before, after }]
  })
  return [...created, ...updated]
}

function planPermissionSets(declared: Declaration, current: Snapshot): PermissionSetChange[] {
  return paired(declared.permissionSets, current.permissionSets, ({ name }) => name, ({ name }) => name).flatMap(([item, before]): PermissionSetChange[] => {
    const after = mergePermissionSet(item, before)
    if (!before) return [{ action: 'create', kind: 'permission set', name: after.name, details: [], after }]
    const details = differences(before, after, {
      name: 'text',
      description: 'text',
      sessionDuration: 'time',
      relayState: 'text',
      managedPolicies: 'list',
      customerManagedPolicies: 'list',
      inlinePolicy: 'long',
      permissionsBoundary: 'text',
      tags: 'keys',
      requestable: 'long',
    })
    return details.length === 0 ? [] : [{ action: 'update', kind: 'permission set', name: after.name, details, before, after }]
  })
}

const assignmentKey = ({ account, permissionSet, principal }: AssignmentState): string => `${account} ${fold(permissionSet)} ${principalKey(principal)}`
const assignmentName = ({ account, permissionSet, principal }: AssignmentState): string => `${permissionSet} in ${account} for ${principalName(principal)}`

function planAssignments(declared: Declaration, current: Snapshot, pruned: Pruned, prune: boolean): AssignmentChange[] {
  const wanted = (declared.assignments ?? []).map(assignmentOf)
  const wantedKeys = new Set(wanted.map(assignmentKey))
  const presentKeys = new Set(current.assignments.map(assignmentKey))
  const isGone = (assignment: AssignmentState): boolean =>
    pruned.accounts.has(assignment.account) ||
    pruned.permissionSets.has(fold(assignment.permissionSet)) ||
    isPruned(assignment.principal, pruned) ||
    (prune && declared.assignments !== undefined && !wantedKeys.has(assignmentKey(assignment)))
  return [
    ...current.assignments.filter(isGone).map((before): AssignmentChange => ({ action: 'delete', kind: 'assignment', name: assignmentName(before), details: [], before })),
    ...wanted.filter((assignment) => !presentKeys.has(assignmentKey(assignment))).map((after): AssignmentChange => ({ action: 'create', kind: 'assignment', name: assignmentName(after), details: [], after })),
  ]
}

function planApplications(declared: Declaration, current: Snapshot, pruned: Pruned): ApplicationChange[] {
  const byName = new Map((declared.applications ?? []).map((application) => [fold(application.name), application]))
  const present = new Set(current.applications.map(({ name }) => fold(name)))
  const created = (declared.applications ?? []).filter(({ name }) => !present.has(fold(name))).map((application): ApplicationChange => {
    const after = mergeApplication(application)
    const secret = application.oidc?.client_secret
    const details = differences({ assignedTo: [] }, { assignedTo: after.assignedTo }, { assignedTo: 'principals' })
    return { action: 'create', kind: 'application', name: after.name, details: secret ? [...details, 'client_secret: set'] : details, after, ...(secret && { secret }) }
  })
  const updated = current.applications.filter(({ name }) => !pruned.applications.has(fold(name))).flatMap((before): ApplicationChange[] => {
    const application = byName.get(fold(before.name))
    const merged = application ? mergeApplication(application, before) : before
    const after = { ...merged, assignedTo: merged.assignedTo.filter((principal) => !isPruned(principal, pruned)) }
    const given = application?.oidc?.client_secret
    const secret = given && !(before.hasSecret && current.secrets.matchesClientSecret(before.name, given)) ? given : undefined
    const told = secret ? [`client_secret: ${before.hasSecret ? 'replaced' : 'set'}`] : before.hasSecret && !after.hasSecret ? ['client_secret: removed'] : []
    const details = [...differences(before, after, { name: 'text', description: 'text', startUrl: 'text', icon: 'long', clientId: 'text', metadata: 'keys', ...tellingSettings, assignedTo: 'principals' }), ...told]
    return details.length === 0 ? [] : [{ action: 'update', kind: 'application', name: after.name, details, before, after, ...(secret && { secret }) }]
  })
  return [...created, ...updated]
}
