// The preview: who would gain and who would lose what, and where, if something were changed. It is worked out over the rows
// as they would be; nothing is written and nothing is locked.
import type { Membership } from '../directory/index.js'
import { systemClock, type Clock } from '../../platform/clock.js'
import type { Database, Executor, Row } from '../../platform/storage/database.js'
import { readWide } from '../../platform/storage/wide-reads.js'
import type { ApplicationAssignment, Assignment } from './assignments.js'
import { policyDifference, type PolicyDifference, type PolicyHolding } from './policy-difference.js'

/** What somebody thinks of changing, all of it at once. */
export interface ProposedChange {
  assign?: readonly Assignment[]
  unassign?: readonly Assignment[]
  addMembers?: readonly Membership[]
  dropMembers?: readonly Membership[]
  /** Ids. */
  removeGroups?: readonly string[]
  removePermissionSets?: readonly string[]
  assignApplications?: readonly ApplicationAssignment[]
  unassignApplications?: readonly ApplicationAssignment[]
  removeApplications?: readonly string[]
  disableUsers?: readonly string[]
}

interface Named {
  id: string
  name: string
}

/** What happens alike in some accounts and applications. */
export interface Effect {
  places: ({ account: Named; permissionSet: Named; application?: undefined } | { application: Named; account?: undefined; permissionSet?: undefined })[]
  gains: Affected
  losses: Affected
}

export interface Affected {
  people: number
  /** The first of them, by user name. */
  names: { id: string; userName: string; displayName: string }[]
}

export interface Preview {
  /** Those that concern most people first. */
  effects: Effect[]
  /** How many different people gain or lose anything. */
  gaining: number
  losing: number
  /** False where there was too much to look at; then there are more effects than these. */
  isComplete: boolean
}

/** How many different sets of people are looked at: accounts with the same principals count as one. */
const mostKinds = 500

/** Up to so many people are asked one by one which groups they are in. */
const mostFew = 2000

const pairOf = 'r(account_id text, target_id text, principal_id uuid, principal_type text)'
const memberOf = 'r(group_id uuid, user_id uuid, member_group_id uuid)'

const statement = `
with recursive
  -- An application that wants no assignment is everybody's: there is nothing to gain or to lose.
  of_some as materialized (select id, name from applications where assignment_required),
  now_held as (
    select account_id::text as account_id, permission_set_id as target_id, principal_id, principal_type, request_id from held($1::timestamptz)
    union all select '', application_id, principal_id, principal_type, null from application_assignments where application_id in (select id from of_some)
  ),
  assign as (select * from jsonb_to_recordset($2::jsonb) as ${pairOf}),
  unassign as (select * from jsonb_to_recordset($3::jsonb) as ${pairOf}),
  added as (select * from jsonb_to_recordset($4::jsonb) as ${memberOf}),
  dropped as (select * from jsonb_to_recordset($5::jsonb) as ${memberOf}),
  edges as not materialized (select group_id, user_id, member_group_id from group_members union all select group_id, user_id, member_group_id from added),
  after_edges as not materialized (
    select m.group_id, m.user_id, m.member_group_id from edges m
    where not exists (select from dropped d where d.group_id = m.group_id and d.user_id is not distinct from m.user_id and d.member_group_id is not distinct from m.member_group_id)
      and m.group_id <> all($6::uuid[]) and (m.member_group_id is null or m.member_group_id <> all($6::uuid[]))
  ),
  -- Whatever is assigned to these may be gained or lost through a change of members.
  sources(id) as (
    select group_id from added union select group_id from dropped union select unnest($6::uuid[]) union select unnest($8::uuid[])
    union select group_id from edges where user_id = any($8::uuid[])
    union select m.group_id from sources s cross join lateral (select e.group_id from edges e where e.member_group_id = s.id offset 0) as m
  ),
  pairs as (
    select account_id, target_id from now_held where principal_id in (select id from sources) or target_id = any($7::text[])
    union select account_id, target_id from (select account_id, target_id from assign union select account_id, target_id from unassign) as asked
      where target_id in (select id from of_some) or account_id in (select id::text from accounts) and target_id in (select id from permission_sets)
  ),
  before_held as (select distinct h.account_id, h.target_id, h.principal_id, h.principal_type from now_held h join pairs using (account_id, target_id)),
  after_held as (
    select distinct h.account_id, h.target_id, h.principal_id, h.principal_type from now_held h join pairs using (account_id, target_id)
    where h.target_id <> all($7::text[]) and h.principal_id <> all($6::uuid[])
      and (h.request_id is not null or not exists (select from unassign u where u.account_id = h.account_id and u.target_id = h.target_id and u.principal_id = h.principal_id))
    union select account_id, target_id, principal_id, principal_type from assign where target_id <> all($7::text[]) and principal_id <> all($6::uuid[])
  ),
  signed as materialized (
    select account_id, target_id, coalesce(b.principals, '{}') as before, coalesce(a.principals, '{}') as after from pairs
    left join (select account_id, target_id, array_agg(principal_id order by principal_id) as principals from before_held group by account_id, target_id) as b using (account_id, target_id)
    left join (select account_id, target_id, array_agg(principal_id order by principal_id) as principals from after_held group by account_id, target_id) as a using (account_id, target_id)
  ),
  every_kind as (select before, after, count(*) as places from signed group by before, after),
  kinds as materialized (select row_number() over (order by places desc, before, after) as kind, before, after from every_kind order by places desc, before, after limit ${mostKinds}),
  roots as (select distinct principal_id as id from (select principal_id, principal_type from before_held union select principal_id, principal_type from after_held) as p where principal_type = 'GROUP'),
  down_before(root, grp) as (select id, id from roots union select d.root, m.id from down_before d cross join lateral (select e.member_group_id as id from group_members e where e.group_id = d.grp and e.member_group_id is not null offset 0) as m),
  down_after(root, grp) as (select id, id from roots union select d.root, m.id from down_after d cross join lateral (select e.member_group_id as id from after_edges e where e.group_id = d.grp and e.member_group_id is not null offset 0) as m),
  -- Nobody else can gain or lose anything.
  touched(id) as (
    select coalesce(user_id, member_group_id) from added union select coalesce(user_id, member_group_id) from dropped union select unnest($6::uuid[]) union select unnest($8::uuid[])
    union select principal_id from assign union select principal_id from unassign union select principal_id from now_held where target_id = any($7::text[])
    union select m.id from touched t cross join lateral (select coalesce(e.user_id, e.member_group_id) as id from edges e where e.group_id = t.id offset 0) as m
  ),
  people as materialized (select id, user_name, display_name, lower(user_name) as sort from users where active and id in (select id from touched)),
  groups_before as materialized (select distinct k.kind, d.grp from kinds k cross join unnest(k.before) as b(id) join down_before d on d.root = b.id),
  groups_after as materialized (select distinct k.kind, d.grp from kinds k cross join unnest(k.after) as a(id) join down_after d on d.root = a.id),
  -- From few people to their groups, because others may be in a group by the thousand; from groups to people where they are many.
  size as materialized (select count(*) <= $10 as is_few from people),
  in_before as materialized (
    select p.id, m.group_id from people p cross join lateral (select e.group_id from group_members e where e.user_id = p.id offset 0) as m where (select is_few from size)
    union all select m.user_id, m.group_id from group_members m where not (select is_few from size) and m.group_id in (select grp from groups_before) and m.user_id in (select id from people)
  ),
  in_after as materialized (
    select p.id, m.group_id from people p cross join lateral (select e.group_id from after_edges e where e.user_id = p.id offset 0) as m where (select is_few from size)
    union all select m.user_id, m.group_id from after_edges m where not (select is_few from size) and m.group_id in (select grp from groups_after) and m.user_id in (select id from people)
  ),
  had as (
    select k.kind, p.id as user_id from kinds k cross join unnest(k.before) as b(id) join people p on p.id = b.id
    union select g.kind, m.id from groups_before g join in_before m on m.group_id = g.grp
  ),
  has as (
    select k.kind, p.id as user_id from kinds k cross join unnest(k.after) as a(id) join people p on p.id = a.id where p.id <> all($8::uuid[])
    union select g.kind, m.id from groups_after g join in_after m on m.group_id = g.grp where m.id <> all($8::uuid[])
  ),
  changes as materialized (
    select kind, user_id, true as gains from (select * from has except select * from had) as g union all select kind, user_id, false from (select * from had except select * from has) as l
  ),
  ranked as (select c.kind, c.gains, p.id, p.user_name, p.display_name, row_number() over (partition by c.kind, c.gains order by p.sort) as place from changes c join people p on p.id = c.user_id),
  told as (
    select kind, gains, count(*) as people, jsonb_agg(jsonb_build_object('id', id, 'userName', user_name, 'displayName', display_name) order by place) filter (where place <= $9) as names from ranked group by kind, gains
  )
select k.kind, (select jsonb_agg(case when x.id is null
      then jsonb_build_object('account', jsonb_build_object('id', a.id, 'name', a.name), 'permissionSet', jsonb_build_object('id', s.id, 'name', s.name))
      else jsonb_build_object('application', jsonb_build_object('id', x.id, 'name', x.name)) end order by lower(coalesce(a.name, x.name)), lower(s.name))
    from signed g left join accounts a on a.id = g.account_id left join permission_sets s on s.id = g.target_id left join of_some x on x.id = g.target_id where g.before = k.before and g.after = k.after) as places,
  g.people as gain_people, g.names as gain_names, l.people as loss_people, l.names as loss_names,
  (select count(distinct user_id) from changes where gains) as gaining, (select count(distinct user_id) from changes where not gains) as losing, (select count(*) from every_kind) as every_kind
from kinds k left join told g on g.kind = k.kind and g.gains left join told l on l.kind = k.kind and not l.gains
where g.kind is not null or l.kind is not null order by coalesce(g.people, 0) + coalesce(l.people, 0) desc, k.kind`

export class Previews {
  constructor(private readonly sql: Executor | Database, private readonly clock: Clock = systemClock, private readonly few = mostFew) {}

  /** Works out who would gain and who would lose what. */
  async of(change: ProposedChange, { names = 10 }: { names?: number } = {}): Promise<Preview> {
    const { assign = [], unassign = [], addMembers = [], dropMembers = [], removeGroups = [], removePermissionSets = [], removeApplications = [], disableUsers = [] } = change
    const { assignApplications = [], unassignApplications = [] } = change
    const rows = await readWide(this.sql, statement, [
      new Date(this.clock()), pairs(assign, assignApplications), pairs(unassign, unassignApplications), members(addMembers), members(dropMembers), removeGroups,
      [...removePermissionSets, ...removeApplications], disableUsers, names, this.few,
    ])
    return {
      effects: rows.map((row) => ({ places: row.places as Effect['places'], gains: affected(row.gain_people, row.gain_names), losses: affected(row.loss_people, row.loss_names) })),
      gaining: Number(rows[0]?.gaining ?? 0), losing: Number(rows[0]?.losing ?? 0), isComplete: Number(rows[0]?.every_kind ?? 0) <= mostKinds,
    }
  }

  /** Tells two versions of a permission set's policies apart, statement by statement; who is concerned says the explorer. */
  ofPolicies(before: PolicyHolding, after: PolicyHolding): PolicyDifference {
    return policyDifference(before, after)
  }
}

const pairs = (assignments: readonly Assignment[], ofApplications: readonly ApplicationAssignment[]): string => JSON.stringify([
  ...assignments.map(({ accountId, permissionSetId, principal }): Row => ({ account_id: accountId, target_id: permissionSetId, principal_id: principal.id, principal_type: principal.type })),
  ...ofApplications.map(({ applicationId, principal }): Row => ({ account_id: '', target_id: applicationId, principal_id: principal.id, principal_type: principal.type })),
])

const members = (memberships: readonly Membership[]): string =>
  JSON.stringify(memberships.map(({ groupId, member }): Row => ({ group_id: groupId, user_id: 'userId' in member ? member.userId : null, member_group_id: 'groupId' in member ? member.groupId : null })))

const affected = (people: unknown, names: unknown): Affected => ({ people: Number(people ?? 0), names: (names as Affected['names'] | null) ?? [] })
