// When the trail was verified last, and what is found by itself.
import { Verifications, verifyChain } from '../../../src/platform/audit/index.js'
import type { Database } from '../../../src/platform/storage/database.js'
import { auditOf, recordMany } from '../../support/audit.js'
import { openEmpty } from '../../support/database.js'

let database: Database
let home: ReturnType<typeof auditOf>
let verifications: Verifications
beforeAll(async () => {
  database = await openEmpty()
  home = auditOf(database)
  verifications = new Verifications({ sql: database, checkpoints: home.checkpoints, clock: () => home.time.now })
})
afterAll(() => database.close())

const hour = 3_600_000

test('what is new is verified once an hour, a fault is found again until it is mended, and the whole is remembered apart', async () => {
  await recordMany(home.trail, 10)
  await home.checkpoints.signHead()
  expect(await verifications.state()).toMatchObject({ head: { position: 10 }, verifications: [] })
  expect(await verifications.verifyRecent()).toMatchObject({ count: 10 })
  expect(await verifications.verifyRecent()).toBeUndefined()
  home.time.now += hour
  await recordMany(home.trail, 5)
  await home.checkpoints.signHead()
  expect((await verifications.verifyRecent())?.fault).toBeUndefined()
  await verifications.remember(await verifyChain({ sql: database, checkpoints: home.checkpoints }))
  expect((await verifications.state()).verifications).toMatchObject([{ scope: 'whole', count: 15, fault: undefined }, { scope: 'recent', last: 15, fault: undefined }])

  home.time.now += hour
  await recordMany(home.trail, 5)
  await database.query('alter table audit_events disable trigger audit_events_kept')
  await database.query(`update audit_events set event = jsonb_set(event, '{userAgent}', '"somebody else"') where position = 18`)
  for (let time = 0; time < 2; time += 1) {
    expect((await verifications.verifyRecent())?.fault).toMatchObject({ position: 18, kind: 'changed' })
    expect((await verifications.state()).verifications).toMatchObject([{ scope: 'whole', fault: undefined }, { scope: 'recent', fault: { position: 18 } }])
    home.time.now += hour
  }
})
