// A test of an identity source in a real browser, which comes back from another site with the session it set out in.
import { inflateRawSync } from 'node:zlib'
import type { Browser as Chromium } from 'playwright-core'
import { startApp, type TestApp } from '../support/app.js'
import { axeScript, findings } from '../support/axe.js'
import type { Browser } from '../support/browser.js'
import { newPerson, startChromium, type Person } from '../support/chromium.js'
import { openRoot } from '../support/console.js'
import { needs } from '../support/needs.js'
import { base64, metadataOf, responseOf, signed, signerOf } from '../support/saml.js'
import { startUpstream, upstreamClient, type Upstream } from '../support/upstream.js'

const signer = signerOf()
const usual = { button: 'on', domains: '', secondStep: 'ours', create: 'on', update: 'on', match: 'none', groups: 'none', groupNames: '' }

needs('chromium').describe('in a browser', () => {
  let app: TestApp
  let chromium: Chromium
  let root: Browser
  let upstream: Upstream
  beforeAll(async () => {
    [app, chromium] = await Promise.all([startApp({ env: { OUTBOUND_NETWORKS: '127.0.0.0/8,::1' } }), startChromium()])
    root = await openRoot(app)
  }, 180_000)
  afterAll(async () => {
    await chromium?.close()
    await app?.stop()
    await upstream?.stop()
  })

  async function make(url: string, fields: Record<string, string>): Promise<string> {
    const csrf = /name="csrf" value="([^"]+)"/.exec((await root.open(url)).html)![1]!
    return (await root.post(url, { ...usual, csrf, ...fields })).url.split('?')[0]!
  }

  async function openAs(browser: Browser): Promise<Person> {
    const person = await newPerson(chromium, { reducedMotion: 'reduce' })
    await person.context.addCookies([{ name: 'gatehouse-console', value: browser.cookie('gatehouse-console')!, url: app.origin, httpOnly: true, sameSite: 'Lax' }])
    await person.context.addInitScript({ content: await axeScript() })
    return person
  }

  async function looksWell({ page }: Person): Promise<void> {
    for (const details of await page.locator('details').all()) await details.evaluate((one) => { (one as unknown as { open: boolean }).open = true })
    for (const look of [{ width: 1280, colorScheme: 'light' }, { width: 390, colorScheme: 'dark' }] as const) {
      await page.setViewportSize({ width: look.width, height: 844 })
      await page.emulateMedia({ colorScheme: look.colorScheme })
      expect([await findings(page, '{}'), await page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth')]).toEqual([[], 0])
    }
  }

  test('with OpenID Connect: there and back by redirects, and a reload shows the same', async () => {
    const redirectUris = ['http://localhost:1/later']
    upstream = await startUpstream({ redirectUris })
    const source = await make('/admin/identity-sources/new', { name: 'Corporate', issuer: upstream.issuer, client_id: upstreamClient.id, client_secret: upstreamClient.secret, token_endpoint_auth_method: 'client_secret_basic', scopes: 'profile email' })
    redirectUris.push(`${app.origin}/signin/external/${source.split('/').at(-1)!}/callback`)
    await upstream.rotate()
    const person = await openAs(root)
    await person.page.goto(source)
    await person.page.getByRole('button', { name: 'Test sign-in' }).click()
    await person.page.waitForURL('**/test?result=*')
    await person.page.reload()
    expect(await person.page.getByRole('status').innerText()).toBe('It works: Ada Byron (ada) would come in as somebody new.')
    await looksWell(person)
    expect(person.complaints).toEqual([])
  }, 60_000)

  test('with SAML: the provider’s own page posts the response from another site', async () => {
    const source = await make('/admin/identity-sources/new?kind=saml', { name: 'Signed', metadata: metadataOf([signer]) })
    const place = `${app.origin}/signin/external/${source.split('/').at(-1)!}`
    const person = await openAs(root)
    await person.context.route('https://idp.example.com/**', async (route) => {
      const { searchParams } = new URL(route.request().url())
      const id = /ID="([^"]+)"/.exec(inflateRawSync(Buffer.from(searchParams.get('SAMLRequest')!, 'base64')).toString())![1]!
      const [answers, soon] = [` InResponseTo="${id}"`, new Date(Date.now() + 240_000).toISOString()]
      const message = base64(signed(responseOf({ recipient: `${place}/acs`, audience: 'urn:another', response: answers, confirmation: `NotOnOrAfter="${soon}" Recipient="${place}/acs"${answers}`, attributes: { uid: ['grace'] } }), signer))
      await route.fulfill({ contentType: 'text/html', body: `<form method="post" action="${place}/acs"><input name="SAMLResponse" value="${message}"><input name="RelayState" value="${searchParams.get('RelayState')!}"><button>Go on</button></form>` })
    })
    await person.page.goto(source)
    await person.page.getByRole('button', { name: 'Test sign-in' }).click()
    await person.page.getByRole('button', { name: 'Go on' }).click()
    await person.page.waitForURL('**/test?result=*')
    expect(await person.page.getByRole('status').innerText()).toContain(`It does not work. The assertion is for urn:another and must be for ${place}.`)
    await looksWell(person)
  }, 60_000)
})
