// Signing in with the company's own provider, from the administrator's form to the portal.
import { Users } from '../../src/domain/directory/index.js'
import { password, startApp, type TestApp } from '../support/app.js'
import { Browser, csrfIn, type Page } from '../support/browser.js'
import { openRoot } from '../support/console.js'
import { eventually } from '../support/servers.js'
import { startUpstream, upstreamClient, type Upstream } from '../support/upstream.js'

let app: TestApp
let upstream: Upstream
let root: Browser
let sourceUrl: string
beforeAll(async () => {
  app = await startApp({ env: { OUTBOUND_NETWORKS: '127.0.0.0/8,::1' } })
  root = await openRoot(app)
  const redirectUris = ['http://localhost:1/later']
  upstream = await startUpstream({ redirectUris })
  sourceUrl = await makeSource({ name: 'Corporate', issuer: upstream.issuer, domains: 'example.com' })
  // The provider is told of the address once the source is made, as in life.
  redirectUris.push(await answersTo())
  await upstream.rotate()
}, 180_000)
afterAll(async () => {
  await app?.stop()
  await upstream?.stop()
})

const usual = { name: 'Corporate', enabled: 'on', button: 'on', domains: '', secondStep: 'ours', issuer: '', client_id: upstreamClient.id, client_secret: upstreamClient.secret, token_endpoint_auth_method: 'client_secret_basic', scopes: 'profile email groups', create: 'on', update: 'on', match: 'none', groups: 'none', groupNames: '' }

async function makeSource(fields: Record<string, string>): Promise<string> {
  const { html } = await root.open('/admin/identity-sources/new')
  const made = await root.post('/admin/identity-sources/new', { ...usual, csrf: csrfIn(html), ...fields })
  expect(made.html).toContain('Enter the address below at the provider')
  return new URL(made.url).pathname
}

/** Sends the form as it stands but for these fields. */
async function save(fields: Record<string, string>, url = sourceUrl): Promise<Page> {
  const { html } = await root.open(url)
  const { client_secret: _, ...kept } = usual
  return root.post(url, { ...kept, name: 'Corporate', domains: 'example.com', issuer: upstream.issuer, csrf: csrfIn(html), ...fields })
}

const answersTo = async (): Promise<string> => /id="answers-to">([^<]+)</.exec((await root.open(sourceUrl)).html)![1]!

/** Goes to the provider from the first page, by its button or by a name. */
async function toProvider(browser: Browser, how: 'button' | 'name' = 'button'): Promise<URL> {
  await browser.open('/start/')
  if (how === 'button') {
    const link = /href="([^"]+external\?source=[^"]+)"/.exec(browser.page.html)![1]!
    return new URL((await browser.open(link.replaceAll('&amp;', '&'))).headers.get('location') ?? browser.page.url)
  }
  await browser.submit({ userName: 'somebody@example.com' })
  expect(browser.page.html).toContain('Taking you to Corporate')
  return new URL(browser.page.headers.get('refresh')!.slice('0; url='.length))
}

async function signIn(browser: Browser, how?: 'button' | 'name'): Promise<Page> {
  const back = await upstream.visit(await toProvider(browser, how))
  return browser.open(back.href)
}

const events = async (name: string): Promise<Record<string, any>[]> => // oxlint-disable-line typescript/no-explicit-any
  (await app.database.query<{ event: Record<string, unknown> }>('select event from audit_events where event_name = $1 order by position', [name])).map(({ event }) => event)

test('somebody new comes in by the button, and is the same person by the name afterwards', async () => {
  const browser = new Browser(app.origin)
  const page = await signIn(browser)
  expect([page.status, new URL(page.url).pathname]).toEqual([200, '/start/'])
  expect(page.html).toContain('Ada Byron')
  const ada = (await new Users(app.database).findByUserName('ada'))!
  expect(ada).toMatchObject({ displayName: 'Ada Byron', emails: [{ value: 'ada@example.com', primary: true }], createdBy: 'identity source Corporate' })
  expect((await signIn(new Browser(app.origin), 'name')).html).toContain('Ada Byron')
  expect(await app.database.query('select subject from identity_links')).toEqual([{ subject: 'ada-7' }])
  expect((await events('CredentialVerification')).at(-1)).toMatchObject({ additionalEventData: { CredentialType: 'EXTERNAL_IDP', source: 'Corporate' }, serviceEventDetails: { CredentialVerification: 'Success' } })
})

test('an answer counts once, in the browser that set out, and at the source it was asked of', async () => {
  const [browser, other] = [new Browser(app.origin), new Browser(app.origin)]
  const back = await upstream.visit(await toProvider(browser))
  await other.open('/start/')
  expect((await other.open(back.href)).status).toBe(410)
  // Whose answer was brought by another browser begins again.
  expect([200, 410]).toContain((await browser.open(back.href)).status)
  const again = new Browser(app.origin)
  const once = await upstream.visit(await toProvider(again))
  expect((await again.open(once.href)).status).toBe(200)
  expect((await again.open(once.href)).status).toBe(410)
  const second = await makeSource({ name: 'Second', issuer: upstream.issuer, domains: '' })
  const swapped = new URL(await upstream.visit(await toProvider(new Browser(app.origin))))
  swapped.pathname = `/signin/external/${second.split('/').at(-1)}/callback`
  expect((await new Browser(app.origin).open(swapped.href)).status).toBe(410)
  const { html } = await root.open(second)
  await root.post(second, { csrf: csrfIn(html), change: 'delete' })
})

test('what the provider does wrong is not the person’s fault, and the number says what it was', async () => {
  const browser = new Browser(app.origin)
  await save({ client_secret: 'not the secret any more, not at all' })
  const page = await signIn(browser)
  expect([page.status, page.html.includes('It’s not you, it’s us')]).toEqual([403, true])
  const reference = /<code>([^<]+)<\/code>/.exec(page.html)![1]!
  const [failure] = (await events('CredentialVerification')).filter(({ requestID }) => requestID === reference)
  expect(failure).toMatchObject({ additionalEventData: { source: 'Corporate', reason: 'client-refused', advice: expect.stringContaining('secret') }, serviceEventDetails: { CredentialVerification: 'Failure' } })
  expect(JSON.stringify(failure)).not.toContain('not the secret')
  const lookedUp = await root.open(`/admin/access/look-up?q=${reference}`)
  expect(lookedUp.html).toContain(`/admin/events/${failure!.eventID}`)
  expect(lookedUp.html).toContain(String((failure!.additionalEventData as Record<string, unknown>).says).slice(0, 20))
  await save({ client_secret: upstreamClient.secret })
  const denied = new URL(await upstream.visit(await toProvider(browser)))
  for (const name of ['code']) denied.searchParams.delete(name)
  denied.searchParams.set('error', 'access_denied')
  expect((await browser.open(denied.href)).status).toBe(403)
  await upstream.rotate()
  expect((await signIn(browser)).html).toContain('Ada Byron')
})

test('groups follow the provider, and a person who is disabled stays out', async () => {
  await app.database.query(`insert into groups (id, display_name) values (gen_random_uuid(), 'Readers')`)
  await save({ groups: 'same-name' })
  await signIn(new Browser(app.origin))
  const ada = (await new Users(app.database).findByUserName('ada'))!
  const groups = () => app.database.query('select g.display_name from group_members m join groups g on g.id = m.group_id where m.user_id = $1', [ada.id])
  expect(await groups()).toEqual([{ display_name: 'Readers' }])
  await save({ groups: 'none' })
  await new Users(app.database).setActive([ada.id], false)
  expect((await signIn(new Browser(app.origin))).status).toBe(403)
  await new Users(app.database).setActive([ada.id], true)
})

test('a second factor there is enough only where that was said', async () => {
  await app.database.query(`update organization set mfa = '{"mode":"always","whenNoDevice":"block","types":["totp"]}'`)
  const lands = async (path: string): Promise<void> => {
    await eventually(async () => new URL((await signIn(new Browser(app.origin))).url).pathname.endsWith(path))
  }
  await lands('/blocked')
  await save({ secondStep: 'unless-theirs' })
  await lands('/start/')
  await save({ secondStep: 'ours' })
  await lands('/blocked')
  await app.database.query(`update organization set mfa = '{"mode":"never","whenNoDevice":"allow","types":["totp"]}'`)
  await lands('/start/')
})

test('a form that does not fit comes again with what is wrong, and a secret goes to no other issuer', async () => {
  const bad = await save({ issuer: 'http://elsewhere.example.com', domains: 'not a domain' })
  expect([bad.status, bad.html.includes('must be an https address'), bad.html.includes('must be a domain')]).toEqual([422, true, true])
  const elsewhere = await save({ issuer: 'https://elsewhere.example.com' })
  expect([elsewhere.status, elsewhere.html.includes('not sent to another issuer')]).toEqual([422, true])
  expect((await save({})).html).toContain('Saved.')
  const { html } = await root.open('/admin/identity-sources')
  expect([html.includes('Corporate'), html.includes('OpenID Connect'), html.includes('example.com')]).toEqual([true, true, true])
  expect((await events('UpdateIdentitySource')).length).toBeGreaterThan(0)
  expect(JSON.stringify(await events('CreateIdentitySource'))).not.toContain(upstreamClient.secret)
})

test('an administrator links people by hand, and sees what the source decides about them', async () => {
  const SourceId = sourceUrl.split('/').at(-1)!
  const idOf = async (userName: string): Promise<string> => (await new Users(app.database).findByUserName(userName))!.id
  const send = async (id: string, fields: Record<string, string>): Promise<Page> => root.post(`/admin/users/${id}`, { csrf: csrfIn((await root.open(`/admin/users/${id}`)).html), ...fields })
  const [ada, jane] = [await idOf('ada'), await idOf('jane')]
  expect((await root.open(`/admin/users/${ada}`)).html).toMatch(/ada-7.*names and mail address/s)
  expect((await send(jane, { change: 'link', SourceId, Subject: 'ada-7' })).status).toBe(409)
  expect((await send(ada, { change: 'unlink', SourceId })).html).toContain('Linked to none')
  expect((await send(jane, { change: 'link', SourceId, Subject: 'ada-7' })).html).toContain('Linked. They can sign in by it.')
  expect((await signIn(new Browser(app.origin))).status).toBe(200)
  expect(await new Users(app.database).findByUserName('jane')).toMatchObject({ id: jane, displayName: 'Ada Byron' })
  expect((await events('DeleteIdentityLink')).at(-1)).toMatchObject({ requestParameters: { userId: ada }, additionalEventData: { before: { subject: 'ada-7' } } })
})

test('where people are to come from the source alone, they are sent there at once, and only administrators get in without', async () => {
  await app.database.query(`update organization set settings = settings || '{"localSignIn":"administrators"}'`)
  const browser = new Browser(app.origin)
  await eventually(async () => new URL((await browser.open('/start/')).url).origin === upstream.issuer)
  const here = async (userName: string): Promise<Page> => {
    const person = new Browser(app.origin)
    await person.open('/signin/here')
    await person.submit({ userName })
    return person.submit({ password })
  }
  expect(new URL((await here('jane')).url).pathname).toBe('/start/')
  const refused = await here('sam')
  expect([refused.status, refused.html.includes('wants its people to sign in elsewhere'), refused.html.includes('Sign in with Corporate')]).toEqual([403, true, true])
  expect((await events('UserAuthentication')).at(-1)).toMatchObject({ additionalEventData: { BreakGlass: true } })
  await app.database.query(`update organization set settings = settings || '{"localSignIn":"nobody"}'`)
  await eventually(async () => (await here('jane')).status === 403)
  // Without a source in use, nobody is shut out.
  await save({ enabled: '' })
  expect(new URL((await here('sam')).url).pathname).toBe('/start/')
})
