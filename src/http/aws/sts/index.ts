// Owns the security token service on the wire: which operations it has, what they take and what they answer. Does not own
// signatures (protocol), nor who may act as what and for how long (domain/credentials).
export type { StsRooms } from './rooms.js'
export { assumeRoleForPages } from './for-pages.js'
export { stsService } from './sts.js'
