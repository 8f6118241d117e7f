// Owns the Organizations API on the wire, and the operations on accounts that only pages have: which there are, what they
// take and answer, and that every one of them asks the caller's policies first. Does not own accounts (domain/accounts).
export { accountsOperations, organizationsService } from './organizations.js'
export type { OrganizationsRooms } from './rooms.js'
