// The console: who somebody is in an account, what is open to them, and sessions side by side.
import { IamUsers } from '../../src/domain/accounts/index.js'
import { iamUserPrincipal, Passwords } from '../../src/domain/authentication/index.js'
import { startApp, type TestApp } from '../support/app.js'
import { Browser } from '../support/browser.js'
import { makeRole, makeUser, openRole, openRoot, openSession, openUser } from '../support/console.js'

let app: TestApp
beforeAll(async () => { app = await startApp() })
afterAll(() => app.stop())

const placesIn = (html: string): string[] => [...html.matchAll(/class="tile" href="\/console\/([^"]+)"/g)].map(([, place]) => place!)

test('a root user sees who they are, and everything', async () => {
  const browser = await openRoot(app)
  const { html } = await browser.open('/console')
  expect(html).toContain('arn:aws:iam::111122223333:root')
  expect(html).toContain('1111-2222-3333')
  expect(html).toContain('test-mgmt')
  expect(placesIn(html)).toEqual(['credentials', 'users', 'groups', 'roles', 'policies', 'providers', 'simulate', 'events', 'settings'])
})

test('a user sees the places that the policies open, and no others', async () => {
  const bare = await openUser(app, await makeUser(app, 'bare'))
  expect(placesIn((await bare.open('/console')).html)).toEqual(['credentials', 'switch-role'])
  const reader = await openUser(app, await makeUser(app, 'reader', [{ Effect: 'Allow', Action: 'iam:List*', Resource: '*' }]))
  expect(placesIn((await reader.open('/console')).html)).toEqual(['credentials', 'users', 'groups', 'roles', 'policies', 'providers', 'settings', 'switch-role'])
})

test('a role sees what its policies open, less what the session was given', async () => {
  const role = await makeRole(app, 'Auditor', ['ReadOnlyAccess'])
  expect(placesIn((await (await openRole(app, role)).open('/console')).html)).toContain('users')
  const narrowed = await openRole(app, role, { policies: ['{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"iam:ListRoles","Resource":"*"}}'] })
  expect(placesIn((await narrowed.open('/console')).html)).toEqual(['roles', 'switch-role'])
})

test('the region of an address stays with the session', async () => {
  const browser = await openRoot(app)
  expect((await browser.open('/console?region=eu-central-1')).html).toContain('eu-central-1')
  expect((await browser.open('/console')).html).toContain('eu-central-1')
  expect((await browser.open('/console?region=%3Cscript%3E')).html).toContain('eu-central-1')
})

test('sessions stand side by side, are switched and end one by one', async () => {
  const browser = await openRoot(app)
  const user = await makeUser(app, 'second')
  await openUser(app, user, {}, browser)
  expect((await browser.open('/console')).html).toContain(user.arn)
  const [, other] = /name="session" value="([^"]+)">Switch/.exec(browser.page.html)!
  await browser.submit({ session: other! }, '/console/switch')
  expect(browser.page.html).toContain('You are working as <b>the root user</b>')
  await browser.submit({ session: other! }, '/console/sign-out')
  expect(browser.page.html).toContain(user.arn)
  await browser.submit({ session: 'all' }, '/console/sign-out')
  expect(browser.page.url).toContain('/console/sign-in')
})

test('a session ends at once with its user, its password, its role or its account', async () => {
  const users = new IamUsers(app.database)
  const [first, second] = [await makeUser(app, 'leaver'), await makeUser(app, 'passwordless')]
  const role = await makeRole(app, 'Passing')
  const browsers = [await openUser(app, first), await openUser(app, second), await openRole(app, role),
    await openSession(app, { kind: 'root', principal: 'root:999988887777', label: 'Root user', arn: 'arn:aws:iam::999988887777:root', accountId: '999988887777' })]
  expect((await browsers[0]!.open('/console')).html).toContain(first.arn)
  await users.removeWhole([first.id])
  await new Passwords(app.database, app.app.hashes).remove(iamUserPrincipal(second.id))
  await app.database.query('delete from iam_entities where id = $1', [role.id])
  for (const browser of browsers) expect((await browser.open('/console')).url).toContain('/console/sign-in')
})

test('a session ends when an administrator sets another password, and begins anew with it', async () => {
  const user = await makeUser(app, 'renewed')
  const browser = await openUser(app, user)
  expect((await browser.open('/console')).html).toContain(user.arn)
  const root = await openRoot(app)
  await root.open('/console/users/renewed/password')
  await root.submit({ Password: 'Another-horse-9' })
  expect((await browser.open('/console')).url).toContain('/console/sign-in')
  expect((await (await openUser(app, user)).open('/console')).html).toContain(user.arn)
})

test('revoked sessions are over', async () => {
  const user = await makeUser(app, 'revoked')
  const browser = await openUser(app, user)
  await app.app.revocations.revoke({ kind: 'user', subject: user.id, issuedBefore: Date.now() + 1, by: 'test' })
  expect((await browser.open('/console')).url).toContain('/console/sign-in')
})

test('whoever has no session gets no page, and a form of theirs changes nothing', async () => {
  const browser = new Browser(app.origin)
  expect((await browser.open('/console')).url).toContain('/console/sign-in')
  const page = await openRoot(app)
  await page.open('/console')
  const csrf = /name="csrf" value="([^"]+)"/.exec(page.page.html)![1]!
  page.cookies.splice(page.cookies.findIndex(({ name }) => name === 'gatehouse-console'), 1)
  expect((await page.post('/console/users/new', { csrf, UserName: 'x' })).status).toBeGreaterThanOrEqual(400)
})
