// What the operations work with.
import type {
  ApplicationChanges, Applications, Assigning, AssignmentPages, AssignmentRequests, Assignments, PermissionSetChanges, PermissionSets, Principal, TrustedTokenIssuers,
} from '../../../domain/access/index.js'
import type { RuleChanges } from '../../../domain/requests/index.js'
import type { InstanceSettings, Organization } from '../../../domain/settings/index.js'
import type { JsonRooms } from '../protocol/json-operation.js'

export interface SsoAdminRooms extends JsonRooms {
  region: string
  organization: () => Promise<Organization>
  /** The organization as it is in this moment. */
  currentOrganization: () => Promise<Organization>
  changeInstance: (make: (settings: InstanceSettings) => InstanceSettings) => Promise<void>
  permissionSets: PermissionSets
  permissionSetChanges: PermissionSetChanges
  ruleChanges: RuleChanges
  assigning: Assigning
  assignments: Assignments
  assignmentPages: AssignmentPages
  assignmentRequests: AssignmentRequests
  applications: Applications
  applicationChanges: ApplicationChanges
  issuers: TrustedTokenIssuers
  findAccount: (id: string) => Promise<object | undefined>
  findPrincipal: (principal: Principal) => Promise<object | undefined>
}
