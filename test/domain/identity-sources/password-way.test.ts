// Which directories a name and its password are asked of.
import { randomBytes } from 'node:crypto'
import { Users } from '../../../src/domain/directory/index.js'
import { IdentitySources, Links, PasswordWay, type NewIdentitySource, type Provisioning } from '../../../src/domain/identity-sources/index.js'
import { MasterKey, Sealer } from '../../../src/platform/keys/index.js'
import type { Database } from '../../../src/platform/storage/database.js'
import { openEmpty } from '../../support/database.js'

let database: Database
let sources: IdentitySources
let way: PasswordWay
beforeAll(async () => {
  database = await openEmpty()
  sources = new IdentitySources(database, new Sealer(new MasterKey(randomBytes(32)), 'identity sources'))
  way = new PasswordWay({ sources, sql: database, directory: { prove: async (_connection, { secret, name }) => ({ subject: `${name} by ${secret}`, claims: new Map(), authenticatedAt: undefined, amr: ['pwd'], acr: undefined, session: undefined }) } })
})
afterAll(() => database.close())
beforeEach(async () => {
  for (const table of ['identity_sources', 'users']) await database.query(`delete from ${table}`)
})

const provisioning: Provisioning = { create: true, update: true, match: 'none', administrators: false, groups: 'none' }
const ldap = (name: string, more: Partial<NewIdentitySource> = {}): Promise<string> => sources.create({
  name, kind: 'ldap', enabled: true, button: false, domains: [], secondStep: 'ours', mapping: {}, provisioning, secret: `the secret of ${name}`,
  connection: { urls: ['ldaps://directory.example.com'], startTls: true, bindDn: 'cn=us', baseDn: 'dc=example', userFilter: '(uid={name})', subject: 'entryUUID' }, ...more,
} as NewIdentitySource)
const oidc = (name: string, domains: string[]): Promise<string> =>
  sources.create({ name, kind: 'oidc', enabled: true, button: true, domains, secondStep: 'ours', mapping: {}, provisioning, connection: { issuer: 'https://idp.example.com', clientId: 'us', scopes: [], authentication: 'none' } })
const make = async (userName: string): Promise<string> => (await new Users(database).create([{ userName, displayName: userName, givenName: undefined, familyName: undefined, emails: [], active: true }]))[0]!
const link = (sourceId: string, userId: string): Promise<void> => new Links(database, Date.now).create({ sourceId, userId, subject: 'theirs', by: 'test' })
const asked = async (name: string, userId?: string): Promise<string[]> => (await way.sourcesFor(name, userId)).map((source) => source.name)

test('a name at a mail domain is asked of the source that has it, whoever that is', async () => {
  const [a] = [await ldap('A'), await ldap('B', { domains: ['example.com'] }), await oidc('C', ['example.org'])]
  expect(await asked('ada@Example.com')).toEqual(['B'])
  const ada = await make('ada@example.com')
  await link(a, ada)
  expect(await asked('ada@example.com', ada)).toEqual(['B'])
})

test('who is linked is asked of there only, and who is not is of this place', async () => {
  const [a, b] = [await ldap('A'), await ldap('B', { provisioning: { ...provisioning, create: false } })]
  const [ada, bob, cleo] = [await make('ada'), await make('bob'), await make('cleo')]
  await link(b, ada)
  await link(a, cleo)
  await sources.update(a, { ...(await sources.get(a)), enabled: false })
  expect([await asked('ada', ada), await asked('bob', bob), await asked('cleo', cleo)]).toEqual([['B'], [], []])
  expect([await way.isElsewhere(ada), await way.isElsewhere(bob), await way.isElsewhere(cleo)]).toEqual([true, false, false])
})

test('a name that nobody has is asked of three at most, of those that make or recognise people', async () => {
  for (const name of ['A', 'C', 'D', 'E']) await ldap(name)
  await ldap('B', { provisioning: { ...provisioning, create: false } })
  await ldap('AA', { provisioning: { ...provisioning, create: false, match: 'userName' } })
  await ldap('AB', { enabled: false })
  await oidc('AC', [])
  expect(await asked('nobody')).toEqual(['A', 'AA', 'C'])
})

test('nothing is asked of anybody where there is no directory', async () => {
  await oidc('A', ['example.com'])
  expect([await asked('ada@example.com'), await asked('ada', await make('ada'))]).toEqual([[], []])
})

test('a directory is asked with the password that is kept of it', async () => {
  const source = await sources.get(await ldap('A'))
  if (source.kind !== 'ldap') throw new Error('not a directory')
  expect(await way.prove(source, { name: 'ada', password: 'x' }, undefined as never)).toMatchObject({ subject: 'ada by the secret of A' })
})
