// The trail: what is recorded can be found again, page by page, and nothing that a stranger sends can break it.
import fc from 'fast-check'
import { Trail, type AuditEvent } from '../../../src/platform/audit/index.js'
import { newUuid } from '../../../src/platform/ids.js'
import type { Database } from '../../../src/platform/storage/database.js'
import { openEmpty } from '../../support/database.js'

let database: Database
let trail: Trail
const time = { now: Date.parse('2026-01-02T03:04:05.678Z') }
beforeAll(async () => {
  database = await openEmpty()
  trail = new Trail({ sql: database, clock: () => time.now, region: 'eu-west-1', ownerAccountId: () => '111122223333' })
})
afterAll(() => database.close())

const event = (more: Partial<AuditEvent> = {}): AuditEvent => ({ eventName: 'Tested', eventSource: 'sso.amazonaws.com', ...more })
const origin = { requestId: newUuid(), sourceIPAddress: '192.0.2.7', userAgent: 'curl/8' }

test('an event has the shape of a CloudTrail record', async () => {
  await trail.record(event({ eventName: 'Shaped', origin, accountId: '444455556666', errorCode: 'AccessDenied', requestParameters: { a: [1, null, 'x'] } }))
  const [found] = await trail.list({ eventName: 'Shaped' })
  expect(found!.event).toMatchObject({
    eventVersion: '1.08', eventTime: '2026-01-02T03:04:05Z', eventSource: 'sso.amazonaws.com', eventName: 'Shaped', awsRegion: 'eu-west-1', sourceIPAddress: '192.0.2.7', userAgent: 'curl/8',
    errorCode: 'AccessDenied', requestParameters: { a: [1, null, 'x'] }, responseElements: null, requestID: origin.requestId, readOnly: false, managementEvent: true, eventCategory: 'Management', recipientAccountId: '444455556666',
  })
})

test('an event of no account belongs to the management account', async () => {
  await trail.record(event({ eventName: 'Ownerless' }))
  expect((await trail.list({ eventName: 'Ownerless' }))[0]!.event).toMatchObject({ recipientAccountId: '111122223333' })
})

test('pages follow on each other without gaps or doubles, even while events arrive', async () => {
  const userId = newUuid()
  await Promise.all(Array.from({ length: 25 }, (_, at) => trail.record(event({ userId, requestParameters: { at } }))))
  const seen: unknown[] = []
  let before: string | undefined
  for (;;) {
    const page = await trail.list({ userId, limit: 10, ...(before !== undefined && { before }) })
    if (page.length === 0) break
    seen.push(...page.map((one) => (one.event.requestParameters as { at: number }).at))
    before = page.at(-1)!.position
    await trail.record(event({ userId, requestParameters: { at: 'later' } }))
  }
  expect(seen).toEqual(Array.from({ length: 25 }, (_, at) => 24 - at))
})

test('a page has at most a hundred events', async () => {
  const userId = newUuid()
  await Promise.all(Array.from({ length: 120 }, () => trail.record(event({ userId }))))
  expect(await trail.list({ userId, limit: 5000 })).toHaveLength(100)
  expect(await trail.list({ userId })).toHaveLength(50)
})

test('events are found by who, where, what, key and time', async () => {
  const userId = newUuid()
  time.now += 3_600_000
  await trail.record(event({ userId, accountId: '777788889999', accessKeyId: 'ASIAFINDME', eventName: 'Found' }))
  for (const query of [{ userId }, { accountId: '777788889999' }, { eventName: 'Found' }, { accessKeyId: 'ASIAFINDME' }, { userId, since: new Date(time.now), until: new Date(time.now + 1) }]) {
    expect(await trail.list(query)).toHaveLength(1)
  }
  expect(await trail.list({ userId, until: new Date(time.now) })).toEqual([])
  expect(await trail.list({ userId, eventName: "Found' or '1'='1" })).toEqual([])
})

test('whatever a stranger sends is stored as far as it can be', async () => {
  const hostile = fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), fc.constantFrom('\0', '\ud800', '\udfff\0x', "'; drop table audit_events; --", '\u001b[2J', '<script>', '\u202e', '__proto__'))
  await fc.assert(fc.asyncProperty(hostile, async (value) => {
    const userId = newUuid()
    await trail.record(event({ userId, origin: { ...origin, userAgent: value }, requestParameters: { value, deeper: [{ value }] }, errorMessage: value }))
    const [found] = await trail.list({ userId })
    expect((found!.event.requestParameters as { value: string }).value).toBe(value.toWellFormed().replaceAll('\0', ''))
  }), { numRuns: 60 })
})

test('an event that cannot be stored is refused to its recorder, and the next ones are not harmed', async () => {
  await expect(trail.record(event({ userId: 'not a uuid' }))).rejects.toThrow('invalid input syntax')
  await trail.record(event({ eventName: 'AfterAll' }))
  expect(await trail.list({ eventName: 'AfterAll' })).toHaveLength(1)
})
