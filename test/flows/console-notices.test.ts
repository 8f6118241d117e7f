// What a root user is told by mail of changes made in the console, in the transaction of the change; and that "this was not
// me" takes them back.
import { Accounts } from '../../src/domain/accounts/index.js'
import { password, startApp, type TestApp } from '../support/app.js'
import { Authenticator } from '../support/authenticator.js'
import { Browser } from '../support/browser.js'
import { makeUser, openRoot, openUser } from '../support/console.js'
import { appCode, secretOn } from '../support/factors.js'
import { letterTo, lettersTo, linkIn } from '../support/mails.js'
import { csrfOf } from '../support/passkeys.js'

let app: TestApp
beforeAll(async () => { app = await startApp() }, 120_000)
afterAll(() => app.stop())

const accountId = '111122223333'
const principal = `root:${accountId}`
const address = 'root@example.com'
const page = '/console/credentials'
const root = (): Promise<Browser> => openRoot(app, { mfaAt: Date.now() })
const rows = async (table: string): Promise<number> => (await app.database.query<{ count: number }>(`select count(*)::int as count from ${table} where principal = $1`, [principal]))[0]!.count

/** Does something while no letter can be written. */
async function withoutLetters<T>(act: () => Promise<T>): Promise<T> {
  const { mail } = app.app
  const queue = mail.queue
  mail.queue = () => Promise.reject(new Error('no letter can be written'))
  try {
    return await act()
  } finally {
    mail.queue = queue
  }
}

async function addApp(browser: Browser, name: string): Promise<void> {
  await browser.open(`${page}/app`)
  await browser.submit({ code: appCode(secretOn(browser), Date.now()), name })
}

/** Asks for another address, and reads the code that proves it. */
async function codeFor(browser: Browser, to: string, count = 1): Promise<string> {
  await browser.open('/console/settings/email')
  await browser.submit({ email: to })
  return /\b(\d{6})\b/.exec((await letterTo(app, to, /confirms/, count)).text)![1]!
}

const deviceOn = async (browser: Browser): Promise<string> => /href="(\/console\/credentials\/devices\/[^"]+)"/.exec((await browser.open(page)).html)![1]!

test('a device that is added, renamed and removed', async () => {
  const browser = await root()
  await addApp(browser, 'Phone')
  expect((await letterTo(app, address, /was added/)).text).toContain('authenticator app “Phone”')
  const device = await deviceOn(browser)
  await browser.open(device)
  await browser.submit({ name: 'Old phone', change: 'rename' })
  expect((await letterTo(app, address, /was renamed/)).text).toContain('What was called “Phone” is called this now: authenticator app “Old phone”.')
  await browser.open(device)
  await browser.post(device, { csrf: csrfOf(browser), change: 'remove' })
  const letter = await letterTo(app, address, /was removed/)
  expect(letter.text).toContain('authenticator app “Old phone”')
  expect(linkIn(letter, '/not-me/')).toMatch(/^\/not-me\//)
})

test('a passkey that is added; without its letter none is', async () => {
  const browser = await root()
  const add = async (): Promise<number> => {
    await browser.open(`${page}/passkey`)
    const csrf = csrfOf(browser)
    const options = JSON.parse((await browser.post(`${page}/passkey/options`, { csrf })).html) as object
    return (await browser.post(`${page}/passkey`, { csrf, name: 'Key', passkey: JSON.stringify(new Authenticator(app.origin).create(options)) })).status
  }
  expect(await withoutLetters(add)).toBe(500)
  expect(await rows('passkeys')).toBe(0)
  await add()
  expect(await rows('passkeys')).toBe(1)
  expect((await letterTo(app, address, /was added/, 2)).text).toContain('passkey or security key “Key”')
  await app.database.query('delete from passkeys where principal = $1', [principal])
})

test('a new password; without its letter it stays as it was', async () => {
  const browser = await root()
  const change = async (): Promise<Browser['page']> => {
    await browser.open(`${page}/password`)
    return browser.submit({ current: password, password: 'Another-horse-8', repeated: 'Another-horse-8' })
  }
  expect((await withoutLetters(change)).status).toBe(500)
  expect(await rows('password_history')).toBe(0)
  expect((await change()).html).toContain('Your password is changed')
  await letterTo(app, address, /password .* was changed/)
})

test('"this was not me" takes a device back that was added since, and ends the session that added it', async () => {
  const intruder = await root()
  await addApp(intruder, 'Intruding')
  expect(await rows('authenticator_apps')).toBe(1)
  const link = linkIn(await letterTo(app, address, /was added/, 3), '/not-me/')
  const owner = new Browser(app.origin)
  expect((await owner.open(link)).html).toContain('authenticator app “Intruding”')
  expect((await owner.submit()).html).toContain('was removed')
  expect(await rows('authenticator_apps')).toBe(0)
  expect((await intruder.open('/console')).url).toContain('/console/sign-in')
  expect((await owner.open(link)).html).toContain('href="/console/forgot-password"')
})

test('another address: the old one hears of it, and brings itself back', async () => {
  const accounts = new Accounts(app.database)
  const intruder = await root()
  const code = await codeFor(intruder, 'thief@example.com')
  expect((await withoutLetters(() => intruder.submit({ code }))).status).toBe(500)
  expect(await accounts.get(accountId)).toMatchObject({ email: address })
  await intruder.submit({ code: await codeFor(intruder, 'thief@example.com', 2) })
  expect(await accounts.get(accountId)).toMatchObject({ email: 'thief@example.com' })
  const letter = await letterTo(app, address, /mail address .* was changed/)
  expect(letter.text).not.toContain('thief@example.com')
  const resets = new Browser(app.origin)
  await resets.open('/console/forgot-password')
  await resets.submit({ name: 'thief@example.com' })
  const stolen = linkIn(await letterTo(app, 'thief@example.com', /new password/), '/reset-password/')
  const owner = new Browser(app.origin)
  await owner.open(linkIn(letter, '/not-me/'))
  expect((await owner.submit()).html).toContain(`Your mail goes to ${address} again.`)
  expect(await accounts.get(accountId)).toMatchObject({ email: address })
  expect((await owner.open(stolen)).status).toBe(410)
  await owner.open(linkIn(await letterTo(app, address, /new password/, 2), '/reset-password/'))
  await owner.submit({ password: 'Third-horse-8', repeated: 'Third-horse-8' })
  const done = await letterTo(app, address, /Your password .* was changed/, 2)
  expect(done.text).toContain('by means of a link')
  expect((await owner.open(linkIn(done, '/not-me/'))).html).toContain('Was it not you?')
})

test('an address that another account has by then is not taken from it', async () => {
  const browser = await root()
  await browser.submit({ code: await codeFor(browser, 'second@example.com') })
  const letter = await letterTo(app, address, /mail address .* was changed/, 2)
  await app.database.query(`update accounts set email = $1 where id = '444455556666'`, [address])
  const owner = new Browser(app.origin)
  await owner.open(linkIn(letter, '/not-me/'))
  expect((await owner.submit()).html).not.toContain('again.')
  expect(await new Accounts(app.database).get(accountId)).toMatchObject({ email: 'second@example.com' })
})

test('a user of an account changes their own without mail', async () => {
  const before = (await lettersTo(app, address)).length
  const browser = await openUser(app, await makeUser(app, 'quiet'))
  await addApp(browser, 'Phone')
  expect(browser.page.html).toContain('The device is added')
  expect(await lettersTo(app, address)).toHaveLength(before)
})
