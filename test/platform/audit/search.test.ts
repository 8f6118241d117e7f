// The search: by every field, both ways, and on from where the trail was.
import type { FoundPage } from '../../../src/platform/audit/index.js'
import { newUuid } from '../../../src/platform/ids.js'
import type { Database } from '../../../src/platform/storage/database.js'
import { auditOf, event, recordMany } from '../../support/audit.js'
import { openEmpty } from '../../support/database.js'

let database: Database
let home: ReturnType<typeof auditOf>
beforeAll(async () => {
  database = await openEmpty()
  home = auditOf(database)
})
afterAll(() => database.close())

const numbers = ({ events }: FoundPage): number[] => events.map(({ event: { requestParameters } }) => (requestParameters as { at: number }).at)
const down = (from: number, to: number): number[] => Array.from({ length: from - to + 1 }, (_, at) => from - at)

test('pages follow on each other down and up again, also while events arrive', async () => {
  const query = { userId: newUuid(), limit: 10 }
  await recordMany(home.trail, 25, { userId: query.userId })
  const first = await home.trail.search(query)
  const second = await home.trail.search({ ...query, before: first.older! })
  const third = await home.trail.search({ ...query, before: second.older! })
  expect([numbers(first), numbers(second), numbers(third)]).toEqual([down(24, 15), down(14, 5), down(4, 0)])
  expect([first.newer, third.older]).toEqual([undefined, undefined])
  await home.trail.record(event({ userId: query.userId, requestParameters: { at: 25 } }))
  const up = await home.trail.search({ ...query, after: third.newer! })
  expect(numbers(up)).toEqual(down(14, 5))
  expect(numbers(await home.trail.search({ ...query, before: up.older! }))).toEqual(down(4, 0))
  const top = await home.trail.search({ ...query, after: up.newer! })
  expect(numbers(top)).toEqual(down(24, 15))
  expect(numbers(await home.trail.search({ ...query, after: top.newer! }))).toEqual([25])
})

test('who follows the trail gets each event once, in order, and nothing where nothing is new', async () => {
  const query = { eventName: 'Followed', limit: 5 }
  let { head } = await home.trail.search(query)
  const seen: number[] = []
  for (let round = 0; round < 3; round += 1) {
    await recordMany(home.trail, 7, { eventName: 'Followed' })
    await recordMany(home.trail, 3)
    for (;;) {
      const page = await home.trail.search({ ...query, after: head })
      seen.push(...numbers(page).toReversed())
      head = page.newer ?? page.head
      if (page.newer === undefined) break
    }
  }
  expect(seen).toEqual([0, 1, 2].flatMap(() => [0, 1, 2, 3, 4, 5, 6]))
  expect(await home.trail.search({ ...query, after: head })).toMatchObject({ events: [], head })
})

test('events are found by each field, and by all together', async () => {
  const one = { userId: newUuid(), accountId: '777788889999', accessKeyId: 'ASIAFINDME' }
  const origin = { requestId: newUuid(), sourceIPAddress: '198.51.100.77', userAgent: 'curl/8' }
  home.time.now += 86_400_000
  const since = new Date(home.time.now)
  await home.trail.record(event({ ...one, origin, eventName: 'Found', eventSource: 'iam.amazonaws.com', outcome: 'Failure', errorMessage: 'Grüße, "quoted" 100% a_b' }))
  await home.trail.record(event({ responseElements: { credentials: { accessKeyId: 'ASIAISSUED' } } }))
  home.time.now += 86_400_000
  await recordMany(home.trail, 3)
  const until = new Date(since.getTime() + 1)
  const eventId = (await home.trail.search(one)).events[0]!.event.eventID as string
  const fields = { ...one, eventName: 'Found', eventSource: 'iam.amazonaws.com', outcome: 'Failure' as const, address: origin.sourceIPAddress, requestId: origin.requestId, eventId }
  for (const [name, value] of Object.entries(fields)) expect((await home.trail.search({ [name]: value })).events).toHaveLength(1)
  expect((await home.trail.search({ ...fields, since, until, text: 'Grüße' })).events).toHaveLength(1)
  expect((await home.trail.search({ since, until })).events).toHaveLength(2)
  expect((await home.trail.search({ accessKeyId: 'ASIAISSUED' })).events).toHaveLength(1)
  for (const text of ['100% a_b', 'GRüßE, \\"q', '198.51.100.77']) expect((await home.trail.search({ text })).events).toHaveLength(1)
  for (const query of [{ userId: 'no id' }, { eventId: `x' or '1'='1` }, { eventName: 'Found', outcome: 'Success' as const }, { text: 'nowhere at all' }, { since: new Date('2100-01-01') }, { until: new Date('2000-01-01') }]) {
    expect((await home.trail.search(query)).events).toEqual([])
  }
})

test('a rare text is looked for in so many events at once, and on from there', async () => {
  const eventName = 'Haystack'
  await home.trail.record(event({ eventName, requestParameters: { needle: 'gold' } }))
  await database.query(`select append_audit_events(
    (select jsonb_agg(jsonb_build_object('event_id', gen_random_uuid(), 'event_time', now(), 'event_name', $1::text, 'event_source', 'x', 'outcome', 'Success', 'event', '{}'::jsonb)) from generate_series(1, 5001)),
    (select array_agg(repeat('00', 32)) from generate_series(1, 5001)))`, [eventName])
  const first = await home.trail.search({ eventName, text: 'gold' })
  expect(first.events).toEqual([])
  expect(first.older).toBeDefined()
  const second = await home.trail.search({ eventName, text: 'gold', before: first.older! })
  expect(second.events).toHaveLength(1)
  expect(second.older).toBeUndefined()
})

test.each([
  ['a source', { eventSource: 'iam.amazonaws.com' }, 'audit_events_by_source'], ['an address', { address: '198.51.100.77' }, 'audit_events_by_address'], ['a request', { requestId: 'x' }, 'audit_events_by_request'],
  ['an id', { eventId: newUuid() }, 'audit_events_by_id'], ['a session', { sessionId: 'con-1' }, 'audit_events_by_session'], ['what failed', { outcome: 'Failure' as const }, 'audit_events_failed'],
])('there is an index for %s', async (_, query, index) => {
  await database.query('analyze audit_events')
  const { conditionsOf } = await import('../../../src/platform/audit/conditions.js')
  const { sql, parameters } = conditionsOf(query)
  const plan = await database.query<{ 'QUERY PLAN': string }>(`explain select position, event from audit_events where ${sql} order by position desc limit 51`, parameters)
  expect(plan.map((row) => row['QUERY PLAN']).join('\n')).toContain(index)
})
