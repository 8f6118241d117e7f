// The explorer: who reaches an account, a permission set or an application, what one person reaches, and by which way.
// Each question is one statement with keyset paging; groups within groups are followed to a bounded depth, and circles end.
import { systemClock, type Clock } from '../../platform/clock.js'
import { Refusal } from '../../platform/errors.js'
import type { Database, Executor, Row } from '../../platform/storage/database.js'
import { readWide } from '../../platform/storage/wide-reads.js'
import { countReached, type PeopleCount } from './people-count.js'

/** Where to look: an account, a permission set, both, or an application. */
export type ExplorerScope = { accountId?: string | undefined; permissionSetId?: string | undefined; applicationId?: undefined } | { applicationId: string; accountId?: undefined; permissionSetId?: undefined }

/** One assignment or grant that reaches one person; of several chains of groups the shortest. */
export interface Way {
  user: { id: string; userName: string; displayName: string }
  account: { id: string; name: string } | undefined
  permissionSet: { id: string; name: string } | undefined
  application: { id: string; name: string } | undefined
  via: 'direct' | 'group' | 'request'
  /** From the group that the person is a member of to the one that it is assigned to. */
  groups: { id: string; name: string }[]
  /** Of what was granted on request. */
  requestId: string | undefined
  until: Date | undefined
}

export interface WayPage {
  ways: Way[]
  /** `after` of the next page, unless this is the last. */
  next: string | undefined
}

interface Paging {
  after?: string | undefined
  limit?: number | undefined
}

/** How far groups within groups are followed. */
const deepest = 32
const longestPage = 1000

const assignmentScope = `select principal_id, principal_type, account_id::text as account_id, permission_set_id as target_id, request_id, ends_at from held($1::timestamptz)
  where ($2::text is null or account_id = $2::char(12)) and ($3::text is null or permission_set_id = $3)`
const applicationScope = `select principal_id, principal_type, ''::text as account_id, application_id as target_id, null::text as request_id, null::timestamptz as ends_at from application_assignments
  where $1::timestamptz is not null and ($2::text is null or true) and ($3::text is null or application_id = $3)`

/** Everything below the groups of a scope, with the least number of steps. */
const closure = `down(root, grp, depth) as (
    select distinct principal_id, principal_id, 0 from scope where principal_type = 'GROUP'
    union select d.root, m.member_group_id, d.depth + 1 from down d join group_members m on m.group_id = d.grp and m.member_group_id is not null where d.depth < ${deepest}
  ), closure as materialized (select root, grp, min(depth) as depth from down group by root, grp)`

/** Up to so many memberships the people behind them are gathered and sorted; with more, people are walked by name until a page is full. */
const mostGathered = 2000

/** Some people of a page, by name: those who are asked about one by one have memberships enough for the next to be near. */
const peopleWhere = (condition: string): string => `(select u.id as user_id, u.user_name, u.display_name, lower(u.user_name) as sort from users u
  where u.active and (lower(u.user_name), u.id) >= ($4, $5::uuid) and ${condition} order by lower(u.user_name), u.id limit $9 + 1)`
const isMember = `exists (select from group_members m where m.user_id = u.id and (m.group_id in (select grp from closure)) is true offset 0)`

/** Of the people of a page those whose ways fill it: whoever comes after so many ways that it is full is left out before their ways are spelled. */
const people = `gathered as materialized (
    select user_id from (select m.user_id from closure c join group_members m on m.group_id = c.grp and m.user_id is not null union all select principal_id from scope where principal_type = 'USER') as every limit $10
  ), size as materialized (select count(*) < $10 as is_small from gathered),
  candidates as materialized (
    ${peopleWhere(`(select is_small from size) and u.id in (select user_id from gathered)`)}
    union all ${peopleWhere(`not (select is_small from size) and (${isMember} or u.id in (select principal_id from scope where principal_type = 'USER'))`)}
  ), per_root as materialized (select principal_id, count(*) as ways from scope group by principal_id),
  counted as (
    select c.*, (select coalesce(sum(r.ways), 0) from per_root r where r.principal_id = c.user_id or r.principal_id in (select k.root from group_members m join closure k on k.grp = m.group_id where m.user_id = c.user_id)) as ways,
      row_number() over (order by sort, user_id) as place from candidates c
  ), people as materialized (
    select user_id, user_name, display_name, sort from (select *, sum(case when place = 1 then 0 else ways end) over (order by sort, user_id rows between unbounded preceding and 1 preceding) as before from counted) as c where coalesce(before, 0) < $9
  )`

/** Names what is shown; `trail` has the chain of groups of each row. */
const named = `, steps as (
    select w.n, jsonb_agg(jsonb_build_object('id', g.id, 'name', g.display_name) order by t.place) as groups from trail w cross join unnest(w.path) with ordinality as t(id, place) join groups g on g.id = t.id where w.depth = 0 group by w.n
  ) select s.*, a.name as account_name, p.name as set_name, x.name as application_name, coalesce(t.groups, '[]') as groups
  from shown s left join steps t on t.n = s.n left join accounts a on a.id = s.account_id left join permission_sets p on p.id = s.target_id left join applications x on x.id = s.target_id order by s.n`

export class Explorer {
  constructor(private readonly sql: Executor | Database, private readonly clock: Clock = systemClock, private readonly gathered = mostGathered) {}

  /** Lists who reaches something, by user name, with every assignment and grant that gives it; people who are disabled reach nothing. */
  async listPeople(scope: ExplorerScope, { after, limit = 100 }: Paging = {}): Promise<WayPage> {
    const shown = Math.min(limit, longestPage)
    const [name, id, account, target, key] = cursorOf(after, 5)
    const rows = await readWide(this.sql,
      `with recursive scope as materialized (${scope.applicationId === undefined ? assignmentScope : applicationScope}), ${closure},
       ${people}, shown as materialized (
         select row_number() over (order by sort, user_id, account_id, target_id, key) as n, * from people u cross join lateral (
           select distinct on (account_id, target_id, key) * from (
             select account_id, target_id, request_id, ends_at, principal_id, principal_id::text || coalesce(request_id, '') as key, null::uuid as grp, 0 as depth from scope where principal_id = u.user_id
             union all
             select s.account_id, s.target_id, s.request_id, s.ends_at, s.principal_id, s.principal_id::text, c.grp, c.depth
             from group_members m join closure c on c.grp = m.group_id join scope s on s.principal_id = c.root where m.user_id = u.user_id
           ) as found order by account_id, target_id, key, depth, grp
         ) as way where (sort, user_id, account_id, target_id, key) > ($4, $5::uuid, $6, $7, $8) order by sort, user_id, account_id, target_id, key limit $9
       ), trail(n, root, grp, depth, path) as (
         select n, principal_id, grp, depth, array[grp] from shown where grp is not null
         union all select w.n, w.root, up.grp, w.depth - 1, w.path || up.grp from trail w cross join lateral (
           select c.grp from closure c join group_members m on m.group_id = c.grp and m.member_group_id = w.grp where c.root = w.root and c.depth = w.depth - 1 order by c.grp limit 1
         ) as up where w.depth > 0
       )${named}`,
      [new Date(this.clock()), scope.accountId ?? null, scope.permissionSetId ?? scope.applicationId ?? null, name, id || nobody, account, target, key, shown + 1, this.gathered])
    return pageOf(rows, shown, (row) => [row.sort, row.user_id, row.account_id, row.target_id, row.key])
  }

  /** Counts the people who reach something, up to `most` where that is told. */
  countPeople(scope: ExplorerScope, most?: number): Promise<PeopleCount> {
    const rows = scope.applicationId === undefined ? assignmentScope : applicationScope
    return countReached(this.sql, { scope: `select distinct principal_id, principal_type from (${rows}) as s`, parameters: [new Date(this.clock()), scope.accountId ?? null, scope.permissionSetId ?? scope.applicationId ?? null] }, most)
  }

  /** Lists what one person reaches in accounts, or of applications, by name, whether or not they are disabled. */
  async listOf(userId: string, what: 'accounts' | 'applications', { after, limit = 100 }: Paging = {}): Promise<WayPage> {
    const shown = Math.min(limit, longestPage)
    const [sort, account, target, key] = cursorOf(after, 4)
    const scope = what === 'accounts' ? assignmentScope : applicationScope
    const rows = await readWide(this.sql,
      `with recursive up(grp, depth) as (
         select group_id, 0 from group_members where user_id = $4
         union select m.group_id, u.depth + 1 from up u join group_members m on m.member_group_id = u.grp where u.depth < ${deepest}
       ), chain as materialized (select grp, min(depth) as depth from up group by grp),
       found as (
         select s.*, null::uuid as grp, 0 as depth from (${scope} and principal_id = $4) as s
         union all select s.*, c.grp, c.depth from (${scope} and principal_id = any(array(select grp from chain))) as s join chain c on c.grp = s.principal_id
       ), shown as materialized (
         select row_number() over (order by sort, account_id, target_id, key) as n, * from (
           select f.*, lower(coalesce(a.name, x.name, '')) as sort, f.principal_id::text || coalesce(f.request_id, '') as key, u.id as user_id, u.user_name, u.display_name
           from found f join users u on u.id = $4 left join accounts a on a.id = f.account_id left join applications x on x.id = f.target_id
         ) as ways where (sort, account_id, target_id, key) > ($5, $6, $7, $8) order by sort, account_id, target_id, key limit $9
       ), trail(n, grp, depth, path) as (
         select n, grp, depth, array[grp] from shown where grp is not null
         union all select w.n, below.grp, w.depth - 1, below.grp || w.path from trail w cross join lateral (
           select c.grp from chain c join group_members m on m.member_group_id = c.grp and m.group_id = w.grp where c.depth = w.depth - 1 order by c.grp limit 1
         ) as below where w.depth > 0
       )${named}`,
      [new Date(this.clock()), null, null, userId, sort, account, target, key, shown + 1])
    return pageOf(rows, shown, (row) => [row.sort, row.account_id, row.target_id, row.key])
  }
}

const nobody = '00000000-0000-0000-0000-000000000000'

function cursorOf(after: string | undefined, parts: number): string[] {
  if (after === undefined) return Array.from({ length: parts }, () => '')
  const cursor = parsed(after)
  const isOurs = Array.isArray(cursor) && cursor.length === parts && cursor.every((part) => typeof part === 'string' && part.length < 2000 && !part.includes('\0'))
  if (!isOurs || (parts === 5 && !/^[0-9a-f-]{36}$/.test(cursor[1] as string))) throw new Refusal('invalid-input', 'That is no place in this list.')
  return cursor as string[]
}

function parsed(after: string): unknown {
  try {
    return JSON.parse(Buffer.from(after, 'base64url').toString())
  } catch {
    return undefined
  }
}

function pageOf(rows: Row[], shown: number, cursor: (row: Row) => unknown[]): WayPage {
  const ways = rows.slice(0, shown)
  return { ways: ways.map(wayOf), next: rows.length > shown ? Buffer.from(JSON.stringify(cursor(ways.at(-1)!))).toString('base64url') : undefined }
}

const wayOf = (row: Row): Way => ({
  user: { id: row.user_id as string, userName: row.user_name as string, displayName: row.display_name as string },
  account: row.account_name === null ? undefined : { id: row.account_id as string, name: row.account_name as string },
  permissionSet: row.set_name === null ? undefined : { id: row.target_id as string, name: row.set_name as string },
  application: row.application_name === null ? undefined : { id: row.target_id as string, name: row.application_name as string },
  via: row.request_id !== null ? 'request' : row.grp === null ? 'direct' : 'group',
  groups: row.groups as Way['groups'],
  requestId: (row.request_id as string | null) ?? undefined,
  until: (row.ends_at as Date | null) ?? undefined,
})
