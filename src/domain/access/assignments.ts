// Assignments: a user or group × an account × a permission set, and a user or group × an application.
import { newId } from '../../platform/ids.js'
import type { Executor } from '../../platform/storage/database.js'

export interface Principal {
  type: 'USER' | 'GROUP'
  id: string
}

export interface Assignment {
  accountId: string
  permissionSetId: string
  principal: Principal
}

export interface ApplicationAssignment {
  applicationId: string
  principal: Principal
}

/** The most that is assigned, taken away or foreseen in one go. */
export const mostAssignedAtOnce = 20_000

export class Assignments {
  constructor(private readonly sql: Executor) {}

  async list(): Promise<Assignment[]> {
    const rows = await this.sql.query<Record<string, string>>('select account_id, permission_set_id, principal_id, principal_type from assignments')
    return rows.map(assignmentOf)
  }

  async listOfApplications(): Promise<ApplicationAssignment[]> {
    const rows = await this.sql.query<Record<string, string>>('select application_id, principal_id, principal_type from application_assignments')
    return rows.map((row) => ({ applicationId: row.application_id!, principal: principalOf(row) }))
  }

  /** Creates assignments and returns those that it made; those that exist already stay as they are. */
  async create(assignments: readonly Assignment[]): Promise<Assignment[]> {
    const made = await this.sql.query<Record<string, string>>(
      `insert into assignments (id, account_id, permission_set_id, principal_id, principal_type)
       select id, account_id, permission_set_id, principal_id, principal_type
       from jsonb_to_recordset($1::jsonb) as r(id text, account_id char(12), permission_set_id text, principal_id uuid, principal_type text)
       on conflict (principal_id, account_id, permission_set_id) do nothing returning account_id, permission_set_id, principal_id, principal_type`,
      [rows(assignments)],
    )
    return made.map(assignmentOf)
  }

  /** Removes assignments and returns those that there were. */
  async remove(assignments: readonly Assignment[]): Promise<Assignment[]> {
    const gone = await this.sql.query<Record<string, string>>(
      `delete from assignments a using jsonb_to_recordset($1::jsonb) as r(account_id char(12), permission_set_id text, principal_id uuid)
       where a.account_id = r.account_id and a.permission_set_id = r.permission_set_id and a.principal_id = r.principal_id
       returning a.account_id, a.permission_set_id, a.principal_id, a.principal_type`,
      [rows(assignments)],
    )
    return gone.map(assignmentOf)
  }

  /** Removes one; false where there was none. */
  async removeOne({ accountId, permissionSetId, principal }: Assignment): Promise<boolean> {
    const removed = await this.sql.query('delete from assignments where account_id = $1 and permission_set_id = $2 and principal_id = $3 and principal_type = $4 returning id', [accountId, permissionSetId, principal.id, principal.type])
    return removed.length > 0
  }

  async assignApplications(assignments: ApplicationAssignment[]): Promise<void> {
    await this.sql.query(
      `insert into application_assignments (application_id, principal_id, principal_type)
       select application_id, principal_id, principal_type
       from jsonb_to_recordset($1::jsonb) as r(application_id text, principal_id uuid, principal_type text)
       on conflict do nothing`,
      [applicationRows(assignments)],
    )
  }

  async unassignApplications(assignments: ApplicationAssignment[]): Promise<void> {
    await this.sql.query(
      `delete from application_assignments a using jsonb_to_recordset($1::jsonb) as r(application_id text, principal_id uuid)
       where a.application_id = r.application_id and a.principal_id = r.principal_id`,
      [applicationRows(assignments)],
    )
  }
}

const principalOf = (row: Record<string, string>): Principal => ({ type: row.principal_type as Principal['type'], id: row.principal_id! })

const assignmentOf = (row: Record<string, string>): Assignment => ({ accountId: row.account_id!, permissionSetId: row.permission_set_id!, principal: principalOf(row) })

const rows = (assignments: readonly Assignment[]): string =>
  JSON.stringify(assignments.map(({ accountId, permissionSetId, principal }) => (
    { id: newId('asg-'), account_id: accountId, permission_set_id: permissionSetId, principal_id: principal.id, principal_type: principal.type })))

const applicationRows = (assignments: ApplicationAssignment[]): string =>
  JSON.stringify(assignments.map(({ applicationId, principal }) => ({ application_id: applicationId, principal_id: principal.id, principal_type: principal.type })))
