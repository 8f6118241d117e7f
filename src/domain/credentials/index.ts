// Owns temporary credentials: issuing, opening, revoking them, who acts with them and what that one may, and the rules of
// acting as a role. It knows neither who is assigned to an account (access), nor what is in one (accounts), nor how a request
// is signed (http/aws): those hand over what is needed. It reads assertions as federation proved them, because what roles an
// assertion is good for is a rule of roles.
export { actorOf, federatedUserArn, identityOf, personBehind, type Actor, type ActorKind, type FindUser, type KnownUser } from './actors.js'
export { Credentials, longestSession, subjectsOf, type CredentialsOptions, type Issue, type Opened, type Session, type TemporaryCredentials } from './credentials.js'
export { Denials, type Denial } from './denials.js'
export { IssuedKeys, type IssuedKey, type IssuedTo, type RolePlace } from './issued-keys.js'
export { OwnSessions, type FederatedCredentials, type FederationWish } from './own-sessions.js'
export { assumedRoleArn, assumedRoleUserId, reservedRole, sessionNameOf, type ReservedRole, type ReservedRoleOptions } from './reserved-role.js'
export { consoleSubject, Revocations, writeRevocations, type Revocation, type RevocationsOptions, type RevocationStore, type RevocationSubject } from './revocations.js'
export { barred, RightsOfActors, type KnownPermissionSet, type KnownRole, type Rights, type RightsOptions } from './rights.js'
export { RoleAssumption, type AssumableRole, type AssumptionWish, type FederatedAsker, type RoleCredentials } from './role-assumption.js'
export { RoleSessions, type RoleSession } from './role-sessions.js'
export { SigninTokens, type Admission, type SigninTokensOptions } from './signin-tokens.js'
export type { SamlClaims, SamlOffer } from './saml-claims.js'
export { samlEventOf, SamlRoles, type KnownSamlProvider, type SamlAdmission, type SamlCredentials } from './saml-roles.js'
export { SecondFactors, type OfferedCode, type SecondFactorsOptions } from './second-factors.js'
export { longestRoleSession, sessionPoliciesOf, shortestSession, usualSession, usualUserSession, type AskedPolicies, type TagList } from './session-limits.js'
export type { AssumedRole, Assumption, FederatedUser, Federation, RootSession, SessionPrincipal, TokenContent, UserSession } from './session-token.js'
