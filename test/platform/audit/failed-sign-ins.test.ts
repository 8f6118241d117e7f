// The sign-ins that failed at one identity source are found however much else was refused since, and without looking through that.
import { newUuid } from '../../../src/platform/ids.js'
import { openDatabase, type Database } from '../../../src/platform/storage/database.js'
import { Trail } from '../../../src/platform/audit/index.js'
import { silent } from '../../support/app.js'
import { auditOf } from '../../support/audit.js'
import { openEmbedded } from '../../support/database.js'
import { needs } from '../../support/needs.js'
import { freshDatabase } from '../../support/postgres.js'

const [source, other] = [newUuid(), newUuid()]
const failed = (sourceId: string | undefined, reason: string) =>
  ({ eventName: 'CredentialVerification', eventSource: 'signin.amazonaws.com', outcome: 'Failure' as const, additionalEventData: { ...(sourceId && { sourceId }), reason } })

/** So many of one kind at once, as many sign-ins leave them. */
const addMany = (database: Database, count: number, { eventName, additionalEventData }: { eventName: string; additionalEventData: object }) => database.query(
  `select append_audit_events(
    (select jsonb_agg(jsonb_build_object('event_id', gen_random_uuid(), 'event_time', now(), 'event_name', $1::text, 'event_source', 'x', 'outcome', 'Failure', 'event', jsonb_build_object('additionalEventData', $2::jsonb))) from generate_series(1, $3)),
    (select array_agg(repeat('00', 32)) from generate_series(1, $3)))`, [eventName, JSON.stringify(additionalEventData), count])

async function finds(database: Database): Promise<void> {
  const { trail } = auditOf(database)
  for (const reason of ['clock', 'audience', 'issuer']) await trail.record(failed(source, reason))
  await addMany(database, 2100, failed(source, 'credentials'))
  await addMany(database, 1000, { eventName: 'CreateUser', additionalEventData: {} })
  await addMany(database, 1000, failed(undefined, 'credentials'))
  await addMany(database, 1000, failed(other, 'clock'))
  const found = await trail.listFailedSignIns(source, 5)
  expect(found.map(({ event }) => (event.additionalEventData as { reason: string }).reason)).toEqual(['issuer', 'audience', 'clock'])
  expect((await trail.listFailedSignIns(other, 5))).toHaveLength(5)
  await database.query('analyze audit_events')
  for (const id of [source, other]) {
    const plan: string[] = []
    const explaining: Pick<Database, 'query'> = { query: async (sql, parameters) => {
      plan.push(...(await database.query<{ 'QUERY PLAN': string }>(`explain (analyze, buffers off, costs off, timing off, summary off) ${sql}`, parameters)).map((row) => row['QUERY PLAN']))
      return []
    } }
    await new Trail({ sql: explaining as Database, clock: Date.now, region: 'eu-west-1', ownerAccountId: () => undefined }).listFailedSignIns(id, 5)
    expect(plan[1]).toMatch(new RegExp(`Index Scan using audit_events_failed_at_source on audit_events \\(actual rows=${id === source ? 3 : 5}(\\.00)? loops=1\\)`))
    expect(plan.join('\n')).not.toContain('Rows Removed')
  }
}

test('with the embedded database', async () => {
  const database = await openEmbedded()
  await finds(database).finally(() => database.close())
}, 60_000)

needs('postgres').test('on PostgreSQL', async () => {
  const database = await openDatabase({ url: await freshDatabase(), dataDir: 'unused', log: silent })
  await finds(database).finally(() => database.close())
}, 60_000)
