// Roles, and who they trust.
import { policyLimits } from '../../../domain/policy/index.js'
import { AwsError } from '../protocol/errors.js'
import { pageAnswer, roleAnswer, roleInList } from './answers.js'
import { checkDocument } from './documents.js'
import { made, optional } from '../protocol/fields.js'
import { operation, type Operations } from './operation.js'
import { requestTags, toAll, toNew, toRole } from './targets.js'
import { arn, description, document, paging, path, pathPrefix, roleName, sessionLength, tags } from './words.js'

/** The names and paths of the roles that permission sets are. */
const newRoleName = made(roleName, (name, unfit) => (/^AWSReservedSSO_/i.test(name) ? unfit('must not begin with AWSReservedSSO_') : name))
const newRolePath = made(path, (value, unfit) => (/^\/aws-(reserved|service-role)\//i.test(value) ? unfit('must not begin with a path that is reserved') : value))

export const roleOperations: Operations = {
  CreateRole: operation({
    input: {
      RoleName: newRoleName, Path: newRolePath, AssumeRolePolicyDocument: document, Description: description, MaxSessionDuration: sessionLength, PermissionsBoundary: optional(arn), Tags: tags,
    },
    target: ({ RoleName, Path }, scope) => toNew('role', scope, { name: RoleName, path: Path }),
    context: ({ PermissionsBoundary, Tags }) => ({ ...requestTags(Tags), ...(PermissionsBoundary !== undefined && { 'iam:PermissionsBoundary': PermissionsBoundary }) }),
    run: async ({ input, accountId, rooms }) => {
      checkDocument(input.AssumeRolePolicyDocument, 'trust', policyLimits.trust)
      const [role] = await rooms.roles.create([{
        accountId, name: input.RoleName, path: input.Path, description: input.Description, trustPolicy: input.AssumeRolePolicyDocument, maxSessionDuration: input.MaxSessionDuration,
        boundary: input.PermissionsBoundary, tags: input.Tags,
      }])
      return { Role: roleAnswer(role!) }
    },
  }),
  GetRole: operation({
    input: { RoleName: roleName }, readOnly: true,
    target: toRole,
    run: ({ target }) => ({ Role: roleAnswer(target) }),
  }),
  ListRoles: operation({
    input: { PathPrefix: pathPrefix, ...paging }, readOnly: true,
    target: ({ PathPrefix }, scope) => toAll('role', scope, PathPrefix),
    run: async ({ input, accountId, rooms }) =>
      pageAnswer('Roles', await rooms.roles.list(accountId, { pathPrefix: input.PathPrefix, after: input.Marker, limit: input.MaxItems }), roleInList),
  }),
  UpdateRole: operation({
    input: { RoleName: roleName, Description: description, MaxSessionDuration: sessionLength },
    target: toRole,
    change: ({ input, target: { description: was, maxSessionDuration } }) =>
      ({ before: { description: was, maxSessionDuration }, after: { description: input.Description ?? was, maxSessionDuration: input.MaxSessionDuration } }),
    run: async ({ input, target, rooms }) => {
      await rooms.roles.update([{ id: target.id, maxSessionDuration: input.MaxSessionDuration, ...(input.Description !== undefined && { description: input.Description }) }])
      return {}
    },
  }),
  UpdateRoleDescription: operation({
    input: { RoleName: roleName, Description: description },
    target: toRole,
    change: ({ input, target }) => ({ before: { description: target.description }, after: { description: input.Description ?? '' } }),
    run: async ({ input, target, rooms }) => {
      await rooms.roles.update([{ id: target.id, description: input.Description ?? '' }])
      return { Role: roleAnswer({ ...target, description: input.Description }) }
    },
  }),
  UpdateAssumeRolePolicy: operation({
    input: { RoleName: roleName, PolicyDocument: document },
    target: toRole,
    change: ({ input, target }) => ({ before: { trustPolicy: target.trustPolicy }, after: { trustPolicy: input.PolicyDocument } }),
    run: async ({ input, target, rooms }) => {
      checkDocument(input.PolicyDocument, 'trust', policyLimits.trust)
      await rooms.roles.update([{ id: target.id, trustPolicy: input.PolicyDocument }])
      return undefined
    },
  }),
  DeleteRole: operation({
    input: { RoleName: roleName },
    target: toRole,
    run: async ({ target, rooms }) => {
      await rooms.roles.remove(target)
      return undefined
    },
  }),
  PutRolePermissionsBoundary: operation({
    input: { RoleName: roleName, PermissionsBoundary: arn },
    target: toRole,
    context: ({ PermissionsBoundary }) => ({ 'iam:PermissionsBoundary': PermissionsBoundary }),
    change: ({ input, target }) => ({ before: { boundary: target.boundary }, after: { boundary: input.PermissionsBoundary } }),
    run: async ({ input, target, rooms }) => {
      await rooms.roles.setBoundary(target, input.PermissionsBoundary)
      return undefined
    },
  }),
  DeleteRolePermissionsBoundary: operation({
    input: { RoleName: roleName },
    target: toRole,
    change: ({ target }) => ({ before: { boundary: target.boundary }, after: undefined }),
    run: async ({ target, rooms }) => {
      if (target.boundary === undefined) throw new AwsError('NoSuchEntity', 404, 'The role has no permissions boundary.')
      await rooms.roles.setBoundary(target, undefined)
      return undefined
    },
  }),
}

