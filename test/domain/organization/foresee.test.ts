import { Explorer } from '../../../src/domain/access/index.js'
import { applyOrganization, foreseePlan, planChanges, readOrganization } from '../../../src/domain/organization/index.js'
import type { Database } from '../../../src/platform/storage/database.js'
import { openEmpty } from '../../support/database.js'
import { applying, emptied } from './database.js'
import { declared, head } from './support.js'

let database: Database
beforeAll(async () => { database = await openEmpty() }, 120_000)
afterAll(() => database.close())
beforeEach(() => emptied(database))

const before = `${head}users:
  - { userName: ann }
  - { userName: bob }
  - { userName: cleo, active: false }
  - { userName: dan }
groups:
  - { displayName: Crew, members: [ann, bob, cleo] }
  - { displayName: Leads, members: [dan, { group: Crew }] }
  - { displayName: Old, members: [dan] }
permissionSets:
  - { name: Reader }
  - { name: Writer }
assignments:
  - { account: "444455556666", permissionSet: Reader, group: Leads }
  - { account: "111122223333", permissionSet: Writer, user: bob }
  - { account: "111122223333", permissionSet: Reader, group: Old }
applications:
  - { name: Wiki, startUrl: "https://wiki.example.com", assignedTo: [{ group: Crew }] }
  - { name: Desk, startUrl: "https://desk.example.com", assignmentRequired: false }
`
const after = `${head}  - { id: "777788889999", name: Depot, email: depot@example.com }
users:
  - { userName: ann, active: false }
  - { userName: bob }
  - { userName: cleo, active: true }
  - { userName: dan }
  - { userName: eve }
  - { userName: fay, active: false }
groups:
  - { displayName: Crew, members: [cleo, eve, fay] }
  - { displayName: Leads, members: [dan, { group: Crew }] }
  - { displayName: Fresh, members: [bob, { group: Leads }] }
permissionSets:
  - { name: Reader }
  - { name: Auditor }
assignments:
  - { account: "444455556666", permissionSet: Reader, group: Leads }
  - { account: "777788889999", permissionSet: Auditor, group: Fresh }
applications:
  - { name: Wiki, startUrl: "https://wiki.example.com", assignmentRequired: false, assignedTo: [{ group: Crew }] }
  - { name: Desk, startUrl: "https://desk.example.com", assignmentRequired: true, assignedTo: [{ user: dan }] }
  - { name: Lunch, startUrl: "https://lunch.example.com", assignedTo: [{ group: Fresh }] }
`

/** Who reaches what, as the explorer tells it; what is everybody's it does not know. */
async function reached(): Promise<Set<string>> {
  const explorer = new Explorer(database)
  const applications = await database.query<{ id: string; name: string; assignment_required: boolean }>('select id, name, assignment_required from applications')
  const people = await database.query<{ user_name: string }>('select user_name from users where active')
  const pages = await Promise.all([explorer.listPeople({}), ...applications.filter((one) => one.assignment_required).map(({ id }) => explorer.listPeople({ applicationId: id }))])
  return new Set([
    ...pages.flatMap(({ ways }) => ways.map(({ user, account, permissionSet, application }) => `${user.userName} ${application ? application.name : `${account!.name} ${permissionSet!.name}`}`)),
    ...applications.filter((one) => !one.assignment_required).flatMap(({ name }) => people.map(({ user_name: userName }) => `${userName} ${name}`)),
  ])
}

async function planned(text: string, prune = false) {
  const stored = await readOrganization(database, applying.hashes)
  const changes = await planChanges(declared(text), stored.snapshot, { prune })
  return foreseePlan(database, changes, stored.known, { clock: applying.clock, names: 100 })
}

async function toldOf(text: string, prune = false): Promise<{ gains: string[]; losses: string[] }> {
  const { preview } = await planned(text, prune)
  const of = (side: 'gains' | 'losses'): string[] => preview!.effects.flatMap(({ places, [side]: { names } }) => places.flatMap(({ account, permissionSet, application }) => names.map(({ userName }) => `${userName} ${application ? application.name : `${account.name} ${permissionSet.name}`}`))).toSorted()
  return { gains: of('gains'), losses: of('losses') }
}

test('a plan does what was foreseen of it, from nothing, from one file to another, and what is pruned', async () => {
  for (const [text, prune] of [[before, false], [after, false], [before, true], [after, true]] as const) {
    const told = await toldOf(text, prune)
    const was = await reached()
    await applyOrganization(database, declared(text), { ...applying, prune })
    const is = await reached()
    expect(told).toEqual({ gains: [...is].filter((one) => !was.has(one)).toSorted(), losses: [...was].filter((one) => !is.has(one)).toSorted() })
    expect([told.gains.length > 0, told.losses.length > 0]).toEqual([true, text !== before || prune])
  }
})

test('a plan that is about something else is not looked at', async () => {
  await applyOrganization(database, declared(before), applying)
  expect(await planned(before.replace('{ name: Reader }', '{ name: Reader, sessionDuration: 2h }'))).toEqual({ preview: undefined, isLate: false, policies: [], untold: [] })
})

test('policies that change are told with how many have them, and what cannot be told is named', async () => {
  await applyOrganization(database, declared(before), applying)
  const { policies, untold, preview } = await planned(before.replace('{ name: Reader }', '{ name: Reader, managedPolicies: ["arn:aws:iam::aws:policy/ReadOnlyAccess"], requestable: { approvers: [Leads], longest: 1h } }'))
  expect(preview).toBeUndefined()
  expect(policies).toMatchObject([{ permissionSet: 'Reader', people: 3, accounts: 2 }])
  expect(policies[0]!.difference.wider.length).toBeGreaterThan(3)
  expect(untold).toEqual(['who may ask for 1 permission set on request'])
})

test('an application that is turned off takes from all who may use it, and one that is turned on again is named', async () => {
  await applyOrganization(database, declared(before), applying)
  const off = before.replace('{ name: Wiki,', '{ name: Wiki, enabled: false,')
  expect(await toldOf(off)).toEqual({ gains: [], losses: ['ann Wiki', 'bob Wiki'] })
  await applyOrganization(database, declared(off), applying)
  expect((await planned(before.replace('{ name: Wiki,', '{ name: Wiki, enabled: true,'))).untold).toEqual(['who gets into Wiki again'])
})
