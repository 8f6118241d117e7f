// Which groups and people have a say in the management account: from there everything is administered, so nobody may come to
// be one of them by the word of another directory alone.
import { actingAs } from '../directory/index.js'
import type { Executor } from '../../platform/storage/database.js'

/** Who is assigned something in the management account, or answers requests for something there. */
const holders = `
  holders(id) as (
    select h.principal_id from held($2) h join accounts a on a.id = h.account_id where a.management
    union
    select g.group_id from access_rule_groups g join access_rules r using (permission_set_id)
    where g.part = 'approver' and (r.all_accounts or exists (select from access_rule_accounts s join accounts a on a.id = s.account_id where s.permission_set_id = r.permission_set_id and a.management))
  )`

export class Administering {
  constructor(private readonly sql: Executor, private readonly clock: () => number) {}

  /** True for a group whose members have a say, by itself or by a group that it is in. */
  async isGroup(id: string): Promise<boolean> {
    const rows = await this.sql.query(
      `with recursive around(id) as (select $1::uuid union select m.group_id from group_members m join around o on m.member_group_id = o.id), ${holders}
       select 1 from around join holders using (id) limit 1`, [id, new Date(this.clock())])
    return rows.length > 0
  }

  /** True for a person who has a say, by themselves or by a group, also while they are disabled. */
  async isUser(id: string): Promise<boolean> {
    return (await this.sql.query(`${actingAs}, ${holders} select 1 from mine join holders using (id) limit 1`, [id, new Date(this.clock())])).length > 0
  }
}
