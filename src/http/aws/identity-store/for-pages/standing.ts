// Whether somebody gets in at all: disabled and enabled, back after being deleted, gone for good.
import { directoryOperation, type Operations } from '../operation.js'
import { toStore, toUser, userArn } from '../targets.js'
import type { DeletedUser } from '../../../../domain/directory/index.js'
import type { Scope } from '../../protocol/json-operation.js'
import type { Target } from '../../protocol/operation.js'
import { missing } from '../language.js'
import type { IdentityStoreRooms } from '../rooms.js'
import { ofUser } from './input.js'
import { deletedAnswer } from './search.js'

async function toDeleted(input: { IdentityStoreId: string; UserId: string }, scope: Scope<IdentityStoreRooms>): Promise<Target<DeletedUser>> {
  const store = await toStore(input, scope)
  return { arn: userArn(input.UserId), also: [store.arn], found: store.found && await scope.rooms.deletedUsers.find(input.UserId), refusal: missing('USER', input.UserId, 'There is nobody like that who could come back.') }
}

const statusOf = (active: boolean): { userStatus: string } => ({ userStatus: active ? 'ENABLED' : 'DISABLED' })

export const standingOperations: Operations = {
  DisableUser: directoryOperation({
    input: ofUser,
    target: toUser,
    run: async ({ target: { id, active }, caller, rooms, was }) => {
      await rooms.users.setActive([id], false, caller.arn)
      was(statusOf(active), statusOf(false))
      // Ended even if they were disabled already: whoever asks wants nothing of theirs to count.
      await rooms.endEverything(id, caller.arn)
      return {}
    },
  }),
  EnableUser: directoryOperation({
    input: ofUser,
    target: toUser,
    run: async ({ target: { id, active }, caller, rooms, was }) => {
      await rooms.users.setActive([id], true, caller.arn)
      was(statusOf(active), statusOf(true))
      return {}
    },
  }),
  DescribeDeletedUser: directoryOperation({
    input: ofUser, readOnly: true, action: 'sso-directory:SearchUsers',
    target: toDeleted,
    run: async ({ target }) => deletedAnswer(target),
  }),
  RestoreUser: directoryOperation({
    input: ofUser,
    target: toDeleted,
    run: async ({ target: { id }, rooms, was }) => {
      await rooms.deletedUsers.restore([id])
      was({ userStatus: 'DELETED' }, statusOf((await rooms.users.find(id))?.active ?? false))
      return {}
    },
  }),
  PurgeUser: directoryOperation({
    input: ofUser,
    target: toDeleted,
    run: async ({ target: { id, userName }, rooms, was }) => {
      was({ userName, userStatus: 'DELETED' }, undefined)
      await rooms.deletedUsers.remove([id])
      return {}
    },
  }),
}
