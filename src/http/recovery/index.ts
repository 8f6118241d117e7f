// /forgot-password, /reset-password, /invitation, /not-me: getting in by a link that was mailed, and undoing what somebody
// else did. These pages outlive a sign-in, because mail is often opened in another browser; none of them signs in.
export { SecurityCheck } from './security-check.js'
export { recoveryDoor, type RecoveryDoorOptions } from './recovery.js'
