// What may be changed about a user, a group or a role, in the words of the pages.
import type { EntityKind } from '../../domain/accounts/index.js'
import type { Change, Changes } from './changes.js'

export type Word = 'User' | 'Group' | 'Role'

export const wordOf: Readonly<Record<EntityKind, Word>> = { user: 'User', group: 'Group', role: 'Role' }

/** Changes that all kinds have, by the operations of their kind. */
function commonChanges(kind: EntityKind): Changes {
  const word = wordOf[kind]
  const attachable: Changes = {
    [`Attach${word}Policy`]: { fields: ['PolicyArn'], done: 'The policy is attached.' },
    [`Detach${word}Policy`]: {
      fields: ['PolicyArn'], done: 'The policy is detached.',
      ask: { title: 'Detach policy', text: ({ PolicyArn = '' }) => `${PolicyArn} counts no more for this ${kind}.`, button: 'Detach it' },
    },
    [`Delete${word}Policy`]: {
      fields: ['PolicyName'], done: 'The policy is deleted.',
      ask: { title: 'Delete policy', text: ({ PolicyName = '' }) => `“${PolicyName}” is gone for good, and counts no more for this ${kind}.`, button: 'Delete it' },
    },
    [`Delete${word}`]: {
      done: '', next: `/console/${kind}s?done=deleted`,
      ask: { title: `Delete ${kind}`, text: () => `Nothing brings the ${kind} back. ${kind === 'user' ? 'Its password, keys, devices, groups and policies have' : kind === 'group' ? 'Its users and policies have' : 'Its policies have'} to be removed first.`, button: `Delete this ${kind}` },
    },
  }
  return kind === 'group' ? attachable : { ...attachable, ...boundaryChanges(kind, word), ...tagChanges(word) }
}

const boundaryChanges = (kind: EntityKind, word: Word): Changes => ({
  [`Put${word}PermissionsBoundary`]: { fields: ['PermissionsBoundary'], done: 'The boundary is set.' },
  [`Delete${word}PermissionsBoundary`]: {
    done: 'The boundary is removed.',
    ask: { title: 'Remove boundary', text: () => `Nothing bounds any more what the policies of this ${kind} allow.`, button: 'Remove it' },
  },
})

const tagChanges = (word: Word): Changes => ({
  [`Tag${word}`]: { done: 'The tag is set.', parameters: ({ Key = '', Value = '' }) => ({ 'Tags.member.1.Key': Key, 'Tags.member.1.Value': Value }) } satisfies Change,
  [`Untag${word}`]: { done: 'The tag is removed.', parameters: ({ Key = '' }) => ({ 'TagKeys.member.1': Key }) } satisfies Change,
})

const userChanges: Changes = {
  UpdateUser: { done: 'The user has its new name.', fields: ['NewUserName', 'NewPath'], next: '/console/users?done=renamed' },
  AddUserToGroup: { done: 'The user is in the group.', fields: ['GroupName'] },
  RemoveUserFromGroup: { done: 'The user is out of the group.', fields: ['GroupName'] },
  DeleteLoginProfile: {
    done: 'The password is gone.',
    ask: { title: 'Take the password away', text: () => 'The user cannot sign in to the console any more, and is signed out everywhere. Access keys go on.', button: 'Take it away' },
  },
  UpdateAccessKey: { done: 'The access key is changed.', fields: ['AccessKeyId', 'Status'] },
  DeleteAccessKey: {
    done: 'The access key is deleted.', fields: ['AccessKeyId'],
    ask: { title: 'Delete access key', text: ({ AccessKeyId = '' }) => `${AccessKeyId} is gone for good. Whatever still uses it stops working.`, button: 'Delete it' },
  },
  DeactivateMFADevice: {
    done: 'The device is removed.', fields: ['SerialNumber'],
    ask: { title: 'Remove device', text: ({ SerialNumber = '' }) => `${SerialNumber} proves nothing any more for this user.`, button: 'Remove it' },
  },
}

const groupChanges: Changes = {
  UpdateGroup: { done: '', fields: ['NewGroupName', 'NewPath'], next: '/console/groups?done=renamed' },
  AddUserToGroup: { done: 'The user is in the group.', fields: ['UserName'] },
  RemoveUserFromGroup: { done: 'The user is out of the group.', fields: ['UserName'] },
}

const roleChanges: Changes = {
  UpdateRole: { done: 'The role is changed.', fields: ['Description', 'MaxSessionDuration'] },
}

/** Everything that the page of a kind may ask for. */
export const changesOf = (kind: EntityKind): Changes => ({ ...commonChanges(kind), ...{ user: userChanges, group: groupChanges, role: roleChanges }[kind] })
