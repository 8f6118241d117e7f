// What somebody holds and by which way: every assignment of a person, of a group that they are in, or of one group itself,
// with the names that people know things by.
import { actingAs } from '../directory/index.js'
import type { Executor } from '../../platform/storage/database.js'
import { pageOf, type Page, type PageRequest } from '../../platform/storage/paging.js'
import type { Principal } from './assignments.js'

/** A permission set in an account, and who it is assigned to. */
export interface HeldRole {
  account: { id: string; name: string }
  permissionSet: { id: string; name: string }
  holder: Principal
}

export interface HeldApplication {
  application: { id: string; name: string }
  holder: Principal
}

interface RoleRow extends Record<string, unknown> {
  account_id: string
  account_name: string
  permission_set_id: string
  permission_set_name: string
  principal_id: string
  principal_type: Principal['type']
}

interface ApplicationRow extends Record<string, unknown> {
  id: string
  name: string
  principal_id: string
  principal_type: Principal['type']
}

const mostApplications = 200
const holders = (principal: Principal): string => (principal.type === 'USER' ? actingAs : 'with mine(id) as (select $1::uuid)')

export class Held {
  constructor(private readonly sql: Executor) {}

  /** Lists a page of what is held in accounts, by account. */
  async roles(principal: Principal, { after, limit }: PageRequest): Promise<Page<HeldRole>> {
    const [account, set, holder] = after?.split(' ') ?? []
    const rows = await this.sql.query<RoleRow>(
      `${holders(principal)} select a.account_id, c.name as account_name, a.permission_set_id, s.name as permission_set_name, a.principal_id, a.principal_type
       from assignments a join accounts c on c.id = a.account_id join permission_sets s on s.id = a.permission_set_id
       where a.principal_id = any(array(select id from mine)) and ($2::char(12) is null or (a.account_id, a.permission_set_id, a.principal_id) > ($2, $3, $4::uuid))
       order by a.account_id, a.permission_set_id, a.principal_id limit $5`,
      [principal.id, account ?? null, set ?? null, holder ?? null, limit + 1])
    return pageOf(rows, limit, (row) => `${row.account_id} ${row.permission_set_id} ${row.principal_id}`, (row) => ({
      account: { id: row.account_id, name: row.account_name }, permissionSet: { id: row.permission_set_id, name: row.permission_set_name }, holder: holderOf(row),
    }))
  }

  /** Lists the applications that are assigned, by name, up to two hundred. */
  async applications(principal: Principal): Promise<HeldApplication[]> {
    const rows = await this.sql.query<ApplicationRow>(
      `${holders(principal)} select a.id, a.name, p.principal_id, p.principal_type from application_assignments p join applications a on a.id = p.application_id
       where p.principal_id = any(array(select id from mine)) order by lower(a.name), p.principal_id limit $2`, [principal.id, mostApplications])
    return rows.map((row) => ({ application: { id: row.id, name: row.name }, holder: holderOf(row) }))
  }
}

const holderOf = (row: Pick<RoleRow, 'principal_id' | 'principal_type'>): Principal => ({ type: row.principal_type, id: row.principal_id })
