// The grouped reads of the table twin: entries and counters of many callers in one statement.
import type { Statement } from './ephemeral-table-writes.js'
import type { Waiting } from './lane.js'

export interface Found {
  kind: 'entry' | 'counter'
  key: string
  value: string | null
  /** When the entry was consumed, or the count. */
  number: number | null
  expires: number
}

export interface Read extends Waiting {
  kind: 'entry' | 'counter'
  key: string
  answer(found: Found | undefined): void
}

const mostReads = 2_000

/** Picks the reads of the next statement: whatever waits, up to a bound. */
export const chooseReads = (waiting: Read[]): Set<Read> => new Set(waiting.slice(0, mostReads))

/** Writes the one statement that answers all these reads with what is live. */
export function readStatement(reads: Read[], now: number): Statement {
  const parameters: unknown[] = [now]
  const named = (kind: Read['kind']) => [...new Set(reads.filter(read => read.kind === kind).map(read => read.key))]
  const selects: string[] = []
  const entries = named('entry')
  if (entries.length > 0) {
    selects.push(`select 'entry' as kind, key, value, consumed_at::float8 as number, expires_at::float8 as expires
      from ephemeral where key = any($${parameters.push(entries)}::text[]) and value is not null and expires_at > $1::bigint`)
  }
  const counters = named('counter')
  if (counters.length > 0) {
    selects.push(`select 'counter' as kind, key, null as value, count::float8 as number, expires_at::float8 as expires
      from ephemeral_counters where key = any($${parameters.push(counters)}::text[]) and expires_at > $1::bigint`)
  }
  return { sql: selects.join('\nunion all\n'), parameters }
}

/** Writes the statement that names the live entries of a list, newest first. */
export function listStatement(name: string, now: number, most: number): Statement {
  return {
    sql: `select l.key from ephemeral_lists l join ephemeral e on e.key = l.key and e.born = l.born
      where l.list = $1::text and e.value is not null and e.expires_at > $2::bigint
      order by l.position desc limit $3::int`,
    parameters: [name, now, most],
  }
}

/** Writes the statements that remove a bounded number of expired rows, with the list rows that name them. */
export function sweepStatements(now: number, most: number): Statement[] {
  return [
    {
      sql: `with gone as (
          delete from ephemeral e
          using (select key from ephemeral where expires_at <= $1::bigint order by expires_at limit $2::int for update skip locked) x
          where e.key = x.key returning e.key, e.born),
        unlisted as (delete from ephemeral_lists l using gone g where l.key = g.key and l.born <= g.born)
        select count(*)::float8 as swept from gone`,
      parameters: [now, most],
    },
    {
      sql: `with gone as (
          delete from ephemeral_counters c
          using (select key from ephemeral_counters where expires_at <= $1::bigint order by expires_at limit $2::int for update skip locked) x
          where c.key = x.key returning 1)
        select count(*)::float8 as swept from gone`,
      parameters: [now, most],
    },
  ]
}
