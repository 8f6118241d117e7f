// The operations of this service, as protocol/json-operation.ts knows operations.
import { operationsOf, type NamelessOperation } from '../protocol/json-operation.js'
import { identityStoreLanguage } from './language.js'
import type { IdentityStoreRooms } from './rooms.js'

export type Operations = Readonly<Record<string, NamelessOperation<IdentityStoreRooms>>>

export const operation = operationsOf<IdentityStoreRooms>({ actions: 'identitystore', source: 'identitystore.amazonaws.com', language: identityStoreLanguage })

/** Those that only pages have. */
export const directoryOperation = operationsOf<IdentityStoreRooms>({ actions: 'sso-directory', source: 'sso-directory.amazonaws.com', language: identityStoreLanguage })
