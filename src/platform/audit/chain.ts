// Reads the chain as it is kept, and says of each event whether it stands where it was written, and as it was.
import type { Executor } from '../storage/database.js'
import { beginning, contentHash, link, recordOf, type EventRecord } from './canonical.js'
import type { EventRow } from './event.js'

/** An event with its place in the chain. */
export interface ChainedRow extends EventRow {
  position: number
  /** Null for events from before there was a chain. */
  previousHash: Buffer | null
  hash: Buffer | null
}

interface Stored {
  position: string
  event_id: string
  event_time: string
  event_name: string
  event_source: string
  user_id: string | null
  account_id: string | null
  access_key_id: string | null
  outcome: string
  event: Record<string, unknown>
  previous_hash: Buffer | null
  hash: Buffer | null
}

/** What a reader of the chain selects; the time to the microsecond, so that none can be changed unnoticed. */
export const chainColumns = `position, event_id, to_char(event_time at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as event_time, event_name, event_source,
  user_id, account_id, access_key_id, outcome, event, previous_hash, hash`

export const chainedRow = (row: Stored): ChainedRow => ({
  position: Number(row.position), eventId: row.event_id, eventTime: row.event_time.replace(/000Z$/, 'Z'), eventName: row.event_name, eventSource: row.event_source,
  userId: row.user_id, accountId: row.account_id, accessKeyId: row.access_key_id, outcome: row.outcome, event: row.event, previousHash: row.previous_hash, hash: row.hash,
})

/** Reads events after a position, in their order. */
export async function readChain(sql: Executor, after: number, most: number): Promise<ChainedRow[]> {
  return (await sql.query<Stored>(`select ${chainColumns} from audit_events where position > $1 order by position limit $2`, [after, most])).map(chainedRow)
}

/** An event with its place in the chain, as it is streamed and exported: enough to compute both hashes again. */
export function chainedRecord(row: ChainedRow): EventRecord {
  const { gatehouse, ...event } = recordOf(row)
  return { ...event, gatehouse: { ...gatehouse, position: row.position, ...(row.hash && row.previousHash && { previousHash: row.previousHash.toString('hex'), hash: row.hash.toString('hex') }) } }
}

/** A place in the chain. */
export interface Place {
  position: number
  hash: Buffer
}

/** What is wrong with the chain, at the first event where something is. */
export interface ChainFault {
  position: number
  eventId?: string
  kind: 'changed' | 'missing' | 'moved' | 'unsigned'
  sentence: string
}

export const nowhere: Place = { position: 0, hash: beginning }

/** Says what is wrong with an event that is expected to follow on a place. */
export function checkRow(row: ChainedRow, last: Place): ChainFault | undefined {
  const { position, eventId, previousHash, hash } = row
  if (position !== last.position + 1) {
    const gone = position - last.position - 1
    return { position: last.position + 1, kind: 'missing', sentence: gone === 1 ? 'this event is missing' : `this event and the ${gone - 1} after it are missing` }
  }
  if (!previousHash || !hash) return { position, eventId, kind: 'changed', sentence: 'it has no hash' }
  if (!isConsistent(row) || !link(previousHash, contentHash(row)).equals(hash)) return { position, eventId, kind: 'changed', sentence: 'what it says is not what its hash was made of' }
  if (!previousHash.equals(last.hash)) return { position, eventId, kind: 'moved', sentence: 'it was not written after the event that is before it now: one of them was moved, put in, or changed together with its hash' }
  return undefined
}

/** The members that are searched by say the same as the event. */
const isConsistent = ({ eventId, eventName, eventSource, eventTime, event }: EventRow): boolean =>
  event.eventID === eventId && event.eventName === eventName && event.eventSource === eventSource && event.eventTime === `${eventTime.slice(0, 19)}Z`
