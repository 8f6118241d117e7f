// Assignments in pages: by place, by principal, and where permission sets are in use. Every list goes through an index.
import { actingAs } from '../directory/index.js'
import type { Executor, Row } from '../../platform/storage/database.js'
import { pageOf, type Page, type PageRequest } from '../../platform/storage/paging.js'
import type { ApplicationAssignment, Assignment, Principal } from './assignments.js'

/** Who is asked about: a user comes with all groups that the user is in, also through others. */
const principals = (principal: Principal): string => (principal.type === 'USER' ? actingAs : 'with mine(id) as (select $1::uuid)')

/** An assignment as people read it. */
export interface NamedAssignment extends Assignment {
  accountName: string
  permissionSetName: string
  /** None for somebody who is gone. */
  principalName: string | undefined
  /** Of users. */
  displayName: string | undefined
}

/** What is gone is called by its id. */
const names = `coalesce(c.name, a.account_id::text) as account_name, coalesce(s.name, a.permission_set_id) as set_name, coalesce(u.user_name, g.display_name) as principal_name, u.display_name`
const namedBy = `left join accounts c on c.id = a.account_id left join permission_sets s on s.id = a.permission_set_id
       left join users u on a.principal_type = 'USER' and u.id = a.principal_id left join groups g on a.principal_type = 'GROUP' and g.id = a.principal_id`
/** A principal as people read it. */
export type NamedPrincipal = Pick<NamedAssignment, 'principal' | 'principalName' | 'displayName'>

export class AssignmentPages {
  constructor(private readonly sql: Executor) {}

  /** Lists who has a permission set in an account. */
  async ofPlace({ accountId, permissionSetId }: Pick<Assignment, 'accountId' | 'permissionSetId'>, { after, limit }: PageRequest): Promise<Page<Assignment>> {
    const rows = await this.sql.query(
      `select account_id, permission_set_id, principal_id, principal_type from assignments where account_id = $1 and permission_set_id = $2 and ($3::uuid is null or principal_id > $3) order by principal_id limit $4`,
      [accountId, permissionSetId, after ?? null, limit + 1])
    return pageOf(rows, limit, (row) => row.principal_id as string, assignmentOf)
  }

  /** Lists what a principal has, a user also through groups. */
  async ofPrincipal(principal: Principal, { accountId, after, limit }: PageRequest & { accountId?: string | undefined }): Promise<Page<Assignment>> {
    const [account, set, holder] = after?.split(' ') ?? []
    const rows = await this.sql.query(
      `${principals(principal)} select account_id, permission_set_id, principal_id, principal_type from assignments
       where principal_id = any(array(select id from mine)) and ($2::char(12) is null or account_id = $2) and ($3::char(12) is null or (account_id, permission_set_id, principal_id) > ($3, $4, $5::uuid))
       order by account_id, permission_set_id, principal_id limit $6`,
      [principal.id, accountId ?? null, account ?? null, set ?? null, holder ?? null, limit + 1])
    return pageOf(rows, limit, keyOf, assignmentOf)
  }

  /** Lists assignments with the names of all that they are about: in an account, of a permission set, or both. */
  async named({ accountId, permissionSetId, principalId, after, limit }: PageRequest & { accountId?: string | undefined; permissionSetId?: string | undefined; principalId?: string | undefined }): Promise<Page<NamedAssignment>> {
    const [account, set, holder] = after?.split(' ') ?? []
    const rows = await this.sql.query(
      `select a.account_id, a.permission_set_id, a.principal_id, a.principal_type, ${names}
       from (select * from assignments where ($1::char(12) is null or account_id = $1) and ($2::text is null or permission_set_id = $2) and ($7::uuid is null or principal_id = $7)
         and ($3::char(12) is null or (account_id, permission_set_id, principal_id) > ($3, $4, $5::uuid)) order by account_id, permission_set_id, principal_id limit $6) a
       ${namedBy} order by a.account_id, a.permission_set_id, a.principal_id`,
      [accountId ?? null, permissionSetId ?? null, account ?? null, set ?? null, holder ?? null, limit + 1, principalId ?? null])
    return pageOf(rows, limit, keyOf, namedOf)
  }

  /** Names what some assignments are about, in their order, whether or not they are there. */
  async naming(assignments: readonly Assignment[]): Promise<NamedAssignment[]> {
    const rows = await this.sql.query(
      `select a.account_id, a.permission_set_id, a.principal_id, a.principal_type, ${names}
       from (select * from jsonb_to_recordset($1::jsonb) as r(n int, account_id text, permission_set_id text, principal_id uuid, principal_type text)) a ${namedBy} order by a.n`,
      [JSON.stringify(assignments.map(({ accountId, permissionSetId, principal: { id, type } }, n) => ({ n, account_id: accountId, permission_set_id: permissionSetId, principal_id: id, principal_type: type })))])
    return rows.map(namedOf)
  }

  /** Counts the assignments of permission sets, and the accounts in which they are assigned. */
  async countOf(permissionSetIds: readonly string[]): Promise<Map<string, { assignments: number; accounts: number }>> {
    const rows = await this.sql.query<{ id: string; assignments: number; accounts: number }>(
      'select permission_set_id as id, count(*)::int as assignments, count(distinct account_id)::int as accounts from assignments where permission_set_id = any($1) group by permission_set_id', [permissionSetIds])
    return new Map(rows.map(({ id, ...counts }) => [id, counts]))
  }

  /** Lists the permission sets that somebody has in an account. */
  async setsIn(accountId: string, { after, limit }: PageRequest): Promise<Page<string>> {
    const rows = await this.sql.query<{ id: string }>(
      `select distinct permission_set_id as id from assignments where account_id = $1 and ($2::text is null or permission_set_id > $2) order by 1 limit $3`, [accountId, after ?? null, limit + 1])
    return pageOf(rows, limit, ({ id }) => id, ({ id }) => id)
  }

  /** Lists the accounts in which somebody has a permission set. */
  async accountsOf(permissionSetId: string, { after, limit }: PageRequest): Promise<Page<string>> {
    const rows = await this.sql.query<{ id: string }>(
      `select distinct account_id as id from assignments where permission_set_id = $1 and ($2::char(12) is null or account_id > $2) order by 1 limit $3`, [permissionSetId, after ?? null, limit + 1])
    return pageOf(rows, limit, ({ id }) => id, ({ id }) => id)
  }

  /** Lists who is assigned to an application. */
  async ofApplication(applicationId: string, { after, limit }: PageRequest): Promise<Page<ApplicationAssignment>> {
    const rows = await this.sql.query(
      `select application_id, principal_id, principal_type from application_assignments where application_id = $1 and ($2::uuid is null or principal_id > $2) order by principal_id limit $3`,
      [applicationId, after ?? null, limit + 1])
    return pageOf(rows, limit, (row) => row.principal_id as string, applicationAssignmentOf)
  }

  /** The same with their names, by their ids. */
  async namedOfApplication(applicationId: string, { after, limit }: PageRequest): Promise<Page<NamedPrincipal>> {
    const rows = await this.sql.query(
      `select a.principal_id, a.principal_type, coalesce(u.user_name, g.display_name) as principal_name, u.display_name
       from (select * from application_assignments where application_id = $1 and ($2::uuid is null or principal_id > $2) order by principal_id limit $3) a
       left join users u on a.principal_type = 'USER' and u.id = a.principal_id left join groups g on a.principal_type = 'GROUP' and g.id = a.principal_id order by a.principal_id`,
      [applicationId, after ?? null, limit + 1])
    return pageOf(rows, limit, (row) => row.principal_id as string, (row) => ({
      principal: principalOf(row), principalName: (row.principal_name as string | null) ?? undefined, displayName: (row.display_name as string | null) ?? undefined,
    }))
  }

  /** Says which of some principals are assigned to an application themselves. */
  async assignedAmong(applicationId: string, principalIds: readonly string[]): Promise<string[]> {
    const rows = await this.sql.query<{ id: string }>('select principal_id as id from application_assignments where application_id = $1 and principal_id = any($2::uuid[])', [applicationId, principalIds])
    return rows.map(({ id }) => id)
  }

  /** Says which of some principals there are. */
  async principalsAmong(principals: readonly Principal[]): Promise<Principal[]> {
    const idsOf = (wanted: Principal['type']): string[] => principals.filter(({ type }) => type === wanted).map(({ id }) => id)
    const rows = await this.sql.query<{ id: string; type: Principal['type'] }>(
      `select id, 'USER' as type from users where id = any($1::uuid[]) union all select id, 'GROUP' from groups where id = any($2::uuid[])`, [idsOf('USER'), idsOf('GROUP')])
    return rows.map(({ id, type }) => ({ id, type }))
  }

  /** Lists the applications that a principal is assigned to, a user also through groups. */
  async applicationsOfPrincipal(principal: Principal, { applicationId, after, limit }: PageRequest & { applicationId?: string | undefined }): Promise<Page<ApplicationAssignment>> {
    const [application, holder] = after?.split(' ') ?? []
    const rows = await this.sql.query(
      `${principals(principal)} select application_id, principal_id, principal_type from application_assignments
       where principal_id = any(array(select id from mine)) and ($2::text is null or application_id = $2) and ($3::text is null or (application_id, principal_id) > ($3, $4::uuid))
       order by application_id, principal_id limit $5`,
      [principal.id, applicationId ?? null, application ?? null, holder ?? null, limit + 1])
    return pageOf(rows, limit, (row) => `${row.application_id as string} ${row.principal_id as string}`, applicationAssignmentOf)
  }

  async isAssigned({ applicationId, principal }: ApplicationAssignment): Promise<boolean> {
    return (await this.sql.query('select 1 from application_assignments where application_id = $1 and principal_id = $2 and principal_type = $3', [applicationId, principal.id, principal.type])).length > 0
  }
}

const keyOf = (row: Row): string => `${row.account_id as string} ${row.permission_set_id as string} ${row.principal_id as string}`

const namedOf = (row: Row): NamedAssignment => ({
  ...assignmentOf(row), accountName: row.account_name as string, permissionSetName: row.set_name as string, principalName: (row.principal_name as string | null) ?? undefined,
  displayName: (row.display_name as string | null) ?? undefined,
})

const principalOf = (row: Row): Principal => ({ type: row.principal_type as Principal['type'], id: row.principal_id as string })

const assignmentOf = (row: Row): Assignment => ({ accountId: row.account_id as string, permissionSetId: row.permission_set_id as string, principal: principalOf(row) })

const applicationAssignmentOf = (row: Row): ApplicationAssignment => ({ applicationId: row.application_id as string, principal: principalOf(row) })

/** Lists where groups, and the groups that they are in, have which permission sets, by their names. */
export async function placesOfGroups(sql: Executor, groupIds: readonly string[]): Promise<{ accountId: string; permissionSet: string }[]> {
  if (groupIds.length === 0) return []
  const rows = await sql.query<{ account_id: string; name: string }>(
    `with recursive up(id) as (select unnest($1::uuid[]) union select m.group_id from up join group_members m on m.member_group_id = up.id)
     select distinct a.account_id, s.name from assignments a join permission_sets s on s.id = a.permission_set_id where a.principal_id = any(array(select id from up))`, [groupIds])
  return rows.map(({ account_id: accountId, name: permissionSet }) => ({ accountId, permissionSet }))
}
