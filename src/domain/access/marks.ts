// Marks: the roles a person keeps as favourites in the portal, and those opened last.
import { actingAs } from '../directory/index.js'
import { systemClock, type Clock } from '../../platform/clock.js'
import type { Executor } from '../../platform/storage/database.js'

export type MarkKind = 'favourite' | 'recent'

export interface Mark {
  kind: MarkKind
  accountId: string
  accountName: string
  permissionSetId: string
  permissionSetName: string
}

const recentsKept = 6

export class Marks {
  constructor(private readonly sql: Executor, private readonly clock: Clock = systemClock) {}

  /** Lists a user's marks, newest first, leaving out what the user does not reach any more. */
  async list(userId: string): Promise<Mark[]> {
    const rows = await this.sql.query<Record<string, string>>(
      `${actingAs} select m.kind, m.account_id, a.name as account_name, m.permission_set_id, s.name as set_name
       from portal_marks m join accounts a on a.id = m.account_id join permission_sets s on s.id = m.permission_set_id
       where m.user_id = $1 and exists (select 1 from held($2::timestamptz) x
         where x.principal_id = any(array(select id from mine)) and x.account_id = m.account_id and x.permission_set_id = m.permission_set_id)
       order by m.marked_at desc`,
      [userId, new Date(this.clock())],
    )
    return rows.map((row) => ({
      kind: row.kind as MarkKind,
      accountId: row.account_id!,
      accountName: row.account_name!,
      permissionSetId: row.permission_set_id!,
      permissionSetName: row.set_name!,
    }))
  }

  /** Marks a role; of the recent ones only the last six are kept. */
  async add(userId: string, kind: MarkKind, accountId: string, permissionSetId: string): Promise<void> {
    await this.sql.query(
      `insert into portal_marks (user_id, kind, account_id, permission_set_id) values ($1, $2, $3, $4)
       on conflict (user_id, kind, account_id, permission_set_id) do update set marked_at = now()`,
      [userId, kind, accountId, permissionSetId],
    )
    if (kind === 'recent') await this.#forgetOldest(userId)
  }

  async remove(userId: string, kind: MarkKind, accountId: string, permissionSetId: string): Promise<void> {
    await this.sql.query('delete from portal_marks where user_id = $1 and kind = $2 and account_id = $3 and permission_set_id = $4', [userId, kind, accountId, permissionSetId])
  }

  async #forgetOldest(userId: string): Promise<void> {
    await this.sql.query(
      `delete from portal_marks where user_id = $1 and kind = 'recent' and (account_id, permission_set_id) not in (
         select account_id, permission_set_id from portal_marks where user_id = $1 and kind = 'recent' order by marked_at desc limit ${recentsKept})`,
      [userId],
    )
  }
}
