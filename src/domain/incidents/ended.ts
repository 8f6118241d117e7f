// What the kill switch works with, and how much it ends.
import type { Revocations } from '../credentials/index.js'
import type { Requests } from '../requests/index.js'
import type { Trail } from '../../platform/audit/index.js'
import type { Clock } from '../../platform/clock.js'
import type { Database } from '../../platform/storage/database.js'

/** An application or a command line that was allowed something. */
export interface Accessed {
  id: string
  clientId: string
  kind: 'application' | 'command-line'
  name: string
}

/** An application that is being told of a sign-out; one that does not hear of it goes on with a session of its own. */
export interface Telling {
  clientId: string
  heard: Promise<boolean>
}

export interface KillSwitchOptions {
  database: Database
  clock: Clock
  trail: Trail
  revocations: Pick<Revocations, 'revokeAll' | 'check'>
  requests: Pick<Requests, 'endAll'>
  /** Whoever keeps the portal's sessions, with what hangs on them: tokens, and device codes that were allowed. */
  sessions: { list(userId: string): Promise<readonly unknown[]>; endAll(userId: string): Promise<readonly Telling[]> }
  /** Whoever keeps what applications and command lines were allowed. */
  access: { list(userId: string): Promise<readonly Accessed[]>; revoke(userId: string, id: string): Promise<unknown> }
  /** Tells applications that a person is signed out everywhere; those that cannot be told are not in the answer. */
  tell: (userId: string, clientIds: readonly string[]) => Promise<readonly Telling[]>
  directoryId: () => Promise<string>
  region: string
}

/** How much was ended. */
export interface Ended {
  portalSessions: number
  applications: number
  commandLines: number
  consoleSessions: number
  /** Credentials of roles and users, console sessions not counted. */
  credentials: number
  /** What was granted on request. */
  grants: number
  disabled: boolean
  unreached: Unreached
}

/** What goes on all the same. */
export interface Unreached {
  /** Applications that keep a session of their own, by name. */
  applications: string[]
  /** Access keys of users inside the account, which have no end: they are deactivated one by one. */
  accessKeys: number
}

export const nothing = (): Ended => ({ portalSessions: 0, applications: 0, commandLines: 0, consoleSessions: 0, credentials: 0, grants: 0, disabled: false, unreached: { applications: [], accessKeys: 0 } })
