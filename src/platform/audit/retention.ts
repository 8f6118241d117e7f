// Removes events that are older than they are to be kept, the oldest first, and signs where what is left begins.
import type { Database } from '../storage/database.js'
import { beginning } from './canonical.js'
import type { Checkpoints } from './checkpoints.js'

const turnLock = 7_412_905
/** Few enough that nobody who writes waits for a batch. */
const atOnce = 1000

/** Removes events from before a time, and says how many. Where another node is doing so, it does nothing. */
export async function removeEvents(database: Database, checkpoints: Checkpoints, before: Date, batch = atOnce): Promise<number> {
  await checkpoints.prepare()
  let removed = 0
  for (;;) {
    const count = await database.transaction(async (tx) => {
      const [turn] = await tx.query<{ held: boolean }>(`select pg_try_advisory_xact_lock($1) as held, set_config('gatehouse.audit', 'retention', true)`, [turnLock])
      if (!turn?.held) return 0
      const oldest = await tx.query<{ position: string; hash: Buffer | null; is_old: boolean }>(
        'select position, hash, event_time < $1 as is_old from audit_events order by position limit $2', [before, batch])
      const end = oldest.findIndex((row) => !row.is_old)
      const old = end < 0 ? oldest : oldest.slice(0, end)
      const last = old.at(-1)
      if (!last) return 0
      await tx.query('delete from audit_events where position <= $1', [last.position])
      await checkpoints.signCut(tx, { position: Number(last.position), hash: last.hash ?? beginning })
      return old.length
    })
    removed += count
    if (count < batch) return removed
  }
}
