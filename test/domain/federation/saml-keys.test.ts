// Our keys for SAML: made once however many nodes begin at the same time, kept sealed, and good for what they are there for.
import { constants, createPublicKey, privateDecrypt, publicEncrypt, X509Certificate } from 'node:crypto'
import { SamlKeys } from '../../../src/domain/federation/index.js'
import { MasterKey, Sealer } from '../../../src/platform/keys/index.js'
import type { Database } from '../../../src/platform/storage/database.js'
import { openEmpty } from '../../support/database.js'

let database: Database
const now = Date.parse('2026-11-21T12:00:00Z')
const keysOf = (master = 7): SamlKeys => new SamlKeys({ database, sealer: new Sealer(new MasterKey(Buffer.alloc(32, master)), 'saml keys'), clock: () => now })
beforeAll(async () => { database = await openEmpty() })
afterAll(() => database.close())

test('two nodes that begin at once have the same keys, and so have those that come later', async () => {
  const [one, other] = await Promise.all([keysOf().get(), keysOf().get()])
  expect(other.signing.certificate).toBe(one.signing.certificate)
  expect(other.encryption.certificate).toBe(one.encryption.certificate)
  expect((await keysOf().get()).signing.privateKey.equals(one.signing.privateKey)).toBe(true)
  expect(one.signing.certificate).not.toBe(one.encryption.certificate)
  for (const { certificate, privateKey } of [one.signing, one.encryption]) {
    const parsed = new X509Certificate(Buffer.from(certificate, 'base64'))
    expect(parsed.verify(parsed.publicKey)).toBe(true)
    expect(parsed.checkPrivateKey(privateKey)).toBe(true)
    expect(parsed.publicKey.asymmetricKeyDetails?.modulusLength).toBe(3072)
    expect([parsed.subject, Date.parse(parsed.validFrom), Date.parse(parsed.validTo)]).toEqual([expect.stringMatching(/^CN=Gatehouse SAML (signing|encryption)$/), now - 86_400_000, now + 3650 * 86_400_000])
    const sealed = publicEncrypt({ key: createPublicKey(parsed.publicKey.export({ type: 'spki', format: 'pem' })), oaepHash: 'sha1', padding: constants.RSA_PKCS1_OAEP_PADDING }, Buffer.from('x'))
    expect(privateDecrypt({ key: privateKey, oaepHash: 'sha1', padding: constants.RSA_PKCS1_OAEP_PADDING }, sealed).toString()).toBe('x')
  }
})

test('under another master key they do not open, and that is said', async () => {
  await keysOf().get()
  await expect(keysOf(8).get()).rejects.toThrow(/does not open under this master key/)
  const rows = await database.query<{ sealed: Buffer }>('select sealed from saml_keys')
  expect(rows.map(({ sealed }) => Buffer.from(sealed).includes(Buffer.from('06092a864886f70d010101', 'hex')))).toEqual([false, false, false, false])
})

describe('keys take turns', () => {
  let time = now
  const taking = (): SamlKeys => new SamlKeys({ database, sealer: new Sealer(new MasterKey(Buffer.alloc(32, 7)), 'saml keys'), clock: () => time })
  const idOf = async (keys: SamlKeys, state: string, purpose = 'signing'): Promise<string> => (await keys.list()).find((key) => key.purpose === purpose && key.state === state)!.id

  test('the next one stands beside the one in use, takes over, and what it replaced stays a day', async () => {
    const keys = taking()
    const before = await keys.get()
    expect(before.alsoSigning).toHaveLength(1)
    await keys.rotate('signing', await idOf(keys, 'next'))
    const after = await keys.get()
    expect(after.signing.certificate).toBe(before.alsoSigning![0]!.certificate)
    expect(after.alsoSigning!.map(({ certificate }) => certificate)).toContain(before.signing.certificate)
    expect(after.alsoSigning).toHaveLength(2)
    expect(after.encryption.certificate).toBe(before.encryption.certificate)
    time += 86_400_000
    expect((await keys.get()).alsoSigning).toHaveLength(1)
  }, 30_000)

  test('another node follows within a minute', async () => {
    const [one, other] = [taking(), taking()]
    await other.get()
    await one.rotate('encryption', await idOf(one, 'next', 'encryption'))
    time += 60_000
    const pair = await other.get()
    expect(pair.encryption.certificate).toBe((await one.get()).encryption.certificate)
    expect(pair.alsoOpening).toHaveLength(2)
  }, 30_000)

  test('it is done once, and only a former key is retired', async () => {
    const keys = taking()
    const next = await idOf(keys, 'next')
    await keys.rotate('signing', next)
    await expect(keys.rotate('signing', next)).rejects.toMatchObject({ code: 'conflict' })
    await expect(keys.retire(next)).rejects.toMatchObject({ code: 'conflict' })
    await keys.retire(await idOf(keys, 'previous'))
    await expect(keys.retire('nobody')).rejects.toMatchObject({ code: 'not-found' })
    expect((await keys.list()).filter(({ purpose }) => purpose === 'signing').map(({ state }) => state)).toEqual(['current', 'next'])
  }, 30_000)

  test('what it signed first and last is kept', async () => {
    const keys = taking()
    keys.noteUse((await keys.get()).signing)
    await keys.flushUses()
    expect((await keys.list())[0]).toMatchObject({ state: 'current', firstUsedAt: new Date(time), lastUsedAt: new Date(time), subject: 'CN=Gatehouse SAML signing', fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/) })
  })
})
