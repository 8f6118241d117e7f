// The audit trail: every sign-in step, token, credential, session and change, in CloudTrail's event shape, chained so that
// nothing can be changed, removed or moved unnoticed. It records, finds, proves, keeps and streams events; it does not decide anything.
export { hidden, type AuditEvent, type Outcome, type RequestOrigin } from './event.js'
export { Trail, type Recorder } from './trail.js'
export type { EventQuery } from './conditions.js'
export type { FoundPage, RecordedEvent } from './found-events.js'
export { exportEvents, type ExportFormat } from './formats.js'
export type { ChainFault } from './chain.js'
export { CheckpointKeys } from './checkpoint-keys.js'
export { Checkpoints, type Checkpoint } from './checkpoints.js'
export { verifyChain, type KeptPlace, type Verified } from './verify.js'
export { removeEvents } from './retention.js'
