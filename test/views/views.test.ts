import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { buildAssets } from '../../scripts/build-assets.js'
import { openTemplates, type Templates } from '../../src/platform/templates/index.js'
import { inPackage } from '../../src/platform/root.js'
import { axeScript, findings } from '../support/axe.js'
import { findProgram } from '../support/binaries.js'
import { startChromium } from '../support/chromium.js'
import { needs } from '../support/needs.js'
import { samples as applications } from './admin-applications-samples.js'
import { samples as events } from './admin-events-samples.js'
import { samples as sources } from './admin-identity-sources-samples.js'
import { samples as keys } from './admin-keys-samples.js'
import { samples as people } from './admin-people-samples.js'
import { samples as provisioning } from './admin-provisioning-samples.js'
import { samples as reach } from './admin-reach-samples.js'
import { samples as administration } from './admin-samples.js'
import { samples as sets } from './admin-sets-samples.js'
import { samples as consoles } from './console-samples.js'
import { samples as others } from './samples.js'

const samples = [...others, ...consoles, ...administration, ...people, ...reach, ...sets, ...applications, ...provisioning, ...sources, ...keys, ...events]

const inChromium = needs('chromium').describe
const contentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
const types: Record<string, string> = { css: 'text/css', js: 'text/javascript', svg: 'image/svg+xml' }

let assets: string
let templates: Templates
let server: Server
let origin: string
let browser: Browser | undefined
const requests: { method: string, url: string, body: string }[] = []

beforeAll(async () => {
  assets = await mkdtemp(join(tmpdir(), 'gatehouse-views-'))
  templates = await openTemplates({ views: inPackage('views'), assets: await buildAssets({ out: assets }) })
  server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost')
    if (url.pathname.startsWith('/assets/')) {
      readFile(join(assets, url.pathname.slice('/assets/'.length))).then(
        (body) => response.writeHead(200, { 'content-type': types[url.pathname.split('.').at(-1)!], 'cache-control': 'max-age=3600' }).end(body),
        () => response.writeHead(404).end(),
      )
      return
    }
    // Nobody answers what follows work that goes on: the page stays as it is, however long it is looked at.
    if (url.pathname.startsWith('/admin/')) return
    let body = ''
    request.on('data', (chunk) => { body += String(chunk) })
    request.on('end', () => {
      requests.push({ method: request.method!, url: request.url!, body })
      const page = request.method === 'POST' || url.searchParams.has('q') ? 'accounts-no-match' : url.pathname.slice(1)
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': contentSecurityPolicy })
      response.end(rendered(samples.some(({ name }) => name === page) ? page : 'error-not-found'))
    })
  })
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  if (findProgram('chromium')) browser = await startChromium()
})

afterAll(async () => {
  await browser?.close()
  server.closeAllConnections()
  await new Promise((resolve) => { server.close(resolve) })
  await rm(assets, { recursive: true })
})

function rendered(name: string): string {
  const { view, model } = samples.find((sample) => sample.name === name)!
  return templates.render(view, model)
}

async function opened(name: string, options: Parameters<Browser['newPage']>[0] = {}, hash = ''): Promise<{ page: Page, complaints: string[] }> {
  const page = await browser!.newPage({ viewport: { width: 1280, height: 800 }, ...options })
  const complaints: string[] = []
  page.on('console', (message) => complaints.push(message.text()))
  page.on('pageerror', (error) => complaints.push(error.message))
  await page.goto(`${origin}/${name}${hash}`)
  return { page, complaints }
}

test.each(samples.map(({ name }) => name))('%s has no inline script or style, and says nothing that is no text', (name) => {
  expect(rendered(name)).not.toMatch(/\[object |\bundefined\b|\bNaN\b/)
  expect(rendered(name)).not.toMatch(/<style|\sstyle=|\son\w+=|javascript:|<script(?![^>]*src=)/i)
})

test.each(samples.map(({ name }) => name))('%s weighs less than 100 kB with all that it loads', async (name) => {
  const html = rendered(name)
  const loaded = [...html.matchAll(/(?:href|src)="\/assets\/([^"]+)"/g)].map((match) => match[1]!)
  const sizes = await Promise.all([...new Set(loaded)].map(async (file) => (await readFile(join(assets, file))).length))
  expect(sizes.reduce((sum, size) => sum + size, Buffer.byteLength(html))).toBeLessThan(100_000)
})

test('the style sheet that every page has stays under 40 kB', async () => {
  const manifest = JSON.parse(await readFile(join(assets, 'manifest.json'), 'utf8')) as Record<string, string>
  expect((await readFile(join(assets, manifest['gatehouse.css']!))).length).toBeLessThan(40_000)
})

inChromium('every view in a browser', () => {
  let page: Page
  const complaints: string[] = []
  beforeAll(async () => {
    page = await browser!.newPage()
    await page.addInitScript({ content: await axeScript() })
    page.on('console', (message) => complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(error.message))
  })

  test.each(samples.map(({ name }) => name))('%s is accessible, fits 320 pixels and breaks no policy', async (name) => {
    await page.emulateMedia({ colorScheme: 'light' })
    await page.setViewportSize({ width: 1280, height: 800 })
    await page.goto(`${origin}/${name}`)
    expect(await findings(page, '{ rules: { "target-size": { enabled: true } } }')).toEqual([])
    await page.emulateMedia({ colorScheme: 'dark' })
    expect(await findings(page, '{ runOnly: ["color-contrast"] }')).toEqual([])
    await page.setViewportSize({ width: 320, height: 800 })
    expect(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')).toBeLessThanOrEqual(0)
    expect(complaints).toEqual([])
  })
})

inChromium('the scripts', () => {
  test('puts the focus on what went wrong', async () => {
    const { page } = await opened('password-wrong')
    expect(await page.evaluate('document.activeElement.id')).toBe('problems')
    await page.close()
  })

  test('marks the rules of a password while it is typed, and shows it on demand', async () => {
    const { page } = await opened('new-password')
    await page.locator('#password').fill('jane')
    expect(await page.locator('.rules .unmet').allTextContents()).toEqual(['At least 8 characters (not met)', 'Does not contain your user name (not met)'])
    await page.locator('#password').fill('a quiet harbour')
    expect(await page.locator('.rules .met').count()).toBe(3)
    await page.locator('[data-show=password]').click()
    expect(await page.locator('#password').getAttribute('type')).toBe('text')
    await page.close()
  })

  test('says how hard a new password is to guess, and not before it has one', async () => {
    const { page } = await opened('new-password')
    const reached = async (password: string): Promise<number> => {
      await page.fill('#password', password)
      return page.locator('.strength meter').evaluate((meter) => (meter as HTMLMeterElement).value)
    }
    expect(await page.locator('.strength [role=status]').textContent()).toBe('')
    for (const easy of ['Password1!', 'Jane-2024', 'qwertyuiop', 'aaaaaaaaaaaaaaaa', '1234567890']) expect(await reached(easy)).toBe(1)
    expect(await reached('vPq8#kR2!mZx')).toBeGreaterThanOrEqual(4)
    expect(await reached('a quiet afternoon by the sea')).toBe(5)
    await page.locator('.strength [role=status]', { hasText: 'Very hard to guess' }).waitFor()
    expect(await reached('')).toBe(0)
    await page.close()
  })

  test('searches while one types, keeping the page and the field', async () => {
    const { page, complaints } = await opened('accounts')
    await page.locator('#q').pressSequentially('kube')
    await page.getByText('Nothing found').waitFor()
    expect(await page.evaluate('document.activeElement.id')).toBe('q')
    expect(new URL(page.url()).search).toBe('?q=kube')
    expect(complaints).toEqual([])
    await page.close()
  })

  test('sends a star with its search, and stays on the page', async () => {
    const { page } = await opened('accounts')
    requests.length = 0
    await page.locator('.account [aria-label=Favourite]').first().click()
    await page.getByText('Nothing found').waitFor()
    expect(requests).toEqual([{ method: 'POST', url: '/start/favourites', body: 'csrf=x3Jc0dV9b7mKq2Ws8LrTn4Yp6Zg1Hf5A&q=&page=1&add=111122223333%2FAdministratorAccess' }])
    expect(page.url()).toBe(`${origin}/accounts`)
    await page.close()
  })
})
