// The operations of this service, as protocol/json-operation.ts knows operations.
import { operationsOf, type NamelessOperation } from '../protocol/json-operation.js'
import { json11Language } from '../protocol/errors.js'
import type { SsoAdminRooms } from './rooms.js'

export type Operations = Readonly<Record<string, NamelessOperation<SsoAdminRooms>>>

export const operation = operationsOf<SsoAdminRooms>({ actions: 'sso', source: 'sso.amazonaws.com', language: json11Language })
