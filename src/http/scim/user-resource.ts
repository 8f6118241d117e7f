// A person of the directory in SCIM's words, and the directory's person made of them. Single sign-in names, addresses and
// display names are judged here as the other doors to the directory judge them.
import { isReservedName, linedText, provisioningIssuer, readableText, userNameText, type Email, type Enterprise, type ExternalId, type Labelled, type NewUser, type PostalAddress, type Profile, type User } from '../../domain/directory/index.js'
import { isPublicAddress } from '../../platform/mail/index.js'
import { invalid } from './errors.js'
import { orNothing, type Value } from './values.js'

const simple = ['nickName', 'profileUrl', 'title', 'userType', 'preferredLanguage', 'locale', 'timezone'] as const
const names = ['formatted', 'middleName', 'honorificPrefix', 'honorificSuffix'] as const
const lists = ['phoneNumbers', 'photos', 'addresses', 'roles'] as const
/** What the directory keeps and SCIM has no word for. */
const beyond = ['website', 'birthdate'] as const

const mostValues = 10
const longestText = 1024
const longestUserName = 128
const mayHaveLines = new Set(['formatted', 'streetAddress'])

const picked = (from: object, wanted: readonly string[]): Value => Object.fromEntries(wanted.flatMap((name) => {
  const value = (from as Value)[name]
  return value === undefined || (Array.isArray(value) && value.length === 0) ? [] : [[name, value]]
}))

export const externalIdOf = (ids: readonly ExternalId[]): string | undefined => ids.find(({ issuer }) => issuer === provisioningIssuer)?.id

/** Says what a client may write of a person. */
export function resourceOf({ userName, displayName, givenName, familyName, emails, active, profile, externalIds }: Omit<NewUser, 'profile' | 'externalIds'> & Pick<User, 'profile' | 'externalIds'>): Value {
  const { name = {}, enterprise } = profile
  const externalId = externalIdOf(externalIds)
  const all = orNothing({ ...picked(name, names), ...(givenName !== undefined && { givenName }), ...(familyName !== undefined && { familyName }) })
  return {
    ...(externalId !== undefined && { externalId }), userName, ...(all && { name: all }), displayName, ...picked(profile, simple), active,
    ...(emails.length > 0 && { emails }), ...picked(profile, lists), ...(enterprise && Object.keys(enterprise).length > 0 && { enterprise }),
  }
}

/** Makes a person of what a client wrote; `was` is who they are, where they are somebody already. */
export function userOf(resource: Value, was?: User): NewUser & Required<Pick<NewUser, 'profile' | 'externalIds'>> {
  const { externalId, userName, name = {}, displayName, active, emails = [], enterprise, ...rest } = resource as {
    externalId?: string; userName?: string; name?: Record<string, string>; displayName?: string; active?: boolean; emails?: Email[]; enterprise?: Enterprise
  } & Value
  checkTexts(resource, was && resourceOf(was))
  const { givenName, familyName, formatted } = name
  const profile: Profile = {
    ...picked(was?.profile ?? {}, beyond), ...picked(rest, simple), ...picked({ name: orNothing(picked(name, names)) }, ['name']),
    ...Object.fromEntries(lists.flatMap((list) => (rest[list] ? [[list, onePrimary(rest[list] as (Labelled | PostalAddress)[])]] : []))), ...(enterprise && { enterprise }),
  }
  const spoken = formatted ?? ([givenName, familyName].filter(Boolean).join(' ') || undefined)
  return {
    userName: checkedName(userName, was), displayName: displayName ?? spoken ?? userName!, givenName, familyName, emails: checkedEmails(emails, was), active: active ?? was?.active ?? true, profile,
    externalIds: [...(was?.externalIds ?? []).filter(({ issuer }) => issuer !== provisioningIssuer), ...(externalId === undefined ? [] : [{ issuer: provisioningIssuer, id: externalId }])],
  }
}

function checkedName(userName: string | undefined, was: User | undefined): string {
  if (userName === undefined) throw invalid('invalidValue', 'userName is required.')
  if (userName === was?.userName) return userName
  if (userName.length > longestUserName || !userNameText.test(userName)) throw invalid('invalidValue', 'userName has 1 to 128 letters, digits, marks and signs, without spaces.')
  if (isReservedName(userName)) throw invalid('invalidValue', 'userName is a reserved name.')
  return userName
}

function checkedEmails(emails: Email[], was: User | undefined): Email[] {
  const known = new Set(was?.emails.map(({ value }) => value))
  const odd = emails.find(({ value }) => !known.has(value) && !isPublicAddress(value))
  if (odd) throw invalid('invalidValue', `emails: “${odd.value.slice(0, 100)}” is no mail address.`)
  return onePrimary(emails)
}

/** Of several main values the first is the one. */
function onePrimary<T extends { primary?: boolean }>(values: T[]): T[] {
  const first = values.findIndex(({ primary }) => primary === true)
  return values.map((one, at) => (at !== first && one.primary === true ? { ...one, primary: false } : one))
}

/** Checks every text that is new. */
function checkTexts(value: unknown, was: unknown, path = ''): void {
  if (typeof value === 'string') {
    const name = path.split('.').at(-1)!
    if (value !== was && (value.length > longestText || !(mayHaveLines.has(name) && path.startsWith('addresses') ? linedText : readableText).test(value))) throw invalid('invalidValue', `${path} has more than ${longestText} characters, or some that it cannot have.`)
  } else if (Array.isArray(value)) {
    if (value.length > mostValues && value.length > (Array.isArray(was) ? was.length : 0)) throw invalid('invalidValue', `${path} has at most ${mostValues} values.`)
    value.forEach((one, at) => checkTexts(one, Array.isArray(was) ? was[at] : undefined, path))
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, part] of Object.entries(value)) checkTexts(part, (was as Value | undefined)?.[name], path === '' ? name : `${path}.${name}`)
  }
}
