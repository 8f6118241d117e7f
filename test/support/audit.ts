// What tests of the audit trail share: its parts over a database, and changes to it that nobody is to know of.
import { Trail, CheckpointKeys, Checkpoints, type AuditEvent } from '../../src/platform/audit/index.js'
import { MasterKey, Sealer } from '../../src/platform/keys/index.js'
import type { Database, Executor } from '../../src/platform/storage/database.js'

export const owner = '111122223333'

/** The parts of the trail over a database, with a clock to move. */
export function auditOf(database: Database, master = new MasterKey(Buffer.alloc(32, 3))) {
  const time = { now: Date.parse('2026-01-02T03:04:05.678Z') }
  const clock = (): number => time.now
  const keysOver = (sql: Executor): CheckpointKeys => new CheckpointKeys({ sql, sealer: new Sealer(master, 'audit keys'), clock })
  const checkpointsOver = (sql: Executor): Checkpoints => new Checkpoints({ sql, keys: keysOver(sql), clock })
  return {
    time, clock, checkpointsOver, keys: keysOver(database), checkpoints: checkpointsOver(database),
    trail: new Trail({ sql: database, clock, region: 'eu-west-1', ownerAccountId: () => owner }),
  }
}

export const event = (more: Partial<AuditEvent> = {}): AuditEvent => ({ eventName: 'Tested', eventSource: 'sso.amazonaws.com', ...more })

/** Records so many events, one after the other. */
export async function recordMany(trail: Trail, amount: number, more: Partial<AuditEvent> = {}): Promise<void> {
  await Promise.all(Array.from({ length: amount }, (_, at) => trail.record(event({ requestParameters: { at }, ...more }))))
}

/** Does something as somebody who has the database's owner's rights, and undoes it. */
export async function tampering<T>(database: Database, work: (tx: Executor) => Promise<T>): Promise<T> {
  const undo = new Error('undo')
  let result: { value: T } | undefined
  await database.transaction(async (tx) => {
    await tx.query('alter table audit_events disable trigger audit_events_kept')
    result = { value: await work(tx) }
    throw undo
  }).catch((error: unknown) => { if (error !== undo) throw error })
  return result!.value
}
