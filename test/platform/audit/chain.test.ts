// The chain: whatever is changed, removed, moved or put in is named, and what a checkpoint says cannot be taken back.
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { beginning, contentHash, link } from '../../../src/platform/audit/canonical.js'
import { readChain } from '../../../src/platform/audit/chain.js'
import { exportEvents, verifyChain, type Verified } from '../../../src/platform/audit/index.js'
import { openDatabase, type Database, type Executor } from '../../../src/platform/storage/database.js'
import { MasterKey } from '../../../src/platform/keys/index.js'
import { auditOf, event, recordMany, tampering } from '../../support/audit.js'
import { silent } from '../../support/app.js'
import { openEmpty } from '../../support/database.js'
import { needs } from '../../support/needs.js'
import { freshDatabase } from '../../support/postgres.js'
import { eventually } from '../../support/servers.js'

const events = 9
let database: Database
let home: ReturnType<typeof auditOf>
beforeAll(async () => {
  database = await openEmpty()
  home = auditOf(database)
  await recordMany(home.trail, events - 1, { accountId: '444455556666', userId: '0198c0de-0000-7000-8000-000000000001' })
  await home.trail.record(event({ requestParameters: { 'é\0': ['\ud800', 1e21, -0, 0.1, null, true, { 10: 'a', 9: 'b', ['__proto__']: 'c' }] }, errorCode: 'AccessDenied' }))
  await home.checkpoints.signHead()
})
afterAll(() => database.close())

const verifyOver = (sql: Executor, page = 4): Promise<Verified> => verifyChain({ sql, checkpoints: home.checkpointsOver(sql), page })

test('a chain that nobody touched is as it was written, whatever the size of a page', async () => {
  for (const page of [1, 4, events, 1000]) {
    expect(await verifyChain({ sql: database, checkpoints: home.checkpoints, page })).toEqual({ count: events, unchained: 0, first: 1, last: events, checkpoints: 1 })
  }
})

test('anybody can compute the chain from the exported lines, with RFC 8785 and SHA-256 alone', async () => {
  const sha256 = (...parts: (string | Buffer)[]): Buffer => createHash('sha256').update(Buffer.concat(parts.map((part) => Buffer.from(part)))).digest()
  const sorted = (value: unknown): string => (Array.isArray(value) ? `[${value.map(sorted).join()}]` : value && typeof value === 'object'
    ? `{${Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, member]) => `${JSON.stringify(name)}:${sorted(member)}`).join()}}` : JSON.stringify(value))
  let text = ''
  for await (const part of exportEvents(database, 'ndjson', {}, 4)) text += part
  let last: Buffer = Buffer.alloc(32)
  for (const line of text.trimEnd().split('\n')) {
    const { gatehouse: { position: _, previousHash, hash, ...gatehouse }, ...said } = JSON.parse(line) as { gatehouse: Record<string, string> }
    expect(previousHash).toBe(last.toString('hex'))
    last = sha256(last, sha256(sorted({ ...said, gatehouse })))
    expect(hash).toBe(last.toString('hex'))
  }
  expect(text.trimEnd().split('\n')).toHaveLength(events)
})

const at = fc.integer({ min: 1, max: events })
const changes = [
  `event_name = 'Other'`, `event_source = 'x'`, `event_time = event_time + interval '1 microsecond'`, `event_id = gen_random_uuid()`, `user_id = gen_random_uuid()`, `user_id = null, account_id = 'x'`,
  `account_id = '999999999999'`, `access_key_id = 'AKIA'`, `outcome = case outcome when 'Success' then 'Failure' else 'Success' end`, `event = jsonb_set(event, '{eventName}', '"Other"'), event_name = 'Other'`,
  `event = event || '{"sourceIPAddress": "192.0.2.99"}'`, `event = event - 'requestID'`, `event = event || '{"errorCode": ""}'`, `hash = sha256(hash)`, `previous_hash = sha256(previous_hash)`, `hash = null`,
]

test('an event of which anything was changed is named', async () => {
  await fc.assert(fc.asyncProperty(at, fc.constantFrom(...changes), async (position, change) => {
    const { fault } = await tampering(database, async (tx) => {
      await tx.query(`update audit_events set ${change} where position = $1`, [position])
      return verifyOver(tx)
    })
    expect(fault).toMatchObject({ position, kind: 'changed' })
  }), { numRuns: 60 })
})

test('events that are missing are named, from the first to the last', async () => {
  await fc.assert(fc.asyncProperty(at, at, async (one, other) => {
    const [from, to] = [Math.min(one, other), Math.max(one, other)]
    const { fault } = await tampering(database, async (tx) => {
      await tx.query('delete from audit_events where position between $1 and $2', [from, to])
      return verifyOver(tx)
    })
    expect(fault).toMatchObject({ position: from, kind: 'missing' })
  }), { numRuns: 30 })
})

const renumber = async (tx: Executor, from: number, by: number): Promise<void> => {
  await tx.query('update audit_events set position = -position where position >= $1', [from])
  await tx.query('update audit_events set position = -position + $1 where position < 0', [by])
}

test('a gap that was closed by giving the rest other positions is named where it was', async () => {
  await fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: events - 1 }), async (position) => {
    const { fault } = await tampering(database, async (tx) => {
      await tx.query('delete from audit_events where position = $1', [position])
      await renumber(tx, position, -1)
      return verifyOver(tx)
    })
    expect(fault).toMatchObject({ position, kind: 'moved' })
  }), { numRuns: 20 })
})

test('two events that changed places are named, the first of them', async () => {
  await fc.assert(fc.asyncProperty(at, at, async (one, other) => {
    fc.pre(one !== other)
    const { fault } = await tampering(database, async (tx) => {
      await tx.query('update audit_events set position = -1 where position = $1', [one])
      await tx.query('update audit_events set position = $1 where position = $2', [one, other])
      await tx.query('update audit_events set position = $1 where position = -1', [other])
      return verifyOver(tx)
    })
    expect(fault).toMatchObject({ position: Math.min(one, other), kind: 'moved' })
  }), { numRuns: 30 })
})

test('an event that was put in is named, or the one it was put before', async () => {
  await fc.assert(fc.asyncProperty(at, fc.boolean(), async (position, isForged) => {
    const { fault } = await tampering(database, async (tx) => {
      await renumber(tx, position, 1)
      await tx.query(`insert into audit_events select $1::bigint, event_id, event_time, event_name, event_source, user_id, account_id, access_key_id, outcome, event, previous_hash, hash from audit_events where position = $2`, [position, position === 1 ? 2 : position - 1])
      if (isForged) await forge(tx, position, events + 1, position)
      return verifyOver(tx)
    })
    // In the last place, it is not what was signed there.
    const isSigned = isForged && position === events
    expect([fault!.position, fault!.kind]).toEqual([(isForged || position === 1) && !isSigned ? position + 1 : position, isSigned ? 'changed' : 'moved'])
  }), { numRuns: 20 })
})

/** Computes hashes anew, as somebody would who knows how: of the events from one position to another. */
async function forge(tx: Executor, from: number, events: number, to = events): Promise<void> {
  const rows = await readChain(tx, 0, 1000)
  let last = from === 1 ? beginning : rows.find(({ position }) => position === from - 1)!.hash!
  for (const row of rows.filter(({ position }) => position >= from && position <= to)) {
    const hash = link(last, contentHash(row))
    await tx.query('update audit_events set previous_hash = $2, hash = $3 where position = $1', [row.position, last, hash])
    last = hash
  }
}

test('an event that was changed together with all hashes after it does not agree with the checkpoint', async () => {
  const { fault } = await tampering(database, async (tx) => {
    await tx.query(`update audit_events set account_id = '000000000000' where position = 3`)
    await forge(tx, 3, events)
    return verifyOver(tx)
  })
  expect(fault).toMatchObject({ position: events, kind: 'changed', sentence: expect.stringContaining('checkpoint') })
})

test('a checkpoint that was signed with another key, or says something else, is no checkpoint', async () => {
  const stranger = auditOf(database, new MasterKey(Buffer.alloc(32, 4)))
  await expect(stranger.checkpoints.signHead()).resolves.toBeUndefined()
  const [head] = await home.checkpoints.listHeads(0, 1)
  expect(await home.checkpoints.prove(head!.jws)).toMatchObject({ kind: 'head', position: events })
  expect(await stranger.checkpoints.prove(head!.jws)).toBeUndefined()
  for (const broken of ['', 'x.y.z', head!.jws.slice(0, -4), `${head!.jws}AAAA`, head!.jws.replace(/\.[^.]+\./, `.${Buffer.from('{"kind":"cut"}').toString('base64url')}.`)]) {
    expect(await home.checkpoints.prove(broken)).toBeUndefined()
  }
  const { fault } = await tampering(database, async (tx) => {
    await tx.query(`delete from audit_events where position <= 4`)
    await tx.query(`insert into audit_checkpoints select 'cut', 4, previous_hash, now(), $1 from audit_events where position = 5`, [head!.jws])
    return verifyOver(tx)
  })
  expect(fault).toMatchObject({ position: 4, kind: 'unsigned' })
})

test('a tail that was cut off together with its checkpoints is noticed by a checkpoint that was kept elsewhere', async () => {
  const [kept] = await home.checkpoints.listHeads(0, 1)
  const verified = await tampering(database, async (tx) => {
    await tx.query('delete from audit_events where position > 6')
    await tx.query('delete from audit_checkpoints')
    return [await verifyOver(tx), await verifyChain({ sql: tx, checkpoints: home.checkpointsOver(tx), kept: kept! })]
  })
  expect(verified[0]!.fault).toBeUndefined()
  expect(verified[1]!.fault).toMatchObject({ position: 7, kind: 'missing' })
})

test('nobody changes or removes an event by the way', async () => {
  for (const statement of [`update audit_events set outcome = 'Success'`, 'delete from audit_events', 'truncate audit_events', `update audit_events set outcome = 'Success' where false`]) {
    await expect(database.query(statement)).rejects.toThrow('neither changed nor removed')
  }
})

test('what is recorded within a transaction is there with it, in its order, or not at all', async () => {
  const before = (await home.trail.list({ eventName: 'Within' })).length
  await database.transaction(async (tx) => {
    const within = home.trail.within(tx)
    for (const at of [1, 2, 3]) await within.record(event({ eventName: 'Within', requestParameters: { at } }))
  })
  await expect(database.transaction(async (tx) => {
    await home.trail.within(tx).record(event({ eventName: 'Within' }))
    throw new Error('not after all')
  })).rejects.toThrow('not after all')
  await expect(database.transaction(async (tx) => {
    await tx.query(`insert into accounts (id, name, email, management) values ('999988887777', 'x', 'x@example.com', false)`)
    await home.trail.within(tx).record(event({ userId: 'no id at all' }))
  })).rejects.toThrow('invalid input syntax')
  expect(await database.query(`select 1 from accounts where id = '999988887777'`)).toEqual([])
  const found = await home.trail.list({ eventName: 'Within' })
  expect(found.slice(0, found.length - before).map(({ event: { requestParameters } }) => (requestParameters as { at: number }).at)).toEqual([3, 2, 1])
  expect((await verifyOver(database)).fault).toBeUndefined()
})

needs('postgres').describe('on PostgreSQL', () => {
  test('many writers at once, alone and within transactions that come to nothing, make one chain without gaps', async () => {
  const url = await freshDatabase()
  const nodes = await Promise.all([1, 2, 3].map(() => openDatabase({ url, dataDir: 'unused', log: silent })))
  const trails = nodes.map((node) => auditOf(node))
  await Promise.all(trails.flatMap(({ trail }, node) => Array.from({ length: 60 }, async (_, at) => {
    if (at % 3 > 0) return trail.record(event({ requestParameters: { node, at } }))
    return nodes[node]!.transaction(async (tx) => {
      await trail.within(tx).record(event({ requestParameters: { node, at } }))
      if (at % 2) throw new Error('undone')
    }).catch((error: Error) => { if (error.message !== 'undone') throw error })
  })))
  const { checkpoints } = trails[0]!
  await Promise.all(trails.map((each) => each.checkpoints.signHead()))
  const verified = await verifyChain({ sql: nodes[0]!, checkpoints })
  expect(verified).toEqual({ count: 150, unchained: 0, first: 1, last: 150, checkpoints: 1 })
  await Promise.all(nodes.map((node) => node.close()))
})

  test('a node that stops in the middle of a transaction keeps the others from recording for seconds only', async () => {
    const url = await freshDatabase()
    const [stopped, other] = await Promise.all([1, 2].map(() => openDatabase({ url, dataDir: 'unused', log: silent }))) as [Database, Database]
    let goOn = (): void => undefined
    const goesOn = new Promise<void>((resolve) => { goOn = resolve })
    const halted = stopped.transaction(async (tx) => {
      await auditOf({ ...stopped, query: tx.query }).trail.record(event())
      await goesOn
    })
    await eventually(async () => (await other.query(`select 1 from pg_locks where locktype = 'advisory' and objid = 7412904`)).length > 0)
    await eventually(async () => {
      await auditOf(other).trail.record(event({ eventName: 'Other' }))
      return true
    }, 30_000)
    goOn()
    await expect(halted).rejects.toThrow(/./)
    expect((await verifyChain({ sql: other, checkpoints: auditOf(other).checkpoints })).fault).toBeUndefined()
    await Promise.all([stopped, other].map((node) => node.close()))
  }, 60_000)
})
