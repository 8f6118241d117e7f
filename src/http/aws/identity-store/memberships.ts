// Who is in which group of the Identity Store. Groups in groups are Gatehouse's own, and no members that this API lists.
import { Memberships } from '../../../domain/directory/index.js'
import { list } from '../protocol/members.js'
import { membershipAnswer } from './answers.js'
import { missing, uniquely } from './language.js'
import { operation, type Operations } from './operation.js'
import { groupArn, membershipArn, toGroup, toGroupAndUser, toMembership, toUser } from './targets.js'
import { identityStoreId, memberId, resourceId } from './words.js'

const inGroup = { IdentityStoreId: identityStoreId, GroupId: resourceId, MemberId: memberId }

export const membershipOperations: Operations = {
  CreateGroupMembership: operation({
    input: inGroup,
    target: toGroupAndUser,
    run: async ({ input: { IdentityStoreId, GroupId, MemberId }, caller, rooms }) => {
      const { id } = await uniquely(rooms.memberships.create({ groupId: GroupId, userId: MemberId, by: caller.arn }))
      return { IdentityStoreId, MembershipId: id }
    },
  }),
  DescribeGroupMembership: operation({
    input: { IdentityStoreId: identityStoreId, MembershipId: resourceId }, readOnly: true,
    target: toMembership,
    run: ({ input, target }) => membershipAnswer(target, input.IdentityStoreId),
  }),
  DeleteGroupMembership: operation({
    input: { IdentityStoreId: identityStoreId, MembershipId: resourceId },
    target: toMembership,
    run: async ({ target: { id, groupId, member }, caller, rooms, was }) => {
      was({ groupId, memberId: member }, undefined)
      await rooms.losing({ groupId, by: caller.arn, ...('userId' in member && { userId: member.userId }) }, (tx) => new Memberships(tx).remove([id]))
      return {}
    },
  }),
  GetGroupMembershipId: operation({
    input: inGroup, readOnly: true,
    target: toGroupAndUser,
    run: async ({ input: { IdentityStoreId, GroupId, MemberId }, rooms }) => {
      const found = await rooms.memberships.findOf(GroupId, MemberId)
      if (!found) throw missing('GROUP_MEMBERSHIP', '')
      return { IdentityStoreId, MembershipId: found.id }
    },
  }),
  ListGroupMemberships: operation({
    input: { IdentityStoreId: identityStoreId, GroupId: resourceId }, readOnly: true, pages: 100,
    target: toGroup,
    run: async ({ input: { IdentityStoreId }, target, page, rooms, listed }) =>
      listed('GroupMemberships', await rooms.memberships.pageOfGroup(target.id, page), (membership) => membershipAnswer(membership, IdentityStoreId)),
  }),
  ListGroupMembershipsForMember: operation({
    input: { IdentityStoreId: identityStoreId, MemberId: memberId }, readOnly: true, pages: 100,
    target: async (input, scope) => {
      const user = await toUser({ ...input, UserId: input.MemberId }, scope)
      return { ...user, also: [...user.also ?? [], groupArn('*'), membershipArn('*')] }
    },
    run: async ({ input: { IdentityStoreId }, target, page, rooms, listed }) =>
      listed('GroupMemberships', await rooms.memberships.pageOfUser(target.id, page), (membership) => membershipAnswer(membership, IdentityStoreId)),
  }),
  IsMemberInGroups: operation({
    input: { IdentityStoreId: identityStoreId, MemberId: memberId, GroupIds: list(resourceId, { min: 1, max: 100 }) }, readOnly: true,
    target: async (input, scope) => {
      const user = await toUser({ ...input, UserId: input.MemberId }, scope)
      return { ...user, also: [...user.also ?? [], ...new Set(input.GroupIds.map(groupArn))] }
    },
    run: async ({ input: { GroupIds }, target, rooms }) => {
      const among = await rooms.memberships.among(target.id, GroupIds)
      return { Results: GroupIds.map((GroupId) => ({ GroupId, MemberId: { UserId: target.id }, MembershipExists: among.has(GroupId) })) }
    },
  }),
}
