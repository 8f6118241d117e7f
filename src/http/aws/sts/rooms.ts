// What the operations work with.
import type { Denials, OwnSessions, RoleAssumption, SecondFactors } from '../../../domain/credentials/index.js'
import type { Trail } from '../../../platform/audit/index.js'
import type { Permissions } from '../protocol/permissions.js'

export interface StsRooms {
  roleAssumption: RoleAssumption
  ownSessions: OwnSessions
  factors: Pick<SecondFactors, 'prove'>
  denials: Pick<Denials, 'open'>
  permissions: Permissions
  trail: Trail
  /** The account of a long-term key. */
  findKey: (id: string) => Promise<{ accountId: string } | undefined>
}
