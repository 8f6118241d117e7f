import fc from 'fast-check'
import { AssignmentJobs, Assignments, assignmentsIn, countIn, PermissionSets, type AssignmentJob, type AssignmentProduct, type JobKind } from '../../../src/domain/access/index.js'
import { Accounts } from '../../../src/domain/accounts/index.js'
import { Groups, Users } from '../../../src/domain/directory/index.js'
import { Trail } from '../../../src/platform/audit/index.js'
import type { Database } from '../../../src/platform/storage/database.js'
import { openEmpty } from '../../support/database.js'

const accounts = ['111111111111', '222222222222', '333333333333']
const starter = { name: 'jane', directoryId: 'd-0123456789', attribution: { accountId: accounts[0]!, userIdentity: { type: 'Root' }, origin: { requestId: 'r', sourceIPAddress: '127.0.0.1', userAgent: 'test' } } }
const warnings: object[] = []
let database: Database
let users: string[]
let group: string
let sets: string[]
const ended: string[] = []
beforeAll(async () => {
  database = await openEmpty()
  await new Accounts(database).create(accounts.map((id, n) => ({ id, name: `Account ${n}`, alias: undefined, email: `${n}@example.com`, management: n === 0 })))
  users = await new Users(database).create([0, 1].map((n) => ({ userName: `u${n}`, displayName: `User ${n}`, givenName: undefined, familyName: undefined, emails: [], active: true })))
  group = (await new Groups(database).create([{ displayName: 'Team', description: undefined }]))[0]!
  sets = await new PermissionSets(database).create([[], ['/team/Base']].map((customerPolicies, n) => ({ name: `Set${n}`, description: undefined, sessionDuration: 3600, relayState: undefined, managedPolicies: [], customerPolicies, inlinePolicy: undefined, permissionsBoundary: undefined })))
}, 60_000)
afterAll(() => database.close())

const open = (more: Partial<ConstructorParameters<typeof AssignmentJobs>[0]> = {}): AssignmentJobs => new AssignmentJobs({
  database, clock: Date.now, log: { warn: (about: unknown) => void warnings.push(about as object) }, every: 10, atOnce: 2,
  trail: new Trail({ sql: database, clock: Date.now, region: 'us-east-1', ownerAccountId: () => accounts[0] }), endIssued: async (_tx, places) => void ended.push(...places.map(({ accountId, permissionSet }) => `${accountId} ${permissionSet}`)), ...more,
})

async function finished(jobs: AssignmentJobs, id: string): Promise<AssignmentJob> {
  for (;;) {
    const job = await jobs.find(id)
    if (job!.state !== 'running') return job!
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

async function done(kind: JobKind, products: AssignmentProduct[], jobs = open()): Promise<AssignmentJob> {
  const { id } = await jobs.begin(kind, products, starter)
  const job = await finished(jobs, id)
  await jobs.stop()
  return job
}

const product = (more: Partial<AssignmentProduct> = {}): AssignmentProduct => ({ accountIds: accounts, permissionSetIds: [sets[0]!], principals: [{ type: 'USER', id: users[0]! }, { type: 'GROUP', id: group }], ...more })
const eventsOf = async (id: string): Promise<{ event_name: string; event: { responseElements: Record<string, { status: string }> } }[]> =>
  database.query(`select event_name, event from audit_events where event #>> '{additionalEventData,assignmentJobId}' = $1 order by position`, [id])

test('products are spelled out in any slices as in one', () => {
  const some = (max: number) => fc.array(fc.nat(9), { maxLength: max })
  fc.assert(fc.property(fc.array(fc.record({ accounts: some(3), sets: some(3), who: some(3) }), { maxLength: 3 }), (given) => {
    const products = given.map(({ accounts: a, sets: s, who }) => ({ accountIds: a.map(String), permissionSetIds: s.map(String), principals: who.map((n) => ({ type: 'USER' as const, id: String(n) })) }))
    const all = given.flatMap(({ accounts: a, sets: s, who }) => s.flatMap((set) => a.flatMap((account) => who.map((n) => `${set} ${account} ${n}`))))
    expect(assignmentsIn(products).map(({ permissionSetId, accountId, principal }) => `${permissionSetId} ${accountId} ${principal.id}`)).toEqual(all)
    expect(countIn(products)).toBe(all.length)
  }))
})

test('all are made, each with its event, and what was there already is told', async () => {
  await new Assignments(database).create([{ accountId: accounts[1]!, permissionSetId: sets[0]!, principal: { type: 'GROUP', id: group } }])
  const job = await done('assign', [product()])
  expect(job).toMatchObject({ state: 'done', total: 6, position: 6, changed: 5, unchanged: 1, failed: 0, someUnchanged: [{ accountId: accounts[1], principal: { id: group } }], startedBy: 'jane', finishedAt: expect.any(Date) })
  expect(await new Assignments(database).list()).toHaveLength(6)
  expect((await eventsOf(job.id)).map(({ event_name: name }) => name)).toEqual(Array.from({ length: 5 }, () => 'CreateAccountAssignment'))
})

test('what cannot be made says why, and the rest is made', async () => {
  const job = await done('assign', [product({ permissionSetIds: [sets[1]!], accountIds: [accounts[0]!] }), product({ accountIds: ['999999999999', accounts[0]!], principals: [{ type: 'USER', id: users[1]! }, { type: 'GROUP', id: users[1]! }] })])
  expect(job).toMatchObject({ state: 'done', changed: 1, unchanged: 0, failed: 5 })
  expect(job.someFailed.map(({ reason }) => reason)).toEqual(expect.arrayContaining([expect.stringContaining('/team/Base does not exist'), 'The account is not there any more.', 'The group is not there any more.']))
  expect((await eventsOf(job.id)).filter(({ event }) => event.responseElements.accountAssignmentCreationStatus?.status === 'FAILED')).toHaveLength(5)
})

test('they are taken away in the same way, and what was issued is looked at once a place', async () => {
  ended.length = 0
  const job = await done('unassign', [product()])
  expect(job).toMatchObject({ state: 'done', changed: 6, unchanged: 0 })
  expect(ended.toSorted()).toEqual(accounts.map((id) => `${id} Set0`))
  expect(await done('unassign', [product()])).toMatchObject({ changed: 0, unchanged: 6 })
})

test('a job that was left goes on where it was, once, however many work at it', async () => {
  const idle = open({ database: { ...database, query: database.query.bind(database), transaction: () => Promise.resolve(false) as never } })
  const { id } = await idle.begin('assign', [product()], starter)
  await idle.stop()
  expect(await idle.find(id)).toMatchObject({ state: 'running', position: 0 })
  const nodes = [open(), open()]
  for (const node of nodes) node.start()
  expect(await finished(nodes[0]!, id)).toMatchObject({ state: 'done', changed: 6, position: 6 })
  await Promise.all(nodes.map((node) => node.stop()))
  expect(await eventsOf(id)).toHaveLength(6)
  expect((await nodes[0]!.page({ limit: 2 })).items[0]).toMatchObject({ id })
  const first = await nodes[0]!.page({ limit: 1 })
  expect((await nodes[0]!.page({ limit: 10, after: first.next })).items.map((job) => job.id)).not.toContain(id)
})

test('a job that cannot go on says so, and the next one is not kept by it', async () => {
  const jobs = open({ endIssued: () => Promise.reject(new Error('broken')) })
  expect(await done('unassign', [product()], jobs)).toMatchObject({ state: 'failed', changed: 0 })
  expect(warnings).toContainEqual(expect.objectContaining({ err: 'broken' }))
  expect(await done('unassign', [product()])).toMatchObject({ state: 'done', changed: 6 })
})

test('nothing, and too many, are no job', async () => {
  const jobs = open()
  await expect(jobs.begin('assign', [product({ principals: [] })], starter)).rejects.toMatchObject({ code: 'invalid-input' })
  await expect(jobs.begin('assign', [product({ accountIds: Array.from({ length: 10_001 }, () => accounts[0]!) })], starter)).rejects.toMatchObject({ code: 'invalid-input' })
})

test('a job that is stopped leaves what is done, and tells what is not', async () => {
  await done('unassign', [product()])
  let halt: Promise<AssignmentJob> | undefined
  const jobs: AssignmentJobs = open({
    // After the first batch.
    log: { warn: (about: unknown) => void warnings.push(about as object) },
    endIssued: async () => { halt ??= Promise.resolve().then(() => jobs.halt(id, 'sam')) },
  })
  await done('assign', [product()])
  const before = await new Assignments(database).list()
  const { id } = await jobs.begin('unassign', [product()], starter)
  const job = await finished(jobs, id)
  await halt
  await jobs.stop()
  expect(job).toMatchObject({ state: 'stopped', stoppedBy: 'sam', total: 6, finishedAt: expect.any(Date) })
  expect(job.position).toBeGreaterThan(0)
  expect(job.position).toBeLessThan(6)
  expect(await new Assignments(database).list()).toHaveLength(before.length - job.changed)
  const undone = await jobs.listUndone(job)
  expect(undone).toEqual(assignmentsIn([product()]).slice(job.position))
  await expect(jobs.halt(id, 'sam')).rejects.toMatchObject({ code: 'conflict' })
  const other = open()
  expect(await done('assign', [product()], other)).toMatchObject({ state: 'done' })
  expect(await other.find(id)).toMatchObject({ state: 'stopped', position: job.position })
})
