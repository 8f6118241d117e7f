// Rules: which permission sets may be requested, in which accounts, by whom, for how long, and who answers.
import type { Executor, Row } from '../../platform/storage/database.js'
import { pageOf, type Page, type PageRequest } from '../../platform/storage/paging.js'

export interface RequestRule {
  permissionSetId: string
  /** Account ids, or every account there is and will be. */
  accounts: 'all' | string[]
  /** Ids of groups whose members may ask, also through other groups. */
  requesters: 'everybody' | string[]
  /** Ids of groups whose members answer, also through other groups. */
  approvers: string[]
  /** How many of them have to approve, 1 to 3. */
  approvalsNeeded: number
  /** Seconds. */
  longestDuration: number
  reasonRequired: boolean
}

/** The longest time that a rule may allow, in seconds. */
export const longestGrant = 90 * 86_400

const reading = `
  select r.permission_set_id, r.all_accounts, r.everybody, r.approvals_needed, r.longest_duration, r.reason_required,
    (select coalesce(jsonb_agg(a.account_id order by a.account_id), '[]') from access_rule_accounts a where a.permission_set_id = r.permission_set_id) as accounts,
    (select coalesce(jsonb_agg(g.group_id order by g.group_id), '[]') from access_rule_groups g where g.permission_set_id = r.permission_set_id and g.part = 'requester') as requesters,
    (select coalesce(jsonb_agg(g.group_id order by g.group_id), '[]') from access_rule_groups g where g.permission_set_id = r.permission_set_id and g.part = 'approver') as approvers
  from access_rules r`

/** A rule as people read it. */
export interface ListedRule extends Omit<RequestRule, 'accounts' | 'requesters' | 'approvers'> {
  permissionSetName: string
  /** Names, or every account there is and will be. */
  accounts: 'all' | string[]
  requesters: 'everybody' | string[]
  approvers: string[]
}

/** Of many accounts only so many are named. */
const mostNamed = 20

const groupNames = (part: string): string => `(select coalesce(jsonb_agg(n.display_name order by lower(n.display_name)), '[]') from access_rule_groups g join groups n on n.id = g.group_id where g.permission_set_id = r.permission_set_id and g.part = '${part}')`

const naming = `
  select r.permission_set_id, s.name, r.all_accounts, r.everybody, r.approvals_needed, r.longest_duration, r.reason_required, ${groupNames('requester')} as requesters, ${groupNames('approver')} as approvers,
    (select coalesce(jsonb_agg(n.name), '[]') from (select c.name from access_rule_accounts a join accounts c on c.id = a.account_id where a.permission_set_id = r.permission_set_id order by lower(c.name) limit ${mostNamed}) n) as accounts
  from access_rules r join permission_sets s on s.id = r.permission_set_id`

const namedFrom = (row: Row): ListedRule => ({ ...fromRow(row), permissionSetName: row.name as string })

export class Rules {
  constructor(private readonly sql: Executor) {}

  async find(permissionSetId: string): Promise<RequestRule | undefined> {
    const [row] = await this.sql.query(`${reading} where r.permission_set_id = $1`, [permissionSetId])
    return row && fromRow(row)
  }

  async list(): Promise<RequestRule[]> {
    return (await this.sql.query(`${reading} order by r.permission_set_id`)).map(fromRow)
  }

  /** Lists a page of them with names, by the name of the permission set; of one permission set where that is given. */
  async named({ after, limit, permissionSetId }: PageRequest & { permissionSetId?: string | undefined }): Promise<Page<ListedRule>> {
    const rows = await this.sql.query(
      `${naming} where ($1::text is null or lower(s.name) > $1) and ($2::text is null or r.permission_set_id = $2) order by lower(s.name) limit $3`, [after ?? null, permissionSetId ?? null, limit + 1])
    return pageOf(rows, limit, (row) => (row.name as string).toLowerCase(), namedFrom)
  }

  /** Sets rules, each in the place of its permission set's last one; to be called within a transaction. */
  async put(rules: readonly RequestRule[]): Promise<void> {
    const ids = rules.map(({ permissionSetId }) => permissionSetId)
    await this.remove(ids)
    await this.sql.query(
      `insert into access_rules (permission_set_id, all_accounts, everybody, approvals_needed, longest_duration, reason_required)
       select permission_set_id, all_accounts, everybody, approvals_needed, longest_duration, reason_required from jsonb_to_recordset($1::jsonb)
         as r(permission_set_id text, all_accounts boolean, everybody boolean, approvals_needed smallint, longest_duration integer, reason_required boolean)`,
      [JSON.stringify(rules.map(toRow))])
    await this.sql.query(
      'insert into access_rule_accounts (permission_set_id, account_id) select permission_set_id, account_id from jsonb_to_recordset($1::jsonb) as r(permission_set_id text, account_id char(12))',
      [JSON.stringify(rules.flatMap(({ permissionSetId, accounts }) => (accounts === 'all' ? [] : accounts.map((id) => ({ permission_set_id: permissionSetId, account_id: id })))))])
    await this.sql.query(
      'insert into access_rule_groups (permission_set_id, part, group_id) select permission_set_id, part, group_id from jsonb_to_recordset($1::jsonb) as r(permission_set_id text, part text, group_id uuid)',
      [JSON.stringify(rules.flatMap(groupRows))])
  }

  /** Makes permission sets no longer requestable; what was granted goes on. */
  async remove(permissionSetIds: readonly string[]): Promise<void> {
    await this.sql.query('delete from access_rules where permission_set_id = any($1)', [permissionSetIds])
  }
}

const toRow = ({ permissionSetId, accounts, requesters, approvalsNeeded, longestDuration, reasonRequired }: RequestRule): Row => ({
  permission_set_id: permissionSetId, all_accounts: accounts === 'all', everybody: requesters === 'everybody',
  approvals_needed: approvalsNeeded, longest_duration: longestDuration, reason_required: reasonRequired,
})

const groupRows = ({ permissionSetId, requesters, approvers }: RequestRule): Row[] => [
  ...(requesters === 'everybody' ? [] : requesters.map((id) => ({ permission_set_id: permissionSetId, part: 'requester', group_id: id }))),
  ...approvers.map((id) => ({ permission_set_id: permissionSetId, part: 'approver', group_id: id })),
]

const fromRow = (row: Row): RequestRule => ({
  permissionSetId: row.permission_set_id as string,
  accounts: row.all_accounts ? 'all' : row.accounts as string[],
  requesters: row.everybody ? 'everybody' : row.requesters as string[],
  approvers: row.approvers as string[],
  approvalsNeeded: row.approvals_needed as number,
  longestDuration: row.longest_duration as number,
  reasonRequired: row.reason_required as boolean,
})
