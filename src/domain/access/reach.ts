// What one user reaches: accounts with their permission sets, and applications. Every question is one
// statement, and each goes through the indexes from the user outwards; what was granted for a time counts while it lasts.
import { actingAs } from '../directory/index.js'
import { systemClock, type Clock } from '../../platform/clock.js'
import { Refusal } from '../../platform/errors.js'
import { isUuid } from '../../platform/ids.js'
import type { Executor, Row } from '../../platform/storage/database.js'
import { Gathering } from '../../platform/storage/gathering.js'
import { columnsOf as applicationColumns, fromRow as applicationFromRow, type Application } from './applications.js'
import { columnsOf as permissionSetColumns, fromRow as permissionSetFromRow, type PermissionSet } from './permission-sets.js'

export interface RoleReach {
  permissionSetId: string
  name: string
  description: string | undefined
}

export interface AccountReach {
  id: string
  name: string
  alias: string | undefined
  email: string
  roles: RoleReach[]
}

export interface AccountPage {
  accounts: AccountReach[]
  /** How many accounts the search finds. */
  matches: number
  /** How many accounts the user reaches. */
  total: number
}

interface PageOptions {
  /** Part of an account's name, id, alias or address, or of a permission set's name. */
  search?: string
  offset?: number
  limit?: number
}

/** A permission set that somebody holds in an account. */
export type HeldPermissionSet = PermissionSet & {
  /** The grant that it is held by, where nothing but a grant gives it, and until when. */
  grant?: { requestId: string; endsAt: Date }
}

/** A role that somebody wants to act as, or acts as. */
export interface Wanted {
  userId: string
  accountId: string
  permissionSetName: string
}

/** Of several ways to hold the same, an assignment comes first, then the grant that lasts longest. */
const heldBy = `
  with recursive wanted(n, user_id, account_id, name) as (
    select * from unnest($1::int[], $2::uuid[], $3::char(12)[], $4::text[])
  ), acting(user_id, id) as (
    select user_id, user_id from wanted
    union select user_id, group_id from group_members where user_id = any($2::uuid[])
  ), mine(user_id, id) as (
    select user_id, id from acting
    union select i.user_id, m.group_id from group_members m join mine i on m.member_group_id = i.id
  )
  select w.n, ${permissionSetColumns('s')}, way.request_id, way.ends_at from wanted w join permission_sets s on lower(s.name) = lower(w.name)
  cross join lateral (
    select a.request_id, a.ends_at from held($5::timestamptz) a join mine i on i.id = a.principal_id
    where i.user_id = w.user_id and a.account_id = w.account_id and a.permission_set_id = s.id order by a.ends_at desc nulls first limit 1
  ) way`

export class Reach {
  readonly #held: Gathering<Wanted, HeldPermissionSet>

  constructor(private readonly sql: Executor, private readonly clock: Clock = systemClock) {
    this.#held = new Gathering((wanted) => this.held(wanted))
  }

  /** Says of each whether they hold it, and by what. */
  async held(wanted: readonly Wanted[]): Promise<(HeldPermissionSet | undefined)[]> {
    const rows = await this.sql.query(heldBy, [wanted.map((_, n) => n), wanted.map(({ userId }) => userId), wanted.map(({ accountId }) => accountId), wanted.map(({ permissionSetName }) => permissionSetName), this.#now])
    const found = new Map(rows.map((row) => [row.n as number, heldFromRow(row)]))
    return wanted.map((_, n) => found.get(n))
  }

  /** Lists the accounts a user reaches, by name, each with its permission sets. */
  async accounts(userId: string, { search = '', offset = 0, limit = 100 }: PageOptions = {}): Promise<AccountPage> {
    const rows = await this.sql.query(
      `${actingAs}, reached as materialized (
         select account_id, array_agg(permission_set_id) as sets from held($6::timestamptz)
         where principal_id = any(array(select id from mine)) group by account_id
       ), found as (
         select a.id, a.name, a.alias, a.email, r.sets from reached r join accounts a on a.id = r.account_id
         where $2 = ''
           or strpos(lower(a.name || ' ' || a.id || ' ' || coalesce(a.alias, '') || ' ' || a.email), lower($2)) > 0
           or $3 <> '' and strpos(a.id, $3) > 0
           or exists (select 1 from permission_sets s where s.id = any(r.sets) and strpos(lower(s.name), lower($2)) > 0)
       ), page as (
         select *, count(*) over () as matches from found order by lower(name), id offset $4 limit $5
       )
       select p.id, p.name, p.alias, p.email, p.matches, s.id as set_id, s.name as set_name, s.description as set_description, (select count(*) from reached) as total
       from page p join permission_sets s on s.id = any(p.sets)
       order by lower(p.name), p.id, lower(s.name)`,
      [userId, search, digitsOf(search), offset, limit, this.#now],
    )
    if (rows.length > 0) return { accounts: gather(rows), matches: Number(rows[0]!.matches), total: Number(rows[0]!.total) }
    return { accounts: [], matches: 0, total: await this.#countAccounts(userId) }
  }

  /** Lists the permission sets a user holds in one account, by name. */
  async roles(userId: string, accountId: string, { offset = 0, limit = 100 }: PageOptions = {}): Promise<PermissionSet[]> {
    const rows = await this.sql.query(
      `${actingAs} select distinct ${permissionSetColumns('s')}, lower(s.name) as sort_name from held($5::timestamptz) a join permission_sets s on s.id = a.permission_set_id
       where a.principal_id = any(array(select id from mine)) and a.account_id = $2 order by sort_name offset $3 limit $4`,
      [userId, accountId, offset, limit, this.#now],
    )
    return rows.map(permissionSetFromRow)
  }

  /** Returns the permission set that a user holds in an account under a name, or refuses; it does not tell whether either exists. */
  async requireRole(userId: string, accountId: string, permissionSetName: string): Promise<HeldPermissionSet> {
    const isNameable = isUuid(userId) && /^\d{12}$/.test(accountId) && !permissionSetName.includes('\0')
    const permissionSet = isNameable ? await this.#held.find({ userId, accountId, permissionSetName }) : undefined
    if (!permissionSet) throw new Refusal('forbidden', 'That permission set is not assigned to you in that account.')
    return permissionSet
  }

  get #now(): Date {
    return new Date(this.clock())
  }

  async #countAccounts(userId: string): Promise<number> {
    const [row] = await this.sql.query(`${actingAs} select count(distinct account_id) as total from held($2::timestamptz) where principal_id = any(array(select id from mine))`, [userId, this.#now])
    return Number(row!.total)
  }

  /** Lists the applications that a user finds in the portal, by name: those assigned, and those that are everybody's. */
  async applications(userId: string): Promise<Application[]> {
    const rows = await this.sql.query(
      `${actingAs} select ${applicationColumns('a')} from applications a where a.enabled and a.visible and (not a.assignment_required or exists (
         select 1 from application_assignments p join mine on p.principal_id = mine.id where p.application_id = a.id))
       order by lower(a.name)`,
      [userId],
    )
    return rows.map(applicationFromRow)
  }

  /** True when the user may sign in to the application with this client_id. */
  async mayUseClient(userId: string, clientId: string): Promise<boolean> {
    const rows = await this.sql.query(
      `${actingAs} select 1 from applications a where a.client_id = $2 and a.enabled and (not a.assignment_required or exists (
         select 1 from application_assignments p join mine on p.principal_id = mine.id where p.application_id = a.id))`,
      [userId, clientId],
    )
    return rows.length > 0
  }
}

const heldFromRow = (row: Row): HeldPermissionSet =>
  ({ ...permissionSetFromRow(row), ...(row.request_id !== null && { grant: { requestId: row.request_id as string, endsAt: row.ends_at as Date } }) })

/** An account id is searched for with or without its dashes. */
const digitsOf = (search: string): string => (/^[\d\s-]+$/.test(search) ? search.replace(/\D/g, '') : '')

function gather(rows: Row[]): AccountReach[] {
  const accounts = new Map<string, AccountReach>()
  for (const row of rows) {
    const id = row.id as string
    const account = accounts.get(id) ?? { id, name: row.name as string, alias: (row.alias as string | null) ?? undefined, email: row.email as string, roles: [] }
    account.roles.push({ permissionSetId: row.set_id as string, name: row.set_name as string, description: (row.set_description as string | null) ?? undefined })
    accounts.set(id, account)
  }
  return [...accounts.values()]
}
