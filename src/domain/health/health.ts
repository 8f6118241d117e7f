// Counts what there is and what is the matter with it, and tells which of it is worth saying, and of whom.
import { lastCertificateEnd } from '../federation/index.js'
import type { Clock } from '../../platform/clock.js'
import type { Database, Row } from '../../platform/storage/database.js'
import { narrowed, type Narrowing } from '../../platform/storage/paging.js'
import { readWide } from '../../platform/storage/wide-reads.js'
import { accountFindings, rowsOf, type AccountFinding, type EndingProvider } from './in-accounts.js'
import { day, momentsAt, type Moments } from './moments.js'
import { peopleFindings, peopleOf, type PeopleFinding } from './people.js'
import { countSources, type SourceCount, type SourceFinding } from './sources.js'

/** How much there is. */
export interface Figures {
  people: number
  groups: number
  accounts: number
  permissionSets: number
  applications: number
  assignments: number
}

export type FindingCode = PeopleFinding | AccountFinding | SourceFinding | 'single-administrator' | 'mail-failing' | 'unused-permission-sets' | 'trail-faulty'

export interface Finding {
  code: FindingCode
  /** How many of them; for administrators, how many there are. */
  count: number
  /** Of how many, where a share says more. */
  of?: number
  /** The one that it is about, where it is one: a person, a permission set, an account. */
  id?: string
  /** For how many days it has been so, where that is not always the same; or in how many it will be. */
  days?: number
  /** What went wrong, of the first few by their names. */
  told?: readonly { id: string; name: string; says: string }[]
}

interface State {
  figures: Figures
  findings: Finding[]
  /** Of whom people's findings are, where they are few. */
  people: ReadonlyMap<PeopleFinding, string[]>
}

/** How much of a finding an account has, and since when, or until when. */
export interface AccountFigure {
  count: number
  moment: Date | undefined
}

/** Milliseconds for which an answer is good, for which the one before is told meanwhile, and for which a new one is waited for. */
const keptFor = 15_000
const goodFor = 600_000
const patience = 100
/** So many people are found by their ids, because few are far apart in a list; more are met soon enough by going through it. */
const mostFew = 500

/** As many are read for one page, those that were made first, and as many characters of each. */
const mostProviders = 200
const longestMetadata = 50_000

const administrator = 'arn:aws:iam::aws:policy/AdministratorAccess'
const isUnused: Narrowing = () => 'not exists (select from assignments a where a.permission_set_id = t.id)'

const statement = `
  with recursive administering(id) as (
    select distinct a.principal_id from assignments a join accounts c on c.id = a.account_id and c.management
      join permission_sets s on s.id = a.permission_set_id where s.managed_policies ? $1
    union select m.member_group_id from group_members m join administering g on m.group_id = g.id where m.member_group_id is not null
  )
  select
    (select count(*) from users) as people, (select count(*) from groups) as groups, (select count(*) from accounts) as accounts,
    (select count(*) from permission_sets) as permission_sets, (select count(*) from applications) as applications, (select count(*) from assignments) as assignments,
    (select count(*) from users where active) as active,
    (select count(*) from users u join (select m.user_id from administering g join group_members m on m.group_id = g.id union select id from administering) as a on a.user_id = u.id where u.active) as administrators,
    (select array[count(*)::text, min(t.id::text)] from permission_sets t where ${isUnused(String)}) as unused_sets,
    (select count(*) from mails where state = 'failed' and ended_at >= $2) as failed_mails,
    (select min(s.id) from assignments a join accounts c on c.id = a.account_id and c.management join permission_sets s on s.id = a.permission_set_id where s.managed_policies ? $1) as administrators_set,
    (select count(*) from audit_verifications where fault is not null) as trail_faults`

export class Health {
  #reading: { at: number; state: Promise<State> } | undefined
  #known: { at: number; state: State } | undefined

  constructor(private readonly sql: Database, private readonly clock: Clock) {}

  /** Reads figures and findings, the worst first: as they were a quarter of a minute ago, or some minutes where it takes longer than a page waits. */
  async read(): Promise<State> {
    const reading = this.#reading && this.clock() - this.#reading.at < keptFor ? this.#reading : this.#begin()
    const known = this.#known
    if (!known || this.clock() - known.at > goodFor) return reading.state
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<State>((resolve) => { timer = setTimeout(() => resolve(known.state), patience) })
    return Promise.race([reading.state, late]).finally(() => clearTimeout(timer))
  }

  /** Says of whom a finding about people is, for a list of users. */
  async people(finding: PeopleFinding): Promise<Narrowing> {
    const { people } = await this.read()
    const condition = peopleOf(finding, await this.#moments())
    const few = people.get(finding)
    return (add) => `${few ? `t.id = any(${add(few)}::uuid[]) and ` : ''}${condition(add)}`
  }

  /** Says which accounts a finding is about, for a list of accounts. */
  async accounts(finding: AccountFinding): Promise<Narrowing> {
    const rows = await this.#rows(finding, await this.#moments())
    return (add) => `t.id in (select account_id from (${rows(add)}) as f)`
  }

  /** Says which permission sets nobody is assigned to, for a list of them. */
  unusedPermissionSets(): Narrowing {
    return isUnused
  }

  /** Says of some accounts how much of a finding each has. */
  async inAccounts(finding: AccountFinding, accountIds: readonly string[]): Promise<Map<string, AccountFigure>> {
    const rows = await this.#rows(finding, await this.#moments())
    const parameters: unknown[] = [accountIds]
    const found = await this.sql.query<{ account_id: string; count: number; moment: Date | null }>(
      `select account_id, count(*)::int as count, min(moment) as moment from ${narrowedRows(rows, parameters)} where account_id = any($1::char(12)[]) group by account_id`, parameters)
    return new Map(found.map(({ account_id: id, count, moment }) => [id, { count, moment: moment ?? undefined }]))
  }

  #begin(): { at: number; state: Promise<State> } {
    const reading = { at: this.clock(), state: this.#read() }
    this.#reading = reading
    void this.#keep(reading)
    return reading
  }

  async #keep(reading: { at: number; state: Promise<State> }): Promise<void> {
    try {
      this.#known = { at: reading.at, state: await reading.state }
    } catch {
      // Whoever waits for it is told; who comes next reads again.
      if (this.#reading === reading) this.#reading = undefined
    }
  }

  async #read(): Promise<State> {
    const moments = await this.#moments()
    const [row] = await readWide(this.sql, statement, [administrator, moments.mails])
    const counts = new Map<FindingCode, Counted>()
    const people = new Map<PeopleFinding, string[]>()
    for (const finding of peopleFindings) {
      const { count, ids } = await this.#countPeople(peopleOf(finding, moments))
      counts.set(finding, { count, id: ids[0] })
      if (count <= mostFew) people.set(finding, ids)
    }
    for (const finding of accountFindings) counts.set(finding, await this.#countRows(await this.#rows(finding, moments)))
    const staleDays = moments.signedIn && Math.floor((this.clock() - moments.signedIn.getTime()) / day)
    return { figures: figuresOf(row!), findings: findingsOf(row!, { counts, sources: await countSources(this.sql, this.clock()) }, staleDays), people }
  }

  #moments(): Promise<Moments> {
    return momentsAt(this.clock(), this.sql)
  }

  async #countPeople(condition: Narrowing): Promise<{ count: number; ids: string[] }> {
    const parameters: unknown[] = []
    const [row] = await readWide(this.sql, `select count(*)::int as count, (array_agg(t.id))[1:${mostFew}] as ids from users t where true${narrowed(condition, parameters)}`, parameters)
    return { count: row!.count as number, ids: (row!.ids as string[] | null) ?? [] }
  }

  async #countRows(rows: Narrowing): Promise<Counted> {
    const parameters: unknown[] = []
    const [row] = await this.sql.query(`select count(*)::int as count, min(account_id) as id from ${narrowedRows(rows, parameters)}`, parameters)
    return { count: row!.count as number, id: (row!.id as string | null) ?? undefined }
  }

  #rows(finding: AccountFinding, moments: Moments): Promise<Narrowing> {
    return rowsOf(finding, { moments, endingProviders: () => this.#endingProviders(moments) })
  }

  /** SAML providers of accounts that soon have no certificate to sign with, or whose metadata soon holds no more. */
  async #endingProviders({ certificates }: Moments): Promise<EndingProvider[]> {
    const rows = await this.sql.query<{ account_id: string; metadata: string; valid_until: Date | null }>(
      `select account_id, left(metadata, ${longestMetadata}) as metadata, valid_until from iam_identity_providers where kind = 'saml' order by created_at limit ${mostProviders}`)
    return rows.map(({ account_id: accountId, metadata, valid_until: until }) => ({ accountId, until: Math.min(until?.getTime() ?? Infinity, lastCertificateEnd(metadata) ?? Infinity) }))
      .filter(({ until }) => until < certificates.getTime())
  }
}

const narrowedRows = (rows: Narrowing, parameters: unknown[]): string => `(${rows((value) => `$${parameters.push(value)}`)}) as f`

interface Counted {
  count: number
  id?: string | undefined
}

const figuresOf = (row: Row): Figures => ({
  people: Number(row.people), groups: Number(row.groups), accounts: Number(row.accounts),
  permissionSets: Number(row.permission_sets), applications: Number(row.applications), assignments: Number(row.assignments),
})

function findingsOf(row: Row, { counts, sources }: { counts: ReadonlyMap<FindingCode, Counted>; sources: ReadonlyMap<SourceFinding, SourceCount> }, staleDays: number | undefined): Finding[] {
  const administrators = Number(row.administrators)
  const [unused, unusedId] = row.unused_sets as [string, string | null]
  const counted = (code: FindingCode, { count, id }: Counted, of?: unknown): Finding[] =>
    (count > 0 ? [{ code, count, ...(of !== undefined && { of: Number(of) }), ...(count === 1 && id !== undefined && { id }) }] : [])
  const found = (code: PeopleFinding | AccountFinding, of?: unknown): Finding[] => counted(code, counts.get(code)!, of)
  const ofSources = (...codes: SourceFinding[]): Finding[] => codes.flatMap((code) => (sources.has(code) ? [{ code, ...sources.get(code)! }] : []))
  return [
    ...counted('trail-faulty', { count: Number(row.trail_faults) }),
    ...(administrators < 2 ? [{ code: 'single-administrator', count: administrators, ...(typeof row.administrators_set === 'string' && { id: row.administrators_set }) } as const] : []),
    ...counted('mail-failing', { count: Number(row.failed_mails) }),
    ...ofSources('source-certificate-over', 'own-certificate-over', 'source-sync-stopped', 'source-sync-failed'),
    ...found('root-without-device'),
    ...ofSources('source-certificate-ending', 'own-certificate-ending', 'source-metadata-stale'),
    ...found('provider-certificates'),
    ...found('people-without-device', row.active),
    ...found('stale-access').map((finding) => ({ ...finding, ...(staleDays !== undefined && { days: staleDays }) })),
    ...found('old-access-keys'),
    ...found('disabled-with-access'),
    ...found('one-time-passwords'),
    ...found('user-one-time-passwords'),
    ...counted('unused-permission-sets', { count: Number(unused), id: unusedId ?? undefined }, row.permission_sets),
  ]
}
