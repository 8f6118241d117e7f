// What operations are about: users, groups, roles, policies and the rest, found by what the request calls them. Policies
// are asked about the real name and path, whatever case the request was written in.
import {
  iamArn, isManaged, readIamArn, readProviderArn, type CustomerPolicy, type Entity, type EntityKind, type IamGroup, type IamUser, type IdentityProvider, type InstanceProfile, type ResourceKind, type Role, type VirtualDevice,
} from '../../../domain/accounts/index.js'
import { Refusal } from '../../../platform/errors.js'
import { findManagedPolicy, type ManagedPolicy } from '../../../domain/policy/index.js'
import type { Tags } from '../../../domain/accounts/index.js'
import type { ConditionValues, Scope, Target } from './operation.js'

const tagContext = (tags: Tags): ConditionValues =>
  Object.fromEntries(Object.entries(tags).flatMap(([key, value]) => [[`aws:ResourceTag/${key}`, value], [`iam:ResourceTag/${key}`, value]]))

/** The condition keys of tags that a request gives. */
export const requestTags = (tags: Tags): ConditionValues => (Object.keys(tags).length === 0 ? {} : {
  ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:RequestTag/${key}`, value])),
  'aws:TagKeys': Object.keys(tags),
})

const entityTarget = <Found extends Entity>(kind: EntityKind, name: string, found: Found | undefined, { accountId }: Scope): Target<Found> => ({
  arn: found?.arn ?? iamArn(kind, { accountId, path: '/', name }),
  found,
  missing: `The ${kind} with name ${name} cannot be found.`,
  ...(found && { context: { ...tagContext(found.tags), ...(found.boundary !== undefined && { 'iam:PermissionsBoundary': found.boundary }) } }),
})

export const toUser = async ({ UserName }: { UserName: string }, scope: Scope): Promise<Target<IamUser>> =>
  entityTarget('user', UserName, await scope.rooms.users.find(scope.accountId, UserName), scope)

export const toGroup = async ({ GroupName }: { GroupName: string }, scope: Scope): Promise<Target<IamGroup>> =>
  entityTarget('group', GroupName, await scope.rooms.groups.find(scope.accountId, GroupName), scope)

export const toRole = async ({ RoleName }: { RoleName: string }, scope: Scope): Promise<Target<Role>> =>
  entityTarget('role', RoleName, await scope.rooms.roles.find(scope.accountId, RoleName), scope)

export async function toInstanceProfile({ InstanceProfileName: name }: { InstanceProfileName: string }, { accountId, rooms }: Scope): Promise<Target<InstanceProfile>> {
  const found = await rooms.instanceProfiles.find(accountId, name)
  return { arn: found?.arn ?? iamArn('instance-profile', { accountId, path: '/', name }), found, missing: `Instance profile ${name} cannot be found.`, ...(found && { context: tagContext(found.tags) }) }
}

/** Something that is about to be made. */
export const toNew = (kind: ResourceKind, { accountId }: Scope, { path, name }: { path: string; name: string }): Target<undefined> => ({ arn: iamArn(kind, { accountId, path, name }), found: undefined })

/** All of a kind under a path. */
export const toAll = (kind: ResourceKind, { accountId }: Scope, prefix = '/'): Target<undefined> => ({ arn: `arn:aws:iam::${accountId}:${kind}${prefix}`, found: undefined })

/** A policy to be read: of the account, or of the catalogue. */
export async function toPolicy({ PolicyArn }: { PolicyArn: string }, scope: Scope): Promise<Target<CustomerPolicy | ManagedPolicy>> {
  if (!isManaged(PolicyArn)) return toOwnPolicy({ PolicyArn }, scope)
  return { arn: PolicyArn, found: findManagedPolicy(PolicyArn), missing: `Policy ${PolicyArn} does not exist or is not attachable.` }
}

/** A policy to be changed. */
export async function toOwnPolicy({ PolicyArn }: { PolicyArn: string }, scope: Scope): Promise<Target<CustomerPolicy>> {
  const read = readIamArn(PolicyArn)
  // One of another account is not looked for: whether it is there is nobody's to know here.
  const found = read?.accountId === scope.accountId ? await scope.rooms.policies.find(PolicyArn) : undefined
  return { arn: found?.arn ?? PolicyArn, found, missing: `Policy ${PolicyArn} was not found.`, ...(found && { context: tagContext(found.tags) }) }
}

export async function toProvider(arn: string, kind: IdentityProvider['kind'], scope: Scope): Promise<Target<IdentityProvider>> {
  const read = readProviderArn(arn)
  const found = read?.accountId === scope.accountId && read.kind === kind ? await scope.rooms.providers.find(arn) : undefined
  return { arn, found, missing: `There is no identity provider ${arn}.`, ...(found && { context: tagContext(found.tags) }) }
}

export async function toDevice({ SerialNumber }: { SerialNumber: string }, scope: Scope): Promise<Target<VirtualDevice>> {
  const found = readIamArn(SerialNumber)?.accountId === scope.accountId ? await scope.rooms.devices.find(SerialNumber) : undefined
  return { arn: SerialNumber, found, missing: `There is no virtual MFA device ${SerialNumber}.`, ...(found && { context: tagContext(found.tags) }) }
}

/** The user that a request names, or the one who calls. */
export async function toUserOrSelf({ UserName }: { UserName?: string | undefined }, scope: Scope): Promise<Target<IamUser>> {
  if (UserName !== undefined) return toUser({ UserName }, scope)
  if (scope.caller.kind !== 'iam-user') throw new Refusal('invalid-input', 'A user name must be given where it is not an IAM user who calls.')
  const found = await scope.rooms.users.findById(scope.caller.userId)
  return { arn: found?.arn ?? scope.caller.arn, found, missing: 'The user cannot be found.', ...(found && { context: tagContext(found.tags) }) }
}
