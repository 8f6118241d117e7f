// The rows of the outbox. A claim is one statement that hands a row to one node for the length of a lease;
// what the row says is sealed, because it holds links and codes, and is erased once it is sent.
import { newUuid } from '../ids.js'
import type { Sealer } from '../keys/index.js'
import type { Executor } from '../storage/database.js'

export interface OutboxEntry {
  id: string
  template: string
  to: string
  model: object
  queuedAt: Date
  /** How often it was claimed, this time included; tells one claim from the next. */
  attempts: number
}

const claiming = `
with due as materialized (
  select id from mails where state = 'waiting' and due_at <= $1 order by due_at limit $3 for update skip locked
)
update mails m set attempts = m.attempts + 1, due_at = $2 from due where m.id = due.id
returning m.id, m.template, m.recipient, m.sealed, m.queued_at, m.attempts`

interface Row {
  id: string
  template: string
  recipient: string
  sealed: Buffer
  queued_at: Date
  attempts: number
}

export class Outbox {
  constructor(private readonly sql: Executor, private readonly sealer: Sealer) {}

  /** Writes a mail within the caller's transaction. */
  async add(executor: Executor, { to, template, model }: Pick<OutboxEntry, 'to' | 'template' | 'model'>, now: Date): Promise<void> {
    const id = newUuid()
    await executor.query('insert into mails (id, template, recipient, sealed, queued_at, due_at) values ($1, $2, $3, $4, $5, $5)',
      [id, template, to, this.sealer.seal(JSON.stringify(model), place(id)), now])
  }

  /** Takes mails that are due until the lease ends; no other node gets them before. */
  async claim(now: Date, leaseEnds: Date, most: number): Promise<(OutboxEntry | { id: string; unreadable: true })[]> {
    const rows = await this.sql.query<Row>(claiming, [now, leaseEnds, most])
    return rows.map((row) => {
      const model = this.sealer.open(row.sealed, place(row.id))
      // Sealed under another key: no attempt will ever read it.
      if (!model) return { id: row.id, unreadable: true }
      return { id: row.id, template: row.template, to: row.recipient, model: JSON.parse(model.toString('utf8')) as object, queuedAt: row.queued_at, attempts: row.attempts }
    })
  }

  /** Marks as sent and forgets what it said; also when the lease is over by now, because sent is sent. */
  async sent(id: string, now: Date): Promise<void> {
    await this.sql.query(`update mails set state = 'sent', sealed = null, fault = null, ended_at = $2 where id = $1 and state = 'waiting'`, [id, now])
  }

  /** Puts a claimed mail off, unless somebody else has claimed it meanwhile. */
  async putOff({ id, attempts }: OutboxEntry, until: Date, fault: string): Promise<void> {
    await this.sql.query(`update mails set due_at = $3, fault = $4 where id = $1 and attempts = $2 and state = 'waiting'`, [id, attempts, until, fault])
  }

  /** Gives a mail up; the row stays, to be found by whoever asks where a mail is. */
  async failed(id: string, now: Date, fault: string): Promise<void> {
    await this.sql.query(`update mails set state = 'failed', sealed = null, fault = $3, ended_at = $2 where id = $1 and state = 'waiting'`, [id, now, fault])
  }

  /** Removes what ended long ago. */
  async prune(sentBefore: Date, failedBefore: Date): Promise<void> {
    await this.sql.query(`delete from mails where (state = 'sent' and ended_at < $1) or (state = 'failed' and ended_at < $2)`, [sentBefore, failedBefore])
  }
}

const place = (id: string): string => `mails|sealed|${id}`
