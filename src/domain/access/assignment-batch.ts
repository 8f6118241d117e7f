// A batch of assignments before it is written: which of them can be made, and why the others cannot.
import type { Executor } from '../../platform/storage/database.js'
import type { Assignment } from './assignments.js'
import { columnsOf, fromRow, type PermissionSet } from './permission-sets.js'
import { referencesOf } from './policy-references.js'

type Missing = (sql: Executor, accountIds: readonly string[], references: readonly string[], limit?: number) => Promise<{ accountId: string; reference: string }[]>

export class AssignmentBatch {
  private constructor(private readonly sets: ReadonlyMap<string, PermissionSet>, readonly good: Assignment[], readonly failed: (Assignment & { reason: string })[]) {}

  /** Looks at a batch, and holds what it is about until the transaction ends. */
  static async check(tx: Executor, slice: readonly Assignment[], missingPolicies: Missing): Promise<AssignmentBatch> {
    const ids = (one: (assignment: Assignment) => string): string[] => [...new Set(slice.map(one))]
    const setIds = ids(({ permissionSetId }) => permissionSetId)
    const sets = new Map((await tx.query(`select ${columnsOf('s')} from permission_sets s where id = any($1) order by id for update`, [setIds])).map(fromRow).map((set) => [set.id, set]))
    const accounts = await found(tx, 'select id::text as id from accounts where id = any($1::char(12)[]) order by id for key share', ids(({ accountId }) => accountId))
    const users = await found(tx, 'select id from users where id = any($1::uuid[]) order by id for key share', principalsOf(slice, 'USER'))
    const groups = await found(tx, 'select id from groups where id = any($1::uuid[]) order by id for key share', principalsOf(slice, 'GROUP'))
    const lacking = await lackingIn(tx, slice, sets, missingPolicies)
    const reasonOf = ({ accountId, permissionSetId, principal: { type, id } }: Assignment): string | undefined => {
      if (!sets.has(permissionSetId)) return 'The permission set is not there any more.'
      if (!accounts.has(accountId)) return 'The account is not there any more.'
      if (!(type === 'USER' ? users : groups).has(id)) return `The ${type === 'USER' ? 'user' : 'group'} is not there any more.`
      return lacking.get(`${permissionSetId} ${accountId}`)
    }
    const judged = slice.map((assignment) => ({ assignment, reason: reasonOf(assignment) }))
    return new AssignmentBatch(sets, judged.flatMap(({ assignment, reason }) => (reason === undefined ? [assignment] : [])), judged.flatMap(({ assignment, reason }) => (reason === undefined ? [] : [{ ...assignment, reason }])))
  }

  /** Those of some that are not among the others. */
  without(some: readonly Assignment[], others: readonly Assignment[]): Assignment[] {
    const known = new Set(others.map(keyOf))
    return some.filter((one) => !known.has(keyOf(one)))
  }

  /** Where those were, by the names of permission sets. */
  placesOf(some: readonly Assignment[]): { accountId: string; permissionSet: string }[] {
    return [...new Map(some.map(({ accountId, permissionSetId }) => [`${accountId} ${permissionSetId}`, { accountId, permissionSet: this.sets.get(permissionSetId)!.name }])).values()]
  }
}

const keyOf = ({ accountId, permissionSetId, principal }: Assignment): string => `${accountId} ${permissionSetId} ${principal.id}`

const principalsOf = (slice: readonly Assignment[], wanted: 'USER' | 'GROUP'): string[] => [...new Set(slice.flatMap(({ principal: { type, id } }) => (type === wanted ? [id] : [])))]

async function found(tx: Executor, statement: string, ids: readonly string[]): Promise<Set<string>> {
  return new Set(ids.length === 0 ? [] : (await tx.query<{ id: string }>(statement, [ids])).map(({ id }) => id))
}

/** Says where accounts have not what permission sets refer to. */
async function lackingIn(tx: Executor, slice: readonly Assignment[], sets: ReadonlyMap<string, PermissionSet>, missingPolicies: Missing): Promise<Map<string, string>> {
  const lacking = new Map<string, string>()
  for (const set of sets.values()) {
    const { id } = set
    const references = referencesOf(set)
    const accountIds = [...new Set(slice.flatMap(({ permissionSetId, accountId }) => (permissionSetId === id ? [accountId] : [])))]
    for (const { accountId, reference } of await missingPolicies(tx, accountIds, references, accountIds.length * references.length)) lacking.set(`${id} ${accountId}`, `The policy ${reference} does not exist in this account.`)
  }
  return lacking
}
