import { PermissionSets, Assignments, Grants, Reach } from '../../../src/domain/access/index.js'
import { Accounts } from '../../../src/domain/accounts/index.js'
import { Groups, Users } from '../../../src/domain/directory/index.js'
import { DueRequests, RequestHistory, Requestable, Requests, Rules, type AccessRequest } from '../../../src/domain/requests/index.js'
import type { Revocation } from '../../../src/domain/credentials/index.js'
import { Trail } from '../../../src/platform/audit/index.js'
import { openDatabase, type Database } from '../../../src/platform/storage/database.js'
import { silent } from '../../support/app.js'
import { openEmpty } from '../../support/database.js'
import { needs } from '../../support/needs.js'
import { freshDatabase } from '../../support/postgres.js'

const hour = 3_600_000
const origin = { requestId: 'r', sourceIPAddress: '203.0.113.7', userAgent: 'test' }
const names = ['jane', 'sam', 'ann', 'bob', 'cleo'] as const

/** One account and set of people, a set that may be requested, and everything that requests work with. */
async function world(database: Database, approvalsNeeded = 1) {
  const time = { ahead: 0 }
  const clock = (): number => Date.now() + time.ahead
  const mails: { to: string; template: string; model: Record<string, unknown> }[] = []
  const learned: Revocation[] = []
  const mail = { queue: async (_: unknown, one: { to: string; template: string; model: object }) => void mails.push(one as never) }
  const ids = await new Users(database).create(names.map((userName) => ({ userName, displayName: userName.toUpperCase(), givenName: undefined, familyName: undefined, emails: [{ value: `${userName}@example.com` }], active: true })))
  const people = Object.fromEntries(names.map((userName, n) => [userName, { id: ids[n]!, userName, displayName: userName.toUpperCase() }])) as Record<(typeof names)[number], { id: string; userName: string; displayName: string }>
  await new Accounts(database).create([{ id: '444455556666', name: 'Production', alias: undefined, email: 'p@example.com', management: false }] as never)
  const [setId] = await new PermissionSets(database).create([{ name: 'Admin', description: undefined, sessionDuration: 3600, relayState: undefined, managedPolicies: [], inlinePolicy: undefined, permissionsBoundary: undefined }])
  const groups = new Groups(database)
  const [leads, inner] = await groups.create([{ displayName: 'Leads', description: undefined }, { displayName: 'Inner', description: undefined }])
  await groups.add([...[people.ann, people.bob, people.jane].map(({ id }) => ({ groupId: inner!, member: { userId: id } })), { groupId: leads!, member: { groupId: inner! } }])
  await new Rules(database).put([{ permissionSetId: setId!, accounts: 'all', requesters: 'everybody', approvers: [leads!], approvalsNeeded, longestDuration: 8 * 3600, reasonRequired: true }])
  const trail = new Trail({ sql: database, clock, region: 'us-east-1', ownerAccountId: () => undefined })
  const options = { database, trail, mail: mail as never, clock, revocations: { learn: (all: readonly Revocation[]) => void learned.push(...all) } }
  const requests = new Requests(options)
  const as = (name: (typeof names)[number]) => ({ user: people[name], origin })
  const wish = { accountId: '444455556666', permissionSetId: setId!, duration: 2 * 3600, reason: 'The import fails' }
  return {
    time, clock, mails, learned, people, setId: setId!, requests, as, wish, leads: leads!, database,
    history: new RequestHistory(database, clock), reach: new Reach(database, clock), due: new DueRequests({ ...options, log: silent }),
    ask: (more: Partial<typeof wish> = {}, name: (typeof names)[number] = 'jane') => requests.ask(as(name), { ...wish, ...more }),
    holds: async (name: (typeof names)[number] = 'jane') => (await new Reach(database, clock).roles(people[name].id, '444455556666')).length > 0,
    events: async () => (await database.query<{ event_name: string }>('select event_name from audit_events order by position')).map((row) => row.event_name),
  }
}

let database: Database
beforeEach(async () => { database = await openEmpty() })
afterEach(() => database.close())

test('a request is granted for its time from the last approval, and ends by itself', async () => {
  const { ask, requests, as, holds, time, mails, events, history, reach, people, due } = await world(database)
  const asked = await ask()
  expect(asked).toMatchObject({ state: 'pending', duration: 7200, approvalsNeeded: 1, account: { name: 'Production' } })
  // Members of the approving groups, also through other groups, and never oneself.
  expect(mails.map(({ to, template }) => `${template} ${to}`)).toEqual(['access-requested ann@example.com', 'access-requested bob@example.com'])
  expect(await holds()).toBe(false)
  time.ahead = hour
  const granted = await requests.approve(as('ann'), asked.id)
  expect(granted.state).toBe('granted')
  expect(granted.endsAt!.getTime() - granted.startsAt!.getTime()).toBe(2 * hour)
  expect(Math.abs(granted.startsAt!.getTime() - Date.now() - hour)).toBeLessThan(60_000)
  expect(await holds()).toBe(true)
  expect((await reach.requireRole(people.jane.id, '444455556666', 'admin')).grant).toEqual({ requestId: asked.id, endsAt: granted.endsAt })
  expect((await reach.accounts(people.jane.id)).total).toBe(1)
  expect(await new Assignments(database).list()).toEqual([])
  time.ahead = 2 * hour + hour / 2
  await due.run()
  await due.run()
  expect(mails.map(({ template }) => template).slice(2)).toEqual(['access-granted', 'access-ending'])
  time.ahead = 3 * hour + 1000
  expect(await holds()).toBe(false)
  expect((await history.get(asked.id)).state).toBe('over')
  await due.run()
  await due.run()
  expect(await events()).toEqual(['CreateAccessRequest', 'ApproveAccessRequest', 'CompleteAccessGrant'])
})

test('nobody answers their own request, and only those who may answer at all learn of it', async () => {
  const { ask, requests, as } = await world(database)
  const { id } = await ask()
  await expect(requests.approve(as('jane'), id)).rejects.toMatchObject({ code: 'forbidden' })
  await expect(requests.approve(as('sam'), id)).rejects.toMatchObject({ code: 'not-found' })
  await expect(requests.deny(as('sam'), id, 'no')).rejects.toMatchObject({ code: 'not-found' })
  await expect(requests.withdraw(as('sam'), id)).rejects.toMatchObject({ code: 'not-found' })
  await expect(requests.end(as('sam'), id)).rejects.toMatchObject({ code: 'not-found' })
  expect((await requests.withdraw(as('jane'), id)).state).toBe('withdrawn')
  await expect(requests.approve(as('ann'), id)).rejects.toMatchObject({ code: 'conflict' })
})

test('two approvals are two people', async () => {
  const { ask, requests, as, holds } = await world(database, 2)
  const { id } = await ask()
  expect((await requests.approve(as('ann'), id)).state).toBe('pending')
  await expect(requests.approve(as('ann'), id)).rejects.toMatchObject({ code: 'conflict' })
  expect(await holds()).toBe(false)
  expect((await requests.approve(as('bob'), id)).state).toBe('granted')
  expect(await holds()).toBe(true)
})

test('an approval counts no more once its giver does not answer for the permission set any more', async () => {
  const { ask, requests, as, holds, people, leads, history } = await world(database, 2)
  const { id } = await ask()
  await requests.approve(as('ann'), id)
  const groups = new Groups(database)
  const inner = (await groups.findByDisplayName('Inner'))!.id
  await groups.drop([{ groupId: inner, member: { userId: people.ann.id } }])
  expect(await history.countApprovals(id)).toBe(0)
  expect((await requests.approve(as('bob'), id)).state).toBe('pending')
  expect(await holds()).toBe(false)
  await groups.add([{ groupId: leads, member: { userId: people.cleo.id } }])
  expect((await requests.approve(as('cleo'), id)).state).toBe('granted')
  expect(await holds()).toBe(true)
})

test('whoever has the right approves last, and nobody what they asked for themselves', async () => {
  const { ask, requests, as, people, history, events } = await world(database, 2)
  const { id } = await ask()
  const root = { userIdentity: { type: 'Root' }, name: 'root@example.com', sessionId: 'ses-1', origin }
  await expect(requests.approveByRight(root, id)).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('1 of those who answer') })
  await expect(requests.approveByRight({ ...root, userId: people.jane.id }, id)).rejects.toMatchObject({ code: 'forbidden' })
  await expect(requests.denyByRight({ ...root, userId: people.jane.id }, id, 'no')).rejects.toMatchObject({ code: 'forbidden' })
  await requests.approve(as('ann'), id)
  await expect(requests.approveByRight({ ...root, name: 'ann', userId: people.ann.id }, id)).rejects.toMatchObject({ code: 'conflict' })
  expect(await requests.approveByRight({ ...root, name: 'cleo', userId: people.cleo.id }, id)).toMatchObject({ state: 'granted', closedBy: { userName: 'cleo' } })
  await expect(requests.approveByRight(root, id)).rejects.toMatchObject({ code: 'conflict' })
  const other = await ask({}, 'sam')
  expect(await requests.denyByRight(root, other.id, 'Not in a freeze')).toMatchObject({ state: 'denied', closedBy: { id: undefined, userName: 'root@example.com' }, closingReason: 'Not in a freeze' })
  expect((await history.get(id)).answers.map(({ userName }) => userName)).toEqual(['ann', 'cleo'])
  expect((await events()).slice(1)).toEqual(['ApproveAccessRequest', 'ApproveAccessRequest', 'CreateAccessRequest', 'DenyAccessRequest'])
})

test('one denial closes a request, and says why', async () => {
  const { ask, requests, as, mails, history } = await world(database, 2)
  const { id } = await ask()
  await requests.approve(as('ann'), id)
  await expect(requests.deny(as('bob'), id, '  ')).rejects.toMatchObject({ code: 'invalid-input' })
  await requests.deny(as('bob'), id, 'Use ReadOnly')
  expect(mails.at(-1)).toMatchObject({ to: 'jane@example.com', template: 'access-closed', model: { outcome: 'denied', by: 'BOB', reason: 'Use ReadOnly' } })
  expect(await history.get(id)).toMatchObject({ state: 'denied', closedBy: { userName: 'bob' }, answers: [{ answer: 'approve' }, { answer: 'deny', reason: 'Use ReadOnly' }] })
  // Asking again is allowed.
  expect((await ask()).state).toBe('pending')
})

test('what waits is not asked for twice, and what nobody answers expires', async () => {
  const { ask, time, due, mails, history } = await world(database)
  const { id } = await ask()
  await expect(ask()).rejects.toMatchObject({ code: 'conflict' })
  time.ahead = 7 * 24 * hour + 1000
  expect((await history.get(id)).state).toBe('expired')
  expect((await ask()).state).toBe('pending')
  await due.run()
  expect(mails.map(({ template }) => template).filter((name) => name === 'access-closed')).toHaveLength(1)
})

test('those who may answer are reminded once, when half of the time is over and nobody did', async () => {
  const { ask, time, due, mails, requests, as } = await world(database, 2)
  const [waits, answered, withdrawn] = [await ask(), await ask({}, 'sam'), await ask({}, 'cleo')]
  await requests.approve(as('ann'), answered.id)
  await requests.withdraw(as('cleo'), withdrawn.id)
  const reminders = () => mails.filter(({ template }) => template === 'access-waiting')
  time.ahead = 3.5 * 24 * hour - 60_000
  await due.run()
  expect(reminders()).toEqual([])
  time.ahead = 3.5 * 24 * hour + 1000
  // Two nodes at the same moment.
  await Promise.all([due.run(), due.run()])
  await due.run()
  expect(reminders().map(({ to }) => to)).toEqual(['ann@example.com', 'bob@example.com'])
  expect(reminders()[0]!.model).toMatchObject({ userName: 'jane', link: `/start/requests/${waits.id}`, expiresAt: waits.expiresAt.getTime(), askedAt: waits.askedAt.getTime() })
})

test('nobody is reminded of what may not be asked for any more', async () => {
  const { ask, time, due, mails, people } = await world(database)
  await ask()
  await new Users(database).setActive([people.jane.id], false, 'test')
  time.ahead = 4 * 24 * hour
  await due.run()
  expect(mails.map(({ template }) => template)).not.toContain('access-waiting')
})

test('who has access for an hour is told a quarter before its end, and for half an hour not at all', async () => {
  const { ask, requests, as, time, due, mails } = await world(database)
  await requests.approve(as('ann'), (await ask({ duration: 3600 })).id)
  await requests.approve(as('ann'), (await ask({ duration: 1800 }, 'sam')).id)
  const told = () => mails.filter(({ template }) => template === 'access-ending').map(({ to }) => to)
  time.ahead = 0.4 * hour
  await due.run()
  expect(told()).toEqual([])
  time.ahead = 0.8 * hour
  await due.run()
  await due.run()
  expect(told()).toEqual(['jane@example.com'])
})

test('a request for what is granted already goes on from its end', async () => {
  const { ask, requests, as, time, holds, due, mails } = await world(database)
  const first = await requests.approve(as('ann'), (await ask()).id)
  const more = await ask({ duration: 3600 })
  expect(more.extends).toBe(first.id)
  const granted = await requests.approve(as('bob'), more.id)
  expect(granted.startsAt).toEqual(first.endsAt)
  time.ahead = 1.5 * hour
  await due.run()
  expect(mails.map(({ template }) => template)).not.toContain('access-ending')
  time.ahead = 2.5 * hour
  expect(await holds()).toBe(true)
  time.ahead = 3.5 * hour
  expect(await holds()).toBe(false)
})

test('access that ends early takes the keys issued under it along', async () => {
  const { ask, requests, as, holds, learned, mails, clock } = await world(database)
  const { id } = await requests.approve(as('ann'), (await ask()).id)
  const now = new Date(clock())
  expect(await new Grants(database).recordSession({ requestId: id, accessKeyId: 'ASIA1' }, new Date(clock() + hour), now)).toBe(true)
  const ended = await requests.end(as('bob'), id, 'The import runs again')
  expect(ended.state).toBe('ended')
  expect(await holds()).toBe(false)
  expect(learned).toMatchObject([{ kind: 'session', subject: 'ASIA1' }])
  expect(await database.query('select subject from credential_revocations')).toEqual([{ subject: 'ASIA1' }])
  expect(mails.at(-1)).toMatchObject({ template: 'access-closed', model: { outcome: 'ended', by: 'BOB' } })
  expect(await new Grants(database).recordSession({ requestId: id, accessKeyId: 'ASIA2' }, new Date(clock() + hour), new Date(clock()))).toBe(false)
  await expect(requests.end(as('jane'), id)).rejects.toMatchObject({ code: 'conflict' })
})

test('an administrator ends what a person was granted', async () => {
  const { ask, requests, as, holds, people } = await world(database)
  await requests.approve(as('ann'), (await ask()).id)
  const by = { userIdentity: { type: 'Root' }, name: 'root user', origin }
  expect(await requests.endAll({ userId: people.sam.id }, by, 'x')).toEqual([])
  expect(await requests.endAll({ userId: people.jane.id }, by, 'left')).toMatchObject([{ state: 'ended', closedBy: { id: undefined, userName: 'root user' }, closingReason: 'left' }])
  expect(await holds()).toBe(false)
})

test.each([
  ['too short', { duration: 60 }], ['too long', { duration: 9 * 3600 }], ['without a reason', { reason: ' ' }], ['with too much of a reason', { reason: 'x'.repeat(1001) }],
])('refuses a request %s', async (_, more) => {
  const { ask } = await world(database)
  await expect(ask(more)).rejects.toMatchObject({ code: 'invalid-input' })
})

test('refuses a request for what is held, what no rule is for, and what nobody could approve', async () => {
  const { ask, setId, leads, people } = await world(database)
  const rules = new Rules(database)
  const rule = (await rules.find(setId))!
  await rules.put([{ ...rule, accounts: [] }])
  await expect(ask()).rejects.toMatchObject({ code: 'forbidden' })
  await rules.put([{ ...rule, requesters: [leads] }])
  await expect(ask({}, 'sam')).rejects.toMatchObject({ code: 'forbidden' })
  await rules.put([{ ...rule, approvalsNeeded: 3 }])
  await expect(ask()).rejects.toMatchObject({ code: 'conflict' })
  await rules.put([rule])
  await new Assignments(database).create([{ accountId: '444455556666', permissionSetId: setId, principal: { type: 'GROUP', id: leads } }])
  await expect(ask()).rejects.toMatchObject({ code: 'conflict' })
  expect(await new Requestable(database).listAccounts(people.jane.id, setId)).toMatchObject([{ isAssigned: true }])
})

test('what may be requested, what waits for whom, and the history are listed a page at a time', async () => {
  const { ask, people, history, setId } = await world(database)
  const all: AccessRequest[] = [await ask(), await ask({}, 'sam'), await ask({}, 'cleo')]
  expect(await new Requestable(database).list(people.sam.id)).toMatchObject([{ id: setId, name: 'Admin', approvers: ['Leads'] }])
  expect(await history.glance(people.jane.id)).toEqual({ toAnswer: 2, mayAsk: true })
  expect(await history.glance(people.ann.id)).toEqual({ toAnswer: 3, mayAsk: true })
  expect((await history.listToAnswer(people.jane.id)).requests.map(({ user }) => user.userName)).toEqual(['cleo', 'sam'])
  const first = await history.list({ limit: 2 })
  expect(first.requests.map(({ id }) => id)).toEqual([all[2]!.id, all[1]!.id])
  const second = await history.list({ limit: 2, before: first.next })
  expect(second).toMatchObject({ requests: [{ id: all[0]!.id }], next: undefined })
  expect((await history.list({ userId: people.sam.id, states: ['pending'] })).requests).toHaveLength(1)
  expect((await history.list({ states: ['granted'] })).requests).toHaveLength(0)
})

needs('postgres').describe('on PostgreSQL', () => {
  let shared: Database
  beforeAll(async () => { shared = await openDatabase({ url: await freshDatabase(), dataDir: '', log: silent }) }, 60_000)
  afterAll(() => shared.close())

  test('of approvals at the same moment none is lost and nothing is granted twice', async () => {
    const { ask, requests, as, holds } = await world(shared, 2)
    const { id } = await ask()
    const answers = await Promise.allSettled([requests.approve(as('ann'), id), requests.approve(as('bob'), id), requests.approve(as('ann'), id), requests.approve(as('bob'), id)])
    const done = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value.state] : []))
    expect(done.toSorted()).toEqual(['granted', 'pending'])
    expect(await shared.query('select request_id from access_grants')).toEqual([{ request_id: id }])
    expect(await holds()).toBe(true)
    // Ending and issuing at the same moment: either the key is refused, or it is revoked.
    const grants = new Grants(shared)
    const results = await Promise.all([
      ...Array.from({ length: 5 }, (_, n) => grants.recordSession({ requestId: id, accessKeyId: `ASIA${n}` }, new Date(Date.now() + hour), new Date())),
      requests.end(as('bob'), id).then(() => undefined),
    ])
    const revoked = (await shared.query<{ subject: string }>('select subject from credential_revocations')).map((row) => row.subject)
    expect(results.flatMap((isKept, n) => (isKept ? [`ASIA${n}`] : [])).every((key) => revoked.includes(key))).toBe(true)
  })

  test('of the same request at the same moment there is one', async () => {
    const [user] = await shared.query<{ id: string }>(`select id from users where user_name = 'cleo'`)
    const [set] = await shared.query<{ id: string }>('select id from permission_sets')
    const trail = new Trail({ sql: shared, clock: Date.now, region: 'us-east-1', ownerAccountId: () => undefined })
    const requests = new Requests({ database: shared, trail, mail: { queue: async () => undefined }, clock: Date.now, revocations: { learn: () => undefined } })
    const wish = { accountId: '444455556666', permissionSetId: set!.id, duration: 3600, reason: 'a' }
    const cleo = { user: { id: user!.id, userName: 'cleo', displayName: 'CLEO' }, origin }
    const asked = await Promise.allSettled([requests.ask(cleo, wish), requests.ask(cleo, wish), requests.ask(cleo, wish)])
    expect(asked.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected', 'rejected'])
  })
})
