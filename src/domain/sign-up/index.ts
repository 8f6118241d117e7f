// Sign-up: accounts that somebody opens without being asked by anybody, where the operator allows that: an address is proved by
// a code, then the account is made in accounts with its root user. It opens no session.
export { SignUps, type SignUp } from './sign-ups.js'
