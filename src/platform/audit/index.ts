// The audit trail: every sign-in step, token, credential, session and change, in CloudTrail's event
// shape. It records and finds events; it does not decide anything.
export { EventsAbout } from './about.js'
export { Trail, hidden, type AuditEvent, type EventQuery, type Outcome, type RecordedEvent, type RequestOrigin } from './trail.js'
