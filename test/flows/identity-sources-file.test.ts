// A SAML source that a file declares lets people in, and so does the one that the exported file makes elsewhere: the same people,
// by the same certificates.
import { inflateRawSync } from 'node:zlib'
import { exportOrganization, readSnapshot } from '../../src/domain/organization/index.js'
import { sourceSealer } from '../../src/domain/identity-sources/index.js'
import { organizationFile, startApp, type TestApp } from '../support/app.js'
import { Browser, type Page } from '../support/browser.js'
import { base64, metadataOf, responseOf, signed, signerOf, type Signer } from '../support/saml.js'

const [current, next, stranger] = [signerOf(), signerOf(), signerOf()]
const declared = organizationFile
  .replace('displayName: Jane Doe,', 'displayName: Jane Doe, identities: [{ source: Corporate, subject: jane-7 }],')
  .concat(`identitySources:\n  - { name: Corporate, saml: { metadata: ${JSON.stringify(metadataOf([current, next]))}, provisioning: { create: false, update: false } } }\n`)

const apps: TestApp[] = []
afterAll(async () => { for (const app of apps) await app.stop() })
async function startWith(organization: string): Promise<TestApp> {
  const app = await startApp({ organization })
  apps.push(app)
  return app
}

/** Goes to the provider by the button, and comes back as a subject that it vouches for. */
async function signIn({ origin }: TestApp, nameId: string, signer: Signer): Promise<Page> {
  const browser = new Browser(origin)
  await browser.open('/start/')
  const link = /href="([^"]+external\?source=([^"&]+))"[^>]*>Sign in with Corporate/.exec(browser.page.html)!
  await browser.open(link[1]!.replaceAll('&amp;', '&'))
  const { searchParams } = new URL(browser.page.url)
  const id = /ID="([^"]+)"/.exec(inflateRawSync(Buffer.from(searchParams.get('SAMLRequest')!, 'base64')).toString())![1]!
  const place = `${origin}/signin/external/${link[2]}`
  const [now, answers] = [Date.now(), ` InResponseTo="${id}"`]
  const message = base64(signed(responseOf({
    now, nameId, recipient: `${place}/acs`, audience: place, response: answers, confirmation: `NotOnOrAfter="${new Date(now + 240_000).toISOString()}" Recipient="${place}/acs"${answers}`, attributes: {},
  }), signer))
  const headers = { 'content-type': 'application/x-www-form-urlencoded', origin: 'https://idp.example.com', 'sec-fetch-site': 'cross-site' }
  const answer = await fetch(`${place}/acs`, { method: 'POST', redirect: 'manual', headers, body: new URLSearchParams({ SAMLResponse: message, RelayState: searchParams.get('RelayState')! }) })
  return browser.open(answer.headers.get('location')!)
}

const exported = async ({ database, app, settings }: TestApp): Promise<string> => exportOrganization(await readSnapshot(database, app.hashes, sourceSealer(settings.secrets.masterKey)))
const states = async ({ database }: TestApp): Promise<string[]> => (await database.query<{ state: string }>('select state from identity_source_certificates order by state')).map(({ state }) => state)

test('people of a source that a file declares come in, here and where the exported file is applied', async () => {
  const first = await startWith(declared)
  expect(await states(first)).toEqual(['current', 'next'])
  expect((await signIn(first, 'jane-7', current)).html).toContain('Jane Doe')
  expect((await signIn(first, 'jane-7', next)).html).toContain('Jane Doe')
  expect(await states(first)).toEqual(['current', 'retiring'])
  const second = await startWith((await exported(first)).replace(/\$\{\w+\}/g, '0123456789-0123456789-0123456789-0123456789'))
  expect(await states(second)).toEqual(['current', 'retiring'])
  for (const signer of [next, current]) expect((await signIn(second, 'jane-7', signer)).html).toContain('Jane Doe')
  expect((await signIn(second, 'jane-7', stranger)).status).toBe(403)
  expect((await signIn(second, 'somebody-else', next)).status).toBe(403)
}, 120_000)
