// Owns the Identity Store API on the wire, and the operations of the directory that only pages have: which there are, what
// they take and answer, and that every one of them asks the caller's policies first. Does not own users and groups
// (domain/directory) nor how people prove who they are.
export { directoryOperations, identityStoreService } from './identity-store.js'
export type { IdentityStoreRooms, PeoplesLetters } from './rooms.js'
