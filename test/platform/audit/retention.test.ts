// Retention: what is too old goes, oldest first, and what is left can still be proved from where it begins.
import { removeEvents, verifyChain } from '../../../src/platform/audit/index.js'
import type { Database } from '../../../src/platform/storage/database.js'
import { auditOf, event, recordMany, tampering } from '../../support/audit.js'
import { openEmpty } from '../../support/database.js'

const day = 86_400_000
let database: Database
let home: ReturnType<typeof auditOf>
beforeEach(async () => {
  database = await openEmpty()
  home = auditOf(database)
})
afterEach(() => database.close())

const verify = () => verifyChain({ sql: database, checkpoints: home.checkpoints, page: 4 })
const cut = (before: number, batch?: number) => removeEvents(database, home.checkpoints, new Date(before), batch)

test('events are removed in batches, and the chain begins at a signed cut', async () => {
  await recordMany(home.trail, 10)
  home.time.now += 10 * day
  await recordMany(home.trail, 5)
  await home.checkpoints.signHead()
  expect(await cut(home.time.now - day, 3)).toBe(10)
  expect(await cut(home.time.now - day, 3)).toBe(0)
  expect(await verify()).toEqual({ count: 5, unchained: 0, first: 11, last: 15, checkpoints: 1 })
  expect(await database.query(`select position from audit_checkpoints where kind = 'cut'`)).toEqual([{ position: '10' }])
})

test('a cut that somebody else made is no cut', async () => {
  await recordMany(home.trail, 10)
  home.time.now += 10 * day
  await recordMany(home.trail, 1)
  await cut(home.time.now - day)
  const faults = await tampering(database, async (tx) => {
    await tx.query('delete from audit_events where position = 11')
    await recordMany(auditOf({ ...database, ...tx }).trail, 2)
    await tx.query('delete from audit_events where position = 11')
    const missing = await verifyChain({ sql: tx, checkpoints: home.checkpointsOver(tx) })
    await tx.query(`update audit_checkpoints set position = 11, hash = (select previous_hash from audit_events) where kind = 'cut'`)
    return [missing.fault, (await verifyChain({ sql: tx, checkpoints: home.checkpointsOver(tx) })).fault]
  })
  expect(faults).toMatchObject([{ position: 11, kind: 'missing' }, { position: 11, kind: 'unsigned' }])
})

test('where everything was too old, the chain goes on from the cut', async () => {
  await recordMany(home.trail, 4)
  expect(await cut(home.time.now + 1)).toBe(4)
  expect(await verify()).toEqual({ count: 0, unchained: 0, checkpoints: 0 })
  await recordMany(home.trail, 2)
  expect(await verify()).toMatchObject({ count: 2, first: 5, last: 6 })
  expect((await verify()).fault).toBeUndefined()
})

test('a young event keeps what is after it, because a chain is cut from its beginning only', async () => {
  await recordMany(home.trail, 3)
  home.time.now += 10 * day
  await home.trail.record(event())
  home.time.now -= 10 * day
  await recordMany(home.trail, 3)
  expect(await cut(home.time.now + day)).toBe(3)
  expect(await verify()).toMatchObject({ count: 4, first: 4 })
})

test('heads of days gone by are thinned to one a day', async () => {
  for (let hour = 0; hour < 60; hour += 6) {
    await recordMany(home.trail, 1)
    await home.checkpoints.signHead()
    home.time.now += 6 * 3_600_000
  }
  await home.checkpoints.thin()
  expect((await home.checkpoints.listHeads(0, 100)).map(({ position }) => position)).toEqual([4, 6, 7, 8, 9, 10])
  expect(await verify()).toMatchObject({ count: 10, checkpoints: 6 })
})

test('events from before there was a chain are counted, and do not pass for later ones', async () => {
  await database.query(`insert into audit_events (position, event_id, event_time, event_name, event_source, outcome, event)
    select n * 3, gen_random_uuid(), now() - interval '30 days', 'Old', 'x', 'Success', '{}' from generate_series(1, 4) n`)
  await recordMany(home.trail, 3)
  expect(await verify()).toEqual({ count: 3, unchained: 4, first: 13, last: 15, checkpoints: 0 })
  const { fault } = await tampering(database, async (tx) => {
    await tx.query('update audit_events set previous_hash = null, hash = null where position = 13')
    return verifyChain({ sql: tx, checkpoints: home.checkpointsOver(tx) })
  })
  expect(fault).toMatchObject({ position: 14, kind: 'moved' })
  expect(await removeEvents(database, home.checkpoints, new Date('2000-01-01'))).toBe(0)
})
