// What the file says of people beside names and addresses to mail to: the members that it may have, what they become when
// laid over what there is, and how they are written again. The words are those of SCIM.
import { z } from 'zod'
import type { ExternalId, Profile } from '../directory/index.js'
import { email, label, prose } from './fields.js'

const word = label(1024).nullable().optional()
const said = label(1024).optional()
const listOf = <T extends z.ZodType>(item: T) => z.array(item).max(10, 'must have at most 10 entries').optional()
const labelled = z.strictObject({ value: label(1024), display: said, type: said, primary: z.boolean().optional() })

const simple = { nickName: word, profileUrl: word, userType: word, title: word, preferredLanguage: word, locale: word, timezone: word, website: word, birthdate: word }
const ofEnterprise = { employeeNumber: word, costCenter: word, organization: word, division: word, department: word }
const ofName = { formatted: word, middleName: word, honorificPrefix: word, honorificSuffix: word }

/** The members of a user's name. */
export const nameMembers = { givenName: word, familyName: word, ...ofName }

export const emails = listOf(z.strictObject({ value: email, primary: z.boolean().optional(), type: said }))

/** What other directories call somebody, or a group. */
export const externalIds = listOf(z.strictObject({ issuer: label(100), id: label(256) }))

/** The members of a user that make up the profile. */
export const profileMembers = {
  ...simple,
  addresses: listOf(z.strictObject({ streetAddress: prose(1024).optional(), locality: said, region: said, postalCode: said, country: said, formatted: prose(1024).optional(), type: said, primary: z.boolean().optional() })),
  phoneNumbers: listOf(labelled),
  photos: listOf(labelled),
  roles: listOf(labelled),
  enterprise: z.strictObject({ ...ofEnterprise, manager: z.strictObject({ value: said, displayName: said }).nullable().optional() }).nullable().optional(),
  externalIds,
}

type Declared = z.output<z.ZodObject<typeof profileMembers>> & { name?: z.output<z.ZodObject<typeof nameMembers>> | undefined }

const lists = ['addresses', 'phoneNumbers', 'photos', 'roles'] as const

/** Leaves out what is not there, or empty. */
const compact = <T extends object>(object: T): T | undefined => {
  const entries = Object.entries(object).filter(([, value]) => value !== undefined && value !== null && !(typeof value === 'object' && Object.keys(value).length === 0))
  return entries.length > 0 ? Object.fromEntries(entries) as T : undefined
}

/** Lays the members of one structure over those that there are; one that is null takes its place away. */
const over = (members: object, declared: object | null | undefined, present: object | undefined): object | undefined =>
  (declared === null ? undefined : compact(Object.fromEntries(Object.keys(members).map((key) => {
    const value = (declared as Record<string, unknown> | undefined)?.[key]
    return [key, value === undefined ? (present as Record<string, unknown> | undefined)?.[key] : value]
  }))))

/** What a profile becomes; undefined for one that says nothing. */
export function mergeProfile(declared: Declared, present: Profile = {}): Profile | undefined {
  return compact({
    ...over(simple, declared, present),
    name: over(ofName, declared.name, present.name),
    ...Object.fromEntries(lists.map((key) => [key, declared[key]?.map((one) => compact(one)).filter(Boolean) ?? present[key]])),
    enterprise: over({ ...ofEnterprise, manager: undefined }, declared.enterprise, present.enterprise),
  }) as Profile | undefined
}

export const mergeExternalIds = (declared: Pick<Declared, 'externalIds'>, present: ExternalId[] | undefined): ExternalId[] | undefined => {
  const ids = declared.externalIds ?? present
  return ids && ids.length > 0 ? ids : undefined
}

/** How a profile is written, the parts of the name apart. */
export function writtenProfile({ name, ...rest }: Profile = {}): { name: NonNullable<Profile['name']>; rest: Omit<Profile, 'name'> } {
  return { name: name ?? {}, rest }
}
