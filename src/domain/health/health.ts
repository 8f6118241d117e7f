// Counts what there is and what is the matter with it, in one statement, and tells which of it is worth saying.
import { lastCertificateEnd } from '../federation/index.js'
import type { Clock } from '../../platform/clock.js'
import type { Executor, Row } from '../../platform/storage/database.js'

/** How much there is. */
export interface Figures {
  people: number
  groups: number
  accounts: number
  permissionSets: number
  applications: number
  assignments: number
}

export type FindingCode = 'single-administrator' | 'root-without-device' | 'people-without-device' | 'mail-failing' | 'stale-access' | 'disabled-with-access' | 'unused-permission-sets' | 'old-access-keys' | 'one-time-passwords' | 'trail-faulty' | 'provider-certificates'

export interface Finding {
  code: FindingCode
  /** How many of them; for administrators, how many there are. */
  count: number
  /** Of how many, where a share says more. */
  of?: number
  /** The one that it is about, where it is one: a person, a permission set, an account. */
  id?: string
}

interface State {
  figures: Figures
  findings: Finding[]
}

/** What has to be so for so many days before it is worth saying. */
const staleDays = 90
const oldKeyDays = 90
const oneTimeDays = 7
const mailDays = 7
const certificateDays = 30
const day = 86_400_000
/** Milliseconds for which an answer is good. */
const keptFor = 15_000

/** As many are read for one page, those that were made first, and as many characters of each. */
const mostProviders = 200
const longestMetadata = 50_000

const administrator = 'arn:aws:iam::aws:policy/AdministratorAccess'

const people = `
  with recursive holding(id) as (
    select distinct principal_id from assignments
    union select m.member_group_id from group_members m join holding h on m.group_id = h.id where m.member_group_id is not null
  ), administering(id) as (
    select distinct a.principal_id from assignments a join accounts c on c.id = a.account_id and c.management
      join permission_sets s on s.id = a.permission_set_id where s.managed_policies ? $1
    union select m.member_group_id from group_members m join administering g on m.group_id = g.id where m.member_group_id is not null
  ), judged as (
    select u.id, u.active, u.created_at,
      u.id in (select id from holding) or exists (select 1 from group_members m where m.user_id = u.id and m.group_id in (select id from holding)) as holds,
      u.id in (select id from administering) or exists (select 1 from group_members m where m.user_id = u.id and m.group_id in (select id from administering)) as administers,
      exists (select 1 from authenticator_apps d where d.principal = 'user:' || u.id) or exists (select 1 from passkeys k where k.principal = 'user:' || u.id) as proves
    from users u
  )`

const statement = `${people}
  select
    (select count(*) from users) as people, (select count(*) from groups) as groups, (select count(*) from accounts) as accounts,
    (select count(*) from permission_sets) as permission_sets, (select count(*) from applications) as applications, (select count(*) from assignments) as assignments,
    (select count(*) from judged where active) as active,
    (select count(*) from judged where active and administers) as administrators,
    (select array[count(*)::text, min(id::text)] from judged where active and not proves) as without_device,
    (select array[count(*)::text, min(id::text)] from judged where not active and holds) as disabled_with_access,
    (select array[count(*)::text, min(id::text)] from judged j where active and holds and created_at < $2 and not exists (
      select 1 from audit_events e where e.user_id = j.id and e.event_name = 'UserAuthentication' and e.event_time >= $2)) as stale,
    (select array[count(*)::text, min(s.id::text)] from permission_sets s where not exists (select 1 from assignments a where a.permission_set_id = s.id)) as unused_sets,
    (select count(*) from mails where state = 'failed' and ended_at >= $3) as failed_mails,
    (select count(*) from iam_access_keys where created_at < $4 and active) as old_keys,
    (select min(s.id) from assignments a join accounts c on c.id = a.account_id and c.management join permission_sets s on s.id = a.permission_set_id where s.managed_policies ? $1) as administrators_set,
    (select count(*) from audit_verifications where fault is not null) as trail_faults,
    (select array[count(*)::text, min(substr(principal, 6)) filter (where principal like 'user:%')] from passwords where one_time and changed_at < $5) as one_time,
    (select array[count(*)::text, min(substr(p.principal, 6))] from passwords p where p.principal like 'root:%' and not exists (select 1 from authenticator_apps d where d.principal = p.principal)
      and not exists (select 1 from passkeys k where k.principal = p.principal)) as bare_roots`

export class Health {
  #state: { readAt: number; reading: Promise<State> } | undefined

  constructor(private readonly sql: Executor, private readonly clock: Clock) {}

  /** Reads figures and findings, the worst first; as they were at most a quarter of a minute ago. */
  read(): Promise<State> {
    if (!this.#state || this.clock() - this.#state.readAt >= keptFor) {
      const reading = this.#read()
      this.#state = { readAt: this.clock(), reading }
      reading.catch(() => { this.#state = undefined })
    }
    return this.#state.reading
  }

  async #read(): Promise<State> {
    const before = (days: number): Date => new Date(this.clock() - days * day)
    const [row] = await this.sql.query(statement, [administrator, before(staleDays), before(mailDays), before(oldKeyDays), before(oneTimeDays)])
    return { figures: figuresOf(row!), findings: findingsOf({ ...row, ending_providers: await this.#endingProviders() }) }
  }

  /** SAML providers of accounts that soon have no certificate to sign with, or whose metadata soon holds no more. */
  async #endingProviders(): Promise<[number, string | undefined]> {
    const soon = this.clock() + certificateDays * day
    const rows = await this.sql.query<{ account_id: string; metadata: string; valid_until: Date | null }>(
      `select account_id, left(metadata, ${longestMetadata}) as metadata, valid_until from iam_identity_providers where kind = 'saml' order by created_at limit ${mostProviders}`)
    const ending = rows.filter(({ metadata, valid_until: until }) => Math.min(until?.getTime() ?? Infinity, lastCertificateEnd(metadata) ?? Infinity) < soon)
    return [ending.length, ending[0]?.account_id]
  }
}

const figuresOf = (row: Row): Figures => ({
  people: Number(row.people), groups: Number(row.groups), accounts: Number(row.accounts),
  permissionSets: Number(row.permission_sets), applications: Number(row.applications), assignments: Number(row.assignments),
})

function findingsOf(row: Row): Finding[] {
  const administrators = Number(row.administrators)
  const counted = (code: FindingCode, found: unknown, of?: unknown): Finding[] => {
    const [count, id] = Array.isArray(found) ? found as [string | number, string | null] : [found, undefined]
    return Number(count) > 0 ? [{ code, count: Number(count), ...(of !== undefined && { of: Number(of) }), ...(Number(count) === 1 && id && { id }) }] : []
  }
  return [
    ...counted('trail-faulty', row.trail_faults),
    ...(administrators < 2 ? [{ code: 'single-administrator', count: administrators, ...(typeof row.administrators_set === 'string' && { id: row.administrators_set }) } as const] : []),
    ...counted('mail-failing', row.failed_mails),
    ...counted('root-without-device', row.bare_roots),
    ...counted('provider-certificates', row.ending_providers),
    ...counted('people-without-device', row.without_device, row.active),
    ...counted('stale-access', row.stale),
    ...counted('old-access-keys', row.old_keys),
    ...counted('disabled-with-access', row.disabled_with_access),
    ...counted('one-time-passwords', row.one_time),
    ...counted('unused-permission-sets', row.unused_sets, row.permission_sets),
  ]
}
