// IAM groups, and who is in them.
import { Refusal } from '../../../platform/errors.js'
import { groupAnswer, pageAnswer, userInList } from './answers.js'
import { optional } from '../protocol/fields.js'
import { operation, type Operations } from './operation.js'
import { rename } from './renaming.js'
import { toAll, toGroup, toNew } from './targets.js'
import { groupName, newPath, paging, path, pathPrefix, userName } from './words.js'

export const groupOperations: Operations = {
  CreateGroup: operation({
    input: { GroupName: groupName, Path: path },
    target: ({ GroupName, Path }, scope) => toNew('group', scope, { name: GroupName, path: Path }),
    run: async ({ input, accountId, rooms }) => {
      const [group] = await rooms.groups.create([{ accountId, name: input.GroupName, path: input.Path }])
      return { Group: groupAnswer(group!) }
    },
  }),
  GetGroup: operation({
    input: { GroupName: groupName, ...paging }, readOnly: true,
    target: toGroup,
    run: async ({ input, target, rooms }) => ({
      Group: groupAnswer(target),
      ...pageAnswer('Users', await rooms.groups.listUsers(target.id, { after: input.Marker, limit: input.MaxItems }), userInList),
    }),
  }),
  ListGroups: operation({
    input: { PathPrefix: pathPrefix, ...paging }, readOnly: true,
    target: ({ PathPrefix }, scope) => toAll('group', scope, PathPrefix),
    run: async ({ input, accountId, rooms }) =>
      pageAnswer('Groups', await rooms.groups.list(accountId, { pathPrefix: input.PathPrefix, after: input.Marker, limit: input.MaxItems }), groupAnswer),
  }),
  UpdateGroup: operation({
    input: { GroupName: groupName, NewGroupName: optional(groupName), NewPath: newPath },
    target: toGroup,
    change: ({ input, target: { name, path } }) => ({ before: { name, path }, after: { name: input.NewGroupName ?? name, path: input.NewPath ?? path } }),
    run: async ({ input, ...call }) => {
      await rename(call, call.rooms.groups, { name: input.NewGroupName, path: input.NewPath })
      return undefined
    },
  }),
  DeleteGroup: operation({
    input: { GroupName: groupName },
    target: toGroup,
    run: async ({ target, rooms }) => {
      await rooms.groups.remove(target)
      return undefined
    },
  }),
  AddUserToGroup: operation({
    input: { GroupName: groupName, UserName: userName },
    target: toGroup,
    run: async ({ input, target, accountId, rooms }) => {
      const user = await rooms.users.get(accountId, input.UserName)
      await rooms.groups.addUser({ groupId: target.id, userId: user.id })
      return undefined
    },
  }),
  RemoveUserFromGroup: operation({
    input: { GroupName: groupName, UserName: userName },
    target: toGroup,
    run: async ({ input, target, accountId, rooms }) => {
      const user = await rooms.users.get(accountId, input.UserName)
      const was = await rooms.groups.removeUser({ groupId: target.id, userId: user.id })
      if (!was) throw new Refusal('not-found', `The user ${input.UserName} is not in the group.`)
      return undefined
    },
  }),
}
