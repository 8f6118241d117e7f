// Where a permission set is assigned, but a policy that it refers to is not there: it allows nothing in those accounts.
import { missingPolicies } from '../accounts/index.js'
import type { Executor } from '../../platform/storage/database.js'
import type { PermissionSet } from './permission-sets.js'
import { referencesOf } from './policy-references.js'

export interface MissingReference {
  /** Path and name. */
  reference: string
  account: { id: string; name: string }
}

const most = 1000

/** Finds them, by account, at most a thousand. */
export async function missingReferences(sql: Executor, set: PermissionSet): Promise<MissingReference[]> {
  const references = referencesOf(set)
  if (references.length === 0) return []
  const accounts = await sql.query<{ id: string; name: string }>('select id, name from accounts where id in (select account_id from assignments where permission_set_id = $1)', [set.id])
  const nameOf = new Map(accounts.map((account) => [account.id, account.name]))
  return (await missingPolicies(sql, [...nameOf.keys()], references, most)).map(({ accountId, reference }) => ({ reference, account: { id: accountId, name: nameOf.get(accountId)! } }))
}
