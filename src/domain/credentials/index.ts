// Owns temporary credentials: issuing, opening, revoking them, and the names of the roles they act as.
// Does not know who may have them (access) nor how a request is signed (http/aws).
export { Credentials, longestSession, type CredentialsOptions, type Issue, type Opened, type Session, type TemporaryCredentials } from './credentials.js'
export { assumedRoleArn, assumedRoleUserId, reservedRole, sessionNameOf, type ReservedRole, type ReservedRoleOptions } from './reserved-role.js'
export { Revocations, writeRevocations, type Revocation, type RevocationsOptions, type RevocationStore, type RevocationSubject } from './revocations.js'
export type { AssumedRole, Assumption, FederatedUser, Federation, RootSession, SessionPrincipal, TokenContent, UserSession } from './session-token.js'
export { RoleSessions, type RoleSession } from './role-sessions.js'
