// The organization and its cache: read once a second however many ask, and never remembered as missing.
import { defaultMfa, OrganizationCache, Organizations, type Organization } from '../../../src/domain/settings/index.js'

const organization: Organization = { id: 'd-0123456789', name: 'Test', portalSubdomain: undefined, startUrlAliases: [], portalSession: 28_800, mfa: defaultMfa, settings: {}, instance: {}, createdAt: new Date(0) }

function world(first?: Organization) {
  const state = { now: 1_000_000, reads: 0, stored: first, failure: undefined as Error | undefined }
  const find = async () => {
    state.reads += 1
    if (state.failure) throw state.failure
    return state.stored
  }
  return { state, cache: new OrganizationCache({ find }, () => state.now) }
}

test('many who ask at once cost one read, and a second later the change is seen', async () => {
  const { state, cache } = world(organization)
  await Promise.all(Array.from({ length: 50 }, () => cache.get()))
  expect(state.reads).toBe(1)
  state.stored = { ...organization, name: 'Renamed' }
  expect((await cache.get()).name).toBe('Test')
  state.now += 1000
  expect((await cache.get()).name).toBe('Renamed')
  expect(cache.latest?.name).toBe('Renamed')
})

test('an organization that is not there is asked for again each time', async () => {
  const { state, cache } = world()
  await expect(cache.get()).rejects.toMatchObject({ code: 'unavailable' })
  expect(cache.latest).toBeUndefined()
  state.stored = organization
  expect(await cache.get()).toBe(organization)
})

test('a failed read is not remembered', async () => {
  const { state, cache } = world(organization)
  state.failure = new Error('down')
  await expect(cache.get()).rejects.toThrow('down')
  state.failure = undefined
  expect(await cache.get()).toBe(organization)
})

test('directory ids are d- and ten hexadecimal digits, each time another', () => {
  const ids = Array.from({ length: 100 }, () => Organizations.newDirectoryId())
  expect(new Set(ids).size).toBe(100)
  for (const id of ids) expect(id).toMatch(/^d-[0-9a-f]{10}$/)
})
