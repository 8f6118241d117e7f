// From what a source says of somebody to what is known of people here.
import type { ExternalIdentity } from '../federation/index.js'
import type { SourceKind } from './sources.js'

/** The claim or attribute that each is read from; what is not named here is read from the usual one of its kind of source. */
export interface Mapping {
  userName?: string
  displayName?: string
  givenName?: string
  familyName?: string
  email?: string
  groups?: string
}

export interface MappedProfile {
  userName: string | undefined
  displayName: string | undefined
  givenName: string | undefined
  familyName: string | undefined
  email: string | undefined
  /** True where the source says that it has proved the address. */
  emailVerified: boolean
  groups: string[]
}

/** Stands for the subject itself in a mapping. */
const subjectItself = 'subject'
const claims = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims'

/** Names to look at in turn, where a mapping names none. */
const usual: Record<SourceKind, Record<keyof Mapping, readonly string[]>> = {
  oidc: {
    userName: ['preferred_username', 'email'], displayName: ['name'], givenName: ['given_name'], familyName: ['family_name'], email: ['email'], groups: ['groups'],
  },
  saml: {
    userName: ['urn:oid:0.9.2342.19200300.100.1.1', 'uid', 'userName', `${claims}/name`, subjectItself],
    displayName: ['urn:oid:2.16.840.1.113730.3.1.241', 'displayName', 'http://schemas.microsoft.com/identity/claims/displayname'],
    givenName: ['urn:oid:2.5.4.42', 'givenName', 'firstName', `${claims}/givenname`],
    familyName: ['urn:oid:2.5.4.4', 'sn', 'surname', 'lastName', `${claims}/surname`],
    email: ['urn:oid:0.9.2342.19200300.100.1.3', 'mail', 'email', `${claims}/emailaddress`],
    groups: ['urn:oid:1.3.6.1.4.1.5923.1.5.1.1', 'groups', 'memberOf', 'http://schemas.microsoft.com/ws/2008/06/identity/claims/groups'],
  },
  ldap: {
    userName: ['uid', 'sAMAccountName', 'userPrincipalName', 'cn'], displayName: ['displayName', 'cn'], givenName: ['givenName'], familyName: ['sn'], email: ['mail'], groups: ['groups'],
  },
}

const longest = 1024
const mostGroups = 1000

/** Where a part is read from, and what stands there; undefined where nothing does. */
function readFrom(part: keyof Mapping, { subject, claims: given }: Said, { kind, mapping }: Read): { name: string; values: readonly string[] } | undefined {
  const named = mapping[part]
  for (const name of named === undefined ? usual[kind][part] : [named]) {
    const values = name === subjectItself ? [subject] : given.get(name)
    if (values?.some((value) => value.trim() !== '')) return { name, values }
  }
  return undefined
}

type Said = Pick<ExternalIdentity, 'subject' | 'claims'>
interface Read { kind: SourceKind; mapping: Mapping }

/** Says of each part which claim it is read from, of what a source says of somebody; `subject` is the subject itself. */
export function placesRead(said: Said, read: Read): Map<keyof Mapping, string> {
  return new Map((Object.keys(usual[read.kind]) as (keyof Mapping)[]).flatMap((part) => {
    const found = readFrom(part, said, read)
    return found ? [[part, found.name]] : []
  }))
}

/** Reads what a source says of somebody. */
export function profileOf(said: Said, read: Read): MappedProfile {
  const valuesOf = (part: keyof Mapping): readonly string[] => readFrom(part, said, read)?.values ?? []
  const first = (part: keyof Mapping): string | undefined => valuesOf(part).map((value) => value.trim()).find((value) => value !== '' && value.length <= longest)
  return {
    userName: first('userName'), displayName: first('displayName'), givenName: first('givenName'), familyName: first('familyName'), email: first('email'),
    emailVerified: said.claims.get('email_verified')?.[0] === 'true',
    groups: [...new Set(valuesOf('groups').filter((name) => name.length <= longest))].slice(0, mostGroups),
  }
}

/** True for an address that the source has proved, or that is at a mail domain which is the source's. */
export const isSourcesOwn = ({ email, emailVerified }: Pick<MappedProfile, 'email' | 'emailVerified'>, { domains }: { domains: readonly string[] }): boolean =>
  email !== undefined && (emailVerified || domains.includes(domainOf(email)))

/** The domain of an address, in small letters. */
export const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1).toLowerCase()
