// What identity sources of a file say about one another and about those that there are, and whom people are linked to.
import { readSamlSource } from '../federation/index.js'
import { Refusal } from '../../platform/errors.js'
import type { Complain } from './check-names.js'
import type { Declaration } from './declaration.js'
import { domainOf } from './identity-sources.js'
import type { Path } from './plain-tree.js'
import { field, fold, has, listIn, textIn } from './raw.js'
import type { Snapshot } from './snapshot.js'
import { needsSecret } from './source-plan.js'
import { secretKeys } from './source-states.js'

const kinds = { oidc: 'OpenID Connect', saml: 'SAML', ldap: 'LDAP' } as const
const told = ['entityId', 'signOn', 'singleLogout', 'certificates']

/** Complains of sources that become another kind, of SAML without what it takes, and of mail domains of two. */
export function checkSources(raw: unknown, known: Snapshot, prune: boolean, complain: Complain): void {
  const present = new Map(known.identitySources.map((state) => [fold(state.name), state]))
  listIn(raw, 'identitySources').forEach((source, index) => {
    const path = ['identitySources', index]
    const before = present.get(fold(textIn(source, 'name') ?? ''))
    for (const kind of Object.keys(kinds)) {
      if (before && before.kind !== kind && has(source, kind)) complain([...path, kind], `cannot be: ${before.name} is a source of ${kinds[before.kind]}. Delete it first, or give this one another name`)
    }
    if (!before && has(source, 'ldap') && !has(field(source, 'ldap'), secretKeys.ldap)) complain([...path, 'ldap', secretKeys.ldap], 'is required')
    checkSaml(field(source, 'saml'), before !== undefined, (at, message) => complain([...path, 'saml', ...at], message))
  })
  checkDomains(raw, known, prune, complain)
}

function checkSaml(saml: unknown, isThere: boolean, complain: Complain): void {
  if (typeof saml !== 'object' || saml === null) return
  const beside = told.filter((key) => has(saml, key))
  if (has(saml, 'metadata') && beside.length > 0) complain([beside[0]!], 'cannot stand beside metadata, which says it')
  const isWhole = has(saml, 'entityId') && has(saml, 'signOn') && listIn(saml, 'certificates').some((one) => textIn(one, 'state') !== 'retired')
  if (!isThere && !has(saml, 'metadata') && !isWhole) complain(['metadata'], 'is required, or entityId, signOn and certificates: applying a file fetches nothing, also not from metadataUrl')
}

function checkDomains(raw: unknown, known: Snapshot, prune: boolean, complain: Complain): void {
  const sources = listIn(raw, 'identitySources')
  const owners = new Map<string, string>()
  const declared = new Map(sources.map((source) => [fold(textIn(source, 'name') ?? ''), source]))
  for (const { name, domains } of known.identitySources) {
    const source = declared.get(fold(name))
    if (source === undefined ? !(prune && sources.length > 0) : field(source, 'domains') === undefined) for (const domain of domains) owners.set(domain, `the existing source ${name}`)
  }
  sources.forEach((source, index) => listIn(source, 'domains').forEach((text, position) => {
    if (typeof text !== 'string') return
    const owner = owners.get(domainOf(text))
    const here = `identitySources[${index}]`
    if (owner !== undefined && owner !== here) complain(['identitySources', index, 'domains', position], `is a domain of ${owner} already`)
    else owners.set(domainOf(text), here)
  }))
}

/** Complains of metadata that nobody could sign in with, and of secrets that would go to another place. */
export function checkReadSources({ identitySources = [] }: Declaration, known: Snapshot, complain: Complain): void {
  const present = new Map(known.identitySources.map((state) => [fold(state.name), state]))
  identitySources.forEach((source, index) => {
    const before = present.get(fold(source.name))
    const fault = source.saml?.metadata === undefined ? undefined : metadataFault(source.saml.metadata)
    if (fault !== undefined) return complain(['identitySources', index, 'saml', 'metadata'], fault)
    if (before && needsSecret(source, before)) complain(['identitySources', index, before.kind, secretKeys[before.kind]], 'is required: the secret that is kept is not sent to another place')
  })
}

function metadataFault(metadata: string): string | undefined {
  try {
    readSamlSource(metadata)
    return undefined
  } catch (error) {
    if (error instanceof Refusal) return `cannot be used: ${error.message}`
    throw error
  }
}

/** Complains of people who are linked to what is not there, or to what somebody else is linked to. */
export function checkIdentities(raw: unknown, known: Snapshot, prune: boolean, complain: Complain): void {
  const names = (section: string, key: string, existing: string[]): Set<string> => new Set([...listIn(raw, section).map((item) => textIn(item, key) ?? ''), ...existing].map(fold))
  const sources = names('identitySources', 'name', known.identitySources.map(({ name }) => name))
  const members = membersOf(raw, known)
  const owners = ownersLeft(raw, known, prune)
  listIn(raw, 'users').forEach((user, index) => {
    const linked = new Set<string>()
    listIn(user, 'identities').forEach((identity, position) => {
      const path: Path = ['users', index, 'identities', position]
      const [source, subject] = [textIn(identity, 'source'), textIn(identity, 'subject')]
      listIn(identity, 'groups').forEach((group, at) => {
        if (typeof group !== 'string' || group === '') return
        const inside = members.get(fold(group))
        if (!inside) complain([...path, 'groups', at], `names the group ${group}, which does not exist`)
        else if (!inside.has(fold(textIn(user, 'userName') ?? ''))) complain([...path, 'groups', at], `names the group ${group}, whose members this person is not among`)
      })
      if (source === undefined) return
      if (!sources.has(fold(source))) complain([...path, 'source'], `names the identity source ${source}, which does not exist`)
      if (linked.has(fold(source))) complain([...path, 'source'], 'is linked to this person already: one subject of each source is')
      linked.add(fold(source))
      if (subject === undefined) return
      const [key, here] = [`${fold(source)} ${subject}`, `users[${index}]`]
      const owner = owners.get(key)
      if (owner !== undefined && owner !== here) complain([...path, 'subject'], `is linked to ${owner} already`)
      else owners.set(key, here)
    })
  })
}

/** The people in each group, once the file is applied. */
function membersOf(raw: unknown, known: Snapshot): Map<string, Set<string>> {
  const all = new Map(known.groups.map(({ displayName, members }) => [fold(displayName), new Set(members.flatMap((member) => ('user' in member ? [fold(member.user)] : [])))]))
  for (const group of listIn(raw, 'groups')) {
    const name = fold(textIn(group, 'displayName') ?? '')
    const declared = listIn(group, 'members').flatMap((member) => (typeof member === 'string' ? [fold(member)] : []))
    if (!all.has(name) || field(group, 'members') !== undefined) all.set(name, new Set(declared))
  }
  return all
}

/** Who keeps a link that the file does not name. */
function ownersLeft(raw: unknown, known: Snapshot, prune: boolean): Map<string, string> {
  const declared = new Map(listIn(raw, 'users').map((user) => [fold(textIn(user, 'userName') ?? ''), user]))
  const goes = prune && has(raw, 'users')
  const stay = known.users.filter(({ userName }) => {
    const user = declared.get(fold(userName))
    return user === undefined ? !goes : field(user, 'identities') === undefined
  })
  return new Map(stay.flatMap(({ userName, identities }) => (identities ?? []).map(({ source, subject }) => [`${fold(source)} ${subject}`, `the existing user ${userName}`] as const)))
}
