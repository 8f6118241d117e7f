// What the forms on the page of a person ask for.
import { Refusal } from '../../platform/errors.js'
import { joining, leaving } from './membership-foresight.js'
import type { DeviceAnswer } from './people-answers.js'
import { directoryWishes, userArn } from './people-rights.js'
import type { Changes } from './things.js'
import type { Person } from './person.js'
import { linkChanges } from './user-links.js'
import type { AdminVisit } from './visit.js'

const ofPerson = (operation: string) => (visit: AdminVisit, { id: UserId }: Person): Promise<unknown> => visit.directory(operation, { UserId })

const takes = (action: string) => (visit: AdminVisit, { id }: Person) => directoryWishes(visit, action, [userArn(id)])

async function addToGroup(visit: AdminVisit, { id }: Person, { GroupName = '' }: Readonly<Record<string, string>>): Promise<void> {
  const GroupId = await groupIdOf(visit, GroupName)
  await visit.directory('CreateGroupMembership', { GroupId, MemberId: { UserId: id } })
}

/** Finds a group by its name, and says at the field where there is none. */
export async function groupIdOf(visit: AdminVisit, name: string): Promise<string> {
  const sentence = 'There is no group of that name.'
  try {
    if (name.trim() === '') throw new Refusal('not-found', sentence)
    const { GroupId } = await visit.directory('GetGroupId', { AlternateIdentifier: { UniqueAttribute: { AttributePath: 'displayName', AttributeValue: name.trim() } } })
    return GroupId as string
  } catch (error) {
    throw error instanceof Refusal && error.code === 'not-found' ? new Refusal('invalid-input', sentence, { faults: [{ path: 'GroupName', message: sentence }] }) : error
  }
}

/** What a device is called, as it is kept and not as an address says. */
async function deviceName(visit: AdminVisit, { id }: Person, deviceId: string | undefined): Promise<string> {
  const { MfaDevices } = await visit.directory('ListMfaDevices', { UserId: id })
  const device = (MfaDevices as DeviceAnswer[]).find(({ DeviceId }) => DeviceId === deviceId)
  if (!device) throw new Refusal('not-found', 'There is no such device any more.')
  return device.DeviceName
}

const disabling = { title: 'Disable this user?', text: () => 'They are signed out everywhere at once and cannot sign in until somebody enables them. Groups and assignments stay.', button: 'Disable' }
const deletion = { title: 'Delete this user?', text: () => 'They are signed out everywhere and gone at once. For 7 days you can bring them back, with their groups and assignments; after that they are removed for good.', button: 'Delete' }
const hadNothing = 'They reach no account and no application, so there is nothing to lose.'

export const userChanges: Changes<Person> = {
  disable: {
    run: ofPerson('DisableUser'), done: 'Disabled. Every session has ended.', ask: disabling,
    foresight: { ...disabling, isGrave: true, nothing: hadNothing, wishes: takes('sso-directory:DisableUser'), change: async (_visit, { id }) => ({ DisableUsers: [id] }) },
  },
  enable: {
    run: ofPerson('EnableUser'), done: 'Enabled. They can sign in again.',
    foresight: {
      title: 'Enable this user?', button: 'Enable', text: () => 'They can sign in again.', nothing: 'Nothing is assigned to them, so they get nothing back but their sign-in.', wishes: takes('sso-directory:EnableUser'), change: async (_visit, { id }) => ({ EnableUsers: [id] }),
    },
  },
  delete: {
    run: ofPerson('DeleteUser'), done: 'Deleted.', next: '/admin/users', ask: deletion,
    foresight: { ...deletion, isGrave: true, nothing: hadNothing, wishes: takes('identitystore:DeleteUser'), change: async (_visit, { id }) => ({ DisableUsers: [id] }) },
  },
  invite: { run: ofPerson('InviteUser'), done: 'The invitation is on its way.' },
  reset: { run: ofPerson('SendPasswordReset'), done: 'A link for a new password is on its way. The old one counts until they choose another.' },
  'remove-device': {
    wishes: takes('sso-directory:DeleteMfaDeviceForUser'), run: (visit, { id }, { DeviceId }) => visit.directory('DeleteMfaDevice', { UserId: id, DeviceId }), done: 'The device is removed. They got a mail about it.',
    ask: { title: 'Remove this device?', text: async (visit, person, { DeviceId }) => `“${await deviceName(visit, person, DeviceId)}” no longer counts as a second step, and browsers that were trusted ask again.`, button: 'Remove', fields: ['DeviceId'] },
  },
  'reset-devices': {
    wishes: takes('sso-directory:DeleteMfaDeviceForUser'), run: ofPerson('ResetMfa'), done: 'Every device is removed, and every session has ended.',
    ask: { title: 'Remove every device?', text: () => 'Make sure that it is them who asks. All devices and recovery codes are gone, every session ends, and what the settings demand they set up anew at the next sign-in.', button: 'Remove all' },
  },
  ...linkChanges,
  'add-to-group': { run: addToGroup, done: 'Added to the group.', foresight: joining('GroupName', async (visit, { id }, { GroupName = '' }) => ({ GroupId: await groupIdOf(visit, GroupName), UserId: id })) },
  'leave-group': {
    run: (visit, _person, { MembershipId }) => visit.directory('DeleteGroupMembership', { MembershipId }), done: 'Taken out of the group.', foresight: leaving(),
  },
}
