// /signin: prove who you are. The dispatcher (flow.ts) and one file per step; each step proves one thing
// on the attempt and comes back to the dispatcher. What the proof is good for is the asking client's business.
export { signinDoor, type SigninOptions, type SigninInteractions, type SigninInteraction } from './signin.js'
