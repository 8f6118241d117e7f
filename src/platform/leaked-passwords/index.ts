// Tells whether a password is known to have leaked: from the list that ships, and from a file of hashes or a
// service that the operator names. What follows from that is not decided here.
export { LeakedPasswords } from './leaked-passwords.js'
