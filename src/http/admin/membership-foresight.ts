// Members of groups come and go on the pages of groups and of people: what that would do is shown alike.
import type { Form } from '../middleware/form.js'
import type { Foresight } from './foresight.js'
import { anyMembershipArn, directoryWishes, groupArn, userArn } from './people-rights.js'
import type { AdminVisit } from './visit.js'

/** Whoever comes into a group gets what it has. */
export const joining = <Found>(field: 'UserName' | 'GroupName', idsOf: (visit: AdminVisit, thing: Found, fields: Form) => Promise<{ GroupId: string; UserId: string }>): Foresight<Found> => ({
  title: 'Add to the group?', button: 'Add', fields: [field],
  text: (_visit, _thing, given) => `${field === 'GroupName' ? 'Into the group' : 'User name'} “${given[field]?.trim() ?? ''}”.`,
  wishes: (visit) => directoryWishes(visit, 'identitystore:CreateGroupMembership', [groupArn('*'), userArn('*')]),
  change: async (visit, thing, given) => {
    const { GroupId, UserId } = await idsOf(visit, thing, given)
    return { AddMembers: [{ GroupId, MemberId: { UserId } }] }
  },
})

/** Whoever leaves one loses it, unless another way is left. */
export const leaving = <Found>(): Foresight<Found> => ({
  title: 'Take out of the group?', button: 'Take out', fields: ['MembershipId'],
  text: (_visit, _thing, { Name }) => (Name ? `“${Name}”.` : ''),
  wishes: (visit) => ['identitystore:DeleteGroupMembership', 'identitystore:DescribeGroupMembership'].flatMap((action) => directoryWishes(visit, action, [anyMembershipArn])),
  change: async (visit, _thing, { MembershipId }) => {
    const { GroupId, MemberId } = await visit.directory('DescribeGroupMembership', { MembershipId })
    return { DropMembers: [{ GroupId, MemberId }] }
  },
})
