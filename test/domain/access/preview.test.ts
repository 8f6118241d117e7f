import fc from 'fast-check'
import { Applications, Assignments, Explorer, PermissionSets, policyDifference, Previews, type Preview, type ProposedChange } from '../../../src/domain/access/index.js'
import { Accounts } from '../../../src/domain/accounts/index.js'
import { DeletedUsers, Groups, Users, type Membership } from '../../../src/domain/directory/index.js'
import type { Database, Executor } from '../../../src/platform/storage/database.js'
import { openEmpty } from '../../support/database.js'

const size = 4
const accounts = ['111111111111', '222222222222']
const pair = fc.tuple(fc.nat(size - 1), fc.nat(size - 1))
const assigned = fc.record({ account: fc.nat(1), set: fc.nat(1), principal: fc.nat(2 * size - 1) })
const few = <T>(one: fc.Arbitrary<T>, maxLength = 3): fc.Arbitrary<T[]> => fc.uniqueArray(one, { maxLength, selector: (value) => JSON.stringify(value) })
const used = fc.record({ application: fc.nat(1), principal: fc.nat(2 * size - 1) })
const worlds = fc.record({ members: few(pair, 8), nested: few(pair, 6), assigned: few(assigned, 6), used: few(used, 4), open: few(fc.nat(1), 1), disabled: few(fc.nat(size - 1), 2) })
const changes = fc.record({ assign: few(assigned), unassign: few(assigned), add: few(pair), drop: few(pair), nest: few(pair), unnest: few(pair), groups: few(fc.nat(size - 1), 1), sets: few(fc.nat(1), 1), users: few(fc.nat(size - 1), 1), use: few(used), unuse: few(used), applications: few(fc.nat(1), 1), closed: few(fc.nat(1), 1), enabled: few(fc.nat(size - 1), 2), opened: few(fc.nat(1), 1), kept: few(fc.nat(1), 1), isNew: fc.boolean() })

let database: Database
let users: string[]
let groups: string[]
let sets: string[]
let applications: string[]
beforeAll(async () => {
  database = await openEmpty()
  await new Accounts(database).create(accounts.map((id, n) => ({ id, name: `Account ${n}`, alias: undefined, email: `${n}@example.com`, management: false })) as never)
}, 60_000)
afterAll(() => database.close())

async function build(world: { members: [number, number][]; nested: [number, number][]; assigned: { account: number; set: number; principal: number }[]; used?: { application: number; principal: number }[]; open?: number[]; disabled?: number[] }): Promise<void> {
  await database.query('truncate users, groups, group_members, permission_sets, assignments, applications, application_assignments cascade')
  users = await new Users(database).create(Array.from({ length: size }, (_, n) => ({ userName: `u${n}`, displayName: `User ${n}`, givenName: undefined, familyName: undefined, emails: [], active: true })))
  groups = await new Groups(database).create(Array.from({ length: size }, (_, n) => ({ displayName: `g${n}`, description: undefined })))
  sets = await new PermissionSets(database).create([0, 1].map((n) => ({ name: `Set${n}`, description: undefined, sessionDuration: 3600, relayState: undefined, managedPolicies: [], inlinePolicy: undefined, permissionsBoundary: undefined })))
  await new Groups(database).add([...world.members.map(inUser), ...world.nested.map(inGroup)])
  applications = await new Applications(database).create([0, 1].map((n) => ({ name: `App ${n}`, description: undefined, startUrl: undefined, icon: undefined, clientId: undefined, clientMetadata: undefined, clientSecretHash: undefined })))
  await new Assignments(database).create(world.assigned.map(row))
  await new Assignments(database).assignApplications((world.used ?? []).map(use))
  await database.query('update applications set assignment_required = false where id = any($1)', [(world.open ?? []).map((n) => applications[n])])
  await database.query('update users set active = false where id = any($1::uuid[])', [(world.disabled ?? []).map((n) => users[n])])
}
const principal = (n: number) => (n < size ? { type: 'USER' as const, id: users[n]! } : { type: 'GROUP' as const, id: groups[n - size]! })
const inUser = ([group, user]: [number, number]): Membership => ({ groupId: groups[group]!, member: { userId: users[user]! } })
const inGroup = ([group, member]: [number, number]): Membership => ({ groupId: groups[group]!, member: { groupId: groups[member]! } })
const row = ({ account, set, principal: n }: { account: number; set: number; principal: number }) =>
  ({ accountId: accounts[account]!, permissionSetId: sets[set]!, principal: principal(n) })
const use = ({ application, principal: n }: { application: number; principal: number }) => ({ applicationId: applications[application]!, principal: principal(n) })

async function reached(sql: Executor): Promise<Set<string>> {
  const explorer = new Explorer(sql)
  const everybodys = await sql.query<{ user_name: string; name: string }>('select u.user_name, a.name from users u, applications a where u.active and not a.assignment_required')
  const [ways, ...ofApplications] = [await explorer.listPeople({}, { limit: 1000 }), await explorer.listPeople({ applicationId: applications[0]! }), await explorer.listPeople({ applicationId: applications[1]! })]
  return new Set([...ways.ways.map(({ user, account, permissionSet }) => `${user.userName} ${account!.name} ${permissionSet!.name}`),
    ...ofApplications.flatMap((page) => page.ways.map(({ user, application }) => `${user.userName} ${application!.name}`)), ...everybodys.map(({ user_name: userName, name }) => `${userName} ${name}`)])
}

const told = ({ effects }: Preview, side: 'gains' | 'losses'): string[] =>
  effects.flatMap(({ places, [side]: { names } }) => places.flatMap(({ account, permissionSet, application }) => names.map(({ userName }) => (application ? `${userName} ${application.name}` : `${userName} ${account.name} ${permissionSet.name}`)))).toSorted()

const newcomer = '99999999-9999-4999-8999-999999999999'

class Undo extends Error {}

/** Does for once what is only proposed, looks, and takes it back. */
async function really(change: ProposedChange): Promise<Set<string>> {
  let after = new Set<string>()
  await database.transaction(async (tx) => {
    await tx.query(`insert into users (id, user_name, display_name, emails, active) select id, "userName", "displayName", '[]', true from jsonb_to_recordset($1::jsonb) as r(id uuid, "userName" text, "displayName" text)`, [JSON.stringify(change.create?.users ?? [])])
    await new Accounts(tx).create((change.create?.accounts ?? []).map(({ id, name }) => ({ id, name, alias: undefined, email: `${id}@example.com`, management: false })) as never)
    await tx.query('update users set active = true where id = any($1::uuid[])', [change.enableUsers])
    await tx.query('update applications set assignment_required = not (id = any($1)) where id = any($1) or id = any($2)', [change.openApplications, change.closeApplications])
    await new Groups(tx).add([...change.addMembers ?? []])
    await new Groups(tx).drop([...change.dropMembers ?? []])
    await new Assignments(tx).remove([...change.unassign ?? []])
    await new Assignments(tx).create([...change.assign ?? []].filter(({ principal, permissionSetId }) => !change.removeGroups?.includes(principal.id) && !change.removePermissionSets?.includes(permissionSetId)))
    await new Assignments(tx).unassignApplications([...change.unassignApplications ?? []])
    await new Assignments(tx).assignApplications([...change.assignApplications ?? []].filter(({ principal: { id }, applicationId }) => !change.removeGroups?.includes(id) && !change.removeApplications?.includes(applicationId)))
    await new Groups(tx).remove([...change.removeGroups ?? []])
    await new PermissionSets(tx).remove([...change.removePermissionSets ?? []])
    await tx.query('delete from assignments where account_id = any($1)', [change.removeAccounts])
    await tx.query('delete from applications where id = any($1)', [change.removeApplications])
    await tx.query('update users set active = false where id = any($1::uuid[])', [change.disableUsers])
    after = await reached(tx)
    throw new Undo()
  }).catch((error: unknown) => { if (!(error instanceof Undo)) throw error })
  return after
}

test('foresees of any change what the change does', async () => {
  await fc.assert(fc.asyncProperty(worlds, changes, fc.constantFrom(0, 2000), async (world, wish, few) => {
    await build(world)
    const change: ProposedChange = {
      assign: wish.assign.map(row), unassign: wish.unassign.map(row), addMembers: [...wish.add.map(inUser), ...wish.nest.map(inGroup)], dropMembers: [...wish.drop.map(inUser), ...wish.unnest.map(inGroup)],
      removeGroups: wish.groups.map((n) => groups[n]!), removePermissionSets: wish.sets.map((n) => sets[n]!), disableUsers: wish.users.map((n) => users[n]!),
      assignApplications: wish.use.map(use), unassignApplications: wish.unuse.map(use), removeApplications: wish.applications.map((n) => applications[n]!),
      removeAccounts: wish.closed.map((n) => accounts[n]!), enableUsers: wish.enabled.map((n) => users[n]!), closeApplications: wish.kept.map((n) => applications[n]!), openApplications: wish.opened.filter((n) => !wish.kept.includes(n)).map((n) => applications[n]!),
      ...(wish.isNew && { create: { users: [{ id: newcomer, userName: 'u9', displayName: 'User 9' }], accounts: [{ id: '333333333333', name: 'Account 2' }] } }),
    }
    if (wish.isNew) {
      change.assign = [...change.assign!, { accountId: '333333333333', permissionSetId: sets[0]!, principal: { type: 'GROUP', id: groups[1]! } }, { accountId: accounts[0]!, permissionSetId: sets[1]!, principal: { type: 'USER', id: newcomer } }]
      change.addMembers = [...change.addMembers!, { groupId: groups[0]!, member: { userId: newcomer } }]
    }
    const [before, after] = [await reached(database), await really(change)]
    const preview = await new Previews(database, Date.now, few).of(change)
    expect(told(preview, 'gains')).toEqual([...after].filter((one) => !before.has(one)).toSorted())
    expect(told(preview, 'losses')).toEqual([...before].filter((one) => !after.has(one)).toSorted())
    expect(preview.losing).toBe(new Set([...before].filter((one) => !after.has(one)).map((one) => one.split(' ')[0])).size)
    expect(await reached(database)).toEqual(before)
  }), { numRuns: 60 })
}, 240_000)

test('tells accounts with the same people together, with the first names and all numbers', async () => {
  await build({ members: [[0, 0], [0, 1], [0, 2]], nested: [], assigned: [] })
  const wish = accounts.map((accountId) => ({ accountId, permissionSetId: sets[0]!, principal: { type: 'GROUP' as const, id: groups[0]! } }))
  const preview = await new Previews(database).of({ assign: wish }, { names: 2 })
  expect(preview).toMatchObject({ gaining: 3, losing: 0, isComplete: true, effects: [{ gains: { people: 3, names: [{ userName: 'u0' }, { userName: 'u1' }] }, losses: { people: 0, names: [] } }] })
  expect(preview.effects[0]!.places.map(({ account }) => account?.name)).toEqual(['Account 0', 'Account 1'])
})

test('whoever is deleted comes back with what they had, and whoever was disabled then with nothing', async () => {
  await build({ members: [[0, 0], [1, 1]], nested: [], assigned: [{ account: 0, set: 0, principal: size }, { account: 1, set: 1, principal: 0 }, { account: 1, set: 1, principal: 1 }], used: [{ application: 0, principal: 0 }, { application: 1, principal: 3 }], open: [1], disabled: [1] })
  const before = await reached(database)
  await new DeletedUsers(database).add([users[0]!, users[1]!])
  const preview = await new Previews(database).of({ restoreUsers: [users[0]!, users[1]!] })
  await new DeletedUsers(database).restore([users[0]!, users[1]!])
  expect(told(preview, 'gains')).toEqual([...before].filter((one) => one.startsWith('u0 ')).toSorted())
  expect(told(preview, 'gains')).toEqual(['u0 Account 0 Set0', 'u0 Account 1 Set1', 'u0 App 0', 'u0 App 1'])
  expect(told(preview, 'losses')).toEqual([])
})

test('a new permission set and a new application are told by their names, with whoever is in a group that is new', async () => {
  await build({ members: [], nested: [], assigned: [] })
  const principal = { type: 'GROUP' as const, id: newcomer }
  const preview = await new Previews(database).of({
    create: { permissionSets: [{ id: 'new Audit', name: 'Audit' }], applications: [{ id: 'new Desk', name: 'Desk' }, { id: 'new Lunch', name: 'Lunch' }] }, addMembers: [{ groupId: newcomer, member: { userId: users[2]! } }], openApplications: ['new Lunch'],
    assign: [{ accountId: accounts[1]!, permissionSetId: 'new Audit', principal }, { accountId: accounts[1]!, permissionSetId: 'nowhere', principal }], assignApplications: [{ applicationId: 'new Desk', principal }],
  })
  expect(told(preview, 'gains')).toEqual(['u0 Lunch', 'u1 Lunch', 'u2 Account 1 Audit', 'u2 Desk', 'u2 Lunch', 'u3 Lunch'])
  expect(preview.gaining).toBe(4)
})

test('of an application that is everybody’s nobody gains or loses anything', async () => {
  await build({ members: [], nested: [], assigned: [] })
  const wish = { assignApplications: [use({ application: 0, principal: 0 }), use({ application: 1, principal: 0 })] }
  await database.query('update applications set assignment_required = false where id = $1', [applications[0]])
  const preview = await new Previews(database).of(wish)
  expect(preview.effects.map(({ places }) => places)).toEqual([[{ application: { id: applications[1], name: 'App 1' } }]])
})

test('names the actions by which two versions of a permission set differ', () => {
  const inline = (Action: string[], Effect = 'Allow') => ({ Version: '2012-10-17', Statement: [{ Effect, Action, Resource: '*' }] })
  const difference = policyDifference(
    { managedPolicies: ['arn:aws:iam::aws:policy/ReadOnlyAccess', 'arn:aws:iam::111111111111:policy/Own'], inlinePolicy: inline(['s3:GetObject', 's3:PutObject']) },
    { managedPolicies: ['arn:aws:iam::aws:policy/ReadOnlyAccess'], inlinePolicy: inline(['s3:GetObject', 'ec2:*']), permissionsBoundary: 'arn:aws:iam::aws:policy/PowerUserAccess' })
  expect(difference).toMatchObject({
    wider: [{ effect: 'Allow', action: 'ec2:*', resources: ['*'], conditions: [] }], narrower: [{ effect: 'Allow', action: 's3:PutObject', resources: ['*'], conditions: [] }],
    boundaryChanges: true, unread: ['arn:aws:iam::111111111111:policy/Own'],
  })
  expect(policyDifference({ managedPolicies: [] }, { managedPolicies: [], inlinePolicy: inline(['s3:*'], 'Deny') })).toMatchObject({ wider: [], narrower: [{ effect: 'Deny', action: 's3:*' }] })
})
