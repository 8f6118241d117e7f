// Which people a finding counts: one condition on the row `t`, for the figure and for the list that it leads to. Each person
// is asked about alone, so that the first page of a list is found without reading everybody.
import type { Narrowing } from '../../platform/storage/paging.js'
import type { Moments } from './moments.js'

export const peopleFindings = ['people-without-device', 'stale-access', 'disabled-with-access', 'one-time-passwords'] as const
export type PeopleFinding = (typeof peopleFindings)[number]

/** Has no way to prove who they are but a password. */
export const lacksDevice = (principal: string): string =>
  `not exists (select from authenticator_apps d where d.principal = ${principal}) and not exists (select from passkeys k where k.principal = ${principal})`

/** The people and groups with an assignment, and the groups inside of these. */
const holding = `(with recursive holding(id) as (
    select distinct principal_id from assignments
    union select m.member_group_id from holding h join group_members m on m.group_id = h.id and m.member_group_id is not null
  ) select id from holding)`

// What is asked with `is true` is looked up in a table made once; as a join it would be gone through for every person.
const holds = `((t.id in ${holding}) is true or exists (select from group_members m where m.user_id = t.id and (m.group_id in ${holding}) is true offset 0))`

const signedInLast = `(select e.event_time from audit_events e where e.user_id = t.id and e.event_name = 'UserAuthentication' order by e.position desc limit 1)`

const conditions: Readonly<Record<PeopleFinding, (moments: Moments) => Narrowing>> = {
  'people-without-device': () => () => `t.active and ${lacksDevice(`'user:' || t.id`)}`,
  'stale-access': ({ signedIn }) => (add) => {
    if (!signedIn) return 'false'
    const since = `${add(signedIn)}::timestamptz`
    return `t.active and t.created_at < ${since} and coalesce(${signedInLast} < ${since}, true) and ${holds}`
  },
  'disabled-with-access': () => () => `not t.active and ${holds}`,
  'one-time-passwords': ({ oneTime }) => (add) => `t.id = any(array(select substr(p.principal, 6)::uuid from passwords p where p.principal like 'user:%' and p.one_time and p.changed_at < ${add(oneTime)}::timestamptz))`,
}

/** Says of whom a finding is. */
export const peopleOf = (finding: PeopleFinding, moments: Moments): Narrowing => conditions[finding](moments)
