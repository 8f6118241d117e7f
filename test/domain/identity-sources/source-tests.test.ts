// Tests of sources whose passwords are typed here, what is read from what came, and who may look at a test.
import { Refusal } from '../../../src/platform/errors.js'
import { SourceTests, WaysOut, type Admitted, type IdentitySource, type SourceTest, type Tester } from '../../../src/domain/identity-sources/index.js'
import type { User } from '../../../src/domain/directory/index.js'
import type { ExternalIdentity } from '../../../src/domain/federation/index.js'
import type { EphemeralStore } from '../../../src/platform/storage/ephemeral.js'

const source = { id: 's-1', name: 'Directory', kind: 'ldap', secondStep: 'unless-theirs', mapping: { email: 'mail' }, domains: [], provisioning: {}, connection: { subject: 'entryUUID' } } as unknown as IdentitySource
const identity: ExternalIdentity = {
  subject: 'guid-1', authenticatedAt: undefined, amr: ['pwd'], acr: undefined, session: undefined,
  claims: new Map<string, readonly string[]>([['uid', ['ada']], ['mail', ['ada@example.com']], ['groups', Array.from({ length: 25 }, (_, at) => `g-${at}`)], ['shoes', ['4'.repeat(500)]], ['entryUUID', ['guid-1']]]),
}
const ada = { id: 'u-1', userName: 'ada', displayName: 'Ada', emails: [{ value: 'ada@example.com', primary: true }], active: true } as unknown as User
const typed = { name: 'ada', password: 'secret of ada' }

/** A store that is there for as long as a test is. */
function memory(): EphemeralStore {
  const entries = new Map<string, string>()
  return {
    put: async (key: string, value: string) => void entries.set(key, value), get: async (key: string) => (entries.has(key) ? { value: entries.get(key)! } : undefined),
    take: async (key: string) => { const value = entries.get(key); entries.delete(key); return value }, count: async () => 1,
  } as unknown as EphemeralStore
}

interface Home { prove?: Extract<Tester, { shape: 'password' }>['prove']; admitted?: Partial<Admitted>; foresee?: () => Promise<Admitted> }

function home({ prove = async () => identity, admitted = {}, foresee }: Home = {}) {
  const store = memory()
  const usual = async (): Promise<Admitted> => ({ user: ada, profile: {} as never, created: true, linked: true, updated: false, groups: { joined: [], left: [] }, ...admitted })
  const tests = new SourceTests({
    testers: { ldap: { shape: 'password', prove } }, admission: { foresee: foresee ?? usual }, waysOut: new WaysOut(store), store, clock: () => 1000, findUser: async () => ({ ...ada, displayName: 'A.' }),
  })
  const test = async (): Promise<SourceTest> => (await tests.begin(source, { session: 'one', page: '/x', typed }) as { test: SourceTest }).test
  return { tests, test }
}

test('a password that is right says who it would be, and where each part is read from', async () => {
  const { tests, test } = home({ admitted: { created: false, linked: false } })
  const seen = await test()
  expect(seen).toMatchObject({ at: 1000, subject: 'guid-1', person: { userId: 'u-1', how: 'linked', changes: [{ part: 'displayName', before: 'A.', after: 'Ada' }], secondStep: { rule: 'unless-theirs', isTold: false, amr: ['pwd'] } } })
  expect(seen.claims.map(({ name, readAs, more }) => [name, readAs, more])).toEqual([['uid', ['userName'], 0], ['mail', ['email'], 0], ['groups', ['groups'], 5], ['shoes', [], 0], ['entryUUID', ['subject'], 0]])
  expect(seen.claims[3]!.values[0]).toHaveLength(301)
  expect([tests.shapeOf('ldap'), tests.shapeOf('oidc')]).toEqual(['password', undefined])
  expect(JSON.stringify(seen)).not.toContain(typed.password)
})

test('one that is wrong is a step that failed, and nothing typed is refused', async () => {
  const { tests, test } = home({ prove: async () => undefined })
  expect(await test()).toMatchObject({ reason: 'not-right', steps: [{ name: 'password', outcome: 'failed', advice: expect.any(String) }], claims: [] })
  for (const nothing of [undefined, { name: 'ada', password: '' }, { name: '', password: 'x' }]) await expect(tests.begin(source, { session: 'one', page: '/x', typed: nothing })).rejects.toMatchObject({ code: 'invalid-input' })
  await expect(tests.begin({ ...source, kind: 'saml' } as IdentitySource, { session: 'one', page: '/x' })).rejects.toMatchObject({ code: 'invalid-input' })
})

test('what the directory here refuses is shown with what came; our own faults are none of a test', async () => {
  const refused = home({ foresee: async () => { throw new Refusal('conflict', 'Another user has that mail address.') } })
  expect(await refused.test()).toMatchObject({ reason: 'conflict', steps: [{ name: 'person', says: 'Another user has that mail address.' }], claims: [{ name: 'uid' }, {}, {}, {}, {}] })
  await expect(home({ foresee: async () => { throw new Refusal('unavailable', 'The database does not answer.') } }).test()).rejects.toMatchObject({ code: 'unavailable' })
  await expect(home({ prove: async () => { throw new TypeError('ours') } }).test()).rejects.toThrow('ours')
})

test('messages are kept up to a length', async () => {
  const { test } = home({ prove: async (_source, _typed, steps) => { steps.passed('opened', 'It came.', { received: 'x'.repeat(100_000) }); return identity } })
  expect((await test()).steps[0]!.received).toHaveLength(60_001)
})

test('a test is for the session that made it, and of its source', async () => {
  const { tests, test } = home()
  const name = await tests.keep(await test(), 'one')
  expect((await tests.get(name, { session: 'one', sourceId: 's-1' })).subject).toBe('guid-1')
  for (const [key, session, sourceId] of [[name, 'two', 's-1'], [name, 'one', 's-2'], ['no such name', 'one', 's-1']] as const) await expect(tests.get(key, { session, sourceId })).rejects.toMatchObject({ code: 'expired' })
  await expect(tests.finish(source, { session: 'one', answer: 'none' })).rejects.toMatchObject({ code: 'expired' })
})
