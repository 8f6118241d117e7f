// IAM users sign in at the console: an account and a name in it, a password, and a device where they have one.
import { IamUsers } from '../../src/domain/accounts/index.js'
import { password, startApp, type TestApp } from '../support/app.js'
import { Browser } from '../support/browser.js'
import { asUser, giveApp, stepOf, withIamUser } from '../support/console-sign-in.js'
import { appCode } from '../support/factors.js'
import { management, production } from '../support/iam.js'
import { sendRaw } from '../support/raw.js'

const time = { ahead: 0 }
const now = (): number => Date.now() + time.ahead
let home: TestApp
beforeAll(async () => {
  home = await startApp({ clock: now, env: { ALLOWED_HOSTS: '*.signin.example.com' } })
  await withIamUser(home, management, 'alice')
  await withIamUser(home, production, 'alice', { oneTime: true })
}, 60_000)
afterAll(async () => { await home?.stop() })

const fresh = (): Browser => new Browser(home.origin)
const events = async (eventName: string) => (await home.app.trail.list({ eventName })).map(({ event }) => event)

test.each(['111122223333', '1111-2222-3333', 'test-mgmt', 'TEST-MGMT'])('the account is said by its id or alias: %s', async (account) => {
  const browser = fresh()
  await asUser(browser, account, 'alice')
  expect(stepOf(browser)).toBe('password')
  await browser.submit({ password })
  expect(browser.page).toMatchObject({ status: 200, url: `${home.origin}/console` })
  expect(browser.page.html).toContain(`arn:aws:iam::${management}:user/alice`)
  expect((await new IamUsers(home.database).find(management, 'alice'))?.passwordLastUsed).toBeDefined()
  expect((await events('ConsoleLogin'))[0]).toMatchObject({
    responseElements: { ConsoleLogin: 'Success' }, additionalEventData: { MFAUsed: 'No', MobileVersion: 'No' }, recipientAccountId: management,
    userIdentity: { type: 'IAMUser', principalId: expect.stringMatching(/^AIDA/) as unknown, arn: `arn:aws:iam::${management}:user/alice`, accountId: management, userName: 'alice' },
  })
})

test('the address of an account leads to its users’ page, and keeps where one was going', async () => {
  const browser = fresh()
  await browser.open('/console/test-mgmt?region=eu-central-1')
  expect(browser.page.url).toBe(`${home.origin}/console/sign-in/user?region=eu-central-1&account=test-mgmt`)
  expect(browser.page.html).toContain('value="test-mgmt"')
  await browser.submit({ userName: 'alice' })
  await browser.submit({ password })
  expect(browser.page.html).toContain('eu-central-1')
  expect((await fresh().open('/console/no%2Fsuch')).status).toBe(404)
})

test('a host of an account leads to its page', async () => {
  const answer = await sendRaw(home.origin, ['GET /?region=eu-west-1 HTTP/1.1', 'Host: TEST-MGMT.signin.example.com', 'Connection: close'])
  expect(answer).toMatchObject({ status: 302, headers: { location: `${home.origin}/console/test-mgmt?region=eu-west-1` } })
})

test('the same name in another account is somebody else, and a one-time password is replaced by the rules of the account', async () => {
  const browser = fresh()
  await home.database.query('insert into iam_password_policies (account_id, policy) values ($1, $2)', [production, { minimumLength: 20 }])
  await asUser(browser, production, 'alice')
  await browser.submit({ password })
  expect(stepOf(browser)).toBe('new-password')
  expect(browser.page.html).toContain('20 to 128 characters')
  expect((await browser.submit({ password: 'Correct-horse-8', repeated: 'Correct-horse-8' })).status).toBe(422)
  await browser.submit({ password: 'a quite long password of mine', repeated: 'a quite long password of mine' })
  expect(browser.page.html).toContain(`arn:aws:iam::${production}:user/alice`)
  expect((await events('ChangePassword'))[0]).toMatchObject({ eventSource: 'iam.amazonaws.com', userIdentity: { type: 'IAMUser', userName: 'alice', accountId: production } })
})

test('a password that is too old is replaced, or ends it where the account says so', async () => {
  const principal = await withIamUser(home, production, 'olga')
  await home.database.query(`update passwords set changed_at = now() - interval '91 days' where principal = $1`, [principal])
  const policy = (more: object): Promise<unknown> => home.database.query('update iam_password_policies set policy = $2 where account_id = $1', [production, { minimumLength: 8, maxAge: 90, ...more }])
  await policy({ hardExpiry: true })
  const browser = fresh()
  await asUser(browser, production, 'olga')
  expect((await browser.submit({ password })).status).toBe(401)
  await policy({})
  await browser.submit({ password })
  expect(stepOf(browser)).toBe('new-password')
  expect(browser.page.html).toContain('good for 90 days')
  await browser.submit({ password: 'Another-horse-9', repeated: 'Another-horse-9' })
  expect(browser.page.url).toBe(`${home.origin}/console`)
})

test('an authenticator app is asked for every time, and its code works once', async () => {
  const secret = await giveApp(home, await withIamUser(home, management, 'bob'), now)
  const browser = fresh()
  let code = ''
  for (const _ of [1, 2]) {
    time.ahead += 30_000
    await asUser(browser, management, 'bob')
    await browser.submit({ password })
    expect(stepOf(browser)).toBe('authenticator-code')
    expect(browser.page.html).toContain('an administrator of the account')
    code = appCode(secret, now())
    await browser.submit({ code })
    expect(browser.page.url).toBe(`${home.origin}/console`)
  }
  const other = fresh()
  await asUser(other, management, 'bob')
  await other.submit({ password })
  expect(await other.submit({ code })).toMatchObject({ status: 401, html: expect.stringContaining('used already') as unknown })
  expect((await events('CheckMfa'))[0]).toMatchObject({ responseElements: { CheckMfa: 'Failure' }, userIdentity: { type: 'IAMUser', userName: 'bob' } })
})

test('whoever lost their password or were removed are out at once', async () => {
  const principal = await withIamUser(home, management, 'carl')
  const browser = fresh()
  await asUser(browser, management, 'carl')
  await browser.submit({ password })
  await home.database.query('delete from passwords where principal = $1', [principal])
  await browser.open('/console')
  expect(browser.page.url).toContain('/console/sign-in')
})

test('faults are named at their fields, and other doors by the looks of what was typed', async () => {
  const browser = fresh()
  for (const [account, userName, sentences] of [
    ['', '', ['Two things need another look', 'Enter the id or the alias', 'Enter your user name']],
    ['12345', 'alice', ['has 12 digits']],
    ['root@example.com', 'alice', ['not a mail address', 'href="/console/sign-in/root"']],
    ['no way', 'alice', ['an id of 12 digits, or an alias']],
    ['test-mgmt', 'al ice', ['and no spaces']],
  ] as const) {
    const page = await asUser(browser, account, userName)
    expect(page.status).toBe(422)
    for (const sentence of sentences) expect(page.html).toContain(sentence)
  }
  await asUser(browser, 'test-mgmt', 'jane@example.com')
  expect(browser.page.html).toContain('Choose another way')
  expect(browser.page.html).toContain('Only an administrator of the account')
  const portal = fresh()
  await portal.open('/start/')
  await portal.submit({ userName: management })
  expect(portal.page.html).toContain(`href="/console/${management}"`)
})

test('account and name are remembered where that was ticked; another account is blank', async () => {
  const browser = fresh()
  await browser.open('/console/sign-in/user')
  await browser.submit({ account: 'test-mgmt', userName: 'alice', remember: 'on' })
  await browser.open('/console')
  expect(browser.page.html).toContain('value="test-mgmt"')
  expect(browser.page.html).toContain('value="alice"')
  await browser.open('/console/444455556666')
  expect(browser.page.html).not.toContain('value="alice"')
  await browser.open('/console/sign-in/user?account=')
  expect(browser.page.html).not.toContain('value="test-mgmt"')
})

test('many wrong passwords from one address, and the first page asks for a security check', async () => {
  const browser = fresh()
  for (const name of ['u1', 'u2', 'u3', 'u4']) {
    await asUser(browser, management, name)
    await browser.submit({ password: 'wrong' })
  }
  await browser.open('/console/sign-in/user')
  expect(browser.page.html).toContain('data-security-check')
  expect(await browser.submit({ account: management, userName: 'alice' })).toMatchObject({ status: 422, html: expect.stringContaining('security check was not done') as unknown })
})
