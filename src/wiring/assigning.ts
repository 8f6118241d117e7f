// How assignments are made and end: what was issued under one that is gone goes with it, and many at once take their time.
import { AssignmentJobs, type EndIssued } from '../domain/access/index.js'
import type { Revocations } from '../domain/credentials/index.js'
import { revokeUnheld } from '../domain/incidents/index.js'
import type { Trail } from '../platform/audit/index.js'
import type { Clock } from '../platform/clock.js'
import type { Log } from '../platform/log.js'
import type { Database } from '../platform/storage/database.js'

interface Below {
  database: Database
  clock: Clock
  log: Log
  trail: Trail
  revocations: Revocations
}

/** Builds it. */
export function assigningRooms({ database, clock, log, trail, revocations }: Below) {
  const endIssued: EndIssued = async (tx, places, by) => {
    const revoked = await revokeUnheld(tx, places, { clock, by })
    tx.onCommit?.(() => revocations.learn(revoked))
  }
  return { endIssued, assignmentJobs: new AssignmentJobs({ database, trail, clock, log, endIssued }) }
}
