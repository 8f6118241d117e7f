// How many people reach something, and the first of them: of a scope whose principals are `scope(principal_id, principal_type)`.
// Those that everybody reaches are not counted to the end: a page says that there are more than it counted.
import type { Database, Executor } from '../../platform/storage/database.js'
import { readWide } from '../../platform/storage/wide-reads.js'

export interface PeopleCount {
  people: number
  /** True where there are more than that. */
  isMore: boolean
}

/** A common table `scope`, and its parameters. */
export interface CountedScope {
  scope: string
  parameters: readonly unknown[]
}

interface Named {
  id: string
  userName: string
  displayName: string
}

/** A page that counts counts so far. */
export const mostCounted = 5000
/** Of each person who is counted so many memberships are read, since people are in several groups of a scope. */
const perPerson = 3

const closure = `closure(grp) as (
    select principal_id from scope where principal_type = 'GROUP'
    union select m.member_group_id from closure c join group_members m on m.group_id = c.grp and m.member_group_id is not null
  )`
// Few groups are read one by one, because they are no reason to read the members of all; many are not, because those lie apart.
const fewGroups = 50
const reached = `(
    select m.user_id from closure c cross join lateral (select user_id from group_members where group_id = c.grp and user_id is not null offset 0) as m where (select count(*) <= ${fewGroups} from closure)
    union all select m.user_id from closure c join group_members m on m.group_id = c.grp and m.user_id is not null where (select count(*) > ${fewGroups} from closure)
    union all select principal_id from scope where principal_type = 'USER'
  ) as every`

/** Counts them, up to `most` where that is told. */
export async function countReached(sql: Executor | Database, { scope, parameters }: CountedScope, most?: number): Promise<PeopleCount> {
  const limit = parameters.length + 1
  const [row] = await readWide(sql,
    `with recursive scope as materialized (${scope}), ${closure}, gathered as materialized (select user_id from ${reached} limit $${limit}::bigint)
     select (select count(*) from gathered) as gathered, (select count(*) from (select distinct user_id from gathered) as g join users u on u.id = g.user_id where u.active) as people`,
    [...parameters, most === undefined ? null : most * perPerson])
  const people = Number(row!.people)
  if (most === undefined || Number(row!.gathered) < most * perPerson && people <= most) return { people, isMore: false }
  // Many are there many times over: then there is no way but to count.
  return people > most ? { people: most, isMore: true } : boundedBy(await countReached(sql, { scope, parameters }), most)
}

const boundedBy = ({ people }: PeopleCount, most: number): PeopleCount => (people > most ? { people: most, isMore: true } : { people, isMore: false })

/** Names the first of them by user name; `areMany` where that is known, because then each is asked about until there are enough. */
export async function firstReached(sql: Executor | Database, { scope, parameters }: CountedScope, { areMany, limit }: { areMany: boolean; limit: number }): Promise<Named[]> {
  // What is asked with `is true` is looked up in a table made once; as a join it would be gone through for every person.
  const isReached = areMany
    ? `(exists (select from group_members m where m.user_id = u.id and (m.group_id in (select grp from closure)) is true offset 0) or (u.id in (select principal_id from scope where principal_type = 'USER')) is true)`
    : `u.id in (select user_id from ${reached})`
  const rows = await readWide(sql,
    `with recursive scope as materialized (${scope}), ${closure} select u.id, u.user_name, u.display_name from users u where u.active and ${isReached} order by lower(u.user_name) limit $${parameters.length + 1}`,
    [...parameters, limit])
  return rows.map((row) => ({ id: row.id as string, userName: row.user_name as string, displayName: row.display_name as string }))
}
