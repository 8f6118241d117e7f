// Groups in groups: the way into each, who counts, and no circle.
import { GroupNesting, Groups, Users } from '../../../src/domain/directory/index.js'
import type { Database } from '../../../src/platform/storage/database.js'
import { openEmpty } from '../../support/database.js'

let database: Database
let nesting: GroupNesting
const ids: Record<string, string> = {}
beforeAll(async () => {
  database = await openEmpty()
  nesting = new GroupNesting(database)
  const groups = new Groups(database)
  const names = ['a', 'b', 'c', 'd', 'alone']
  const made = await groups.create(names.map((displayName) => ({ displayName, description: undefined })))
  names.forEach((name, at) => { ids[name] = made[at]! })
  const people = await new Users(database).create(['pia', 'quin'].map((userName) => ({ userName, displayName: userName, givenName: undefined, familyName: undefined, emails: [], active: true })))
  ids.pia = people[0]!
  ids.quin = people[1]!
  await groups.add([{ groupId: ids.a!, member: { userId: ids.pia } }, { groupId: ids.d!, member: { userId: ids.pia } }, { groupId: ids.c!, member: { userId: ids.quin } }])
  // a in b in c, and a in c by a shorter way later
  await nesting.add({ groupId: ids.b!, memberId: ids.a! })
  await nesting.add({ groupId: ids.c!, memberId: ids.b! })
})
afterAll(() => database.close())

const waysOf = async (person: string): Promise<Record<string, string>> =>
  Object.fromEntries((await nesting.ofUser(ids[person]!)).map(({ group, through, membershipId }) => [group.displayName, membershipId ? 'directly' : through.map(({ displayName }) => displayName).join(' › ')]))

test('tells the shortest way into every group', async () => {
  expect(await waysOf('pia')).toEqual({ a: 'directly', d: 'directly', b: 'a', c: 'a › b' })
  expect(await waysOf('quin')).toEqual({ c: 'directly' })
  await nesting.add({ groupId: ids.c!, memberId: ids.d! })
  expect((await waysOf('pia')).c).toBe('d')
  expect(await nesting.remove({ groupId: ids.c!, memberId: ids.d! })).toBe(true)
  expect(await nesting.remove({ groupId: ids.c!, memberId: ids.d! })).toBe(false)
})

test('puts no group into itself, not by any way, and none twice', async () => {
  await expect(nesting.add({ groupId: ids.a!, memberId: ids.a! })).rejects.toThrow('A group cannot be in itself.')
  await expect(nesting.add({ groupId: ids.a!, memberId: ids.c! })).rejects.toThrow('would be in itself')
  await expect(nesting.add({ groupId: ids.b!, memberId: ids.a! })).rejects.toThrow('in this one already')
  // Each for itself is harmless; together they would be a circle.
  const both = await Promise.allSettled([nesting.add({ groupId: ids.alone!, memberId: ids.d! }), nesting.add({ groupId: ids.d!, memberId: ids.alone! })])
  expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
})

test('counts everybody in a group once, and lists the groups in it by name', async () => {
  expect(await nesting.countPeople(ids.c!)).toBe(2)
  expect(await nesting.countPeople(ids.b!)).toBe(1)
  expect((await nesting.page(ids.c!, { limit: 10 })).items.map(({ displayName }) => displayName)).toEqual(['b'])
})
