// What is streamed: events with their place in the chain, and between them the checkpoints that were signed.
import { chainedRecord, readChain } from '../chain.js'
import type { Checkpoint, Checkpoints } from '../checkpoints.js'
import type { Executor } from '../../storage/database.js'

export interface StreamEntry {
  /** ISO 8601 with milliseconds. */
  time: string
  name: string
  isFailure: boolean
  /** JSON without a line end. */
  line: string
}

/** How far a stream is: among events, and among checkpoints. */
export interface StreamPlace {
  position: number
  checkpoint: number
}

export interface StreamBatch {
  entries: StreamEntry[]
  /** Where the stream is once they are delivered. */
  end: StreamPlace
  /** How many events were removed before they could be streamed. */
  lost: number
}

const mostEvents = 200
const mostCharacters = 512 * 1024
const mostHeads = 50

/** Reads what comes next. */
export async function readBatch(sql: Executor, checkpoints: Checkpoints, { position, checkpoint }: StreamPlace): Promise<StreamBatch> {
  const rows = await readChain(sql, position, mostEvents)
  const events: (StreamEntry & { position: number })[] = []
  let characters = 0
  for (const row of rows) {
    const line = JSON.stringify(chainedRecord(row))
    characters += line.length
    if (events.length > 0 && characters > mostCharacters) break
    events.push({ position: row.position, time: row.eventTime, name: row.eventName, isFailure: row.outcome === 'Failure', line })
  }
  const last = events.at(-1)?.position ?? position
  const heads = (await checkpoints.listHeads(checkpoint, mostHeads, last)).map((head) => ({ position: head.position, ...entryOf(head) }))
  // A head stands behind the event that it was signed over; those that come late stand first.
  const entries = [...heads.filter((head) => head.position < (events[0]?.position ?? Infinity)), ...events.flatMap((event) => [event, ...heads.filter((head) => head.position === event.position)])]
  return { entries, end: { position: last, checkpoint: heads.at(-1)?.position ?? checkpoint }, lost: rows[0] && position > 0 ? rows[0].position - position - 1 : 0 }
}

function entryOf({ position, hash, signedAt, jws }: Checkpoint): StreamEntry {
  const time = signedAt.toISOString()
  const event = { eventVersion: '1.08', eventTime: `${time.slice(0, 19)}Z`, eventSource: 'gatehouse', eventName: 'AuditCheckpoint', eventType: 'AwsServiceEvent', readOnly: true, gatehouse: { checkpoint: { position, hash: hash.toString('hex'), jws } } }
  return { time, name: event.eventName, isFailure: false, line: JSON.stringify(event) }
}
