// The administration: who gets in, what is open to them, and what is worth a look.
import { IdentityProviders } from '../../src/domain/accounts/index.js'
import { Health } from '../../src/domain/health/index.js'
import { password, startApp, type TestApp } from '../support/app.js'
import { Browser } from '../support/browser.js'
import { certified } from '../support/certificates.js'
import { makeRole, makeUser, openRole, openRoot, openSession, openUser } from '../support/console.js'
import { metadataOf } from '../support/saml.js'

let app: TestApp
beforeAll(async () => { app = await startApp() }, 60_000)
afterAll(() => app.stop())

const sectionsIn = (html: string): string[] => [...new Set([...html.matchAll(/href="\/admin\/([a-z-]+)"/g)].map(([, section]) => section!))]

test('a root user of the management account sees every section, and how much is in each', async () => {
  const { html } = await (await openRoot(app)).open('/admin')
  expect(sectionsIn(html)).toEqual(['users', 'groups', 'accounts', 'permission-sets', 'assignments', 'access', 'requests', 'applications', 'identity-sources', 'provisioning', 'settings', 'events'])
  expect(html).toContain('Worth a look')
  expect(html).toMatch(/One person alone administers everything[^]*?href="\/admin\/permission-sets\/ps-[0-9a-f]{16}">The permission set</)
})

test('a SAML provider that soon has no certificate to sign with is worth a look', async () => {
  const until = (days: number) => certified({ until: Date.now() + days * 86_400_000 })
  const provider = (name: string, metadata: string) => ({ kind: 'saml' as const, accountId: '444455556666', name, metadata, validUntil: undefined, tags: {} })
  await new IdentityProviders(app.database).create([provider('Safe', metadataOf([until(5), until(400)])), provider('Ending', metadataOf([until(5)]))])
  const { findings } = await new Health(app.database, Date.now).read()
  expect(findings.filter(({ code }) => code === 'provider-certificates')).toEqual([{ code: 'provider-certificates', count: 1, id: '444455556666' }])
})

test('a finding about several leads to a list of just those, which is searched and paged with it', async () => {
  const browser = await openRoot(app)
  const { html } = await browser.open('/admin')
  const [, count] = />(\d+) people of \d+ without a second factor</.exec(html)!
  expect(html).toContain('href="/admin/users?show=people-without-device">These people<')
  const list = (await browser.open('/admin/users?show=people-without-device')).html
  expect(list.match(/class="long row-name"/g)).toHaveLength(Number(count))
  expect(list).toContain('<option value="people-without-device" selected>')
  expect(list).toContain('A password alone can be guessed or given away.')
  expect(list).toContain('href="/admin/users?show=people-without-device&amp;status=DISABLED"')
  const searched = (await browser.open('/admin/users?show=people-without-device&q=jane')).html
  expect(searched.match(/class="long row-name"/g)).toHaveLength(1)
  expect((await browser.open('/admin/users?show=one-time-passwords&status=DISABLED')).html).toContain('Nobody here is like that.')
  expect((await browser.open('/admin/users?show=nonsense')).status).toBe(200)
})

test('accounts and permission sets are narrowed to those of a finding, with what it is about', async () => {
  const { id } = await makeUser(app, 'keeper')
  const [key] = await app.database.query<{ id: string }>(
    `insert into iam_access_keys (id, account_id, user_id, owner, slot, secret, created_at) values ('AKIAOLDOLDOLDOLDOLD1', '111122223333', $1, $1, 1, '', '2020-02-03') returning id`, [id])
  const browser = await openRoot(app)
  const found = (await browser.open('/admin/accounts?show=old-access-keys')).html
  expect(found).toMatch(/1 old access key, the oldest of 3 Feb 2020/)
  expect(found.match(/class="long row-name"/g)).toHaveLength(1)
  await app.database.query('delete from iam_access_keys where id = $1', [key!.id])
  expect((await browser.open('/admin/accounts?show=old-access-keys&q=prod')).html).toContain('No account is like that and matches “prod”.')
  expect((await browser.open('/admin/permission-sets?show=unused-permission-sets')).html).not.toMatch(/row-name">ReadOnly</)
})

test('whoever may not read what findings are made of neither sees the choice nor gets around it', async () => {
  const browser = await openUser(app, await makeUser(app, 'narrow', [{ Effect: 'Allow', Action: ['sso-directory:SearchUsers', 'organizations:ListAccounts'], Resource: '*' }]))
  for (const path of ['users?show=people-without-device', 'accounts?show=root-without-device']) {
    const page = await browser.open(`/admin/${path}`)
    expect(page.status).toBe(200)
    expect(page.html).not.toContain('id="show"')
  }
})

test('a permission set and an account say what they are and who has them', async () => {
  const browser = await openRoot(app)
  const sets = (await browser.open('/admin/permission-sets')).html
  expect(sets).toMatch(/ReadOnly[^]*Looks only · 2 assignments in 2 accounts/)
  const [, set] = /href="(\/admin\/permission-sets\/ps-[^"]+)">ReadOnly</.exec(sets)!
  const page = await browser.open(set!)
  expect(page.html).toMatch(/ReadOnlyAccess[^]*Developers[^]*group[^]*Production/)
  expect(page.html).toContain('12 hours')
  expect((await browser.open('/admin/accounts/444455556666')).html).toMatch(/prod@example.com[^]*ReadOnly[^]*Developers/)
  expect((await browser.open('/admin/accounts/000000000000')).status).toBe(404)
  expect((await browser.open('/admin/permission-sets/ps-0000000000000000')).status).toBe(404)
  expect((await browser.open('/admin/permission-sets/nonsense')).status).toBe(404)
})

test('a reader sees what the policies open, and no others', async () => {
  const user = await makeUser(app, 'reader', [{ Effect: 'Allow', Action: ['sso-directory:SearchUsers', 'sso-directory:SearchGroups', 'organizations:List*'], Resource: '*' }])
  const browser = await openUser(app, user)
  const { html } = await browser.open('/admin')
  expect(sectionsIn(html)).toEqual(['users', 'groups', 'accounts'])
  expect(html).not.toContain('Worth a look')
})

test('every section that is shown opens, and so does the search, whatever the rights', async () => {
  const rights = [['identitystore:*'], ['identitystore:List*', 'organizations:ListAccounts'], ['sso:List*'], ['sso-directory:*', 'gatehouse:ExploreAccess'], ['gatehouse:GetSettings', 'gatehouse:ListAccessRequests', 'cloudtrail:LookupEvents']]
  for (const [at, actions] of rights.entries()) {
    const browser = await openUser(app, await makeUser(app, `some-${at}`, [{ Effect: 'Allow', Action: actions, Resource: '*' }]))
    const sections = sectionsIn((await browser.open('/admin')).html)
    for (const section of sections) expect([actions, section, (await browser.open(`/admin/${section}`)).status]).toEqual([actions, section, 200])
    expect([actions, (await browser.open('/admin/search?q=jane')).status]).toEqual([actions, sections.length > 0 ? 200 : 403])
  }
  for (const policy of ['ReadOnlyAccess', 'SecurityAudit', 'job-function/ViewOnlyAccess', 'PowerUserAccess', 'AWSSSOReadOnly', 'AWSSSODirectoryReadOnly']) {
    const browser = await openRole(app, await makeRole(app, `With-${policy.replace('/', '-')}`, [policy]))
    for (const section of sectionsIn((await browser.open('/admin')).html)) expect([policy, section, (await browser.open(`/admin/${section}`)).status]).toEqual([policy, section, 200])
    expect([policy, (await browser.open('/admin/search?q=jane')).status]).toEqual([policy, 200])
  }
})

test('whoever has no rights here is told which they are', async () => {
  const browser = await openRole(app, await makeRole(app, 'Nobody'))
  const page = await browser.open('/admin')
  expect(page.status).toBe(403)
  expect(page.html).toContain('sso:ListPermissionSets')
})

test('a session in another account does not count', async () => {
  const browser = await openSession(app, { kind: 'root', principal: 'root:444455556666', label: 'Root user', arn: 'arn:aws:iam::444455556666:root', accountId: '444455556666' })
  expect((await browser.open('/admin')).url).toContain('/signin/')
})

test('a person of the portal comes to the page that was asked for', async () => {
  const browser = new Browser(app.origin)
  await browser.signIn('jane', password, '/admin/accounts')
  expect(browser.page.html).toContain('With which permission set?')
  await browser.open('/start/console?account_id=111122223333&role_name=AdministratorAccess&destination=/admin/accounts')
  expect(new URL(browser.page.url).pathname).toBe('/admin/accounts')
  expect(browser.page.html).toContain('Production')
})

test('the portal shows the way to those who hold something in the management account, and a link leads nowhere else', async () => {
  const browser = new Browser(app.origin)
  await browser.signIn('jane', password)
  expect(browser.page.html).toContain('href="/admin"')
  for (const elsewhere of ['/admin/../console', '/administration', '//evil.example/admin', 'https://evil.example/admin', '/admin//evil.example', '/admin\\evil.example']) {
    const page = await browser.open(`/start/console?${new URLSearchParams({ account_id: '111122223333', role_name: 'AdministratorAccess', destination: elsewhere }).toString()}`)
    expect(new URL(page.url).pathname).toBe('/console')
  }
  const other = new Browser(app.origin)
  await other.signIn('sam', password)
  expect(other.page.html).not.toContain('href="/admin"')
})
