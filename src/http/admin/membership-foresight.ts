// Members of groups come and go on the pages of groups and of people: what that would do is shown alike.
import { Refusal } from '../../platform/errors.js'
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

interface MembershipAnswer {
  GroupId: string
  MemberId: { UserId: string }
}

/** Finds a membership; refuses one of another group or person than the page is about. */
async function membershipOf(visit: AdminVisit, { id }: { id: string }, { MembershipId }: Form): Promise<MembershipAnswer> {
  const found = await visit.directory('DescribeGroupMembership', { MembershipId }) as unknown as MembershipAnswer
  if (found.GroupId !== id && found.MemberId.UserId !== id) throw new Refusal('not-found', 'They are not in this group any more.')
  return found
}

/** What a person or a group is called, for those who may read it, as long as it is there: an address says nothing about that. */
export async function calledOf(visit: AdminVisit, operation: 'DescribeUser' | 'DescribeGroup', input: { UserId: string } | { GroupId: string }): Promise<string> {
  try {
    const { DisplayName, UserName } = await visit.directory(operation, { ...input }) as { DisplayName?: string; UserName?: string }
    return `“${DisplayName ?? UserName ?? ''}”.`
  } catch (error) {
    if (error instanceof Refusal && (error.code === 'forbidden' || error.code === 'not-found')) return ''
    throw error
  }
}

/** Whoever leaves one loses it, unless another way is left. */
export const leaving = <Found extends { id: string }>(): Foresight<Found> => ({
  title: 'Take out of the group?', button: 'Take out', fields: ['MembershipId'],
  text: async (visit, thing, given) => {
    const { GroupId, MemberId: { UserId } } = await membershipOf(visit, thing, given)
    return GroupId === thing.id ? calledOf(visit, 'DescribeUser', { UserId }) : calledOf(visit, 'DescribeGroup', { GroupId })
  },
  wishes: (visit) => ['identitystore:DeleteGroupMembership', 'identitystore:DescribeGroupMembership'].flatMap((action) => directoryWishes(visit, action, [anyMembershipArn])),
  change: async (visit, thing, given) => {
    const { GroupId, MemberId } = await membershipOf(visit, thing, given)
    return { DropMembers: [{ GroupId, MemberId }] }
  },
})
