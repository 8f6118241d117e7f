// Owns the operations on identity sources that pages have: what there is, changing it, testing it, and who is linked to what. Does not own
// the sources (domain/identity-sources), nor what may be said of one (domain/organization).
export { identitySourceOperations, type IdentitySourceRooms } from './identity-sources.js'
