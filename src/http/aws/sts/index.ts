// Owns the security token service on the wire: which operations it has and what they answer. Does not own
// signatures (protocol) nor what credentials are (domain/credentials).
import type { Middleware } from 'koa'
import type { Credentials, Session } from '../../../domain/credentials/index.js'
import { systemClock, type Clock } from '../../../platform/clock.js'
import type { Log } from '../../../platform/log.js'
import { rootDoor, type QueryService } from '../protocol/root.js'
import type { LookUp } from '../protocol/sigv4.js'
import { getCallerIdentity } from './get-caller-identity.js'

export interface StsDoorOptions {
  credentials: Pick<Credentials, 'open'>
  log: Pick<Log, 'error'>
  clock?: Clock
}

/** The service as the root of the origin mounts it. */
export const stsService: QueryService<Readonly<Session>> = {
  name: 'sts',
  version: '2011-06-15',
  xmlns: 'https://sts.amazonaws.com/doc/2011-06-15/',
  operations: { GetCallerIdentity: getCallerIdentity },
}

/** Looks an access key up in the session token that came with it. */
export const sessionLookUp = (credentials: Pick<Credentials, 'open'>): LookUp<Readonly<Session>> => (accessKeyId, sessionToken) => {
  if (sessionToken === undefined) return { refused: 'invalid' }
  const { session, refused } = credentials.open({ accessKeyId, sessionToken })
  return session ? { principal: session, secretAccessKey: session.secretAccessKey } : { refused }
}

/** Serves the security token service at the root of the origin. */
export const stsDoor = ({ credentials, log, clock = systemClock }: StsDoorOptions): Middleware =>
  rootDoor({ services: [stsService], lookUp: sessionLookUp(credentials), clock, log })
