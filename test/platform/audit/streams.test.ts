// Streams, over real files and sockets: every event arrives, in its order, whatever fails on the way.
import { createHmac } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createServer as createWebServer, type Server as WebServer } from 'node:http'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Streams, streamTargetsOf } from '../../../src/platform/audit/index.js'
import { networksOf, Outbound } from '../../../src/platform/outbound/index.js'
import type { Database } from '../../../src/platform/storage/database.js'
import { silent } from '../../support/app.js'
import { auditOf, event, recordMany } from '../../support/audit.js'
import { openEmpty } from '../../support/database.js'
import { eventually } from '../../support/servers.js'

const secret = 'a secret of a good length'
const loopback = networksOf(['127.0.0.0/8', '::1'], () => undefined)
let database: Database
let home: ReturnType<typeof auditOf>
let folder: string
const ends: (() => Promise<unknown> | unknown)[] = []
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-streams-'))
  database = await openEmpty()
  home = auditOf(database)
  await recordMany(home.trail, 3, { eventName: 'FromBefore' })
})
afterEach(async () => { for (const end of ends.splice(0).toReversed()) await end() })
afterAll(async () => {
  await database.close()
  rmSync(folder, { recursive: true, force: true })
})

async function streamsTo(entries: string[], more: { wait?: boolean; allowed?: typeof loopback } = {}): Promise<Streams> {
  const streams = new Streams({
    targets: streamTargetsOf(entries, (entry) => { throw new Error(entry) }), webhookSecret: secret, sql: database, checkpoints: home.checkpoints, clock: Date.now, log: silent, host: 'login.example.com',
    outbound: new Outbound({ allowed: more.allowed ?? loopback }), lookEvery: 10, retry: { first: 5, most: 20 },
  })
  streams.start()
  ends.push(() => streams.stop())
  if (more.wait ?? true) await eventually(() => Object.values(streams.states()).every((state) => state === 'flows'))
  return streams
}

interface Line {
  eventName: string
  requestParameters: { at: number }
  gatehouse: { position: number; checkpoint?: { position: number; jws: string } }
}

const parsed = (text: string): Line[] => text.split('\n').filter(Boolean).map((line) => JSON.parse(line) as Line)
const positionsOf = (lines: Line[]): number[] => lines.flatMap(({ gatehouse: { position, checkpoint } }) => (checkpoint ? [] : [position]))
const head = async (): Promise<number> => Number((await home.trail.search({})).head)
const upTo = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, at) => from + at + 1)

/** A web server that answers as it is told, and keeps what it took. */
async function hook(answer: (count: number) => number) {
  const taken: { body: string; headers: Record<string, string> }[] = []
  let count = 0
  const server: WebServer = createWebServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part)).on('end', () => {
      const status = answer(count++)
      if (status === 0) return request.socket.destroy()
      if (status < 300) taken.push({ body: Buffer.concat(parts).toString(), headers: request.headers as Record<string, string> })
      response.writeHead(status).end()
    })
  })
  await new Promise<void>((listening) => { server.listen(0, '127.0.0.1', listening) })
  ends.push(() => { server.closeAllConnections(); server.close() })
  return { taken, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/audit?token=x`, lines: () => parsed(taken.map(({ body }) => body).join('')), asked: () => count }
}

test('a webhook that fails, hangs up and then works gets everything once it does, in order, and signed', async () => {
  const receiver = await hook((count) => (count % 3 === 0 ? 500 : count % 3 === 1 ? 0 : 200))
  const from = await head()
  const streams = await streamsTo([receiver.url])
  for (let round = 0; round < 5; round += 1) await recordMany(home.trail, 20)
  const to = await head()
  await eventually(() => receiver.lines().length === to - from)
  expect(positionsOf(receiver.lines())).toEqual(upTo(from, to))
  for (const { body, headers } of receiver.taken) {
    expect(headers['webhook-signature']).toBe(`v1,${createHmac('sha256', secret).update(`${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`).digest('base64')}`)
    expect(Math.abs(Date.now() / 1000 - Number(headers['webhook-timestamp']))).toBeLessThan(300)
  }
  await eventually(() => Object.values(streams.states())[0] === 'flows')
})

test('a stream begins where the trail is, and goes on where it was, over a restart', async () => {
  const receiver = await hook(() => 200)
  const from = await head()
  const first = await streamsTo([receiver.url])
  await recordMany(home.trail, 5)
  await first.stop()
  await recordMany(home.trail, 450)
  await streamsTo([receiver.url])
  await eventually(async () => receiver.lines().length === await head() - from)
  expect(positionsOf(receiver.lines())).toEqual(upTo(from, await head()))
})

test('a stream that fails holds neither the others nor those who record', async () => {
  const [broken, working] = [await hook(() => 503), await hook(() => 200)]
  const streams = await streamsTo([broken.url, working.url, `file:${join(folder, 'missing', 'audit.ndjson')}`], { wait: false })
  await eventually(() => streams.states()['2 webhook'] === 'flows')
  await recordMany(home.trail, 4)
  await eventually(() => working.lines().length >= 4 && broken.asked() > 1)
  await eventually(() => Object.values(streams.states()).join() === 'fails,flows,fails')
  const rows = await database.query<{ fault: string }>('select fault from audit_streams where failing_since is not null order by name')
  expect(rows.map(({ fault }) => fault).join()).toMatch(/ENOENT.*status 503/)
  expect(rows.map(({ fault }) => fault).join()).not.toContain('token')
})

test('a webhook on a network that may not be reached is not posted to', async () => {
  const receiver = await hook(() => 200)
  const streams = await streamsTo([receiver.url], { wait: false, allowed: networksOf([], () => undefined) })
  await eventually(() => Object.values(streams.states())[0] !== 'starting')
  await recordMany(home.trail, 1)
  await eventually(() => Object.values(streams.states())[0] === 'fails')
  expect(receiver.asked()).toBe(0)
})

test('of two nodes one streams at a time, and the other goes on when it is gone', async () => {
  const receiver = await hook(() => 200)
  const from = await head()
  const one = await streamsTo([receiver.url])
  const other = await streamsTo([receiver.url], { wait: false })
  await eventually(() => Object.values(other.states())[0] === 'runs on another node')
  await recordMany(home.trail, 10)
  await eventually(() => receiver.lines().length === 10)
  await one.stop()
  await recordMany(home.trail, 10)
  await eventually(() => receiver.lines().length === 20)
  expect(positionsOf(receiver.lines())).toEqual(upTo(from, from + 20))
})

test('checkpoints are streamed behind the event that they were signed over', async () => {
  const receiver = await hook(() => 200)
  await streamsTo([receiver.url])
  await recordMany(home.trail, 2)
  await home.checkpoints.signHead()
  await recordMany(home.trail, 1)
  const signed = await head() - 1
  await eventually(() => receiver.lines().length === 4)
  const checkpoint = receiver.lines().find(({ eventName }) => eventName === 'AuditCheckpoint')!.gatehouse.checkpoint!
  expect(checkpoint.position).toBe(signed)
  expect(await home.checkpoints.prove(checkpoint.jws)).toMatchObject({ kind: 'head', position: signed })
})

test('a file that was moved away is made anew, and a line that was cut short ends', async () => {
  const path = join(folder, 'audit.ndjson')
  writeFileSync(path, '{"cut":')
  const from = await head()
  await streamsTo([`file:${path}`])
  await recordMany(home.trail, 3)
  await eventually(() => readFileSync(path, 'utf8').split('\n').length === 5)
  renameSync(path, `${path}.1`)
  await recordMany(home.trail, 3)
  await eventually(() => readFileSync(path, 'utf8').split('\n').length === 4)
  const [cut, ...before] = readFileSync(`${path}.1`, 'utf8').split('\n')
  expect(cut).toBe('{"cut":')
  expect(positionsOf(parsed([...before, readFileSync(path, 'utf8')].join('\n')))).toEqual(upTo(from, from + 6))
})

/** A syslog server over TCP that keeps what it took. */
async function syslogServer() {
  let text = ''
  const sockets = new Set<Socket>()
  const server: Server = createServer((socket) => {
    sockets.add(socket.on('close', () => sockets.delete(socket)))
    socket.setEncoding('utf8').on('data', (part: string) => { text += part }).on('error', () => undefined)
  })
  await new Promise<void>((listening) => { server.listen(0, '127.0.0.1', listening) })
  ends.push(() => { for (const socket of sockets) socket.destroy(); server.close() })
  const messages = (): string[] => {
    const found: string[] = []
    for (let at = 0; at < text.length;) {
      const [count, length] = /^(\d+) /.exec(text.slice(at, at + 12))!
      found.push(text.slice(at + count.length, at + count.length + Number(length)))
      at += count.length + Number(length)
    }
    return found
  }
  return { messages, port: (server.address() as AddressInfo).port, hangUp: async () => {
    for (const socket of sockets) socket.end()
    await eventually(() => sockets.size === 0)
  } }
}

const syslogged = /^<(\d+)>1 (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) login\.example\.com gatehouse - (\S{1,32}) - (\{.*\})$/

test('a syslog server gets messages of RFC 5424 with their length, also after it has hung up', async () => {
  const server = await syslogServer()
  await streamsTo([`syslog+tcp://127.0.0.1:${server.port}`])
  await home.trail.record(event({ eventName: 'Näme with spaces and much more of it than is allowed', outcome: 'Failure', errorMessage: 'Zoë\n', requestParameters: { at: 1 } }))
  await eventually(() => server.messages().length === 1)
  const [, priority, , id, json] = syslogged.exec(server.messages()[0]!)!
  expect([priority, id]).toEqual(['109', 'Nmewithspacesandmuchmoreofitthan'])
  expect(JSON.parse(json!)).toMatchObject({ errorMessage: 'Zoë\n', eventName: expect.stringContaining('Näme') })
  await server.hangUp()
  await recordMany(home.trail, 3)
  await eventually(() => server.messages().length === 4)
  expect(server.messages().every((message) => syslogged.test(message))).toBe(true)
})

test('over UDP each message is a datagram', async () => {
  const messages: string[] = []
  const server = createSocket('udp4').on('message', (message) => { messages.push(message.toString()) })
  await new Promise<void>((bound) => { server.bind(0, '127.0.0.1', bound) })
  ends.push(() => { server.close() })
  await streamsTo([`syslog+udp://127.0.0.1:${server.address().port}`])
  await recordMany(home.trail, 3)
  await eventually(() => messages.length === 3)
  expect(messages.every((message) => syslogged.test(message))).toBe(true)
})

test.each([
  ['stdout', 'stdout'], ['file:/var/log/audit.ndjson', 'file:/var/log/audit.ndjson'], ['file:///var/log/a', 'file:/var/log/a'], ['syslog+udp://logs', 'syslog+udp://logs:514'],
  ['syslog+tls://[::1]:7000?ca=/etc/ca.pem', 'syslog+tls://[::1]:7000'], ['syslog+tcp://10.0.0.1', 'syslog+tcp://10.0.0.1:601'],
])('%s is a target', (entry, name) => {
  expect(streamTargetsOf([entry], () => { throw new Error('refused') }).map((target) => target.name)).toEqual([name])
})

test('the name of a webhook does not tell its address', () => {
  expect(streamTargetsOf(['https://hooks.example.com/s/TOKEN'], () => undefined)[0]!.name).toMatch(/^https:\/\/hooks\.example\.com\/#[0-9a-f]{8}$/)
})

test.each(['', 'file:', 'file:relative', 'syslog://x', 'syslog+tcp://', 'syslog+tcp://x/path', 'ftp://x', 'https://user:pass@x/', 'nothing'])('"%s" is no target', (entry) => {
  const refused: string[] = []
  expect(streamTargetsOf([entry], (one) => refused.push(one))).toEqual([])
  expect(refused).toEqual([entry])
})
