// Who holds a permission set, in numbers and the first names: what there is to say before its policies change.
import { systemClock, type Clock } from '../../platform/clock.js'
import type { Database, Executor } from '../../platform/storage/database.js'
import { readWide } from '../../platform/storage/wide-reads.js'

export interface Holding {
  people: number
  /** The first of them, by user name. */
  names: { id: string; userName: string; displayName: string }[]
  accounts: number
  /** The first of them, by name. */
  accountNames: { id: string; name: string }[]
}

const statement = `
with recursive
  scope as materialized (select distinct account_id::text as account_id, principal_id, principal_type from held($1::timestamptz) where permission_set_id = $2),
  closure(grp) as (
    select principal_id from scope where principal_type = 'GROUP'
    union select m.member_group_id from closure c join group_members m on m.group_id = c.grp and m.member_group_id is not null
  ),
  reached as (select m.user_id as id from closure c join group_members m on m.group_id = c.grp and m.user_id is not null union select principal_id from scope where principal_type = 'USER'),
  people as materialized (select u.id, u.user_name, u.display_name, lower(u.user_name) as sort from reached r join users u on u.id = r.id where u.active)
select (select count(*) from people) as people, (select count(distinct account_id) from scope) as accounts,
  (select jsonb_agg(jsonb_build_object('id', id, 'userName', user_name, 'displayName', display_name) order by sort) from (select * from people order by sort limit $3) as p) as names,
  (select jsonb_agg(jsonb_build_object('id', id, 'name', name) order by lower(name), id) from (select id, name from accounts where id in (select account_id from scope) order by lower(name), id limit $3) as a) as account_names`

export class Holders {
  constructor(private readonly sql: Executor | Database, private readonly clock: Clock = systemClock) {}

  /** Finds them; `names` is how many people and accounts are named. */
  async of(permissionSetId: string, { names = 10 }: { names?: number } = {}): Promise<Holding> {
    const [row] = await readWide(this.sql, statement, [new Date(this.clock()), permissionSetId, names])
    return {
      people: Number(row!.people), names: (row!.names as Holding['names'] | null) ?? [], accounts: Number(row!.accounts), accountNames: (row!.account_names as Holding['accountNames'] | null) ?? [],
    }
  }
}
