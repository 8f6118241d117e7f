// Signing in to the console by an assertion: one role at once, several by choice; what is refused, and what people are told.
import { CreateSAMLProviderCommand, type IAMClient } from '@aws-sdk/client-iam'
import { startApp, type TestApp } from '../support/app.js'
import { Browser } from '../support/browser.js'
import { openRoot } from '../support/console.js'
import { clientOf, management, production, rootKeys } from '../support/iam.js'
import { base64, metadataOf, responseOf, signed, signerOf, type ResponseWords } from '../support/saml.js'
import { makeRole } from '../support/sts.js'

const signer = signerOf()
const stranger = signerOf()
const logged: Record<string, unknown>[] = []
const log = { debug() {}, info: (fields: Record<string, unknown>) => void logged.push(fields), warn() {}, error: (fields: Record<string, unknown>) => void logged.push({ ...fields, level: 'error' }), fatal() {} } as never
let app: TestApp
let root: IAMClient
let there: IAMClient
let ahead = 0
beforeAll(async () => {
  app = await startApp({ log, clock: () => Date.now() + ahead })
  root = clientOf(app, await rootKeys(app))
  there = clientOf(app, await rootKeys(app, production))
  for (const client of [root, there]) await client.send(new CreateSAMLProviderCommand({ Name: 'Corp', SAMLMetadataDocument: metadataOf([signer]) }))
}, 90_000)
beforeEach(() => {
  ahead = 0
  logged.length = 0
})
afterAll(() => app.stop())

const provider = (account = management): string => `arn:aws:iam::${account}:saml-provider/Corp`
const attribute = (name: string): string => `https://aws.amazon.com/SAML/Attributes/${name}`
let count = 0
const role = (account = management, more: object = {}) => makeRole(account === management ? root : there, `web-${count += 1}`, {
  trust: [{ Effect: 'Allow', Principal: { Federated: provider(account) }, Action: 'sts:AssumeRoleWithSAML', Condition: { StringEquals: { 'SAML:aud': `${app.origin}/saml` } } }], ...more,
})
const pairOf = (arn: string): string => `${arn},${provider(arn.split(':')[4])}`
const assertion = (arns: string[], { attributes = {}, ...more }: Partial<ResponseWords> = {}, by = signer): string => base64(signed(responseOf({
  recipient: `${app.origin}/saml`, attributes: { [attribute('Role')]: arns.map(pairOf), [attribute('RoleSessionName')]: ['jane'], ...attributes }, ...more,
}), by))
/** A form of another site's: it brings no cookies, and is told apart by what browsers say of it. */
const foreign = { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'document', origin: 'https://idp.example.com', cookie: '' }
const send = (SAMLResponse: string, RelayState = '', browser = new Browser(app.origin)) => browser.post('/saml', { SAMLResponse, RelayState }, foreign).then((page) => ({ browser, page }))
const events = async (eventName: string) => (await app.app.trail.list({ eventName, limit: 1 }))[0]!.event

test('one role opens the console at once, and the trail has both steps', async () => {
  const arn = await role()
  const { page } = await send(assertion([arn]))
  expect(page).toMatchObject({ status: 200, url: `${app.origin}/console` })
  expect(page.html).toContain(arn.split('/').at(-1))
  expect(await events('AssumeRoleWithSAML')).toMatchObject({ userIdentity: { type: 'SAMLUser', userName: 'jane' }, requestParameters: { roleArn: arn } })
  expect(await events('ConsoleLogin')).toMatchObject({ userIdentity: { type: 'AssumedRole', arn: expect.stringContaining('/jane') }, responseElements: { ConsoleLogin: 'Success' } })
})

test('sessions that the browser has stay as they are', async () => {
  const browser = await openRoot(app)
  await browser.open('/console')
  const { page } = await send(assertion([await role()]), '', browser)
  expect(page.html).toContain('2 sessions')
})

describe('several roles', () => {
  test('are chosen from, by account', async () => {
    const [one, other] = [await role(), await role(production)]
    const { browser, page } = await send(assertion([one, other]))
    expect(page).toMatchObject({ status: 200, url: `${app.origin}/saml/roles` })
    for (const text of ['Management', 'Production', one.split('/').at(-1)!, other.split('/').at(-1)!]) expect(page.html).toContain(text)
    const again = await browser.open('/saml/roles')
    expect(again.status).toBe(200)
    const home = await browser.submit({ role: '1' })
    expect(home.url).toBe(`${app.origin}/console`)
    expect(home.html).toContain(other.split('/').at(-1))
    const over = await browser.open('/saml/roles')
    expect(over.status).toBe(410)
  })

  test('of which one does not let them in leave the others', async () => {
    const [closed, open] = [await makeRole(root, `web-${count += 1}`, { trust: [{ Effect: 'Allow', Principal: { AWS: management }, Action: 'sts:AssumeRole' }] }), await role()]
    const { browser } = await send(assertion([closed, open]))
    const refused = await browser.submit({ role: '0' })
    expect(refused.status).toBe(403)
    expect(refused.html).toContain('does not let you in')
    expect((await browser.submit({ role: '1' })).url).toBe(`${app.origin}/console`)
  })

  test('are used once, however often the form is sent at the same time', async () => {
    const { browser } = await send(assertion([await role(), await role()]))
    const fields = { csrf: /name="csrf" value="([^"]+)"/.exec(browser.page.html)![1]!, role: '0' }
    const cookie = browser.cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
    const post = () => fetch(`${app.origin}/saml/roles`, { method: 'POST', redirect: 'manual', body: new URLSearchParams(fields), headers: { cookie, 'sec-fetch-site': 'same-origin' } })
    const statuses = (await Promise.all([post(), post(), post()])).map(({ status }) => status)
    expect(statuses.toSorted((one, other) => one - other)).toEqual([303, 410, 410])
  })

  test.each([['nothing', {}], ['what was not offered', { role: '7' }], ['nonsense', { role: '__proto__' }]])('are asked for again after %s', async (_, fields) => {
    const { browser } = await send(assertion([await role(), await role()]))
    const url = browser.page.url
    const csrf = /name="csrf" value="([^"]+)"/.exec(browser.page.html)![1]!
    const page = await browser.post(url, { csrf, ...fields })
    expect(page.status).toBe(403)
    expect(page.html).toContain('Choose one of the roles.')
  })

  test('are of this browser alone, and of a form of our own', async () => {
    const { browser } = await send(assertion([await role(), await role()]))
    expect((await new Browser(app.origin).open('/saml/roles')).status).toBe(410)
    expect((await browser.post('/saml/roles', { role: '0' })).status).toBe(403)
    const csrf = /name="csrf" value="([^"]+)"/.exec((await browser.open('/saml/roles')).html)![1]!
    expect((await browser.post('/saml/roles', { role: '0', csrf }, { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example.com' })).status).toBe(403)
  })

  test('are only those whose provider signed', async () => {
    await root.send(new CreateSAMLProviderCommand({ Name: 'Other', SAMLMetadataDocument: metadataOf([stranger], 'https://other.example.com') }))
    const [ours, theirs] = [await role(), await role()]
    const { page } = await send(assertion([], { attributes: { [attribute('Role')]: [pairOf(ours), `${theirs},${provider()}`.replace('/Corp', '/Other')] } }))
    expect(page.url).toBe(`${app.origin}/console`)
    expect(page.html).toContain(ours.split('/').at(-1))
  })
})

describe('where it leads', () => {
  test.each([['/console/users', '/console/users'], ['ORIGIN/console/roles?x=1', '/console/roles?x=1']])('%s is followed', async (relay, path) => {
    const arn = await role(management, { may: [{ Effect: 'Allow', Action: '*', Resource: '*' }] })
    expect((await send(assertion([arn]), relay.replace('ORIGIN', app.origin))).page.url).toBe(`${app.origin}${path}`)
  })

  test.each(['https://evil.example.com/console', '//evil.example.com/console', '/\\evil.example.com', 'javascript:alert(1)', '/start/sign-out', 'https:evil', '/console/../start', '/%09/evil', 'http://x@HOST/console', 'nonsense'])('%s is not', async (relay) => {
    expect((await send(assertion([await role()]), relay.replace('HOST', new URL(app.origin).host))).page.url).toBe(`${app.origin}/console`)
  })
})

describe('a person is told little, and the log has the reason', () => {
  test.each<[string, number, string, Partial<ResponseWords>, typeof signer]>([
    ['of another key', 403, 'signature', {}, stranger],
    ['for somebody else', 403, 'audience', { audience: 'https://other.example.com' }, signer],
    ['for another address', 403, 'destination', { destination: 'https://other.example.com/saml' }, signer],
    ['that is over', 410, 'expired', { conditions: 'NotOnOrAfter="2020-01-01T00:00:00Z"' }, signer],
    ['in answer to a request that nobody made', 403, 'in-response-to', { response: ' InResponseTo="_q"' }, signer],
    ['without a session name', 403, 'attributes', { attributes: { [attribute('RoleSessionName')]: [] } }, signer],
    ['without a role', 403, 'attributes', { attributes: { [attribute('Role')]: [] } }, signer],
    ['of a provider that nobody knows', 403, 'issuer', { attributes: { [attribute('Role')]: [`arn:aws:iam::${management}:role/x,arn:aws:iam::${management}:saml-provider/Nobody`] } }, signer],
    ['that says no', 403, 'status', { status: '<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Responder"/></samlp:Status>' }, signer],
  ])('of an assertion %s', async (_, status, reason, more, by) => {
    const { page, browser } = await send(assertion([await role()], more, by))
    expect(page.status).toBe(status)
    expect(page.html).toMatch(/Reference number <code>[0-9a-f-]{36}</)
    expect(page.html).not.toContain(`saml ${reason}`)
    expect(logged).toContainEqual(expect.objectContaining({ reason, requestId: /<code>([0-9a-f-]{36})/.exec(page.html)![1] }))
    expect(await events('ConsoleLogin')).toMatchObject({ responseElements: { ConsoleLogin: 'Failure' }, additionalEventData: { reason } })
    expect(browser.cookie('gatehouse-console')).toBeUndefined()
  })

  test('of an assertion that was used already', async () => {
    const once = assertion([await role()])
    expect((await send(once)).page.url).toBe(`${app.origin}/console`)
    const { page } = await send(once)
    expect(page.status).toBe(410)
    expect(page.html).toContain('used already')
  })

  test('of a role that does not let them in', async () => {
    const closed = await makeRole(root, `web-${count += 1}`, { trust: [{ Effect: 'Allow', Principal: { AWS: management }, Action: 'sts:AssumeRole' }] })
    const { page } = await send(assertion([closed]))
    expect(page.status).toBe(403)
    expect(page.html).toContain('does not let you in')
  })

  test('of what is no answer of a provider', async () => {
    const browser = new Browser(app.origin)
    expect((await browser.post('/saml', {}, foreign)).status).toBe(400)
    expect((await browser.post('/saml', { SAMLResponse: 'AAAA', SAMLRequest: 'AAAA' }, foreign)).status).toBe(400)
    expect((await browser.post('/saml', { SAMLResponse: 'not base64' }, foreign)).status).toBe(403)
    expect((await browser.post('/saml', { SAMLResponse: 'A'.repeat(400_000) }, foreign)).status).toBe(413)
    expect((await browser.post('/saml', { SAMLResponse: assertion([await role()]) }, { ...foreign, 'sec-fetch-dest': 'iframe' })).status).toBe(403)
    const twice = await fetch(`${app.origin}/saml`, { method: 'POST', body: 'SAMLResponse=AAAA&SAMLResponse=BBBB', headers: { 'content-type': 'application/x-www-form-urlencoded' } })
    expect(twice.status).toBe(400)
    expect(logged.filter(({ level }) => level === 'error')).toEqual([])
  })
})

test('a choice is over after a while', async () => {
  const { browser } = await send(assertion([await role(), await role()]))
  ahead = 601_000
  expect((await browser.open('/saml/roles')).status).toBe(410)
})

test('whoever opens the address is told where to start, and providers what to send', async () => {
  const page = await new Browser(app.origin).open('/saml')
  expect(page.status).toBe(200)
  expect(page.html).toContain(`${app.origin}/saml`)
  const metadata = await fetch(`${app.origin}/saml/metadata`)
  expect(metadata.headers.get('content-type')).toMatch(/^application\/samlmetadata\+xml/)
  expect(await metadata.text()).toContain(`Location="${app.origin}/saml"`)
})
