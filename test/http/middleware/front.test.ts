// Who asks and from where: forwarded headers count from listed proxies only, and never beyond them.
import { createServer, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import Koa from 'koa'
import { front, originOf } from '../../../src/http/middleware/front.js'
import { readSettings } from '../../../src/platform/config.js'

async function listen(trusted: string): Promise<Server> {
  const { config } = readSettings({ PUBLIC_URL: 'http://localhost:8080', MASTER_KEY: '00'.repeat(32), TRUSTED_PROXIES: trusted, ALLOWED_HOSTS: '*.example.com' })
  const app = new Koa({ proxy: true })
  app.silent = true
  app.use(front(config))
  app.use((ctx) => { ctx.body = { address: originOf(ctx).sourceIPAddress, host: ctx.host, protocol: ctx.protocol, ip: ctx.ip } })
  const server = createServer(app.callback())
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  return server
}

let proxied: Server
let direct: Server
beforeAll(async () => { [proxied, direct] = await Promise.all([listen('127.0.0.0/8, 10.0.0.0/8, fd00::/8'), listen('')]) })
afterAll(() => { proxied.close(); direct.close() })

interface Seen {
  address: string
  host: string
  protocol: string
  ip: string
}

const ask = (server: Server, headers: Record<string, string | string[]>): Promise<Seen> => new Promise((resolve, reject) => {
  request({ host: '127.0.0.1', port: (server.address() as AddressInfo).port, headers: { host: 'localhost:8080', ...headers } }, (response) => {
    let text = ''
    response.on('data', (chunk) => { text += chunk }).on('end', () => resolve(response.statusCode === 200 ? JSON.parse(text) as Seen : { address: 'refused' } as Seen))
  }).on('error', reject).end()
})

test.each<[header: string | string[], address: string]>([
  ['203.0.113.9', '203.0.113.9'],
  ['198.51.100.1, 203.0.113.9', '203.0.113.9'],
  ['198.51.100.1, 203.0.113.9, 10.1.2.3', '203.0.113.9'],
  ['203.0.113.9, 10.1.2.3, 127.0.0.5', '203.0.113.9'],
  [['198.51.100.1', '203.0.113.9'], '203.0.113.9'],
  ['203.0.113.9:4711', '203.0.113.9'],
  ['2001:db8::1', '2001:db8::1'],
  ['[2001:db8::1]:4711', '2001:db8::1'],
  ['[2001:db8::1]', '2001:db8::1'],
  ['2001:db8::1, fd00::7', '2001:db8::1'],
  ['::ffff:203.0.113.9', '203.0.113.9'],
  ['::FFFF:203.0.113.9', '203.0.113.9'],
  ['203.0.113.9, ::FFFF:10.0.0.1', '203.0.113.9'],
  ['fe80::1%eth0', 'fe80::1%eth0'],
  ['unknown', '127.0.0.1'],
  ['203.0.113.9, unknown', '127.0.0.1'],
  ['203.0.113.9, unknown, 10.1.2.3', '10.1.2.3'],
  ['10.1.2.3', '10.1.2.3'],
  ['', '127.0.0.1'],
  [`${'x'.repeat(5000)},203.0.113.9`, '203.0.113.9'],
])('behind a trusted proxy, X-Forwarded-For: %s means %s', async (header, address) => {
  expect((await ask(proxied, { 'x-forwarded-for': header })).address).toBe(address)
})

test('from anybody else, forwarded headers mean nothing', async () => {
  const forged = { 'x-forwarded-for': '203.0.113.9', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https', 'forwarded': 'for=203.0.113.9;host=evil.example', 'x-real-ip': '203.0.113.9' }
  expect(await ask(direct, forged)).toEqual({ address: '127.0.0.1', host: 'localhost:8080', protocol: 'http', ip: '127.0.0.1' })
})

test('even a trusted proxy does not say under which name or scheme we are', async () => {
  expect(await ask(proxied, { 'x-forwarded-for': '203.0.113.9', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' })).toMatchObject({ host: 'localhost:8080', protocol: 'http' })
})

test.each([['evil.example', 'refused'], ['localhost', 'refused'], ['LOCALHOST:8080', '127.0.0.1'], ['a.example.com', '127.0.0.1'], ['a.b.example.com', 'refused'], ['.example.com', 'refused'], ['example.com', 'refused'], ['a.example.com:80', 'refused'], ['localhost:8080.evil.example', 'refused']])('Host: %s', async (host, answer) => {
  expect((await ask(direct, { host })).address).toBe(answer)
})
