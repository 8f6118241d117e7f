// Incidents: what an administrator does and asks when something went wrong. The kill switch ends everything that a person,
// a permission set or an account has been given; the look-up says who was behind a key. It keeps nothing of its own: it
// uses credentials (what was issued, and revoking it) and requests (what was granted for a time).
export { KillSwitch, type Accessed, type Ended, type KillSwitchOptions, type Unreached } from './kill-switch.js'
export { LookUp, type FoundKey, type LookedUp, type LookUpOptions } from './look-up.js'
