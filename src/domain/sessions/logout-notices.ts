// Sign-outs that an application has yet to hear of: a row each, until it has heard or is given up. A claim hands a row to
// one node for the length of a lease.
import type { Clock } from '../../platform/clock.js'
import { newUuid } from '../../platform/ids.js'
import type { Executor } from '../../platform/storage/database.js'

export interface NewLogoutNotice {
  clientId: string
  userId: string
  /** The session by the name that the application knows; undefined for all of the person's. */
  sid: string | undefined
}

export interface LogoutNotice extends NewLogoutNotice {
  id: string
  queuedAt: Date
  /** How often it was claimed, this time included; tells one claim from the next. */
  attempts: number
}

/** Milliseconds that a claim holds. */
const lease = 60_000
const firstWait = 10_000
const longestWait = 3_600_000
/** An application that does not hear of it for a day has ended its sessions by itself, or never will. */
const giveUpAfter = 24 * 3_600_000

interface Row {
  id: string
  client_id: string
  user_id: string
  sid: string | null
  queued_at: Date
  attempts: number
}

export class LogoutNotices {
  constructor(private readonly sql: Executor, private readonly clock: Clock) {}

  /** Keeps notices, claimed already: whoever adds them sends them. */
  async add(notices: readonly NewLogoutNotice[]): Promise<LogoutNotice[]> {
    const queuedAt = new Date(this.clock())
    const added = notices.map((notice) => ({ ...notice, id: newUuid(), queuedAt, attempts: 1 }))
    if (added.length > 0) {
      await this.sql.query(
        `insert into logout_notices (id, client_id, user_id, sid, queued_at, due_at)
         select id, client_id, user_id, sid, $2, $3 from jsonb_to_recordset($1::jsonb) as r(id uuid, client_id text, user_id uuid, sid text)`,
        [JSON.stringify(added.map(({ id, clientId, userId, sid }) => ({ id, client_id: clientId, user_id: userId, sid }))), queuedAt, new Date(queuedAt.getTime() + lease)])
    }
    return added
  }

  /** Takes notices that are due until the lease ends; no other node gets them before. */
  async claim(most: number): Promise<LogoutNotice[]> {
    const now = this.clock()
    const rows = await this.sql.query<Row & Record<string, unknown>>(
      `with due as materialized (select id from logout_notices where due_at <= $1 order by due_at limit $3 for update skip locked)
       update logout_notices n set attempts = n.attempts + 1, due_at = $2 from due where n.id = due.id returning n.id, n.client_id, n.user_id, n.sid, n.queued_at, n.attempts`,
      [new Date(now), new Date(now + lease), most])
    return rows.map((row) => ({ id: row.id, clientId: row.client_id, userId: row.user_id, sid: row.sid ?? undefined, queuedAt: row.queued_at, attempts: row.attempts }))
  }

  /** Forgets one that was heard, or that nobody has to hear any more. */
  async done({ id }: LogoutNotice): Promise<void> {
    await this.sql.query('delete from logout_notices where id = $1', [id])
  }

  /** Puts off one that was not heard, or forgets it after a day; true where it is tried again. */
  async missed(notice: LogoutNotice): Promise<boolean> {
    const now = this.clock()
    if (now - notice.queuedAt.getTime() >= giveUpAfter) {
      await this.done(notice)
      return false
    }
    const wait = Math.min(longestWait, firstWait * 2 ** Math.min(notice.attempts - 1, 12))
    // Jitter: what failed together does not come back together.
    await this.sql.query('update logout_notices set due_at = $3 where id = $1 and attempts = $2', [notice.id, notice.attempts, new Date(now + wait * (0.5 + Math.random()))])
    return true
  }
}
