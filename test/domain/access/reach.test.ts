// What a person reaches: directly, through groups, through groups in groups, and not a role more.
import { Accounts } from '../../../src/domain/accounts/index.js'
import { Applications, Assignments, Marks, PermissionSets, Reach, type Principal } from '../../../src/domain/access/index.js'
import { Groups, Users } from '../../../src/domain/directory/index.js'
import { newUuid } from '../../../src/platform/ids.js'
import type { Database } from '../../../src/platform/storage/database.js'
import { openEmpty } from '../../support/database.js'

let database: Database
let reach: Reach
let marks: Marks
let jane: string
let sam: string
const set: Record<string, string> = {}
const group: Record<string, string> = {}
const [prod, staging, data] = ['111122223333', '444455556666', '777788889999'] as const

const user = (id: string): Principal => ({ type: 'USER', id })
const inGroup = (name: string): Principal => ({ type: 'GROUP', id: group[name]! })
const assign = (accountId: string, name: string, principal: Principal) => new Assignments(database).create([{ accountId, permissionSetId: set[name]!, principal }])
const roles = async (userId: string) => (await reach.accounts(userId)).accounts.map(({ id, roles: held }) => `${id} ${held.map(({ name }) => name).join('+')}`)

beforeAll(async () => {
  database = await openEmpty()
  reach = new Reach(database)
  marks = new Marks(database)
  const person = { givenName: undefined, familyName: undefined, emails: [], active: true }
  ;[jane, sam] = await new Users(database).create([{ ...person, userName: 'jane', displayName: 'Jane' }, { ...person, userName: 'sam', displayName: 'Sam' }]) as [string, string]
  await new Accounts(database).create([
    { id: prod, name: 'Production', alias: 'prod', email: 'prod@example.com', management: true },
    { id: staging, name: 'staging 100%', alias: undefined, email: 'staging@example.com', management: false },
    { id: data, name: 'Data_Lake', alias: undefined, email: 'data@example.com', management: false },
  ])
  const about = { description: undefined, relayState: undefined, managedPolicies: [], inlinePolicy: undefined, permissionsBoundary: undefined, sessionDuration: 3600 }
  const names = ['Admin', 'ReadOnly', 'Billing', 'S1', 'S2', 'S3', 'S4', 'S5']
  const ids = await new PermissionSets(database).create(names.map((name) => ({ ...about, name })))
  names.forEach((name, at) => { set[name] = ids[at]! })
  const groupNames = ['inner', 'middle', 'outer', 'other']
  const groupIds = await new Groups(database).create(groupNames.map((displayName) => ({ displayName, description: undefined })))
  groupNames.forEach((name, at) => { group[name] = groupIds[at]! })
  // jane is in inner, inner in middle, middle in outer, and outer in inner again: a circle.
  await new Groups(database).add([
    { groupId: group.inner!, member: { userId: jane } },
    { groupId: group.middle!, member: { groupId: group.inner! } },
    { groupId: group.outer!, member: { groupId: group.middle! } },
    { groupId: group.inner!, member: { groupId: group.outer! } },
    { groupId: group.other!, member: { userId: sam } },
  ])
  await assign(prod, 'Admin', inGroup('outer'))
  await assign(prod, 'ReadOnly', user(jane))
  await assign(prod, 'ReadOnly', inGroup('inner'))
  await assign(staging, 'ReadOnly', inGroup('middle'))
  await assign(data, 'Billing', inGroup('other'))
})
afterAll(() => database.close())

test('a person reaches what they, their groups and the groups around those are assigned, each once, even where groups go in circles', async () => {
  expect(await roles(jane)).toEqual([`${prod} Admin+ReadOnly`, `${staging} ReadOnly`])
  expect(await roles(sam)).toEqual([`${data} Billing`])
  expect(await roles(newUuid())).toEqual([])
})

test('assigning twice is assigning once', async () => {
  await assign(prod, 'ReadOnly', user(jane))
  expect(await roles(jane)).toEqual([`${prod} Admin+ReadOnly`, `${staging} ReadOnly`])
})

test.each([
  ['prod', [prod]], ['PRODUCTION', [prod]], ['1111-2222', [prod]], ['1111 2222 3333', [prod]], ['staging@', [staging]], ['admin', [prod]], ['readonly', [prod, staging]],
  ['100%', [staging]], ['%', [staging]], ['_', []], ['\\', []], ["'; drop table users; --", []], ['billing', []],
] as const)('searching for %s finds what contains it, and nothing that is not theirs', async (search, found) => {
  const page = await reach.accounts(jane, { search })
  expect(page.accounts.map(({ id }) => id)).toEqual(found)
  expect(page).toMatchObject({ matches: found.length, total: 2 })
})

test('pages end where the list does', async () => {
  expect(await reach.accounts(jane, { offset: 1, limit: 1 })).toMatchObject({ accounts: [{ id: staging }], matches: 2, total: 2 })
  expect(await reach.accounts(jane, { offset: 2, limit: 1 })).toMatchObject({ accounts: [], total: 2 })
  expect((await reach.roles(jane, prod, { offset: 1, limit: 5 })).map(({ name }) => name)).toEqual(['ReadOnly'])
})

test('a role is given under its name in any case, and one that is not theirs is refused like one that is not there', async () => {
  expect((await reach.requireRole(jane, prod, 'admin')).name).toBe('Admin')
  const refusals = await Promise.all([[prod, 'Billing'], [data, 'Billing'], [prod, 'Nothing'], ['000000000000', 'Admin'], ['x', 'Admin'], [prod, 'Ad\0min']].map(
    async ([account, name]) => reach.requireRole(jane, account!, name!).then(() => 'given', (error: Error) => `${(error as unknown as { code: string }).code} ${error.message}`)))
  expect(new Set(refusals)).toEqual(new Set(['forbidden That permission set is not assigned to you in that account.']))
})

test('many ask at once, and each gets their own answer', async () => {
  const asked = Array.from({ length: 40 }, (_, at) => (at % 2 ? reach.requireRole(jane, prod, 'Admin') : reach.requireRole(sam, data, 'Billing')))
  const names = (await Promise.all(asked)).map(({ name }) => name)
  expect(names).toEqual(names.map((_, at) => (at % 2 ? 'Admin' : 'Billing')))
  await expect(Promise.all([reach.requireRole(jane, prod, 'Admin'), reach.requireRole(sam, prod, 'Admin')])).rejects.toMatchObject({ code: 'forbidden' })
})

test('an application is for those whom it is assigned to, directly or through groups', async () => {
  const [wiki, plain] = await new Applications(database).create(['wiki', 'plain'].map((clientId) => ({
    name: clientId, description: undefined, startUrl: undefined, icon: undefined, clientId, clientMetadata: {}, clientSecretHash: undefined }))) as [string, string]
  await new Assignments(database).assignApplications([{ applicationId: wiki, principal: inGroup('outer') }, { applicationId: wiki, principal: user(jane) }, { applicationId: plain, principal: user(sam) }])
  expect((await reach.applications(jane)).map(({ name }) => name)).toEqual(['wiki'])
  expect(await Promise.all([reach.mayUseClient(jane, 'wiki'), reach.mayUseClient(jane, 'plain'), reach.mayUseClient(sam, 'wiki'), reach.mayUseClient(jane, 'none')])).toEqual([true, false, false, false])
})

describe('marks', () => {
  it('keep the last six roles opened, newest first, and favourites for as long as they are wanted', async () => {
    const names = ['S1', 'S2', 'S3', 'S4', 'S5', 'Admin', 'ReadOnly']
    for (const name of names) {
      await assign(prod, name, user(jane))
      await marks.add(jane, 'recent', prod, set[name]!)
    }
    await marks.add(jane, 'recent', prod, set.S5!)
    await marks.add(jane, 'favourite', prod, set.S1!)
    await marks.add(jane, 'favourite', prod, set.S1!)
    const listed = await marks.list(jane)
    expect(listed.filter(({ kind }) => kind === 'recent').map(({ permissionSetName }) => permissionSetName)).toEqual(['S5', 'ReadOnly', 'Admin', 'S4', 'S3', 'S2'])
    expect(listed.filter(({ kind }) => kind === 'favourite').map(({ permissionSetName }) => permissionSetName)).toEqual(['S1'])
    await marks.remove(jane, 'favourite', prod, set.S1!)
    expect((await marks.list(jane)).filter(({ kind }) => kind === 'favourite')).toEqual([])
  })

  it('leave out what is not reached any more, and show it again when it is', async () => {
    await marks.add(jane, 'favourite', staging, set.ReadOnly!)
    await new Assignments(database).remove([{ accountId: staging, permissionSetId: set.ReadOnly!, principal: inGroup('middle') }])
    expect((await marks.list(jane)).map(({ accountId }) => accountId)).not.toContain(staging)
    await assign(staging, 'ReadOnly', inGroup('middle'))
    expect((await marks.list(jane)).map(({ accountId }) => accountId)).toContain(staging)
  })
})

test('removing a group takes its assignments, and not those of its members', async () => {
  await new Groups(database).remove([group.inner!])
  expect((await roles(jane)).map((line) => line.slice(0, 12))).toEqual([prod])
  expect(await database.query('select 1 from assignments where principal_id = $1', [group.inner])).toEqual([])
})
