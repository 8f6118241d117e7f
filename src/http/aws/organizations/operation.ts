// The operations of this service, as protocol/json-operation.ts knows operations.
import { operationsOf, type NamelessOperation } from '../protocol/json-operation.js'
import { organizationsLanguage } from './language.js'
import type { OrganizationsRooms } from './rooms.js'

export type Operations = Readonly<Record<string, NamelessOperation<OrganizationsRooms>>>

export const operation = operationsOf<OrganizationsRooms>({ actions: 'organizations', source: 'organizations.amazonaws.com', language: organizationsLanguage })

/** Those of the account's own API. */
export const accountOperation = operationsOf<OrganizationsRooms>({ actions: 'account', source: 'account.amazonaws.com', language: organizationsLanguage })
