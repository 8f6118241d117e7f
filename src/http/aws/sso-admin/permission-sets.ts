// Permission sets: the templates of roles.
import { permissionSetArn, type PermissionSet } from '../../../domain/access/index.js'
import { requestTags } from '../protocol/operation.js'
import { optional, otherwise } from '../protocol/members.js'
import type { JsonObject } from '../protocol/request.js'
import { operation, type Operations } from './operation.js'
import { ruleAnswer, setState, tellSets } from './states.js'
import { toInstance, toPermissionSet } from './targets.js'
import { description, durationAnswer, instanceArnMember, permissionSetArnMember, relayState, sessionDuration, setName, someTags, timeAnswer } from './words.js'

const InstanceArn = instanceArnMember
const PermissionSetArn = permissionSetArnMember

/** Spells a permission set. */
export const setAnswer = (directoryId: string, set: PermissionSet): JsonObject => ({
  Name: set.name, PermissionSetArn: permissionSetArn(directoryId, set.id), CreatedDate: timeAnswer(set.createdAt), SessionDuration: durationAnswer(set.sessionDuration),
  ...(set.description && { Description: set.description }), ...(set.relayState && { RelayState: set.relayState }),
})

export const permissionSetOperations: Operations = {
  CreatePermissionSet: operation({
    input: { InstanceArn, Name: setName, Description: description, SessionDuration: otherwise(3600, sessionDuration), RelayState: relayState, Tags: someTags },
    target: toInstance,
    context: ({ Tags }) => requestTags(Tags),
    run: async ({ input, target, rooms }) => {
      const set = await rooms.permissionSetChanges.create({
        name: input.Name, description: input.Description, sessionDuration: input.SessionDuration, relayState: input.RelayState, managedPolicies: [], inlinePolicy: undefined, permissionsBoundary: undefined, tags: input.Tags,
      })
      return { PermissionSet: setAnswer(target.id, set) }
    },
  }),
  DescribePermissionSet: operation({
    input: { InstanceArn, PermissionSetArn }, readOnly: true, target: toPermissionSet,
    run: async ({ target, rooms }) => ({ PermissionSet: setAnswer((await rooms.organization()).id, target) }),
  }),
  ListPermissionSets: operation({
    input: { InstanceArn }, readOnly: true, pages: 100, target: toInstance,
    run: async ({ target, rooms, page, listed }) => listed('PermissionSets', await rooms.permissionSets.page(page), ({ id }) => permissionSetArn(target.id, id)),
  }),
  UpdatePermissionSet: operation({
    input: { InstanceArn, PermissionSetArn, Description: description, SessionDuration: optional(sessionDuration), RelayState: relayState },
    target: toPermissionSet,
    run: async ({ input, target, rooms, was }) => {
      tellSets(was, await rooms.permissionSetChanges.change(target.id, (set) => ({
        description: input.Description ?? set.description, sessionDuration: input.SessionDuration ?? set.sessionDuration,
        // One that is left out is cleared, which is what clients count on.
        relayState: input.RelayState,
      })))
      return undefined
    },
  }),
  DeletePermissionSet: operation({
    input: { InstanceArn, PermissionSetArn }, target: toPermissionSet,
    run: async ({ target, rooms, was }) => {
      const rule = await rooms.ruleChanges.find(target.id)
      was({ ...setState(target), ...(rule && { Rule: ruleAnswer(rule) }) }, undefined)
      await rooms.permissionSetChanges.remove(target.id)
      return undefined
    },
  }),
}
