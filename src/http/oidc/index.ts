// /oidc and /consent: the OpenID provider, whose session is the portal's session and whose interactions
// are the sign-in engine. It does not ask who somebody is (signin) nor speak AWS's words (aws).
export { openOidc, type Oidc, type OidcOptions } from './oidc.js'
export { CommandLineTokens, type DeviceRequest, type FoundToken } from './command-line-tokens.js'
export { type IssuedTokens, type TokenFault } from './issue-tokens.js'
export { Interactions, type Interaction, type InteractionClient } from './interactions.js'
export { PortalSessions, type PortalSession } from './portal-sessions.js'
export { accountAccess, portalClientId } from './clients.js'
