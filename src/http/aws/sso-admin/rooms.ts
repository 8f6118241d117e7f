// What the operations work with.
import type {
  ApplicationChanges, Applications, Assigning, AssignmentJobs, AssignmentPages, AssignmentRequests, Assignments, Changed, ClientSecrets, Explorer, Holders, MissingReference, PermissionSet, PermissionSetChanges, PermissionSets, Previews, Principal, TrustedTokenIssuers,
} from '../../../domain/access/index.js'
import type { KillSwitch, LookUp } from '../../../domain/incidents/index.js'
import type { RuleChanges } from '../../../domain/requests/index.js'
import type { InstanceSettings, Organization } from '../../../domain/settings/index.js'
import type { Clock } from '../../../platform/clock.js'
import type { JsonRooms } from '../protocol/json-operation.js'

export interface SsoAdminRooms extends JsonRooms {
  region: string
  organization: () => Promise<Organization>
  /** The organization as it is in this moment. */
  currentOrganization: () => Promise<Organization>
  changeInstance: (make: (settings: InstanceSettings) => InstanceSettings) => Promise<Changed<InstanceSettings>>
  permissionSets: PermissionSets
  permissionSetChanges: PermissionSetChanges
  ruleChanges: RuleChanges
  /** Finds where a permission set is assigned, but a policy that it refers to is not there. */
  missingReferences: (set: PermissionSet) => Promise<MissingReference[]>
  assigning: Assigning
  assignments: Assignments
  assignmentPages: AssignmentPages
  assignmentRequests: AssignmentRequests
  applications: Applications
  applicationChanges: ApplicationChanges
  assignmentJobs: AssignmentJobs
  killSwitch: KillSwitch
  lookUp: LookUp
  previews: Previews
  explorer: Explorer
  holders: Holders
  clientSecrets: ClientSecrets
  issuers: TrustedTokenIssuers
  findAccount: (id: string) => Promise<object | undefined>
  findPrincipal: (principal: Principal) => Promise<object | undefined>
  /** Those of several people and groups that are there. */
  findPrincipals: (principals: readonly Principal[]) => Promise<Principal[]>
  clock: Clock
}
