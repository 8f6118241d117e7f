// What the forms on the page of a group ask for.
import { Refusal } from '../../platform/errors.js'
import type { Form } from '../middleware/form.js'
import type { GroupThing } from './group.js'
import { calledOf, joining, leaving } from './membership-foresight.js'
import { directoryWishes, groupArn } from './people-rights.js'
import type { Changes } from './things.js'
import { groupIdOf } from './user-changes.js'
import type { AdminVisit } from './visit.js'

async function addMember(visit: AdminVisit, { id }: GroupThing, { UserName = '' }: Form): Promise<void> {
  const UserId = await userIdOf(visit, UserName)
  await visit.directory('CreateGroupMembership', { GroupId: id, MemberId: { UserId } })
}

/** Finds a person by user name, and says at the field where there is nobody. */
async function userIdOf(visit: AdminVisit, name: string): Promise<string> {
  const sentence = 'There is nobody of that user name.'
  try {
    if (name.trim() === '') throw new Refusal('not-found', sentence)
    const { UserId } = await visit.directory('GetUserId', { AlternateIdentifier: { UniqueAttribute: { AttributePath: 'userName', AttributeValue: name.trim() } } })
    return UserId as string
  } catch (error) {
    throw error instanceof Refusal && error.code === 'not-found' ? new Refusal('invalid-input', sentence, { faults: [{ path: 'UserName', message: sentence }] }) : error
  }
}

const counted = (count: number, noun: string, nouns = `${noun}s`): string => `${count.toLocaleString('en-GB')} ${count === 1 ? noun : nouns}`

/** Says whom the end of a group concerns, as far as whoever asks may see it. */
async function endOf(visit: AdminVisit, { id }: GroupThing): Promise<string> {
  const { may, places: { instanceArn } } = visit
  const { PeopleCount } = await visit.directory('DescribeGroupSize', { GroupId: id })
  const { roles } = await may({ roles: { action: 'sso:ListAccountAssignmentsForPrincipal', resource: instanceArn } })
  const held = roles ? await visit.directory('ListRolesOfGroup', { GroupId: id, MaxResults: 100 }) : undefined
  const count = (held?.Roles as unknown[] | undefined)?.length ?? 0
  const concerned = PeopleCount === 0 ? 'Nobody is in it.' : `${counted(PeopleCount as number, 'person is', 'people are')} in it, directly or through other groups.`
  const lost = !held ? '' : count === 0 ? ' It is assigned to no account.' : ` ${held.NextToken === undefined ? counted(count, 'assignment') : 'More than 100 assignments'} in accounts ${count === 1 ? 'ends' : 'end'} with it, and whoever has no other way loses them at once.`
  return `${concerned}${lost} This cannot be undone; the people themselves stay.`
}

const deletion = { title: 'Delete this group?', text: endOf, button: 'Delete' }

export const groupChanges: Changes<GroupThing> = {
  delete: {
    run: (visit, { id }) => visit.directory('DeleteGroup', { GroupId: id }), done: 'Deleted.', next: '/admin/groups',
    ask: deletion,
    foresight: { ...deletion, isGrave: true, wishes: (visit, { id }) => directoryWishes(visit, 'identitystore:DeleteGroup', [groupArn(id)]), change: async (_visit, { id }) => ({ RemoveGroups: [id] }) },
  },
  'add-member': { run: addMember, done: 'Added.', foresight: joining('UserName', async (visit, { id }, { UserName = '' }) => ({ GroupId: id, UserId: await userIdOf(visit, UserName) })) },
  'remove-member': { run: (visit, _group, { MembershipId }) => visit.directory('DeleteGroupMembership', { MembershipId }), done: 'Taken out of the group.', foresight: leaving() },
  'add-group': {
    run: async (visit, { id }, { GroupName = '' }) => visit.directory('AddGroupToGroup', { GroupId: id, MemberGroupId: await groupIdOf(visit, GroupName) }), done: 'The group is in this one now, with everybody in it.',
    foresight: {
      title: 'Add this group?', button: 'Add group', fields: ['GroupName'], wishes: (visit, { id }) => directoryWishes(visit, 'sso-directory:AddMemberToGroup', [groupArn(id), groupArn('*')]),
      text: (_visit, _thing, { GroupName = '' }) => `Everybody in “${GroupName.trim()}” gets what this group has.`,
      change: async (visit, { id }, { GroupName = '' }) => ({ AddMembers: [{ GroupId: id, MemberId: { GroupId: await groupIdOf(visit, GroupName) } }] }),
    },
  },
  'remove-group': {
    run: (visit, { id }, { MemberGroupId }) => visit.directory('RemoveGroupFromGroup', { GroupId: id, MemberGroupId }), done: 'Taken out of this group.',
    foresight: {
      title: 'Take this group out?', button: 'Take out', fields: ['MemberGroupId'], text: (visit, _thing, { MemberGroupId = '' }) => calledOf(visit, 'DescribeGroup', { GroupId: MemberGroupId }), wishes: (visit, { id }) => directoryWishes(visit, 'sso-directory:RemoveMemberFromGroup', [groupArn(id)]),
      change: async (_visit, { id }, { MemberGroupId }) => ({ DropMembers: [{ GroupId: id, MemberId: { GroupId: MemberGroupId } }] }),
    },
  },
}
