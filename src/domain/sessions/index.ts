// Sessions: sign-in attempts, who is signed in where, and console sessions. It does not know how a
// person proves who they are (authentication), nor keeps the portal session itself (the OIDC provider does).
export { ConsoleEntries, type ConsoleEntry } from './console-entries.js'
export { Attempts, type SignInAttempt } from './attempts.js'
export { LogoutNotices, type LogoutNotice, type NewLogoutNotice } from './logout-notices.js'
export { acr1fa, acr2fa, acrOf, amrOf, hasProved, provesTwice, provesWho, type Proof, type Way } from './proofs.js'
export { SignedIn, type SignedInSession, type Voucher } from './signed-in.js'
export {
  ConsoleSessions, longestConsoleSession, mostConsoleSessions, type ConsoleKind, type ConsoleRole, type ConsoleSession, type ConsoleWay, type NewConsoleSession, type SameConsole,
} from './console-sessions.js'
