// Assignments of permission sets in accounts, and what came of the requests to make and to end them.
import { permissionSetArn, type Assignment, type AssignmentRequest } from '../../../domain/access/index.js'
import { Refusal } from '../../../platform/errors.js'
import type { Scope } from '../protocol/json-operation.js'
import { oneOf, optional, structure } from '../protocol/members.js'
import type { JsonObject } from '../protocol/request.js'
import { operation, type Operations } from './operation.js'
import type { SsoAdminRooms } from './rooms.js'
import { accountArn, toInstance, toPermissionSet, toPlace } from './targets.js'
import { accountId, instanceArnMember, permissionSetArnMember, principalMembers, principalOf, requestId, statusFilter, targetType, timeAnswer } from './words.js'

const InstanceArn = instanceArnMember
const PermissionSetArn = permissionSetArnMember
const provisioningStatus = optional(oneOf('LATEST_PERMISSION_SET_PROVISIONED', 'LATEST_PERMISSION_SET_NOT_PROVISIONED'))
const assignmentInput = { InstanceArn, TargetId: accountId, TargetType: targetType, PermissionSetArn, ...principalMembers }

const statusOf = ({ failure }: AssignmentRequest): 'FAILED' | 'SUCCEEDED' => (failure === undefined ? 'SUCCEEDED' : 'FAILED')

const requestAnswer = (directoryId: string, request: AssignmentRequest): JsonObject => ({
  Status: statusOf(request), RequestId: request.id, ...(request.failure !== undefined && { FailureReason: request.failure }), TargetId: request.accountId, TargetType: 'AWS_ACCOUNT',
  PermissionSetArn: permissionSetArn(directoryId, request.permissionSetId), PrincipalType: request.principal?.type, PrincipalId: request.principal?.id, CreatedDate: timeAnswer(request.createdAt),
})

/** Spells a request in a list. */
export const requestInList = (request: AssignmentRequest): JsonObject => ({ Status: statusOf(request), RequestId: request.id, CreatedDate: timeAnswer(request.createdAt) })

/** Which requests a filter lets through: there are none under way. */
export const filterOf = (filter: { Status?: 'IN_PROGRESS' | 'FAILED' | 'SUCCEEDED' | undefined } | undefined): { isNone: boolean; failed: boolean | undefined } =>
  ({ isNone: filter?.Status === 'IN_PROGRESS', failed: filter?.Status === undefined ? undefined : filter.Status === 'FAILED' })

const assignmentAnswer = (directoryId: string, { accountId: account, permissionSetId, principal }: Assignment): JsonObject =>
  ({ AccountId: account, PermissionSetArn: permissionSetArn(directoryId, permissionSetId), PrincipalType: principal.type, PrincipalId: principal.id })

const toAssignment = (input: { InstanceArn: string; PermissionSetArn: string; TargetId: string }, scope: Scope<SsoAdminRooms>) => toPlace({ ...input, accountId: input.TargetId }, scope)

/** The two operations that tell what came of requests of a kind. */
const statuses = (kind: 'assign' | 'unassign', word: 'Creation' | 'Deletion'): Operations => ({
  [`DescribeAccountAssignment${word}Status`]: operation({
    input: { InstanceArn, [`AccountAssignment${word}RequestId`]: requestId }, readOnly: true,
    target: (input, scope) => toInstance(input as { InstanceArn: string }, scope),
    run: async ({ input, target, rooms }) => {
      const request = await rooms.assignmentRequests.find(kind, (input as Record<string, string>)[`AccountAssignment${word}RequestId`]!)
      if (!request) throw new Refusal('not-found', 'There is no such request, or it is too long ago.')
      return { [`AccountAssignment${word}Status`]: requestAnswer(target.id, request) }
    },
  }),
  [`ListAccountAssignment${word}Status`]: operation({
    input: { InstanceArn, Filter: statusFilter }, readOnly: true, pages: 100, target: toInstance,
    run: async ({ input, rooms, page, listed }) => {
      const { isNone, failed } = filterOf(input.Filter)
      return listed(`AccountAssignments${word}Status`, isNone ? { items: [] } : await rooms.assignmentRequests.list(kind, { ...page, failed }), requestInList)
    },
  }),
})

export const assignmentOperations: Operations = {
  CreateAccountAssignment: operation({
    input: assignmentInput, target: toAssignment,
    run: async ({ input, target, rooms }) => {
      const principal = principalOf(input)
      if (!await rooms.findPrincipal(principal)) throw new Refusal('not-found', `There is no ${principal.type === 'USER' ? 'user' : 'group'} ${principal.id}.`)
      const request = await rooms.assigning.assign({ accountId: input.TargetId, permissionSetId: target.id, principal })
      return { AccountAssignmentCreationStatus: requestAnswer((await rooms.organization()).id, request) }
    },
  }),
  DeleteAccountAssignment: operation({
    input: assignmentInput, target: toAssignment,
    run: async ({ input, target, rooms, caller, was }) => {
      const request = await rooms.assigning.unassign({ accountId: input.TargetId, permissionSetId: target.id, principal: principalOf(input) }, caller.arn)
      was({ TargetId: input.TargetId, PermissionSetName: target.name, PrincipalId: input.PrincipalId, PrincipalType: input.PrincipalType }, undefined)
      return { AccountAssignmentDeletionStatus: requestAnswer((await rooms.organization()).id, request) }
    },
  }),
  ListAccountAssignments: operation({
    input: { InstanceArn, AccountId: accountId, PermissionSetArn }, readOnly: true, pages: 100,
    target: (input, scope) => toPlace({ ...input, accountId: input.AccountId }, scope),
    run: async ({ input, target, rooms, page, listed }) => {
      const { id } = await rooms.organization()
      if (!await rooms.findAccount(input.AccountId)) throw new Refusal('not-found', `There is no account ${input.AccountId}.`)
      return listed('AccountAssignments', await rooms.assignmentPages.ofPlace({ accountId: input.AccountId, permissionSetId: target.id }, page), (one) => assignmentAnswer(id, one))
    },
  }),
  ListAccountAssignmentsForPrincipal: operation({
    input: { InstanceArn, ...principalMembers, Filter: optional(structure({ AccountId: optional(accountId) })) }, readOnly: true, pages: 100, target: toInstance,
    run: async ({ input, target, rooms, page, listed }) =>
      listed('AccountAssignments', await rooms.assignmentPages.ofPrincipal(principalOf(input), { ...page, accountId: input.Filter?.AccountId }), (one) => assignmentAnswer(target.id, one)),
  }),
  ListPermissionSetsProvisionedToAccount: operation({
    input: { InstanceArn, AccountId: accountId, ProvisioningStatus: provisioningStatus }, readOnly: true, pages: 100,
    target: async (input, scope) => ({ ...await toInstance(input, scope), also: [accountArn(input.AccountId)] }),
    run: async ({ input, target, rooms, page, listed }) =>
      listed('PermissionSets', input.ProvisioningStatus === 'LATEST_PERMISSION_SET_NOT_PROVISIONED' ? { items: [] } : await rooms.assignmentPages.setsIn(input.AccountId, page), (id) => permissionSetArn(target.id, id)),
  }),
  ListAccountsForProvisionedPermissionSet: operation({
    input: { InstanceArn, PermissionSetArn, ProvisioningStatus: provisioningStatus }, readOnly: true, pages: 100, target: toPermissionSet,
    run: async ({ input, target, rooms, page, listed }) =>
      listed('AccountIds', input.ProvisioningStatus === 'LATEST_PERMISSION_SET_NOT_PROVISIONED' ? { items: [] } : await rooms.assignmentPages.accountsOf(target.id, page), (id) => id),
  }),
  ...statuses('assign', 'Creation'),
  ...statuses('unassign', 'Deletion'),
}
