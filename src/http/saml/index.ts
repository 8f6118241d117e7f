// Owns /saml: browsers bring assertions of identity providers here, choose among the roles that these name, and leave with a
// console session. Does not own which assertions count (domain/federation), which roles they open (domain/credentials), nor
// what a console session is (console).
export { samlDoor, type SamlOptions } from './saml.js'
