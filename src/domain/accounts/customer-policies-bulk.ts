// Many customer managed policies at once, each step one statement.
import { newIamId } from '../../platform/ids.js'
import type { Executor } from '../../platform/storage/database.js'
import type { Tags } from './tags.js'

export interface NewCustomerPolicy {
  accountId: string
  name: string
  path: string
  description?: string | undefined
  document: string
  tags?: Tags
}

export interface ReplacedPolicy {
  id: string
  description: string | undefined
  document: string
  tags: Tags
}

/** Creates policies with their first versions, all or none. */
export async function createPolicies(sql: Executor, policies: readonly NewCustomerPolicy[], now: Date): Promise<void> {
  const rows = policies.map(({ accountId, name, path, description, document, tags = {} }) => ({ id: newIamId('ANPA'), account_id: accountId, name, path, description: description || null, document, tags }))
  await sql.query(
    `with given as (select * from jsonb_to_recordset($1::jsonb) as r(id text, account_id char(12), name text, path text, description text, document text, tags jsonb)), made as (
       insert into iam_policies (id, account_id, name, path, description, tags, default_version, latest_version, created_at, updated_at)
       select id, account_id, name, path, description, tags, 1, 1, $2, $2 from given)
     insert into iam_policy_versions (policy_id, version, document, created_at) select id, 1, document, $2 from given`, [JSON.stringify(rows), now.toISOString()])
}

const given = 'jsonb_to_recordset($1::jsonb) as r(id text, description text, document text, tags jsonb)'

/** Replaces descriptions, tags and documents; where there are as many versions as there can be, the oldest that does not count makes room. */
export async function replacePolicies(sql: Executor, policies: readonly ReplacedPolicy[], { now, mostVersions }: { now: Date; mostVersions: number }): Promise<void> {
  const rows = JSON.stringify(policies.map(({ id, description, document, tags }) => ({ id, description: description || null, document, tags })))
  await sql.query(`update iam_policies p set description = r.description, tags = r.tags from ${given} where p.id = r.id`, [rows])
  const changed = await sql.query<{ id: string }>(
    `select p.id from iam_policies p join ${given} on r.id = p.id join iam_policy_versions v on v.policy_id = p.id and v.version = p.default_version where v.document::jsonb <> r.document::jsonb for update of p`, [rows])
  const ids = changed.map(({ id }) => id)
  await sql.query(
    `delete from iam_policy_versions v using (
       select o.policy_id, o.version, row_number() over (partition by o.policy_id order by o.version) as age, count(*) over (partition by o.policy_id) as others
       from iam_policy_versions o join iam_policies p on p.id = o.policy_id where o.policy_id = any($1) and o.version <> p.default_version) as old
     where v.policy_id = old.policy_id and v.version = old.version and old.others >= $2::int - 1 and old.age = 1`, [ids, mostVersions])
  await sql.query(
    `with moved as (
       update iam_policies set latest_version = latest_version + 1, default_version = latest_version + 1, updated_at = $3 where id = any($2) returning id, latest_version)
     insert into iam_policy_versions (policy_id, version, document, created_at) select moved.id, moved.latest_version, r.document, $3 from moved join ${given} on r.id = moved.id`, [rows, ids, now.toISOString()])
}
