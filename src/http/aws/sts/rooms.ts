// What the operations work with.
import type { Context } from 'koa'
import type { IdentityProvider } from '../../../domain/accounts/index.js'
import type { Denials, OwnSessions, RoleAssumption, SamlRoles, SecondFactors } from '../../../domain/credentials/index.js'
import type { IdTokens } from '../../../domain/federation/index.js'
import type { Trail } from '../../../platform/audit/index.js'
import type { Permissions } from '../protocol/permissions.js'

export interface StsRooms {
  roleAssumption: RoleAssumption
  ownSessions: OwnSessions
  factors: Pick<SecondFactors, 'prove'>
  denials: Pick<Denials, 'open'>
  idTokens: Pick<IdTokens, 'prove'>
  samlRoles: Pick<SamlRoles, 'proveOf' | 'assume'>
  permissions: Permissions
  trail: Trail
  findAccount: (id: string) => Promise<{ management: boolean } | undefined>
  /** An identity provider by its ARN. */
  findProvider: (arn: string) => Promise<IdentityProvider | undefined>
  /** False for failures of which there are many. */
  isWorthRecording: (ctx: Context) => Promise<boolean>
  /** The account of a long-term key. */
  findKey: (id: string) => Promise<{ accountId: string } | undefined>
}
