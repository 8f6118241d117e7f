// Groups in groups, which are no members that clients list, and how large a group is with all that is in it.
import { removeNested } from '../../../../domain/directory/index.js'
import { missing, uniquely } from '../language.js'
import { directoryOperation, type Operations } from '../operation.js'
import { groupArn, toGroup, toUser } from '../targets.js'
import { groupAnswer } from '../answers.js'
import { identityStoreId, resourceId } from '../words.js'
import { searching } from './input.js'

const ofGroup = { IdentityStoreId: identityStoreId, GroupId: resourceId }
const inGroup = { ...ofGroup, MemberGroupId: resourceId }

export const nestedGroupOperations: Operations = {
  ListGroupsInGroup: directoryOperation({
    input: ofGroup, readOnly: true, pages: 100, action: 'sso-directory:ListMembersInGroup',
    target: toGroup,
    run: async ({ target, page, rooms, listed }) =>
      listed('Groups', await rooms.nesting.page(target.id, page), ({ id, displayName, description }) => ({ GroupId: id, DisplayName: displayName, Description: description })),
  }),
  AddGroupToGroup: directoryOperation({
    input: inGroup, action: 'sso-directory:AddMemberToGroup',
    target: async (input, scope) => {
      const group = await toGroup(input, scope)
      const member = group.found && await scope.rooms.groups.find(input.MemberGroupId)
      return { ...group, also: [...group.also ?? [], groupArn(input.MemberGroupId)], found: member && group.found, ...(group.found && { refusal: missing('GROUP', input.MemberGroupId) }) }
    },
    run: async ({ input: { GroupId, MemberGroupId }, caller, rooms }) => {
      await uniquely(rooms.nesting.add({ groupId: GroupId, memberId: MemberGroupId, by: caller.arn }))
      return {}
    },
  }),
  RemoveGroupFromGroup: directoryOperation({
    input: inGroup, action: 'sso-directory:RemoveMemberFromGroup',
    target: toGroup,
    run: async ({ input: { GroupId, MemberGroupId }, caller, rooms, was }) => {
      if (!await rooms.losing({ groupId: GroupId, by: caller.arn }, (tx) => removeNested(tx, { groupId: GroupId, memberId: MemberGroupId }))) throw missing('GROUP_MEMBERSHIP', MemberGroupId, 'That group is not in this one.')
      was({ groupId: GroupId, memberGroupId: MemberGroupId }, undefined)
      return {}
    },
  }),
  DescribeGroupSize: directoryOperation({
    input: ofGroup, readOnly: true, action: 'sso-directory:DescribeGroup',
    target: toGroup,
    run: async ({ target: { id }, rooms }) => {
      const direct = (await rooms.memberships.count([id])).get(id)
      return { UserCount: direct?.users ?? 0, GroupCount: direct?.groups ?? 0, PeopleCount: await rooms.nesting.countPeople(id) }
    },
  }),
  ListGroupsForUser: directoryOperation({
    input: { ...searching, UserId: resourceId }, readOnly: true,
    target: toUser,
    run: async ({ input: { IdentityStoreId }, target, rooms }) => ({
      Groups: (await rooms.nesting.ofUser(target.id)).map(({ group, membershipId, through }) => ({
        ...groupAnswer(group, IdentityStoreId), MembershipId: membershipId, Through: through.map(({ id, displayName }) => ({ GroupId: id, DisplayName: displayName })),
      })),
    }),
  }),
}
