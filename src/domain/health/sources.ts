// What a finding counts of identity sources: certificates that end or are over, theirs and our own for them, metadata that nobody
// could fetch for long, and directories that were not synchronised.
import { listSamlKeyEnds } from '../federation/index.js'
import type { Executor } from '../../platform/storage/database.js'
import { day } from './moments.js'

export const sourceFindings = ['source-certificate-over', 'source-certificate-ending', 'source-metadata-stale', 'source-sync-failed', 'source-sync-stopped', 'own-certificate-over', 'own-certificate-ending'] as const
export type SourceFinding = (typeof sourceFindings)[number]

/** How many, the source that it is where it is one, and of certificates that end in how many days the first does. */
export interface SourceCount {
  count: number
  id?: string
  days?: number
  /** What went wrong, of the first few by their names. */
  told?: readonly { id: string; name: string; says: string }[]
}

/** Within so many days an end is near, and for so many days metadata may be out of reach. */
const near = 60
const patience = 2
/** Of so many it is told what went wrong. */
const mostTold = 3

const statement = `
  select s.id::text as id, s.name, c.until, y.outcome, y.says, coalesce(f.failures > 0 and coalesce(f.fetched_at, s.created_at) < $2 or f.valid_until <= $1, false) as stale
  from identity_sources s
  left join lateral (select max(not_after) as until from identity_source_certificates where source_id = s.id and state <> 'retired') as c on true
  left join identity_source_fetches f on f.source_id = s.id and s.connection->>'metadataUrl' = f.url
  left join identity_source_syncs y on y.source_id = s.id and s.kind = 'ldap'
  where s.kind in ('saml', 'ldap') and s.enabled order by lower(s.name)`

/** Counts those that there are; of a source the certificate that ends last decides. */
export async function countSources(sql: Executor, now: number): Promise<ReadonlyMap<SourceFinding, SourceCount>> {
  const rows = await sql.query<Omit<Source, 'left'> & { until: Date | null }>(statement, [new Date(now), new Date(now - patience * day)])
  const sources: Source[] = rows.map(({ until, ...source }) => ({ ...source, left: until === null ? undefined : until.getTime() - now }))
  const own: Ending[] = (await listSamlKeyEnds(sql)).flatMap(({ current, next }) => [current, ...(next ? [next] : [])]).map(({ endsAt }) => ({ left: endsAt.getTime() - now }))
  const found: Readonly<Record<SourceFinding, SourceCount>> = {
    'source-certificate-over': counted(sources.filter(isOver)), 'source-certificate-ending': withDays(sources.filter(isEnding)), 'source-metadata-stale': counted(sources.filter(({ stale }) => stale)),
    'source-sync-failed': withWords(sources.filter(({ outcome }) => outcome === 'failed')), 'source-sync-stopped': withWords(sources.filter(({ outcome }) => outcome === 'stopped')),
    'own-certificate-over': counted(own.filter(isOver)), 'own-certificate-ending': withDays(own.filter(isEnding)),
  }
  return new Map(sourceFindings.flatMap((code) => (found[code].count > 0 ? [[code, found[code]] as const] : [])))
}

interface Ending {
  /** Of a source. */
  id?: string
  /** Milliseconds until the end. */
  left: number | undefined
}

interface Source extends Ending {
  id: string
  name: string
  stale: boolean
  /** How bringing people in line with it ended last. */
  outcome: 'done' | 'stopped' | 'failed' | null
  says: string | null
}

const isOver = ({ left }: Ending): boolean => left !== undefined && left <= 0
const isEnding = ({ left }: Ending): boolean => left !== undefined && left > 0 && left <= near * day

const counted = (found: readonly { id?: string }[]): SourceCount => ({ count: found.length, ...(found.length === 1 && found[0]!.id !== undefined && { id: found[0]!.id }) })
const withDays = (found: readonly Ending[]): SourceCount => ({ ...counted(found), days: Math.floor(Math.min(...found.map(({ left }) => left!)) / day) })
const withWords = (found: readonly Source[]): SourceCount => ({ ...counted(found), told: found.slice(0, mostTold).map(({ id, name, says }) => ({ id, name, says: says ?? '' })) })
