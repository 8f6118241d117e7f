// Applications hear that somebody was signed out, however that came about, and hear it later when they could not at first.
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify, type JWTPayload } from 'jose'
import { password, startApp, type TestApp } from '../support/app.js'
import { ApplicationSite, Application } from '../support/application.js'
import { Browser } from '../support/browser.js'
import { get, ledgerSecret, oidcOrganization, tokensOf } from '../support/oidc.js'

let site: ApplicationSite
let app: TestApp
let wiki: Application
let ledger: Application
let ahead = 0

beforeAll(async () => {
  site = await ApplicationSite.start()
  const organization = oidcOrganization(site.origin)
    .replace('organization: {', 'organization: { mfa: { mode: never },')
    .replace('client_id: wiki\n', `client_id: wiki\n      backchannel_logout_uri: ${site.origin}/wiki-out\n`)
    .replace('client_id: ledger\n', `client_id: ledger\n      backchannel_logout_uri: ${site.origin}/ledger-out?of=books\n      backchannel_logout_session_required: true\n`)
    .replace('assignedTo: [{ user: jane }]', 'assignedTo: [{ user: jane }, { group: Readers }]')
  app = await startApp({ organization, env: { OUTBOUND_NETWORKS: '127.0.0.0/8,::1' }, clock: () => Date.now() + ahead })
  const issuer = `${app.origin}/oidc`
  wiki = await Application.discover({ issuer, clientId: 'wiki' }, `${site.origin}/callback`)
  ledger = await Application.discover({ issuer, clientId: 'ledger', secret: ledgerSecret }, `${site.origin}/ledger`)
}, 120_000)
afterAll(async () => {
  await app?.stop()
  await site?.stop()
})
beforeEach(() => {
  site.seen.length = 0
  site.statuses.clear()
})

const until = async (condition: () => boolean | Promise<boolean>): Promise<void> => {
  while (!await condition()) await new Promise((resolve) => { setTimeout(resolve, 20) })
}

const outs = (): { path: string; token: string }[] => site.seen.filter(({ method, url }) => method === 'POST' && url.pathname.endsWith('-out'))
  .map(({ url, body }) => ({ path: url.pathname + url.search, token: new URLSearchParams(body).get('logout_token')! }))

const verified = async (token: string, audience: string): Promise<JWTPayload> =>
  (await jwtVerify(token, createRemoteJWKSet(new URL(`${app.origin}/oidc/jwks`)), { issuer: `${app.origin}/oidc`, audience, typ: 'logout+jwt' })).payload

const waiting = async (): Promise<number> => (await app.database.query('select id from logout_notices')).length
const idOf = async (userName: string): Promise<string> => (await app.database.query<{ id: string }>('select id from users where user_name = $1', [userName]))[0]!.id

/** Somebody who is signed in at both applications, with the sid that each was told. */
async function atBoth(userName: string): Promise<{ browser: Browser; sids: unknown[] }> {
  const browser = new Browser(app.origin)
  await browser.signIn(userName, password)
  const inWiki = await tokensOf(wiki, browser, { scope: 'openid offline_access', prompt: 'consent' })
  const inLedger = await tokensOf(ledger, browser, { scope: 'openid' })
  return { browser, sids: [inWiki.claims()!.sid, inLedger.claims()!.sid] }
}

test('discovery says so', async () => {
  expect((await get(`${app.origin}/oidc/.well-known/openid-configuration`)).json).toMatchObject({ backchannel_logout_supported: true, backchannel_logout_session_supported: true })
})

test('who signs out in the portal is signed out of every application of that session', async () => {
  const { browser, sids } = await atBoth('jane')
  const elsewhere = await atBoth('jane')
  await browser.open('/start/')
  await browser.submit({}, '/start/sign-out')
  await until(() => outs().length === 2)
  expect(outs().map(({ path }) => path).toSorted()).toEqual(['/ledger-out?of=books', '/wiki-out'])
  for (const [at, [path, audience]] of [['/wiki-out', 'wiki'], ['/ledger-out?of=books', 'ledger']].entries()) {
    const { token } = outs().find((out) => out.path === path)!
    const claims = await verified(token, audience!)
    expect(claims).toMatchObject({ sub: await idOf('jane'), sid: sids[at], events: { 'http://schemas.openid.net/event/backchannel-logout': {} }, jti: expect.any(String) })
    expect(claims).not.toHaveProperty('nonce')
    expect(claims).not.toHaveProperty('email')
    expect(claims.exp! - claims.iat!).toBeLessThanOrEqual(120)
  }
  expect(decodeProtectedHeader(outs().find(({ path }) => path.startsWith('/ledger'))!.token).alg).toBe('RS256')
  await until(async () => await waiting() === 0)
  expect((await elsewhere.browser.open('/start/')).status).toBe(200)
})

test('an application that asks for the end of the session has the others told, once each', async () => {
  const { browser } = await atBoth('kim')
  await browser.open('/oidc/session/end')
  await browser.submit({ logout: 'yes' })
  await until(() => outs().length === 2)
  await until(async () => await waiting() === 0)
  expect(outs()).toHaveLength(2)
})

test('what an application did not hear it hears later, by whichever node looks, and at last it is given up', async () => {
  site.statuses.set('/wiki-out', 503)
  const { browser } = await atBoth('jane')
  await browser.open('/start/')
  await browser.submit({}, '/start/sign-out')
  const missed = `event_name = 'BackChannelLogout' and event #>> '{requestParameters,clientId}' = 'wiki' and outcome = 'Failure'`
  const faults = (): Promise<{ event: Record<string, unknown> }[]> => app.database.query(`select event from audit_events where ${missed} order by position`)
  await until(async () => (await faults()).length === 1)
  expect((await faults())[0]!.event).toMatchObject({ errorCode: 'NotReached', errorMessage: 'it answered 503', additionalEventData: { attempts: 1, triedAgain: true } })
  await app.app.oidc.backChannel.run()
  expect(outs().filter(({ path }) => path === '/wiki-out')).toHaveLength(1)
  ahead += 60_000
  await app.app.oidc.backChannel.run()
  expect(await waiting()).toBe(1)
  site.statuses.clear()
  ahead += 120_000
  await app.app.oidc.backChannel.run()
  expect(await waiting()).toBe(0)
  const tokens = outs().filter(({ path }) => path === '/wiki-out').map(({ token }) => token)
  expect(new Set(tokens).size).toBe(3)

  site.statuses.set('/wiki-out', 400)
  const again = await atBoth('jane')
  await again.browser.open('/start/')
  await again.browser.submit({}, '/start/sign-out')
  await until(async () => (await faults()).length === 2)
  ahead += 25 * 3_600_000
  await app.app.oidc.backChannel.run()
  expect(await waiting()).toBe(0)
  expect((await faults())[2]!.event).toMatchObject({ additionalEventData: { attempts: 2, triedAgain: false } })
})

test('the kill switch names the applications that did not hear', async () => {
  const by = { userIdentity: { type: 'Root', accountId: '111122223333' }, name: 'root user', origin: { requestId: 'ffffffff-0000-4000-8000-000000000000', sourceIPAddress: '203.0.113.7', userAgent: 'test' } }
  const { killSwitch } = app.app.incidents
  await atBoth('kim')
  expect((await killSwitch.ofPerson(await idOf('kim'), by)).unreached.applications).toEqual([])
  await atBoth('kim')
  site.statuses.set('/ledger-out', 500)
  expect((await killSwitch.ofPerson(await idOf('kim'), by)).unreached.applications).toEqual(['Ledger'])
  site.statuses.clear()
  // Signed out, and still connected by what was allowed for when they are away: told without a session.
  const { browser } = await atBoth('kim')
  await browser.open('/start/')
  await browser.submit({}, '/start/sign-out')
  await until(() => outs().filter(({ path }) => path === '/wiki-out').length === 3)
  // One that wants to know the session cannot be told without one.
  expect((await killSwitch.ofPerson(await idOf('kim'), by)).unreached.applications).toEqual(['Ledger'])
  const last = await verified(outs().findLast(({ path }) => path === '/wiki-out')!.token, 'wiki')
  expect(last.sub).toBe(await idOf('kim'))
  expect(last).not.toHaveProperty('sid')
})
