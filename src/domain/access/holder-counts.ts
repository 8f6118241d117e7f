// How many people hold each of several permission sets, and in how many accounts, in one go.
import type { Database, Executor } from '../../platform/storage/database.js'
import { readWide } from '../../platform/storage/wide-reads.js'

export interface HolderCount {
  people: number
  accounts: number
}

const statement = `
with recursive
  scope as materialized (select distinct permission_set_id as target, account_id, principal_id, principal_type from held($1::timestamptz) where permission_set_id = any($2::text[])),
  closure(target, grp) as (
    select target, principal_id from scope where principal_type = 'GROUP'
    union select c.target, m.member_group_id from closure c join group_members m on m.group_id = c.grp and m.member_group_id is not null
  ),
  reached as (
    select c.target, m.user_id as id from closure c join group_members m on m.group_id = c.grp and m.user_id is not null
    union select target, principal_id from scope where principal_type = 'USER'
  )
select s.target, s.accounts, coalesce(p.people, 0) as people from (select target, count(distinct account_id) as accounts from scope group by target) as s
left join (select r.target, count(*) as people from reached r join users u on u.id = r.id where u.active group by r.target) as p on p.target = s.target`

/** Counts them by the ids of permission sets; one that nobody holds is not there. */
export async function countHolders(sql: Executor | Database, permissionSetIds: readonly string[], moment: Date): Promise<Map<string, HolderCount>> {
  const rows = permissionSetIds.length === 0 ? [] : await readWide(sql, statement, [moment, permissionSetIds])
  return new Map(rows.map(({ target, people, accounts }) => [target as string, { people: Number(people), accounts: Number(accounts) }]))
}
