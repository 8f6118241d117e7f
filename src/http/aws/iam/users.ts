// IAM users.
import { rootArn } from '../../../domain/accounts/index.js'
import { AwsError } from '../protocol/errors.js'
import type { XmlContent } from '../protocol/xml.js'
import { groupAnswer, pageAnswer, userAnswer, userInList } from './answers.js'
import { optional } from '../protocol/fields.js'
import { operation, type Operations } from './operation.js'
import { rename } from './renaming.js'
import { pageOfAll } from '../../../domain/accounts/index.js'
import { requestTags, toAll, toNew, toUser, toUserOrSelf } from './targets.js'
import { arn, newPath, paging, path, pathPrefix, tags, userName } from './words.js'

export const userOperations: Operations = {
  CreateUser: operation({
    input: { UserName: userName, Path: path, PermissionsBoundary: optional(arn), Tags: tags },
    target: ({ UserName, Path }, scope) => toNew('user', scope, { name: UserName, path: Path }),
    context: ({ PermissionsBoundary, Tags }) => ({ ...requestTags(Tags), ...(PermissionsBoundary !== undefined && { 'iam:PermissionsBoundary': PermissionsBoundary }) }),
    run: async ({ input, accountId, rooms }) => {
      const [user] = await rooms.users.create([{ accountId, name: input.UserName, path: input.Path, boundary: input.PermissionsBoundary, tags: input.Tags }])
      return { User: userAnswer(user!) }
    },
  }),
  GetUser: operation({
    input: { UserName: optional(userName) }, readOnly: true,
    target: (input, scope) => (scope.caller.kind === 'root' && input.UserName === undefined ? { arn: rootArn(scope.accountId), found: undefined } : toUserOrSelf(input, scope)),
    run: async ({ target, accountId, rooms }): Promise<XmlContent> => {
      if (target) return { User: userAnswer(target) }
      const { id } = await rooms.accounts.get(accountId)
      return { User: { Path: '/', UserId: id, Arn: rootArn(id), CreateDate: '2015-01-01T00:00:00Z' } }
    },
  }),
  ListUsers: operation({
    input: { PathPrefix: pathPrefix, ...paging }, readOnly: true,
    target: ({ PathPrefix }, scope) => toAll('user', scope, PathPrefix),
    run: async ({ input, accountId, rooms }) =>
      pageAnswer('Users', await rooms.users.list(accountId, { pathPrefix: input.PathPrefix, after: input.Marker, limit: input.MaxItems }), userInList),
  }),
  UpdateUser: operation({
    input: { UserName: userName, NewUserName: optional(userName), NewPath: newPath },
    target: toUser,
    change: ({ input, target: { name, path } }) => ({ before: { name, path }, after: { name: input.NewUserName ?? name, path: input.NewPath ?? path } }),
    run: async ({ input, ...call }) => {
      const { rooms, accountId, target } = call
      await rename(call, rooms.users, { name: input.NewUserName, path: input.NewPath })
      await rooms.keys.forget({ accountId, userId: target.id })
      return undefined
    },
  }),
  DeleteUser: operation({
    input: { UserName: userName },
    target: toUser,
    run: async ({ target, rooms }) => {
      await rooms.users.remove(target)
      return undefined
    },
  }),
  ListGroupsForUser: operation({
    input: { UserName: userName, ...paging }, readOnly: true,
    target: toUser,
    run: async ({ input, target, rooms }) => {
      const groups = await rooms.groups.listOf(target.id)
      return pageAnswer('Groups', pageOfAll(groups, { after: input.Marker, limit: input.MaxItems }, ({ name }) => name.toLowerCase()), groupAnswer)
    },
  }),
  PutUserPermissionsBoundary: operation({
    input: { UserName: userName, PermissionsBoundary: arn },
    target: toUser,
    context: ({ PermissionsBoundary }) => ({ 'iam:PermissionsBoundary': PermissionsBoundary }),
    change: ({ input, target }) => ({ before: { boundary: target.boundary }, after: { boundary: input.PermissionsBoundary } }),
    run: async ({ input, target, rooms }) => {
      await rooms.users.setBoundary(target, input.PermissionsBoundary)
      return undefined
    },
  }),
  DeleteUserPermissionsBoundary: operation({
    input: { UserName: userName },
    target: toUser,
    change: ({ target }) => ({ before: { boundary: target.boundary }, after: undefined }),
    run: async ({ target, rooms }) => {
      if (target.boundary === undefined) throw new AwsError('NoSuchEntity', 404, 'The user has no permissions boundary.')
      await rooms.users.setBoundary(target, undefined)
      return undefined
    },
  }),
}
