// The Organizations API: every operation that there is, by name; and those that only pages have.
import type { Caller } from '../protocol/caller.js'
import { namedOperations, type JsonOperations } from '../protocol/json-operation.js'
import type { JsonService } from '../protocol/json-service.js'
import { accountOperations } from './accounts.js'
import { operationsOfPages } from './for-pages.js'
import { organizationsLanguage } from './language.js'
import { operationsNotHere } from './not-here.js'
import type { Operations } from './operation.js'
import type { OrganizationsRooms } from './rooms.js'
import { structureOperations } from './structure.js'
import { tagOperations } from './tags.js'

const operations: Operations = { ...accountOperations, ...structureOperations, ...tagOperations }

/** The service as the root of the origin mounts it. */
export const organizationsService = (rooms: OrganizationsRooms): JsonService<Caller> =>
  ({ name: 'organizations', target: 'AWSOrganizationsV20161128', language: organizationsLanguage, operations: namedOperations({ ...operations, ...operationsNotHere }, rooms) })

/** Everything that pages may run: the service's own, and what is not on the wire. */
export const accountsOperations = (rooms: OrganizationsRooms): JsonOperations => namedOperations({ ...operations, ...operationsOfPages }, rooms)
