// A plan as the preview of access takes it: what it changes of who may use what, by ids; what is not there yet gets an id of
// its own.
import { randomUUID } from 'node:crypto'
import type { ApplicationAssignment, Assignment, Principal, ProposedChange } from '../access/index.js'
import type { Membership } from '../directory/index.js'
import { movedBetween, type Change } from './change.js'
import { fold } from './raw.js'
import { picked, type Picked } from './writing.js'
import type { MemberState } from './snapshot.js'
import type { Known } from './stored.js'

type Changes = readonly Change[]

/** Knows every id, of what there is and of what the plan makes. */
interface Ids {
  user: (name: string) => string
  group: (name: string) => string
  set: (name: string) => string
  application: (name: string) => string
}

/** Translates a plan; undefined where nothing in it has to do with who may use what. */
export function proposedBy(changes: Changes, known: Known): ProposedChange | undefined {
  const ids = idsOf(changes, known)
  const proposed: ProposedChange = { ...ofAssignments(changes, ids), ...ofMembers(changes, ids), ...ofApplications(changes, ids), ...ofPeople(changes, ids), ...ofDeletions(changes, ids) }
  const isAboutAccess = Object.values(proposed).some((list) => (list as readonly unknown[]).length > 0)
  return isAboutAccess ? { ...proposed, create: made(changes, ids) } : undefined
}

function idsOf(changes: Changes, known: Known): Ids {
  const fresh = (kind: 'user' | 'group' | 'permission set' | 'application', spell: (id: string) => string = (id) => id): [string, string][] => picked({ changes }, kind, 'create').map(({ name }) => [fold(name), spell(randomUUID())])
  const users = new Map([...known.users, ...fresh('user')])
  const groups = new Map([...known.groups, ...fresh('group')])
  const sets = new Map([...known.permissionSets, ...fresh('permission set')])
  const applications = new Map([...[...known.applications].map(([name, { id }]): [string, string] => [name, id]), ...fresh('application')])
  // A name that is nobody's any more counts for nothing.
  const idIn = (map: ReadonlyMap<string, string>) => (name: string): string => map.get(fold(name)) ?? nobody
  return { user: idIn(users), group: idIn(groups), set: idIn(sets), application: idIn(applications) }
}

const nobody = 'ffffffff-ffff-4fff-bfff-ffffffffffff'

const principalOf = (principal: MemberState, ids: Ids): Principal => ('user' in principal ? { type: 'USER', id: ids.user(principal.user) } : { type: 'GROUP', id: ids.group(principal.group) })

function ofAssignments(changes: Changes, ids: Ids): Pick<ProposedChange, 'assign' | 'unassign'> {
  const row = ({ account, permissionSet, principal }: NonNullable<Picked<'assignment'>['after']>): Assignment => ({ accountId: account, permissionSetId: ids.set(permissionSet), principal: principalOf(principal, ids) })
  return { assign: picked({ changes }, 'assignment', 'create').map(({ after }) => row(after!)), unassign: picked({ changes }, 'assignment', 'delete').map(({ before }) => row(before!)) }
}

const standing = <Kind extends Change['kind']>(changes: Changes, kind: Kind): Picked<Kind>[] => [...picked({ changes }, kind, 'create'), ...picked({ changes }, kind, 'update')]

function ofMembers(changes: Changes, ids: Ids): Pick<ProposedChange, 'addMembers' | 'dropMembers'> {
  const moves = standing(changes, 'group').map(({ name, before, after }) => ({ groupId: ids.group(name), ...movedBetween(before?.members, after?.members) }))
  const rows = (groupId: string, members: readonly MemberState[]): Membership[] => members.map((one) => ({ groupId, member: 'user' in one ? { userId: ids.user(one.user) } : { groupId: ids.group(one.group) } }))
  return { addMembers: moves.flatMap(({ groupId, come }) => rows(groupId, come)), dropMembers: moves.flatMap(({ groupId, gone }) => rows(groupId, gone)) }
}

const isOpen = (state: { assignmentRequired?: boolean } | undefined): boolean => state?.assignmentRequired === false

function ofApplications(changes: Changes, ids: Ids): Pick<ProposedChange, 'assignApplications' | 'unassignApplications' | 'openApplications' | 'closeApplications'> {
  const moves = standing(changes, 'application').filter(({ after }) => after!.enabled !== false)
    .map(({ name, before, after }) => ({ applicationId: ids.application(name), before, after, ...movedBetween(before?.assignedTo, after?.assignedTo) }))
  const rows = (applicationId: string, some: readonly MemberState[]): ApplicationAssignment[] => some.map((one) => ({ applicationId, principal: principalOf(one, ids) }))
  return {
    assignApplications: moves.flatMap(({ applicationId, come }) => rows(applicationId, come)), unassignApplications: moves.flatMap(({ applicationId, gone }) => rows(applicationId, gone)),
    openApplications: moves.flatMap(({ applicationId, before, after }) => (!isOpen(before) && isOpen(after) ? [applicationId] : [])), closeApplications: moves.flatMap(({ applicationId, before, after }) => (isOpen(before) && !isOpen(after) ? [applicationId] : [])),
  }
}

function ofPeople(changes: Changes, ids: Ids): Pick<ProposedChange, 'disableUsers' | 'enableUsers'> {
  const updated = picked({ changes }, 'user', 'update')
  const becoming = (active: boolean): string[] => updated.flatMap(({ name, before, after }) => (before?.active !== active && after?.active === active ? [ids.user(name)] : []))
  return { enableUsers: becoming(true), disableUsers: [...becoming(false), ...picked({ changes }, 'user', 'delete').map(({ name }) => ids.user(name))] }
}

function ofDeletions(changes: Changes, ids: Ids): Pick<ProposedChange, 'removeGroups' | 'removePermissionSets' | 'removeApplications' | 'removeAccounts'> {
  const turnedOff = picked({ changes }, 'application', 'update').filter(({ before, after }) => before?.enabled !== false && after?.enabled === false)
  return {
    removeGroups: picked({ changes }, 'group', 'delete').map(({ name }) => ids.group(name)), removePermissionSets: picked({ changes }, 'permission set', 'delete').map(({ name }) => ids.set(name)),
    removeApplications: [...picked({ changes }, 'application', 'delete'), ...turnedOff].map(({ name }) => ids.application(name)), removeAccounts: picked({ changes }, 'account', 'delete').map(({ before }) => before!.id),
  }
}

function made(changes: Changes, ids: Ids): NonNullable<ProposedChange['create']> {
  return {
    users: picked({ changes }, 'user', 'create').filter(({ after }) => after!.active).map(({ name, after }) => ({ id: ids.user(name), userName: after!.userName, displayName: after!.displayName })),
    accounts: picked({ changes }, 'account', 'create').map(({ after }) => ({ id: after!.id, name: after!.name })),
    permissionSets: picked({ changes }, 'permission set', 'create').map(({ name }) => ({ id: ids.set(name), name })), applications: picked({ changes }, 'application', 'create').filter(({ after }) => after!.enabled !== false).map(({ name }) => ({ id: ids.application(name), name })),
  }
}
