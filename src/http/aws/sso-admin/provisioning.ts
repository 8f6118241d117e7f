// Provisioning: every change counts at once, so what is left to do is to see whether accounts have what a permission set needs.
import { permissionSetArn, type AssignmentRequest } from '../../../domain/access/index.js'
import { Refusal } from '../../../platform/errors.js'
import { invalid, oneOf, optional } from '../protocol/members.js'
import type { JsonObject } from '../protocol/request.js'
import { filterOf, requestInList } from './assignments.js'
import { operation, type Operations } from './operation.js'
import { accountArn, toInstance, toPermissionSet } from './targets.js'
import { accountId, instanceArnMember, permissionSetArnMember, requestId, statusFilter, timeAnswer } from './words.js'

const InstanceArn = instanceArnMember

const answer = (directoryId: string, { id, failure, accountId: account, permissionSetId, createdAt }: AssignmentRequest): JsonObject => ({
  Status: failure === undefined ? 'SUCCEEDED' : 'FAILED', RequestId: id, ...(account !== undefined && { AccountId: account }), PermissionSetArn: permissionSetArn(directoryId, permissionSetId),
  ...(failure !== undefined && { FailureReason: failure }), CreatedDate: timeAnswer(createdAt),
})

export const provisioningOperations: Operations = {
  ProvisionPermissionSet: operation({
    input: { InstanceArn, PermissionSetArn: permissionSetArnMember, TargetType: oneOf('AWS_ACCOUNT', 'ALL_PROVISIONED_ACCOUNTS'), TargetId: optional(accountId) },
    target: async (input, scope) => {
      const target = await toPermissionSet(input, scope)
      return { ...target, also: [...target.also ?? [], ...(input.TargetId === undefined ? [] : [accountArn(input.TargetId)])] }
    },
    run: async ({ input, target, rooms }) => {
      const isOne = input.TargetType === 'AWS_ACCOUNT'
      if (isOne !== (input.TargetId !== undefined)) throw invalid(`1 validation error detected: TargetId ${isOne ? 'is required' : 'must be left out where all accounts are meant'}`)
      return { PermissionSetProvisioningStatus: answer((await rooms.organization()).id, await rooms.assigning.provision(target.id, input.TargetId)) }
    },
  }),
  DescribePermissionSetProvisioningStatus: operation({
    input: { InstanceArn, ProvisionPermissionSetRequestId: requestId }, readOnly: true, target: toInstance,
    run: async ({ input, target, rooms }) => {
      const request = await rooms.assignmentRequests.find('provision', input.ProvisionPermissionSetRequestId)
      if (!request) throw new Refusal('not-found', 'There is no such request, or it is too long ago.')
      return { PermissionSetProvisioningStatus: answer(target.id, request) }
    },
  }),
  ListPermissionSetProvisioningStatus: operation({
    input: { InstanceArn, Filter: statusFilter }, readOnly: true, pages: 100, target: toInstance,
    run: async ({ input, rooms, page, listed }) => {
      const { isNone, failed } = filterOf(input.Filter)
      return listed('PermissionSetsProvisioningStatus', isNone ? { items: [] } : await rooms.assignmentRequests.list('provision', { ...page, failed }), requestInList)
    },
  }),
}
