// Who somebody would be here, told for an administrator: what of the person is another than before, and which claim became what.
import { primaryEmail, type User } from '../directory/index.js'
import type { ExternalIdentity } from '../federation/index.js'
import type { Admitted } from './admission.js'
import { placesRead, type Mapping } from './mapping.js'
import type { IdentitySource, SecondStep } from './sources.js'
import { provedTwice } from './ways.js'

type Part = 'displayName' | 'givenName' | 'familyName' | 'email'

export interface ForeseenPerson {
  /** Of somebody who is here already. */
  userId?: string
  userName: string
  displayName: string
  email?: string
  /** Somebody new, somebody recognised for the first time, or somebody who is linked. */
  how: 'new' | 'recognised' | 'linked'
  changes: { part: Part; before: string; after: string }[]
  groups: { joined: string[]; left: string[] }
  secondStep: { rule: SecondStep; isTold: boolean; amr: string[]; acr?: string }
}

/** A claim or attribute that came, and the parts of a person that are read from it. */
export interface ReadClaim {
  name: string
  values: string[]
  /** How many more there are. */
  more: number
  readAs: (keyof Mapping | 'emailVerified' | 'secondStep' | 'subject')[]
}

export type FindUser = (id: string) => Promise<User | undefined>

/** Tells of somebody who would come in. */
export async function foreseen({ user, created, linked, groups }: Admitted, { identity, source, findUser }: { identity: ExternalIdentity; source: IdentitySource; findUser: FindUser }): Promise<ForeseenPerson> {
  const before = created ? undefined : await findUser(user.id)
  const email = primaryEmail(user.emails)
  const { amr, acr } = identity
  return {
    ...(before && { userId: before.id }), userName: user.userName, displayName: user.displayName, ...(email !== undefined && { email }), how: created ? 'new' : linked ? 'recognised' : 'linked',
    changes: before ? changesOf(before, user) : [], groups,
    secondStep: { rule: source.secondStep, isTold: provedTwice(identity), amr: amr.slice(0, 10).map(short), ...(acr !== undefined && { acr: short(acr) }) },
  }
}

const partsOf = (user: User): Record<Part, string> => ({ displayName: user.displayName, givenName: user.givenName ?? '', familyName: user.familyName ?? '', email: primaryEmail(user.emails) ?? '' })

function changesOf(before: User, after: User): ForeseenPerson['changes'] {
  const [was, is] = [partsOf(before), partsOf(after)]
  return (Object.keys(was) as Part[]).filter((part) => was[part] !== is[part]).map((part) => ({ part, before: was[part], after: is[part] }))
}

const mostClaims = 100
const mostValues = 20
const longest = 300
const short = (text: string): string => (text.length > longest ? `${text.slice(0, longest)}…` : text)

/** What is read from a claim that is no part of a person. */
function besides(name: string, source: IdentitySource): ReadClaim['readAs'] {
  if (name === 'email_verified') return ['emailVerified']
  if (name === 'amr' || name === 'acr') return ['secondStep']
  return source.kind === 'ldap' && name === source.connection.subject ? ['subject'] : []
}

/** Lists what came, with what is read from it. */
export function readClaims(identity: ExternalIdentity, source: IdentitySource): ReadClaim[] {
  const places = placesRead(identity, source)
  const rowOf = (name: string, values: readonly string[]): ReadClaim => ({
    name: short(name), values: values.slice(0, mostValues).map(short), more: Math.max(0, values.length - mostValues),
    readAs: [...[...places].filter(([, place]) => place === name).map(([part]) => part), ...besides(name, source)],
  })
  const subject = [...places.values()].includes('subject') && !identity.claims.has('subject') ? [rowOf('subject', [identity.subject])] : []
  return [...subject, ...[...identity.claims].slice(0, mostClaims).map(([name, values]) => rowOf(name, values))]
}
