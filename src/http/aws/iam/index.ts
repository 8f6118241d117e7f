// Owns the IAM API on the wire: which operations it has, what they take and answer, and that every one of them asks the
// caller's policies first. Does not own what is in an account (domain/accounts) nor signatures (protocol).
export { iamForPages } from './for-pages.js'
export { iamService } from './iam.js'
export type { IamRooms } from './rooms.js'
