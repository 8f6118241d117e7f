// The APIs from which the organization is administered: the same operations for their clients and for pages.
import { ssoAdminService } from '../http/aws/sso-admin/index.js'
import { jsonForPages, type Permissions } from '../http/aws/protocol/index.js'
import { openDirectory } from './directory.js'
import type { Letters } from './letters.js'
import type { Rooms } from './rooms.js'

/** Builds the services of JSON 1.1. */
export function openAdministration(rooms: Rooms, permissions: Permissions, letters: Letters) {
  const { trail, accounts, organization } = rooms
  const common = { permissions, trail, managementAccount: async () => (await accounts.findManagement())?.id, organization: () => organization.get() }
  const ssoAdmin = ssoAdminService(common)
  const directory = openDirectory({ ...rooms, ...common }, letters)
  return { jsonServices: [ssoAdmin, ...directory.jsonServices] as const, adminPages: { ssoAdmin: jsonForPages(ssoAdmin.operations), ...directory.adminPages } }
}
