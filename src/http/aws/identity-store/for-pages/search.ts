// Searches by the beginnings of words, in pages by name.
import type { DeletedUser, Member } from '../../../../domain/directory/index.js'
import { peopleFindings } from '../../../../domain/health/index.js'
import { checkTold } from '../../protocol/findings.js'
import { oneOf, optional } from '../../protocol/members.js'
import type { JsonObject } from '../../protocol/request.js'
import { groupAnswer, userAnswer } from '../answers.js'
import { directoryOperation, type Operations } from '../operation.js'
import { groupArn, toGroup, toStore, userArn } from '../targets.js'
import { resourceId } from '../words.js'
import { searching, status } from './input.js'

const memberAnswer = ({ membershipId, userId, userName, displayName, active }: Member): JsonObject =>
  ({ MembershipId: membershipId, UserId: userId, UserName: userName, DisplayName: displayName, UserStatus: active ? 'ENABLED' : 'DISABLED' })

export const deletedAnswer = ({ id, userName, displayName, deletedAt, deletedBy, goneAt }: DeletedUser): JsonObject =>
  ({ UserId: id, UserName: userName, DisplayName: displayName, DeletedAt: deletedAt.getTime() / 1000, DeletedBy: deletedBy, GoneAt: goneAt.getTime() / 1000 })

export const searchOperations: Operations = {
  SearchUsers: directoryOperation({
    input: { ...searching, UserStatus: status, Finding: optional(oneOf(...peopleFindings)) }, readOnly: true, pages: 100,
    target: (input, scope) => toStore(input, scope, userArn('*')),
    run: async (call) => {
      const { input: { IdentityStoreId, Search, UserStatus, Finding }, page, rooms, listed } = call
      if (Finding) await checkTold(call, IdentityStoreId)
      const those = Finding && await rooms.health.people(Finding)
      return listed('Users', await rooms.users.page({ ...page, search: Search, active: UserStatus && UserStatus === 'ENABLED', those }), (user) => userAnswer(user, IdentityStoreId))
    },
  }),
  SearchGroups: directoryOperation({
    input: searching, readOnly: true, pages: 100,
    target: (input, scope) => toStore(input, scope, groupArn('*')),
    run: async ({ input: { IdentityStoreId, Search }, page, rooms, listed }) => {
      const found = await rooms.groups.page({ ...page, search: Search })
      const counts = await rooms.memberships.count(found.items.map(({ id }) => id))
      return listed('Groups', found, (group) => ({ ...groupAnswer(group, IdentityStoreId), UserCount: counts.get(group.id)?.users ?? 0, GroupCount: counts.get(group.id)?.groups ?? 0 }))
    },
  }),
  ListMembersInGroup: directoryOperation({
    input: { ...searching, GroupId: resourceId }, readOnly: true, pages: 100,
    target: toGroup,
    run: async ({ input: { Search }, target, page, rooms, listed }) => listed('Members', await rooms.memberships.pageOfMembers(target.id, { ...page, search: Search }), memberAnswer),
  }),
  SearchDeletedUsers: directoryOperation({
    input: searching, readOnly: true, pages: 100, action: 'sso-directory:SearchUsers',
    target: (input, scope) => toStore(input, scope, userArn('*')),
    run: async ({ input: { Search }, page, rooms, listed }) => listed('DeletedUsers', await rooms.deletedUsers.page({ ...page, search: Search }), deletedAnswer),
  }),
}
