// Sign-ins that people begin at their SAML provider: only where that is allowed, once, and with a button of ours in between.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser as Chromium } from 'playwright-core'
import { startApp, password, type TestApp } from '../support/app.js'
import { Browser, csrfIn, type Page } from '../support/browser.js'
import { newPerson, startChromium } from '../support/chromium.js'
import { openRoot } from '../support/console.js'
import { needs } from '../support/needs.js'
import { base64, metadataOf, responseOf, signed, signerOf, type ResponseWords, type Signer } from '../support/saml.js'
import { eventually } from '../support/servers.js'

const [theirs, stranger] = [signerOf(), signerOf()]
let app: TestApp
let root: Browser
let sourceUrl: string
let place: string
beforeAll(async () => {
  app = await startApp()
  root = await openRoot(app)
  sourceUrl = new URL((await send('/admin/identity-sources/new?kind=saml', { metadata: metadataOf([theirs]) })).url).pathname
  place = `${app.origin}/signin/external/${sourceUrl.split('/').at(-1)}`
}, 180_000)
afterAll(() => app?.stop())

type Row = Record<string, any> // oxlint-disable-line typescript/no-explicit-any
const usual = { name: 'Corporate', enabled: 'on', button: 'on', domains: '', secondStep: 'ours', create: 'on', update: 'on', match: 'none', groups: 'none', groupNames: '', 'attribute-userName': 'uid', metadata: '', metadataUrl: '', nameIdFormat: '' }
const send = async (url: string, fields: Record<string, string>): Promise<Page> => root.post(url, { ...usual, csrf: csrfIn((await root.open(url)).html), ...fields })
const events = async (name: string): Promise<Row[]> => (await app.database.query<{ event: Row }>('select event from audit_events where event_name = $1 order by position', [name])).map(({ event }) => event)
const pathOf = ({ url }: Page): string => new URL(url).pathname

function response(more: Partial<ResponseWords> = {}, signer: Signer = theirs): string {
  const now = Date.now()
  return base64(signed(responseOf({ now, recipient: `${place}/acs`, audience: place, confirmation: `NotOnOrAfter="${new Date(now + 240_000).toISOString()}" Recipient="${place}/acs"`, attributes: { uid: ['ada'], displayName: ['Ada Byron'] }, ...more }), signer))
}

/** The provider's page, with a form that sends itself. */
const arrive = (browser: Browser, message = response(), RelayState?: string): Promise<Page> =>
  browser.post(`${place}/acs`, { SAMLResponse: message, ...(RelayState !== undefined && { RelayState }) }, { origin: 'https://idp.example.com', 'sec-fetch-site': 'cross-site' })
const goOn = (browser: Browser): Promise<Page> => browser.submit({})

test('nobody begins elsewhere unless the source allows it', async () => {
  const browser = new Browser(app.origin)
  const page = await arrive(browser)
  expect([page.status, page.html.includes('This sign-in was not begun here'), page.html.includes('Go to your portal')]).toEqual([410, true, true])
  expect((await send(sourceUrl, { unsolicited: 'on' })).html).toMatch(/name="unsolicited" checked/)
})

test('a person goes on with a button, and is in; the response counts once', async () => {
  const browser = new Browser(app.origin)
  const message = response()
  const page = await arrive(browser, message)
  expect([page.status, pathOf(page).endsWith('/continue'), new URL(page.url).search, page.html.includes('Continue as Ada Byron?')]).toEqual([200, true, '', true])
  const home = await goOn(browser)
  expect([pathOf(home), home.html.includes('Ada Byron')]).toEqual(['/start/', true])
  expect((await events('UserAuthentication')).at(-1)).toMatchObject({ additionalEventData: { CredentialType: 'EXTERNAL_IDP' } })
  const again = new Browser(app.origin)
  expect((await arrive(again, message)).status).toBe(403)
  expect((await again.open('/start/')).html).not.toContain('Ada Byron')
})

test('whoever is in already by the same source goes on with that session', async () => {
  const browser = new Browser(app.origin)
  await arrive(browser)
  await goOn(browser)
  const before = await events('UserAuthentication')
  expect(pathOf(await arrive(browser, response(), '/start/profile'))).toBe('/start/profile')
  expect(await events('UserAuthentication')).toHaveLength(before.length)
})

test('where a provider’s answer leads is a page of the portal, and nowhere else', async () => {
  for (const [wanted, reached] of [['/start/profile', '/start/profile'], ['https://evil.example.com/', '/start/'], ['//evil.example.com/start/', '/start/'], ['/start/../admin', '/start/'], ['/start/sign-out', '/start/'], ['/\\evil.example.com', '/start/'], ['x'.repeat(3000), '/start/']] as const) {
    const browser = new Browser(app.origin)
    await arrive(browser, response(), wanted)
    expect([wanted.slice(0, 30), pathOf(await goOn(browser))]).toEqual([wanted.slice(0, 30), reached])
  }
})

test('nobody is signed in as somebody else without seeing it', async () => {
  const jane = new Browser(app.origin)
  await jane.signIn('jane', password)
  const page = await arrive(jane)
  expect([page.html.includes('Continue as Ada Byron?'), page.html.includes('Jane Doe</'), page.html.includes('Jane Doe is signed in, and will be signed out')]).toEqual([true, false, true])
  expect((await jane.open('/start/profile')).html).toContain('Jane Doe')
  // What the page asks about is what the button does, whatever came since.
  const form = (await jane.open(`${place}/continue`)).html
  await arrive(jane, response({ nameId: 'mallory', attributes: { uid: ['mallory'], displayName: ['Mallory'] } }))
  const fields = { csrf: csrfIn(form), id: /name="id" value="([^"]+)"/.exec(form)![1]! }
  expect((await jane.post(`${place}/continue`, fields)).status).toBe(410)
  expect((await jane.post(`${place}/continue`, fields, { origin: 'https://evil.example.com', 'sec-fetch-site': 'cross-site' })).status).toBe(403)
  expect((await jane.open('/start/profile')).html).toContain('Jane Doe')
  // Another browser has nothing of it.
  expect((await new Browser(app.origin).open(`${place}/continue`)).status).toBe(410)
  await arrive(jane)
  expect((await goOn(jane)).html).toContain('Ada Byron')
  expect((await events('Logout')).length).toBeGreaterThan(0)
})

test('who does not go on signs in as ever', async () => {
  const browser = new Browser(app.origin)
  await arrive(browser)
  expect((await browser.open('/start/')).html).toContain('name="userName"')
  await browser.submit({ userName: 'jane' })
  expect((await browser.submit({ password })).html).toContain('Jane Doe')
})

test.each<[string, () => string, number]>([
  ['of another key', () => response({}, stranger), 403], ['for another audience', () => response({ audience: 'https://elsewhere.example.com' }), 403], ['of long ago', () => response({ now: Date.now() - 3_600_000 }), 403],
  ['that answers a request', () => response({ response: ' InResponseTo="_x"' }), 410], ['whose assertion answers one', () => response({ confirmation: `InResponseTo="_x" NotOnOrAfter="${new Date(Date.now() + 60_000).toISOString()}" Recipient="${place}/acs"` }), 410],
  ['that is none', () => 'x', 403], ['that is empty', () => '', 410],
])('a response %s signs nobody in', async (_, message, status) => {
  const browser = new Browser(app.origin)
  const page = await arrive(browser, message())
  expect(page.status).toBe(status)
  expect((await browser.open('/start/')).html).toContain('name="userName"')
  if (status !== 403) return
  const reference = /<code>([^<]+)<\/code>/.exec(page.html)![1]!
  expect((await events('CredentialVerification')).find(({ requestID }) => requestID === reference)).toMatchObject({ additionalEventData: { source: 'Corporate', reason: expect.any(String) } })
})

test('a second factor of ours is asked for after it, too', async () => {
  await app.database.query(`update organization set mfa = '{"mode":"always","whenNoDevice":"block","types":["totp"]}'`)
  const lands = (path: string): Promise<void> => eventually(async () => {
    const browser = new Browser(app.origin)
    await arrive(browser)
    return pathOf(await goOn(browser)).endsWith(path)
  })
  await lands('/blocked')
  await app.database.query(`update organization set mfa = '{"mode":"never","whenNoDevice":"allow","types":["totp"]}'`)
  await lands('/start/')
})

needs('chromium').describe('in Chromium', () => {
  let chromium: Chromium
  beforeAll(async () => { chromium = await startChromium() }, 90_000)
  afterAll(() => chromium?.close())

  test('a form of another site brings somebody to the button, and the button to the portal', async () => {
    const site = createServer((_, answer) => {
      answer.writeHead(200, { 'content-type': 'text/html' }).end(`<form method="post" action="${place}/acs"><input name="SAMLResponse" value="${response()}"><input name="RelayState" value="/start/profile"><button>Gatehouse</button></form>`)
    }).listen(0, '127.0.0.1')
    await once(site, 'listening')
    const { context, page, complaints } = await newPerson(chromium)
    await page.goto(`http://127.0.0.1:${(site.address() as AddressInfo).port}/`)
    await page.getByRole('button', { name: 'Gatehouse' }).click()
    await page.getByRole('button', { name: 'Continue as Ada Byron' }).click()
    await page.waitForURL(`${app.origin}/start/profile`)
    expect([await page.content().then((html) => html.includes('Ada Byron')), complaints]).toEqual([true, []])
    await context.close()
    site.close()
  })
})
