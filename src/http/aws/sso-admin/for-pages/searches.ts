// What pages ask and no client does: names instead of ids, found by words. The same actions let one read it.
import { idOfArn, permissionSetArn } from '../../../../domain/access/index.js'
import { oneOf, optional, text } from '../../protocol/members.js'
import { answerIn } from '../applications.js'
import { operation, type Operations } from '../operation.js'
import { setAnswer } from '../permission-sets.js'
import { accountArn, toInstance } from '../targets.js'
import { accountId, instanceArnMember, permissionSetArnMember, principalId } from '../words.js'

const InstanceArn = instanceArnMember
const Search = optional(text(1, 200))

export const searchOperations: Operations = {
  /** Permission sets with their names, and in how many accounts they are assigned. */
  SearchPermissionSets: operation({
    input: { InstanceArn, Search, Finding: optional(oneOf('unused-permission-sets')) }, action: 'sso:ListPermissionSets', readOnly: true, pages: 100, target: toInstance,
    run: async ({ input, target, rooms, page, listed }) => {
      const found = await rooms.permissionSets.page({ ...page, search: input.Search, those: input.Finding && rooms.health.unusedPermissionSets() })
      const counts = await rooms.assignmentPages.countOf(found.items.map(({ id }) => id))
      return listed('PermissionSets', found, (set) => ({
        ...setAnswer(target.id, set), ManagedPolicies: set.managedPolicies, CustomerManagedPolicies: set.customerPolicies, HasInlinePolicy: set.inlinePolicy !== undefined, PermissionsBoundary: set.permissionsBoundary,
        Assignments: counts.get(set.id)?.assignments ?? 0, Accounts: counts.get(set.id)?.accounts ?? 0,
      }))
    },
  }),
  /** Assignments in an account, of a permission set, or all there are, with names. */
  SearchAccountAssignments: operation({
    input: { InstanceArn, AccountId: optional(accountId), PermissionSetArn: optional(permissionSetArnMember), PrincipalId: optional(principalId) }, action: 'sso:ListAccountAssignments', readOnly: true, pages: 100,
    target: async (input, scope) => ({
      ...await toInstance(input, scope),
      also: [...(input.AccountId === undefined ? [] : [accountArn(input.AccountId)]), ...(input.PermissionSetArn === undefined ? [] : [input.PermissionSetArn])],
    }),
    run: async ({ input, target, rooms, page, listed }) => {
      const found = await rooms.assignmentPages.named({ ...page, accountId: input.AccountId, permissionSetId: input.PermissionSetArn && idOfArn(input.PermissionSetArn), principalId: input.PrincipalId })
      return listed('AccountAssignments', found, ({ accountId: account, accountName, permissionSetId, permissionSetName, principal, principalName, displayName }) => ({
        AccountId: account, AccountName: accountName, PermissionSetArn: permissionSetArn(target.id, permissionSetId), PermissionSetName: permissionSetName,
        PrincipalType: principal.type, PrincipalId: principal.id, PrincipalName: principalName, DisplayName: displayName,
      }))
    },
  }),
  /** Applications found by their names. */
  SearchApplications: operation({
    input: { InstanceArn, Search }, action: 'sso:ListApplications', readOnly: true, pages: 100, target: toInstance,
    run: async ({ input, target, accountId: owner, rooms, page, listed }) =>
      listed('Applications', await rooms.applications.page({ ...page, search: input.Search }), (one) => ({ ...answerIn({ directoryId: target.id, accountId: owner }, one), ClientId: one.clientId, IconUrl: one.icon })),
  }),
}
