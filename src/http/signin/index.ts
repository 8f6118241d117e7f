// /signin: prove who you are. The dispatcher (flow.ts) and one file per step or page; each proves one thing
// on the attempt and comes back to the dispatcher. What the proof is good for is the asking client's business.
export { signinDoor, type SigninOptions, type SigninInteractions } from './signin.js'
export { applicationLogout } from './application-logout.js'
export { ConsoleSignInEvents } from './console-events.js'
export { passkeyEntrance, type PasskeyOwners } from './passkey-entrance.js'
export { SignInEvents } from './events.js'
export type { ExternalSignIn } from './external.js'
export { beginningsElsewhere } from './external-begun.js'
export { externalLogoutDoor, leaveSources, type LeaveSource } from './external-logout.js'
export { externalReturnDoor } from './external-return.js'
export type { Member, PasswordWords, Population } from './population.js'
export type { NotifyMember, SigninEvents, SigninInteraction } from './steps.js'
