// What monitors read, on a port of its own.
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { readSettings } from '../../../src/platform/config.js'
import { startApp, type TestApp } from '../../support/app.js'
import { Browser } from '../../support/browser.js'
import { openRoot } from '../../support/console.js'
import { metadataOf, signerOf } from '../../support/saml.js'

let app: TestApp
let monitors: Server
let origin: string
beforeAll(async () => {
  app = await startApp()
  monitors = createServer(app.app.metrics()).listen(0, 'localhost')
  await once(monitors, 'listening')
  origin = `http://localhost:${(monitors.address() as AddressInfo).port}`
}, 120_000)
afterAll(async () => {
  monitors?.closeAllConnections()
  monitors?.close()
  await app?.stop()
})

const read = async (path = '/metrics', init: RequestInit = {}): Promise<{ status: number; text: string }> => {
  const response = await fetch(origin + path, init)
  return { status: response.status, text: await response.text() }
}

test('monitors read how the process is, and nothing else is there', async () => {
  const { status, text } = await read()
  expect([status, text.includes('process_cpu_seconds_total')]).toEqual([200, true])
  expect((await read('/')).status).toBe(404)
  expect((await read('/metrics', { method: 'POST' })).status).toBe(404)
  expect((await new Browser(app.origin).open('/metrics')).status).toBe(404)
})

test('the ends of certificates that sign-ins hang on are there, of sources that are there', async () => {
  const root = await openRoot(app)
  const csrf = /name="csrf" value="([^"]+)"/.exec((await root.open('/admin/identity-sources/new?kind=saml')).html)![1]!
  const made = await root.post('/admin/identity-sources/new?kind=saml', { csrf, name: 'Corporate "A"', secondStep: 'ours', match: 'none', groups: 'none', metadata: metadataOf([signerOf()]) })
  const id = made.url.split('/').at(-1)!.split('?')[0]
  const ends = (text: string): string[] => text.split('\n').filter((line) => line.startsWith('gatehouse_'))
  expect(ends((await read()).text)).toContain(`gatehouse_source_certificate_end_timestamp_seconds{source="Corporate \\"A\\"",source_id="${id}"} ${Date.UTC(2025, 0, 1) / 1000}`)
  await app.database.query('delete from identity_sources')
  expect(ends((await read()).text)).toEqual([])
})

test('a store that does not answer is a 503, and the port is closed unless it is named', async () => {
  expect(readSettings({ MASTER_KEY: 'ab'.repeat(32) }).config.metricsPort).toBeUndefined()
  await app.database.query('alter table identity_sources rename to elsewhere')
  expect((await read()).status).toBe(503)
  await app.database.query('alter table elsewhere rename to identity_sources')
  expect((await read()).status).toBe(200)
})
