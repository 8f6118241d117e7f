// What the operations work with.
import type { Users } from '../../../domain/directory/index.js'
import type { SavedViews } from '../../../domain/settings/index.js'
import type { Verifications } from '../../../platform/audit/index.js'
import type { Executor } from '../../../platform/storage/database.js'
import type { JsonRooms } from '../protocol/json-operation.js'

export interface TrailRooms extends JsonRooms {
  sql: Executor
  users: Pick<Users, 'findByUserName' | 'listByIds'>
  views: Pick<SavedViews, 'list' | 'find' | 'put' | 'delete'>
  verifications: Pick<Verifications, 'state'>
}
