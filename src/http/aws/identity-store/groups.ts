// Groups of the Identity Store.
import { goingWithGroup } from '../../../domain/access/index.js'
import { Groups } from '../../../domain/directory/index.js'
import { optional, readMembers } from '../protocol/members.js'
import { groupAnswer } from './answers.js'
import { applyChanges, changesOf } from './attribute-paths.js'
import { filters } from './filters.js'
import { uniquely } from './language.js'
import { operation, type Operations } from './operation.js'
import { groupArn, toGroup, toStore } from './targets.js'
import { groupName, identityStoreId, lines, resourceId } from './words.js'

const groupMembers = { DisplayName: groupName, Description: optional(lines) }

export const groupOperations: Operations = {
  CreateGroup: operation({
    input: { IdentityStoreId: identityStoreId, ...groupMembers },
    target: (input, scope) => toStore(input, scope),
    run: async ({ input: { IdentityStoreId, DisplayName, Description }, caller, rooms }) => {
      const [id] = await uniquely(rooms.groups.create([{ displayName: DisplayName, description: Description, by: caller.arn }]))
      return { IdentityStoreId, GroupId: id! }
    },
  }),
  DescribeGroup: operation({
    input: { IdentityStoreId: identityStoreId, GroupId: resourceId }, readOnly: true,
    target: toGroup,
    run: ({ input, target }) => groupAnswer(target, input.IdentityStoreId),
  }),
  ListGroups: operation({
    input: { IdentityStoreId: identityStoreId, Filters: filters('DisplayName') }, readOnly: true, pages: 100,
    target: (input, scope) => toStore(input, scope, groupArn('*')),
    run: async ({ input: { IdentityStoreId, Filters }, page, rooms, listed }) => {
      const found = Filters === undefined ? undefined : await rooms.groups.findByDisplayName(Filters)
      return listed('Groups', Filters === undefined ? await rooms.groups.page(page) : { items: found ? [found] : [] }, (group) => groupAnswer(group, IdentityStoreId))
    },
  }),
  UpdateGroup: operation({
    input: { IdentityStoreId: identityStoreId, GroupId: resourceId, Operations: changesOf(Object.keys(groupMembers)) },
    target: toGroup,
    run: async ({ input, target: { id, displayName, description }, caller, rooms, was }) => {
      const { DisplayName, Description } = readMembers(groupMembers, applyChanges({ DisplayName: displayName, Description: description }, input.Operations))
      await uniquely(rooms.groups.update([{ id, displayName: DisplayName, description: Description, by: caller.arn }]))
      was({ displayName, description }, { displayName: DisplayName, description: Description })
      return {}
    },
  }),
  DeleteGroup: operation({
    input: { IdentityStoreId: identityStoreId, GroupId: resourceId },
    target: toGroup,
    run: async ({ target: { id, displayName, description }, caller, rooms, was }) => {
      const along = await rooms.losing({ groupId: id, by: caller.arn }, async (tx) => {
        const going = await goingWithGroup(tx, id)
        await new Groups(tx).remove([id])
        return going
      })
      was({ displayName, description, ...along }, undefined)
      return {}
    },
  }),
}
