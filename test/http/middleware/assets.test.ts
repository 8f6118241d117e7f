import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, request, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import Koa from 'koa'
import { buildAssets } from '../../../scripts/build-assets.js'
import { assets } from '../../../src/http/middleware/assets.js'

let folder: string
let manifest: Record<string, string>
let server: Server

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-assets-'))
  manifest = await buildAssets({ out: folder })
  const app = new Koa().use(assets(folder)).use((ctx) => { ctx.body = 'page' })
  server = createServer(app.callback())
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
})

afterAll(async () => {
  await new Promise((resolve) => { server.close(resolve) })
  await rm(folder, { recursive: true })
})

// Node's fetch decodes bodies by itself; here the encoding is what is looked at.
function get(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<{ status: number, headers: IncomingMessage['headers'], body: Buffer }> {
  return new Promise((resolve, reject) => {
    request({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', path, headers, method, agent: false }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(chunks) }))
    }).on('error', reject).end()
  })
}

test('serves a hashed asset for ever, in the encoding asked for', async () => {
  const path = `/assets/${manifest['gatehouse.css']}`
  const plain = await get(path)
  expect(plain.headers).toMatchObject({ 'content-type': 'text/css; charset=utf-8', 'cache-control': 'public, max-age=31536000, immutable', 'x-content-type-options': 'nosniff', 'vary': 'Accept-Encoding' })
  expect(plain.headers).not.toHaveProperty('etag')
  const brotli = await get(path, { 'accept-encoding': 'gzip, br' })
  expect(brotli.headers['content-encoding']).toBe('br')
  expect(brotliDecompressSync(brotli.body)).toEqual(plain.body)
  const gzip = await get(path, { 'accept-encoding': 'gzip' })
  expect(gunzipSync(gzip.body)).toEqual(plain.body)
})

test('answers the favicon that browsers ask for by themselves', async () => {
  const { status, headers } = await get('/favicon.ico')
  expect([status, headers['content-type'], headers['cache-control']]).toEqual([200, 'image/svg+xml', 'public, max-age=86400'])
})

test('serves nothing but what was built', async () => {
  for (const path of ['/assets/', '/assets/manifest.json', '/assets/gatehouse.css', '/assets/..%2fpackage.json', '/assets/../package.json', `/assets/${manifest['gatehouse.css']}.br`]) {
    expect((await get(path)).status).toBe(404)
  }
  expect((await get(`/assets/${manifest['gatehouse.css']}`, {}, 'POST')).status).toBe(405)
})

test('passes every other path on', async () => {
  expect((await get('/start/')).body.toString()).toBe('page')
})
