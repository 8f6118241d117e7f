// The SSO Admin API: every operation that there is, by name.
import type { Caller } from '../protocol/caller.js'
import { json11Language } from '../protocol/errors.js'
import { namedOperations } from '../protocol/json-operation.js'
import type { JsonService } from '../protocol/json-service.js'
import { instanceOperations } from './instances.js'
import type { Operations } from './operation.js'
import type { SsoAdminRooms } from './rooms.js'

const operations: Operations = {
  ...instanceOperations,
}

/** The service as the root of the origin mounts it. */
export const ssoAdminService = (rooms: SsoAdminRooms): JsonService<Caller> => ({ name: 'sso', target: 'SWBExternalService', language: json11Language, operations: namedOperations(operations, rooms) })
