// Certificates of a source: how they come, take over, and go; and who is told before the last one ends.
import { CertificateWarnings, IdentitySources, SourceCertificates, type SourceCertificate } from '../../../src/domain/identity-sources/index.js'
import { readCertificates } from '../../../src/domain/federation/index.js'
import type { QueuedMail } from '../../../src/platform/mail/index.js'
import { MasterKey, Sealer } from '../../../src/platform/keys/index.js'
import type { Database } from '../../../src/platform/storage/database.js'
import { certified } from '../../support/certificates.js'
import { openEmpty } from '../../support/database.js'

const day = 24 * 3600 * 1000
const began = Date.parse('2026-01-01T00:00:00Z')
const lasting = (days: number, commonName: string, from = 0) => certified({ commonName, from: began + from * day, until: began + days * day })
const [old, fresh, third] = [lasting(100, 'old', -300), lasting(400, 'fresh'), lasting(800, 'third')]
const printOf = ({ pem }: { pem: string }): string => readCertificates(pem)[0]!.fingerprint
const by = 'arn:aws:iam::111122223333:root'
let database: Database
let now: number
let certificates: SourceCertificates
let source: string
const states = async (): Promise<string[]> => (await certificates.list(source)).map(({ subject, state }) => `${subject.slice(3)} ${state}`)

beforeAll(async () => { database = await openEmpty() })
beforeEach(async () => {
  now = began
  certificates = new SourceCertificates(database, () => now)
  await database.query('delete from identity_sources')
  const connection = { entityId: 'https://idp.example.com', signOn: { address: 'https://idp.example.com/sso', binding: 'redirect' as const }, unsolicited: false }
  const provisioning = { create: false, update: false, match: 'none' as const, administrators: false, groups: 'none' as const }
  source = await new IdentitySources(database, new Sealer(new MasterKey(Buffer.alloc(32)), 'test')).create({ name: 'Staff', kind: 'saml', enabled: true, button: true, domains: [], secondStep: 'ours', mapping: {}, provisioning, connection })
})
afterAll(() => database.close())

test('the first that comes is the current one, and of several the one that began first', async () => {
  expect(await certificates.add(source, fresh.pem + old.pem, by)).toMatchObject([{ subject: 'CN=old', state: 'current', addedBy: by, addedAt: new Date(now), der: old.certificate }, { subject: 'CN=fresh', state: 'next' }])
  expect(await certificates.accepted(source)).toHaveLength(2)
  expect(await certificates.list('nowhere')).toEqual([])
})

test('what is there, weak, none, or of no source is refused in words', async () => {
  await certificates.add(source, old.pem, by)
  await expect(certificates.add(source, fresh.pem + old.pem, by)).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('“CN=old”') })
  await expect(certificates.add(source, certified({ kind: 'rsa', modulusLength: 1024 }).pem, by)).rejects.toMatchObject({ code: 'invalid-input', message: expect.stringContaining('too weak') })
  await expect(certificates.add(source, 'hello', by)).rejects.toMatchObject({ code: 'invalid-input' })
  await expect(certificates.add('00000000-0000-4000-8000-000000000000', old.pem, by)).rejects.toMatchObject({ code: 'not-found' })
  await expect(certificates.promote(source, printOf(fresh))).rejects.toMatchObject({ code: 'not-found' })
  expect(await states()).toEqual(['old current'])
})

test('of new metadata the new ones come as next, and what is missing goes on counting', async () => {
  await certificates.add(source, old.pem, by)
  expect(await certificates.replace(source, readCertificates(old.pem + fresh.pem), by)).toMatchObject([{ subject: 'CN=fresh', state: 'next' }])
  expect(await states()).toEqual(['old current', 'fresh next'])
  expect(await certificates.replace(source, readCertificates(fresh.pem), by)).toMatchObject([{ subject: 'CN=old', state: 'retiring' }])
  expect(await certificates.replace(source, readCertificates(fresh.pem), by)).toEqual([])
  expect(await states()).toEqual(['fresh next', 'old retiring'])
  expect(await certificates.accepted(source)).toHaveLength(2)
})

test('the next one takes over when it proves a sign-in, once however many prove one at the same time', async () => {
  await certificates.add(source, old.pem, by)
  await certificates.add(source, fresh.pem, by)
  expect(await certificates.noteUse(source, printOf(old))).toBe(false)
  const took = await Promise.all([1, 2, 3].map(() => certificates.noteUse(source, printOf(fresh))))
  expect(took.filter(Boolean)).toHaveLength(1)
  expect(await states()).toEqual(['fresh current', 'old retiring'])
  // The provider signs with the old one on another of its machines: that changes nothing.
  now += 61_000
  expect(await certificates.noteUse(source, printOf(old))).toBe(false)
  expect(await states()).toEqual(['fresh current', 'old retiring'])
})

test('a use is noted at most once a minute', async () => {
  await certificates.add(source, old.pem, by)
  const used = async (): Promise<SourceCertificate> => (await certificates.list(source))[0]!
  await certificates.noteUse(source, printOf(old))
  now += 30_000
  await certificates.noteUse(source, printOf(old))
  expect(await used()).toMatchObject({ firstUsedAt: new Date(began), lastUsedAt: new Date(began) })
  now += 30_000
  await certificates.noteUse(source, printOf(old))
  expect(await used()).toMatchObject({ firstUsedAt: new Date(began), lastUsedAt: new Date(now) })
})

test('one is promoted, retired and rolled back by hand, and one that counts always stays', async () => {
  await certificates.add(source, old.pem, by)
  await certificates.add(source, fresh.pem, by)
  expect(await certificates.promote(source, printOf(fresh))).toMatchObject([{ subject: 'CN=fresh', state: 'current' }, { subject: 'CN=old', state: 'retiring' }])
  await expect(certificates.promote(source, printOf(fresh))).rejects.toMatchObject({ code: 'conflict' })
  await expect(certificates.rollBack(source, printOf(old))).rejects.toMatchObject({ code: 'conflict' })
  await certificates.retire(source, printOf(old))
  expect((await certificates.accepted(source)).map(({ subject }) => subject)).toEqual(['CN=fresh'])
  await expect(certificates.retire(source, printOf(old))).rejects.toMatchObject({ code: 'conflict' })
  await expect(certificates.retire(source, printOf(fresh))).rejects.toMatchObject({ code: 'in-use' })
  await certificates.rollBack(source, printOf(old))
  expect(await states()).toEqual(['old current', 'fresh retiring'])
  await Promise.allSettled([old, fresh].map((one) => certificates.retire(source, printOf(one))))
  expect(await certificates.accepted(source)).toHaveLength(1)
})

test('of those that count there are 20 at most', async () => {
  const many = Array.from({ length: 20 }, (_, index) => lasting(100, `c${index}`))
  await certificates.add(source, many.slice(0, 19).map(({ pem }) => pem).join(''), by)
  await expect(certificates.add(source, old.pem + fresh.pem, by)).rejects.toMatchObject({ code: 'limit-exceeded' })
  await certificates.add(source, old.pem, by)
  await certificates.retire(source, printOf(many[0]!))
  await certificates.add(source, fresh.pem, by)
})

test('the organization is told 60, 30, 14, 7 and 1 days before the last one ends, once each, and a later one makes that needless', async () => {
  await database.query(`insert into accounts (id, name, email, management) values ('111122223333', 'Management', 'root@example.com', true)`)
  const sent: QueuedMail[] = []
  const warnings = new CertificateWarnings({ database, clock: () => now, mail: { queue: async (_, mail) => void sent.push(mail) }, log: { warn() {} } })
  await certificates.add(source, old.pem, by)
  const told: number[] = []
  const live = async (from: number, until: number): Promise<void> => {
    for (let hour = from * 24; hour < until * 24; hour += 12) {
      now = began + hour * 3600 * 1000
      await Promise.all([warnings.run(), warnings.run()])
      for (const mail of sent.splice(0)) {
        expect(mail).toMatchObject({ to: 'root@example.com', template: 'source-certificate-ending', model: { name: 'Staff', link: '/admin/identity-sources' } })
        told.push((mail.model as { days: number }).days)
      }
    }
  }
  await live(30, 101)
  expect(told.splice(0)).toEqual([60, 30, 14, 7, 1])
  await certificates.add(source, fresh.pem, by)
  await live(300, 360)
  expect(told.splice(0)).toEqual([60])
  await certificates.add(source, third.pem, by)
  await live(360, 399)
  expect(told.splice(0)).toEqual([])
  await certificates.retire(source, printOf(third))
  await live(399, 401)
  expect(told).toEqual([1])
})
