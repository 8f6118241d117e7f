// Owns the operations on the audit trail that pages have: looking events up, exporting them, views that are saved. Does not
// own the trail (platform/audit), nor what events say.
export { trailForPages, trailOperations, type TrailForPages } from './trail.js'
export type { TrailRooms } from './rooms.js'
