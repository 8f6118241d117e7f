// /console: the sessions of this browser, up to five side by side, each acting in one account. It does not decide who may
// act (access, policy), prove who somebody is (signin) nor make credentials (credentials).
export { consoleDoor } from './console.js'
export type { ConsoleOptions } from './options.js'
export { endFederatedConsoles, endPortalConsoles, findEnding, findSessionIn, portalSession, startConsole, type BrowserSessionOptions } from './browser-sessions.js'
export { findProofUrl } from './prove.js'
export { tokenSession, type BesideToken } from './token-session.js'
export { consolesInForce } from './in-force.js'
