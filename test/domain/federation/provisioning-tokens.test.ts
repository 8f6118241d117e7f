// Provisioning tokens: what is kept of them, how many there are, when they end, and who is told before.
import { ProvisioningTokens, TokenWarnings } from '../../../src/domain/federation/index.js'
import { Users } from '../../../src/domain/directory/index.js'
import type { QueuedMail } from '../../../src/platform/mail/index.js'
import type { Database } from '../../../src/platform/storage/database.js'
import { openEmpty } from '../../support/database.js'

const day = 24 * 3600 * 1000
let database: Database
let now: number
const clock = (): number => now
const tokens = (): ProvisioningTokens => new ProvisioningTokens(database, clock)
const wanted = { name: 'Okta', days: 365, administrators: false, by: 'arn:aws:iam::111122223333:root', byUser: undefined }
beforeAll(async () => { database = await openEmpty() })
beforeEach(async () => {
  now = Date.parse('2026-01-01T00:00:00Z')
  await database.query('delete from provisioning_tokens')
})
afterAll(() => database.close())

test('a token is found by its secret until it ends, and only by that', async () => {
  const { token, secret } = await tokens().create(wanted)
  expect(secret).toMatch(/^gwp_[\w-]{43}$/)
  expect(await tokens().find(secret)).toMatchObject({ id: token.id, name: 'Okta', administrators: false, expiresAt: new Date(now + 365 * day) })
  expect((await tokens().list())[0]!.lastUsedAt).toEqual(new Date(now))
  for (const wrong of [`${secret}x`, secret.slice(0, -1), '', 'gwp_', `gwp_${'x'.repeat(500)}`]) expect(await tokens().find(wrong)).toBeUndefined()
  now += 365 * day
  expect(await tokens().find(secret)).toBeUndefined()
  const [row] = await database.query('select * from provisioning_tokens')
  expect(JSON.stringify(row)).not.toContain(secret.slice(4))
})

test('there are two at a time, by different names; one that is over makes room', async () => {
  await tokens().create({ ...wanted, days: 1 })
  await expect(tokens().create({ ...wanted, name: 'OKTA' })).rejects.toMatchObject({ code: 'conflict' })
  const { token } = await tokens().create({ ...wanted, name: 'Next' })
  await expect(tokens().create({ ...wanted, name: 'Third' })).rejects.toMatchObject({ code: 'limit-exceeded' })
  await tokens().remove(token.id)
  expect(await Promise.allSettled(['a', 'b', 'c'].map((name) => tokens().create({ ...wanted, name })))).toMatchObject([{ status: 'fulfilled' }, { status: 'rejected' }, { status: 'rejected' }])
  now += 2 * day
  await tokens().create({ ...wanted, name: 'Fourth' })
  expect((await tokens().list()).map(({ name }) => name)).toEqual(['a', 'Fourth'])
})

test('whoever made it is told 30, 14, 7 and 1 days before the end, once each; else the organization', async () => {
  await database.query(`insert into accounts (id, name, email, management) values ('111122223333', 'Management', 'root@example.com', true)`)
  const [maker] = await new Users(database).create([{ userName: 'maker', displayName: 'Maker', givenName: undefined, familyName: undefined, emails: [{ value: 'maker@example.com' }], active: true }])
  const sent: QueuedMail[] = []
  const warnings = new TokenWarnings({ database, clock, mail: { queue: async (_, mail) => void sent.push(mail) }, log: { warn() {} } })
  const end = now + 40 * day
  await tokens().create({ ...wanted, days: 40, byUser: maker })
  const told: [number, string, number][] = []
  for (let hour = 0; hour < 41 * 24; hour += 6) {
    now = end - 40 * day + hour * 3600 * 1000
    await Promise.all([warnings.run(), warnings.run()])
    for (const { to, model } of sent.splice(0)) told.push([(end - now) / day, to, (model as { days: number }).days])
  }
  expect(told).toEqual([30, 14, 7, 1].map((days) => [days, 'maker@example.com', days]))
  await new Users(database).setActive([maker!], false)
  await tokens().create({ ...wanted, name: 'Short', days: 5, byUser: maker })
  await warnings.run()
  expect(sent).toMatchObject([{ to: 'root@example.com', template: 'provisioning-token-ending', model: { name: 'Short', days: 7, link: '/admin/provisioning' } }])
})
