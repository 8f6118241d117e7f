// Two processes of one installation, and one message of a SAML provider that comes to both of them many times at once: it counts
// once. While what was used cannot be noted, none counts.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inflateRawSync } from 'node:zlib'
import { startApp, type TestApp } from '../support/app.js'
import { Browser, csrfIn } from '../support/browser.js'
import { openRoot } from '../support/console.js'
import { needs } from '../support/needs.js'
import { nodesEnv } from '../support/oidc.js'
import { freshDatabase } from '../support/postgres.js'
import { buildProgram, freePorts, Program } from '../support/program.js'
import { RedisServer } from '../support/redis.js'
import { base64, metadataOf, responseOf, signed, signerOf, type ResponseWords } from '../support/saml.js'
import { eventually } from '../support/servers.js'

const times = 20
const theirs = signerOf()
const usual = { name: 'Corporate', enabled: 'on', button: 'on', domains: '', secondStep: 'ours', create: 'on', update: 'on', match: 'none', groups: 'none', groupNames: '', 'attribute-userName': 'uid', metadata: '', metadataUrl: '', nameIdFormat: '', unsolicited: 'on' }

type Row = Record<string, any> // oxlint-disable-line typescript/no-explicit-any

needs('postgres', 'redis').describe('two processes', () => {
  let redis: RedisServer
  /** Sees the same database, and makes the source. */
  let aside: TestApp
  let nodes: Program[] = []
  let place: string
  const folders: string[] = []

  beforeAll(async () => {
    buildProgram()
    redis = await RedisServer.start()
    const env = nodesEnv({ DATABASE_URL: await freshDatabase(), REDIS_URL: redis.url })
    const ports = [await freePorts(), await freePorts()]
    const origin = `http://localhost:${ports[0]}`
    aside = await startApp({ env })
    const root = await openRoot(aside)
    const made = await root.post('/admin/identity-sources/new?kind=saml', { ...usual, csrf: csrfIn((await root.open('/admin/identity-sources/new?kind=saml')).html), metadata: metadataOf([theirs]) })
    place = `${origin}/signin/external/${new URL(made.url).pathname.split('/').at(-1)}`
    nodes = ports.map((port) => {
      const folder = mkdtempSync(join(tmpdir(), 'gatehouse-saml-nodes-'))
      folders.push(folder)
      return Program.start(port, { ...env, DATA_DIR: folder, PUBLIC_URL: origin, ALLOWED_HOSTS: ports.map((one) => `localhost:${one}`).join(',') })
    })
    await Promise.all(nodes.map((node) => node.ready()))
  }, 240_000)
  afterAll(async () => {
    await Promise.all(nodes.map((node) => node.end('SIGKILL')))
    await aside?.stop()
    await redis?.stop()
    for (const folder of folders) rmSync(folder, { recursive: true, force: true })
  })

  const events = async (name: string): Promise<Row[]> => (await aside.database.query<{ event: Row }>('select event from audit_events where event_name = $1 order by position', [name])).map(({ event }) => event)
  const outcomes = async (): Promise<number> => (await events('CredentialVerification')).filter(({ serviceEventDetails }) => serviceEventDetails.CredentialVerification === 'Success').length
  const at = (node: number, url: string): string => url.replace(nodes[0]!.origin, nodes[node % 2]!.origin)
  const cookieOf = (browser: Browser): string => browser.cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
  const counted = (answers: Response[]): Record<number, number> => Object.fromEntries([...new Set(answers.map(({ status }) => status))].map((status) => [status, answers.filter((one) => one.status === status).length]))

  /** The provider's page posts it from another site, to one of the two. */
  const posted = (node: number, message: string, RelayState = ''): Promise<Response> =>
    fetch(at(node, `${place}/acs`), { method: 'POST', redirect: 'manual', headers: { 'content-type': 'application/x-www-form-urlencoded', origin: 'https://idp.example.com', 'sec-fetch-site': 'cross-site' }, body: new URLSearchParams({ SAMLResponse: message, ...(RelayState && { RelayState }) }) })
  const many = (send: (node: number) => Promise<Response>): Promise<Response[]> => Promise.all(Array.from({ length: times }, (_, node) => send(node)))

  function response(requestId?: string, more: Partial<ResponseWords> = {}): string {
    const now = Date.now()
    const answers = requestId === undefined ? '' : ` InResponseTo="${requestId}"`
    return base64(signed(responseOf({
      now, recipient: `${place}/acs`, audience: place, response: answers, confirmation: `NotOnOrAfter="${new Date(now + 240_000).toISOString()}" Recipient="${place}/acs"${answers}`, attributes: { uid: ['ada'], displayName: ['Ada Byron'] }, ...more,
    }), theirs))
  }

  /** Goes to the provider by the button of the first page. */
  async function toProvider(): Promise<{ browser: Browser; id: string; relayState: string }> {
    const browser = new Browser(nodes[0]!.origin)
    await browser.open('/start/')
    await browser.open(/href="([^"]+external\?source=[^"]+)"/.exec(browser.page.html)![1]!.replaceAll('&amp;', '&'))
    const { searchParams } = new URL(browser.page.url)
    return { browser, id: /ID="([^"]+)"/.exec(inflateRawSync(Buffer.from(searchParams.get('SAMLRequest')!, 'base64')).toString())![1]!, relayState: searchParams.get('RelayState')! }
  }

  /** Brings answers on in the browser that asked, to both processes at once; who got in goes on to the portal. */
  async function broughtOn(browser: Browser, places: (string | null)[]): Promise<Response[]> {
    const answers = await Promise.all(places.flatMap((url) => [0, 1].map((node) => fetch(at(node, new URL(url!, nodes[0]!.origin).href), { redirect: 'manual', headers: { cookie: cookieOf(browser) } }))))
    expect(answers.filter(({ status }) => status === 303).every(({ headers }) => headers.get('location')!.includes('/oidc/auth/'))).toBe(true)
    return answers
  }
  const placesIn = (answers: Response[]): (string | null)[] => answers.filter(({ status }) => status === 303).map(({ headers }) => headers.get('location'))

  test('an answer to a request lets somebody in once', async () => {
    const before = await outcomes()
    const { browser, id, relayState } = await toProvider()
    const message = response(id)
    const answers = await many((node) => posted(node, message, relayState))
    // Whoever sends more than a few is no provider.
    expect(counted(answers)).toEqual({ 303: 5, 410: times - 5 })
    expect(await answers.find(({ status }) => status === 410)!.text()).toContain('This sign-in was not begun here')
    const brought = await broughtOn(browser, placesIn(answers))
    expect(counted(brought)).toEqual({ 303: 1, 410: 9 })
    expect(await brought.find(({ status }) => status === 410)!.text()).toContain('This sign-in has ended')
    expect(await outcomes()).toBe(before + 1)
    // It answers a request, so nobody begins with it either.
    expect(counted(await many((node) => posted(node, message)))).toEqual({ 410: times })
    expect(await outcomes()).toBe(before + 1)
  })

  test('a request is answered once, also by other assertions', async () => {
    const before = await outcomes()
    const { browser, id, relayState } = await toProvider()
    const answers = [await posted(0, response(id), relayState), await posted(1, response(id), relayState), await posted(0, response(id, { nameId: 'mallory', attributes: { uid: ['mallory'] } }), relayState)]
    expect(counted(answers)).toEqual({ 303: 3 })
    expect(counted(await broughtOn(browser, placesIn(answers)))).toEqual({ 303: 1, 410: 5 })
    expect(await outcomes()).toBe(before + 1)
    expect((await posted(1, response(id), relayState)).status).toBe(410)
  })

  test('what a provider began by itself lets somebody in once, and the trail says why the others were refused', async () => {
    const before = (await events('CredentialVerification')).length
    const message = response()
    const answers = await many((node) => posted(node, message))
    expect(counted(answers)).toEqual({ 303: 1, 403: times - 1 })
    const refused = await Promise.all(answers.filter(({ status }) => status === 403).map((answer) => answer.text()))
    expect(refused.every((html) => html.includes('It’s not you, it’s us'))).toBe(true)
    const references = refused.map((html) => /<code>([^<]+)<\/code>/.exec(html)![1]!)
    const told = (await events('CredentialVerification')).slice(before)
    expect(told.map(({ requestID }) => requestID as string).toSorted()).toEqual(references.toSorted())
    for (const { additionalEventData } of told) expect([additionalEventData.source, additionalEventData.reason, additionalEventData.step]).toEqual(['Corporate', 'replayed', 'replay'])
    // The one that came first goes on at either process.
    const first = answers.find(({ status }) => status === 303)!
    expect(first.headers.get('location')).toMatch(/\/continue$/)
    const page = await fetch(at(1, `${place}/continue`), { headers: { cookie: first.headers.getSetCookie().map((cookie) => cookie.split(';')[0]).join('; ') } })
    expect([page.status, (await page.text()).includes('Continue as Ada Byron?')]).toEqual([200, true])
    // A different response of the same assertion is one that was used, too.
    expect((await posted(1, base64(Buffer.from(message, 'base64').toString().replace(/(<samlp:Response[^>]*) ID="[^"]*"/, '$1 ID="_another"')))).status).toBe(403)
  })

  test.each<[string, number[], () => unknown, () => unknown]>([
    ['is gone', [1], () => redis.kill(), () => redis.run()],
    // What came to it before it froze may be taken down when it thaws: then the message is used.
    ['is frozen', [0, 1], () => redis.freeze(), () => redis.thaw()],
  ])('while what was used cannot be noted, because Redis %s, nobody is let in; later the message counts once', async (_, wins, fail, mend) => {
    const before = await outcomes()
    const message = response()
    await fail()
    try {
      const answers = await Promise.all([0, 1].map((node) => posted(node, message)))
      expect(counted(answers)).toEqual({ 503: 2 })
      for (const answer of answers) expect([answer.headers.get('retry-after'), answer.headers.getSetCookie(), (await answer.text()).includes('Not available right now')]).toEqual(['5', [], true])
    } finally {
      await mend()
    }
    expect(await outcomes()).toBe(before)
    await eventually(async () => (await Promise.all(nodes.map(({ origin }) => fetch(`${origin}/readyz`)))).every(({ ok }) => ok))
    const again = await many((node) => posted(node, message))
    const { 303: won = 0, 403: lost = 0 } = counted(again)
    expect([wins.includes(won), won + lost]).toEqual([true, times])
  })
})
