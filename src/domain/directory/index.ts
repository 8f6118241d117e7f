// The directory: workforce users and groups, and who belongs to what. It does not know how people
// prove who they are (authentication) nor what they may use (access).
export { Arrivals } from './arrivals.js'
export type { Comparison, Condition } from './conditions.js'
export { DirectorySearch, type DirectoryFound, type DirectoryQuery } from './directory-search.js'
export { DeletedUsers, keptAfterDeletion, listReturning, type DeletedUser, type Returning } from './deleted-users.js'
export { GroupMembers, type ListedMember, type MembersState } from './group-members.js'
export { actingAs, Groups, lockGroup, type Group, type NewGroup } from './groups.js'
export { Memberships, type KnownMembership, type Member, type Membership } from './memberships.js'
export { checkNesting, GroupNesting, removeNested, type GroupOfUser } from './nesting.js'
export { primaryEmail, type Email, type Enterprise, type ExternalId, type Labelled, type PostalAddress, type Profile } from './profile.js'
export type { NewUser, User } from './user-rows.js'
export { changeUser, Users } from './users.js'
export { provisioningIssuer } from './search-fields.js'
