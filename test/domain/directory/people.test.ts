// Whole profiles, pages and searches, and people who are deleted and come back as they were; on both databases.
import { Assignments } from '../../../src/domain/access/index.js'
import { Passwords, userPrincipal } from '../../../src/domain/authentication/index.js'
import { DeletedUsers, Groups, keptAfterDeletion, Memberships, Users, type NewUser } from '../../../src/domain/directory/index.js'
import { newUuid } from '../../../src/platform/ids.js'
import { openDatabase, type Database } from '../../../src/platform/storage/database.js'
import { silent } from '../../support/app.js'
import { openEmbedded } from '../../support/database.js'
import { needs } from '../../support/needs.js'
import { freshDatabase } from '../../support/postgres.js'

const person = (userName: string, more: Partial<NewUser> = {}): NewUser => ({ userName, displayName: userName, givenName: undefined, familyName: undefined, emails: [], active: true, ...more })

function holdsTo(open: () => Promise<Database>): void {
  let database: Database
  let users: Users
  let groups: Groups
  let memberships: Memberships
  let deleted: DeletedUsers
  let now = Date.parse('2030-01-01')
  beforeAll(async () => {
    database = await open()
    users = new Users(database)
    groups = new Groups(database)
    memberships = new Memberships(database)
    deleted = new DeletedUsers(database, () => now)
  }, 180_000)
  afterAll(() => database.close())

  const namesOf = async (search: string): Promise<string[]> => (await users.page({ search, limit: 100 })).items.map(({ userName }) => userName)

  test('a profile is kept whole, stays where an update does not name it, and says who wrote it', async () => {
    const profile = { name: { formatted: 'Dr. Ada L.', honorificPrefix: 'Dr.' }, title: 'Countess', addresses: [{ locality: 'London', primary: true }], enterprise: { costCenter: '7', manager: { value: 'babbage' } } }
    const externalIds = [{ issuer: 'https://hr.example', id: 'ada/1' }]
    const [id] = await users.create([person('ada', { profile, externalIds, by: 'arn:aws:iam::111122223333:root' })]) as [string]
    expect(await users.get(id)).toMatchObject({ profile, externalIds, createdBy: 'arn:aws:iam::111122223333:root', updatedBy: 'arn:aws:iam::111122223333:root' })
    expect((await users.findByExternalId(externalIds[0]!))?.id).toBe(id)
    expect(await users.findByExternalId({ issuer: 'https://hr.example', id: 'ada' })).toBeUndefined()
    await users.update([{ ...person('ada', { displayName: 'Ada' }), id, by: 'somebody' }])
    expect(await users.get(id)).toMatchObject({ displayName: 'Ada', profile, externalIds, createdBy: 'arn:aws:iam::111122223333:root', updatedBy: 'somebody' })
  })

  test('people are found by the beginnings of words in their names and addresses, whatever the case', async () => {
    await users.create([
      person('grace.hopper', { displayName: 'Hopper, Grace Brewster', givenName: 'Grace', familyName: 'Hopper', emails: [{ value: 'amazing@navy.example' }] }),
      person('jean', { displayName: 'ジーン Bartik', emails: [{ value: 'jean@eniac.example', type: 'grace' }] }),
      person('x'.repeat(128), { displayName: 'é'.repeat(1024) }),
    ])
    expect(await namesOf('hop')).toEqual(['grace.hopper'])
    expect(await namesOf('GRACE hopper')).toEqual(['grace.hopper'])
    expect(await namesOf('grace jean')).toEqual([])
    expect(await namesOf('amazing@navy.ex')).toEqual(['grace.hopper'])
    expect(await namesOf('ジー')).toEqual(['jean'])
    expect(await namesOf('é'.repeat(80))).toEqual(['x'.repeat(128)])
    expect(await namesOf("o'hop | grace & !")).toEqual([])
    expect(await namesOf('ped')).toEqual([])
    expect((await namesOf(' ,;')).length).toBeGreaterThan(3)
  })

  test('pages go on where the one before ended, each person once', async () => {
    await users.create(['p3', 'P1', 'p2', 'p4'].map((name) => person(name, { displayName: 'Paged' })))
    const seen: string[] = []
    for (let after: string | undefined; ;) {
      const page = await users.page({ search: 'paged', after, limit: 3 })
      seen.push(...page.items.map(({ userName }) => userName))
      after = page.next
      if (after === undefined) break
    }
    expect(seen).toEqual(['P1', 'p2', 'p3', 'p4'])
    const [id] = (await users.page({ search: 'paged', limit: 1 })).items.map((user) => user.id)
    expect(await users.setActive([id!, newUuid(), 'none'], false, 'me')).toEqual([id])
    expect(await users.setActive([id!], false)).toEqual([])
    expect((await users.page({ active: false, limit: 10 })).items.map(({ userName, updatedBy }) => [userName, updatedBy])).toEqual([['P1', 'me']])
  })

  test('memberships have ids, come in pages, and are made once', async () => {
    const [one, two] = await users.create([person('m1'), person('m2')]) as [string, string]
    const [inner, outer] = await groups.create([{ displayName: 'Inner', description: undefined }, { displayName: 'Outer', description: 'around it', by: 'me' }]) as [string, string]
    const made = await memberships.create({ groupId: inner, userId: one, by: 'me' })
    expect(await memberships.find(made.id)).toEqual(made)
    expect(await memberships.findOf(inner, one)).toEqual(made)
    await expect(memberships.create({ groupId: inner, userId: one })).rejects.toMatchObject({ code: 'conflict' })
    await expect(memberships.create({ groupId: newUuid(), userId: one })).rejects.toMatchObject({ code: 'not-found' })
    await memberships.create({ groupId: inner, userId: two })
    await memberships.create({ groupId: outer, userId: one })
    await groups.add([{ groupId: outer, member: { groupId: inner } }])
    const first = await memberships.pageOfGroup(inner, { limit: 1 })
    const second = await memberships.pageOfGroup(inner, { limit: 1, after: first.next })
    expect(new Set([...first.items, ...second.items].map(({ member }) => (member as { userId: string }).userId))).toEqual(new Set([one, two]))
    expect(second.next).toBeUndefined()
    expect((await memberships.pageOfGroup(outer, { limit: 10 })).items).toHaveLength(1)
    expect((await memberships.pageOfUser(one, { limit: 10 })).items.map(({ groupId }) => groupId).toSorted()).toEqual([inner, outer].toSorted())
    expect((await memberships.pageOfMembers(inner, { limit: 10, search: 'm2' })).items).toMatchObject([{ userId: two, userName: 'm2', active: true }])
    // Of many, people are walked through in their order: it comes to the same.
    for (const some of [memberships, new Memberships(database, 1)]) {
      const members = await some.pageOfMembers(inner, { limit: 1 })
      expect([members.items, (await some.pageOfMembers(inner, { limit: 1, after: members.next! })).items].flat().map(({ userName }) => userName)).toEqual(['m1', 'm2'])
    }
    expect(await memberships.count([inner, outer])).toEqual(new Map([[inner, { users: 2, groups: 0 }], [outer, { users: 1, groups: 1 }]]))
    expect(await memberships.among(one, [inner, newUuid(), 'x'])).toEqual(new Set([inner]))
    expect(await memberships.remove([made.id])).toEqual([made])
    expect(await memberships.find(made.id)).toBeUndefined()
    expect((await groups.page({ search: 'aro', limit: 5 })).items).toMatchObject([{ displayName: 'Outer', createdBy: 'me' }])
    expect((await groups.findByDisplayName('OUTER'))?.id).toBe(outer)
  })

  describe('somebody who is deleted', () => {
    const profile = { title: 'Returner' }
    async function leaving(userName: string): Promise<{ id: string; groupId: string; membership: string }> {
      const [id] = await users.create([person(userName, { profile, emails: [{ value: `${userName}@example.com` }] })]) as [string]
      const [groupId] = await groups.create([{ displayName: `Group of ${userName}`, description: undefined }]) as [string]
      const { id: membership } = await memberships.create({ groupId, userId: id })
      await new Passwords(database, undefined as never).put([{ principal: userPrincipal(id), hash: userName, oneTime: false }])
      return { id, groupId, membership }
    }

    test('is in no list, keeps the name, and comes back with memberships, assignments and the password', async () => {
      await database.query(`insert into accounts (id, name, email) values ('111122223333', 'One', 'one@example.com')`)
      await database.query(`insert into permission_sets (id, name) values ('ps-0123456789abcdef', 'ReadOnly')`)
      const { id, groupId, membership } = await leaving('lea')
      const before = await users.get(id)
      const assignment = { accountId: '111122223333', permissionSetId: 'ps-0123456789abcdef', principal: { type: 'USER' as const, id } }
      await new Assignments(database).create([assignment])
      expect(await deleted.add([id, newUuid()], 'me')).toEqual([id])
      expect([await users.find(id), await users.findByUserName('lea'), await users.findByAddress('lea@example.com'), (await memberships.pageOfGroup(groupId, { limit: 5 })).items, await new Assignments(database).list()]).toEqual([undefined, undefined, [], [], []])
      expect(await deleted.find(id)).toEqual({ id, userName: 'lea', displayName: 'lea', deletedAt: new Date(now), deletedBy: 'me', goneAt: new Date(now + keptAfterDeletion) })
      expect((await deleted.page({ search: 'LEA', limit: 3 })).items).toHaveLength(1)
      await expect(users.create([person('LEA')])).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('may still come back') as unknown })
      await deleted.restore([id])
      expect(await users.get(id)).toEqual(before)
      expect(await memberships.find(membership)).toMatchObject({ groupId })
      expect(await new Assignments(database).list()).toEqual([assignment])
      expect(await new Passwords(database, undefined as never).find(userPrincipal(id))).toMatchObject({ hash: 'lea' })
      expect(await namesOf('lea')).toEqual(['lea'])
      await expect(deleted.restore([id])).rejects.toMatchObject({ code: 'not-found' })
    })

    test('comes back without what is not there any more', async () => {
      const { id, groupId, membership } = await leaving('lou')
      await deleted.add([id])
      await groups.remove([groupId])
      await deleted.restore([id])
      expect(await users.get(id)).toMatchObject({ profile })
      expect(await memberships.find(membership)).toBeUndefined()
    })

    test('is gone for good after seven days, with the password, and the name is free', async () => {
      const { id } = await leaving('leo')
      await deleted.add([id])
      now += keptAfterDeletion - 1
      expect(await deleted.purge()).toBe(0)
      now += 1
      await expect(deleted.restore([id])).rejects.toMatchObject({ code: 'not-found' })
      expect(await deleted.purge()).toBe(1)
      expect(await new Passwords(database, undefined as never).find(userPrincipal(id))).toBeUndefined()
      await users.create([person('leo')])
      await expect(deleted.restore([id])).rejects.toMatchObject({ code: 'not-found' })
    })
  })
}

describe('on the embedded database', () => { holdsTo(openEmbedded) })

needs('postgres').describe('on PostgreSQL', () => { holdsTo(async () => openDatabase({ url: await freshDatabase(), dataDir: '', log: silent })) })
