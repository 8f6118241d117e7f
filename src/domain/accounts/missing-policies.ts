// Policies that are referred to by path and name, whatever the account: where are they not there?
import type { Executor } from '../../platform/storage/database.js'

/** Finds references such as `/team/Base` that lead nowhere, by account, at most `limit`. */
export async function missingPolicies(sql: Executor, accountIds: readonly string[], references: readonly string[], limit = 10): Promise<{ accountId: string; reference: string }[]> {
  if (accountIds.length === 0 || references.length === 0) return []
  const rows = await sql.query<{ account_id: string; reference: string }>(
    `select a.account_id, r.reference from unnest($1::char(12)[]) a(account_id), unnest($2::text[]) r(reference)
     where not exists (select from iam_policies p where p.account_id = a.account_id and lower(p.name) = lower(regexp_replace(r.reference, '^.*/', '')) and p.path || p.name = r.reference)
     order by 1, 2 limit $3`, [accountIds, references, limit])
  return rows.map(({ account_id: accountId, reference }) => ({ accountId, reference }))
}
