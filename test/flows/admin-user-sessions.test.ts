// What a person has open, one by one, as an administrator and a help desk see and end it.
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { password, startApp, type TestApp } from '../support/app.js'
import { Application, ApplicationSite } from '../support/application.js'
import { Browser } from '../support/browser.js'
import { commandLine } from '../support/command-line.js'
import { makeUser, openRoot, openUser } from '../support/console.js'
import { ledgerSecret, oidcOrganization, tokensOf } from '../support/oidc.js'

let site: ApplicationSite
let app: TestApp
let wiki: Application
let ledger: Application
let desk: Browser
let jane: string
let ahead = 0
beforeAll(async () => {
  site = await ApplicationSite.start()
  const organization = `${oidcOrganization(site.origin)
    .replace('organization: {', 'organization: { mfa: { mode: never },')
    .replace('client_id: wiki\n', `client_id: wiki\n      backchannel_logout_uri: ${site.origin}/wiki-out\n`)}
permissionSets:
  - { name: ReadOnly, sessionDuration: 4h, managedPolicies: [arn:aws:iam::aws:policy/ReadOnlyAccess] }
assignments:
  - { account: "111122223333", permissionSet: ReadOnly, user: jane }
`
  app = await startApp({ organization, env: { OUTBOUND_NETWORKS: '127.0.0.0/8,::1' }, clock: () => Date.now() + ahead })
  wiki = await Application.discover({ issuer: `${app.origin}/oidc`, clientId: 'wiki' }, `${site.origin}/callback`)
  ledger = await Application.discover({ issuer: `${app.origin}/oidc`, clientId: 'ledger', secret: ledgerSecret }, `${site.origin}/ledger`)
  desk = await openUser(app, await makeUser(app, 'desk', [{ Effect: 'Allow', Resource: '*', Action: ['identitystore:Describe*', 'sso-directory:Search*', 'sso-directory:ListSessions', 'sso-directory:EndSessions'] }]))
  jane = (await app.database.query<{ id: string }>(`select id from users where user_name = 'jane'`))[0]!.id
}, 180_000)
afterAll(async () => {
  await app?.stop()
  await site?.stop()
})

const url = () => `/admin/users/${jane}/sessions`
const outs = (): string[] => site.seen.filter(({ method, url: { pathname } }) => method === 'POST' && pathname.endsWith('-out')).map(({ url: { pathname } }) => pathname)
const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await new Promise((resolve) => { setTimeout(resolve, 20) })
}

interface Row {
  kind: string
  text: string
  endUrl: string | undefined
}

const plain = (html: string): string => html.replace(/<[^>]+>/g, ' ').replace(/&[\w#]+;/g, ' ').replace(/\s+/g, ' ').trim()

/** The list as it is read. */
async function rows(browser = desk): Promise<Row[]> {
  const { html } = await browser.open(url())
  return [...html.matchAll(/<li><div>(.*?)<\/li>/gs)].filter(([, row]) => row!.includes('class="badge"')).map(([, row]) => (
    { kind: /<span class="badge">([^<]+)/.exec(row!)![1]!, text: plain(row!), endUrl: /href="([^"]+)"/.exec(row!)?.[1]?.replaceAll('&amp;', '&').replaceAll('&#x3D;', '=') }))
}

/** Ends one row, and answers with what was asked first. */
async function end(kind: string, contains = ''): Promise<string> {
  const row = (await rows()).find((one) => one.kind === kind && one.text.includes(contains))!
  const { html } = await desk.open(row.endUrl!)
  const page = await desk.submit({ change: 'end' }, url())
  expect(page.html).toContain('It has ended.')
  return plain(html)
}

const lastEvent = async (): Promise<{ requestParameters: Record<string, unknown>; additionalEventData: { before: Record<string, unknown> } }> =>
  (await app.database.query<{ event: never }>(`select event from audit_events where event_name = 'EndSession' order by position desc limit 1`))[0]!.event

async function signedIn(): Promise<Browser> {
  const browser = new Browser(app.origin)
  await browser.signIn('jane', password)
  return browser
}
const isIn = async (browser: Browser): Promise<boolean> => new URL((await browser.open('/start/')).url).pathname.startsWith('/start')

interface Keys { accessKeyId: string; secretAccessKey: string; sessionToken: string }
async function keysWith(accessToken: string): Promise<Keys> {
  const answer = await fetch(`${app.origin}/federation/credentials?account_id=111122223333&role_name=ReadOnly`, { headers: { 'x-amz-sso_bearer_token': accessToken } })
  const { roleCredentials: { accessKeyId, secretAccessKey, sessionToken } } = await answer.json() as { roleCredentials: Keys }
  return { accessKeyId, secretAccessKey, sessionToken }
}
const works = (credentials: Keys): Promise<boolean> =>
  new STSClient({ region: 'us-east-1', endpoint: app.origin, maxAttempts: 1, credentials }).send(new GetCallerIdentityCommand({})).then(() => true, () => false)

test('a session of the portal ends by itself, with what was signed in to from there, and the others stay', async () => {
  const [one, other] = [await signedIn(), await signedIn()]
  await tokensOf(wiki, one, { scope: 'openid' })
  await tokensOf(ledger, one, { scope: 'openid' })
  const portal = (await rows()).filter(({ kind }) => kind === 'portal')
  expect(portal).toHaveLength(2)
  expect(portal.map(({ text }) => text).join()).toContain('Signed in from there: Wiki, Ledger')
  const asked = await end('portal', 'Wiki')
  expect(asked).toContain('Ledger cannot be told')
  expect(asked).not.toContain('Wiki cannot')
  expect([await isIn(one), await isIn(other)]).toEqual([false, true])
  await until(() => outs().includes('/wiki-out'))
  const event = await lastEvent()
  expect(event.requestParameters).toMatchObject({ userId: jane, kind: 'PORTAL' })
  expect(event.additionalEventData.before).toMatchObject({ sourceIPAddress: expect.any(String), applications: [{ name: 'Wiki', isTold: true }, { name: 'Ledger', isTold: false }] })
  await end('portal')
  expect((await rows()).filter(({ kind }) => kind === 'portal')).toEqual([])
})

test('when a session was used is known to within a few minutes', async () => {
  const browser = await signedIn()
  const signedInAt = await app.app.oidc.sessions.list(jane)
  await isIn(browser)
  expect((await app.app.oidc.sessions.list(jane))[0]).toEqual(signedInAt[0])
  ahead = 6 * 60_000
  await isIn(browser)
  const [used] = await app.app.oidc.sessions.list(jane)
  expect(used!.lastUsedAt! - used!.startedAt).toBeGreaterThanOrEqual(6 * 60_000)
  expect((await rows())[0]!.text).toContain('last used')
  ahead = 0
  await end('portal')
  expect(await isIn(browser)).toBe(false)
})

test('what an application was allowed ends for that application, which is told', async () => {
  const browser = await signedIn()
  const tokens = await tokensOf(wiki, browser, { scope: 'openid offline_access', prompt: 'consent' })
  await tokensOf(ledger, browser, { scope: 'openid' })
  const before = outs().length
  const wikiRow = (await rows()).find(({ kind, text }) => kind === 'application' && text.startsWith('Wiki'))!
  expect(wikiRow.text).toContain('Goes on when they are signed out')
  expect(await end('application', 'Wiki')).toContain('It is told')
  await until(() => outs().length > before)
  const refused = await fetch(`${app.origin}/oidc/token`, { method: 'POST', body: new URLSearchParams({ grant_type: 'refresh_token', client_id: 'wiki', refresh_token: tokens.refresh_token! }) })
  expect(refused.status).toBe(400)
  const left = (await rows()).filter(({ kind }) => kind === 'application').map(({ text }) => text)
  expect(left).toEqual([expect.stringMatching(/^Ledger/)])
  expect(await end('application', 'Ledger')).toContain('Ledger cannot be told')
  expect(await isIn(browser)).toBe(true)
  await end('portal')
})

test('a command line, a console session and keys end each by themselves, and nothing else does', async () => {
  const { browser, accessToken, client, refreshToken } = await commandLine(app.origin).signIn()
  const other = await commandLine(app.origin).signIn({ browser })
  const [first, second] = [await keysWith(accessToken), await keysWith(accessToken)]
  await browser.open('/start/console?account_id=111122223333&role_name=ReadOnly')
  const kinds = async (): Promise<string[]> => (await rows()).map(({ kind }) => kind)
  expect(await kinds()).toEqual(['portal', 'command line', 'command line', 'console', 'role credentials', 'role credentials'])
  expect((await rows()).find(({ kind }) => kind === 'command line')!.text).toMatch(/botocore-client-corp.*Has a refresh token.*until/)

  expect([await works(first), await works(second)]).toEqual([true, true])
  expect(await end('role credentials', first.accessKeyId)).toContain(first.accessKeyId)
  expect([await works(first), await works(second)]).toEqual([false, true])
  expect((await lastEvent()).requestParameters).toMatchObject({ kind: 'CREDENTIALS', sessionId: first.accessKeyId })

  expect((await browser.open('/console')).html).toContain('ReadOnly')
  await end('console')
  expect((await browser.open('/console')).html).not.toContain('ReadOnly')

  const cli = commandLine(app.origin)
  const which = (await app.app.oidc.access.list(jane)).find(({ clientId }) => clientId === client.clientId)!
  const row = (await rows()).find(({ endUrl }) => endUrl?.includes(which.id))!
  await desk.open(row.endUrl!)
  await desk.submit({ change: 'end' }, url())
  await expect(cli.refresh(client, refreshToken)).rejects.toMatchObject({ name: 'InvalidGrantException' })
  await cli.refresh(other.client, other.refreshToken)
  expect(await works(second)).toBe(true)
  expect(await isIn(browser)).toBe(true)

  await desk.open(`${url()}?change=end-sessions`)
  expect((await desk.submit({ change: 'end-sessions' }, url())).html).toContain('Every session has ended')
  expect(await kinds()).toEqual([])
  expect(await works(second)).toBe(false)
  expect((await desk.open(url())).html).toContain('Nothing: they are not signed in')
})

test('what was made with keys ends with them, and with everything', async () => {
  const { accessToken } = await commandLine(app.origin).signIn()
  const keys = await keysWith(accessToken)
  const chained = 'ASIACHAINEDKEY234567'
  await app.app.trail.record({
    eventName: 'AssumeRole', eventSource: 'sts.amazonaws.com', accountId: '111122223333', accessKeyId: keys.accessKeyId, requestParameters: { roleArn: 'arn:aws:iam::111122223333:role/Deploy', roleSessionName: 'nightly' },
    responseElements: { credentials: { accessKeyId: chained, expiration: new Date(Date.now() + 3_600_000).toISOString() } },
  })
  expect((await rows()).find(({ text }) => text.startsWith('Deploy in Management'))!.text).toMatch(new RegExp(`Session nightly.*Made with ${keys.accessKeyId}`))
  await end('role credentials', 'ReadOnly in')
  expect((await rows()).map(({ kind }) => kind)).toEqual(['portal', 'command line'])
  await desk.open(`${url()}?change=end-sessions`)
  await desk.submit({ change: 'end-sessions' }, url())
})

test('what has ended meanwhile is said so, and who may only look sees no button', async () => {
  await signedIn()
  const [{ endUrl } = { endUrl: undefined }] = await rows()
  await desk.open(endUrl!)
  const root = await openRoot(app)
  await root.open(endUrl!)
  await root.submit({ change: 'end' }, url())
  const page = await desk.submit({ change: 'end' }, url())
  expect(page.status).toBe(404)
  expect(page.html).toContain('This has ended already.')
  expect((await desk.open(endUrl!)).html).toContain('This has ended already.')
  const reader = await openUser(app, await makeUser(app, 'looks', [{ Effect: 'Allow', Resource: '*', Action: ['identitystore:Describe*', 'sso-directory:ListSessions'] }]))
  await signedIn()
  expect((await rows(reader)).map(({ endUrl: button }) => button)).toEqual([undefined])
  expect((await reader.open(url())).html).not.toContain('change=')
})
