// Which policies may be named: those of the catalogue, and those of the same account.
import { Refusal } from '../../platform/errors.js'
import type { Executor } from '../../platform/storage/database.js'
import { findManagedPolicy } from '../policy/index.js'
import { iamArn, readIamArn } from './arns.js'

/** True for the ARN of a policy in the catalogue. */
export const isManaged = (arn: string): boolean => /^arn:aws[a-z-]*:iam::aws:/.test(arn)

/** Finds the ids of customer managed policies by ARN, none for those of the catalogue; refuses one that is not there, or of another account. */
export async function resolvePolicies(sql: Executor, named: readonly { accountId: string; arn: string }[]): Promise<Map<string, string | undefined>> {
  const own = named.filter(({ arn }) => !isManaged(arn)).map(({ accountId, arn }) => ({ accountId, arn, read: readIamArn(arn) }))
  const ids = new Map<string, string>()
  if (own.length > 0) {
    const wanted = own.flatMap(({ read }) => (read ? [{ account_id: read.accountId, name: read.name }] : []))
    const rows = await sql.query(
      `select p.id, p.account_id, p.path, p.name from iam_policies p join (select distinct account_id, lower(name) as folded from jsonb_to_recordset($1::jsonb) as r(account_id char(12), name text)) as w
         on p.account_id = w.account_id and lower(p.name) = w.folded for key share of p`, [JSON.stringify(wanted)])
    for (const row of rows) ids.set(iamArn('policy', { accountId: row.account_id as string, path: row.path as string, name: row.name as string }), row.id as string)
  }
  return new Map(named.map(({ accountId, arn }) => {
    const known = isManaged(arn) ? findManagedPolicy(arn) !== undefined : ids.has(arn) && readIamArn(arn)?.accountId === accountId
    if (!known) throw new Refusal('not-found', `There is no policy ${arn} that can be used here.`)
    return [arn, ids.get(arn)]
  }))
}
