// The ends of our own certificates for SAML: on the overview, on the page of our keys, and in a letter.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { SamlKeyWarnings } from '../../src/domain/federation/index.js'
import { startApp, type TestApp } from '../support/app.js'
import { certified } from '../support/certificates.js'
import { openRoot } from '../support/console.js'
import { letterTo } from '../support/mails.js'
import { metadataOf, signerOf } from '../support/saml.js'

const day = 86_400_000
let app: TestApp
let ahead = 0
const clock = (): number => Date.now() + ahead
/** Opens a page so much later that nothing of what was known of findings before is good any more. */
const open = async (url: string): Promise<string> => {
  ahead += 11 * 60_000
  return (await (await openRoot(app)).open(url)).html
}
const endIn = (days: number, state: string) => app.database.query('update saml_keys set certificate = $1 where purpose = \'signing\' and state = $2', [Buffer.from(certified({ until: Date.now() + days * day + day / 2 }).certificate, 'base64'), state])

beforeAll(async () => {
  app = await startApp({ clock })
  const root = await openRoot(app)
  const csrf = /name="csrf" value="([^"]+)"/.exec((await root.open('/admin/identity-sources/new?kind=saml')).html)![1]!
  const made = await root.post('/admin/identity-sources/new?kind=saml', { csrf, name: 'Corporate', enabled: 'on', secondStep: 'ours', match: 'none', groups: 'none', metadata: metadataOf([signerOf()]) })
  await fetch(`${app.origin}/signin/external/${new URL(made.url).pathname.split('/').at(-1)}/metadata`)
}, 180_000)
afterAll(() => app?.stop())

test('certificates of ten years are nothing to look at', async () => {
  expect(await open('/admin')).not.toContain('of our own for SAML')
  expect(await open('/admin/settings/keys')).not.toContain('ends soon')
})

test('one that ends is on the overview with the way to mend it, marked on the page of keys, and told of by mail', async () => {
  await endIn(40, 'current')
  expect(await open('/admin')).toMatch(/A certificate of our own for SAML ends in 40 days<[^]*?Change to the next key[^]*?href="\/admin\/settings\/keys">Keys</)
  expect((await open('/admin/settings/keys')).match(/ends soon/g)).toHaveLength(1)
  await new SamlKeyWarnings({ database: app.database, clock, mail: app.app.mail, log: { warn() {} } }).run()
  const { subject, text } = await letterTo(app, 'root@example.com', /SAML signing ends in 60 days/)
  expect([subject.includes('Test Corp'), text.includes(`${app.origin}/admin/settings/keys`), /[0-9a-f]{64}/.test(text), text.includes('Sign with the next key'), text.includes('The next one')]).toEqual([true, true, true, true, false])
})

test('monitors read the end of each', async () => {
  const monitors = createServer(app.app.metrics()).listen(0, 'localhost')
  await once(monitors, 'listening')
  const text = await (await fetch(`http://localhost:${(monitors.address() as AddressInfo).port}/metrics`)).text()
  monitors.closeAllConnections()
  monitors.close()
  const ends = new Map([...text.matchAll(/^gatehouse_saml_certificate_end_timestamp_seconds\{purpose="(\w+)",state="(\w+)"\} (\S+)$/gm)].map(([, purpose, state, at]) => [`${purpose} ${state}`, Math.round((Number(at) * 1000 - Date.now()) / day / 10)]))
  expect(ends).toEqual(new Map([['signing current', 4], ['signing next', 365], ['encryption current', 365], ['encryption next', 365]]))
})

test('one that is over is a grave one, beside the next that ends as well', async () => {
  await endIn(-1, 'current')
  await endIn(10, 'next')
  const html = await open('/admin')
  expect(html).toMatch(/finding-grave"[^>]*>[^]{0,120}A certificate of our own for SAML is over/)
  expect(html).toContain('A certificate of our own for SAML ends in 10 days')
})

test('where no SAML source is in use, nobody hangs on it', async () => {
  await app.database.query('update identity_sources set enabled = false')
  expect(await open('/admin')).not.toContain('of our own for SAML')
})
