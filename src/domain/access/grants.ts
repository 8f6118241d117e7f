// Grants: permission sets that people hold in accounts for a time, because somebody approved it. They are no
// assignments: nothing that lists or declares those sees them; `held` in the database has both.
import type { Executor, Row } from '../../platform/storage/database.js'

export interface Grant {
  /** The request it came of, which names it. */
  requestId: string
  userId: string
  accountId: string
  permissionSetId: string
  startsAt: Date
  endsAt: Date
}

/** Credentials that were issued under a grant and may still be good. */
export interface GrantSession {
  requestId: string
  accessKeyId: string
}

const columns = 'request_id, user_id, account_id, permission_set_id, starts_at, ends_at'

export class Grants {
  constructor(private readonly sql: Executor) {}

  async start({ requestId, userId, accountId, permissionSetId, startsAt, endsAt }: Grant): Promise<void> {
    await this.sql.query(`insert into access_grants (${columns}) values ($1, $2, $3, $4, $5, $6)`, [requestId, userId, accountId, permissionSetId, startsAt, endsAt])
  }

  async find(requestId: string): Promise<Grant | undefined> {
    const [row] = await this.sql.query(`select ${columns} from access_grants where request_id = $1`, [requestId])
    return row && fromRow(row)
  }

  /** Ends grants that have not ended by themselves, and returns those that it ended. */
  async end(requestIds: readonly string[], now: Date): Promise<Grant[]> {
    const rows = await this.sql.query(
      `update access_grants set ends_at = $2, starts_at = least(starts_at, $2) where request_id = any($1) and ends_at > $2 returning ${columns}`, [requestIds, now])
    return rows.map(fromRow)
  }

  /** Lists the grants in force or to come of a person, a permission set or an account. */
  async listOpen(of: { userId?: string | undefined; permissionSetId?: string | undefined; accountId?: string | undefined }, now: Date): Promise<Grant[]> {
    const rows = await this.sql.query(
      `select ${columns} from access_grants where ends_at > $1 and ($2::uuid is null or user_id = $2) and ($3::text is null or permission_set_id = $3)
         and ($4::char(12) is null or account_id = $4) order by request_id`,
      [now, of.userId ?? null, of.permissionSetId ?? null, of.accountId ?? null])
    return rows.map(fromRow)
  }

  /** Keeps which credentials are about to be issued under a grant; false where it has ended, and then nothing may be issued. */
  async recordSession({ requestId, accessKeyId }: GrantSession, expiresAt: Date, now: Date): Promise<boolean> {
    // The row is locked against an end at this very moment: either that finds this session, or this finds the end.
    const rows = await this.sql.query(
      `with open as (select request_id from access_grants where request_id = $1 and starts_at <= $4 and ends_at > $4 for share),
         forgotten as (delete from access_grant_sessions where expires_at < $4)
       insert into access_grant_sessions (access_key_id, request_id, expires_at) select $2, request_id, $3 from open returning request_id`,
      [requestId, accessKeyId, expiresAt, now])
    return rows.length > 0
  }

  /** Lists the credentials issued under grants that are not over yet. */
  async listSessions(requestIds: readonly string[], now: Date): Promise<GrantSession[]> {
    const rows = await this.sql.query<{ request_id: string; access_key_id: string }>(
      'select request_id, access_key_id from access_grant_sessions where request_id = any($1) and expires_at > $2', [requestIds, now])
    return rows.map((row) => ({ requestId: row.request_id, accessKeyId: row.access_key_id }))
  }
}

const fromRow = (row: Row): Grant => ({
  requestId: row.request_id as string,
  userId: row.user_id as string,
  accountId: row.account_id as string,
  permissionSetId: row.permission_set_id as string,
  startsAt: row.starts_at as Date,
  endsAt: row.ends_at as Date,
})
