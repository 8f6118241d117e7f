// Owns the question that services which are not ours ask: who signed this request, and what may they? Does not own signatures
// (protocol) nor rights (domain/credentials), and is itself asked by a signed request of somebody who may.
export { introspectionDoor, type IntrospectionOptions } from './introspection.js'
