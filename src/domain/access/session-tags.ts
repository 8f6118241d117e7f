// Tags of sessions that come from attributes of people, so that policies can tell people apart.
import { primaryEmail, type User } from '../directory/index.js'
import type { AccessAttribute } from '../settings/index.js'

/** What can be named behind `path:`. */
const attributes: Readonly<Record<string, (user: User) => string | undefined>> = {
  userName: ({ userName }) => userName,
  displayName: ({ displayName }) => displayName,
  'name.givenName': ({ givenName }) => givenName,
  'name.familyName': ({ familyName }) => familyName,
  'emails[primary eq true].value': ({ emails }) => primaryEmail(emails),
}

const storable = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u

/** Makes the tags of a person's sessions; what the person has not, or a tag cannot hold, is left out. */
export function sessionTagsOf(wanted: readonly AccessAttribute[] | undefined, user: User | undefined): Record<string, string> {
  if (!user || !wanted) return {}
  return Object.fromEntries(wanted.flatMap(({ key, source }) => {
    const [, path = ''] = /^\$\{path:(.+)\}$/.exec(source) ?? []
    const value = Object.hasOwn(attributes, path) ? attributes[path]!(user) : undefined
    return value !== undefined && storable.test(value) ? [[key, value]] : []
  }))
}
