// What becomes of people here by what a directory lists: planned, done, and not done where it would be too much.
import { randomBytes } from 'node:crypto'
import { IdentitySources, Links, planSync, runSync, Admission, type IdentitySource, type NewIdentitySource, type Provisioning, type SyncOptions } from '../../../src/domain/identity-sources/index.js'
import { DeletedUsers, GroupMembers, Groups, provisioningIssuer, Users } from '../../../src/domain/directory/index.js'
import { ExternalSteps, LdapDirectory, type LdapPerson } from '../../../src/domain/federation/index.js'
import { MasterKey, Sealer } from '../../../src/platform/keys/index.js'
import { networksOf, Outbound } from '../../../src/platform/outbound/index.js'
import type { Database } from '../../../src/platform/storage/database.js'
import { openEmpty } from '../../support/database.js'
import { group, ldapBase, ldapBinder, LdapServer, passwordOf, person } from '../../support/ldap.js'
import { needs } from '../../support/needs.js'

let database: Database
let sources: IdentitySources
let options: SyncOptions
const events: { eventName: string; requestParameters?: { userName?: string } }[] = []
const administrators = new Set<string>()
const administering = new Set<string>()
const ended: string[] = []
const left: string[] = []
beforeAll(async () => {
  database = await openEmpty()
  sources = new IdentitySources(database, new Sealer(new MasterKey(randomBytes(32)), 'identity sources'))
  options = {
    database, clock: Date.now, trail: { within: () => ({ record: async (event) => void events.push(event as (typeof events)[number]) }) },
    isAdministrator: async (_tx, id) => administrators.has(id),
    isAdministering: async (_tx, id) => administering.has(id),
    isProved: async () => false, prove: async () => undefined,
    leaving: async (_tx, groupIds, _userId, leave) => {
      await leave()
      left.push(...groupIds)
    },
    disabling: async (_tx, ids) => void ended.push(...ids),
  }
})
afterAll(() => database.close())
beforeEach(async () => {
  for (const table of ['identity_sources', 'users', 'groups']) await database.query(`delete from ${table}`)
  for (const list of [events, ended, left]) list.length = 0
  administrators.clear()
  administering.clear()
})

const jit: Provisioning = { create: true, update: true, match: 'none', administrators: false, groups: 'none' }
let number = 0
async function source(provisioning: Partial<Provisioning> = {}, more: Partial<NewIdentitySource> = {}): Promise<IdentitySource> {
  number += 1
  return sources.get(await sources.create({
    name: `Directory ${number}`, kind: 'ldap', enabled: true, button: true, domains: [], secondStep: 'ours', mapping: {}, provisioning: { ...jit, ...provisioning },
    connection: { urls: ['ldaps://directory.example.com'], startTls: false, bindDn: 'cn=us', baseDn: 'dc=example', userFilter: '(uid={name})', subject: 'entryUUID' }, ...more,
  } as NewIdentitySource))
}

interface Wish { uid: string; subject?: string; name?: string; mail?: string; groups?: string[]; active?: boolean }
async function* listing(wishes: readonly (Wish | string)[]): AsyncGenerator<LdapPerson> {
  for (const wish of wishes) {
    const { uid, subject = `id-${uid}`, name = uid, mail, groups = [], active = true } = typeof wish === 'string' ? { uid: wish } satisfies Wish : wish
    const claims = new Map<string, string[]>([['uid', [uid]], ['cn', [name]], ['groups', groups], ...(mail ? [['mail', [mail]] as [string, string[]]] : [])])
    yield { identity: { subject, claims, authenticatedAt: undefined, amr: ['pwd'], acr: undefined, session: undefined }, active }
  }
}
const plan = (by: IdentitySource, wishes: readonly (Wish | string)[]) => planSync(options, { source: by, people: listing(wishes) })
const run = (by: IdentitySource, wishes: readonly (Wish | string)[], force = false) => runSync(options, { source: by, people: listing(wishes), force, origin: undefined })
/** What a synchronisation is run with in which something happens once, between what is decided and what is written. */
function afterDeciding(happens: () => Promise<unknown>) {
  let transactions = 0
  const transaction: Database['transaction'] = async (work) => {
    transactions += 1
    if (transactions === 2) await happens()
    return database.transaction(work)
  }
  return { options: { ...options, database: { transaction } }, transactions: () => transactions }
}
const named = (...names: string[]) => ({ count: names.length, names })
const known = async (): Promise<Record<string, boolean>> => Object.fromEntries((await new Users(database).list()).map(({ userName, active }) => [userName, active]))
const idOf = async (userName: string): Promise<string> => (await new Users(database).findByUserName(userName))!.id
const make = async (userName: string, more: object = {}): Promise<string> => (await new Users(database).create([{ userName, displayName: userName, givenName: undefined, familyName: undefined, emails: [], active: true, ...more }]))[0]!
const groupsOf = async (userName: string): Promise<string[]> => {
  const id = await idOf(userName)
  return ((await new GroupMembers(database).groupsOf([id])).get(id) ?? []).map(({ displayName }) => displayName).toSorted()
}
const many = Array.from({ length: 30 }, (_, at) => `p${String(at).padStart(2, '0')}`)

test('a plan tells what would be, and writes nothing', async () => {
  const directory = await source()
  expect(await plan(directory, ['ann', { uid: 'ben', active: false }, 'two words'])).toEqual({
    people: 3, created: named('ann'), changed: named(), disabled: named(), enabled: named(), kept: named(), skipped: { ...named('two words'), says: [expect.stringContaining('cannot be one')] }, stops: false,
  })
  expect([await known(), events]).toEqual([{}, []])
})

test('people are made, follow the directory, are disabled when they are gone, and come back', async () => {
  const directory = await source()
  expect(await run(directory, many)).toMatchObject({ created: { count: 30, names: many.slice(0, 20) }, stops: false })
  expect(events.filter(({ eventName }) => eventName === 'CreateUser')).toHaveLength(30)
  expect(events.filter(({ eventName }) => eventName === 'CreateIdentityLink')).toHaveLength(30)
  events.length = 0
  expect(await run(directory, many)).toMatchObject({ created: named(), changed: named(), disabled: named(), enabled: named(), skipped: named() })
  expect(events).toEqual([])
  const next = [{ uid: 'p00', name: 'Other Name' }, { uid: 'p01', active: false }, ...many.slice(3)]
  expect(await plan(directory, next)).toMatchObject({ changed: named('p00'), disabled: named('p01', 'p02'), stops: false })
  const ids = [await idOf('p01'), await idOf('p02')]
  expect(await run(directory, next)).toMatchObject({ changed: named('p00'), disabled: named('p01', 'p02') })
  expect(events.map(({ eventName, requestParameters }) => `${eventName} ${requestParameters?.userName}`).toSorted()).toEqual(['DisableUser p01', 'DisableUser p02', 'UpdateUser p00'])
  expect(ended.toSorted()).toEqual(ids.toSorted())
  expect(await run(directory, next)).toMatchObject({ changed: named(), disabled: named(), enabled: named() })
  expect(await run(directory, many)).toMatchObject({ changed: named('p00'), enabled: named('p01', 'p02') })
  expect(Object.values(await known()).every(Boolean)).toBe(true)
})

test('whoever was disabled here stays so', async () => {
  const directory = await source()
  await run(directory, many)
  await new Users(database).setActive([await idOf('p00')], false, 'an administrator')
  expect(await run(directory, [{ uid: 'p00', name: 'New Name' }, ...many.slice(1)])).toMatchObject({ enabled: named(), changed: named() })
  expect((await known()).p00).toBe(false)
})

describe('who was disabled by a synchronisation is enabled by the next that lists them', () => {
  const without = many.slice(1)
  let directory: IdentitySource
  beforeEach(async () => {
    directory = await source({ update: false })
    await run(directory, many)
    await run(directory, without)
  })

  test('also where the source has another name by now, or somebody changed what is known of them', async () => {
    await database.query(`update identity_sources set name = 'Another name' where id = $1`, [directory.id])
    const [p00] = await new Users(database).listByIds([await idOf('p00')])
    await new Users(database).update([{ ...p00!, displayName: 'Other Name', by: 'an administrator' }])
    directory = await sources.get(directory.id)
    expect([await known(), await plan(directory, many)]).toMatchObject([{ p00: false }, { enabled: named('p00') }])
    expect(await run(directory, many)).toMatchObject({ enabled: named('p00') })
    expect(await known()).toMatchObject({ p00: true })
  })

  test('but not where somebody enabled and disabled them since', async () => {
    for (const active of [true, false]) await new Users(database).setActive([await idOf('p00')], active, 'an administrator')
    expect(await run(directory, many)).toMatchObject({ enabled: named() })
    expect(await known()).toMatchObject({ p00: false })
  })

  test('also by another source than disabled them, where they are linked to it', async () => {
    const other = await source({ match: 'userName' })
    await new Links(database, Date.now).create({ sourceId: other.id, subject: 'id-p00', userId: await idOf('p00'), by: 'hand' })
    expect(await run(other, ['p00'])).toMatchObject({ enabled: named('p00') })
    expect(await known()).toMatchObject({ p00: true })
  })

  test('also where they were deleted and came back meanwhile', async () => {
    const gone = new DeletedUsers(database)
    const id = await idOf('p00')
    await gone.add([id])
    await gone.restore([id])
    expect(await run(directory, many)).toMatchObject({ enabled: named('p00') })
  })

  test('but not where somebody disables them after it was decided', async () => {
    const interrupted = afterDeciding(async () => {
      for (const active of [true, false]) await new Users(database).setActive([await idOf('p00')], active, 'an administrator')
    })
    await runSync(interrupted.options, { source: directory, people: listing(many), force: false, origin: undefined })
    expect([interrupted.transactions(), await known()]).toMatchObject([2, { p00: false }])
  })
})

test('only people of this source are disabled', async () => {
  const [directory, other] = [await source(), await source()]
  await make('local')
  await run(directory, many.slice(0, 10))
  await run(other, many.slice(10))
  expect(await run(directory, many.slice(1, 10))).toMatchObject({ disabled: named('p00') })
  expect(Object.entries(await known()).filter(([, active]) => !active)).toEqual([['p00', false]])
})

test('more than a tenth is not disabled at once, unless it is said to be right', async () => {
  const directory = await source()
  await run(directory, many)
  expect(await plan(directory, many.slice(4))).toMatchObject({ disabled: { count: 4 }, stops: true })
  await expect(run(directory, [...many.slice(4), 'new'])).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('4 of 30 people') })
  expect(await known()).toEqual(Object.fromEntries(many.map((name) => [name, true])))
  expect(await run(directory, many.slice(3))).toMatchObject({ disabled: { count: 3 }, stops: false })
  expect(await run(directory, many.slice(10), true)).toMatchObject({ disabled: { count: 7 }, stops: true })
})

test('an empty list disables nobody', async () => {
  const directory = await source()
  await run(directory, ['ann'])
  await expect(run(directory, [])).rejects.toMatchObject({ code: 'conflict' })
  expect(await known()).toEqual({ ann: true })
})

test('administrators are disabled by a source only that may vouch for them', async () => {
  const [directory, vouching] = [await source(), await source({ administrators: true })]
  await run(directory, many.slice(0, 10))
  await run(vouching, many.slice(10, 20))
  for (const name of ['p00', 'p10']) administrators.add(await idOf(name))
  expect(await run(directory, many.slice(1, 10))).toMatchObject({ disabled: named(), skipped: named('p00') })
  expect(await run(vouching, many.slice(11, 20))).toMatchObject({ disabled: named('p10') })
})

describe('people who are here already', () => {
  test('are taken for strangers’ namesakes, and never over by a name alone', async () => {
    await make('ann')
    expect(await run(await source(), ['ann', 'ben', { uid: 'BEN', subject: 'other' }])).toMatchObject({ created: named('ben'), skipped: named('ann', 'BEN') })
    expect(await run(await source({ create: false }), ['cid'])).toMatchObject({ created: named(), skipped: named('cid') })
    expect(await database.query('select from identity_links')).toHaveLength(1)
  })

  test('are recognised by the rule of the source, on the terms of a sign-in', async () => {
    await make('ann')
    const cidAddress = { emails: [{ value: 'Cid@Example.com', primary: true }] }
    await make('cid', cidAddress)
    await make('dan', { externalIds: [{ issuer: provisioningIssuer, id: 'id-dan-there' }] })
    administrators.add(await make('root'))
    const byName = await source({ match: 'userName' })
    expect(await run(byName, ['ANN', { uid: 'ann', subject: 'second' }, 'root'])).toMatchObject({ created: named(), changed: named('ann'), skipped: named('ann', 'root') })
    expect(await new Links(database, Date.now).listOf(await idOf('ann'))).toMatchObject([{ subject: 'id-ANN', linkedBy: 'matched by userName' }])
    expect(await run(await source({ match: 'email' }), [{ uid: 'x', mail: 'cid@example.com' }])).toMatchObject({ skipped: named('x') })
    expect(await run(await source({ match: 'email' }, { domains: ['example.com'] }), [{ uid: 'x', mail: 'cid@example.com' }])).toMatchObject({ changed: named('cid') })
    expect(await run(await source({ match: 'externalId' }), [{ uid: 'y', subject: 'id-dan-there' }])).toMatchObject({ changed: named('dan') })
  })

  test('are left as they are by a source that does not update', async () => {
    const directory = await source({ update: false })
    await run(directory, ['ann'])
    expect(await run(directory, [{ uid: 'ann', name: 'Other' }])).toMatchObject({ changed: named() })
  })
})

test('groups follow the directory, and those by somebody else’s hand stay', async () => {
  const [readers, , others] = await new Groups(database).create(['Readers', 'Writers', 'Others', 'Admins'].map((displayName) => ({ displayName, description: undefined })))
  administering.add((await new Groups(database).list()).find(({ displayName }) => displayName === 'Admins')!.id)
  const directory = await source({ groups: 'same-name' })
  expect(await run(directory, [{ uid: 'ann', groups: ['readers', 'writers', 'admins', 'nowhere'] }, 'ben'])).toMatchObject({ created: named('ann', 'ben') })
  expect(await groupsOf('ann')).toEqual(['Readers', 'Writers'])
  const ann = await idOf('ann')
  await database.transaction((tx) => new GroupMembers(tx).add(others!, [ann], 'hand'))
  const next = [{ uid: 'ann', groups: ['writers', 'others'] }, { uid: 'ben', groups: ['readers'] }]
  expect(await plan(directory, next)).toMatchObject({ changed: named('ann', 'ben') })
  expect(await run(directory, next)).toMatchObject({ changed: named('ann', 'ben') })
  expect([await groupsOf('ann'), await groupsOf('ben'), left]).toEqual([['Others', 'Writers'], ['Readers'], [readers]])
  expect(await plan(directory, next)).toMatchObject({ changed: named() })
  await run(directory, [{ uid: 'ann' }, 'ben'])
  expect([await groupsOf('ann'), await groupsOf('ben')]).toEqual([['Others'], []])
  const mapped = await source({ groups: { 'cn=r': 'Readers' } })
  await run(mapped, [{ uid: 'cid', groups: ['cn=r', '__proto__', 'Writers'] }])
  expect(await groupsOf('cid')).toEqual(['Readers'])
})

test('somebody who signs in at the same moment is one person', async () => {
  const directory = await source({ groups: 'same-name' })
  await new Groups(database).create([{ displayName: 'Readers', description: undefined }])
  const { identity } = (await listing(['ann']).next()).value as LdapPerson
  const interrupted = afterDeciding(() => new Admission(options).admit({ source: directory, identity, steps: new ExternalSteps(), origin: undefined }))
  const done = await runSync(interrupted.options, { source: directory, people: listing([{ uid: 'ann', groups: ['Readers'] }, 'ben']), force: false, origin: undefined })
  expect(done).toMatchObject({ created: named('ben'), changed: named('ann') })
  expect(await known()).toEqual({ ann: true, ben: true })
  expect(await groupsOf('ann')).toEqual(['Readers'])
})

test('many people take few statements', async () => {
  const everybody = Array.from({ length: 800 }, (_, at) => ({ uid: `u${at}`, mail: `u${at}@example.com`, groups: at % 3 === 0 ? ['Readers'] : [] }))
  await new Groups(database).create([{ displayName: 'Readers', description: undefined }])
  const directory = await source({ groups: 'same-name', match: 'email' }, { domains: ['example.com'] })
  let statements = 0
  const counting: SyncOptions = {
    ...options,
    database: { transaction: (work) => database.transaction((tx) => work({ ...tx, query: (...asked: Parameters<typeof tx.query>) => { statements += 1; return tx.query(...asked) } } as typeof tx)) },
  }
  expect(await planSync(counting, { source: directory, people: listing(everybody) })).toMatchObject({ created: { count: 800 } })
  expect(statements).toBeLessThan(20)
  await run(directory, everybody)
  statements = 0
  expect(await planSync(counting, { source: directory, people: listing(everybody.map((one, at) => (at < 50 ? { ...one, active: false } : { ...one, name: `N${at}` }))) })).toMatchObject({ disabled: { count: 50 }, changed: { count: 750 }, stops: false })
  expect(statements).toBeLessThan(20)
})

needs('slapd').describe('a real directory', () => {
  test('is brought in line, and its people then sign in as who they became', async () => {
    await new Groups(database).create(['Readers', 'All'].map((displayName) => ({ displayName, description: undefined })))
    const server = await LdapServer.start({ entries: [person('ann'), person('jürgen'), person('gone', { shadowExpire: '10' }), group('Readers', [person('ann').dn]), group('All', [group('Readers', []).dn])] })
    try {
      const connection = server.connection({ groups: { baseDn: `ou=groups,${ldapBase}`, filter: '(member={dn})', name: 'cn', nested: true } })
      const directory = await source({ groups: 'same-name' }, { connection } as Partial<NewIdentitySource>)
      const ldap = new LdapDirectory({ outbound: new Outbound({ allowed: networksOf(['127.0.0.0/8', '::1'], (entry) => { throw new Error(entry) }) }), clock: Date.now })
      const secret = ldapBinder.password
      const done = await runSync(options, { source: directory, people: ldap.list(connection, { secret }, new ExternalSteps()), force: false, origin: undefined })
      expect(done).toMatchObject({ people: 3, created: named('ann', 'jürgen') })
      expect(await groupsOf('ann')).toEqual(['All', 'Readers'])
      const identity = await ldap.prove(connection, { secret, name: 'ann', password: passwordOf('ann') }, new ExternalSteps())
      expect(await new Admission(options).admit({ source: directory, identity: identity!, steps: new ExternalSteps(), origin: undefined })).toMatchObject({ created: false, updated: false, groups: { joined: [], left: [] }, user: { id: await idOf('ann') } })
    } finally {
      await server.stop()
    }
  })
})
