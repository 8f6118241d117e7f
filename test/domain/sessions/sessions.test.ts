// Attempts, console sessions and who is signed in where.
import { Attempts, ConsoleSessions, longestConsoleSession, mostConsoleSessions, SignedIn, type ConsoleSession } from '../../../src/domain/sessions/index.js'
import type { Database } from '../../../src/platform/storage/database.js'
import { openEmpty, openStore } from '../../support/database.js'

let database: Database
let world: ReturnType<typeof openStore>
beforeAll(async () => {
  database = await openEmpty()
  world = openStore(database)
})
afterAll(async () => {
  await world.store.close()
  await database.close()
})
beforeEach(() => { world.time.ahead = 0 })

const hours = 3_600_000

const session = (label: string, last = hours): Omit<ConsoleSession, 'id' | 'startedAt'> => ({
  kind: 'role', principal: 'user:u', userName: 'jane', accountId: '111122223333', accountName: 'Main', label, arn: `arn:${label}/jane`, via: 'portal',
  role: { id: `AROA${label}`, name: label, arn: `arn:${label}`, sessionName: 'jane' }, accessKeyId: 'ASIA', expiresAt: world.clock() + last,
})

describe('an attempt', () => {
  const attempts = () => new Attempts(world.store)

  it('is begun once for its interaction and keeps what was proved', async () => {
    const attempt = await attempts().open('i-1')
    expect(attempt).toMatchObject({ id: 'i-1', proofs: [] })
    await attempts().save({ ...attempt, userName: 'jane', proofs: [{ way: 'pwd' as const, provedAt: 1 }] })
    expect(await attempts().open('i-1')).toEqual({ ...attempt, userName: 'jane', proofs: [{ way: 'pwd' as const, provedAt: 1 }] })
  })

  it('ends for exactly one of those who end it', async () => {
    const attempt = await attempts().open('i-2')
    await attempts().save(attempt)
    const ended = await Promise.all(Array.from({ length: 10 }, () => attempts().end(attempt)))
    expect(ended.filter(Boolean)).toHaveLength(1)
    expect((await attempts().open('i-2')).workflowId).not.toBe(attempt.workflowId)
  })

  it('is forgotten after half an hour', async () => {
    await attempts().save({ ...await attempts().open('i-3'), userName: 'jane' })
    world.time.ahead = 30 * 60_000 + 1000
    expect(await attempts().open('i-3')).not.toHaveProperty('userName')
  })
})

describe('who is signed in', () => {
  const signedIn = () => new SignedIn(world.store, world.clock)
  const record = (uid: string, subject: string, session?: string, sourceId = 'corporate') => signedIn().record({
    uid, userId: `of-${subject}`, address: '203.0.113.7', userAgent: 'test', startedAt: world.clock(), expiresAt: world.clock() + hours, vouchedBy: { sourceId, subject, ...(session !== undefined && { session }), vouchedAt: world.clock() },
  })
  const uids = async (of: Parameters<SignedIn['listVouched']>[0]): Promise<string[]> => (await signedIn().listVouched(of)).map(({ uid }) => uid).toSorted()

  it('is found by the source that vouched, the subject there and the session there', async () => {
    await Promise.all([record('v1', 'ada', 's1'), record('v2', 'ada', 's2'), record('v3', 'jane'), record('v4', 'ada', 's1', 'another')])
    expect(await Promise.all([uids({ sourceId: 'corporate' }), uids({ sourceId: 'corporate', subject: 'ada' }), uids({ sourceId: 'corporate', session: 's1' }), uids({ sourceId: 'corporate', session: 'ada' }), uids({ sourceId: 'another' })]))
      .toEqual([['v1', 'v2', 'v3'], ['v1', 'v2'], ['v1'], [], ['v4']])
    await signedIn().remove('v1')
    expect(await uids({ sourceId: 'corporate', session: 's1' })).toEqual([])
  })

  it('is no concern of a source any more once another one vouched', async () => {
    await record('w1', 'eve', 's9', 'first')
    await record('w1', 'eve', 's9', 'second')
    expect([await uids({ sourceId: 'first' }), await uids({ sourceId: 'first', subject: 'eve' }), await uids({ sourceId: 'second' })]).toEqual([[], [], ['w1']])
  })

  it('counts for nothing where the source took its word back since', async () => {
    const voucher = { sourceId: 'taken', subject: 'ada', session: 's1', vouchedAt: world.clock() }
    const [other, everybody] = [{ ...voucher, session: 's2' }, { ...voucher, sourceId: 'gone' }]
    expect(await signedIn().isTakenBack(voucher)).toBe(false)
    world.time.ahead += 1000
    await signedIn().takeBack({ sourceId: 'taken', session: 's1' })
    await signedIn().takeBack({ sourceId: 'gone' })
    expect(await Promise.all([voucher, other, everybody, { ...voucher, vouchedAt: world.clock() + 1000 }].map((one) => signedIn().isTakenBack(one)))).toEqual([true, false, true, false])
    await signedIn().takeBack({ sourceId: 'taken', subject: 'ada' })
    expect(await signedIn().isTakenBack(other)).toBe(true)
  })
})

describe('console sessions', () => {
  const sessions = () => new ConsoleSessions(world.store, world.clock)

  it('stand side by side, the last one first, and are nobody else’s', async () => {
    const { secret } = await sessions().start(undefined, session('A'))
    await sessions().start(secret, session('B'))
    expect((await sessions().list(secret)).map(({ label }) => label)).toEqual(['B', 'A'])
    expect(await sessions().list('another secret')).toEqual([])
    expect(await sessions().list(undefined)).toEqual([])
  })

  it('hold the same role once', async () => {
    const { secret } = await sessions().start(undefined, session('A'))
    await sessions().start(secret, session('A'))
    expect(await sessions().list(secret)).toHaveLength(1)
  })

  it('are never more than five', async () => {
    let secret: string | undefined
    for (let count = 0; count <= mostConsoleSessions; count += 1) ({ secret } = await sessions().start(secret, session(`R${count}`)))
    expect((await sessions().list(secret)).length).toBeLessThanOrEqual(mostConsoleSessions)
    expect(await sessions().findEnding(secret, session('R9'))).toMatchObject({ label: 'R1' })
    expect(await sessions().findEnding(secret, session('R1'))).toBeUndefined()
  })

  it('opened at the same time all stay', async () => {
    const { secret } = await sessions().start(undefined, session('first'))
    await Promise.all(['A', 'B', 'C'].map((label) => sessions().start(secret, session(label))))
    expect((await sessions().list(secret)).map(({ label }) => label).toSorted()).toEqual(['A', 'B', 'C', 'first'])
  })

  it('of different kinds stand beside each other, and none is longer than twelve hours', async () => {
    const root = { ...session('Root user', 100 * hours), kind: 'root' as const, principal: 'root:111122223333', via: 'sign-in' as const }
    const { secret } = await sessions().start(undefined, session('A'))
    const { session: started } = await sessions().start(secret, root)
    expect(started.expiresAt).toBe(started.startedAt + longestConsoleSession)
    expect(await sessions().list(secret)).toHaveLength(2)
  })

  it('move to a new secret when somebody proves who they are, and the old one is worth nothing', async () => {
    const { secret } = await sessions().start(undefined, session('A'))
    const { secret: anew } = await sessions().start(secret, session('B'), { anew: true })
    expect(anew).not.toBe(secret)
    expect(await sessions().list(secret)).toEqual([])
    expect((await sessions().list(anew)).map(({ label }) => label)).toEqual(['B', 'A'])
  })

  it('end each at its own time, the later ones unharmed', async () => {
    const { secret } = await sessions().start(undefined, session('long', 4 * hours))
    await sessions().start(secret, session('short', hours))
    world.time.ahead = hours + 1
    expect((await sessions().list(secret)).map(({ label }) => label)).toEqual(['long'])
    world.time.ahead = 4 * hours + 1
    expect(await sessions().list(secret)).toEqual([])
  })

  it('begin with a new secret where none is live, so that a planted cookie is worth nothing', async () => {
    const { secret } = await sessions().start('planted', session('A'))
    expect(secret).not.toBe('planted')
    expect(await sessions().list('planted')).toEqual([])
    const { id } = (await sessions().list(secret))[0]!
    await sessions().end(secret, id)
    expect(await sessions().list(secret)).toEqual([])
    expect((await sessions().start(secret, session('B'))).secret).not.toBe(secret)
  })
})

test('sessions of a person are listed newest first until they end or are removed', async () => {
  const signedIn = new SignedIn(world.store, world.clock)
  const about = { userId: 'u-1', address: '192.0.2.1', userAgent: 'x' }
  const now = world.clock()
  await signedIn.record({ ...about, uid: 'a', startedAt: now, expiresAt: now + hours })
  await signedIn.record({ ...about, uid: 'b', startedAt: now + 1, expiresAt: now + 3 * hours })
  await signedIn.record({ ...about, uid: 'c', startedAt: now + 2, expiresAt: now + 3 * hours })
  await signedIn.record({ ...about, userId: 'u-2', uid: 'd', startedAt: now, expiresAt: now + hours })
  expect((await signedIn.list('u-1')).map(({ uid }) => uid)).toEqual(['c', 'b', 'a'])
  await signedIn.remove('c')
  world.time.ahead = 2 * hours
  expect((await signedIn.list('u-1')).map(({ uid }) => uid)).toEqual(['b'])
  expect(await signedIn.find('a')).toBeUndefined()
})
