// Writes events in groups (a flush takes whatever arrived during the one before) and appends them to the chain.
import { Refusal } from '../errors.js'
import type { Executor } from '../storage/database.js'
import { contentHash, storable } from './canonical.js'
import { rowOf, type AuditEvent, type EventRow, type Surroundings } from './event.js'
import { FoundEvents } from './found-events.js'

interface TrailOptions extends Surroundings {
  sql: Executor
}

/** What takes events. */
export interface Recorder {
  record(event: AuditEvent): Promise<void>
}

interface Waiting {
  row: EventRow
  resolve: () => void
  reject: (error: unknown) => void
}

const mostAtOnce = 500

export class Trail extends FoundEvents implements Recorder {
  #waiting: Waiting[] = []
  #flushing = false

  constructor(private readonly options: TrailOptions) {
    super(options.sql)
  }

  /** Records an event; resolves once it is stored. */
  record(event: AuditEvent): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ row: storableRow(event, this.options), resolve, reject })
      if (!this.#flushing) void this.#flush()
    })
  }

  /**
   * Records events with a transaction: they are stored if it is committed, and it is not if they cannot be. They are
   * written as the last thing in it, because whoever appends to the chain keeps all others from it until the commit.
   */
  within(tx: Executor): Recorder {
    const rows: EventRow[] = []
    const store = async (): Promise<void> => {
      while (rows.length > 0) await append(tx, rows.splice(0, mostAtOnce))
    }
    return {
      record: async (event) => {
        rows.push(storableRow(event, this.options))
        if (!tx.beforeCommit) await store()
        else if (rows.length === 1) tx.beforeCommit(store)
      },
    }
  }

  async #flush(): Promise<void> {
    this.#flushing = true
    while (this.#waiting.length > 0) await this.#store(this.#waiting.splice(0, mostAtOnce))
    this.#flushing = false
  }

  async #store(batch: Waiting[]): Promise<void> {
    try {
      await append(this.options.sql, batch.map(({ row }) => row))
      for (const { resolve } of batch) resolve()
    } catch (error) {
      const isOutage = error instanceof Refusal && error.code === 'unavailable'
      // One that cannot be stored does no harm to those that it was grouped with.
      if (!isOutage && batch.length > 1) for (const one of batch) await this.#store([one])
      else for (const { reject } of isOutage ? [...batch, ...this.#waiting.splice(0)] : batch) reject(error)
    }
  }
}

function storableRow(event: AuditEvent, surroundings: Surroundings): EventRow {
  return storable(rowOf(event, surroundings)) as EventRow
}

async function append(sql: Executor, rows: EventRow[]): Promise<void> {
  const events = rows.map(({ eventId, eventTime, eventName, eventSource, userId, accountId, accessKeyId, outcome, event }) => ({
    event_id: eventId, event_time: eventTime, event_name: eventName, event_source: eventSource, user_id: userId, account_id: accountId, access_key_id: accessKeyId, outcome, event,
  }))
  await sql.query('select append_audit_events($1::jsonb, $2::text[])', [JSON.stringify(events), rows.map((row) => contentHash(row).toString('hex'))])
}
