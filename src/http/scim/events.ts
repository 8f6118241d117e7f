// What the trail keeps of every change: which token made it, and what was different before.
import type { Membership } from '../../domain/directory/index.js'
import { toldChange, type AuditEvent, type Recorder } from '../../platform/audit/index.js'
import { errorOf } from './errors.js'
import type { Call } from './rooms.js'
import type { Value } from './values.js'

export type EventName = 'CreateUser' | 'UpdateUser' | 'DeleteUser' | 'CreateGroup' | 'UpdateGroup' | 'DeleteGroup' | 'AddMemberToGroup' | 'RemoveMemberFromGroup'

interface Change {
  about: Record<string, unknown>
  before?: Value | undefined
  after?: Value | undefined
}

const eventSource = 'sso-directory.amazonaws.com'

const common = ({ token, origin }: Call) => ({ eventSource, eventType: 'AwsApiCall' as const, origin, userIdentity: { type: 'ProvisioningToken', principalId: token.id, userName: token.name } })

/** Tells a change, for the transaction that makes it. */
export const changeEvent = (call: Call, eventName: EventName, { about, before, after }: Change): AuditEvent => ({ ...common(call), eventName, requestParameters: about, change: toldChange(before, after) })

/** Records with a transaction who came into a group and who left it, an event for each. */
export async function recordMembers(recorder: Recorder, call: Call, { added, removed }: { added: readonly Membership[]; removed: readonly Membership[] }): Promise<void> {
  const about = ({ groupId, member }: Membership) => ({ groupId, memberId: member })
  for (const one of removed) await recorder.record(changeEvent(call, 'RemoveMemberFromGroup', { about: about(one), before: about(one) }))
  for (const one of added) await recorder.record(changeEvent(call, 'AddMemberToGroup', { about: about(one), after: about(one) }))
}

/** Records that something was forbidden, and so undone; other faults of a client are not worth an event. */
export async function recordDenial(trail: Recorder, call: Call, eventName: EventName, { about, error }: { about: Record<string, unknown>; error: unknown }): Promise<void> {
  const refused = errorOf(error)
  if (refused?.status === 403) await trail.record({ ...common(call), eventName, requestParameters: about, errorCode: 'AccessDenied', errorMessage: refused.message })
}

/** Tells that somebody came with a token that is none. */
export const wrongTokenEvent = (origin: Call['origin'], { method, path }: { method: string; path: string }): AuditEvent => ({
  eventName: 'VerifyProvisioningToken', eventSource, eventType: 'AwsServiceEvent', origin, requestParameters: { method, path: path.slice(0, 200) }, errorCode: 'InvalidToken', errorMessage: 'The provisioning token is none, or has ended.', readOnly: true,
})
