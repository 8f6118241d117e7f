// Signing in with a SAML provider, from the administrator's form to the portal, through a change of its certificate.
import { inflateRawSync } from 'node:zlib'
import { Users } from '../../src/domain/directory/index.js'
import { startApp, type TestApp } from '../support/app.js'
import { Browser, csrfIn, type Page } from '../support/browser.js'
import { openRoot } from '../support/console.js'
import { base64, idp, metadataOf, responseOf, signed, signerOf, type ResponseWords, type Signer } from '../support/saml.js'

const [first, next, stranger] = [signerOf(), signerOf(), signerOf()]
let app: TestApp
let root: Browser
let sourceUrl: string
let place: string
beforeAll(async () => {
  app = await startApp()
  root = await openRoot(app)
  sourceUrl = await makeSource('Corporate', metadataOf([first]))
  place = `${app.origin}/signin/external/${sourceUrl.split('/').at(-1)}`
}, 180_000)
afterAll(() => app?.stop())

const usual = { enabled: 'on', button: 'on', domains: '', secondStep: 'ours', create: 'on', update: 'on', match: 'none', groups: 'none', groupNames: '', 'attribute-userName': 'uid', metadataUrl: '', nameIdFormat: '' }
const send = async (url: string, fields: Record<string, string>): Promise<Page> => root.post(url, { csrf: csrfIn((await root.open(url)).html), ...fields })
async function makeSource(name: string, metadata: string): Promise<string> {
  const made = await send('/admin/identity-sources/new?kind=saml', { ...usual, name, metadata })
  expect(made.html).toContain('What to enter at the provider')
  return new URL(made.url).pathname
}
const events = async (name: string): Promise<Record<string, any>[]> => // oxlint-disable-line typescript/no-explicit-any
  (await app.database.query<{ event: Record<string, unknown> }>('select event from audit_events where event_name = $1 order by position', [name])).map(({ event }) => event)

interface Request { id: string; relayState: string; xml: string }

/** Goes to the provider by the button of the first page. */
async function toProvider(browser: Browser): Promise<Request> {
  await browser.open('/start/')
  const link = /href="([^"]+external\?source=[^"]+)"[^>]*>Sign in with Corporate/.exec(browser.page.html)![1]!
  await browser.open(link.replaceAll('&amp;', '&'))
  const { searchParams, origin } = new URL(browser.page.url)
  expect([origin, searchParams.get('SigAlg')]).toEqual(['https://idp.example.com', 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256'])
  const xml = inflateRawSync(Buffer.from(searchParams.get('SAMLRequest')!, 'base64')).toString()
  return { id: /ID="([^"]+)"/.exec(xml)![1]!, relayState: searchParams.get('RelayState')!, xml }
}

/** What the provider answers, signed. */
function answerTo({ id }: Pick<Request, 'id'>, more: Partial<ResponseWords> = {}, signer: Signer = first): string {
  const now = Date.now()
  const answers = ` InResponseTo="${id}"`
  return base64(signed(responseOf({
    now, recipient: `${place}/acs`, audience: place, response: answers, confirmation: `NotOnOrAfter="${new Date(now + 240_000).toISOString()}" Recipient="${place}/acs"${answers}`,
    attributes: { uid: ['ada'], displayName: ['Ada Byron'], mail: ['ada@example.com'] }, ...more,
  }), signer))
}

/** The provider's page posts it from another site, without cookies of ours; where the browser is led then. */
async function posted(message: string, relayState: string): Promise<Response> {
  return fetch(`${place}/acs`, { method: 'POST', redirect: 'manual', headers: { 'content-type': 'application/x-www-form-urlencoded', origin: 'https://idp.example.com', 'sec-fetch-site': 'cross-site' }, body: new URLSearchParams({ SAMLResponse: message, RelayState: relayState }) })
}

async function signIn(browser = new Browser(app.origin), more: Partial<ResponseWords> = {}, signer: Signer = first): Promise<Page> {
  const request = await toProvider(browser)
  const answer = await posted(answerTo(request, more, signer), request.relayState)
  expect(answer.status).toBe(303)
  return browser.open(answer.headers.get('location')!)
}

test('somebody new comes in, and is the same person the next time', async () => {
  const page = await signIn()
  expect([page.status, new URL(page.url).pathname, page.html.includes('Ada Byron')]).toEqual([200, '/start/', true])
  expect(await new Users(app.database).findByUserName('ada')).toMatchObject({ displayName: 'Ada Byron', emails: [{ value: 'ada@example.com', primary: true }] })
  expect((await signIn(new Browser(app.origin), { attributes: { uid: ['another'], displayName: ['Ada Lovelace'] } })).html).toContain('Ada Lovelace')
  expect((await app.database.query('select from identity_links')).length).toBe(1)
})

test('an answer counts once, and in the browser that asked', async () => {
  const browser = new Browser(app.origin)
  const request = await toProvider(browser)
  const message = answerTo(request)
  const other = new Browser(app.origin)
  await other.open('/start/')
  expect((await other.open((await posted(message, request.relayState)).headers.get('location')!)).status).toBe(410)
  const mine = new Browser(app.origin)
  const asked = await toProvider(mine)
  const said = answerTo(asked)
  const [here, again] = [await posted(said, asked.relayState), await posted(said, asked.relayState)]
  expect((await mine.open(here.headers.get('location')!)).status).toBe(200)
  expect((await mine.open(again.headers.get('location')!)).status).toBe(410)
  expect((await posted(said, 'of nobody')).status).toBe(410)
  expect((await posted(said, '')).status).toBe(410)
})

test.each<[string, Partial<ResponseWords>, Signer, string]>([
  ['another key', {}, stranger, 'signature'], ['another audience', { audience: 'https://elsewhere.example.com' }, first, 'audience'], ['another request', { response: ' InResponseTo="_other"' }, first, 'in-response-to'],
  ['another issuer', { issuer: 'https://evil.example.com' }, first, 'issuer'], ['a time long ago', { now: Date.now() - 3_600_000 }, first, 'expired'],
])('what is refused for %s is not the person’s fault, and the number says why', async (_, more, signer, reason) => {
  const page = await signIn(new Browser(app.origin), more, signer)
  expect([page.status, page.html.includes('It’s not you, it’s us')]).toEqual([403, true])
  const reference = /<code>([^<]+)<\/code>/.exec(page.html)![1]!
  const [failure] = (await events('CredentialVerification')).filter(({ requestID }) => requestID === reference)
  expect(failure).toMatchObject({ additionalEventData: { source: 'Corporate', reason, advice: expect.any(String) } })
})

test('no message is worth a fault of ours', async () => {
  for (const message of ['', 'x', base64('<x/>'), base64('<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'), 'A'.repeat(300_000)]) {
    const browser = new Browser(app.origin)
    const request = await toProvider(browser)
    const answer = await posted(message, request.relayState)
    expect([message.slice(0, 9), (await browser.open(answer.headers.get('location')!)).status]).toEqual([message.slice(0, 9), 403])
  }
  expect((await posted('A'.repeat(800_000), 'x')).status).toBe(413)
})

test('the next certificate counts beside the one in use, takes over by itself, and the old one can be brought back', async () => {
  const refused = await signIn(new Browser(app.origin), {}, next)
  expect(refused.status).toBe(403)
  expect((await send(sourceUrl, { change: 'add-certificate', Certificate: 'no certificate' })).status).toBe(422)
  expect((await send(sourceUrl, { change: 'add-certificate', Certificate: next.certificate })).html).toContain('The certificates are changed')
  const states = async (): Promise<string[]> => (await app.database.query<{ state: string }>('select state from identity_source_certificates order by added_at')).map(({ state }) => state)
  expect(await states()).toEqual(['current', 'next'])
  expect((await signIn()).status).toBe(200)
  expect((await signIn(new Browser(app.origin), {}, next)).status).toBe(200)
  expect(await states()).toEqual(['retiring', 'current'])
  expect((await events('PromoteSourceCertificate')).at(-1)).toMatchObject({ userIdentity: { type: 'IdentitySource', userName: 'Corporate' } })
  expect((await signIn()).status).toBe(200)
  const [old] = await app.database.query<{ fingerprint: string }>(`select fingerprint from identity_source_certificates where state = 'retiring'`)
  await send(sourceUrl, { change: 'retire', Fingerprint: old!.fingerprint })
  expect((await signIn()).status).toBe(403)
  await send(sourceUrl, { change: 'roll-back', Fingerprint: old!.fingerprint })
  expect(await states()).toEqual(['current', 'retiring'])
  expect((await signIn()).status).toBe(200)
  expect((await events('RetireSourceCertificate')).at(-1)).toMatchObject({ additionalEventData: { before: expect.anything(), after: expect.anything() } })
})

test('the provider is told of us, and says of itself what it is', async () => {
  const metadata = await fetch(`${place}/metadata`)
  expect([metadata.status, metadata.headers.get('content-type')]).toEqual([200, 'application/samlmetadata+xml'])
  const text = await metadata.text()
  expect([text.includes(`entityID="${place}"`), text.includes(`Location="${place}/acs"`), text.includes('AuthnRequestsSigned="true"')]).toEqual([true, true, true])
  expect((await fetch(`${app.origin}/signin/external/00000000-0000-4000-8000-000000000000/metadata`)).status).toBe(404)
  const { html } = await root.open(sourceUrl)
  expect([html.includes(idp), html.includes('in use')]).toEqual([true, true])
  const bad = await send('/admin/identity-sources/new?kind=saml', { ...usual, name: 'Bad', metadata: '<html><body>Sign in</body></html>' })
  expect(bad.status).toBe(422)
  expect((await send('/admin/identity-sources/new?kind=saml', { ...usual, name: 'None', metadata: '' })).html).toContain('is missing')
})

test('a provider that takes posts alone gets a form, which the browser sends by itself', async () => {
  const metadata = metadataOf([first], 'https://post.example.com').replaceAll('HTTP-Redirect', 'HTTP-POST')
  const url = await makeSource('Posting', metadata)
  const browser = new Browser(app.origin)
  await browser.open('/start/')
  await browser.open(/href="([^"]+external\?source=[^"]+)"[^>]*>Sign in with Posting/.exec(browser.page.html)![1]!)
  expect([browser.page.status, browser.page.html.includes('name="SAMLRequest"'), browser.page.html.includes('data-submit')]).toEqual([200, true, true])
  expect(browser.page.headers.get('content-security-policy')).toContain(`form-action 'self' https://idp.example.com`)
  await send(url, { change: 'delete' })
})

test('a certificate that is over counts, is said on the pages, and is refused where the source says so', async () => {
  expect((await signIn()).status).toBe(200)
  expect((await root.open('/admin/identity-sources')).html).toContain('the certificate is over')
  expect((await root.open('/admin')).html).toContain('signs with a certificate that is over')
  expect((await send(sourceUrl, { ...usual, name: 'Corporate', refuseExpired: 'on' })).html).toContain('A certificate that is over does not count')
  const page = await signIn()
  expect(page.status).toBe(403)
  const reference = /<code>([^<]+)<\/code>/.exec(page.html)![1]!
  expect((await events('CredentialVerification')).find(({ requestID }) => requestID === reference)).toMatchObject({ additionalEventData: { reason: 'certificate', step: 'certificate' } })
  expect((await send(sourceUrl, { ...usual, name: 'Corporate' })).status).toBe(200)
  expect((await signIn()).status).toBe(200)
})

test('what cannot be fetched is said on the page, and nothing changes by it', async () => {
  await app.database.query(`update identity_sources set connection = connection || '{"metadataUrl":"https://127.0.0.1:1/metadata"}' where name = 'Corporate'`)
  expect((await root.open(sourceUrl)).html).toContain('Not since it was saved')
  const refused = await send(sourceUrl, { change: 'fetch' })
  expect([refused.status, refused.html.includes('Tried last'), refused.html.includes('could not be fetched')]).toEqual([422, true, true])
  expect((await events('RefreshSourceMetadata')).at(-1)).toMatchObject({ errorCode: expect.any(String) })
  expect((await signIn()).status).toBe(200)
})

test('a source whose certificates are refused is not half there', async () => {
  const many = Array.from({ length: 21 }, () => signerOf('ec'))
  const refused = await send('/admin/identity-sources/new?kind=saml', { ...usual, name: 'Crowded', metadata: metadataOf(many, 'https://crowded.example.com') })
  expect([refused.status, refused.html.includes('20 certificates that count at most')]).toEqual([409, true])
  expect(await app.database.query(`select from identity_sources where name = 'Crowded'`)).toEqual([])
})
