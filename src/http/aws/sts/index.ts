// Owns the security token service on the wire: which operations it has and what they answer. Does not own
// signatures (protocol) nor what credentials are (domain/credentials).
import type { Middleware } from 'koa'
import type { Credentials } from '../../../domain/credentials/index.js'
import { systemClock, type Clock } from '../../../platform/clock.js'
import type { Log } from '../../../platform/log.js'
import { callerLookUp, type Caller } from '../protocol/caller.js'
import { rootDoor, type QueryService } from '../protocol/root.js'
import { getCallerIdentity } from './get-caller-identity.js'

export interface StsDoorOptions {
  credentials: Pick<Credentials, 'open'>
  log: Pick<Log, 'error'>
  clock?: Clock
}

/** The service as the root of the origin mounts it. */
export const stsService: QueryService<Caller> = {
  name: 'sts',
  version: '2011-06-15',
  xmlns: 'https://sts.amazonaws.com/doc/2011-06-15/',
  operations: { GetCallerIdentity: getCallerIdentity },
}

/** Serves the security token service alone, for sessions, at the root of the origin. */
export const stsDoor = ({ credentials, log, clock = systemClock }: StsDoorOptions): Middleware =>
  rootDoor({ services: [stsService], lookUp: callerLookUp({ credentials }), clock, log })
