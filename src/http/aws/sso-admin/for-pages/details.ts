// What a permission set is told by, as pages save it: all of it at once, so that what was emptied goes; and where the
// policies that it refers to are not there.
import { operation, type Operations } from '../operation.js'
import { toPermissionSet } from '../targets.js'
import { tellSets } from '../states.js'
import { description, instanceArnMember, permissionSetArnMember, referenceAnswer, relayState, sessionDuration } from '../words.js'

export const detailOperations: Operations = {
  UpdatePermissionSet: operation({
    input: { InstanceArn: instanceArnMember, PermissionSetArn: permissionSetArnMember, Description: description, SessionDuration: sessionDuration, RelayState: relayState },
    target: toPermissionSet,
    run: async ({ input, target, rooms, was }) => {
      tellSets(was, await rooms.permissionSetChanges.change(target.id, () => ({ description: input.Description, sessionDuration: input.SessionDuration, relayState: input.RelayState })))
      return undefined
    },
  }),
  ListMissingPolicies: operation({
    input: { InstanceArn: instanceArnMember, PermissionSetArn: permissionSetArnMember }, readOnly: true, action: 'sso:ListCustomerManagedPolicyReferencesInPermissionSet',
    target: toPermissionSet,
    run: async ({ target, rooms }) => ({
      MissingPolicies: (await rooms.missingReferences(target)).map(({ reference, account }) => ({ CustomerManagedPolicyReference: referenceAnswer(reference), AccountId: account.id, AccountName: account.name })),
    }),
  }),
}
