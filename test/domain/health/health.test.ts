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

test('of identity sources the last certificate that counts decides, and metadata may be out of reach for two days', async () => {
  const make = async (name: string, ends: readonly [days: number, state: string][], more = '{}', enabled = true): Promise<string> => {
    const [row] = await database.query<{ id: string }>(
      `insert into identity_sources (id, kind, name, enabled, button, second_step, connection, mapping, provisioning, created_at) values (gen_random_uuid(), 'saml', $1, $2, true, 'ours', $3, '{}', '{}', $4) returning id::text as id`, [name, enabled, more, before(30)])
    for (const [days, state] of ends) {
      await database.query(`insert into identity_source_certificates (source_id, fingerprint, der, subject, not_before, not_after, state, added_at, added_by) values ($1, md5($2) || md5($2), '', 'x', now(), $3, $4, now(), 'x')`, [row!.id, `${days}`, before(-days), state])
    }
    return row!.id
  }
  const url = '{"metadataUrl":"https://idp.example.com/m"}'
  const fetched = (id: string, failures: number, daysAgo: number) => database.query(
    `insert into identity_source_fetches (source_id, url, due_at, fetched_at, failures) values ($1, 'https://idp.example.com/m', now(), $2, $3)`, [id, before(daysAgo), failures])
  const over = await make('Over', [[-1, 'current'], [300, 'retired']])
  const ending = await make('Ending', [[10, 'retiring'], [40, 'current']], url)
  const well = await make('Well', [[-1, 'retiring'], [61, 'next']], url)
  await make('Off', [[-1, 'current']], '{}', false)
  await fetched(ending, 7, 3)
  await fetched(well, 3, 1)
  const found = await findingsOf()
  expect(['source-certificate-over', 'source-certificate-ending', 'source-metadata-stale'].map((code) => found.get(code as FindingCode))).toEqual([
    { code: 'source-certificate-over', count: 1, id: over }, { code: 'source-certificate-ending', count: 1, id: ending, days: 40 }, { code: 'source-metadata-stale', count: 1, id: ending },
  ])
  await database.query('delete from identity_sources')
  expect([...(await findingsOf()).keys()].filter((code) => code.startsWith('source-'))).toEqual([])
})

test('of directories the last synchronisation that ended decides, and it is told what was said of the first few', async () => {
  const make = async (name: string, outcome: string, enabled = true): Promise<string> => {
    const [row] = await database.query<{ id: string }>(
      `insert into identity_sources (id, kind, name, enabled, button, second_step, connection, mapping, provisioning) values (gen_random_uuid(), 'ldap', $1, $2, true, 'ours', '{}', '{}', '{}') returning id::text as id`, [name, enabled])
    await database.query(`insert into identity_source_syncs (source_id, finished_at, outcome, says) values ($1, now(), $2, $3)`, [row!.id, outcome, outcome === 'done' ? null : `${name} said no.`])
    return row!.id
  }
  const stopped = await make('Stopped', 'stopped')
  const failed = [await make('B', 'failed'), await make('a', 'failed'), await make('C', 'failed'), await make('D', 'failed')]
  await make('Well', 'done')
  await make('Off', 'failed', false)
  const found = await findingsOf()
  expect(found.get('source-sync-stopped')).toEqual({ code: 'source-sync-stopped', count: 1, id: stopped, told: [{ id: stopped, name: 'Stopped', says: 'Stopped said no.' }] })
  expect(found.get('source-sync-failed')).toEqual({ code: 'source-sync-failed', count: 4, told: [[1, 'a'], [0, 'B'], [2, 'C']].map(([at, name]) => ({ id: failed[at as number], name, says: `${name} said no.` })) })
  await database.query(`update identity_source_syncs set outcome = 'done', says = null`)
  expect([...(await findingsOf()).keys()].filter((code) => code.startsWith('source-'))).toEqual([])
  await database.query('delete from identity_sources')
})
