// Assigns permission sets, takes them away and provisions them: each at once, and what came of it is kept.
import { missingPolicies } from '../accounts/index.js'
import { Refusal } from '../../platform/errors.js'
import type { Database, Executor } from '../../platform/storage/database.js'
import { AssignmentRequests, type AssignmentRequest, type RequestKind } from './assignment-requests.js'
import { Assignments, type Assignment } from './assignments.js'
import { PermissionSets, type PermissionSet } from './permission-sets.js'
import { referencesOf } from './policy-references.js'

export interface AssignmentRules {
  database: Pick<Database, 'transaction'>
  clock: () => number
  endIssued: EndIssued
}

/** Ends, with a transaction that took assignments away, what was issued under them, to one person where that is given, and is given by nothing else. */
export type EndIssued = (tx: Executor, places: readonly { accountId: string; permissionSet: string }[], by: string, userId?: string) => Promise<void>

export class Assigning {
  constructor(private readonly rules: AssignmentRules) {}

  /** Assigns; fails, and says why, where the account has not what the permission set needs. One that exists already stays. */
  async assign(assignment: Assignment): Promise<AssignmentRequest> {
    return this.#keep('assign', assignment, async (tx, set) => {
      const [account] = await tx.query('select id from accounts where id = $1 for key share', [assignment.accountId])
      if (!account) throw new Refusal('not-found', `There is no account ${assignment.accountId}.`)
      const failure = await failureIn(tx, [assignment.accountId], set)
      if (failure === undefined) await new Assignments(tx).create([assignment])
      return failure
    })
  }

  /** Takes an assignment away, and ends what was issued under it; refuses where there is none. */
  async unassign(assignment: Assignment, by: string): Promise<AssignmentRequest> {
    return this.#keep('unassign', assignment, async (tx, set) => {
      if (!await new Assignments(tx).removeOne(assignment)) throw new Refusal('not-found', 'There is no such assignment.')
      await this.rules.endIssued(tx, [{ accountId: assignment.accountId, permissionSet: set.name }], by)
      return undefined
    })
  }

  /** Sees whether a permission set can be what it says in one account, or in all in which it is assigned. */
  async provision(permissionSetId: string, accountId: string | undefined): Promise<AssignmentRequest> {
    return this.#keep('provision', { permissionSetId, accountId }, async (tx, set) => {
      const rows = await tx.query<{ id: string }>('select distinct account_id as id from assignments where permission_set_id = $1 and ($2::char(12) is null or account_id = $2)', [permissionSetId, accountId ?? null])
      if (accountId !== undefined && rows.length === 0) throw new Refusal('not-found', `The permission set is not assigned in account ${accountId}.`)
      return failureIn(tx, rows.map(({ id }) => id), set)
    })
  }

  #keep(kind: RequestKind, about: { permissionSetId: string; accountId: string | undefined; principal?: Assignment['principal'] }, work: (tx: Executor, set: PermissionSet) => Promise<string | undefined>): Promise<AssignmentRequest> {
    return this.rules.database.transaction(async (tx) => {
      const set = await new PermissionSets(tx).lock(about.permissionSetId)
      const failure = await work(tx, set)
      return new AssignmentRequests(tx, this.rules.clock).add({ kind, failure, accountId: about.accountId, permissionSetId: about.permissionSetId, principal: about.principal })
    })
  }
}

/** Says which policies that a permission set refers to are not in an account. */
async function failureIn(tx: Executor, accountIds: readonly string[], set: PermissionSet): Promise<string | undefined> {
  const missing = await missingPolicies(tx, accountIds, referencesOf(set))
  if (missing.length === 0) return undefined
  return `${missing.map(({ accountId, reference }) => `The policy ${reference} does not exist in account ${accountId}.`).join(' ')} Create it there, or take the reference away; until then the permission set allows nothing in that account.`
}
