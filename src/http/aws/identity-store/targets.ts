// What operations are about: the store, a user, a group, a membership. Policies are asked about it and about the store.
import { identityStoreArn } from '../../../domain/access/index.js'
import type { Group, KnownMembership, User } from '../../../domain/directory/index.js'
import type { Scope } from '../protocol/json-operation.js'
import type { Target } from '../protocol/operation.js'
import { missing } from './language.js'
import type { IdentityStoreRooms } from './rooms.js'

type Here = Scope<IdentityStoreRooms>
interface InStore {
  IdentityStoreId: string
}

export const userArn = (id: string): string => `arn:aws:identitystore:::user/${id}`
export const groupArn = (id: string): string => `arn:aws:identitystore:::group/${id}`
export const membershipArn = (id: string): string => `arn:aws:identitystore:::membership/${id}`

/** The store itself, and what else is asked about. */
export async function toStore({ IdentityStoreId }: InStore, { rooms, accountId }: Here, ...also: string[]): Promise<Target<{ id: string }>> {
  const { id } = await rooms.organization()
  return { arn: identityStoreArn({ directoryId: IdentityStoreId, accountId }), also, found: id === IdentityStoreId ? { id } : undefined, refusal: missing('IDENTITY_STORE', IdentityStoreId) }
}

/** Something in the store: it is looked for only where the store is the one that there is. */
async function inStore<Found>(input: InStore, scope: Here, { arn, find, refusal }: { arn: string; find: () => Promise<Found | undefined>; refusal: Error }): Promise<Target<Found>> {
  const store = await toStore(input, scope)
  if (!store.found) return { ...store, found: undefined }
  return { arn, also: [store.arn], found: await find(), refusal }
}

export const toUser = (input: InStore & { UserId: string }, scope: Here): Promise<Target<User>> =>
  inStore(input, scope, { arn: userArn(input.UserId), find: () => scope.rooms.users.find(input.UserId), refusal: missing('USER', input.UserId) })

export const toGroup = (input: InStore & { GroupId: string }, scope: Here): Promise<Target<Group>> =>
  inStore(input, scope, { arn: groupArn(input.GroupId), find: () => scope.rooms.groups.find(input.GroupId), refusal: missing('GROUP', input.GroupId) })

export const toMembership = (input: InStore & { MembershipId: string }, scope: Here): Promise<Target<KnownMembership>> =>
  inStore(input, scope, { arn: membershipArn(input.MembershipId), find: () => scope.rooms.memberships.find(input.MembershipId), refusal: missing('GROUP_MEMBERSHIP', input.MembershipId) })

/** A group and a user, of whom policies are asked about both. */
export async function toGroupAndUser(input: InStore & { GroupId: string; MemberId: string }, scope: Here): Promise<Target<{ group: Group; user: User }>> {
  const group = await toGroup(input, scope)
  const user = await toUser({ ...input, UserId: input.MemberId }, scope)
  const found = group.found && user.found && { group: group.found, user: user.found }
  return { ...group, also: [...group.also ?? [], user.arn], found, ...(group.found && user.refusal && { refusal: user.refusal }) }
}
