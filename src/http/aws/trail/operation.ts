// The operations of this service, as protocol/json-operation.ts knows operations.
import { json11Language } from '../protocol/errors.js'
import { operationsOf, type NamelessOperation } from '../protocol/json-operation.js'
import type { TrailRooms } from './rooms.js'

export type Operations = Readonly<Record<string, NamelessOperation<TrailRooms>>>

export const operation = operationsOf<TrailRooms>({ actions: 'gatehouse', source: 'gatehouse', language: json11Language })
