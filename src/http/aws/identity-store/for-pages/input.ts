// What these operations are asked for: a user, or a page of some.
import { optional, oneOf } from '../../protocol/members.js'
import { identityStoreId, resourceId, search } from '../words.js'

export const ofUser = { IdentityStoreId: identityStoreId, UserId: resourceId }
export const searching = { IdentityStoreId: identityStoreId, Search: search }
export const status = optional(oneOf('ENABLED', 'DISABLED'))
