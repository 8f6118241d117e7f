// Who is told before a certificate of our own for SAML ends, and when.
import { randomUUID } from 'node:crypto'
import { listSamlKeyEnds, SamlKeyWarnings } from '../../../src/domain/federation/index.js'
import type { QueuedMail } from '../../../src/platform/mail/index.js'
import type { Database } from '../../../src/platform/storage/database.js'
import { certified } from '../../support/certificates.js'
import { openEmpty } from '../../support/database.js'

const day = 24 * 3600 * 1000
const began = Date.parse('2026-01-01T00:00:00Z')
const sent: QueuedMail[] = []
let database: Database
let now: number
let warnings: SamlKeyWarnings

beforeAll(async () => {
  database = await openEmpty()
  await database.query(`insert into accounts (id, name, email, management) values ('111122223333', 'Management', 'root@example.com', true)`)
})
beforeEach(async () => {
  for (const table of ['saml_keys', 'identity_sources']) await database.query(`delete from ${table}`)
  await database.query(`insert into identity_sources (id, name, kind, enabled, button, second_step, connection, mapping, provisioning) values (gen_random_uuid(), 'Corporate', 'saml', true, true, 'ours', '{}', '{}', '{}')`)
  sent.length = 0
  now = began
  warnings = new SamlKeyWarnings({ database, clock: () => now, mail: { queue: async (_, mail) => void sent.push(mail) }, log: { warn() {} } })
})
afterAll(() => database.close())

const make = async (purpose: string, state: string, days: number): Promise<void> => {
  const certificate = Buffer.from(certified({ from: began - day, until: began + days * day }).certificate, 'base64')
  await database.query(`insert into saml_keys (id, purpose, state, sealed, certificate, created_at, state_since) values ($1, $2, $3, '', $4, now(), now())`, [randomUUID(), purpose, state, certificate])
}

/** What is told in a time, by two nodes at once: the purpose, how many days before, and whether the next one ends too. */
async function live(from: number, until: number): Promise<[string, number, boolean][]> {
  for (let hour = from * 24; hour < until * 24; hour += 12) {
    now = began + hour * 3600 * 1000
    await Promise.all([warnings.run(), warnings.run()])
  }
  return sent.splice(0).map(({ to, template, model }) => {
    expect([to, template]).toEqual(['root@example.com', 'own-certificate-ending'])
    const { purpose, days, next } = model as { purpose: string; days: number; next: object | undefined }
    return [purpose, days, next !== undefined]
  })
}

test('the organization is told 60, 30, 14, 7 and 1 days before the key in use ends, once each, with what it is known by', async () => {
  await make('signing', 'current', 100)
  await make('signing', 'next', 3000)
  const [ends] = await listSamlKeyEnds(database)
  now = began + 40 * day
  await warnings.run()
  expect(sent.splice(0)).toMatchObject([{ model: { purpose: 'signing', isSigning: true, certificate: ends!.current.fingerprint, next: undefined, days: 60, endsAt: began + 100 * day, link: '/admin/settings/keys' } }])
  expect(await live(41, 110)).toEqual([30, 14, 7, 1].map((days) => ['signing', days, false]))
})

test('keys that were made together are told of together, and what takes over is not told of at once again', async () => {
  for (const purpose of ['signing', 'encryption']) for (const state of ['current', 'next']) await make(purpose, state, 100)
  expect(await live(40, 42)).toEqual([['signing', 60, true], ['encryption', 60, true]])
  await database.query(`delete from saml_keys where purpose = 'signing' and state = 'current'`)
  await database.query(`update saml_keys set state = 'current' where purpose = 'signing'`)
  await make('signing', 'next', 3000)
  expect(await live(42, 75)).toEqual([['signing', 30, false], ['encryption', 30, true]])
})

test('a former key is nothing to be told of, nor any where no SAML source is in use', async () => {
  await make('signing', 'previous', 50)
  await make('signing', 'current', 3000)
  await make('encryption', 'current', 50)
  await database.query('update identity_sources set enabled = false')
  expect([await live(10, 20), await listSamlKeyEnds(database)]).toEqual([[], []])
  await database.query('update identity_sources set enabled = true')
  expect(await live(20, 22)).toEqual([['encryption', 30, false]])
})
