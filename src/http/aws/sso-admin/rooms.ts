// What the operations work with.
import type { Organization } from '../../../domain/settings/index.js'
import type { JsonRooms } from '../protocol/json-operation.js'

export interface SsoAdminRooms extends JsonRooms {
  organization: () => Promise<Organization>
}
