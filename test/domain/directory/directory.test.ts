// People and groups: names are unique whatever their case, all or none are made, and what is gone takes its own along.
import { Groups, primaryEmail, Users, type NewUser } from '../../../src/domain/directory/index.js'
import { Passwords, userPrincipal } from '../../../src/domain/authentication/index.js'
import { newUuid } from '../../../src/platform/ids.js'
import type { Database } from '../../../src/platform/storage/database.js'
import { openEmpty } from '../../support/database.js'

let database: Database
let users: Users
let groups: Groups
beforeAll(async () => {
  database = await openEmpty()
  users = new Users(database)
  groups = new Groups(database)
})
afterAll(() => database.close())

const person = (userName: string, more: Partial<NewUser> = {}): NewUser => ({ userName, displayName: userName, givenName: undefined, familyName: undefined, emails: [], active: true, ...more })

test('a person is found by name in any case, and comes back as they were put in', async () => {
  const emails = [{ value: 'ana@work.example', type: 'work' }, { value: 'ana@home.example', primary: true }]
  const [id] = await users.create([person('Ana.Ü+test@example', { displayName: '安娜 <b>"\'', givenName: 'Ana', emails })])
  const found = await users.findByUserName('ana.ü+TEST@example')
  expect(found).toMatchObject({ id, userName: 'Ana.Ü+test@example', displayName: '安娜 <b>"\'', givenName: 'Ana', familyName: undefined, emails, active: true })
  expect(found!.createdAt).toBeInstanceOf(Date)
  expect(primaryEmail(emails)).toBe('ana@home.example')
  expect(primaryEmail(emails.slice(0, 1))).toBe('ana@work.example')
  expect(primaryEmail([])).toBeUndefined()
})

test('a name that is taken in another case is refused, and nobody of that call is made', async () => {
  await users.create([person('ben')])
  await expect(users.create([person('cleo'), person('BEN')])).rejects.toMatchObject({ code: 'conflict', message: 'That user name is taken.' })
  expect(await users.findByUserName('cleo')).toBeUndefined()
})

test('changing a name to one that is taken is refused', async () => {
  const [id] = await users.create([person('dora')])
  await expect(users.update([{ ...person('Ben'), id: id! }])).rejects.toMatchObject({ code: 'conflict' })
  await users.update([{ ...person('Dora', { active: false }), id: id! }])
  expect(await users.get(id!)).toMatchObject({ userName: 'Dora', active: false })
})

test('an id that nobody has, or that is none, finds nobody', async () => {
  expect(await users.find(newUuid())).toBeUndefined()
  expect(await users.find('1 or 1=1')).toBeUndefined()
  await expect(users.get(newUuid())).rejects.toMatchObject({ code: 'not-found' })
})

test('removing a person takes their password and memberships, and leaves their groups', async () => {
  const [id] = await users.create([person('eve')])
  const [groupId] = await groups.create([{ displayName: 'Editors', description: undefined }])
  await groups.add([{ groupId: groupId!, member: { userId: id! } }])
  const passwords = new Passwords(database, undefined as never)
  await passwords.put([{ principal: userPrincipal(id!), hash: 'x', oneTime: false }])
  await users.remove([id!])
  expect(await users.find(id!)).toBeUndefined()
  expect(await passwords.find(userPrincipal(id!))).toBeUndefined()
  expect(await groups.listMemberships()).toEqual([])
  expect((await groups.list()).map(({ displayName }) => displayName)).toContain('Editors')
})

test('a person is in every group around theirs, each once, whatever circles there are', async () => {
  const [id] = await users.create([person('fay')])
  const [a, b, c] = await groups.create(['A', 'B', 'C'].map((displayName) => ({ displayName, description: `${displayName}!` }))) as [string, string, string]
  const memberships = [{ groupId: a, member: { userId: id! } }, { groupId: b, member: { groupId: a } }, { groupId: c, member: { groupId: b } }, { groupId: a, member: { groupId: c } }, { groupId: c, member: { userId: id! } }]
  await groups.add(memberships)
  await groups.add(memberships)
  expect((await groups.listOf(id!)).map(({ displayName }) => displayName)).toEqual(['A', 'B', 'C'])
  await groups.drop([memberships[0]!, memberships[4]!])
  expect(await groups.listOf(id!)).toEqual([])
})

test('a group name that is taken in another case is refused', async () => {
  await groups.create([{ displayName: 'Night Shift', description: undefined }])
  await expect(groups.create([{ displayName: 'night shift', description: undefined }])).rejects.toMatchObject({ code: 'conflict', message: 'That group name is taken.' })
})
