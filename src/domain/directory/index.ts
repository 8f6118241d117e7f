// The directory: workforce users and groups, and who belongs to what. It does not know how people
// prove who they are (authentication) nor what they may use (access).
export { primaryEmail, Users, type Email, type NewUser, type User } from './users.js'
export { actingAs, Groups, type Group, type Membership, type NewGroup } from './groups.js'
