// Owns /federation: brokers trade temporary credentials for sign-in tokens here, and browsers the tokens for console sessions.
// Does not own the rules of either (domain/credentials), nor what a console session is (console).
export { federationDoor, type FederationOptions } from './federation.js'
