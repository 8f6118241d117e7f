// Passkeys: both ceremonies judged against an authenticator that lies where it can.
import fc from 'fast-check'
import { PasskeyCeremonies, PasskeyChallenges, Passkeys, mostDevices } from '../../../src/domain/authentication/index.js'
import type { Database } from '../../../src/platform/storage/database.js'
import { Authenticator, type Lies } from '../../support/authenticator.js'
import { openEmpty, openStore } from '../../support/database.js'

const origin = 'https://login.example.com'
const jane = { principal: 'user:jane', userName: 'jane', displayName: 'Jane Doe' }
const kim = { principal: 'user:kim', userName: 'kim', displayName: 'Kim Lee' }

let database: Database
let passkeys: Passkeys
let ceremonies: PasskeyCeremonies
const time = { ahead: 0 }

beforeAll(async () => {
  database = await openEmpty()
  passkeys = new Passkeys(database)
  const opened = openStore(database)
  Object.defineProperty(opened.time, 'ahead', { get: () => time.ahead })
  ceremonies = new PasskeyCeremonies({ passkeys, challenges: new PasskeyChallenges(opened.store), publicUrl: new URL(origin), organizationName: async () => 'Test Corp' })
})
afterEach(async () => {
  time.ahead = 0
  await database.query('delete from passkeys')
})
afterAll(async () => { await database?.close() })

async function registered(owner = jane, authenticator = new Authenticator(origin), lies: Lies = {}): Promise<Authenticator> {
  const options = await ceremonies.beginRegistration(owner, 'here')
  await ceremonies.finishRegistration(owner, 'here', { answer: JSON.stringify(authenticator.create(options, lies)) })
  return authenticator
}

async function signed(authenticator: Authenticator, lies: Lies = {}, principal?: string): Promise<string> {
  const options = await ceremonies.beginAuthentication('here', principal)
  return (await ceremonies.finishAuthentication('here', JSON.stringify(authenticator.get(options, lies)), principal)).outcome
}

interface Asked {
  excludeCredentials: unknown
  challenge: string
  user: { id: string }
}

describe('a registration', () => {
  test('asks for what fits any device, by a random handle that stays the same, without those there are', async () => {
    const first = await ceremonies.beginRegistration(jane, 'here') as Asked
    expect(first).toMatchObject({
      rp: { id: 'login.example.com', name: 'Test Corp' }, user: { name: 'jane', displayName: 'Jane Doe' }, attestation: 'none', timeout: 300_000, excludeCredentials: [],
      authenticatorSelection: { residentKey: 'preferred', userVerification: 'preferred' },
    })
    expect(Buffer.from(first.user.id, 'base64url').length).toBeGreaterThanOrEqual(32)
    const authenticator = await registered()
    const second = await ceremonies.beginRegistration(jane, 'here') as Asked
    expect(second.user.id).toBe(first.user.id)
    expect(second.challenge).not.toBe(first.challenge)
    expect(second.excludeCredentials).toEqual([{ id: authenticator.credentialId.toString('base64url'), type: 'public-key', transports: ['internal'] }])
    expect((await ceremonies.beginRegistration(kim, 'here') as Asked).user.id).not.toBe(first.user.id)
  })

  test('keeps what is needed, under a name of ours or of theirs, each once', async () => {
    await registered()
    await registered()
    const options = await ceremonies.beginRegistration(jane, 'here')
    await ceremonies.finishRegistration(jane, 'here', { answer: JSON.stringify(new Authenticator(origin).create(options, { synced: true })), name: '  Blue key ' })
    expect(await passkeys.list(jane.principal)).toMatchObject([
      { name: 'Passkey', isSynced: false, isBackedUp: false, signCount: 0, transports: ['internal'], lastUsedAt: undefined },
      { name: 'Passkey 2' },
      { name: 'Blue key', isSynced: true, isBackedUp: true },
    ])
  })

  const refused: [string, Lies][] = [
    ['another origin', { origin: 'https://evil.example' }],
    ['a page below ours', { origin: 'https://login.example.com.evil.example' }],
    ['a neighbour of ours', { origin: 'https://www.login.example.com' }],
    ['our name over plain http', { origin: 'http://login.example.com' }],
    ['another relying party', { rpId: 'example.com' }],
    ['the other ceremony', { type: 'webauthn.get' }],
    ['a frame in a foreign page', { crossOrigin: true }],
    ['a page that a foreign one names', { topOrigin: 'https://evil.example' }],
    ['nobody touched it', { present: false }],
  ]
  test.each(refused)('is refused where it came from %s', async (_name, lies) => {
    const options = await ceremonies.beginRegistration(jane, 'here')
    await expect(ceremonies.finishRegistration(jane, 'here', { answer: JSON.stringify(new Authenticator(origin).create(options, lies)) })).rejects.toMatchObject({ code: 'invalid-input' })
    expect(await passkeys.list(jane.principal)).toEqual([])
  })

  test('looks at no attestation: none was asked for', async () => {
    const options = await ceremonies.beginRegistration(jane, 'here')
    const answer = new Authenticator(origin).create(options, {}, ['packed', new Map<string, unknown>([['alg', -7], ['sig', Buffer.from('not a signature')]])])
    expect(await ceremonies.finishRegistration(jane, 'here', { answer: JSON.stringify(answer) })).toMatchObject({ name: 'Passkey' })
  })

  test('is refused for a credential that is known, whoever has it', async () => {
    const authenticator = await registered()
    await expect(registered(jane, authenticator)).rejects.toMatchObject({ code: 'conflict' })
    await expect(registered(kim, authenticator)).rejects.toMatchObject({ code: 'conflict' })
  })

  test('is refused beyond the most devices there may be, also where several come at once', async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: mostDevices + 3 }, () => registered()))
    expect(outcomes.filter(({ status }) => status === 'rejected').map((one) => (one as PromiseRejectedResult).reason.code)).toEqual(['conflict', 'conflict', 'conflict'])
    expect(await passkeys.list(jane.principal)).toHaveLength(mostDevices)
    await registered(kim)
  })

  test.each([['of another person', kim, 'here'], ['of another session', jane, 'elsewhere']])('takes no challenge %s, and it is spent', async (_name, owner, bound) => {
    const answer = JSON.stringify(new Authenticator(origin).create(await ceremonies.beginRegistration(jane, 'here')))
    await expect(ceremonies.finishRegistration(owner, bound, { answer })).rejects.toMatchObject({ code: 'expired' })
    await expect(ceremonies.finishRegistration(jane, 'here', { answer })).rejects.toMatchObject({ code: 'expired' })
  })
})

describe('an authentication', () => {
  test('with the passkey alone asks for whichever there is, and for a PIN or a finger', async () => {
    await registered()
    expect(await ceremonies.beginAuthentication('here')).toMatchObject({ rpId: 'login.example.com', allowCredentials: [], userVerification: 'required', timeout: 300_000 })
  })

  test('as a second factor asks for the person’s own only', async () => {
    const [one, other] = [await registered(), await registered(kim)]
    const { allowCredentials } = await ceremonies.beginAuthentication('here', jane.principal) as { allowCredentials: { id: string }[] }
    expect(allowCredentials.map(({ id }) => id)).toEqual([one.credentialId.toString('base64url')])
    expect(await signed(one, {}, jane.principal)).toBe('proved')
    expect(await signed(other, {}, jane.principal)).toBe('refused')
  })

  test('says what was proved: a synced key or one that stays, with its owner verified or not', async () => {
    const proofs = async (authenticator: Authenticator, lies: Lies): Promise<unknown> => {
      const answer = JSON.stringify(authenticator.get(await ceremonies.beginAuthentication('here', jane.principal), lies))
      const result = await ceremonies.finishAuthentication('here', answer, jane.principal)
      return result.outcome === 'proved' && result.proofs
    }
    const [here, synced] = [await registered(), await registered(jane, undefined, { synced: true })]
    expect(await proofs(here, {})).toEqual(['hwk', 'user'])
    expect(await proofs(here, { verified: false })).toEqual(['hwk'])
    expect(await proofs(synced, { synced: true })).toEqual(['swk', 'user'])
  })

  const refused: [string, Lies][] = [
    ['another origin', { origin: 'https://evil.example' }],
    ['another port of ours', { origin: 'https://login.example.com:8443' }],
    ['another relying party', { rpId: 'example.com' }],
    ['the other ceremony', { type: 'webauthn.create' }],
    ['a frame in a foreign page', { crossOrigin: true }],
    ['a frame in a foreign page that has a name', { crossOrigin: true, topOrigin: 'https://evil.example' }],
    ['a frame, by a word that is none', { crossOrigin: 'yes' }],
    ['nobody touched it', { present: false }],
    ['nobody was verified', { verified: false }],
    ['the handle of nobody', { userHandle: 'A'.repeat(43) }],
    ['no handle', { userHandle: null }],
    ['a wrong signature', { signature: Buffer.alloc(70) }],
    ['a challenge of its own', { challenge: 'A'.repeat(43) }],
    ['a key that has become one that is synced', { synced: true }],
  ]
  test.each(refused)('is refused for %s', async (_name, lies) => {
    const authenticator = await registered()
    expect(await signed(authenticator, lies)).toBe('refused')
    expect(await signed(authenticator)).toBe('proved')
  })

  test('with the handle of another person is refused', async () => {
    const [mine, theirs] = [await registered(), await registered(kim)]
    expect(await signed(mine, { userHandle: theirs.userHandle })).toBe('refused')
  })

  test('is good once, also when it comes many times at once', async () => {
    const authenticator = await registered()
    const answer = JSON.stringify(authenticator.get(await ceremonies.beginAuthentication('here')))
    const outcomes = await Promise.all(Array.from({ length: 20 }, async () => (await ceremonies.finishAuthentication('here', answer)).outcome))
    expect(outcomes.toSorted()).toEqual(['proved', ...Array.from({ length: 19 }, () => 'refused')])
  })

  test('must answer in five minutes', async () => {
    const authenticator = await registered()
    const answer = JSON.stringify(authenticator.get(await ceremonies.beginAuthentication('here')))
    time.ahead = 301_000
    expect((await ceremonies.finishAuthentication('here', answer)).outcome).toBe('refused')
  })

  test.each([
    ['another attempt or browser', () => ceremonies.beginAuthentication('elsewhere')],
    ['a second factor', () => ceremonies.beginAuthentication('here', jane.principal)],
    ['a registration', () => ceremonies.beginRegistration(jane, 'here')],
  ])('takes no challenge of %s', async (_name, begin) => {
    const authenticator = await registered()
    const { challenge } = await begin() as { challenge: string }
    expect((await ceremonies.finishAuthentication('here', JSON.stringify(authenticator.get({ challenge, rpId: 'login.example.com' })))).outcome).toBe('refused')
  })

  test('with a count that was seen before is a copy: refused, and the count stays', async () => {
    const authenticator = await registered()
    expect(await signed(authenticator, { signCount: 7 })).toBe('proved')
    expect(await signed(authenticator, { signCount: 7 })).toBe('copied')
    expect(await signed(authenticator, { signCount: 0 })).toBe('copied')
    expect(await passkeys.list(jane.principal)).toMatchObject([{ signCount: 7, lastUsedAt: expect.any(Date) }])
    expect(await signed(authenticator, { signCount: 8 })).toBe('proved')
  })

  test('with a count that was seen before and a wrong signature is no copy: anybody could send it', async () => {
    const authenticator = await registered()
    await signed(authenticator, { signCount: 7 })
    expect(await signed(authenticator, { signCount: 1, signature: Buffer.alloc(70) })).toBe('refused')
  })

  test('of a device that does not count is fine for ever', async () => {
    const authenticator = await registered()
    for (let round = 0; round < 3; round += 1) expect(await signed(authenticator, { signCount: 0 })).toBe('proved')
  })
})

test('whatever else is sent is refused, and nothing fails', async () => {
  const authenticator = await registered()
  const spoiled = fc.oneof(
    fc.string(), fc.json(),
    fc.record({ id: fc.string(), clientDataJSON: fc.base64String(), authenticatorData: fc.base64String(), signature: fc.string(), attestationObject: fc.base64String() }).map((value) => JSON.stringify(value)),
  )
  await fc.assert(fc.asyncProperty(spoiled, async (text) => {
    expect((await ceremonies.finishAuthentication('here', text)).outcome).toBe('refused')
    await expect(ceremonies.finishRegistration(jane, 'here', { answer: text })).rejects.toMatchObject({ code: 'invalid-input' })
  }), { numRuns: 150 })

  // A right answer with one part replaced by bytes of a stranger's choosing, under a challenge that is good.
  const part = fc.constantFrom('authenticatorData', 'signature', 'attestationObject', 'id', 'userHandle', 'clientDataJSON')
  const bytes = fc.uint8Array({ maxLength: 300 }).map((value) => Buffer.from(value).toString('base64url'))
  await fc.assert(fc.asyncProperty(part, bytes, fc.boolean(), async (name, value, cut) => {
    const spoil = (answer: Record<string, unknown>): string => JSON.stringify({ ...answer, [name]: cut ? String(answer[name] ?? '').slice(0, value.length) : value })
    const get = spoil(authenticator.get(await ceremonies.beginAuthentication('here'), { signature: Buffer.alloc(64) }))
    expect((await ceremonies.finishAuthentication('here', get)).outcome).toBe('refused')
    const create = new Authenticator(origin).create(await ceremonies.beginRegistration(jane, 'here'))
    if (!(name in create) || spoil(create) === JSON.stringify(create)) return
    await expect(ceremonies.finishRegistration(jane, 'here', { answer: spoil(create) })).rejects.toMatchObject({ code: expect.stringMatching(/^(invalid-input|expired)$/) })
  }), { numRuns: 100 })
})

test('a passkey is renamed and removed by its owner only', async () => {
  await registered()
  await registered()
  const [first, second] = await passkeys.list(jane.principal)
  await passkeys.rename(jane.principal, first!.id, ' Phone ')
  await expect(passkeys.rename(jane.principal, second!.id, 'PHONE')).rejects.toMatchObject({ code: 'conflict' })
  await expect(passkeys.rename(kim.principal, first!.id, 'Mine')).rejects.toMatchObject({ code: 'not-found' })
  for (const name of ['', '   ', 'x'.repeat(65), 'a\u202eb', 'a\nb']) await expect(passkeys.rename(jane.principal, first!.id, name)).rejects.toMatchObject({ code: 'invalid-input' })
  await expect(passkeys.remove(kim.principal, first!.id)).rejects.toMatchObject({ code: 'not-found' })
  expect(await passkeys.remove(jane.principal, first!.id)).toMatchObject({ name: 'Phone' })
  expect(await passkeys.list(jane.principal)).toMatchObject([{ name: 'Passkey 2' }])
})

test.each([['https://login.example.com', true], ['http://localhost:8080', true], ['https://192.0.2.1', false], ['https://[2001:db8::1]', false], ['http://login.example.com', false]])('at %s there can be passkeys: %s', (publicUrl, possible) => {
  const { isPossible } = new PasskeyCeremonies({ passkeys, challenges: undefined as never, publicUrl: new URL(publicUrl), organizationName: async () => '' })
  expect(isPossible).toBe(possible)
})
