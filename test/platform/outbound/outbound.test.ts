import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { isPublicAddress, networksOf, Outbound, type OutboundOptions, type OutboundPlace } from '../../../src/platform/outbound/index.js'
import { IssuerKeys } from '../../../src/domain/federation/index.js'
import { certified, type Certified, type CertificateWish } from '../../support/certificates.js'

const authority = certified({ commonName: 'an authority', isAuthority: true })
const fail = (entry: string): never => { throw new Error(entry) }
const machine = networksOf(['127.0.0.0/8', '::1'], fail)
const nothing = networksOf([], fail)
const resolving = (...addresses: string[]): NonNullable<OutboundOptions['resolve']> => async () => addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))

const servers: Server[] = []
afterEach(() => { for (const server of servers.splice(0)) { server.closeAllConnections(); server.close() } })
async function serve(listener: RequestListener): Promise<number> {
  const server = createServer(listener)
  servers.push(server)
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  return (server.address() as AddressInfo).port
}

async function serveSecurely({ privateKey, pem }: Certified, listener: RequestListener): Promise<number> {
  const server = createSecureServer({ key: privateKey.export({ type: 'pkcs8', format: 'pem' }), cert: pem }, listener)
  servers.push(server)
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  return (server.address() as AddressInfo).port
}

describe('the public network', () => {
  const isPublic = isPublicAddress()
  test.each(['8.8.8.8', '93.184.216.34', '2606:4700::1111', '::ffff:8.8.8.8'])('has %s', (address) => expect(isPublic(address)).toBe(true))
  test.each([
    '0.0.0.0', '10.1.2.3', '100.64.0.1', '127.0.0.1', '127.9.9.9', '169.254.169.254', '172.16.0.1', '172.31.255.255', '192.168.1.1', '192.0.0.8', '198.18.0.1', '203.0.113.9', '224.0.0.1', '255.255.255.255',
    '::', '::1', '::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:10.0.0.1', '::7f00:1', '64:ff9b::a00:1', 'fc00::1', 'fd12::1', 'fe80::1', 'fec0::1', 'ff02::1', '2001:db8::1', '2001::1', '2002:7f00:1::', 'nonsense', '',
  ])('does not have %j', (address) => expect(isPublic(address)).toBe(false))
})

test('answers what is there, without following it elsewhere', async () => {
  const port = await serve((request, response) => { response.writeHead(request.url === '/away' ? 302 : 200, { location: 'http://169.254.169.254/' }).end(`host ${request.headers.host}`) })
  const outbound = new Outbound({ allowed: machine, resolve: resolving('127.0.0.1') })
  const answer = await outbound.get(`http://issuer.test:${port}/x`)
  expect([answer.status, answer.body.toString()]).toEqual([200, `host issuer.test:${port}`])
  expect((await outbound.get(`http://issuer.test:${port}/away`)).status).toBe(302)
})

test.each([
  ['http://127.0.0.1/', 'public network'], ['https://127.0.0.1/', 'public network'], ['https://2130706433/', 'public network'], ['https://0177.0.0.1/', 'public network'], ['https://0x7f.1/', 'public network'],
  ['https://[::1]/', 'public network'], ['https://[::ffff:127.0.0.1]/', 'public network'], ['https://169.254.169.254/latest/meta-data', 'public network'], ['https://10.0.0.1/', 'public network'],
  ['http://8.8.8.8/', 'https'], ['https://8.8.8.8:8443/', 'port 443'], ['https://me:secret@8.8.8.8/', 'sign in'], ['ftp://8.8.8.8/', 'https'], ['file:///etc/passwd', ''], ['nonsense', 'no address'],
])('does not ask %s', async (address, words) => {
  await expect(new Outbound({ allowed: nothing, patience: 500 }).get(address)).rejects.toMatchObject({ name: 'OutboundFailure', message: expect.stringContaining(words) })
})

test('does not ask a name of which any address is private, nor one that has none', async () => {
  for (const addresses of [['10.0.0.1'], ['8.8.8.8', '127.0.0.1'], ['::1'], ['fd00::1', '8.8.8.8'], []]) {
    await expect(new Outbound({ allowed: nothing, resolve: resolving(...addresses) }).get('https://issuer.test/')).rejects.toMatchObject({ name: 'OutboundFailure' })
  }
})

test('goes to the address that was checked, whatever the name resolves to a moment later', async () => {
  const port = await serve((_, response) => { response.end('checked') })
  let asked = 0
  const outbound = new Outbound({ allowed: machine, resolve: async () => [{ address: asked++ === 0 ? '127.0.0.1' : '127.0.0.2', family: 4 }] })
  expect((await outbound.get(`http://issuer.test:${port}/`)).body.toString()).toBe('checked')
  expect(asked).toBe(1)
})

test('plain http goes to this machine only, also among the networks that are allowed', async () => {
  const outbound = new Outbound({ allowed: networksOf(['10.0.0.0/8'], fail), resolve: resolving('10.0.0.1'), patience: 200 })
  await expect(outbound.get('http://inside.test/')).rejects.toMatchObject({ message: expect.stringContaining('https') })
})

test.each<[string, RequestListener, string]>([
  ['answers too much', (_, response) => { response.end(Buffer.alloc(2000)) }, 'more than 1000 bytes'],
  ['says nothing', () => undefined, 'in time'],
  ['never ends', (_, response) => { response.writeHead(200).write('x') }, 'in time'],
  ['answers packed', (_, response) => { response.writeHead(200, { 'content-encoding': 'gzip' }).end('x') }, 'not asked for'],
  ['hangs up', (_, response) => { response.destroy() }, 'could not be reached'],
])('does not wait for one that %s', async (_, listener, words) => {
  const port = await serve(listener)
  const outbound = new Outbound({ allowed: machine, longest: 1000, patience: 400 })
  await expect(outbound.get(`http://127.0.0.1:${port}/`)).rejects.toMatchObject({ name: 'OutboundFailure', message: expect.stringContaining(words) })
})

test('does not wait for a name that does not resolve', async () => {
  const outbound = new Outbound({ allowed: machine, patience: 100, resolve: () => new Promise(() => undefined) })
  await expect(outbound.get('https://issuer.test/')).rejects.toMatchObject({ message: expect.stringContaining('in time') })
})

describe('by https', () => {
  const trusting = (more: Partial<OutboundOptions> = {}) => new Outbound({ allowed: machine, resolve: resolving('127.0.0.1'), authorities: authority.pem, ...more })

  test('the keys of an issuer are fetched, from an address that was checked and under the name that was asked for', async () => {
    const asked: string[] = []
    const port = await serveSecurely(certified({ hosts: ['issuer.test'], by: authority }), (request, response) => {
      asked.push(`${request.headers.host} ${request.url}`)
      const issuer = `https://issuer.test:${port}/tenant`
      response.end(JSON.stringify(request.url === '/tenant/keys' ? { keys: [certified().publicKey.export({ format: 'jwk' })] } : { issuer, jwks_uri: `${issuer}/keys` }))
    })
    const keys = new IssuerKeys({ outbound: trusting(), clock: Date.now })
    await expect(keys.find(`https://issuer.test:${port}/tenant`)).resolves.toBeDefined()
    expect(asked).toEqual([`issuer.test:${port} /tenant/.well-known/openid-configuration`, `issuer.test:${port} /tenant/keys`])
  })

  const hour = 3_600_000
  test.each<[string, CertificateWish, Partial<OutboundOptions>]>([
    ['for another name', { hosts: ['other.test'], by: authority }, {}],
    ['that nobody vouches for', { hosts: ['issuer.test'] }, {}],
    ['of an authority of another name', { hosts: ['issuer.test'], by: certified({ commonName: 'an authority', isAuthority: true }) }, {}],
    ['of somebody who is no authority', { hosts: ['issuer.test'], by: certified({ commonName: 'a server', hosts: ['issuer.test'], by: authority }) }, {}],
    ['that is over', { hosts: ['issuer.test'], by: authority, until: Date.now() - hour }, {}],
    ['that is yet to come', { hosts: ['issuer.test'], by: authority, from: Date.now() + hour }, {}],
    ['of an authority that only a test believes', { hosts: ['issuer.test'], by: authority }, { authorities: undefined }],
  ])('a certificate %s is not believed, and nothing is asked', async (_, wish, more) => {
    let asked = 0
    const port = await serveSecurely(certified(wish), (_request, response) => { asked += 1; response.end('{}') })
    await expect(trusting(more as OutboundOptions).get(`https://issuer.test:${port}/`)).rejects.toMatchObject({ name: 'OutboundFailure', message: `issuer.test:${port} could not be reached` })
    await expect(new IssuerKeys({ outbound: trusting(more as OutboundOptions), clock: Date.now }).find(`https://issuer.test:${port}`)).rejects.toMatchObject({ name: 'IssuerFailure' })
    expect(asked).toBe(0)
  })
})

describe('a connection for another protocol', () => {
  const going = (options: OutboundOptions, place: Partial<OutboundPlace> = {}, signal = AbortSignal.timeout(5000)) => new Outbound(options).connect({ host: 'directory.test', port: 389, publicPorts: [389, 636], ...place }, signal)

  test('goes to a checked address of the name, the next one where the first does not answer', async () => {
    const port = await serve((_request, response) => { response.end() })
    for (const addresses of [['127.0.0.1'], ['::1', '127.0.0.1']]) {
      const socket = await going({ allowed: machine, resolve: resolving(...addresses) }, { port })
      expect([socket.remoteAddress, socket.remotePort]).toEqual(['127.0.0.1', port])
      socket.destroy()
    }
  })

  test.each([
    ['this machine', ['127.0.0.1'], {}, 'not on the public network'], ['this machine among others', ['8.8.8.8', '127.0.0.1'], {}, 'not on the public network'], ['nowhere', [], {}, 'has no address'],
    ['another port of the public network', ['8.8.8.8'], { port: 22 }, 'at port 389 or 636'], ['the public network without encryption', ['8.8.8.8'], { publicPorts: [] }, 'asked encrypted'],
  ])('does not go to %s', async (_where, addresses, place, says) => {
    await expect(going({ allowed: nothing, resolve: resolving(...addresses) }, place)).rejects.toThrow(says)
  })

  test('ends with its signal, and where nobody listens', async () => {
    await expect(going({ allowed: machine, resolve: () => new Promise(() => undefined) }, {}, AbortSignal.timeout(20))).rejects.toThrow('did not answer in time')
    await expect(going({ allowed: machine, resolve: resolving('127.0.0.1') }, {}, AbortSignal.abort())).rejects.toThrow('did not answer in time')
    await expect(going({ allowed: machine, resolve: resolving('127.0.0.1') }, { port: 1 })).rejects.toThrow('could not be reached')
  })
})
