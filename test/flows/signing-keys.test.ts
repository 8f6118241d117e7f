// Our own keys on their page: what is said of each, the change to the next, and who may not know it yet.
import type { JSONWebKeySet } from 'jose'
import { startApp, type TestApp } from '../support/app.js'
import { csrfIn, type Browser, type Page } from '../support/browser.js'
import { openRoot } from '../support/console.js'
import { metadataOf, signerOf } from '../support/saml.js'

let app: TestApp
let root: Browser
let place: string
const url = '/admin/settings/keys'
const events = async (name: string): Promise<Record<string, any>[]> => // oxlint-disable-line typescript/no-explicit-any
  (await app.database.query<{ event: Record<string, unknown> }>('select event from audit_events where event_name = $1 order by position', [name])).map(({ event }) => event)
const kids = async (): Promise<Record<string, string>> => Object.fromEntries((await app.database.query<{ state: string; kid: string }>(`select state, kid from signing_keys where algorithm = 'ES256'`)).map(({ state, kid }) => [state, kid]))
const samlStates = async (purpose: string): Promise<string[]> => (await app.database.query<{ state: string }>('select state from saml_keys where purpose = $1 order by state', [purpose])).map(({ state }) => state)
const keySet = async (): Promise<JSONWebKeySet> => (await fetch(`${app.origin}/oidc/jwks`)).json() as Promise<JSONWebKeySet>
const certificatesIn = (metadata: string, use: string): string[] => [...metadata.matchAll(new RegExp(`use="${use}">.*?<ds:X509Certificate>([^<]+)<`, 'g'))].map(([, certificate]) => certificate!)
const ourMetadata = async (): Promise<string> => (await fetch(`${place}/metadata`)).text()

/** Goes by the question that is asked first, as a browser does. */
async function answered(query: string): Promise<{ asked: string; page: Page }> {
  const asked = (await root.open(`${url}/change?${query}`)).html.replaceAll('&#x27;', '’')
  const fields = Object.fromEntries([...asked.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g)].map(([, name, value]) => [name!, value!]))
  return { asked, page: await root.post(url, { ...fields, change: /name="change" value="([^"]+)"/.exec(asked)![1]! }) }
}

beforeAll(async () => {
  app = await startApp()
  root = await openRoot(app)
  const form = await root.open('/admin/identity-sources/new?kind=saml')
  const made = await root.post('/admin/identity-sources/new?kind=saml', { csrf: csrfIn(form.html), name: 'Corporate', enabled: 'on', secondStep: 'ours', match: 'none', groups: 'none', metadata: metadataOf([signerOf()]) })
  place = `${app.origin}/signin/external/${new URL(made.url).pathname.split('/').at(-1)}`
}, 180_000)
afterAll(() => app?.stop())

test('every key is there, with what it is for, and nothing of it that is secret', async () => {
  expect((await root.open(url)).html).toContain('They are made when the first SAML source needs them')
  await ourMetadata()
  await app.database.query('update identity_sources set metadata_given_at = null')
  const { status, html } = await root.open(url)
  const known = await kids()
  expect([status, html.includes(known.current!), html.includes(known.next!), html.includes('SAML, encryption'), html.includes('never fetched our metadata')]).toEqual([200, true, true, true, true])
  expect(html).not.toMatch(/PRIVATE KEY|"d":/)
  const answer = await fetch(`${app.origin}/oidc/jwks`)
  expect(answer.headers.get('cache-control')).toBe('public, max-age=3600')
})

test('a key that is not known everywhere signs only when somebody says all the same', async () => {
  const before = await kids()
  const refused = await root.post(url, { csrf: csrfIn((await root.open(`${url}/change?set=ES256`)).html), change: 'rotate', Set: 'ES256', Anyway: '' })
  expect([refused.status, refused.html.includes('is not known everywhere'), await kids()]).toEqual([409, true, before])
  const { asked, page } = await answered('set=ES256')
  expect([asked.includes('all the same'), page.html.includes('within a minute')]).toEqual([true, true])
  const after = await kids()
  expect(after).toMatchObject({ current: before.next, previous: before.current })
  await app.app.oidc.refreshKeys()
  expect((await keySet()).keys.map(({ kid }) => kid)).toEqual(expect.arrayContaining(Object.values(after)))
  expect((await events('RotateSigningKey')).at(-1)).toMatchObject({ additionalEventData: { before: { current: before.current }, after: { current: before.next } } })
})

test('one that took over can be retired, and is published no more', async () => {
  const { previous, current } = await kids()
  expect((await root.open(url)).html).toContain(`key=${previous}`)
  expect((await answered(`set=ES256&key=${previous}`)).page.html).toContain('The key is gone')
  await app.app.oidc.refreshKeys()
  expect((await keySet()).keys.map(({ kid }) => kid)).not.toContain(previous)
  expect((await root.open(`${url}/change?set=ES256&key=${current}`)).status).toBe(404)
})

test('our metadata has the next key before it signs, and whoever fetched it is not waited for', async () => {
  const [current, next, ...others] = certificatesIn(await ourMetadata(), 'signing')
  expect(others).toEqual([])
  await app.database.query('update identity_sources set metadata_given_at = null')
  const early = await answered('set=SAML_SIGNING')
  expect([early.asked.includes('Corporate has not fetched our metadata'), early.asked.includes('all the same')]).toEqual([true, true])
  expect(certificatesIn(await ourMetadata(), 'signing').slice(0, 2)).toEqual([next, expect.not.stringContaining(current!)])
  expect(await samlStates('signing')).toEqual(['current', 'next', 'previous'])
  const { asked } = await answered('set=SAML_SIGNING')
  expect(asked).toContain('Every provider has fetched our metadata')
  expect((await root.open(url)).html).not.toContain('never fetched our metadata')
})

test('of the encryption keys one is published, and the one before goes on opening', async () => {
  const [before] = certificatesIn(await ourMetadata(), 'encryption')
  expect((await answered('set=SAML_ENCRYPTION')).page.status).toBe(200)
  const after = certificatesIn(await ourMetadata(), 'encryption')
  expect([after.length, after[0] === before, await samlStates('encryption')]).toEqual([1, false, ['current', 'next', 'previous']])
})

test.each<Record<string, string>>([{ change: 'rotate', Set: 'ES512' }, { change: 'retire', Set: 'ES256', KeyId: '../x' }, { change: 'retire', Set: 'SAML_SIGNING', KeyId: 'nobody' }, { change: 'other' }, {}])('what is none of this is refused: %j', async (fields) => {
  const { status } = await root.post(url, { csrf: csrfIn((await root.open(`${url}/change?set=ES256`)).html), ...fields })
  expect([404, 422, 400, 409]).toContain(status)
})
