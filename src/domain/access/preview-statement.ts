// The statement of the preview: what is held before and after a change, over the rows as they are and as they would be.
// Whatever is new in the change stands beside what is there, under an id of its own. Rows of the change are joined and never
// looked through one by one, because a file may bring a hundred thousand of them.

/** How many different sets of people are looked at: accounts with the same principals count as one. */
export const mostKinds = 500

const pairOf = 'r(account_id text, target_id text, principal_id uuid, principal_type text)'
const memberOf = 'r(group_id uuid, user_id uuid, member_group_id uuid)'
/** Whom an application without assignments is open to, as a group that nobody can make. */
const everybody = `'00000000-0000-0000-0000-000000000000'::uuid`

/** Spells who is in which group: from few people to their groups, because others may be in a group by the thousand; from groups to people where they are many. */
const membersIn = (groups: string): string => `select p.id, m.group_id from people p cross join lateral (select e.group_id from group_members e where e.user_id = p.id offset 0) as m where (select is_few from size)
      union all select m.user_id, m.group_id from group_members m where not (select is_few from size) and m.group_id in (select grp from ${groups}) and m.user_id in (select id from people)`
const everybodyIn = (groups: string): string => `select p.id, ${everybody} from people p where exists (select from ${groups} where grp = ${everybody})`

/** Tells who gains and who loses; `Previews` fills in the parameters, in this order. */
export const previewStatement = `
with recursive
  coming as materialized (select id, user_name, display_name from jsonb_to_recordset($13::jsonb -> 'users') as r(id uuid, user_name text, display_name text)),
  -- Who has nothing before: because they are new, or because they are disabled.
  comers as materialized (select id from coming union select id from users where id = any($12::uuid[]) and not active),
  every_account as not materialized (select id::text as id, name from accounts union all select id, name from jsonb_to_recordset($13::jsonb -> 'accounts') as r(id text, name text)),
  every_set as not materialized (select id, name from permission_sets union all select id, name from jsonb_to_recordset($13::jsonb -> 'permissionSets') as r(id text, name text)),
  -- Of an application that wants no assignment, and goes on like that, only whoever comes or goes has something to gain or to lose.
  moving as materialized (select cardinality($8::uuid[]) > 0 or exists (select from comers) as is_so),
  of_some as materialized (
    select id, name from applications where assignment_required or (select is_so from moving) or id = any($7::text[]) or id = any($14::text[]) or id = any($15::text[])
    union all select id, name from jsonb_to_recordset($13::jsonb -> 'applications') as r(id text, name text)
  ),
  now_held as (
    select account_id::text as account_id, permission_set_id as target_id, principal_id, principal_type, request_id from held($1::timestamptz)
    union all select '', application_id, principal_id, principal_type, null from application_assignments where application_id in (select id from of_some)
    union all select '', id, ${everybody}, 'GROUP', null from applications where not assignment_required and id in (select id from of_some)
  ),
  assign as materialized (
    select * from jsonb_to_recordset($2::jsonb) as ${pairOf} union all select '', id, ${everybody}, 'GROUP' from unnest($14::text[]) as o(id)
  ),
  unassign as materialized (
    select * from jsonb_to_recordset($3::jsonb) as ${pairOf} union all select '', id, ${everybody}, 'GROUP' from unnest($15::text[]) as c(id)
  ),
  added as materialized (select * from jsonb_to_recordset($4::jsonb) as ${memberOf}),
  dropped as materialized (select * from jsonb_to_recordset($5::jsonb) as ${memberOf}),
  added_groups as materialized (select group_id, member_group_id from added where member_group_id is not null),
  group_edges as not materialized (select group_id, member_group_id from group_members where member_group_id is not null union all select group_id, member_group_id from added_groups),
  after_edges as not materialized (
    select m.group_id, m.member_group_id from group_edges m
    where not exists (select from dropped d where d.group_id = m.group_id and d.member_group_id = m.member_group_id) and m.group_id <> all($6::uuid[]) and m.member_group_id <> all($6::uuid[])
  ),
  -- Whatever is assigned to these may be gained or lost through a change of members, or of who is there.
  sources(id) as (
    select group_id from added union select group_id from dropped union select unnest($6::uuid[]) union select unnest($8::uuid[]) union select unnest($12::uuid[])
    union select ${everybody} where (select is_so from moving)
    union select group_id from group_members where user_id = any($8::uuid[] || $12::uuid[])
    union select m.group_id from sources s cross join lateral (select e.group_id from group_edges e where e.member_group_id = s.id offset 0) as m
  ),
  pairs as (
    select account_id, target_id from now_held where principal_id in (select id from sources) or target_id = any($7::text[]) or account_id = any($11::text[])
    union select account_id, target_id from (select account_id, target_id from assign union select account_id, target_id from unassign) as asked
      where target_id in (select id from of_some) or account_id in (select id from every_account) and target_id in (select id from every_set)
  ),
  before_held as (select distinct h.account_id, h.target_id, h.principal_id, h.principal_type from now_held h join pairs using (account_id, target_id)),
  after_held as (
    select distinct h.account_id, h.target_id, h.principal_id, h.principal_type from now_held h join pairs using (account_id, target_id)
    left join unassign u on u.account_id = h.account_id and u.target_id = h.target_id and u.principal_id = h.principal_id and h.request_id is null
    where u.target_id is null and h.target_id <> all($7::text[]) and h.account_id <> all($11::text[]) and h.principal_id <> all($6::uuid[])
    union select account_id, target_id, principal_id, principal_type from assign where target_id <> all($7::text[]) and account_id <> all($11::text[]) and principal_id <> all($6::uuid[])
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
  down_after(root, grp) as (select id, id from roots union select d.root, m.id from down_after d cross join lateral (select e.member_group_id as id from after_edges e where e.group_id = d.grp offset 0) as m),
  -- Nobody but these, and who is in these, can gain or lose anything.
  concerned as materialized (
    select principal_id as id, principal_type as type from assign union select principal_id, principal_type from unassign
    union select principal_id, principal_type from now_held where target_id = any($7::text[]) or account_id = any($11::text[])
    union select unnest($8::uuid[]), 'USER' union select id, 'USER' from comers union select unnest($6::uuid[]), 'GROUP'
    union select coalesce(user_id, member_group_id), case when user_id is null then 'GROUP' else 'USER' end from (select * from added union all select * from dropped) as m
  ),
  touched_groups(id) as (
    select id from concerned where type = 'GROUP'
    union select m.id from touched_groups t cross join lateral (select e.member_group_id as id from group_edges e where e.group_id = t.id offset 0) as m
  ),
  touched as (
    select id from concerned where type = 'USER'
    union select m.id from touched_groups t cross join lateral (select e.user_id as id from group_members e where e.group_id = t.id and e.user_id is not null offset 0) as m
    union select user_id from added where user_id is not null and group_id in (select id from touched_groups)
    union select id from users where exists (select from concerned where id = ${everybody})
  ),
  people as materialized (
    select id, user_name, display_name, lower(user_name) as sort from users where (active or id = any($12::uuid[])) and id in (select id from touched)
    union all select id, user_name, display_name, lower(user_name) from coming
  ),
  groups_before as materialized (select distinct k.kind, d.grp from kinds k cross join unnest(k.before) as b(id) join down_before d on d.root = b.id),
  groups_after as materialized (select distinct k.kind, d.grp from kinds k cross join unnest(k.after) as a(id) join down_after d on d.root = a.id),
  size as materialized (select count(*) <= $10 as is_few from people),
  in_before as materialized (
    ${membersIn('groups_before')}
    union all ${everybodyIn('groups_before')}
  ),
  in_after as materialized (
    select m.id, m.group_id from (
      ${membersIn('groups_after')}
      union all select p.id, a.group_id from added a join people p on p.id = a.user_id
    ) as m where m.group_id <> all($6::uuid[]) and not exists (select from dropped d where d.group_id = m.group_id and d.user_id = m.id)
    union all ${everybodyIn('groups_after')}
  ),
  had as (
    select k.kind, p.id as user_id from kinds k cross join unnest(k.before) as b(id) join people p on p.id = b.id where p.id not in (select id from comers)
    union select g.kind, m.id from groups_before g join in_before m on m.group_id = g.grp where m.id not in (select id from comers)
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
    from signed g left join every_account a on a.id = g.account_id left join every_set s on s.id = g.target_id left join of_some x on x.id = g.target_id where g.before = k.before and g.after = k.after) as places,
  g.people as gain_people, g.names as gain_names, l.people as loss_people, l.names as loss_names,
  (select count(distinct user_id) from changes where gains) as gaining, (select count(distinct user_id) from changes where not gains) as losing, (select count(*) from every_kind) as every_kind
from kinds k left join told g on g.kind = k.kind and g.gains left join told l on l.kind = k.kind and not l.gains
where g.kind is not null or l.kind is not null order by coalesce(g.people, 0) + coalesce(l.people, 0) desc, k.kind`
