// Access: permission sets, applications, their assignments and grants for a time; what may this user use? It does not
// know how credentials are made (credentials) nor what a policy means (policy).
export { PermissionSets, type NewPermissionSet, type PermissionSet } from './permission-sets.js'
export { ApplicationCache, Applications, hashClientSecret, type Application, type NewApplication } from './applications.js'
export { Assignments, type ApplicationAssignment, type Assignment, type Principal } from './assignments.js'
export { Explorer, wayColumns, wayRow, type ExplorerScope, type Way, type WayPage } from './explorer.js'
export { policyDifference, type PolicyDifference, type PolicyHolding, type PolicyLine } from './policy-difference.js'
export { Previews, type Affected, type Effect, type Preview, type ProposedChange } from './preview.js'
export { Grants, type Grant, type GrantSession } from './grants.js'
export { Reach, type AccountReach, type HeldPermissionSet, type RoleReach } from './reach.js'
export { Marks, type Mark, type MarkKind } from './marks.js'
export { Registrations, type Registration } from './registrations.js'
