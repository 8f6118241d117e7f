// Who comes in by an identity source, as whom, and what becomes of them here.
import { randomBytes } from 'node:crypto'
import { Admission, IdentitySources, Links, type IdentitySource, type NewIdentitySource, type Provisioning } from '../../../src/domain/identity-sources/index.js'
import { DeletedUsers, GroupMembers, Groups, provisioningIssuer, Users } from '../../../src/domain/directory/index.js'
import { ExternalSteps, type ExternalIdentity } from '../../../src/domain/federation/index.js'
import { MasterKey, Sealer } from '../../../src/platform/keys/index.js'
import { openDatabase, type Database } from '../../../src/platform/storage/database.js'
import { silent } from '../../support/app.js'
import { openEmpty } from '../../support/database.js'
import { needs } from '../../support/needs.js'
import { freshDatabase } from '../../support/postgres.js'

let database: Database
let sources: IdentitySources
let admission: Admission
const sealer = new Sealer(new MasterKey(randomBytes(32)), 'identity sources')
const events: { eventName: string }[] = []
const administrators = new Set<string>()
const administering = new Set<string>()
const proved = new Set<string>()
const ended: string[][] = []
beforeAll(async () => {
  database = await openEmpty()
  sources = new IdentitySources(database, sealer)
  admission = new Admission(optionsOn(database))
})
const optionsOn = (on: Pick<Database, 'transaction'>): ConstructorParameters<typeof Admission>[0] => ({
  database: on, clock: Date.now, trail: { within: () => ({ record: async (event) => void events.push(event) }) },
  isAdministrator: async (_tx, id) => administrators.has(id), isAdministering: async (_tx, id) => administering.has(id),
  isProved: async (_tx, id, address) => proved.has(`${id} ${address}`), prove: async (_tx, id, address) => void proved.add(`${id} ${address}`),
  leaving: async (_tx, groupIds, _userId, leave) => {
    await leave()
    ended.push(groupIds)
  },
})
afterAll(() => database.close())
beforeEach(async () => {
  for (const table of ['identity_sources', 'users', 'groups']) await database.query(`delete from ${table}`)
  events.length = 0
})

const jit: Provisioning = { create: true, update: true, match: 'none', administrators: false, groups: 'none' }
let number = 0
async function source(provisioning: Partial<Provisioning> = {}, more: Partial<NewIdentitySource> = {}, into = sources): Promise<IdentitySource> {
  number += 1
  return into.get(await into.create({
    name: `Source ${number}`, kind: 'oidc', enabled: true, button: true, domains: [], secondStep: 'ours', mapping: {}, provisioning: { ...jit, ...provisioning },
    connection: { issuer: 'https://idp.example.com', clientId: 'us', scopes: ['profile'], authentication: 'client_secret_basic' }, ...more,
  } as NewIdentitySource))
}
const identity = (claims: Record<string, string | string[]>, subject = 'sub-1'): ExternalIdentity => ({
  subject, claims: new Map(Object.entries(claims).map(([name, value]) => [name, [value].flat()])), authenticatedAt: undefined, amr: [], acr: undefined, session: undefined,
})
const admit = (by: IdentitySource, who: ExternalIdentity, steps = new ExternalSteps()) => admission.admit({ source: by, identity: who, steps, origin: undefined })
const refusal = (reason: string) => expect.objectContaining({ name: 'Refusal', reason })
const groupsOf = async (userId: string): Promise<string[]> => ((await new GroupMembers(database).groupsOf([userId])).get(userId) ?? []).map(({ displayName }) => displayName)
const make = async (userName: string, more: object = {}): Promise<string> => (await new Users(database).create([{ userName, displayName: userName, givenName: undefined, familyName: undefined, emails: [], active: true, ...more }]))[0]!
const ann = { preferred_username: 'ann', name: 'Ann Arbor', given_name: 'Ann', family_name: 'Arbor', email: 'ann@example.com' }

test('somebody new is made once, and is the same person from then on, whatever their name becomes', async () => {
  const idp = await source()
  const first = await admit(idp, identity(ann))
  expect(first).toMatchObject({ created: true, linked: true, user: { userName: 'ann', displayName: 'Ann Arbor', givenName: 'Ann', familyName: 'Arbor', emails: [{ value: 'ann@example.com', primary: true }], active: true } })
  expect(events.map(({ eventName }) => eventName)).toEqual(['CreateUser', 'CreateIdentityLink'])
  const again = await admit(idp, identity({ ...ann, preferred_username: 'ann.other', name: 'Ann Born', email: 'ann@new.example.com' }))
  expect(again).toMatchObject({ created: false, linked: false, updated: true, user: { id: first.user.id, userName: 'ann', displayName: 'Ann Born', emails: [{ value: 'ann@new.example.com', primary: true }] } })
  expect(events.at(-1)).toMatchObject({ eventName: 'UpdateUser', change: { before: { displayName: 'Ann Arbor' }, after: { displayName: 'Ann Born' } } })
  events.length = 0
  expect(await admit(idp, identity({ ...ann, name: 'Ann Born', email: 'ANN@new.example.com' }))).toMatchObject({ updated: false })
  expect(events).toEqual([])
})

test('many first sign-ins at once make one person', async () => {
  const idp = await source()
  const people = Array.from({ length: 8 }, (_, n) => ({ ...identity({ ...ann, preferred_username: `ann${n}` }), subject: `s-${n}` }))
  for (const one of people) {
    const admitted = await Promise.all(Array.from({ length: 5 }, () => admit(idp, one)))
    expect(new Set(admitted.map(({ user }) => user.id)).size).toBe(1)
    expect(admitted.filter(({ created }) => created)).toHaveLength(1)
  }
})

needs('postgres').describe('on PostgreSQL', () => {
  test('so does one whom another overtakes just when it was found that they are new', async () => {
    const own = await openDatabase({ url: await freshDatabase({ hasTables: true }), dataDir: '', log: silent })
    const idp = await source({}, {}, new IdentitySources(own, sealer))
    const admitOn = (on: Pick<Database, 'transaction'>) => new Admission(optionsOn(on)).admit({ source: idp, identity: identity(ann), steps: new ExternalSteps(), origin: undefined })
    let overtaken: ReturnType<typeof admitOn> | undefined
    const late = await admitOn({
      transaction: (work) => own.transaction((tx) => work({
        async query<R>(sql: string, parameters?: unknown[]): Promise<R[]> {
          const rows = await tx.query<R>(sql, parameters)
          if (sql.includes('from identity_links')) await (overtaken ??= admitOn(own))
          return rows
        },
      })),
    })
    expect(late).toMatchObject({ created: false, user: { id: (await overtaken)?.user.id } })
    await own.close()
  })
})

test('what only would become of somebody is told, and nothing is written', async () => {
  const idp = await source({ groups: 'same-name' })
  await new Groups(database).create([{ displayName: 'Readers', description: undefined }])
  expect(await admission.foresee({ source: idp, identity: identity({ ...ann, groups: ['readers', 'unknown'] }), steps: new ExternalSteps(), origin: undefined })).toMatchObject({ created: true, groups: { joined: ['Readers'], left: [] }, user: { userName: 'ann' } })
  expect([await new Users(database).list(), await database.query('select from identity_links')]).toEqual([[], []])
})

describe('somebody who is here already', () => {
  test('is not taken over by a name or an address alone', async () => {
    await make('ann', { emails: [{ value: 'ann@example.com' }] })
    await expect(admit(await source(), identity(ann))).rejects.toEqual(refusal('name-taken'))
    await expect(admit(await source({ create: false }), identity(ann))).rejects.toEqual(refusal('not-known'))
    await expect(admit(await source({ match: 'email' }), identity(ann))).rejects.toEqual(refusal('address-not-proved'))
    await expect(admit(await source({ match: 'email' }), identity({ ...ann, email_verified: 'true' }))).rejects.toEqual(refusal('address-not-proved'))
    expect(await database.query('select from identity_links')).toEqual([])
  })

  test('is recognised by an address that both sides have proved, or that is at the source’s own domain', async () => {
    const id = await make('annie', { emails: [{ value: 'Ann@Example.com' }] })
    proved.add(`${id} ann@example.com`)
    expect(await admit(await source({ match: 'email' }), identity({ ...ann, email_verified: 'true' }))).toMatchObject({ created: false, linked: true, user: { id, userName: 'annie' } })
    expect(await admit(await source({ match: 'email' }, { domains: ['example.com'] }), identity(ann))).toMatchObject({ linked: true, user: { id } })
    await make('other', { emails: [{ value: 'ann@example.com' }] })
    await expect(admit(await source({ match: 'email', create: false }, { domains: ['example.org'] }), identity({ ...ann, email_verified: 'true' }, 'sub-2'))).rejects.toEqual(refusal('not-known'))
  })

  test('is recognised by the user name, or by what a provisioning directory calls them, where that is the rule', async () => {
    const [byName, byId] = [await make('ann'), await make('ben', { externalIds: [{ issuer: provisioningIssuer, id: 'sub-ben' }] })]
    expect((await admit(await source({ match: 'userName' }), identity({ ...ann, preferred_username: 'ANN' }))).user.id).toBe(byName)
    expect((await admit(await source({ match: 'externalId' }), identity({}, 'sub-ben'))).user.id).toBe(byId)
  })

  test('is not recognised twice, and not where they administer unless the source may vouch for that', async () => {
    const id = await make('ann')
    const idp = await source({ match: 'userName' })
    await admit(idp, identity(ann))
    await expect(admit(idp, identity(ann, 'sub-other'))).rejects.toEqual(refusal('linked-otherwise'))
    administrators.add(id)
    await expect(admit(await source({ match: 'userName' }), identity(ann))).rejects.toEqual(refusal('administrator'))
    expect((await admit(await source({ match: 'userName', administrators: true }), identity(ann))).user.id).toBe(id)
    // Who is linked already was vouched for when nobody minded, or by hand.
    expect((await admit(idp, identity(ann))).user.id).toBe(id)
  })

  test('stays out while disabled, and finds the link again after coming back', async () => {
    const idp = await source()
    const { user } = await admit(idp, identity(ann))
    await new Users(database).setActive([user.id], false)
    await expect(admit(idp, identity(ann))).rejects.toEqual(refusal('disabled'))
    await new Users(database).setActive([user.id], true)
    await new DeletedUsers(database).add([user.id])
    await expect(admit(idp, identity(ann))).rejects.toEqual(refusal('name-taken'))
    await new DeletedUsers(database).restore([user.id])
    expect(await new Links(database, Date.now).listOf(user.id)).toMatchObject([{ sourceId: idp.id, subject: 'sub-1' }])
    expect((await admit(idp, identity(ann))).user.id).toBe(user.id)
  })
})

describe('groups', () => {
  test('follow the source, and those by somebody else’s hand stay', async () => {
    const [readers, writers, others] = await new Groups(database).create(['Readers', 'Writers', 'Others'].map((displayName) => ({ displayName, description: undefined })))
    const idp = await source({ groups: { 'cn=r': 'Readers', 'cn=w': 'Writers', 'cn=x': 'Nobody’s' } })
    const { user, groups } = await admit(idp, identity({ ...ann, groups: ['cn=r', 'cn=x', 'Others', '__proto__'] }))
    expect([groups, await groupsOf(user.id)]).toEqual([{ joined: ['Readers'], left: [] }, ['Readers']])
    await database.transaction((tx) => new GroupMembers(tx).add(others!, [user.id], 'hand'))
    await database.transaction((tx) => new GroupMembers(tx).add(writers!, [user.id], 'hand'))
    expect((await admit(idp, identity({ ...ann, groups: ['cn=w'] }))).groups).toEqual({ joined: [], left: ['Readers'] })
    expect(ended).toEqual([[readers]])
    expect((await admit(idp, identity(ann))).groups).toEqual({ joined: [], left: [] })
    expect(await groupsOf(user.id)).toEqual(['Others', 'Writers'])
  })

  test('that administer are not the source’s to decide', async () => {
    const [admins] = await new Groups(database).create([{ displayName: 'Admins', description: undefined }])
    administering.add(admins!)
    const steps = new ExternalSteps()
    const { groups } = await admit(await source({ groups: 'same-name' }), identity({ ...ann, groups: ['Admins'] }), steps)
    expect([groups.joined, steps.steps.filter(({ outcome }) => outcome === 'warned').map(({ name }) => name)]).toEqual([[], ['groups']])
    expect((await admit(await source({ groups: 'same-name', administrators: true }), identity({ ...ann, preferred_username: 'ben', groups: ['Admins'] }))).groups.joined).toEqual(['Admins'])
  })
})

test('what cannot be a name here is refused in words', async () => {
  const idp = await source()
  await expect(admit(idp, identity({ name: 'Ann' }))).rejects.toEqual(refusal('no-user-name'))
  await expect(admit(idp, identity({ preferred_username: 'two words' }))).rejects.toEqual(refusal('user-name'))
  await expect(admit(await source({}, { mapping: { userName: 'employee' } }), identity(ann))).rejects.toMatchObject({ reason: 'no-user-name', step: { says: 'The source gave no employee.' } })
})

test('secrets are sealed, and names and domains are one source’s', async () => {
  const idp = await source({}, { secret: 'very secret', domains: ['example.com'] })
  expect(await sources.secretOf(idp.id)).toBe('very secret')
  expect(JSON.stringify(await database.query('select * from identity_sources'))).not.toContain('very secret')
  await sources.update(idp.id, { ...idp, name: 'Corporate', domains: ['example.com', 'example.org'] })
  expect([await sources.secretOf(idp.id), (await sources.get(idp.id)).domains]).toEqual(['very secret', ['example.com', 'example.org']])
  await expect(source({}, { name: 'CORPORATE' })).rejects.toMatchObject({ code: 'conflict' })
  await expect(source({}, { domains: ['example.org'] })).rejects.toMatchObject({ code: 'conflict' })
  expect(await sources.list()).toHaveLength(1)
  expect([await sources.remove(idp.id), await sources.remove(idp.id)]).toEqual([true, false])
})
