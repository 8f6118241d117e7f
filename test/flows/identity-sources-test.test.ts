// Testing an identity source as an administrator: every step as it went, and who somebody would be, while nobody is signed in and
// nothing is another afterwards.
import { inflateRawSync } from 'node:zlib'
import { Users } from '../../src/domain/directory/index.js'
import { startApp, type TestApp } from '../support/app.js'
import { Browser, csrfIn, type Page } from '../support/browser.js'
import { makeUser, openRoot, openUser } from '../support/console.js'
import { base64, metadataOf, responseOf, signed, signerOf, type ResponseWords, type Signer } from '../support/saml.js'
import { startUpstream, upstreamClient, type Upstream } from '../support/upstream.js'

const [first, next, stranger] = [signerOf(), signerOf(), signerOf()]
let app: TestApp
let upstream: Upstream
let root: Browser
let oidc: string
let saml: string
beforeAll(async () => {
  app = await startApp({ env: { OUTBOUND_NETWORKS: '127.0.0.0/8,::1' } })
  root = await openRoot(app)
  const redirectUris = ['http://localhost:1/later']
  upstream = await startUpstream({ redirectUris })
  oidc = await make('/admin/identity-sources/new', { name: 'Corporate', ...spoken() })
  saml = await make('/admin/identity-sources/new?kind=saml', { name: 'Signed', metadata: metadataOf([first]) })
  redirectUris.push(`${app.origin}${placeOf(oidc)}/callback`)
  await upstream.rotate()
}, 180_000)
afterAll(async () => {
  await app?.stop()
  await upstream?.stop()
})

// Switched off: a test is for before.
const usual = { enabled: '', button: 'on', domains: '', secondStep: 'unless-theirs', create: 'on', update: 'on', match: 'none', groups: 'same-name', groupNames: '' }
const spoken = () => ({ issuer: upstream.issuer, client_id: upstreamClient.id, client_secret: upstreamClient.secret, token_endpoint_auth_method: 'client_secret_basic', scopes: 'profile email groups' })
const send = async (url: string, fields: Record<string, string>, browser = root): Promise<Page> => browser.post(url, { csrf: csrfIn((await browser.open(url)).html), ...fields })
const make = async (url: string, fields: Record<string, string>): Promise<string> => new URL((await send(url, { ...usual, ...fields })).url).pathname
const placeOf = (url: string): string => `/signin/external/${url.split('/').at(-1)!}`
const save = (url: string, fields: Record<string, string>): Promise<Page> => send(url, { ...usual, name: url === oidc ? 'Corporate' : 'Signed', ...(url === oidc ? { ...spoken(), client_secret: '' } : {}), ...fields })

/** Sets out by the button on the page of the source; where the browser is sent. */
async function setOut(url: string, browser = root): Promise<URL> {
  const { status, headers, html } = await send(url, { change: 'test' }, browser)
  expect([status, html.includes('Taking you to')]).toEqual([200, true])
  return new URL(headers.get('refresh')!.slice('0; url='.length))
}

async function testOidc(): Promise<Page> {
  return root.open((await upstream.visit(await setOut(oidc))).href)
}

/** What a SAML provider answers, posted from its own page; where the browser is led then. */
async function answered(more: Partial<ResponseWords> = {}, signer: Signer = first): Promise<string> {
  const { searchParams } = await setOut(saml)
  const id = /ID="([^"]+)"/.exec(inflateRawSync(Buffer.from(searchParams.get('SAMLRequest')!, 'base64')).toString())![1]!
  const [place, now, answers] = [`${app.origin}${placeOf(saml)}`, Date.now(), ` InResponseTo="${id}"`]
  const message = base64(signed(responseOf({
    now, recipient: `${place}/acs`, audience: place, response: answers, confirmation: `NotOnOrAfter="${new Date(now + 240_000).toISOString()}" Recipient="${place}/acs"${answers}`, attributes: { uid: ['grace'], displayName: ['Grace Hopper'], shoes: ['42'] }, ...more,
  }), signer))
  const posted = await fetch(`${place}/acs`, {
    method: 'POST', redirect: 'manual', headers: { 'content-type': 'application/x-www-form-urlencoded', origin: 'https://idp.example.com', 'sec-fetch-site': 'cross-site' }, body: new URLSearchParams({ SAMLResponse: message, RelayState: searchParams.get('RelayState')! }),
  })
  expect(posted.status).toBe(303)
  return posted.headers.get('location')!
}
const testSaml = async (more?: Partial<ResponseWords>, signer?: Signer): Promise<Page> => root.open(await answered(more, signer))

/** All that a sign-in would write. */
const written = async (): Promise<unknown> => Promise.all(['users', 'identity_links', 'identity_link_groups', 'group_members', 'verified_addresses', 'identity_source_certificates']
  .map((table) => app.database.query(`select count(*), md5(string_agg(t::text, '|' order by t::text)) from ${table} t`)))
const lastTest = async () => (await app.database.query<{ event: Record<string, unknown> }>(`select event from audit_events where event_name = 'TestIdentitySource' order by position desc limit 1`))[0]!.event
const verdictOf = ({ html }: Page): string => /role="status"[^>]*>(.*?)<\/div>/s.exec(html)![1]!.replace(/<[^>]+>/g, ' ').trim()
const titles = ({ html }: Page): string[] => [...html.matchAll(/<h3>([^<]+) <span class="badge/g)].map(([, title]) => title!)

test('an OpenID Connect source that works says who would come in, step by step, and nothing is written', async () => {
  const before = await written()
  const page = await testOidc()
  expect([page.status, new URL(page.url).pathname, verdictOf(page)]).toEqual([200, `${oidc}/test`, 'It works: Ada Byron (ada) would come in as somebody new.'])
  expect(titles(page)).toEqual(['What the provider says of itself', 'The way there', 'The answer', 'Tokens for the code', 'Signature', 'Issuer', 'Audience', 'Times and clocks', 'Nonce', 'Subject', 'ID token', 'More about the person (userinfo)', 'The person', 'Groups'])
  for (const text of ['ada@example.com', 'switched off', 'Not asked for: the source tells of two factors', 'authorization: Basic …', 'grant_type: authorization_code', 'preferred_username']) expect(page.html.replaceAll('&quot;', '"')).toContain(text)
  expect(page.html).toMatch(/given_name<\/code> <span class="badge">Given name/)
  for (const secret of [upstreamClient.secret, Buffer.from(`${upstreamClient.id}:${upstreamClient.secret}`).toString('base64')]) expect(page.html).not.toContain(secret)
  expect(page.html).not.toMatch(/eyJ[\w-]{4}/)
  expect(await written()).toEqual(before)
  expect(await lastTest()).toMatchObject({ userIdentity: { type: 'Root' }, additionalEventData: { source: 'Corporate' } })
  // A reload shows the same, and signs nobody in.
  expect((await root.open(page.url)).html).toContain('It works')
  expect((await new Browser(app.origin).open('/start/')).html).not.toContain('Ada')
})

test('what would be another about somebody who is here is shown before and after', async () => {
  await save(oidc, { match: 'userName' })
  const id = (await new Users(app.database).create([{ userName: 'ada', displayName: 'A. Byron', givenName: undefined, familyName: 'Byron', emails: [], active: true, by: 'test' }]))[0]!
  const before = await written()
  const page = await testOidc()
  expect(verdictOf(page)).toBe('It works: Ada Byron (ada) would come in, and is somebody who is here already.')
  expect(page.html).toMatch(/<del>A\. Byron<\/del>.*<ins>Ada Byron<\/ins>/s)
  expect(page.html).toContain(`href="/admin/users/${id}"`)
  expect(await written()).toEqual(before)
  await save(oidc, { match: 'none' })
  expect(verdictOf(await testOidc())).toContain('It does not work. The user name ada is somebody')
})

test('a wrong secret, another issuer, and one that is not there each say what to do', async () => {
  await save(oidc, { client_secret: 'not the secret, not at all' })
  const wrong = await testOidc()
  expect([verdictOf(wrong).startsWith('It does not work. The provider refused the code: 401, invalid_client'), verdictOf(wrong).includes('enter the new one')]).toEqual([true, true])
  expect(wrong.html).not.toContain('not the secret')
  expect(await lastTest()).toMatchObject({ additionalEventData: { source: 'Corporate', reason: 'client-refused', step: 'exchange', advice: expect.any(String) } })
  await save(oidc, { client_secret: upstreamClient.secret })
  const elsewhere = await make('/admin/identity-sources/new', { ...spoken(), name: 'Elsewhere', issuer: `${upstream.issuer}/` })
  const mismatch = await send(elsewhere, { change: 'test' })
  expect([new URL(mismatch.url).pathname, verdictOf(mismatch)]).toEqual([`${elsewhere}/test`, expect.stringContaining(`says that its issuer is ${upstream.issuer}.`)])
  expect(verdictOf(mismatch)).toContain('letter by letter')
  const nowhere = await make('/admin/identity-sources/new', { ...spoken(), name: 'Nowhere', issuer: 'http://localhost:1' })
  expect(verdictOf(await send(nowhere, { change: 'test' }))).toContain('OUTBOUND_NETWORKS')
})

test('an answer counts once, in the session that set out; and so does what was seen', async () => {
  const other = await openUser(app, await makeUser(app, 'tester', [{ Effect: 'Allow', Action: ['gatehouse:*'], Resource: '*' }]))
  const back = await upstream.visit(await setOut(oidc))
  const stolen = await other.open(back.href)
  expect([stolen.status, stolen.html.includes('was begun in another browser')]).toEqual([410, true])
  expect((await root.open(back.href)).status).toBe(410)
  const answer = await answered()
  const page = await root.open(answer)
  expect([page.status, (await root.open(answer)).status, (await other.open(page.url)).status]).toEqual([200, 410, 410])
  // The way back of a test is none of a sign-in.
  expect((await new Browser(app.origin).open((await answered()).replace(app.origin, ''))).html).not.toContain('It works')
  const outsider = await openUser(app, await makeUser(app, 'outsider', [{ Effect: 'Allow', Action: ['gatehouse:ListIdentitySources'], Resource: '*' }]))
  expect((await outsider.open(saml)).html).not.toContain('value="test"')
  expect((await send(saml, { change: 'test' }, outsider)).status).toBe(403)
})

test('a SAML source that works names its certificate, and does not take the next one over', async () => {
  await send(saml, { change: 'add-certificate', Certificate: next.certificate })
  const before = await written()
  const page = await testSaml({}, next)
  expect(verdictOf(page)).toBe('It works: Grace Hopper (grace) would come in as somebody new.')
  expect(titles(page)).toEqual(['The way there', 'The response', 'Status', 'Signature', 'Issuer', 'Destination', 'The answer', 'Subject', 'Audience', 'Times and clocks', 'Attributes', 'Used once', 'Certificate', 'The person', 'Groups'])
  for (const text of ['AuthnRequest', 'SHA-256 fingerprint', 'which ends at 2025-01-01', 'SignatureValue&gt;…', 'shoes</code> <span class="badge badge-off">not used']) expect(page.html).toContain(text)
  expect(await written()).toEqual(before)
})

test.each<[string, Partial<ResponseWords>, Signer, string, string]>([
  ['another certificate', {}, stranger, 'None of the 2 certificates', 'signature'], ['a clock that is ahead', { now: Date.now() + 600_000 }, first, 'seconds ahead of our clock', 'not-yet'],
  ['an attribute that is missing', { attributes: { displayName: ['Grace'] } }, first, 'The source gave no uid', 'no-user-name'],
])('a SAML source with %s says so', async (_, more, signer, says, reason) => {
  if (reason === 'no-user-name') await save(saml, { 'attribute-userName': 'uid' })
  const page = await testSaml(more, signer)
  expect(verdictOf(page)).toContain(says)
  const { additionalEventData } = await lastTest()
  expect(additionalEventData).toMatchObject({ reason, ...(reason === 'signature' && { certificate: expect.stringMatching(/^[0-9a-f]{64}$/) }), ...(reason === 'no-user-name' && { attribute: 'uid' }) })
})

test('sign-ins that failed stand on the page of the source', async () => {
  await save(saml, { enabled: 'on' })
  expect((await root.open(saml)).html).not.toContain('Lately failed')
  const browser = new Browser(app.origin)
  await browser.open('/start/')
  await browser.open(/href="([^"]+external\?source=[^"]+)"/.exec(browser.page.html)![1]!.replaceAll('&amp;', '&'))
  const { searchParams } = new URL(browser.page.url)
  const posted = await fetch(`${app.origin}${placeOf(saml)}/acs`, { method: 'POST', redirect: 'manual', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: new URLSearchParams({ SAMLResponse: base64('<x/>'), RelayState: searchParams.get('RelayState')! }) })
  expect((await browser.open(posted.headers.get('location')!)).status).toBe(403)
  expect((await root.open(saml)).html).toMatch(/Lately failed.*href="\/admin\/events\/[0-9a-f-]{36}"/s)
  await save(saml, { enabled: '' })
})

test('tests are few in a time', async () => {
  const statuses: number[] = []
  for (let at = 0; at < 31 && statuses.at(-1) !== 429; at += 1) statuses.push((await send(saml, { change: 'test' })).status)
  expect(statuses.at(-1)).toBe(429)
})
