// An account is opened at the console's sign-in, where the operator allows that: an address, a code by mail, a name and a password.
import { applyText, startApp, type TestApp } from '../support/app.js'
import { Browser } from '../support/browser.js'
import { asRoot } from '../support/console-sign-in.js'
import { letterTo, lettersTo } from '../support/mails.js'

const time = { ahead: 0 }
let home: TestApp
beforeAll(async () => { home = await startApp({ clock: () => Date.now() + time.ahead }) }, 60_000)
afterAll(async () => { await home?.stop() })

const codeIn = ({ text }: { text: string }): string => /\b(\d{6})\b/.exec(text)![1]!
const mine = { name: 'My lab', password: 'Correct-horse-7', repeated: 'Correct-horse-7' }

test('there is no such page unless it is allowed', async () => {
  const browser = new Browser(home.origin)
  expect((await browser.open('/console/sign-up')).status).toBe(404)
  expect((await browser.open('/console')).html).not.toContain('/console/sign-up')
  await applyText('settings: { accountCreation: true }', home)
  time.ahead += 2000
  expect((await browser.open('/console')).html).toContain('/console/sign-up')
})

test('who proves an address opens an account, is signed in as its root user, and gets in again', async () => {
  const browser = new Browser(home.origin)
  await browser.open('/console/sign-up')
  expect((await browser.submit({ email: 'nonsense' })).status).toBe(422)
  await browser.submit({ email: 'new@example.com' })
  const page = browser.page.url
  expect((await browser.open(page.replace(/code$/, 'account'))).status).toBe(409)
  await browser.open(page)
  expect((await browser.submit({ code: '000000' })).status).toBe(401)
  const code = codeIn(await letterTo(home, 'new@example.com', /confirms/))
  const stranger = new Browser(home.origin)
  await stranger.open('/console/sign-up')
  expect((await stranger.open(page)).status).toBe(410)
  await browser.submit({ code })
  expect((await browser.submit({ ...mine, name: '', repeated: 'x' })).status).toBe(422)
  await browser.submit(mine)
  expect(browser.page.url).toBe(`${home.origin}/console`)
  expect(browser.page.html).toContain('My lab')
  const [, id] = /arn:aws:iam::(\d{12}):root/.exec(browser.page.html)!
  expect((await home.app.trail.list({ eventName: 'CreateAccount' }))[0]!.event).toMatchObject({ recipientAccountId: id, userIdentity: { type: 'Root' } })
  expect((await browser.open(page)).status).toBe(410)

  const again = new Browser(home.origin)
  await asRoot(again, 'new@example.com')
  await again.submit({ password: mine.password })
  expect(again.page.url).toContain('/mailed-code')
})

test('the same answer for an address that has an account, until its owner has shown that it is theirs', async () => {
  const browser = new Browser(home.origin)
  await browser.open('/console/sign-up')
  await browser.submit({ email: 'root@example.com' })
  expect(browser.page).toMatchObject({ status: 200, url: expect.stringMatching(/\/code$/) as unknown })
  await browser.submit({ code: codeIn((await lettersTo(home, 'root@example.com'))[0] ?? await letterTo(home, 'root@example.com', /confirms/)) })
  expect(await browser.submit(mine)).toMatchObject({ status: 409, html: expect.stringContaining('an account already') as unknown })
})
