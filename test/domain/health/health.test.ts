// Findings: what is counted is what the lists that they lead to have, and nobody is called stale of whom the trail cannot know.
import { Assignments, PermissionSets } from '../../../src/domain/access/index.js'
import { Accounts } from '../../../src/domain/accounts/index.js'
import { Groups, Users } from '../../../src/domain/directory/index.js'
import { accountFindings, Health, peopleFindings, type Finding, type FindingCode } from '../../../src/domain/health/index.js'
import type { Database } from '../../../src/platform/storage/database.js'
import { openEmpty } from '../../support/database.js'

const day = 86_400_000
const now = Date.parse('2026-06-01T12:00:00Z')
const accounts = ['111111111111', '222222222222', '333333333333']
const names = ['ada', 'ben', 'cleo', 'dan', 'eve', 'finn']
const before = (days: number): Date => new Date(now - days * day)

let database: Database
let users: string[]
beforeAll(async () => {
  database = await openEmpty()
  users = await new Users(database).create(names.map((userName) => ({ userName, displayName: userName, givenName: undefined, familyName: undefined, emails: [], active: userName !== 'dan' })))
  await database.query('update users set created_at = $1', [before(200)])
  const [outer, inner] = await new Groups(database).create([{ displayName: 'Outer', description: undefined }, { displayName: 'Inner', description: undefined }])
  await new Groups(database).add([{ groupId: outer!, member: { groupId: inner! } }, ...[1, 2, 3].map((n) => ({ groupId: inner!, member: { userId: users[n]! } }))])
  await new Accounts(database).create(accounts.map((id, n) => ({ id, name: `Account ${n}`, alias: undefined, email: `${n}@example.com`, management: n === 0 })))
  const sets = await new PermissionSets(database).create(['Used', 'Idle'].map((name) => ({ name, description: undefined, sessionDuration: 3600, relayState: undefined, managedPolicies: [], inlinePolicy: undefined, permissionsBoundary: undefined })))
  await new Assignments(database).create([{ type: 'USER' as const, id: users[0]! }, { type: 'GROUP' as const, id: outer! }].map((principal) => ({ accountId: accounts[1]!, permissionSetId: sets[0]!, principal })))
  await database.query(`insert into authenticator_apps (id, principal, name, secret, last_step, created_at) values ('app-1', $1, 'x', '', 0, now())`, [`user:${users[0]}`])
  await database.query(`insert into passwords (principal, hash, one_time, changed_at) values ($1, 'x', true, $3), ($2, 'x', true, $4), ('root:222222222222', 'x', false, $4), ('iam:AIDA1', 'x', true, $3)`, [`user:${users[4]}`, `user:${users[5]}`, before(8), before(2)])
  await database.query(`insert into iam_entities (id, account_id, kind, name, path, created_at) values ('AIDA1', '333333333333', 'user', 'bob', '/', now())`)
  await database.query(`insert into iam_access_keys (id, account_id, user_id, owner, slot, secret, created_at, active) values ('AKIA1', '333333333333', 'AIDA1', 'AIDA1', 1, '', $1, true), ('AKIA2', '333333333333', 'AIDA1', 'AIDA1', 2, '', $2, true)`, [before(100), before(400)])
}, 60_000)
afterAll(() => database.close())

async function putEvents(...events: { position: number; daysAgo: number; user?: number; name?: string }[]): Promise<void> {
  await database.transaction(async (tx) => {
    await tx.query(`select set_config('gatehouse.audit', 'retention', true)`)
    await tx.query('delete from audit_events where true')
    for (const { position, daysAgo, user, name = 'UserAuthentication' } of events) {
      await tx.query(`insert into audit_events (position, event_id, event_time, event_name, event_source, user_id, outcome, event) values ($1, gen_random_uuid(), $2, $3, 'x', $4, 'Success', '{}')`,
        [position, before(daysAgo), name, user === undefined ? null : users[user]])
    }
  })
}

const health = (): Health => new Health(database, () => now)
const findingsOf = async (): Promise<Map<FindingCode, Finding>> => new Map((await health().read()).findings.map((finding) => [finding.code, finding]))
const listed = async (...args: Parameters<Health['people']>): Promise<string[]> =>
  (await new Users(database).page({ limit: 10, those: await health().people(...args) })).items.map(({ userName }) => userName)

test('a finding about people counts exactly those whom its list has', async () => {
  await putEvents({ position: 1, daysAgo: 150, user: 0 }, { position: 2, daysAgo: 100, user: 1 }, { position: 3, daysAgo: 80, user: 2 })
  const expected = { 'people-without-device': ['ben', 'cleo', 'eve', 'finn'], 'stale-access': ['ada', 'ben'], 'disabled-with-access': ['dan'], 'one-time-passwords': ['eve'] }
  const found = await findingsOf()
  for (const finding of peopleFindings) {
    expect([finding, await listed(finding)]).toEqual([finding, expected[finding]])
    expect([finding, found.get(finding)?.count]).toEqual([finding, expected[finding].length])
  }
  expect(found.get('disabled-with-access')).toEqual({ code: 'disabled-with-access', count: 1, id: users[3] })
  expect(found.get('people-without-device')?.of).toBe(5)
})

test('a list of people of a finding goes on from page to page, and is searched like any other', async () => {
  const those = await health().people('people-without-device')
  const first = await new Users(database).page({ limit: 3, those })
  expect(first.items.map(({ userName }) => userName)).toEqual(['ben', 'cleo', 'eve'])
  const second = await new Users(database).page({ limit: 3, those, after: first.next })
  expect(second).toMatchObject({ items: [{ userName: 'finn' }] })
  expect(second.next).toBeUndefined()
  expect((await new Users(database).page({ limit: 3, those, search: 'cle' })).items.map(({ userName }) => userName)).toEqual(['cleo'])
  expect((await new Users(database).page({ limit: 3, those, active: false })).items).toEqual([])
})

test('a finding about accounts counts what its list of accounts says of each', async () => {
  const expected = { 'root-without-device': { [accounts[1]!]: 1 }, 'provider-certificates': {}, 'old-access-keys': { [accounts[2]!]: 2 }, 'user-one-time-passwords': { [accounts[2]!]: 1 } }
  const found = await findingsOf()
  for (const finding of accountFindings) {
    const { items } = await new Accounts(database).page({ limit: 10, those: await health().accounts(finding) })
    const figures = await health().inAccounts(finding, items.map(({ id }) => id))
    expect([finding, Object.fromEntries([...figures].map(([id, { count }]) => [id, count]))]).toEqual([finding, expected[finding]])
    expect([finding, items.map(({ id }) => id)]).toEqual([finding, Object.keys(expected[finding])])
    expect([finding, found.get(finding)?.count]).toEqual([finding, Object.values(expected[finding])[0]])
  }
  expect((await health().inAccounts('old-access-keys', accounts)).get(accounts[2]!)?.moment).toEqual(before(400))
})

test('permission sets that nobody is assigned to are listed', async () => {
  const { items } = await new PermissionSets(database).page({ limit: 10, those: health().unusedPermissionSets() })
  expect(items.map(({ name }) => name)).toEqual(['Idle'])
  expect((await findingsOf()).get('unused-permission-sets')).toMatchObject({ count: 1, of: 2, id: items[0]!.id })
})

test('where events were removed, who is stale is said for as long as the trail reaches back', async () => {
  await putEvents({ position: 7, daysAgo: 60, name: 'CreateUser' }, { position: 8, daysAgo: 50, user: 0 }, { position: 9, daysAgo: 10, user: 2 })
  expect((await findingsOf()).get('stale-access')).toMatchObject({ count: 1, id: users[1], days: 60 })
  expect(await listed('stale-access')).toEqual(['ben'])
})

test('nobody is stale where the trail does not reach back a month', async () => {
  await putEvents({ position: 7, daysAgo: 20, name: 'CreateUser' })
  expect((await findingsOf()).get('stale-access')).toBeUndefined()
  expect(await listed('stale-access')).toEqual([])
})

test('what takes long to read is told as it was, and read for the next', async () => {
  let time = now
  let isSlow = false
  let release = (): void => undefined
  const held = new Promise<void>((resolve) => { release = resolve })
  const sql: Database = { ...database, query: async (...args) => {
    if (isSlow) await held
    return database.query(...args as Parameters<Database['query']>) as never
  } }
  const one = new Health(sql, () => time)
  const first = await one.read()
  isSlow = true
  time += 60_000
  expect(await one.read()).toBe(first)
  expect(await one.read()).toBe(first)
  release()
  isSlow = false
  let later = await one.read()
  while (later === first) later = await one.read()
  expect(later.findings).toEqual(first.findings)
})
