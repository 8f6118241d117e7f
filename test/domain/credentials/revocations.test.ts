import { PGlite } from '@electric-sql/pglite'
import type { QueryRunner } from 'typeorm'
import { CredentialRevocations1763683200003 } from '../../../migrations/0003-credential-revocations.js'
import { Revocations, type RevocationStore } from '../../../src/domain/credentials/index.js'

const user = { kind: 'user', subject: '906f2d10-0000-4000-8000-000000000001' } as const
const role = { kind: 'role', subject: 'AROAABCDEFGHIJKLMNOPQ' } as const
const hour = 3600 * 1000

let pg: PGlite
let store: RevocationStore & { down: boolean }
const migration = new CredentialRevocations1763683200003()
const runner = { query: (sql: string) => pg.exec(sql) } as unknown as QueryRunner
const time = { now: 0 }
const warnings: unknown[] = []

beforeAll(async () => {
  pg = await PGlite.create()
})
afterAll(() => pg.close())

beforeEach(async () => {
  await migration.up(runner)
  // The database has its own clock, so marks are made around the real time.
  time.now = Date.now()
  warnings.length = 0
  store = {
    down: false,
    async query<T>(sql: string, parameters?: unknown[]) {
      if (store.down) throw new Error('down')
      return (await pg.query<T>(sql, parameters)).rows
    },
  }
})
afterEach(() => migration.down(runner))

const node = (refreshEvery?: number) =>
  new Revocations({ store, clock: () => time.now, elapsed: () => time.now, log: { warn: (...args: unknown[]) => void warnings.push(args) }, ...(refreshEvery && { refreshEvery }) })

async function started(refreshEvery?: number): Promise<Revocations> {
  const revocations = node(refreshEvery)
  await revocations.refresh()
  return revocations
}

test('lets pass what nobody revoked', async () => {
  expect((await started()).check([user, role], time.now)).toBe('in-force')
})

test('revokes at once, on the node that was asked, what was issued until then and nothing later', async () => {
  const revocations = await started(500)
  await revocations.revoke({ ...user, issuedBefore: time.now, by: 'admin' })
  expect(revocations.check([role, user], time.now)).toBe('revoked')
  expect(revocations.check([user], time.now + 1)).toBe('in-force')
  expect(revocations.check([role, { kind: 'session', subject: user.subject }], time.now)).toBe('in-force')
})

test('is known to another node after its next refresh, to the millisecond', async () => {
  const [here, there] = [await started(500), await started(500)]
  await here.revoke({ ...role, issuedBefore: time.now, by: 'admin' })
  expect(there.check([role], time.now)).toBe('in-force')
  await there.refresh()
  expect(there.check([role], time.now)).toBe('revoked')
  expect(there.check([role], time.now + 1)).toBe('in-force')
})

test('never moves a mark back', async () => {
  const revocations = await started()
  await revocations.revoke({ ...user, issuedBefore: time.now, by: 'admin' })
  await revocations.revoke({ ...user, issuedBefore: time.now - hour, by: 'admin' })
  expect(revocations.check([user], time.now)).toBe('revoked')
  expect((await started()).check([user], time.now)).toBe('revoked')
})

test('learns of a mark that moved after it was read', async () => {
  const [here, there] = [await started(500), await started(500)]
  await here.revoke({ ...user, issuedBefore: time.now - hour, by: 'admin' })
  await there.refresh()
  await here.revoke({ ...user, issuedBefore: time.now, by: 'admin' })
  await there.refresh()
  expect(there.check([user], time.now)).toBe('revoked')
})

test('survives a restart', async () => {
  await (await started()).revoke({ ...user, issuedBefore: time.now, by: 'admin' })
  expect((await started()).check([user], time.now)).toBe('revoked')
})

test('does not answer before the list was read', () => {
  expect(() => node().check([user], time.now)).toThrow(expect.objectContaining({ code: 'unavailable' }))
})

test('refuses everything once the list is older than five seconds, until it is read again', async () => {
  const revocations = await started(500)
  time.now += 5000
  expect(revocations.check([user], time.now)).toBe('in-force')
  time.now += 1
  expect(() => revocations.check([user], time.now)).toThrow(expect.objectContaining({ code: 'unavailable' }))
  store.down = true
  await expect(revocations.refresh()).rejects.toThrow('down')
  expect(() => revocations.check([user], time.now)).toThrow(expect.objectContaining({ code: 'unavailable' }))
  store.down = false
  await revocations.refresh()
  expect(revocations.check([user], time.now)).toBe('in-force')
})

test('never grows stale on a node of its own', async () => {
  const revocations = await started()
  time.now += hour
  expect(revocations.check([user], time.now)).toBe('in-force')
})

test('does not pretend to have revoked what the database did not take', async () => {
  const revocations = await started()
  store.down = true
  await expect(revocations.revoke({ ...user, issuedBefore: time.now, by: 'admin' })).rejects.toThrow('down')
  expect(revocations.check([user], time.now)).toBe('in-force')
})

test('drops marks that no living session can fall under, and keeps the others', async () => {
  const revocations = await started()
  await revocations.revoke({ ...user, issuedBefore: time.now, by: 'admin' })
  time.now += 35 * hour
  await revocations.revoke({ ...role, issuedBefore: time.now, by: 'admin' })
  time.now += 2 * hour
  await revocations.refresh()
  expect((await pg.query('select kind from credential_revocations')).rows).toEqual([{ kind: 'role' }])
  expect(revocations.check([user], time.now - 37 * hour)).toBe('in-force')
  expect(revocations.check([role], time.now - 2 * hour)).toBe('revoked')
})

test('keeps itself fresh after start, warns when it cannot, and stops', async () => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate', 'performance'] })
  try {
    const [here, there] = [await started(500), node(500)]
    await there.start()
    await here.revoke({ ...user, issuedBefore: time.now, by: 'admin' })
    jest.advanceTimersByTime(500)
    await there.refresh()
    expect(there.check([user], time.now)).toBe('revoked')
    store.down = true
    jest.advanceTimersByTime(500)
    await there.refresh().catch(() => undefined)
    await there.stop()
    expect(warnings).toHaveLength(1)
    jest.advanceTimersByTime(5000)
    expect(warnings).toHaveLength(1)
  } finally {
    jest.useRealTimers()
  }
})
