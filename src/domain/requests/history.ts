// Requests as they are and were: found one by one, listed by keyset, newest first. A request whose time has run out is
// shown as what it is, also before anything has noted it.
import { actingAs } from '../directory/index.js'
import { Refusal } from '../../platform/errors.js'
import type { Executor, Row } from '../../platform/storage/database.js'

/** `ended` is before its time, `over` is when the time was up. */
export type RequestState = 'pending' | 'granted' | 'denied' | 'withdrawn' | 'expired' | 'ended' | 'over'

/** How requests stand, in the words that people read. */
export const stateWords: Readonly<Record<RequestState, string>> = { pending: 'Waiting', granted: 'In force', denied: 'Denied', withdrawn: 'Taken back', expired: 'Not answered', ended: 'Ended early', over: 'Over' }

export interface Answer {
  userId: string
  userName: string
  answer: 'approve' | 'deny'
  reason: string | undefined
  at: Date
}

export interface AccessRequest {
  /** `req-` and sixteen hexadecimal digits. */
  id: string
  /** Where it stands in the history. */
  position: string
  /** Names as they were when it was asked. */
  user: { id: string; userName: string; displayName: string }
  account: { id: string; name: string }
  permissionSet: { id: string; name: string }
  /** Seconds. */
  duration: number
  reason: string
  approvalsNeeded: number
  answers: Answer[]
  /** The request whose grant it goes on from. */
  extends: string | undefined
  state: RequestState
  askedAt: Date
  /** When it lapses without an answer. */
  expiresAt: Date
  startsAt: Date | undefined
  endsAt: Date | undefined
  closedAt: Date | undefined
  /** Without an id for an administrator who is no workforce user. */
  closedBy: { id: string | undefined; userName: string } | undefined
  closingReason: string | undefined
}

export interface RequestFilter {
  userId?: string | undefined
  /** The requester's name, whatever the case. */
  userName?: string | undefined
  accountId?: string | undefined
  permissionSetId?: string | undefined
  /** The permission set's name at the time, whatever the case. */
  permissionSetName?: string | undefined
  states?: readonly RequestState[] | undefined
  /** Only those asked since. */
  since?: Date | undefined
  /** Only those asked before. */
  until?: Date | undefined
  /** Only those before this position. */
  before?: string | undefined
  limit?: number | undefined
}

export interface RequestPage {
  requests: AccessRequest[]
  /** `before` of the next page, unless this is the last. */
  next: string | undefined
}

/** The columns of `access_requests r`, with the state at the time of the parameter that is named. */
export const requestColumnsAt = (now: string): string => `
  r.id, r.position, r.user_id, r.user_name, r.display_name, r.account_id, r.account_name, r.permission_set_id, r.permission_set_name, r.duration, r.reason,
  r.approvals_needed, r.extends, r.asked_at, r.expires_at, r.starts_at, r.ends_at, r.closed_at, r.closed_by, r.closed_by_name, r.closing_reason,
  ${stateAt(now)} as state,
  (select coalesce(jsonb_agg(jsonb_build_object('userId', a.user_id, 'userName', a.user_name, 'answer', a.answer, 'reason', a.reason, 'at', a.answered_at) order by a.answered_at), '[]')
   from access_answers a where a.request_id = r.id) as answers`

const stateAt = (now: string): string =>
  `case when r.state = 'pending' and r.expires_at <= ${now}::timestamptz then 'expired' when r.state = 'granted' and r.ends_at <= ${now}::timestamptz then 'over' else r.state end`

const longestPage = 100

export class RequestHistory {
  constructor(private readonly sql: Executor, private readonly clock: () => number) {}

  async find(id: string): Promise<AccessRequest | undefined> {
    const [row] = await this.sql.query(`select ${requestColumnsAt('$2')} from access_requests r where r.id = $1`, [id, this.#now])
    return row && fromRow(row)
  }

  async get(id: string): Promise<AccessRequest> {
    const request = await this.find(id)
    if (!request) throw new Refusal('not-found', 'There is no such request.')
    return request
  }

  /** Lists requests, newest first. */
  async list({ userId, userName, accountId, permissionSetId, permissionSetName, states, since, until, before, limit = 50 }: RequestFilter = {}): Promise<RequestPage> {
    const shown = Math.min(limit, longestPage)
    // What is written down may lag behind the time; the index is of what is written.
    const written = states && [...new Set(states.flatMap((state) => (state === 'expired' ? [state, 'pending'] : state === 'over' ? [state, 'granted'] : [state])))]
    const rows = await this.sql.query(
      `select ${requestColumnsAt('$1')} from access_requests r
       where ($2::uuid is null or r.user_id = $2) and ($3::char(12) is null or r.account_id = $3) and ($4::text is null or r.permission_set_id = $4)
         and ($5::text[] is null or ${stateAt('$1')} = any($5)) and ($6::timestamptz is null or r.asked_at >= $6) and ($7::bigint is null or r.position < $7)
         and ($9::text[] is null or r.state = any($9)) and ($10::text is null or lower(r.user_name) = lower($10)) and ($11::text is null or lower(r.permission_set_name) = lower($11))
         and ($12::timestamptz is null or r.asked_at < $12) ${within}
       order by r.position desc limit $8`,
      [this.#now, userId ?? null, accountId ?? null, permissionSetId ?? null, states ?? null, since ?? null, before ?? null, shown + 1, written ?? null, userName ?? null, permissionSetName ?? null, until ?? null])
    return pageOf(rows, shown)
  }

  /** Lists what waits for an answer of somebody, newest first. */
  async listToAnswer(userId: string, { before, limit = 50 }: Pick<RequestFilter, 'before' | 'limit'> = {}): Promise<RequestPage> {
    const shown = Math.min(limit, longestPage)
    const rows = await this.sql.query(
      `${actingAs} select ${requestColumnsAt('$2')} from access_requests r where ${toAnswer} and ($3::bigint is null or r.position < $3) order by r.position desc limit $4`,
      [userId, this.#now, before ?? null, shown + 1])
    return pageOf(rows, shown)
  }

  /** Says what somebody has to do with requests: how many wait for them, and whether there is anything to ask for. */
  async glance(userId: string): Promise<{ toAnswer: number; mayAsk: boolean }> {
    const [row] = await this.sql.query(
      `${actingAs} select (select count(*) from access_requests r where ${toAnswer}) as to_answer,
         exists (select from access_rules r where r.everybody or exists (select from access_rule_groups g join mine on mine.id = g.group_id where g.permission_set_id = r.permission_set_id and g.part = 'requester'))
         or exists (select from access_requests r where r.user_id = $1) as may_ask`,
      [userId, this.#now])
    return { toAnswer: Number(row!.to_answer), mayAsk: row!.may_ask as boolean }
  }

  /** Whether somebody is among those who answer for a permission set. */
  async isApprover(userId: string, permissionSetId: string): Promise<boolean> {
    const rows = await this.sql.query(
      `${actingAs} select 1 from access_rule_groups g join mine on mine.id = g.group_id join users u on u.id = $1 and u.active
       where g.permission_set_id = $2 and g.part = 'approver' limit 1`, [userId, permissionSetId])
    return rows.length > 0
  }

  /** Counts the approvals of a request that count: of people who are still active and still among those who answer for it, but for one of them. */
  async countApprovals(id: string, butFor?: string): Promise<number> {
    const [row] = await this.sql.query<{ approvals: number }>(
      `with recursive answering(id) as (
         select g.group_id from access_rule_groups g join access_requests r on r.permission_set_id = g.permission_set_id where r.id = $1 and g.part = 'approver'
         union select m.member_group_id from group_members m join answering a on a.id = m.group_id where m.member_group_id is not null
       ) select count(*)::int as approvals from access_answers a join users u on u.id = a.user_id and u.active
       where a.request_id = $1 and a.answer = 'approve' and ($2::uuid is null or a.user_id <> $2)
         and exists (select from group_members m join answering n on n.id = m.group_id where m.user_id = a.user_id)`, [id, butFor ?? null])
    return row!.approvals
  }

  get #now(): Date {
    return new Date(this.clock())
  }
}

/** Positions follow the times at which requests were asked but for moments: a span of days begins and ends near them, where the index finds it. */
const within = `
  and ($6::timestamptz is null or r.position >= (select b.position from access_requests b where b.asked_at >= $6::timestamptz - interval '1 hour' order by b.asked_at limit 1))
  and ($12::timestamptz is null or r.position <= (select b.position from access_requests b where b.asked_at < $12::timestamptz + interval '1 hour' order by b.asked_at desc limit 1))`

/** Below `actingAs`: requests that wait for the user of its first parameter, at the time of the second. */
const toAnswer = `r.state = 'pending' and r.expires_at > $2::timestamptz and r.user_id <> $1
  and exists (select from access_rule_groups g join mine on mine.id = g.group_id where g.permission_set_id = r.permission_set_id and g.part = 'approver')
  and not exists (select from access_answers a where a.request_id = r.id and a.user_id = $1)`

function pageOf(rows: Row[], shown: number): RequestPage {
  const requests = rows.slice(0, shown).map(fromRow)
  return { requests, next: rows.length > shown ? requests.at(-1)!.position : undefined }
}

const some = <T>(value: unknown): T | undefined => (value as T | null) ?? undefined

/** Reads a row of `requestColumnsAt`. */
export const fromRow = (row: Row): AccessRequest => ({
  id: row.id as string,
  position: String(row.position),
  user: { id: row.user_id as string, userName: row.user_name as string, displayName: row.display_name as string },
  account: { id: row.account_id as string, name: row.account_name as string },
  permissionSet: { id: row.permission_set_id as string, name: row.permission_set_name as string },
  duration: row.duration as number,
  reason: row.reason as string,
  approvalsNeeded: row.approvals_needed as number,
  answers: (row.answers as (Omit<Answer, 'at' | 'reason'> & { at: string; reason: string | null })[]).map((answer) => ({ ...answer, reason: answer.reason ?? undefined, at: new Date(answer.at) })),
  extends: some(row.extends),
  state: row.state as RequestState,
  askedAt: row.asked_at as Date,
  expiresAt: row.expires_at as Date,
  startsAt: some(row.starts_at),
  endsAt: some(row.ends_at),
  closedAt: some(row.closed_at),
  closedBy: row.closed_by_name === null ? undefined : { id: some(row.closed_by), userName: row.closed_by_name as string },
  closingReason: some(row.closing_reason),
})
