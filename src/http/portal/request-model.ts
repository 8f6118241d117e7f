// A request as the portal's pages show it, and who acts on one.
import { stateWords, type AccessRequest, type Acting } from '../../domain/requests/index.js'
import { originOf } from '../middleware/front.js'
import type { Visit } from './portal.js'

/** Who acts, as the rules of requests know them. */
export const actingIn = ({ ctx, user }: Visit): Acting => ({ user, origin: originOf(ctx) })

/** How a request stands, in few words. */
function wordsOf({ state, startsAt }: Pick<AccessRequest, 'state' | 'startsAt'>, now: number): string {
  return state === 'granted' && startsAt!.getTime() > now ? 'Granted for later' : stateWords[state]
}

/** One row of a list. */
export const requestModel = (request: AccessRequest, now: number): object => ({
  url: `/start/requests/${request.id}`,
  permissionSet: request.permissionSet.name,
  account: request.account.name,
  accountId: request.account.id,
  displayName: request.user.displayName,
  userName: request.user.userName,
  reason: request.reason,
  seconds: request.duration,
  state: request.state,
  words: wordsOf(request, now),
  askedAt: request.askedAt.toISOString(),
  startsAt: request.startsAt?.toISOString(),
  endsAt: request.endsAt?.toISOString(),
  isLater: request.state === 'granted' && request.startsAt!.getTime() > now,
})
