// The portal's own hosts, below the host of the public address.
import type { Context } from 'koa'
import { hostStartUrls, isPortalStartUrl, portalHosts } from '../../../src/http/portal/index.js'

const publicUrl = new URL('https://login.example.com')
const organization = { id: 'd-0123456789', portalSubdomain: 'acme' }

async function ask(host: string, path: string, method = 'GET'): Promise<string | undefined> {
  let led: string | undefined
  const [name, search = ''] = path.split('?')
  const ctx = { host, path: name, search: search && `?${search}`, method, redirect: (url: string) => { led = url } } as unknown as Context
  await portalHosts({ publicUrl, find: async () => organization })(ctx as never, async () => undefined)
  return led
}

test.each([
  ['acme.login.example.com', '/', 'https://login.example.com/start/'],
  ['ACME.login.example.com', '/start', 'https://login.example.com/start'],
  ['d-0123456789.login.example.com', '/start/?a=b', 'https://login.example.com/start/?a=b'],
  ['other.login.example.com', '/start', undefined],
  ['login.example.com', '/start', undefined],
  ['acme.example.com', '/start', undefined],
  ['acme.login.example.com', '/token', undefined],
  ['acme.login.example.com', '//evil.example', undefined],
])('from %s%s a browser is led to %s', async (host, path, to) => {
  expect(await ask(host, path)).toBe(to)
})

test('what is sent is not led elsewhere', async () => {
  expect(await ask('acme.login.example.com', '/start', 'POST')).toBeUndefined()
})

test('command lines may name the start URLs at these hosts', () => {
  const urls = hostStartUrls(organization, publicUrl)
  expect(urls).toEqual(['https://acme.login.example.com/start', 'https://d-0123456789.login.example.com/start'])
  expect(isPortalStartUrl('https://acme.login.example.com/start/#/', publicUrl, urls)).toBe(true)
  expect(isPortalStartUrl('https://other.login.example.com/start', publicUrl, urls)).toBe(false)
  expect(hostStartUrls({ ...organization, portalSubdomain: undefined }, publicUrl)).toHaveLength(1)
})
