// What somebody may ask for, and who would answer.
import { actingAs, type Email } from '../directory/index.js'
import { systemClock, type Clock } from '../../platform/clock.js'
import type { Executor, Row } from '../../platform/storage/database.js'

/** A permission set that somebody may ask for in at least one account. */
export interface RequestableSet {
  id: string
  name: string
  description: string | undefined
  /** Seconds. */
  longestDuration: number
  approvalsNeeded: number
  reasonRequired: boolean
  /** Names of the groups whose members answer. */
  approvers: string[]
}

export interface RequestableAccount {
  id: string
  name: string
  /** Held already by an assignment: there is nothing to ask for. */
  isAssigned: boolean
  /** Until when it is granted by now; asking goes on from there. */
  grantedUntil: Date | undefined
  /** The request that waits already. */
  pendingId: string | undefined
}

/** What a rule says about one wish. */
export interface Prospect {
  set: RequestableSet
  account: RequestableAccount
  /** The grant that another would go on from. */
  lastGrant: { requestId: string; endsAt: Date } | undefined
}

/** Somebody who may answer. */
export interface Approver {
  id: string
  userName: string
  displayName: string
  emails: Email[]
}

const setColumns = `s.id, s.name, s.description, r.longest_duration, r.approvals_needed, r.reason_required,
  (select coalesce(jsonb_agg(n.display_name order by lower(n.display_name)), '[]') from access_rule_groups g join groups n on n.id = g.group_id where g.permission_set_id = s.id and g.part = 'approver') as approvers`

/** Below `actingAs`: the rule `r` lets the user ask. */
const mayAsk = `(r.everybody or exists (select from access_rule_groups g join mine on mine.id = g.group_id where g.permission_set_id = r.permission_set_id and g.part = 'requester'))`

/** The rule `r` is for the account `a`. */
const isFor = `(r.all_accounts or exists (select from access_rule_accounts l where l.permission_set_id = r.permission_set_id and l.account_id = a.id))`

/** Below `actingAs`: how the user stands to the account `a` and the set of rule `r` at the time of the second parameter. */
const standing = `
  exists (select from assignments h join mine on mine.id = h.principal_id where h.account_id = a.id and h.permission_set_id = r.permission_set_id) as assigned,
  (select g.ends_at from access_grants g where g.user_id = $1 and g.account_id = a.id and g.permission_set_id = r.permission_set_id and g.ends_at > $2 order by g.ends_at desc limit 1) as granted_until,
  (select g.request_id from access_grants g where g.user_id = $1 and g.account_id = a.id and g.permission_set_id = r.permission_set_id and g.ends_at > $2 order by g.ends_at desc limit 1) as grant_id,
  (select p.id from access_requests p where p.user_id = $1 and p.account_id = a.id and p.permission_set_id = r.permission_set_id and p.state = 'pending' and p.expires_at > $2) as pending_id`

const mostAccounts = 1000

export class Requestable {
  constructor(private readonly sql: Executor, private readonly clock: Clock = systemClock) {}

  /** Lists the permission sets that somebody may ask for, by name. */
  async list(userId: string): Promise<RequestableSet[]> {
    const rows = await this.sql.query(`${actingAs} select ${setColumns} from access_rules r join permission_sets s on s.id = r.permission_set_id where ${mayAsk} order by lower(s.name)`, [userId])
    return rows.map(setOf)
  }

  /** Lists the accounts in which somebody may ask for a permission set, by name, at most 1,000. */
  async listAccounts(userId: string, permissionSetId: string): Promise<RequestableAccount[]> {
    const rows = await this.sql.query(
      `${actingAs} select a.id as account_id, a.name as account_name, ${standing} from access_rules r join accounts a on ${isFor}
       where r.permission_set_id = $3 and ${mayAsk} order by lower(a.name), a.id limit ${mostAccounts}`,
      [userId, new Date(this.clock()), permissionSetId])
    return rows.map(accountOf)
  }

  /** Finds what somebody would ask for; undefined where no rule lets them. */
  async find(userId: string, accountId: string, permissionSetId: string): Promise<Prospect | undefined> {
    const [row] = await this.sql.query(
      `${actingAs} select ${setColumns}, a.id as account_id, a.name as account_name, ${standing} from access_rules r join permission_sets s on s.id = r.permission_set_id join accounts a on ${isFor}
       where r.permission_set_id = $3 and a.id = $4 and ${mayAsk} and exists (select from users u where u.id = $1 and u.active)`,
      [userId, new Date(this.clock()), permissionSetId, accountId])
    if (!row) return undefined
    return { set: setOf(row), account: accountOf(row), lastGrant: row.grant_id === null ? undefined : { requestId: row.grant_id as string, endsAt: row.granted_until as Date } }
  }

  /** Finds the id of a permission set by its name, whatever the case. */
  async findSetId(name: string): Promise<string | undefined> {
    const [row] = await this.sql.query<{ id: string }>('select id from permission_sets where lower(name) = lower($1)', [name])
    return row?.id
  }

  /** Lists everybody active who may answer for a permission set but one person, by name. */
  async listApprovers(permissionSetId: string, butFor: string): Promise<Approver[]> {
    const rows = await this.sql.query(
      `with recursive answering(id) as (
         select group_id from access_rule_groups where permission_set_id = $1 and part = 'approver'
         union select m.member_group_id from group_members m join answering a on a.id = m.group_id where m.member_group_id is not null
       ) select u.id, u.user_name, u.display_name, u.emails from users u
       where u.active and u.id <> $2 and u.id in (select m.user_id from group_members m join answering a on a.id = m.group_id where m.user_id is not null) order by lower(u.user_name)`,
      [permissionSetId, butFor])
    return rows.map((row) => ({ id: row.id as string, userName: row.user_name as string, displayName: row.display_name as string, emails: row.emails as Email[] }))
  }
}

const setOf = (row: Row): RequestableSet => ({
  id: row.id as string,
  name: row.name as string,
  description: (row.description as string | null) ?? undefined,
  longestDuration: row.longest_duration as number,
  approvalsNeeded: row.approvals_needed as number,
  reasonRequired: row.reason_required as boolean,
  approvers: row.approvers as string[],
})

const accountOf = (row: Row): RequestableAccount => ({
  id: row.account_id as string,
  name: row.account_name as string,
  isAssigned: row.assigned as boolean,
  grantedUntil: (row.granted_until as Date | null) ?? undefined,
  pendingId: (row.pending_id as string | null) ?? undefined,
})
