// What the trail keeps of every change: which token made it, and what was different before.
import type { Membership } from '../../domain/directory/index.js'
import type { Trail } from '../../platform/audit/index.js'
import { errorOf } from './errors.js'
import type { Call } from './rooms.js'
import type { Value } from './values.js'

interface Recording {
  trail: Pick<Trail, 'record'>
  call: Call
}

export type EventName = 'CreateUser' | 'UpdateUser' | 'DeleteUser' | 'CreateGroup' | 'UpdateGroup' | 'DeleteGroup' | 'AddMemberToGroup' | 'RemoveMemberFromGroup'

interface Change {
  about: Record<string, unknown>
  before?: Value | undefined
  after?: Value | undefined
}

const common = ({ token, origin }: Call) => ({
  eventSource: 'sso-directory.amazonaws.com', eventType: 'AwsApiCall' as const, origin, userIdentity: { type: 'ProvisioningToken', principalId: token.id, userName: token.name },
})

/** Records a change. */
export async function recordChange({ trail, call }: Recording, eventName: EventName, { about, before, after }: Change): Promise<void> {
  const difference = before && after ? differenceOf(before, after) : { before, after }
  await trail.record({ ...common(call), eventName, requestParameters: about, change: difference })
}

/** Records who came into a group and who left it, an event for each. */
export async function recordMembers({ trail, call }: Recording, eventName: 'AddMemberToGroup' | 'RemoveMemberFromGroup', memberships: readonly Membership[]): Promise<void> {
  await Promise.all(memberships.map(({ groupId, member }) => trail.record({ ...common(call), eventName, requestParameters: { groupId, memberId: member } })))
}

/** Records that something was forbidden; other faults of a client are not worth an event. */
export async function recordDenial({ trail, call }: Recording, eventName: EventName, about: Record<string, unknown>, error: unknown): Promise<void> {
  const refused = errorOf(error)
  if (refused?.status === 403) await trail.record({ ...common(call), eventName, requestParameters: about, errorCode: 'AccessDenied', errorMessage: refused.message })
}

function differenceOf(before: Value, after: Value): { before: Value; after: Value } {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]))
  const only = (from: Value): Value => Object.fromEntries(names.map((name) => [name, from[name] ?? null]))
  return { before: only(before), after: only(after) }
}
