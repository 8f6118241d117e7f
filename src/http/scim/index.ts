// /scim/v2: SCIM 2.0 (RFC 7643, 7644, 9865) for a directory outside that keeps people and groups here. Owns the wire: paths, filters,
// patches, representations, errors. Whom a token is of federation knows, what people and groups are the directory; a token never
// makes anybody an administrator unless it was made for that.
export { scimDoor } from './scim.js'
export type { ScimRooms } from './rooms.js'
