import fc from 'fast-check'
import { Applications, Assignments, Explorer, Grants, Holders, PermissionSets, Reach, type ExplorerScope, type Way } from '../../../src/domain/access/index.js'
import { Accounts } from '../../../src/domain/accounts/index.js'
import { Groups, Users } from '../../../src/domain/directory/index.js'
import type { Database } from '../../../src/platform/storage/database.js'
import { openEmpty } from '../../support/database.js'

const size = 6
const accounts = ['111111111111', '222222222222']
const pair = fc.tuple(fc.nat(size - 1), fc.nat(size - 1))
/** Who is in which group, groups within groups (circles too), and who is assigned what. */
const worlds = fc.record({
  members: fc.uniqueArray(pair, { maxLength: 10, selector: String }), nested: fc.uniqueArray(pair, { maxLength: 10, selector: String }),
  assigned: fc.uniqueArray(fc.record({ account: fc.nat(1), set: fc.nat(1), principal: fc.nat(2 * size - 1) }), { maxLength: 8, selector: ({ account, set, principal }) => `${account} ${set} ${principal}` }),
  applications: fc.uniqueArray(fc.record({ application: fc.nat(1), principal: fc.nat(2 * size - 1) }), { maxLength: 4, selector: ({ application, principal }) => `${application} ${principal}` }),
})

type World = typeof worlds extends fc.Arbitrary<infer T> ? T : never

let database: Database
let users: string[]
let groups: string[]
let sets: string[]
let applications: string[]
beforeAll(async () => {
  database = await openEmpty()
  users = await new Users(database).create(Array.from({ length: size }, (_, n) => ({ userName: `u${n}`, displayName: `User ${n}`, givenName: undefined, familyName: undefined, emails: [], active: true })))
  groups = await new Groups(database).create(Array.from({ length: size }, (_, n) => ({ displayName: `g${n}`, description: undefined })))
  await new Accounts(database).create(accounts.map((id, n) => ({ id, name: `Account ${n}`, alias: undefined, email: `${n}@example.com`, management: false })) as never)
  sets = await new PermissionSets(database).create([0, 1].map((n) => ({ name: `Set${n}`, description: undefined, sessionDuration: 3600, relayState: undefined, managedPolicies: [], inlinePolicy: undefined, permissionsBoundary: undefined })))
  applications = await new Applications(database).create([0, 1].map((n) => ({ name: `App ${n}`, description: undefined, startUrl: undefined, icon: undefined, clientId: undefined, clientMetadata: undefined, clientSecretHash: undefined })))
}, 60_000)
afterAll(() => database.close())

const principal = (n: number) => (n < size ? { type: 'USER' as const, id: users[n]! } : { type: 'GROUP' as const, id: groups[n - size]! })

async function build({ members, nested, assigned, applications: apps }: World): Promise<void> {
  await database.query('delete from group_members')
  await database.query('delete from assignments')
  await database.query('delete from application_assignments')
  await new Groups(database).add([...members.map(([group, user]) => ({ groupId: groups[group]!, member: { userId: users[user]! } })), ...nested.map(([group, member]) => ({ groupId: groups[group]!, member: { groupId: groups[member]! } }))])
  await new Assignments(database).create(assigned.map((one) => ({ accountId: accounts[one.account]!, permissionSetId: sets[one.set]!, principal: principal(one.principal) })))
  await new Assignments(database).assignApplications(apps.map((one) => ({ applicationId: applications[one.application]!, principal: principal(one.principal) })))
}

/** The groups that a user is in, by breadth: how many steps each is away from the first. */
function stepsOf(user: number, { members, nested }: World): Map<number, number> {
  const steps = new Map(members.filter(([, one]) => one === user).map(([group]) => [group, 0]))
  for (let again = true; again;) {
    again = false
    for (const [group, member] of nested) {
      const step = (steps.get(member) ?? Infinity) + 1
      if (step < (steps.get(group) ?? Infinity)) {
        steps.set(group, step)
        again = true
      }
    }
  }
  return steps
}

/** Every assignment that reaches a user, with the length of its chain of groups. */
const expected = (world: World): string[] => users.flatMap((_, user) => {
  const steps = stepsOf(user, world)
  return world.assigned.flatMap(({ account, set, principal: n }) => (n === user ? [`u${user} ${account} ${set} direct 0`] : n >= size && steps.has(n - size) ? [`u${user} ${account} ${set} g${n - size} ${steps.get(n - size)! + 1}`] : []))
}).toSorted()

const told = ({ user, account, permissionSet, via, groups: chain }: Way): string =>
  `${user.userName} ${accounts.indexOf(account!.id)} ${sets.indexOf(permissionSet!.id)} ${via === 'direct' ? 'direct' : chain.at(-1)!.name} ${chain.length}`

/** People are found by gathering them, and with `gathered` 0 by walking through all. */
async function everybody(scope: ExplorerScope, limit: number, gathered: number): Promise<Way[]> {
  const all: Way[] = []
  for (let after: string | undefined, first = true; first || after; first = false) {
    const page = await new Explorer(database, Date.now, gathered).listPeople(scope, { after, limit })
    all.push(...page.ways)
    after = page.next
  }
  return all
}

test('says of everybody what a simple count of steps says, whatever the groups, page by page, and what reach says', async () => {
  await fc.assert(fc.asyncProperty(worlds, fc.integer({ min: 1, max: 5 }), fc.constantFrom(0, 3, 20_000), async (world, limit, gathered) => {
    await build(world)
    const wanted = expected(world)
    const all = await everybody({}, limit, gathered)
    expect(all.map(told).toSorted()).toEqual(wanted)
    // Each chain is one: every group is in the next.
    for (const { groups: chain, user } of all) {
      const names = chain.map(({ name }) => Number(name.slice(1)))
      if (names.length > 0) expect(world.members.some(([group, one]) => group === names[0] && `u${one}` === user.userName)).toBe(true)
      for (const [n, name] of names.slice(1).entries()) expect(world.nested.some(([group, member]) => group === name && member === names[n])).toBe(true)
    }
    const inOne = { accountId: accounts[0]!, permissionSetId: sets[1]! }
    expect((await everybody(inOne, limit, gathered)).map(told).toSorted()).toEqual(wanted.filter((line) => line.includes(' 0 1 ')))
    const people = new Set(wanted.filter((line) => line.includes(' 0 1 ')).map((line) => line.split(' ')[0])).size
    expect(await new Explorer(database).countPeople(inOne)).toEqual({ people, isMore: false })
    expect(await new Explorer(database).countPeople(inOne, 2)).toEqual({ people: Math.min(people, 2), isMore: people > 2 })
    const holding = await new Holders(database, Date.now, limit).of(sets[1]!, { names: 3 })
    const holders = [...new Set(wanted.filter((line) => / [01] 1 /.test(line)).map((line) => line.split(' ')[0]!))].toSorted()
    expect(holding).toMatchObject({ people: Math.min(holders.length, limit), isMore: holders.length > limit, accounts: new Set(world.assigned.filter(({ set }) => set === 1).map(({ account }) => account)).size })
    expect(holding.names.map(({ userName }) => userName)).toEqual(holders.slice(0, 3))
    const explorer = new Explorer(database)
    const mine: Way[] = []
    for (let after: string | undefined, first = true; first || after; first = false) {
      const page = await explorer.listOf(users[0]!, 'accounts', { after, limit })
      mine.push(...page.ways)
      after = page.next
    }
    expect(mine.map(told).toSorted()).toEqual(wanted.filter((line) => line.startsWith('u0 ')))
    const reached = await new Reach(database).accounts(users[0]!)
    expect(new Set(mine.map(({ account }) => account!.id))).toEqual(new Set(reached.accounts.map(({ id }) => id)))
    const users0 = [...new Set((await explorer.listPeople({ applicationId: applications[0]! })).ways.map(({ user }) => user.userName))]
    const use = users.flatMap((_, user) => (world.applications.some(({ application, principal: n }) => application === 0 && (n === user || stepsOf(user, world).has(n - size))) ? [`u${user}`] : []))
    expect(users0).toEqual(use)
    expect((await explorer.listOf(users[0]!, 'applications')).ways.some(({ application }) => application!.id === applications[0]!)).toBe(use.includes('u0'))
  }), { numRuns: 40 })
}, 240_000)

test('shows what was granted on request with its end, and nobody who is disabled', async () => {
  await build({ members: [], nested: [], assigned: [{ account: 0, set: 0, principal: 1 }], applications: [] })
  const endsAt = new Date(Date.now() + 3_600_000)
  await new Grants(database).start({ requestId: 'req-1', userId: users[2]!, accountId: accounts[0]!, permissionSetId: sets[0]!, startsAt: new Date(Date.now() - 1000), endsAt })
  await database.query('update users set active = false where id = $1', [users[1]])
  expect((await new Explorer(database).listPeople({ accountId: accounts[0]! })).ways).toMatchObject([{ user: { userName: 'u2' }, via: 'request', requestId: 'req-1', until: endsAt, groups: [] }])
  await expect(new Explorer(database).listPeople({ accountId: accounts[0]! }, { after: 'x' })).rejects.toMatchObject({ code: 'invalid-input' })
  await database.query('update users set active = true')
  await database.query('delete from access_grants')
})
