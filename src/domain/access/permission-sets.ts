// Permission sets: named templates of policies and a session duration, which become roles in accounts.
import { newId } from '../../platform/ids.js'
import type { Executor, Row } from '../../platform/storage/database.js'
import { refuseTaken } from '../../platform/storage/taken.js'

export interface PermissionSet {
  /** `ps-` and sixteen hexadecimal digits. */
  id: string
  name: string
  description: string | undefined
  /** Seconds a role session lasts, 3,600 to 43,200. */
  sessionDuration: number
  relayState: string | undefined
  managedPolicies: string[]
  inlinePolicy: Record<string, unknown> | undefined
  permissionsBoundary: string | undefined
}

export type NewPermissionSet = Omit<PermissionSet, 'id'> & { id?: string }

const taken = { permission_sets_name: 'That permission set name is taken.' }

const columns = 'id, name, description, session_duration, relay_state, managed_policies, inline_policy, permissions_boundary'
const record = 'r(id text, name text, description text, session_duration integer, relay_state text, managed_policies jsonb, inline_policy jsonb, permissions_boundary text)'

export class PermissionSets {
  constructor(private readonly sql: Executor) {}

  async find(id: string): Promise<PermissionSet | undefined> {
    const [row] = await this.sql.query(`select ${columns} from permission_sets where id = $1`, [id])
    return row && fromRow(row)
  }

  async list(): Promise<PermissionSet[]> {
    return (await this.sql.query(`select ${columns} from permission_sets order by lower(name)`)).map(fromRow)
  }

  /** Creates permission sets, all or none, and returns their ids in the order given. */
  async create(sets: NewPermissionSet[]): Promise<string[]> {
    const rows = sets.map((set) => ({ ...toRow(set), id: set.id ?? newId('ps-') }))
    await refuseTaken(this.sql.query(`insert into permission_sets (${columns}) select ${columns} from jsonb_to_recordset($1::jsonb) as ${record}`, [JSON.stringify(rows)]), taken)
    return rows.map((row) => row.id)
  }

  async update(sets: PermissionSet[]): Promise<void> {
    await refuseTaken(this.sql.query(
      `update permission_sets s set name = r.name, description = r.description, session_duration = r.session_duration, relay_state = r.relay_state,
         managed_policies = r.managed_policies, inline_policy = r.inline_policy, permissions_boundary = r.permissions_boundary
       from jsonb_to_recordset($1::jsonb) as ${record} where s.id = r.id`,
      [JSON.stringify(sets.map((set) => ({ ...toRow(set), id: set.id })))],
    ), taken)
  }

  /** Removes permission sets with their assignments. */
  async remove(ids: string[]): Promise<void> {
    await this.sql.query('delete from permission_sets where id = any($1)', [ids])
  }
}

const toRow = (set: NewPermissionSet): Row => ({
  name: set.name,
  description: set.description ?? null,
  session_duration: set.sessionDuration,
  relay_state: set.relayState ?? null,
  managed_policies: set.managedPolicies,
  inline_policy: set.inlinePolicy ?? null,
  permissions_boundary: set.permissionsBoundary ?? null,
})

/** Names the columns of a row by its table's alias: by name, because a prepared statement outlives a new column. */
export const columnsOf = (alias: string): string => columns.split(', ').map((column) => `${alias}.${column}`).join(', ')

/** Reads a row whose columns are named as in the table. */
export const fromRow = (row: Row): PermissionSet => ({
  id: row.id as string,
  name: row.name as string,
  description: (row.description as string | null) ?? undefined,
  sessionDuration: row.session_duration as number,
  relayState: (row.relay_state as string | null) ?? undefined,
  managedPolicies: row.managed_policies as string[],
  inlinePolicy: (row.inline_policy as Record<string, unknown> | null) ?? undefined,
  permissionsBoundary: (row.permissions_boundary as string | null) ?? undefined,
})
