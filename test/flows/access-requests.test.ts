// Access on request as people meet it: asked for in the portal, answered by others, used, and ended.
import { organizationFile, password, startApp, type TestApp } from '../support/app.js'
import { Browser } from '../support/browser.js'
import { letterTo, linkIn } from '../support/mails.js'

const organization = organizationFile
  .replace('  - { displayName: Developers, members: [jane] }', '  - { displayName: Developers, members: [jane] }\n  - { displayName: Leads, members: [jane, rita] }')
  .replace('groups:', `  - { userName: rita, displayName: Rita Right, emails: [{ value: rita@example.com }], password: ${password} }\ngroups:`)
  .replace('{ name: AdministratorAccess, sessionDuration: 1h,', '{ name: AdministratorAccess, requestable: { approvers: [Leads], longest: 4h, accounts: ["444455556666"] }, sessionDuration: 1h,')
  .replace('organization: {', 'organization: { mfa: { mode: never },')

let app: TestApp
const time = { ahead: 0 }
beforeAll(async () => { app = await startApp({ organization, clock: () => Date.now() + time.ahead }) }, 60_000)
afterAll(() => app.stop())

async function signedIn(userName: string): Promise<Browser> {
  const browser = new Browser(app.origin)
  await browser.signIn(userName, password)
  return browser
}

const ask = async (browser: Browser, fields: Record<string, string> = {}) => {
  await browser.open('/start/requests/new')
  return browser.submit({ account: '444455556666', duration: '7200', reason: 'The import fails, ticket 4711', ...fields }, '/start/requests/new')
}

test('somebody without an account asks, somebody else approves, and it is there until its time is up', async () => {
  const sam = await signedIn('sam')
  expect(sam.page.html).toContain('href="/start/requests"')
  expect(sam.page.html).toContain('Some access can be asked for here')
  await sam.open('/start/requests')
  expect(sam.page.html).toContain('No requests yet')
  await sam.open('/start/requests/new')
  expect(sam.page.html).toContain('Production (4444-5555-6666)')
  expect(sam.page.html).not.toContain('1111-2222-3333')
  expect((await ask(sam, { reason: '' })).status).toBe(422)
  expect(sam.page.html).toContain('Please say what you need it for.')
  const asked = await ask(sam)
  expect(asked.url).toMatch(/\/start\/requests\/req-[0-9a-f]{16}\?done=asked$/)
  expect(asked.html).toContain('Your request is on its way')
  expect((await sam.open('/start/requests/new')).html).toContain('it waits for an answer')

  const letter = await letterTo(app, 'rita@example.com', /^Sam Plain asks for AdministratorAccess in Production$/)
  const rita = await signedIn('rita')
  expect(rita.page.html).toMatch(/Requests <span class="badge">1/)
  await rita.open(linkIn(letter, '/start/requests/'))
  expect(rita.page.html).toContain('The import fails, ticket 4711')
  expect((await rita.submit({ act: 'deny', reason: ' ' })).status).toBe(422)
  await rita.submit({ act: 'approve', reason: '' })
  expect(rita.page.html).toContain('You approved it.')
  expect((await rita.open('/start/requests/to-answer')).html).toContain('Nothing to answer')
  await letterTo(app, 'sam@example.com', /^You were granted AdministratorAccess in Production$/)

  await sam.open('/start/')
  expect(sam.page.html).toContain('AdministratorAccess')
  const keys = await sam.open('/start/access-keys?account_id=444455556666&role_name=AdministratorAccess')
  expect(keys.html).toMatch(/ASIA[A-Z2-7]{16}/)
  // Nobody else sees the request, and no list of assignments has it.
  expect((await (await signedIn('nora')).open(asked.url)).status).not.toBe(500)
  expect(await app.database.query(`select 1 from assignments where account_id = '444455556666' and permission_set_id = (select id from permission_sets where name = 'AdministratorAccess')`)).toEqual([])

  // An hour and a half later what is issued lives half an hour, though the permission set allows an hour.
  time.ahead = 5_400_000
  await sam.open('/start/access-keys?account_id=444455556666&role_name=AdministratorAccess')
  const [event] = await app.app.trail.list({ eventName: 'GetRoleCredentials', limit: 1 })
  const { responseElements, additionalEventData } = event!.event as { responseElements: { credentials: { expiration: string } }; additionalEventData: { accessRequestId: string } }
  expect(additionalEventData.accessRequestId).toMatch(/^req-/)
  const left = Date.parse(responseElements.credentials.expiration) - Date.now() - time.ahead
  expect(left).toBeLessThanOrEqual(1_800_000)
  expect(left).toBeGreaterThan(1_500_000)
  time.ahead = 7_300_000
  expect((await sam.open('/start/')).html).toContain('No accounts yet')
  expect((await sam.open('/start/requests')).html).toContain('Over')
})

test('access is ended by those who answer, and its console session with it', async () => {
  const sam = await signedIn('sam')
  const { url } = await ask(sam)
  const jane = await signedIn('jane')
  await jane.open(url)
  await jane.submit({ act: 'approve' })
  const console = await sam.open('/start/console?account_id=444455556666&role_name=AdministratorAccess')
  expect(console.url).toContain('/console')
  expect(console.status).toBe(200)
  await jane.open(url)
  await jane.submit({ act: 'end', reason: 'Done' })
  expect(jane.page.html).toContain('The access is ended')
  expect((await sam.open('/console')).html).not.toContain('AdministratorAccess')
  expect((await sam.open(url)).html).toContain('Ended early')
  await letterTo(app, 'sam@example.com', /your access was ended/)
})

test('one’s own request is taken back, and answered by nobody who asked', async () => {
  const rita = await signedIn('rita')
  const { url } = await ask(rita)
  expect(rita.page.html).not.toContain('value="approve"')
  const csrf = /name="csrf" value="([^"]+)"/.exec(rita.page.html)![1]!
  expect((await rita.post(url, { csrf, act: 'approve' })).status).toBe(403)
  await rita.open(url)
  await rita.submit({ act: 'withdraw' })
  expect(rita.page.html).toContain('Taken back')
  const sam = await signedIn('sam')
  expect((await sam.open(url)).status).toBe(404)
})
