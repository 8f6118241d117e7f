// Incidents: what an administrator does and asks when something went wrong. The kill switch ends everything that a person,
// a permission set or an account has been given; the look-up says who was behind a key; and what was issued under assignments
// that are gone ends with them; and what a person has open is listed and ended one by one. It keeps nothing of its own: it uses credentials (what was issued, and revoking it), access
// (who still holds what) and requests (what was granted for a time).
export type { Accessed, Ended, KillSwitchOptions, Telling, Unreached } from './ended.js'
export { KillSwitch } from './kill-switch.js'
export type { Culprit } from './foresight.js'
export { LookUp, type FoundKey, type LookedUp, type LookUpOptions } from './look-up.js'
export { PersonSessions, type OpenAccess, type OpenKey, type OpenKind, type OpenPortal, type OpenThing, type PersonSessionsOptions } from './person-sessions.js'
export { revokeUnheld } from './unheld.js'
