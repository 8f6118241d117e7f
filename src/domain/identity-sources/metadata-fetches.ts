// How it went to fetch the metadata of sources, and when each is due. Of several nodes one takes what is due; what it does not
// bring to an end, because it stops, is due again a little later.
import type { Clock } from '../../platform/clock.js'
import type { Executor, Row } from '../../platform/storage/database.js'

/** How the metadata of a source was fetched last. */
export interface MetadataFetch {
  triedAt: Date | undefined
  /** When it went well last. */
  fetchedAt: Date | undefined
  dueAt: Date
  /** Until when what was fetched says that it holds. */
  validUntil: Date | undefined
  /** How many times in a row it failed, and why the last time. */
  failures: number
  fault: string | undefined
}

const minute = 60_000
const hour = 60 * minute
const lease = 10 * minute
const usually = 6 * hour
const shortest = hour
const backOff = { first: 15 * minute, longest: 24 * hour }
const longestFault = 1000

/** When metadata is fetched again that says how long it may be kept. */
export function dueAfter(now: number, { validUntil, cacheFor }: { validUntil: Date | undefined; cacheFor: number | undefined }): number {
  return now + Math.max(shortest, Math.min(usually, cacheFor ?? usually, (validUntil?.getTime() ?? Infinity) - now))
}

/** When it is tried again after so many failures in a row. */
export const dueAfterFailures = (now: number, failures: number): number => now + Math.min(backOff.longest, backOff.first * 2 ** (failures - 1))

export class MetadataFetches {
  constructor(private readonly sql: Executor, private readonly clock: Clock) {}

  /** Finds how it went with a source, by the address that it has now. */
  async find(sourceId: string): Promise<MetadataFetch | undefined> {
    return (await this.#read('s.id = $1', [sourceId])).get(sourceId)
  }

  /** All of them, by source. */
  list(): Promise<ReadonlyMap<string, MetadataFetch>> {
    return this.#read('true', [])
  }

  /** Takes the source that is due longest, for this node alone. */
  async takeDue(): Promise<string | undefined> {
    const now = this.clock()
    await this.sql.query(
      `insert into identity_source_fetches (source_id, url, due_at) select id, connection->>'metadataUrl', $1 from identity_sources where kind = 'saml' and enabled and connection->>'metadataUrl' is not null
       on conflict (source_id) do update set url = excluded.url, due_at = excluded.due_at, tried_at = null, fetched_at = null, valid_until = null, failures = 0, fault = null where identity_source_fetches.url <> excluded.url`, [new Date(now)])
    const [row] = await this.sql.query<{ source_id: string }>(
      `update identity_source_fetches set due_at = $2 where source_id = (
         select f.source_id from identity_source_fetches f join identity_sources s on s.id = f.source_id and s.enabled and s.connection->>'metadataUrl' = f.url
         where f.due_at <= $1 order by f.due_at limit 1 for update of f skip locked) returning source_id`, [new Date(now), new Date(now + lease)])
    return row?.source_id
  }

  /** Keeps that it went well. */
  async noteSuccess(sourceId: string, url: string, kept: { validUntil: Date | undefined; cacheFor: number | undefined }): Promise<void> {
    const now = this.clock()
    await this.sql.query(
      `insert into identity_source_fetches (source_id, url, due_at, tried_at, fetched_at, valid_until) values ($1, $2, $3, $4, $4, $5)
       on conflict (source_id) do update set url = $2, due_at = $3, tried_at = $4, fetched_at = $4, valid_until = $5, failures = 0, fault = null`,
      [sourceId, url, new Date(dueAfter(now, kept)), new Date(now), kept.validUntil ?? null])
  }

  /** Keeps that it failed, and says how many times it has in a row. Somebody who tries it by hand does not put the next time off. */
  async noteFailure(sourceId: string, url: string, { fault, byHand }: { fault: string; byHand: boolean }): Promise<number> {
    const now = this.clock()
    const [before] = await this.sql.query<{ failures: number }>('select failures from identity_source_fetches where source_id = $1 and url = $2', [sourceId, url])
    const failures = byHand ? Math.max(1, before?.failures ?? 0) : (before?.failures ?? 0) + 1
    await this.sql.query(
      `insert into identity_source_fetches (source_id, url, due_at, tried_at, failures, fault) values ($1, $2, $3, $4, $5, $6)
       on conflict (source_id) do update set due_at = $3, tried_at = $4, failures = $5, fault = $6,
         fetched_at = case when identity_source_fetches.url = $2 then identity_source_fetches.fetched_at end, valid_until = case when identity_source_fetches.url = $2 then identity_source_fetches.valid_until end, url = $2`,
      [sourceId, url, new Date(dueAfterFailures(now, failures)), new Date(now), failures, fault.slice(0, longestFault)])
    return failures
  }

  async #read(condition: string, parameters: unknown[]): Promise<Map<string, MetadataFetch>> {
    const rows = await this.sql.query(`select f.* from identity_source_fetches f join identity_sources s on s.id = f.source_id and s.connection->>'metadataUrl' = f.url where ${condition}`, parameters)
    return new Map(rows.map((row) => [row.source_id as string, fromRow(row)]))
  }
}

const fromRow = (row: Row): MetadataFetch => ({
  triedAt: (row.tried_at as Date | null) ?? undefined, fetchedAt: (row.fetched_at as Date | null) ?? undefined, dueAt: row.due_at as Date, validUntil: (row.valid_until as Date | null) ?? undefined,
  failures: row.failures as number, fault: (row.fault as string | null) ?? undefined,
})
