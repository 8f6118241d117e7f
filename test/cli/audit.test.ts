// `gatehouse audit`: what it prints, where it exits, and that a table opens in a spreadsheet without doing anything.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { audit } from '../../src/cli/audit.js'
import { csvCell } from '../../src/platform/audit/formats.js'
import type { Database } from '../../src/platform/storage/database.js'
import { auditOf, event, recordMany } from '../support/audit.js'
import { openEmpty } from '../support/database.js'

let database: Database
let home: ReturnType<typeof auditOf>
let folder: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-audit-'))
  database = await openEmpty()
  home = auditOf(database)
  await recordMany(home.trail, 4, { accountId: '444455556666' })
  await home.trail.record(event({ eventName: 'Formula', origin: { requestId: 'r', sourceIPAddress: '192.0.2.1', userAgent: '=HYPERLINK("https://evil.example","x")' }, errorMessage: '@SUM(1)\n"two"' }))
  home.time.now += 86_400_000
  await recordMany(home.trail, 3, { eventName: 'Later' })
  await home.checkpoints.signHead()
})
afterAll(async () => {
  await database.close()
  rmSync(folder, { recursive: true, force: true })
})

async function run(...argv: string[]) {
  const printed = { out: '', said: '' }
  const io = { out: (text: string) => { printed.out += text }, say: (line: string) => { printed.said += `${line}\n` } }
  const code = await audit(argv, io, async () => ({ database, keys: home.keys, checkpoints: home.checkpoints, close: async () => undefined }))
  return { code, ...printed }
}

test('a trail as it was written is proved, all of it or since a time', async () => {
  expect(await run('verify')).toEqual({ code: 0, out: '8 events, positions 1 to 8: all are as they were written, and agree with 1 signed checkpoint.\n', said: '' })
  expect((await run('verify', '--since', '2026-01-03')).out).toContain('8 events')
})

test('since a time begins at the checkpoint before it', async () => {
  await recordMany(home.trail, 2)
  home.time.now += 86_400_000
  await recordMany(home.trail, 1)
  expect((await run('verify', '--since', '2026-01-04')).out).toContain('3 events, positions 9 to 11')
})

test('the first event that is not as it was written is named, with 1', async () => {
  await database.query('alter table audit_events disable trigger audit_events_kept')
  await database.query(`update audit_events set event_source = 'x' where position = 2`)
  const [{ event_id: id }] = await database.query<{ event_id: string }>('select event_id from audit_events where position = 2') as [{ event_id: string }]
  expect(await run('verify')).toEqual({ code: 1, out: `Position 2, event ${id}: changed: what it says is not what its hash was made of.\n`, said: '' })
  await database.query(`update audit_events set event_source = 'sso.amazonaws.com' where position = 2`)
  await database.query('alter table audit_events enable trigger audit_events_kept')
  expect((await run('verify')).code).toBe(0)
})

test('a checkpoint is taken from a file by itself, or from what was streamed', async () => {
  const [head] = await home.checkpoints.listHeads(0, 1)
  const file = join(folder, 'checkpoint')
  writeFileSync(file, `{"eventName":"Other"}\n{"gatehouse":{"checkpoint":{"jws":"${head!.jws}"}}}\n{"eyJ":"eyJhbGciOiJub25lIn0.eyJhIjoxfQ.x"}\n`)
  expect((await run('verify', '--checkpoint', file)).code).toBe(0)
  writeFileSync(file, 'nothing')
  expect(await run('verify', '--checkpoint', file)).toMatchObject({ code: 1, said: expect.stringContaining('has no checkpoint') })
  expect(await run('verify', '--checkpoint', join(folder, 'missing'))).toMatchObject({ code: 1, said: expect.stringContaining('cannot be read') })
})

test('events are printed as lines of JSON, as far as they are asked for', async () => {
  const { out, code } = await run('export', '--event', 'Later')
  expect([code, out.trimEnd().split('\n').map((line) => (JSON.parse(line) as { gatehouse: { position: number } }).gatehouse.position)]).toEqual([0, [6, 7, 8]])
  expect((await run('export', '--since', '2026-01-03', '--until', '2026-01-04')).out.trimEnd().split('\n')).toHaveLength(5)
  expect((await run('export', '--account', '444455556666')).out.trimEnd().split('\n')).toHaveLength(4)
  expect((await run('export', '--user', 'nobody')).out).toBe('')
})

test('a table has one line an event, and no cell that a spreadsheet would compute', async () => {
  const { out } = await run('export', '--format', 'csv', '--event', 'Formula')
  expect(out.startsWith('position,time,source,name,outcome,')).toBe(true)
  expect(out).toContain(`,"'=HYPERLINK(""https://evil.example"",""x"")",`)
  expect(out).toContain(`,"'@SUM(1)\n""two""",`)
})

test('no cell begins with what begins a formula, and each can be read back', () => {
  fc.assert(fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('=1', '+1', '-1', '@x', '\t=1', '\r=1', '\n=1', '"', ',', `'`)), (text) => {
    const cell = csvCell(text)
    const plain = cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell
    expect(plain).not.toMatch(/^[=+\-@\t\r\n]/)
    expect([text, `'${text}`]).toContain(plain)
    if (!cell.startsWith('"')) expect(cell).not.toMatch(/[",\r\n]/)
  }))
})

test('the keys that checkpoints are signed with are printed without what signs', async () => {
  const { keys } = JSON.parse((await run('keys')).out) as { keys: Record<string, string>[] }
  expect(keys).toEqual([{ kty: 'EC', crv: 'P-256', alg: 'ES256', use: 'sig', kid: expect.any(String), x: expect.any(String), y: expect.any(String) }])
})

test.each([[], ['what'], ['verify', 'more'], ['verify', '--since', 'yesterday'], ['export', '--format', 'xml'], ['export', '--no']])('misuse is answered with the usage and 2: %j', async (...argv) => {
  expect(await run(...argv as string[])).toMatchObject({ code: 2, out: '', said: expect.stringContaining('Usage: gatehouse audit') })
})
