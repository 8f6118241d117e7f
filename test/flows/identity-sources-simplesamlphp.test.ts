// Signing in with SimpleSAMLphp, a provider that companies run: its metadata, what it encrypts, and its next certificate.
import { startApp, type TestApp } from '../support/app.js'
import { Browser, csrfIn, type Page } from '../support/browser.js'
import { openRoot } from '../support/console.js'
import { needs } from '../support/needs.js'
import { signerOf } from '../support/saml.js'
import { ada, SimpleSaml } from '../support/simplesamlphp.js'

needs('simplesamlphp').describe('with SimpleSAMLphp', () => {
  const [first, next] = [signerOf(), signerOf()]
  let app: TestApp
  let provider: SimpleSaml
  let root: Browser
  let sourceUrl: string
  beforeAll(async () => {
    [app, provider] = await Promise.all([startApp({ env: { OUTBOUND_NETWORKS: '127.0.0.0/8,::1' } }), SimpleSaml.start({ signer: first })])
    root = await openRoot(app)
    const made = await send('/admin/identity-sources/new?kind=saml', { name: 'Corporate', enabled: 'on', button: 'on', domains: 'example.com', secondStep: 'ours', create: 'on', update: 'on', match: 'none', groups: 'none', groupNames: '', metadata: '', metadataUrl: provider.metadataUrl, nameIdFormat: '' })
    sourceUrl = new URL(made.url).pathname
    const metadata = await fetch(`${app.origin}/signin/external/${sourceUrl.split('/').at(-1)}/metadata`)
    await provider.trust(await metadata.text())
  }, 180_000)
  afterAll(async () => {
    await Promise.all([app?.stop(), provider?.stop()])
  })

  const send = async (url: string, fields: Record<string, string>): Promise<Page> => root.post(url, { csrf: csrfIn((await root.open(url)).html), ...fields })
  const states = async (): Promise<string[]> => (await app.database.query<{ state: string }>('select state from identity_source_certificates order by state')).map(({ state }) => state)

  async function signIn(browser = new Browser(app.origin), atProvider = new Browser(provider.origin)): Promise<Page> {
    await browser.open('/start/')
    await browser.submit({ userName: `${ada.name}@example.com` })
    const way = browser.page.headers.get('refresh')?.slice('0; url='.length) ?? browser.page.url
    const { action, SAMLResponse, RelayState } = await provider.visit(way, atProvider)
    const answer = await fetch(action, { method: 'POST', redirect: 'manual', headers: { 'content-type': 'application/x-www-form-urlencoded', origin: provider.origin, 'sec-fetch-site': 'cross-site' }, body: new URLSearchParams({ SAMLResponse, RelayState }) })
    return browser.open(answer.headers.get('location') ?? '/no-answer')
  }

  test('somebody comes in, and again without another password at the provider', async () => {
    const atProvider = new Browser(provider.origin)
    const page = await signIn(new Browser(app.origin), atProvider)
    expect([page.status, new URL(page.url).pathname, page.html.includes('Ada Byron')]).toEqual([200, '/start/', true])
    expect((await signIn(new Browser(app.origin), atProvider)).html).toContain('Ada Byron')
    expect(await app.database.query('select user_name from users u join identity_links l on l.user_id = u.id')).toEqual([{ user_name: 'ada' }])
  })

  test('an assertion that it encrypts with AES-CBC, which it always does, is not opened, and the trail says what would be', async () => {
    await provider.set({ signer: first, encrypted: true })
    expect((await signIn()).status).toBe(403)
    const [failure] = await app.database.query<{ event: { additionalEventData: Record<string, string> } }>(`select event from audit_events where event_name = 'CredentialVerification' order by position desc limit 1`)
    expect(failure!.event.additionalEventData).toMatchObject({ reason: 'decryption', advice: expect.stringContaining('AES-GCM') })
    await provider.set({ signer: first })
  })

  test('its next certificate is taken from its metadata, and takes over while people sign in', async () => {
    await provider.set({ signer: first, next })
    expect((await send(sourceUrl, { name: 'Corporate', enabled: 'on', button: 'on', domains: 'example.com', secondStep: 'ours', create: 'on', update: 'on', match: 'none', groups: 'none', groupNames: '', metadata: await provider.metadata(), metadataUrl: '', nameIdFormat: '' })).html).toContain('Saved')
    expect(await states()).toEqual(['current', 'next'])
    const running = Array.from({ length: 3 }, () => signIn())
    await provider.set({ signer: next })
    for (const page of await Promise.all(running)) expect(page.html).toContain('Ada Byron')
    expect((await signIn()).html).toContain('Ada Byron')
    expect(await states()).toEqual(['current', 'retiring'])
  })

  test('one that was never told of is not believed, and the trail names what to do', async () => {
    await provider.set({ signer: signerOf() })
    const page = await signIn()
    expect([page.status, page.html.includes('It’s not you, it’s us')]).toEqual([403, true])
    const reference = /<code>([^<]+)<\/code>/.exec(page.html)![1]!
    const lookedUp = await root.open(`/admin/access/look-up?q=${reference}`)
    expect(lookedUp.html).toContain('certificate')
    await provider.set({ signer: next })
  })
})
