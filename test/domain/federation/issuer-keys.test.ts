import { exportJWK, generateKeyPair } from 'jose'
import { IssuerKeys } from '../../../src/domain/federation/index.js'

const issuer = 'https://issuer.example.com'

async function setUp() {
  const { publicKey } = await generateKeyPair('ES256', { extractable: true })
  const keys = [{ ...await exportJWK(publicKey), kid: 'one', alg: 'ES256' }]
  const state = { now: 0, asked: 0, broken: false, release: undefined as (() => void) | undefined, waiting: undefined as Promise<void> | undefined }
  const get = async (address: string | URL) => {
    state.asked += 1
    await state.waiting
    if (state.broken) throw Object.assign(new Error('issuer.example.com could not be reached'), { name: 'OutboundFailure' })
    const body = String(address).endsWith('/keys') ? { keys } : { issuer, jwks_uri: `${issuer}/keys` }
    return { status: 200, headers: {}, body: Buffer.from(JSON.stringify(body)) }
  }
  return { state, keys: new IssuerKeys({ outbound: { get }, clock: () => state.now }) }
}
const minutes = 60_000

test('asks once for many tokens that come at the same time, and not again for an hour', async () => {
  const { state, keys } = await setUp()
  await Promise.all(Array.from({ length: 50 }, () => keys.find(issuer)))
  state.now = 59 * minutes
  await keys.find(issuer)
  expect(state.asked).toBe(2)
  state.now = 61 * minutes
  await keys.find(issuer)
  expect(state.asked).toBe(4)
})

test('goes on with keys of the last day while an issuer does not answer', async () => {
  const { state, keys } = await setUp()
  await keys.find(issuer)
  state.broken = true
  state.now = 23 * 60 * minutes
  await expect(keys.find(issuer)).resolves.toBeDefined()
  state.now = 25 * 60 * minutes
  await expect(keys.find(issuer)).rejects.toMatchObject({ name: 'IssuerFailure', message: 'issuer.example.com could not be reached' })
})

test('does not ask an issuer again soon after it failed', async () => {
  const { state, keys } = await setUp()
  state.broken = true
  for (let at = 0; at < 5; at += 1) await expect(keys.find(issuer)).rejects.toMatchObject({ name: 'IssuerFailure' })
  expect(state.asked).toBe(1)
  state.now = 31_000
  state.broken = false
  await expect(keys.find(issuer)).resolves.toBeDefined()
})

test('asks anew for a key that it does not know, twice a minute at most', async () => {
  const { state, keys } = await setUp()
  await keys.find(issuer)
  expect(await keys.findAnew(issuer)).toBeUndefined()
  state.now = 30_000
  expect(await keys.findAnew(issuer)).toBeDefined()
  expect(await keys.findAnew(issuer)).toBeUndefined()
  expect(state.asked).toBe(4)
})
