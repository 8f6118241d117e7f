// The preview: who would gain and who would lose what, and where, if something were changed. It is worked out over the rows
// as they would be; nothing is written and nothing is locked.
import { checkNesting, listReturning, type Membership } from '../directory/index.js'
import { systemClock, type Clock } from '../../platform/clock.js'
import type { Database, Executor, Row } from '../../platform/storage/database.js'
import { readWide } from '../../platform/storage/wide-reads.js'
import type { ApplicationAssignment, Assignment } from './assignments.js'
import { mostKinds, previewStatement } from './preview-statement.js'
import { policyDifference, type PolicyDifference, type PolicyHolding } from './policy-difference.js'

/** What somebody thinks of changing, all of it at once. */
export interface ProposedChange {
  assign?: readonly Assignment[]
  unassign?: readonly Assignment[]
  addMembers?: readonly Membership[]
  dropMembers?: readonly Membership[]
  /** Ids. */
  removeGroups?: readonly string[]
  removePermissionSets?: readonly string[]
  assignApplications?: readonly ApplicationAssignment[]
  unassignApplications?: readonly ApplicationAssignment[]
  /** Applications that go, or that nobody gets into any more. */
  removeApplications?: readonly string[]
  removeAccounts?: readonly string[]
  /** Applications that everybody may use from then on, and those that want an assignment. */
  openApplications?: readonly string[]
  closeApplications?: readonly string[]
  /** People who are disabled, or deleted. */
  disableUsers?: readonly string[]
  enableUsers?: readonly string[]
  /** People who were deleted and come back with what they had. */
  restoreUsers?: readonly string[]
  /** What comes to be, under ids that the rest of the change knows it by; new groups need no more than an id. */
  create?: Creation
}

interface Creation {
  users?: readonly { id: string; userName: string; displayName: string }[]
  accounts?: readonly Named[]
  permissionSets?: readonly Named[]
  applications?: readonly Named[]
}

interface Named {
  id: string
  name: string
}

/** What happens alike in some accounts and applications. */
export interface Effect {
  places: ({ account: Named; permissionSet: Named; application?: undefined } | { application: Named; account?: undefined; permissionSet?: undefined })[]
  gains: Affected
  losses: Affected
}

export interface Affected {
  people: number
  /** The first of them, by user name. */
  names: { id: string; userName: string; displayName: string }[]
}

export interface Preview {
  /** Those that concern most people first. */
  effects: Effect[]
  /** How many different people gain or lose anything. */
  gaining: number
  losing: number
  /** False where there was too much to look at; then there are more effects than these. */
  isComplete: boolean
}

/** Up to so many people are asked one by one which groups they are in. */
const mostFew = 2000

export class Previews {
  constructor(private readonly sql: Executor | Database, private readonly clock: Clock = systemClock, private readonly few = mostFew) {}

  /** Refuses what would be refused when it is made: a group that would come to be in itself. */
  async check({ addMembers = [] }: ProposedChange): Promise<void> {
    for (const { groupId, member } of addMembers) if ('groupId' in member) await checkNesting(this.sql, { groupId, memberId: member.groupId })
  }

  /** Works out who would gain and who would lose what. */
  async of(change: ProposedChange, { names = 10 }: { names?: number } = {}): Promise<Preview> {
    const rows = await readWide(this.sql, previewStatement, parameters(await withReturning(this.sql, change, this.clock()), { moment: new Date(this.clock()), names, few: this.few }))
    return {
      effects: rows.map((row) => ({ places: row.places as Effect['places'], gains: affected(row.gain_people, row.gain_names), losses: affected(row.loss_people, row.loss_names) })),
      gaining: Number(rows[0]?.gaining ?? 0), losing: Number(rows[0]?.losing ?? 0), isComplete: Number(rows[0]?.every_kind ?? 0) <= mostKinds,
    }
  }

  /** Tells two versions of a permission set's policies apart, statement by statement; who is concerned says the explorer. */
  ofPolicies(before: PolicyHolding, after: PolicyHolding): PolicyDifference {
    return policyDifference(before, after)
  }
}

/** In the order in which the statement counts them. */
function parameters({ assign = [], unassign = [], addMembers = [], dropMembers = [], disableUsers = [], enableUsers = [], ...rest }: ProposedChange, { moment, names, few }: { moment: Date; names: number; few: number }): unknown[] {
  const { assignApplications = [], unassignApplications = [], removeGroups = [], removePermissionSets = [], removeApplications = [], removeAccounts = [], openApplications = [], closeApplications = [], create = {} } = rest
  return [
    moment, pairs(assign, assignApplications), pairs(unassign, unassignApplications), members(addMembers), members(dropMembers), removeGroups, [...removePermissionSets, ...removeApplications], disableUsers, names, few,
    removeAccounts, enableUsers, coming(create), openApplications, closeApplications,
  ]
}

/** Adds what people who come back bring along; whoever was disabled before stays disabled. */
async function withReturning(sql: Executor | Database, change: ProposedChange, now: number): Promise<ProposedChange> {
  if (!change.restoreUsers?.length) return change
  const back = (await listReturning(sql, change.restoreUsers, now)).filter(({ active }) => active)
  const { addMembers = [], assign = [], assignApplications = [], create = {} } = change
  const owned = back.map(({ id, ...had }) => ({ ...had, id, principal: { type: 'USER' as const, id } }))
  return {
    ...change, create: { ...create, users: [...create.users ?? [], ...back.map(({ id, userName, displayName }) => ({ id, userName, displayName }))] },
    addMembers: [...addMembers, ...owned.flatMap(({ id, groupIds }) => groupIds.map((groupId) => ({ groupId, member: { userId: id } })))],
    assign: [...assign, ...owned.flatMap(({ principal, roles }) => roles.map((role) => ({ ...role, principal })))],
    assignApplications: [...assignApplications, ...owned.flatMap(({ principal, applicationIds }) => applicationIds.map((applicationId) => ({ applicationId, principal })))],
  }
}

const coming = ({ users = [], accounts = [], permissionSets = [], applications = [] }: Creation): string =>
  JSON.stringify({ users: users.map(({ id, userName, displayName }): Row => ({ id, user_name: userName, display_name: displayName })), accounts, permissionSets, applications })

const pairs = (assignments: readonly Assignment[], ofApplications: readonly ApplicationAssignment[]): string => JSON.stringify([
  ...assignments.map(({ accountId, permissionSetId, principal }): Row => ({ account_id: accountId, target_id: permissionSetId, principal_id: principal.id, principal_type: principal.type })),
  ...ofApplications.map(({ applicationId, principal }): Row => ({ account_id: '', target_id: applicationId, principal_id: principal.id, principal_type: principal.type })),
])

const members = (memberships: readonly Membership[]): string =>
  JSON.stringify(memberships.map(({ groupId, member }): Row => ({ group_id: groupId, user_id: 'userId' in member ? member.userId : null, member_group_id: 'groupId' in member ? member.groupId : null })))

const affected = (people: unknown, names: unknown): Affected => ({ people: Number(people ?? 0), names: (names as Affected['names'] | null) ?? [] })
