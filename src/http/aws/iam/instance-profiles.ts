// Instance profiles, each with one role at most.
import type { InstanceProfile } from '../../../domain/accounts/index.js'
import { Refusal } from '../../../platform/errors.js'
import type { XmlContent } from '../protocol/xml.js'
import { instanceProfileAnswer, pageAnswer } from './answers.js'
import { operation, type Operations } from './operation.js'
import type { IamRooms } from './rooms.js'
import { requestTags, toAll, toInstanceProfile, toNew, toRole } from './targets.js'
import { instanceProfileName, paging, path, pathPrefix, roleName, tags } from './words.js'

async function spelled(rooms: IamRooms, profiles: readonly InstanceProfile[]): Promise<(profile: InstanceProfile) => XmlContent> {
  const roles = new Map((await rooms.roles.listByIds(profiles.flatMap(({ roleId }) => roleId ?? []))).map((role) => [role.id, role]))
  return (profile) => instanceProfileAnswer(profile, profile.roleId === undefined ? undefined : roles.get(profile.roleId))
}

export const instanceProfileOperations: Operations = {
  CreateInstanceProfile: operation({
    input: { InstanceProfileName: instanceProfileName, Path: path, Tags: tags },
    target: ({ InstanceProfileName, Path }, scope) => toNew('instance-profile', scope, { name: InstanceProfileName, path: Path }),
    context: ({ Tags }) => requestTags(Tags),
    run: async ({ input, accountId, rooms }) => ({
      InstanceProfile: instanceProfileAnswer(await rooms.instanceProfiles.create({ accountId, name: input.InstanceProfileName, path: input.Path, tags: input.Tags }), undefined),
    }),
  }),
  GetInstanceProfile: operation({
    input: { InstanceProfileName: instanceProfileName }, readOnly: true,
    target: toInstanceProfile,
    run: async ({ target, rooms }) => ({ InstanceProfile: (await spelled(rooms, [target]))(target) }),
  }),
  ListInstanceProfiles: operation({
    input: { PathPrefix: pathPrefix, ...paging }, readOnly: true,
    target: ({ PathPrefix }, scope) => toAll('instance-profile', scope, PathPrefix),
    run: async ({ input, accountId, rooms }) => {
      const page = await rooms.instanceProfiles.list(accountId, { pathPrefix: input.PathPrefix, after: input.Marker, limit: input.MaxItems })
      return pageAnswer('InstanceProfiles', page, await spelled(rooms, page.items))
    },
  }),
  ListInstanceProfilesForRole: operation({
    input: { RoleName: roleName, ...paging }, readOnly: true,
    target: toRole,
    run: async ({ input, target, accountId, rooms }) => {
      const page = await rooms.instanceProfiles.list(accountId, { roleId: target.id, after: input.Marker, limit: input.MaxItems })
      return pageAnswer('InstanceProfiles', page, (profile) => instanceProfileAnswer(profile, target))
    },
  }),
  AddRoleToInstanceProfile: operation({
    input: { InstanceProfileName: instanceProfileName, RoleName: roleName },
    target: toInstanceProfile,
    run: async ({ input, target, caller, accountId, rooms, ctx }) => {
      // Whoever hands a role to machines must be allowed to hand on that role.
      const role = await toRole(input, { caller, accountId, rooms })
      await rooms.permissions.check(caller, { action: 'iam:PassRole', resource: role.arn, context: { ...role.context, 'iam:PassedToService': 'ec2.amazonaws.com' } }, ctx)
      if (!role.found) throw new Refusal('not-found', role.missing!)
      await rooms.instanceProfiles.addRole(target.id, role.found.id)
      return undefined
    },
  }),
  RemoveRoleFromInstanceProfile: operation({
    input: { InstanceProfileName: instanceProfileName, RoleName: roleName },
    target: toInstanceProfile,
    run: async ({ input, target, accountId, rooms }) => {
      const role = await rooms.roles.get(accountId, input.RoleName)
      if (!await rooms.instanceProfiles.removeRole(target.id, role.id)) throw new Refusal('not-found', `The role ${input.RoleName} is not in the instance profile.`)
      return undefined
    },
  }),
  DeleteInstanceProfile: operation({
    input: { InstanceProfileName: instanceProfileName },
    target: toInstanceProfile,
    run: async ({ target, rooms }) => {
      await rooms.instanceProfiles.remove(target.id)
      return undefined
    },
  }),
}
