// How assignments are made and end: what was issued under one that is gone goes with it, and many at once take their time.
import { AssignmentJobs, placesOfGroups, type EndIssued } from '../domain/access/index.js'
import type { Revocations } from '../domain/credentials/index.js'
import { revokeUnheld } from '../domain/incidents/index.js'
import type { Trail } from '../platform/audit/index.js'
import type { Clock } from '../platform/clock.js'
import type { Log } from '../platform/log.js'
import type { Database, Executor } from '../platform/storage/database.js'

interface Below {
  database: Database
  clock: Clock
  log: Log
  trail: Trail
  revocations: Revocations
}

/** Builds it. */
export function assigningRooms({ database, clock, log, trail, revocations }: Below) {
  const endIssued: EndIssued = async (tx, places, by, userId) => {
    const revoked = await revokeUnheld(tx, places, { clock, by, userId })
    tx.onCommit?.(() => revocations.learn(revoked))
  }
  /** Changes groups in a transaction, and ends what was issued through them to whoever holds it no more. */
  const losing = <T>({ groupId, userId, by }: { groupId: string; userId?: string | undefined; by: string }, work: (tx: Executor) => Promise<T>): Promise<T> => database.transaction(async (tx) => {
    const places = await placesOfGroups(tx, [groupId])
    const done = await work(tx)
    await endIssued(tx, places, by, userId)
    return done
  })
  return { endIssued, losing, assignmentJobs: new AssignmentJobs({ database, trail, clock, log, endIssued }) }
}
