// Owns the SSO Admin API on the wire: which operations it has, what they take and answer, and that every one of them asks
// the caller's policies first. Does not own permission sets, assignments and applications (domain/access).
export { ssoAdminOperations, ssoAdminService } from './sso-admin.js'
export type { SsoAdminRooms } from './rooms.js'
