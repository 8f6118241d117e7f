// Single logout with a SAML provider: its requests and answers at our address, ours at its, and what is not signed by it.
import { createVerify, X509Certificate } from 'node:crypto'
import { inflateRawSync } from 'node:zlib'
import { Users } from '../../src/domain/directory/index.js'
import { startApp, type TestApp } from '../support/app.js'
import { Browser, csrfIn, type Page } from '../support/browser.js'
import { openRoot } from '../support/console.js'
import { base64, metadataOf, responseOf, signed, signerOf } from '../support/saml.js'
import { logoutOf, queryOf } from '../support/saml-partner.js'

const [theirs, stranger] = [signerOf(), signerOf()]
let app: TestApp
let root: Browser
let sourceUrl: string
let place: string
const slo = '<SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.example.com/slo" ResponseLocation="https://idp.example.com/slo/answers"/>'
const metadata = metadataOf([theirs]).replace('<SingleSignOnService', `${slo}<SingleSignOnService`)
beforeAll(async () => {
  app = await startApp()
  root = await openRoot(app)
  sourceUrl = new URL((await send('/admin/identity-sources/new?kind=saml', { metadata })).url).pathname
  place = `${app.origin}/signin/external/${sourceUrl.split('/').at(-1)}`
}, 180_000)
afterAll(() => app?.stop())

type Row = Record<string, any> // oxlint-disable-line typescript/no-explicit-any
const usual = { name: 'Corporate', enabled: 'on', button: 'on', domains: '', secondStep: 'ours', create: 'on', update: 'on', match: 'none', groups: 'none', groupNames: '', 'attribute-userName': 'uid', metadata: '', metadataUrl: '', nameIdFormat: '' }
const send = async (url: string, fields: Record<string, string>): Promise<Page> => root.post(url, { ...usual, csrf: csrfIn((await root.open(url)).html), ...fields })
const events = async (name: string): Promise<Row[]> => (await app.database.query<{ event: Row }>('select event from audit_events where event_name = $1 order by position', [name])).map(({ event }) => event)
const isIn = async (browser: Browser): Promise<boolean> => (await browser.open('/start/profile')).html.includes('Ada Byron')
const xmlOf = (message: string | null): string => inflateRawSync(Buffer.from(message!, 'base64')).toString()

/** Somebody who comes in by the button, in a session that the provider calls so. */
async function signedIn(index = '_s1'): Promise<Browser> {
  const browser = new Browser(app.origin)
  await browser.open('/start/')
  await browser.open(/href="([^"]+external\?source=[^"]+)"/.exec(browser.page.html)![1]!.replaceAll('&amp;', '&'))
  const { searchParams } = new URL(browser.page.url)
  const answers = ` InResponseTo="${/ID="([^"]+)"/.exec(xmlOf(searchParams.get('SAMLRequest')))![1]!}"`
  const now = Date.now()
  const message = base64(signed(responseOf({
    now, recipient: `${place}/acs`, audience: place, response: answers, confirmation: `NotOnOrAfter="${new Date(now + 240_000).toISOString()}" Recipient="${place}/acs"${answers}`,
    authn: `AuthnInstant="${new Date(now).toISOString()}" SessionIndex="${index}"`, attributes: { uid: ['ada'], displayName: ['Ada Byron'] },
  }), theirs))
  const answer = await fetch(`${place}/acs`, { method: 'POST', redirect: 'manual', body: new URLSearchParams({ SAMLResponse: message, RelayState: searchParams.get('RelayState')! }) })
  expect(new URL((await browser.open(answer.headers.get('location')!)).url).pathname).toBe('/start/')
  return browser
}

let counted = 0
/** A message about a session; each has an ID of its own. */
const about = (index: string | undefined, more: Parameters<typeof logoutOf>[0] = {}): string =>
  logoutOf({ id: `_l${counted += 1}`, destination: `${place}/slo`, issuedAt: Date.now(), inside: `<saml:NameID>jane</saml:NameID>${index === undefined ? '' : `<samlp:SessionIndex>${index}</samlp:SessionIndex>`}`, ...more })
const redirected = (xml: string, more: Parameters<typeof queryOf>[1] = {}): Promise<Response> => fetch(`${place}/slo?${queryOf(xml, { signer: theirs, ...more })}`, { redirect: 'manual' })
const answering = (id: string, status = 'Success'): string => about(undefined, { name: 'LogoutResponse', more: ` InResponseTo="${id}"`, inside: `<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:${status}"/></samlp:Status>` })
const handle = (url: URL): { parameter: string; relayState: string } => ({ parameter: 'SAMLResponse', relayState: url.searchParams.get('RelayState')! })
const posted = (fields: Record<string, string>): Promise<Response> => fetch(`${place}/slo`, { method: 'POST', redirect: 'manual', headers: { origin: 'https://idp.example.com', 'sec-fetch-site': 'cross-site' }, body: new URLSearchParams(fields) })

test('a request ends the session that it names, and is answered with a signature', async () => {
  const [one, other] = [await signedIn('_s1'), await signedIn('_s2')]
  const answer = await redirected(about('_s1', { id: '_ended' }), { relayState: 'theirs' })
  expect(answer.status).toBe(303)
  const away = new URL(answer.headers.get('location')!)
  expect([away.origin + away.pathname, away.searchParams.get('RelayState')]).toEqual(['https://idp.example.com/slo/answers', 'theirs'])
  expect(xmlOf(away.searchParams.get('SAMLResponse'))).toMatch(/InResponseTo="_ended".*status:Success/s)
  const [octets, signature] = away.search.slice(1).split('&Signature=') as [string, string]
  const ours = /<(?:\w+:)?X509Certificate>([^<]+)/.exec(await (await fetch(`${place}/metadata`)).text())![1]!
  expect(createVerify('sha256').update(octets).verify(new X509Certificate(Buffer.from(ours, 'base64')).publicKey, decodeURIComponent(signature), 'base64')).toBe(true)
  expect([await isIn(one), await isIn(other)]).toEqual([false, true])
  expect((await events('ExternalLogout')).at(-1)).toMatchObject({ userIdentity: { type: 'IdentitySource' }, requestParameters: { cause: 'single-logout' }, additionalEventData: { sessions: 1 } })
})

test('one without a session ends all of the person, by post too, once', async () => {
  const [one, other] = [await signedIn('_s3'), await signedIn('_s4')]
  const message = base64(signed(about(undefined), theirs, { what: 'LogoutRequest' }))
  expect((await posted({ SAMLRequest: message })).status).toBe(303)
  expect([await isIn(one), await isIn(other)]).toEqual([false, false])
  const again = await signedIn('_s5')
  expect((await posted({ SAMLRequest: message })).status).toBe(400)
  expect(await isIn(again)).toBe(true)
})

test('what the provider did not sign, or not for us and now, ends nothing and is no fault of ours', async () => {
  const browser = await signedIn('_s6')
  const now = Date.now()
  const before = (await events('ExternalLogout')).length
  const bad: [string, () => Promise<Response>, string?][] = [
    ['another key', () => redirected(about('_s6'), { signer: stranger }), 'signature'],
    ['no signature', () => fetch(`${place}/slo?${queryOf(about('_s6'), { signer: theirs }).replace(/&SigAlg.*/, '')}`), 'unsigned'],
    ['no signature inside', () => posted({ SAMLRequest: base64(about('_s6')) }), 'unsigned'],
    ['another destination', () => redirected(about('_s6', { destination: 'https://elsewhere.example.com/slo' })), 'destination'],
    ['another issuer', () => redirected(about('_s6', { issuer: 'https://evil.example.com' })), 'issuer'],
    ['long ago', () => redirected(about('_s6', { issuedAt: now - 3_600_000 })), 'expired'],
    ['a changed relay state', () => fetch(`${place}/slo?${queryOf(about('_s6'), { signer: theirs, relayState: 'a' }).replace('RelayState=a', 'RelayState=b')}`), 'signature'],
    ['twice the message', () => fetch(`${place}/slo?SAMLRequest=x&${queryOf(about('_s6'), { signer: theirs })}`), 'structure'],
    ['nothing', () => fetch(`${place}/slo`), 'structure'],
    ['no XML', () => posted({ SAMLRequest: 'A'.repeat(300_000) })],
    ['an entity', () => posted({ SAMLRequest: base64('<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>') })],
  ]
  for (const [name, ask, reason] of bad) {
    const answer = await ask()
    expect([name, answer.status, (await answer.text()).includes('nobody was signed out by it')]).toEqual([name, 400, true])
    if (reason) expect([name, (await events('ExternalLogout')).at(-1)!.additionalEventData.reason]).toEqual([name, reason])
  }
  for (const fields of [{}, { SAMLRequest: 'a', SAMLResponse: 'b' }] as Record<string, string>[]) expect((await posted(fields)).status).toBe(400)
  expect((await posted({ SAMLRequest: 'A'.repeat(800_000) })).status).toBe(413)
  expect((await fetch(`${app.origin}/signin/external/00000000-0000-4000-8000-000000000000/slo?SAMLRequest=x`)).status).toBe(404)
  expect((await events('ExternalLogout')).slice(before).every(({ errorCode }) => errorCode === 'LogoutRefused')).toBe(true)
  expect(await isIn(browser)).toBe(true)
})

test('signing out here asks the provider, whose answer is taken once; one that never comes harms nothing', async () => {
  await send(sourceUrl, { signOutThere: 'on', metadata })
  const signOut = async (index: string): Promise<[Browser, URL]> => {
    const browser = await signedIn(index)
    await browser.open('/start/')
    const page = await browser.submit({}, '/start/sign-out')
    expect(page.html).toContain('Signing you out at Corporate, too')
    expect(await isIn(browser)).toBe(false)
    return [browser, new URL(page.headers.get('refresh')!.slice('0; url='.length))]
  }
  const [browser, away] = await signOut('_s7')
  const request = xmlOf(away.searchParams.get('SAMLRequest'))
  expect([away.origin + away.pathname, request.includes('<samlp:SessionIndex>_s7</samlp:SessionIndex>')]).toEqual(['https://idp.example.com/slo', true])
  expect(request).toMatch(/<saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">jane</)
  const id = /ID="([^"]+)"/.exec(request)![1]!
  expect((await redirected(answering('_another'), handle(away))).status).toBe(400)
  expect((await redirected(answering(id), { ...handle(away), signer: stranger })).status).toBe(400)
  const page = await browser.open(`${place}/slo?${queryOf(answering(id), { signer: theirs, ...handle(away) })}`)
  expect([page.status, page.html.includes('Here, and at Corporate.')]).toEqual([200, true])
  const late = await redirected(answering(id), handle(away))
  expect([late.status, late.headers.get('location')]).toEqual([302, '/start/signed-out'])
  const [, again] = await signOut('_s8')
  const partly = await redirected(answering(/ID="([^"]+)"/.exec(xmlOf(again.searchParams.get('SAMLRequest')))![1]!, 'Responder'), handle(again))
  expect(await partly.text()).toContain('Corporate did not confirm that you are signed out there')
})

test('whom an application signs out comes back to it, with a page of ours where the provider did not confirm', async () => {
  await send(sourceUrl, { signOutThere: 'on', metadata })
  const bye = 'https://wiki.example.com/bye'
  const answered = async (index: string, status: string): Promise<Response> => {
    const browser = await signedIn(index)
    await browser.open(`/oidc/session/end?client_id=wiki&post_logout_redirect_uri=${encodeURIComponent(bye)}`)
    const away = new URL((await browser.submit({ logout: 'yes' })).headers.get('refresh')!.slice('0; url='.length))
    expect(await isIn(browser)).toBe(false)
    return redirected(answering(/ID="([^"]+)"/.exec(xmlOf(away.searchParams.get('SAMLRequest')))![1]!, status), handle(away))
  }
  const done = await answered('_a1', 'Success')
  expect([done.status, done.headers.get('refresh')]).toEqual([200, `0; url=${bye}`])
  const unsure = await answered('_a2', 'Responder')
  const partly = await unsure.text()
  expect([unsure.headers.has('refresh'), partly.includes('Corporate did not confirm'), partly.includes(`href="${bye}">Back to the application`)]).toEqual([false, true, true])
})

test('a provider that takes posts alone gets a form', async () => {
  const posting = metadata.replace(/(SingleLogoutService Binding="[^"]*)HTTP-Redirect/, '$1HTTP-POST')
  await send(sourceUrl, { signOutThere: 'on', metadata: posting })
  const answer = await redirected((await signedIn('_p1'), about('_p1')))
  const page = await answer.text()
  expect([answer.status, page.includes('name="SAMLResponse"'), page.includes('action="https://idp.example.com/slo/answers"'), page.includes('data-submit')]).toEqual([200, true, true, true])
  expect(answer.headers.get('content-security-policy')).toContain(`form-action 'self' https://idp.example.com`)
  const browser = await signedIn('_p2')
  await browser.open('/start/')
  expect((await browser.submit({}, '/start/sign-out')).html).toContain('name="SAMLRequest"')
})

test('the sessions of a source that is switched off end by its word, and nobody is known by it afterwards', async () => {
  const browser = await signedIn('_s9')
  await send(sourceUrl, { enabled: '', metadata })
  expect(await isIn(browser)).toBe(true)
  expect((await redirected(about('_s9'))).status).toBe(303)
  expect(await isIn(browser)).toBe(false)
  expect(await new Users(app.database).findByUserName('ada')).toMatchObject({ displayName: 'Ada Byron' })
})
