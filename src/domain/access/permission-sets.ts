// Permission sets: named templates of policies and a session duration, which become roles in accounts.
import type { Tags } from '../accounts/index.js'
import { Refusal } from '../../platform/errors.js'
import { newId } from '../../platform/ids.js'
import type { Executor, Row } from '../../platform/storage/database.js'
import { narrowed, pageOf, type NarrowedRequest, type Page } from '../../platform/storage/paging.js'
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
  /** Policies of whatever account it is used in, by path and name, such as `/team/Base`; where one is not there, nothing is allowed. */
  customerPolicies: string[]
  inlinePolicy: Record<string, unknown> | undefined
  /** An ARN, or path and name of a policy of the account. */
  permissionsBoundary: string | undefined
  tags: Tags
  createdAt: Date
}

export type NewPermissionSet = Omit<PermissionSet, 'id' | 'customerPolicies' | 'tags' | 'createdAt'> & Partial<Pick<PermissionSet, 'id' | 'customerPolicies' | 'tags'>>

/** The most policies that a set names, of accounts and of the catalogue together. */
export const mostSetPolicies = 20

/** The most tags of what is in the instance. */
export const mostInstanceTags = 75

const taken = { permission_sets_name: 'That permission set name is taken.' }

const written = 'id, name, description, session_duration, relay_state, managed_policies, customer_policies, inline_policy, permissions_boundary, tags'
const columns = `${written}, created_at`
const record = 'r(id text, name text, description text, session_duration integer, relay_state text, managed_policies jsonb, customer_policies jsonb, inline_policy jsonb, permissions_boundary text, tags jsonb)'

export class PermissionSets {
  constructor(private readonly sql: Executor) {}

  async find(id: string): Promise<PermissionSet | undefined> {
    const [row] = await this.sql.query(`select ${columns} from permission_sets where id = $1`, [id])
    return row && fromRow(row)
  }

  /** Finds those of some ids that are there. */
  async among(ids: readonly string[]): Promise<PermissionSet[]> {
    return (await this.sql.query(`select ${columns} from permission_sets where id = any($1)`, [ids])).map(fromRow)
  }

  /** Lists a page of them, by name. */
  async page({ search, those, after, limit }: NarrowedRequest): Promise<Page<PermissionSet>> {
    const parameters = [after ?? null, search ?? null, limit + 1]
    const rows = await this.sql.query(
      `select ${columns}, lower(name) as key from permission_sets t where ($1::text is null or lower(name) > $1) and ($2::text is null or strpos(lower(name), lower($2)) > 0)${narrowed(those, parameters)}
       order by lower(name) limit $3`, parameters)
    return pageOf(rows, limit, (row) => row.key as string, fromRow)
  }

  /** Holds one still for the rest of the transaction, and reads it. */
  async lock(id: string): Promise<PermissionSet> {
    const [row] = await this.sql.query(`select ${columns} from permission_sets where id = $1 for update`, [id])
    if (!row) throw new Refusal('not-found', 'There is no such permission set.')
    return fromRow(row)
  }

  async list(): Promise<PermissionSet[]> {
    return (await this.sql.query(`select ${columns} from permission_sets order by lower(name)`)).map(fromRow)
  }

  /** Creates permission sets, all or none, and returns their ids in the order given. */
  async create(sets: NewPermissionSet[]): Promise<string[]> {
    const rows = sets.map((set) => ({ ...toRow(set), id: set.id ?? newId('ps-') }))
    await refuseTaken(this.sql.query(`insert into permission_sets (${written}) select ${written} from jsonb_to_recordset($1::jsonb) as ${record}`, [JSON.stringify(rows)]), taken)
    return rows.map((row) => row.id)
  }

  async update(sets: (NewPermissionSet & { id: string })[]): Promise<void> {
    await refuseTaken(this.sql.query(
      `update permission_sets s set name = r.name, description = r.description, session_duration = r.session_duration, relay_state = r.relay_state,
         managed_policies = r.managed_policies, customer_policies = r.customer_policies, inline_policy = r.inline_policy, permissions_boundary = r.permissions_boundary, tags = r.tags
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
  customer_policies: set.customerPolicies ?? [],
  inline_policy: set.inlinePolicy ?? null,
  permissions_boundary: set.permissionsBoundary ?? null,
  tags: set.tags ?? {},
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
  customerPolicies: row.customer_policies as string[],
  inlinePolicy: (row.inline_policy as Record<string, unknown> | null) ?? undefined,
  permissionsBoundary: (row.permissions_boundary as string | null) ?? undefined,
  tags: row.tags as Tags,
  createdAt: row.created_at as Date,
})
