// The Identity Store API: every operation that there is, by name; and those that only pages have.
import type { Caller } from '../protocol/caller.js'
import { namedOperations, type JsonOperations } from '../protocol/json-operation.js'
import type { JsonService } from '../protocol/json-service.js'
import { operationsOfPages } from './for-pages/index.js'
import { groupOperations } from './groups.js'
import { identityStoreLanguage } from './language.js'
import { lookUpOperations } from './look-ups.js'
import { membershipOperations } from './memberships.js'
import type { Operations } from './operation.js'
import type { IdentityStoreRooms } from './rooms.js'
import { userOperations } from './users.js'

const operations: Operations = { ...userOperations, ...groupOperations, ...membershipOperations, ...lookUpOperations }

/** The service as the root of the origin mounts it. */
export const identityStoreService = (rooms: IdentityStoreRooms): JsonService<Caller> =>
  ({ name: 'identitystore', target: 'AWSIdentityStore', language: identityStoreLanguage, operations: namedOperations(operations, rooms) })

/** Everything that pages may run: the service's own, and what is not on the wire. */
export const directoryOperations = (rooms: IdentityStoreRooms): JsonOperations => namedOperations({ ...operations, ...operationsOfPages }, rooms)
