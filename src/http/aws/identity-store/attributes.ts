// What a user is, member by member, and a user made of it. The same members are read from a new user and from one whose
// attributes were changed one by one.
import type { Enterprise, Labelled, NewUser, PostalAddress, Profile, User } from '../../../domain/directory/index.js'
import { flag, list, made, optional, structure, type Member, type Read } from '../protocol/members.js'
import { lines, mailAddress, userName, words } from './words.js'

const some = optional(words)
/** More than one is what the organization file may give somebody. */
const several = <Value>(member: Member<Value>): Member<Value[] | undefined> => optional(list(member, { max: 10 }))
const labelled = { Value: words, Type: some, Primary: optional(flag) }

export const extensionName = 'aws:identitystore:enterprise'

/** Extensions keep the words of SCIM, small letters first. */
const enterprise: Member<Enterprise> = made(
  structure({ employeeNumber: some, costCenter: some, organization: some, division: some, department: some, manager: optional(structure({ value: some, displayName: some })) }),
  ({ manager, ...rest }) => without({ ...rest, manager: manager && without(manager) }) as Enterprise)

const extensions: Member<Enterprise | undefined> = made(optional(structure({ [extensionName]: optional(enterprise) })), (given) => given?.[extensionName])

export const userMembers = {
  UserName: userName,
  DisplayName: some,
  Name: optional(structure({ Formatted: some, FamilyName: some, GivenName: some, MiddleName: some, HonorificPrefix: some, HonorificSuffix: some })),
  NickName: some,
  ProfileUrl: some,
  Emails: several(structure({ ...labelled, Value: mailAddress })),
  Addresses: several(structure({ StreetAddress: optional(lines), Locality: some, Region: some, PostalCode: some, Country: some, Formatted: optional(lines), Type: some, Primary: optional(flag) })),
  PhoneNumbers: several(structure(labelled)),
  UserType: some,
  Title: some,
  PreferredLanguage: some,
  Locale: some,
  Timezone: some,
  Photos: several(structure({ ...labelled, Display: some })),
  Website: some,
  Birthdate: some,
  Roles: several(structure(labelled)),
  Extensions: extensions,
}

/** Leaves out what is not there. */
const without = <T extends object>(object: T): T => Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0))) as T

/** Spells members as the directory does, small letters first. */
const lowered = <T extends object>(members: object): T => without(Object.fromEntries(Object.entries(members).map(([name, value]) => [name.charAt(0).toLowerCase() + name.slice(1), value]))) as T

/** Makes a user of what was read; what the wire cannot say stays as it was. */
export function userOf(read: Read<typeof userMembers>, was?: Pick<User, 'active'>): NewUser {
  const { UserName, DisplayName, Name, Emails = [], Addresses = [], PhoneNumbers = [], Photos = [], Roles = [], Extensions, ...simple } = read
  const { GivenName, FamilyName, ...name } = Name ?? {}
  const profile: Profile = without({
    ...lowered<Profile>(simple),
    name: orNone(lowered<NonNullable<Profile['name']>>(name)),
    addresses: Addresses.map((one) => lowered<PostalAddress>(one)),
    phoneNumbers: PhoneNumbers.map((one) => lowered<Labelled>(one)),
    photos: Photos.map((one) => lowered<Labelled>(one)),
    roles: Roles.map((one) => lowered<Labelled>(one)),
    enterprise: Extensions && orNone(Extensions),
  } as Profile)
  const spoken = Name?.Formatted ?? ([GivenName, FamilyName].filter(Boolean).join(' ') || UserName)
  return { userName: UserName, displayName: DisplayName ?? spoken, givenName: GivenName, familyName: FamilyName, emails: Emails.map((one) => lowered(one)), active: was?.active ?? true, profile }
}

const orNone = <T extends object>(object: T): T | undefined => (Object.keys(object).length > 0 ? object : undefined)
