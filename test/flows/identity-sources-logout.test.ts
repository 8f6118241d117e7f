// Signing out with identity sources: by their word here, by ours there, and of everything when a source goes.
import { randomBytes } from 'node:crypto'
import { Users } from '../../src/domain/directory/index.js'
import { applyOrganization, readOrganizationFile, readSnapshot } from '../../src/domain/organization/index.js'
import { organizationFile, password, startApp } from '../support/app.js'
import { Browser, csrfIn, type Page } from '../support/browser.js'
import { openRoot } from '../support/console.js'
import { needs } from '../support/needs.js'
import { freshDatabase } from '../support/postgres.js'
import { eventually } from '../support/servers.js'
import { startUpstream, upstreamClient, type Upstream } from '../support/upstream.js'

interface Kept { uid: string; vouchedBy: { sourceId: string; subject: string; session: string } }

type Row = Record<string, any> // oxlint-disable-line typescript/no-explicit-any
const usual = { name: 'Corporate', enabled: 'on', button: 'on', domains: '', secondStep: 'ours', client_id: upstreamClient.id, client_secret: upstreamClient.secret, token_endpoint_auth_method: 'client_secret_basic', scopes: 'profile email', create: 'on', update: 'on', match: 'none', groups: 'none', groupNames: '' }

/** Goes to the provider by the button, and comes back. */
async function comeIn(browser: Browser, { upstream }: { upstream: Upstream }): Promise<void> {
  await browser.open('/start/')
  const link = /href="([^"]+external\?source=[^"]+)"/.exec(browser.page.html)![1]!
  const away = new URL((await browser.open(link.replaceAll('&amp;', '&'))).headers.get('location') ?? browser.page.url)
  await browser.open((await upstream.visit(away)).href)
}

/** An app with one source, and its provider. */
async function startWorld(options: Parameters<typeof startApp>[0] = {}) {
  const app = await startApp({ ...options, env: { OUTBOUND_NETWORKS: '127.0.0.0/8,::1', ...options.env } })
  const root = await openRoot(app)
  const send = async (url: string, fields: Record<string, string>): Promise<Page> => root.post(url, { ...usual, csrf: csrfIn((await root.open(url)).html), ...fields })
  const [redirectUris, postLogout]: [string[], string[]] = [['http://localhost:1/later'], []]
  const upstream = await startUpstream({ redirectUris, client: { post_logout_redirect_uris: postLogout } })
  const sourceUrl = new URL((await send('/admin/identity-sources/new', { issuer: upstream.issuer })).url).pathname
  const place = `${app.origin}/signin/external/${sourceUrl.split('/').at(-1)}`
  redirectUris.push(`${place}/callback`)
  postLogout.push(`${place}/signed-out`)
  await upstream.rotate()
  return {
    app, upstream, sourceUrl, place, send,
    /** Somebody who comes in by the button. */
    signedIn: async (): Promise<Browser> => {
      const browser = new Browser(app.origin)
      await comeIn(browser, { upstream })
      expect(new URL(browser.page.url).pathname).toBe('/start/')
      return browser
    },
    told: (token: string, where = place): Promise<Response> => fetch(`${where}/back-channel-logout`, { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: new URLSearchParams({ logout_token: token }) }),
    events: async (name: string): Promise<Row[]> => (await app.database.query<{ event: Row }>('select event from audit_events where event_name = $1 order by position', [name])).map(({ event }) => event),
    sessions: async (): Promise<Kept[]> => await app.app.oidc.sessions.list((await new Users(app.database).findByUserName('ada'))!.id) as unknown as Kept[],
    stop: async (): Promise<void> => {
      await app.stop()
      await upstream.stop()
    },
  }
}

let world: Awaited<ReturnType<typeof startWorld>>
beforeAll(async () => { world = await startWorld() }, 180_000)
afterAll(() => world?.stop())
const isIn = async (browser: Browser): Promise<boolean> => (await browser.open('/start/profile')).html.includes('Ada Byron')

test('a provider ends the session that it names, and no other', async () => {
  const { upstream, signedIn, told, events, sessions } = world
  const [one, other] = [await signedIn(), await signedIn()]
  const [second, first] = await sessions()
  expect(first).toMatchObject({ vouchedBy: { subject: 'ada-7', session: expect.any(String) } })
  expect(second!.vouchedBy.session).not.toBe(first!.vouchedBy.session)
  const token = await upstream.logoutToken(first!.vouchedBy.session)
  const answer = await told(token)
  expect([answer.status, answer.headers.get('cache-control'), await answer.text()]).toEqual([200, 'no-store', ''])
  expect([await isIn(one), await isIn(other)]).toEqual([false, true])
  expect((await events('ExternalLogout')).at(-1)).toMatchObject({ userIdentity: { type: 'IdentitySource', userName: 'Corporate' }, requestParameters: { cause: 'back-channel' }, additionalEventData: { sessions: 1 } })
})

test('a token about a person ends all of theirs, once', async () => {
  const { upstream, signedIn, told, events } = world
  const [one, other] = [await signedIn(), await signedIn()]
  const token = await upstream.logoutToken('')
  const answers = await Promise.all([told(token), told(token)])
  expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 400])
  expect([await isIn(one), await isIn(other)]).toEqual([false, false])
  expect((await events('ExternalLogout')).filter(({ additionalEventData: { sessions: ended } }) => Number(ended) > 1)).toHaveLength(1)
  const again = await signedIn()
  expect(await (await told(token)).json()).toEqual({ error: 'invalid_request', error_description: 'The token was used already.' })
  expect(await isIn(again)).toBe(true)
  expect((await told(await upstream.logoutToken('of no session here'))).status).toBe(200)
  expect(await isIn(again)).toBe(true)
})

test('a person who is still on the way in when the provider ends it does not arrive', async () => {
  const { app, upstream, told } = world
  await app.database.query(`update organization set mfa = '{"mode":"always","whenNoDevice":"enroll","types":["totp"]}'`)
  let browser = new Browser(app.origin)
  await eventually(async () => {
    browser = new Browser(app.origin)
    await comeIn(browser, world)
    return /enroll/.test(browser.page.url)
  })
  expect((await told(await upstream.logoutToken(''))).status).toBe(200)
  await app.database.query(`update organization set mfa = '{"mode":"never","whenNoDevice":"allow","types":["totp"]}'`)
  await eventually(async () => !/enroll/.test((await browser.open(browser.page.url)).url))
  expect([new URL(browser.page.url).pathname.startsWith('/signin/'), await isIn(browser)]).toEqual([true, false])
})

test('what is no logout token is answered as one, and ends nothing', async () => {
  const { app, upstream, place, signedIn, told, events, sessions } = world
  const browser = await signedIn()
  const { vouchedBy } = (await sessions())[0]!
  const [header, body, signature] = (await upstream.logoutToken(vouchedBy.session)).split('.') as [string, string, string]
  const forged = Buffer.from(JSON.stringify({ ...JSON.parse(Buffer.from(body, 'base64url').toString()) as object, jti: 'another' })).toString('base64url')
  for (const token of ['', 'x', 'a.b.c', `${header}.${forged}.${signature}`, `${header}.${body}.`, 'A'.repeat(200_000)]) {
    const answer = await told(token)
    expect([token.slice(0, 9), answer.status, answer.headers.get('cache-control'), (await answer.json() as { error: string }).error]).toEqual([token.slice(0, 9), 400, 'no-store', 'invalid_request'])
  }
  for (const [where, init] of [
    [place, { body: 'logout_token=a&logout_token=b' }], [place, { headers: { 'content-type': 'application/json' }, body: '{}' }], [`${app.origin}/signin/external/nobody`, { body: 'logout_token=a' }],
    [`${app.origin}/signin/external/00000000-0000-4000-8000-000000000000`, { body: 'logout_token=a' }],
  ] as const) {
    expect((await fetch(`${where}/back-channel-logout`, { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, ...init })).status).toBe(400)
  }
  expect(await isIn(browser)).toBe(true)
  expect((await events('ExternalLogout')).at(-1)).toMatchObject({ errorCode: 'LogoutRefused', additionalEventData: { reason: expect.any(String) } })
})

test('signing out here signs out there only where the source is asked for it, and comes back', async () => {
  const { upstream, sourceUrl, place, send, signedIn } = world
  const signOut = async (browser: Browser): Promise<Page> => {
    await browser.open('/start/')
    return browser.submit({}, '/start/sign-out')
  }
  expect(new URL((await signOut(await signedIn())).url).pathname).toBe('/start/signed-out')
  expect((await send(sourceUrl, { issuer: upstream.issuer, signOutThere: 'on' })).html).toMatch(/name="signOutThere" checked/)
  const browser = await signedIn()
  const page = await signOut(browser)
  expect([page.status, page.html.includes('Signing you out at Corporate, too')]).toEqual([200, true])
  const away = new URL(page.headers.get('refresh')!.slice('0; url='.length))
  expect([away.origin, away.searchParams.get('client_id'), away.searchParams.get('post_logout_redirect_uri'), away.searchParams.has('id_token_hint')]).toEqual([upstream.issuer, upstreamClient.id, `${place}/signed-out`, false])
  expect(await isIn(browser)).toBe(false)
  // The page leads there once.
  expect(new URL((await browser.open(page.url)).url).pathname).toBe('/start/signed-out')
  const state = away.searchParams.get('state')!
  expect((await browser.open(`${place}/signed-out?state=${state}`)).html).toContain('Here, and at Corporate.')
  for (const more of [`?state=${state}`, '?state=x', '', '?state=a&state=b']) expect(new URL((await browser.open(`${place}/signed-out${more}`)).url).pathname).toBe('/start/signed-out')
  // A provider that is away keeps nobody in.
  const last = await signedIn()
  upstream.mood.answer = (_, response) => { response.writeHead(503).end(); return true }
  await upstream.rotate()
  expect((await signOut(last)).status).toBe(200)
  upstream.mood.answer = undefined
  expect(await isIn(last)).toBe(false)
})

test('whom an application signs out is signed out there, too, and comes back to the application', async () => {
  const { sourceUrl, place, upstream, send, signedIn } = world
  await send(sourceUrl, { issuer: upstream.issuer, signOutThere: 'on' })
  const ask = async (page: string, answer: Record<string, string>): Promise<{ browser: Browser; page: Page }> => {
    const browser = await signedIn()
    await browser.open(`/oidc/session/end?client_id=wiki${page}`)
    return { browser, page: await browser.submit(answer) }
  }
  const awayFrom = (page: Page): URL => new URL(page.headers.get('refresh')!.slice('0; url='.length))
  const bye = `&post_logout_redirect_uri=${encodeURIComponent('https://wiki.example.com/bye')}&state=so`
  const one = await ask(bye, { logout: 'yes' })
  expect([one.page.html.includes('Signing you out at Corporate, too'), await isIn(one.browser)]).toEqual([true, false])
  const back = `${place}/signed-out?state=${awayFrom(one.page).searchParams.get('state')}`
  const arrived = await one.browser.open(back)
  expect([arrived.status, arrived.headers.get('refresh')]).toEqual([200, '0; url=https://wiki.example.com/bye?state=so'])
  expect(new URL((await one.browser.open(back)).url).pathname).toBe('/start/signed-out')
  // An application that has no page for it leaves people here.
  const other = await ask('', { logout: 'yes' })
  expect((await other.browser.open(`${place}/signed-out?state=${awayFrom(other.page).searchParams.get('state')}`)).html).toContain('Here, and at Corporate.')
  // Whoever makes room for somebody else who signs in goes on to that.
  const room = await signedIn()
  await room.open('/oidc/auth?client_id=wiki&redirect_uri=https://wiki.example.com/callback&response_type=code&scope=openid&prompt=login&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256')
  await room.submit({ userName: 'jane' })
  await room.submit({ password })
  expect(room.page.html).toContain('name="logout" value="yes"')
  expect(new URL((await room.submit()).url).pathname).toMatch(/^\/consent\//)
  expect(room.page.html).toContain('Jane')
  // Whoever stays goes back at once.
  const staying = await ask(bye, {})
  expect([staying.page.url, await isIn(staying.browser)]).toEqual(['https://wiki.example.com/bye?state=so', true])
})

test('who signs in here with a password is nobody’s to sign out', async () => {
  const { app, upstream, told } = world
  const ada = (await new Users(app.database).findByUserName('ada'))!
  const jane = new Browser(app.origin)
  await jane.signIn('jane', password)
  await told(await upstream.logoutToken(''))
  expect((await jane.open('/start/profile')).html).toContain('Jane Doe')
  expect(await app.app.oidc.sessions.list(ada.id)).toEqual([])
})

test('a source that is deleted leaves nobody signed in by it', async () => {
  const { sourceUrl, send, signedIn, events } = world
  const browser = await signedIn()
  await send(sourceUrl, { change: 'delete' })
  expect(await isIn(browser)).toBe(false)
  expect((await events('ExternalLogout')).at(-1)).toMatchObject({ requestParameters: { cause: 'source-deleted' }, additionalEventData: { sessions: 1 } })
})

test('nor does one that a file takes away', async () => {
  const { app, signedIn, events, stop } = await startWorld()
  const [browser, jane] = [await signedIn(), new Browser(app.origin)]
  await jane.signIn('jane', password)
  const { declaration } = readOrganizationFile(`${organizationFile.split('accounts:')[0]}identitySources: []`, { env: {}, readFile: () => '', prune: true, known: await readSnapshot(app.database, app.app.hashes) })
  await applyOrganization(app.database, declaration!, { by: 'test', hashes: app.app.hashes, clock: Date.now, region: 'us-east-1', mail: app.app.mail, prune: true })
  await eventually(async () => !await isIn(browser))
  expect((await jane.open('/start/profile')).html).toContain('Jane Doe')
  await eventually(async () => (await app.database.query('select from deleted_sources')).length === 0)
  expect((await events('ExternalLogout')).at(-1)).toMatchObject({ requestParameters: { cause: 'source-deleted' }, additionalEventData: { sessions: 1 } })
  await stop()
})

needs('postgres').describe('two processes on one PostgreSQL', () => {
  test('a token that arrives at two processes counts at one of them', async () => {
    const env = { DATABASE_URL: await freshDatabase(), MASTER_KEY: randomBytes(32).toString('hex') }
    const first = await startWorld({ env })
    const second = await startApp({ organization: '', env: { ...env, OUTBOUND_NETWORKS: '127.0.0.0/8,::1' } })
    const browser = await first.signedIn()
    const token = await first.upstream.logoutToken((await first.sessions())[0]!.vouchedBy.session)
    const answers = await Promise.all([first.told(token), first.told(token, first.place.replace(first.app.origin, second.origin))])
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 400])
    expect(await isIn(browser)).toBe(false)
    await second.stop()
    await first.stop()
  }, 180_000)
})
