// Rules by which a permission set may be requested: read, set and removed, one at a time.
import { longestGrant, shortestWish, type RequestRule } from '../../../../domain/requests/index.js'
import { flag, list, optional, text, whole } from '../../protocol/members.js'
import { operation, type Operations } from '../operation.js'
import { ruleAnswer } from '../states.js'
import { toPermissionSet } from '../targets.js'
import { accountId, instanceArnMember, permissionSetArnMember } from '../words.js'

const input = { InstanceArn: instanceArnMember, PermissionSetArn: permissionSetArnMember }
const most = 1000
const mostApprovers = 100
const groupNames = (max: number) => list(text(1, 1024), { min: 1, max })

/** A rule for all accounts, or for everybody, leaves out whom it is for. */
const members = {
  AccountIds: optional(list(accountId, { min: 1, max: most })), RequesterGroups: optional(groupNames(most)), ApproverGroups: groupNames(mostApprovers),
  ApprovalsNeeded: whole(1, 3), LongestDuration: whole(shortestWish, longestGrant), ReasonRequired: flag,
}

export const requestRuleOperations: Operations = {
  GetRequestRule: operation({
    input, action: 'gatehouse:GetRequestRule', readOnly: true, target: toPermissionSet,
    run: async ({ target, rooms }) => {
      const rule = await rooms.ruleChanges.find(target.id)
      return rule ? { Rule: ruleAnswer(rule) } : {}
    },
  }),
  PutRequestRule: operation({
    input: { ...input, ...members }, action: 'gatehouse:PutRequestRule', target: toPermissionSet,
    run: async ({ input: given, target: { id }, rooms, was }) => {
      const before = await rooms.ruleChanges.find(id)
      const rule: RequestRule = {
        permissionSetId: id, accounts: given.AccountIds ?? 'all', requesters: given.RequesterGroups ?? 'everybody', approvers: given.ApproverGroups,
        approvalsNeeded: given.ApprovalsNeeded, longestDuration: given.LongestDuration, reasonRequired: given.ReasonRequired,
      }
      await rooms.ruleChanges.put(rule)
      const after = await rooms.ruleChanges.find(id)
      was({ Rule: before && ruleAnswer(before) }, { Rule: after && ruleAnswer(after) })
      return {}
    },
  }),
  DeleteRequestRule: operation({
    input, action: 'gatehouse:DeleteRequestRule', target: toPermissionSet,
    run: async ({ target: { id }, rooms, was }) => {
      const before = await rooms.ruleChanges.find(id)
      was(before && { Rule: ruleAnswer(before) }, undefined)
      await rooms.ruleChanges.remove(id)
      return {}
    },
  }),
}
