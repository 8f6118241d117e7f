// The explorer: who reaches an account, a permission set or an application, what one person reaches, and by which way.
import { applicationArn, idOfArn, mostCounted, permissionSetArn, type ExplorerScope, type InstancePlace, type Way } from '../../../../domain/access/index.js'
import { invalid, oneOf, optional, otherwise, type Read } from '../../protocol/members.js'
import type { JsonObject } from '../../protocol/request.js'
import { operation, type Operations } from '../operation.js'
import { toInstance } from '../targets.js'
import { accountId, applicationArnMember, instanceArnMember, permissionSetArnMember, principalId } from '../words.js'

const action = 'gatehouse:ExploreAccess'
const scope = { InstanceArn: instanceArnMember, AccountId: optional(accountId), PermissionSetArn: optional(permissionSetArnMember), ApplicationArn: optional(applicationArnMember) }

export const exploreOperations: Operations = {
  /** Of a place, who reaches it; of a user, what they reach in accounts or of applications. */
  ExploreAccess: operation({
    input: { ...scope, UserId: optional(principalId), What: otherwise('ACCOUNTS', oneOf('ACCOUNTS', 'APPLICATIONS')) }, action, readOnly: true, pages: 1000, target: toInstance,
    run: async ({ input, target, accountId: owner, rooms: { explorer }, page, listed }) => {
      const { ways, next } = input.UserId === undefined
        ? await explorer.listPeople(scopeOf(input), page)
        : await explorer.listOf(input.UserId, input.What === 'ACCOUNTS' ? 'accounts' : 'applications', page)
      return listed('Ways', { items: ways, next }, (way) => wayAnswer({ directoryId: target.id, accountId: owner }, way))
    },
  }),
  /** Counts them, to a bound; the export has everybody. */
  CountPeople: operation({
    input: scope, action, readOnly: true, target: toInstance,
    run: async ({ input, rooms }) => {
      const { people, isMore } = await rooms.explorer.countPeople(scopeOf(input), mostCounted)
      return { People: people, IsMore: isMore }
    },
  }),
}

function scopeOf({ AccountId, PermissionSetArn, ApplicationArn }: Read<typeof scope>): ExplorerScope {
  if (ApplicationArn !== undefined) return { applicationId: idOfArn(ApplicationArn).replace(/^apl-/, 'app-') }
  if (AccountId === undefined && PermissionSetArn === undefined) throw invalid('1 validation error detected: one of AccountId, PermissionSetArn, ApplicationArn, UserId is required')
  return { accountId: AccountId, permissionSetId: PermissionSetArn && idOfArn(PermissionSetArn) }
}

/** Spells a way. */
export function wayAnswer(place: InstancePlace, { user, account, permissionSet, application, via, groups, requestId, until }: Way): JsonObject {
  return {
    UserId: user.id, UserName: user.userName, DisplayName: user.displayName,
    ...(account && { AccountId: account.id, AccountName: account.name }), ...(permissionSet && { PermissionSetArn: permissionSetArn(place.directoryId, permissionSet.id), PermissionSetName: permissionSet.name }),
    ...(application && { ApplicationArn: applicationArn(place, application.id), ApplicationName: application.name }),
    Via: { direct: 'DIRECT', group: 'GROUP', request: 'REQUEST' }[via], Groups: groups.map(({ id, name }) => ({ GroupId: id, DisplayName: name })), RequestId: requestId, Until: until && until.getTime() / 1000,
  }
}
