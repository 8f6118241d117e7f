// Tags of sessions that come from attributes of people, so that policies can tell people apart.
import { primaryEmail, type Enterprise, type PostalAddress, type Profile, type User } from '../directory/index.js'
import type { AccessAttribute } from '../settings/index.js'

type Person = Pick<User, 'userName' | 'displayName' | 'givenName' | 'familyName' | 'emails' | 'profile'>
type Attributes = Record<string, (user: Person) => string | undefined>

const simple: (keyof Profile & ('nickName' | 'userType' | 'title' | 'preferredLanguage' | 'locale' | 'timezone' | 'profileUrl'))[] = ['nickName', 'userType', 'title', 'preferredLanguage', 'locale', 'timezone', 'profileUrl']
const enterprise: Exclude<keyof Enterprise, 'manager'>[] = ['employeeNumber', 'costCenter', 'organization', 'division', 'department']
const address: Exclude<keyof PostalAddress, 'primary'>[] = ['streetAddress', 'locality', 'region', 'postalCode', 'country', 'formatted']

/** What can be named behind `path:`. */
const attributes: Readonly<Attributes> = {
  userName: ({ userName }) => userName,
  displayName: ({ displayName }) => displayName,
  'name.givenName': ({ givenName }) => givenName,
  'name.familyName': ({ familyName }) => familyName,
  'name.middleName': ({ profile }) => profile.name?.middleName,
  'emails[primary eq true].value': ({ emails }) => primaryEmail(emails),
  'phoneNumbers[primary eq true].value': ({ profile: { phoneNumbers = [] } }) => phoneNumbers.find(({ primary }) => primary)?.value,
  'enterprise.manager.value': ({ profile }) => profile.enterprise?.manager?.value,
  ...Object.fromEntries<Attributes[string]>([
    ...simple.map((name): [string, Attributes[string]] => [name, ({ profile }) => profile[name]]),
    ...enterprise.map((name): [string, Attributes[string]] => [`enterprise.${name}`, ({ profile }) => profile.enterprise?.[name]]),
    ...address.map((name): [string, Attributes[string]] => [`addresses[primary eq true].${name}`, ({ profile: { addresses = [] } }) => addresses.find(({ primary }) => primary)?.[name]]),
  ]),
}

/** The attributes that there are, as sources of tags name them. */
export const sessionAttributes: readonly string[] = Object.keys(attributes)

const storable = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u

/** Makes the tags of a person's sessions; what the person has not, or a tag cannot hold, is left out. */
export function sessionTagsOf(wanted: readonly AccessAttribute[] | undefined, user: Person | undefined): Record<string, string> {
  if (!user || !wanted) return {}
  return Object.fromEntries(wanted.flatMap(({ key, source }) => {
    const [, path = ''] = /^\$\{path:(.+)\}$/.exec(source) ?? []
    const value = Object.hasOwn(attributes, path) ? attributes[path]!(user) : undefined
    return value !== undefined && storable.test(value) ? [[key, value]] : []
  }))
}
