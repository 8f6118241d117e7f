// What each step leaves in the trail.
import { toldChange, type RequestOrigin, type Trail } from '../../platform/audit/index.js'
import type { Executor } from '../../platform/storage/database.js'
import type { AccessRequest, RequestState } from './history.js'

type Step = 'CreateAccessRequest' | 'ApproveAccessRequest' | 'DenyAccessRequest' | 'WithdrawAccessRequest' | 'ExpireAccessRequest' | 'EndAccessGrant' | 'CompleteAccessGrant'

/** What a request is in until a step. */
const stateBefore: Readonly<Record<Step, RequestState | undefined>> = {
  CreateAccessRequest: undefined, ApproveAccessRequest: 'pending', DenyAccessRequest: 'pending', WithdrawAccessRequest: 'pending', ExpireAccessRequest: 'pending', EndAccessGrant: 'granted', CompleteAccessGrant: 'granted',
}

/** A person, an administrator's session, or nobody: what happens by itself. */
type Actor = { user: { id: string }; origin: RequestOrigin } | { userIdentity: Record<string, unknown>; userId?: string | undefined; sessionId?: string | undefined; origin: RequestOrigin } | undefined

/** Records a step in its transaction. */
export async function recordStep(tx: Executor, trail: Trail, eventName: Step, request: AccessRequest, actor: Actor): Promise<void> {
  const { id, user, account, permissionSet, duration, reason, state, startsAt, endsAt, closingReason } = request
  const before = stateBefore[eventName]
  await trail.within(tx).record({
    eventName, eventSource: 'sso.amazonaws.com', accountId: account.id, ...whoOf(actor),
    requestParameters: {
      accountId: account.id, permissionSet: permissionSet.name, requester: { userId: user.id, userName: user.userName },
      ...(eventName === 'CreateAccessRequest' && { durationSeconds: duration, reason }), ...(closingReason !== undefined && { reason: closingReason }),
    },
    responseElements: { state, ...(startsAt && endsAt && { startsAt: startsAt.toISOString(), endsAt: endsAt.toISOString() }) },
    additionalEventData: { accessRequestId: id },
    change: toldChange(before && { state: before }, { state }),
  })
}

function whoOf(actor: Actor): object {
  if (!actor) return { userIdentity: { type: 'AWSService', invokedBy: 'gatehouse' } }
  if ('user' in actor) return { userId: actor.user.id, origin: actor.origin }
  return { userIdentity: actor.userIdentity, origin: actor.origin, ...(actor.userId !== undefined && { userId: actor.userId }), ...(actor.sessionId !== undefined && { sessionId: actor.sessionId }) }
}
