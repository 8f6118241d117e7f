// How answers spell what is in the directory.
import type { ExternalId, Group, KnownMembership, NewUser, User } from '../../../domain/directory/index.js'
import type { JsonObject } from '../protocol/request.js'
import { extensionName } from './attributes.js'

/** Times are seconds since the epoch. */
const timeOf = (date: Date): number => date.getTime() / 1000

const raised = (object: object): JsonObject => Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined).map(([name, value]) => [name.charAt(0).toUpperCase() + name.slice(1), value as unknown]))

const listed = (list: readonly object[] | undefined): JsonObject[] | undefined => (list && list.length > 0 ? list.map(raised) : undefined)

const externalIds = (ids: readonly ExternalId[]): JsonObject[] | undefined => listed(ids)

/** What a user may be given, and changed in. */
export function attributesAnswer({ userName, displayName, givenName, familyName, emails, profile = {} }: Omit<NewUser, 'active'>): JsonObject {
  const { name, addresses, phoneNumbers, photos, roles, enterprise, ...simple } = profile
  const names = raised({ ...name, givenName, familyName })
  return raised({
    userName, displayName, ...simple, ...(Object.keys(names).length > 0 && { name: names }), emails: listed(emails), addresses: listed(addresses), phoneNumbers: listed(phoneNumbers), photos: listed(photos), roles: listed(roles),
    extensions: enterprise && { [extensionName]: enterprise },
  })
}

/** Extensions are told to those who ask for them. */
export function userAnswer(user: User, identityStoreId: string, extensions: readonly string[] = []): JsonObject {
  const { Extensions, ...attributes } = attributesAnswer(user)
  return {
    IdentityStoreId: identityStoreId, UserId: user.id, ...attributes, ...(Extensions !== undefined && extensions.includes(extensionName) && { Extensions }),
    UserStatus: user.active ? 'ENABLED' : 'DISABLED', ExternalIds: externalIds(user.externalIds), ...stamps(user),
  }
}

export const groupAnswer = (group: Group, identityStoreId: string): JsonObject => ({
  IdentityStoreId: identityStoreId, GroupId: group.id, DisplayName: group.displayName, Description: group.description, ExternalIds: externalIds(group.externalIds), ...stamps(group),
})

export const membershipAnswer = ({ id, groupId, member, createdAt, createdBy }: KnownMembership, identityStoreId: string): JsonObject => ({
  IdentityStoreId: identityStoreId, MembershipId: id, GroupId: groupId, MemberId: 'userId' in member ? { UserId: member.userId } : {},
  CreatedAt: timeOf(createdAt), CreatedBy: createdBy, UpdatedAt: timeOf(createdAt), UpdatedBy: createdBy,
})

const stamps = ({ createdAt, createdBy, updatedAt, updatedBy }: Pick<User, 'createdAt' | 'createdBy' | 'updatedAt' | 'updatedBy'>): JsonObject =>
  ({ CreatedAt: timeOf(createdAt), CreatedBy: createdBy, UpdatedAt: timeOf(updatedAt), UpdatedBy: updatedBy })
