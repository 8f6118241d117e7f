// Identity sources in the organization file: planned, written, exported and pruned; and who is linked to which subject.
import { readCertificates } from '../../../src/domain/federation/index.js'
import { IdentitySources, SourceCertificates } from '../../../src/domain/identity-sources/index.js'
import { applyOrganization, exportOrganization, planChanges, printPlan, readSnapshot } from '../../../src/domain/organization/index.js'
import { systemClock } from '../../../src/platform/clock.js'
import type { Database } from '../../../src/platform/storage/database.js'
import { metadataOf, signerOf } from '../../support/saml.js'
import { openEmpty } from '../../support/database.js'
import { applying, emptied } from './database.js'
import { declared, faultsIn, head } from './support.js'

let database: Database
beforeAll(async () => { database = await openEmpty() }, 120_000)
afterAll(() => database.close())
beforeEach(() => emptied(database))

const [first, next, third] = [signerOf(), signerOf('ec'), signerOf('ec')]
const secret = 'what the provider gave us'
const env = { SECRET: secret, CORPORATE_SOURCE_SECRET: secret }
const files: Record<string, string> = { 'idp.xml': metadataOf([first]), 'next.xml': metadataOf([next]), 'both.xml': metadataOf([first, next]) }
const readFile = (path: string): string => files[path] ?? (() => { throw new Error('none') })()

const oidc = (more = '', inside = '') => `{ name: Corporate, ${more} oidc: { issuer: https://idp.example.com, client_id: gatehouse, client_secret: "\${SECRET}" ${inside} } }`
const saml = (file: string, more = '', inside = '') => `{ name: Partner, ${more} saml: { metadata: { file: ${file} } ${inside} } }`
const sources = (...list: string[]) => `${head}identitySources:\n${list.map((one) => `  - ${one}\n`).join('')}`

const snapshot = () => readSnapshot(database, applying.hashes, applying.sealer)
const read = async (text: string, prune = false) => declared(text, { env, readFile, prune, known: await snapshot() })
async function apply(text: string, { prune = false } = {}): Promise<string[]> {
  return printPlan(await applyOrganization(database, await read(text, prune), { ...applying, prune })).trimEnd().split('\n')
}
const faults = async (text: string, prune = false): Promise<string[]> => faultsIn(text, { env, readFile, prune, known: await snapshot() })
const kept = () => new IdentitySources(database, applying.sealer)
const nothing = ['Nothing to change: the organization is as the file says.']
const certificatesOf = async (name: string): Promise<Record<string, string>> => {
  const { id } = (await kept().list()).find((one) => one.name === name)!
  return Object.fromEntries((await new SourceCertificates(database, systemClock).list(id)).map((one) => [nameOf(one.fingerprint), one.state]))
}
const nameOf = (fingerprint: string): string => ['first', 'next', 'third'][[first, next, third].findIndex(({ certificate }) => readCertificates(certificate)[0]!.fingerprint === fingerprint)]!

test('an OpenID Connect source is made with its secret sealed, and is the same the second time', async () => {
  expect(await apply(sources(oidc('domains: ["@Example.com"],')))).toContain('+ identity source Corporate  secret: set')
  const [source] = await kept().list()
  expect(source).toMatchObject({ name: 'Corporate', domains: ['example.com'], enabled: true, secondStep: 'ours', connection: { scopes: ['profile', 'email'], authentication: 'client_secret_basic' }, provisioning: { create: true, groups: 'none' } })
  expect(await kept().secretOf(source!.id)).toBe(secret)
  expect(await apply(sources(oidc('domains: [example.com],')))).toEqual(nothing)
  const [row] = await database.query<{ event: unknown }>(`select event from audit_events where event_name = 'CreateIdentitySource'`)
  expect(JSON.stringify(row)).not.toContain(secret)
  expect(row).toMatchObject({ event: { additionalEventData: { Changes: ['secret: set'] } } })
})

test('another secret is told without being shown, and takes the place of the one before', async () => {
  await apply(sources(oidc()))
  const text = sources(oidc()).replace('${SECRET}', 'another one')
  expect(printPlan(await planChanges(await read(text), await snapshot()))).toBe('~ identity source Corporate  secret: replaced\n0 to create, 1 to update, 0 to delete.\n')
  await apply(text)
  expect(await kept().secretOf((await kept().list())[0]!.id)).toBe('another one')
})

test('without anything to seal with, a secret is not kept', async () => {
  await expect(applyOrganization(database, await read(sources(oidc())), { ...applying, sealer: undefined })).rejects.toMatchObject({ code: 'unavailable' })
  expect(await kept().list()).toEqual([])
})

test('what the file does not name of a source stays, and null takes it away', async () => {
  await apply(sources(oidc('enabled: false, domains: [example.com],', ', scopes: [groups], attributes: { userName: upn }, provisioning: { match: email, groups: { a: B } }')))
  expect(await apply(sources('{ name: corporate, button: false, oidc: { issuer: https://idp.example.com, client_id: gatehouse, provisioning: { create: false } } }'))).toContain('~ identity source corporate  name: Corporate → corporate  button: true → false  create: true → false')
  expect((await kept().list())[0]).toMatchObject({ enabled: false, domains: ['example.com'], hasSecret: true, connection: { scopes: ['groups'] }, mapping: { userName: 'upn' }, provisioning: { match: 'email', create: false, groups: { a: 'B' } } })
  await apply(sources(saml('idp.xml', '', ', metadataUrl: https://idp.example.com/metadata, nameIdFormat: "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"')))
  expect(await apply(sources('{ name: Partner, saml: { metadataUrl: null } }'))).toContain('~ identity source Partner  metadataUrl: https://idp.example.com/metadata → not set')
  expect(await apply(sources('{ name: Corporate, oidc: { issuer: https://idp.example.com, client_id: gatehouse, provisioning: justInTime } }'))).toContain('~ identity source Corporate  name: corporate → Corporate  create: false → true  groups: changed  match: email → none')
})

test('metadata brings its certificates: the first is in use, later ones are next, and none goes', async () => {
  expect(await apply(sources(saml('idp.xml')))).toContainEqual(expect.stringMatching(/^\+ identity source Partner {2}certificates: \+ .*\(current\)$/))
  expect(await apply(sources(saml('idp.xml')))).toEqual(nothing)
  expect(await apply(sources(saml('next.xml')))).toContainEqual(expect.stringMatching(/^~ identity source Partner {2}certificates: \+ .*\(next\)$/))
  expect(await certificatesOf('Partner')).toEqual({ first: 'current', next: 'next' })
  const [source] = await kept().list()
  await new SourceCertificates(database, systemClock).promote(source!.id, readCertificates(next.certificate)[0]!.fingerprint)
  await new SourceCertificates(database, systemClock).retire(source!.id, readCertificates(first.certificate)[0]!.fingerprint)
  expect(await apply(sources(saml('both.xml')))).toEqual(nothing)
  expect(await certificatesOf('Partner')).toEqual({ next: 'current', first: 'retired' })
})

test('certificates that are told begin as they are told, unless another one is in use', async () => {
  const listed = (...list: [string, string?][]) => sources(`{ name: Partner, saml: { entityId: "https://idp.example.com/saml", signOn: { address: "https://idp.example.com/sso?x=1", binding: post }, certificates: [${list.map(([certificate, state]) => `{ certificate: "${certificate}"${state ? `, state: ${state}` : ''} }`).join(', ')}] } }`)
  await apply(listed([first.certificate, 'retired'], [next.certificate]))
  expect(await certificatesOf('Partner')).toEqual({ next: 'next', first: 'retired' })
  await apply(listed([third.certificate, 'current']))
  expect(await certificatesOf('Partner')).toEqual({ third: 'current', next: 'next', first: 'retired' })
  await emptied(database)
  await apply(listed([first.certificate]))
  await apply(listed([first.certificate], [third.certificate, 'current']))
  expect(await certificatesOf('Partner')).toEqual({ first: 'current', third: 'next' })
})

test('what is exported rebuilds the sources, their certificates, and who is whom', async () => {
  const people = `users:\n  - { userName: ada, identities: [{ source: Corporate, subject: "7: x" }, { source: Partner, subject: ada, groups: [Pilots] }] }\n  - { userName: bob }\ngroups: [{ displayName: Pilots, members: [ada] }]\n`
  await apply(sources(oidc('domains: [example.com],'), saml('both.xml', 'domains: [partner.example.com],')) + people)
  const [states, text] = [(await snapshot()).identitySources, exportOrganization(await snapshot())]
  expect(text).toContain('client_secret: ${CORPORATE_SOURCE_SECRET}')
  expect(text).not.toContain(secret)
  expect(await apply(text, { prune: true })).toEqual(nothing)
  await emptied(database)
  await apply(text)
  expect((await snapshot()).identitySources).toEqual(states)
  expect((await snapshot()).users[0]!.identities).toEqual([{ source: 'Corporate', subject: '7: x' }, { source: 'Partner', subject: 'ada', groups: ['Pilots'] }])
  const [corporate] = await kept().list()
  expect(await kept().secretOf(corporate!.id)).toBe(secret)
  expect(await database.query('select u.user_name, g.display_name from identity_link_groups l join users u on u.id = l.user_id join groups g on g.id = l.group_id')).toEqual([{ user_name: 'ada', display_name: 'Pilots' }])
  expect(exportOrganization(await snapshot())).toBe(text)
})

const ldap = (more = '', password = ', bindPassword: "${SECRET}"') => `{ name: Office, ldap: { bindDn: cn=us, baseDn: dc=example, userFilter: "(uid={name})", subject: entryUUID${password} ${more} } }`

test('a directory that is asked by LDAP is made, exported and rebuilt, and its password goes to no other server', async () => {
  expect(await faults(sources(ldap(', url: ldaps://a.example.com', '')))).toEqual([expect.stringContaining('ldap.bindPassword: is required')])
  expect(await apply(sources(ldap(', url: ldaps://a.example.com, sync: { every: 1h }, groups: { filter: "(member={dn})" }')))).toContain('+ identity source Office  secret: set')
  const [source] = await kept().list()
  expect(source).toMatchObject({ kind: 'ldap', hasSecret: true, connection: { urls: ['ldaps://a.example.com'], startTls: true, sync: { every: 3600 }, groups: { baseDn: 'dc=example', name: 'cn', nested: false } } })
  expect(await apply(sources(ldap(', urls: [ldaps://a.example.com]')))).toEqual(nothing)
  expect(await faults(sources(ldap(', urls: [ldaps://b.example.com]', '')))).toEqual([expect.stringContaining('ldap.bindPassword: is required')])
  const text = exportOrganization(await snapshot())
  expect(text).toContain('${OFFICE_SOURCE_SECRET}')
  await emptied(database)
  await applyOrganization(database, declared(text, { env: { ...env, OFFICE_SOURCE_SECRET: secret }, readFile, known: await snapshot() }), applying)
  expect((await kept().list())[0]).toMatchObject({ connection: source!.connection, mapping: source!.mapping, provisioning: source!.provisioning })
  expect((await apply(sources(ldap(', url: ldaps://a.example.com, sync: null, groups: null')))).join()).toContain('identity source Office')
  expect((await kept().list())[0]!.connection).not.toHaveProperty('sync')
})

test('sources whose names are spelled alike take their secrets from two variables', async () => {
  await apply(sources(oidc().replace('Corporate', 'A-B'), oidc().replace('Corporate', 'A B'), oidc().replace('Corporate', '漢')))
  expect([...exportOrganization(await snapshot()).matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name).toSorted()).toEqual(['A_B_2_SOURCE_SECRET', 'A_B_SOURCE_SECRET', '__SOURCE_SECRET'])
})

test('two sources trade a mail domain', async () => {
  await apply(sources(oidc('domains: [a.example.com],'), saml('idp.xml', 'domains: [b.example.com],')))
  expect(await apply(sources(oidc('domains: [b.example.com],'), saml('idp.xml', 'domains: [a.example.com],')))).toHaveLength(3)
  expect((await kept().list()).map(({ domains }) => domains)).toEqual([['b.example.com'], ['a.example.com']])
})

test('pruning deletes a source that is not named, says who is linked to it, and leaves one that people are said to be linked to', async () => {
  await apply(`${sources(oidc(), saml('idp.xml'))}users: [{ userName: ada, identities: [{ source: Corporate, subject: a }, { source: Partner, subject: a }] }]\ngroups: [{ displayName: Pilots }, { displayName: Crew }]`)
  expect(await apply(`${sources(saml('idp.xml'))}users: [{ userName: ada, identities: [{ source: corporate, subject: a }] }]`, { prune: true })).toEqual(['~ user ada  identities: - {"source":"Partner","subject":"a"}', '0 to create, 1 to update, 0 to delete.'])
  const text = `${sources(saml('idp.xml', '', ', provisioning: { groups: { pilots: pilots } }'))}groups: []`
  expect(await apply(text, { prune: true })).toEqual(['- group Crew', '- identity source Corporate  1 person is linked to it', '~ identity source Partner  groups: none → {"pilots":"pilots"}', '0 to create, 1 to update, 2 to delete.'])
  expect((await snapshot()).users[0]).not.toHaveProperty('identities')
  expect(await apply(`${head}identitySources: []`, { prune: true })).toContain('- identity source Partner')
  expect(await kept().list()).toEqual([])
})

test('a source that goes takes its links along, also where its people change in the same file', async () => {
  await apply(`${sources(oidc())}users: [{ userName: ada, identities: [{ source: Corporate, subject: a }] }]`)
  expect(await apply(`${head}identitySources: []\nusers: [{ userName: ada, displayName: Ada, identities: [] }]`, { prune: true })).toHaveLength(3)
  expect(await database.query('select 1 from identity_links')).toEqual([])
})

test('two people trade their subjects, and an empty list ends the links', async () => {
  const people = (one: string, other: string) => `${sources(oidc())}users:\n  - { userName: ada, identities: [{ source: Corporate, subject: ${one} }] }\n  - { userName: bob, identities: [{ source: Corporate, subject: ${other} }] }\n`
  await apply(people('a', 'b'))
  await apply(people('b', 'a'))
  expect((await snapshot()).users.map(({ identities }) => identities)).toEqual([[{ source: 'Corporate', subject: 'b' }], [{ source: 'Corporate', subject: 'a' }]])
  expect(await apply(people('b', 'a').replaceAll('Corporate, subject', 'CORPORATE, subject'))).toEqual(nothing)
  expect(await apply(`${head}users: [{ userName: ada, identities: [] }]`)).toContain('~ user ada  identities: - {"source":"Corporate","subject":"b"}')
  expect(await apply(`${head}users: [{ userName: bob }]`)).toEqual(nothing)
  expect(await database.query('select subject from identity_links')).toEqual([{ subject: 'a' }])
})

const made = sources(oidc('domains: [example.com],'), saml('idp.xml'))
const refused: [what: string, text: string, fault: string][] = [
  ['a source that becomes another kind', sources('{ name: Partner, oidc: { issuer: https://idp.example.com, client_id: x } }'), '6 identitySources[0].oidc: cannot be: Partner is a source of SAML. Delete it first, or give this one another name'],
  ['a domain of another source in the file', sources(oidc('domains: [a.example.com],'), saml('idp.xml', 'domains: [A.example.com],')), '7 identitySources[1].domains[0]: is a domain of identitySources[0] already'],
  ['a domain of a source that is there', sources(saml('idp.xml', 'domains: [example.com],')), '6 identitySources[0].domains[0]: is a domain of the existing source Corporate already'],
  ['a name twice', sources(oidc(), oidc().replace('Corporate', 'CORPORATE')), '7 identitySources[1].name: is the name of identitySources[0] already'],
  ['a secret for another issuer', sources('{ name: Corporate, oidc: { issuer: https://other.example.com, client_id: gatehouse } }'), '6 identitySources[0].oidc.client_secret: is required: the secret that is kept is not sent to another place'],
  ['an address of metadata alone', sources('{ name: New, saml: { metadataUrl: https://idp.example.com/metadata } }'), '6 identitySources[0].saml.metadata: is required, or entityId, signOn and certificates: applying a file fetches nothing, also not from metadataUrl'],
  ['metadata beside what it says', sources('{ name: Partner, saml: { metadata: { file: idp.xml }, entityId: x } }'), '6 identitySources[0].saml.entityId: cannot stand beside metadata, which says it'],
  ['metadata that is none', sources('{ name: New,\n    saml: { metadata: "<html>" } }'), '7 identitySources[0].saml.metadata: cannot be used: That is a web page, not metadata. Often it is a sign-in page: fetch the metadata yourself and give the file.'],
  ['metadata that is not there', sources(saml('gone.xml')), '6 identitySources[0].saml.metadata: takes its value from the file gone.xml, which cannot be read'],
  ['a secret that is not set', sources(oidc()).replace('${SECRET}', '${NO_SUCH}'), '6 identitySources[0].oidc.client_secret: takes its value from the environment variable NO_SUCH, which is not set'],
  ['two certificates in use', sources(`{ name: Partner, saml: { certificates: [{ certificate: "${first.certificate}", state: current }, { certificate: "${next.certificate}", state: current }] } }`), '6 identitySources[0].saml.certificates[1].state: cannot be current: one of the list is already'],
  ['something that is no certificate', sources('{ name: Partner, saml: { certificates: [{ certificate: "AAAA" }] } }'), '6 identitySources[0].saml.certificates[0].certificate: cannot be used: That is no certificate that can be read'],
  ['a key that is not known', sources(oidc('prompt: always,')), '6 identitySources[0].prompt: is not known here'],
  ['a person of no source', `${head}users: [{ userName: ada, identities: [{ source: Nowhere, subject: a }] }]`, '5 users[0].identities[0].source: names the identity source Nowhere, which does not exist'],
  ['two subjects of one source', `${head}users: [{ userName: ada, identities: [{ source: Partner, subject: a }, { source: partner, subject: b }] }]`, '5 users[0].identities[1].source: is linked to this person already: one subject of each source is'],
  ['a subject of two people', `${head}users: [{ userName: ada, identities: [{ source: Partner, subject: a }] }, { userName: bob, identities: [{ source: Partner, subject: a }] }]`, '5 users[1].identities[0].subject: is linked to users[0] already'],
  ['a subject of somebody who is there', `${head}users: [{ userName: bob, identities: [{ source: Partner, subject: eve }] }]`, '5 users[0].identities[0].subject: is linked to the existing user eve already'],
  ['a group that somebody is not in', `${head}users: [{ userName: ada, identities: [{ source: Partner, subject: a, groups: [G] }] }]\ngroups: [{ displayName: G }]`, '5 users[0].identities[0].groups[0]: names the group G, whose members this person is not among'],
  ['a group that is not there', `${head}users: [{ userName: ada, identities: [{ source: Partner, subject: a, groups: [Nobody] }] }]`, '5 users[0].identities[0].groups[0]: names the group Nobody, which does not exist'],
]

test('refuses what cannot be, with its line', async () => {
  await apply(`${made}users: [{ userName: eve, identities: [{ source: Partner, subject: eve }] }]`)
  for (const [what, text, fault] of refused) expect({ what, faults: await faults(text) }).toEqual({ what, faults: expect.arrayContaining([fault]) })
  expect(await faults(sources(saml('idp.xml', 'domains: [example.com],')), true)).toEqual([])
})

test('a source that changes meanwhile does not take a secret to another place', async () => {
  await apply(sources(oidc()))
  const text = sources('{ name: Corporate, oidc: { issuer: https://other.example.com, client_id: gatehouse } }')
  await expect(applyOrganization(database, declared(text), applying)).rejects.toMatchObject({ code: 'invalid-input' })
  await expect(applyOrganization(database, declared(sources('{ name: Corporate, saml: { metadata: { file: idp.xml } } }'), { readFile }), applying)).rejects.toMatchObject({ code: 'invalid-input' })
})
