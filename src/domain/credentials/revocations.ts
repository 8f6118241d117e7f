// Revoked credentials: a short list of "issued before" marks, kept in the database and known in every node.
// A node that cannot refresh the list for five seconds refuses, rather than let revoked credentials pass.
import type { Clock } from '../../platform/clock.js'
import { Refusal } from '../../platform/errors.js'
import type { Log } from '../../platform/log.js'

export interface RevocationSubject {
  kind: 'user' | 'role' | 'session' | 'account'
  /** An account's id, for everything that was issued in it; a workforce user's id, an IAM user's (`AIDA…`), the account id of a root user; a role's id (`AROA…`); or an access key id. */
  subject: string
}

/** Names the console sessions of a principal alone, by its id: credentials that it has elsewhere go on. */
export const consoleSubject = (id: string): RevocationSubject => ({ kind: 'user', subject: `console:${id}` })

export interface Revocation extends RevocationSubject {
  /** Credentials issued at this time or earlier are revoked; milliseconds since the epoch. */
  issuedBefore: number
  /** Who revoked, for the record. */
  by: string
}

/** What the list needs of the database. */
export interface RevocationStore {
  query<T = Record<string, unknown>>(sql: string, parameters?: unknown[]): Promise<T[]>
}

export interface RevocationsOptions {
  store: RevocationStore
  clock: Clock
  /** Milliseconds since any moment, by a clock that nobody sets: it tells how old the list is. */
  elapsed?: () => number
  log: Pick<Log, 'warn'>
  /** Milliseconds between two refreshes where several nodes share the list; left out on a node of its own. */
  refreshEvery?: number
}

const staleAfter = 5000
/** Longest life of a session: a mark that is older revokes nothing any more. */
const keptFor = 36 * 3600 * 1000
const pruneEvery = 3600 * 1000
/** Marks are read again for this long, because a transaction may end later than one that began after it. */
const overlap = 60_000

interface Row {
  kind: string
  subject: string
  issued_before: number
  revoked_at: number
}

const reading = `
select kind, subject, (extract(epoch from issued_before) * 1000)::float8 as issued_before, (extract(epoch from revoked_at) * 1000)::float8 as revoked_at
from credential_revocations where revoked_at >= to_timestamp($1::float8 / 1000)`

const writing = `
insert into credential_revocations (kind, subject, issued_before, revoked_by)
select kind, subject, to_timestamp(issued_before / 1000), revoked_by from jsonb_to_recordset($1::jsonb) as r(kind text, subject text, issued_before float8, revoked_by text)
on conflict (kind, subject) do update set issued_before = greatest(credential_revocations.issued_before, excluded.issued_before),
  revoked_by = excluded.revoked_by, revoked_at = clock_timestamp()`

const pruning = `delete from credential_revocations where greatest(issued_before, revoked_at) < to_timestamp($1::float8 / 1000)`

const keyOf = ({ kind, subject }: RevocationSubject): string => `${kind}:${subject}`

/** Writes revocations, each subject once, for nodes to find with their next refresh; `Revocations.revoke` is for a node that must know at once. */
export async function writeRevocations(store: RevocationStore, revocations: readonly Revocation[]): Promise<void> {
  await store.query(writing, [JSON.stringify(revocations.map(({ kind, subject, issuedBefore, by }) => ({ kind, subject, issued_before: issuedBefore, revoked_by: by })))])
}

export class Revocations {
  readonly #options: RevocationsOptions
  readonly #marks = new Map<string, number>()
  #refreshedAt: number | undefined
  #readUntil = 0
  #prunedAt = 0
  #timer: NodeJS.Timeout | undefined
  #refreshing: Promise<void> | undefined

  constructor(options: RevocationsOptions) {
    this.#options = options
  }

  /** Reads the list and, where several nodes share it, keeps it fresh until `stop`. */
  async start(): Promise<void> {
    await this.refresh()
    const { refreshEvery, log } = this.#options
    if (refreshEvery === undefined) return
    this.#timer = setInterval(() => {
      this.refresh().catch((error: Error) => log.warn({ err: error.message }, 'revoked credentials could not be refreshed'))
    }, refreshEvery)
    this.#timer.unref()
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.#refreshing?.catch(() => undefined)
  }

  /** Revokes what was issued to a subject so far; this node knows at once, others after their next refresh. */
  async revoke(revocation: Revocation): Promise<void> {
    await writeRevocations(this.#options.store, [revocation])
    this.#mark(keyOf(revocation), revocation.issuedBefore)
  }

  /** Revokes for several subjects at once. */
  async revokeAll(revocations: readonly Revocation[]): Promise<void> {
    if (revocations.length > 0) await writeRevocations(this.#options.store, revocations)
    this.learn(revocations)
  }

  /** Knows at once in this node what was written in a transaction that is committed now. */
  learn(revocations: readonly Revocation[]): void {
    for (const revocation of revocations) this.#mark(keyOf(revocation), revocation.issuedBefore)
  }

  /** Says whether credentials issued at a time to any of the subjects still count. Throws `unavailable` when the list is too old to tell. */
  check(subjects: readonly RevocationSubject[], issuedAt: number): 'in-force' | 'revoked' {
    this.#requireFresh()
    return subjects.some((subject) => issuedAt <= (this.#marks.get(keyOf(subject)) ?? -Infinity)) ? 'revoked' : 'in-force'
  }

  /** Reads what was revoked since the last time; calls at the same time share one reading. */
  refresh(): Promise<void> {
    this.#refreshing ??= this.#read().finally(() => {
      this.#refreshing = undefined
    })
    return this.#refreshing
  }

  async #read(): Promise<void> {
    const { store, clock } = this.#options
    const startedAt = this.#elapsed()
    await this.#prune(clock())
    for (const row of await store.query<Row>(reading, [this.#readUntil - overlap])) {
      this.#mark(`${row.kind}:${row.subject}`, row.issued_before)
      this.#readUntil = Math.max(this.#readUntil, row.revoked_at)
    }
    this.#refreshedAt = startedAt
  }

  async #prune(now: number): Promise<void> {
    if (now - this.#prunedAt < pruneEvery) return
    const oldest = now - keptFor
    await this.#options.store.query(pruning, [oldest])
    for (const [key, issuedBefore] of this.#marks) if (issuedBefore < oldest) this.#marks.delete(key)
    this.#prunedAt = now
  }

  #mark(key: string, issuedBefore: number): void {
    this.#marks.set(key, Math.max(this.#marks.get(key) ?? -Infinity, issuedBefore))
  }

  #requireFresh(): void {
    const { refreshEvery } = this.#options
    const known = this.#refreshedAt !== undefined && (refreshEvery === undefined || this.#elapsed() - this.#refreshedAt <= staleAfter)
    if (!known) throw new Refusal('unavailable', 'Credentials cannot be checked at the moment. Please try again.', { retryAfter: 5 })
  }

  #elapsed(): number {
    const { elapsed = () => performance.now() } = this.#options
    return elapsed()
  }
}
