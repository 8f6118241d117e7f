// What a permission set is told by, as pages save it: all of it at once, so that what was emptied goes.
import { operation, type Operations } from '../operation.js'
import { toPermissionSet } from '../targets.js'
import { description, durationAnswer, instanceArnMember, permissionSetArnMember, relayState, sessionDuration } from '../words.js'

export const detailOperations: Operations = {
  UpdatePermissionSet: operation({
    input: { InstanceArn: instanceArnMember, PermissionSetArn: permissionSetArnMember, Description: description, SessionDuration: sessionDuration, RelayState: relayState },
    target: toPermissionSet,
    run: async ({ input, target, rooms, was }) => {
      was({ Description: target.description, SessionDuration: durationAnswer(target.sessionDuration), RelayState: target.relayState })
      await rooms.permissionSetChanges.change(target.id, () => ({ description: input.Description, sessionDuration: input.SessionDuration, relayState: input.RelayState }))
      return undefined
    },
  }),
}
