// Root users sign in at the console: an address, a password, and a device or a code by mail; and get a new password by mail.
import { password, startApp, type TestApp } from '../support/app.js'
import { Browser } from '../support/browser.js'
import { asRoot, giveApp, stepOf, withRootPassword } from '../support/console-sign-in.js'
import { appCode } from '../support/factors.js'
import { management, production } from '../support/iam.js'
import { letterTo, lettersTo, linkIn } from '../support/mails.js'

const time = { ahead: 0 }
const now = (): number => Date.now() + time.ahead
let home: TestApp
beforeAll(async () => { home = await startApp({ clock: now }) }, 60_000)
afterAll(async () => { await home?.stop() })

const fresh = (): Browser => new Browser(home.origin)
const events = async (eventName: string) => (await home.app.trail.list({ eventName })).map(({ event }) => event)
const codeIn = ({ text }: { text: string }): string => /\b(\d{6})\b/.exec(text)![1]!

async function signedIn(email: string): Promise<Browser> {
  const browser = fresh()
  await asRoot(browser, email)
  await browser.submit({ password })
  if (stepOf(browser) === 'mailed-code') {
    const before = (await lettersTo(home, email)).filter(({ subject }) => /is your code/.test(subject)).length
    await browser.submit({ action: 'send' })
    await browser.submit({ code: codeIn(await letterTo(home, email, /is your code/, before + 1)) })
  }
  return browser
}

test('the console asks who one is, and leads to a page for each', async () => {
  const browser = fresh()
  await browser.open('/console')
  expect(browser.page.url).toBe(`${home.origin}/console/sign-in`)
  expect(browser.page.html).toContain('href="/console/sign-in/root"')
  expect(browser.page.html).toContain('href="/console/sign-in/user"')
})

test('what was typed is judged by its looks only', async () => {
  const browser = fresh()
  for (const [email, sentence] of [['', 'Enter the mail address'], ['jane', 'such as name@example.com'], ['123456789012', 'Twelve digits look like'], [`${'x'.repeat(255)}@example.com`, 'at most 254']]) {
    expect(await asRoot(browser, email!)).toMatchObject({ status: 422, html: expect.stringContaining(sentence!) as unknown })
  }
})

test('a new password comes by mail; with it and a code by mail a browser that is new gets in, and is known then', async () => {
  const browser = fresh()
  await asRoot(browser, 'prod@example.com')
  expect(browser.page.html).toContain('/console/forgot-password?name&#x3D;prod%40example.com')
  await browser.open('/console/forgot-password?name=prod%40example.com')
  await browser.submit({ name: 'PROD@example.com' })
  expect(browser.page.html).toContain('If that is the address of a root user')
  const link = linkIn(await letterTo(home, 'prod@example.com', /Choose a new password/), '/reset-password/')
  await browser.open(link)
  await browser.submit({ password: 'New-horse-42', repeated: 'New-horse-42' })
  expect(browser.page.html).toContain('href="/console"')
  await browser.open(link)
  expect(browser.page.status).toBe(410)
  expect(await events('PasswordRecoveryCompleted')).toEqual([expect.objectContaining({ eventType: 'AwsConsoleSignIn', responseElements: { PasswordRecoveryCompleted: 'Success' }, userIdentity: expect.objectContaining({ type: 'Root', accountId: production }) as unknown })])
  expect((await events('PasswordRecoveryRequested'))[0]).toMatchObject({ recipientAccountId: production })

  await asRoot(browser, 'prod@example.com')
  await browser.submit({ password: 'New-horse-42' })
  expect(stepOf(browser)).toBe('mailed-code')
  await browser.submit({ action: 'send' })
  expect((await browser.submit({ code: '000000' })).status).toBe(401)
  await browser.submit({ code: codeIn(await letterTo(home, 'prod@example.com', /is your code/)) })
  expect(browser.page).toMatchObject({ status: 200, url: `${home.origin}/console` })
  expect(browser.page.html).toContain('arn:aws:iam::444455556666:root')
  await letterTo(home, 'prod@example.com', /New sign-in/)
  expect((await events('ConsoleLogin'))[0]).toMatchObject({
    eventType: 'AwsConsoleSignIn', responseElements: { ConsoleLogin: 'Success' }, additionalEventData: { MobileVersion: 'No', MFAUsed: 'No' },
    userIdentity: { type: 'Root', principalId: production, arn: `arn:aws:iam::${production}:root`, accountId: production },
  })

  await browser.submit({ session: 'all' }, '/console/sign-out')
  await asRoot(browser, 'prod@example.com')
  await browser.submit({ password: 'New-horse-42' })
  expect(browser.page.url).toBe(`${home.origin}/console`)
})

test('"this was not me" ends the sessions of a root user, and mails a link', async () => {
  await withRootPassword(home, production)
  time.ahead += 1000
  const browser = await signedIn('prod@example.com')
  expect(browser.page.url).toBe(`${home.origin}/console`)
  const other = fresh()
  await other.open(linkIn(await letterTo(home, 'prod@example.com', /New sign-in/), '/not-me/'))
  expect(await other.submit()).toMatchObject({ status: 200 })
  await browser.open('/console')
  expect(browser.page.url).toContain('/console/sign-in')
  expect((await asRoot(other, 'prod@example.com'), await other.submit({ password })).status).toBe(401)
})

describe('with an authenticator app', () => {
  let secret: string
  beforeAll(async () => {
    time.ahead += 60_000
    secret = await giveApp(home, await withRootPassword(home, management), now)
  })

  test('its code is asked for every time, and the session says so', async () => {
    const browser = fresh()
    await asRoot(browser, 'ROOT@example.com', '?region=eu-west-1')
    await browser.submit({ password })
    expect(stepOf(browser)).toBe('authenticator-code')
    expect(browser.page.html).not.toContain('name="trust"')
    expect((await browser.submit({ code: '000000' })).status).toBe(401)
    time.ahead += 30_000
    await browser.submit({ code: appCode(secret, now()) })
    expect(browser.page.url).toBe(`${home.origin}/console`)
    expect(browser.page.html).toContain('eu-west-1')
    expect((await events('ConsoleLogin'))[0]).toMatchObject({ additionalEventData: { MFAUsed: 'Yes', Region: 'eu-west-1', LoginTo: `${home.origin}/console` } })
    expect((await events('ConsoleLogin'))[1]).toMatchObject({ errorMessage: 'Failed authentication', responseElements: { ConsoleLogin: 'Failure' } })
    expect((await events('CheckMfa')).map(({ responseElements }) => responseElements)).toEqual([{ CheckMfa: 'Success' }, { CheckMfa: 'Failure' }])
    expect((await events('CheckMfa'))[0]).toMatchObject({ additionalEventData: { MfaType: 'Virtual MFA' }, userIdentity: { type: 'Root', accountId: management } })
  })

  test('a sign-in leads to the page that was asked for, and never elsewhere', async () => {
    for (const [wanted, reached] of [
      ['/console?region=us-west-2', '/console?region=us-west-2'], ['https://evil.example/console', '/console'], ['//evil.example/console', '/console'], ['/console/../start/', '/console'],
      ['/\\evil.example', '/console'], ['/console\\@evil.example', '/console'], ['/console.evil.example', '/console'], ['/console/sign-in', '/console'], ['javascript:alert(1)', '/console'],
    ] as const) {
      time.ahead += 30_000
      const browser = fresh()
      await asRoot(browser, 'root@example.com', `?${new URLSearchParams({ redirect_uri: wanted })}`)
      await browser.submit({ password })
      await browser.submit({ code: appCode(secret, now()) })
      expect({ wanted, url: browser.page.url }).toEqual({ wanted, url: home.origin + reached })
    }
  })

  test('a sign-in belongs to one browser, and is finished once; two tabs do not meet', async () => {
    time.ahead += 30_000
    const browser = fresh()
    await asRoot(browser, 'root@example.com')
    const first = browser.page.url
    await asRoot(browser, 'prod@example.com')
    expect(browser.page.html).toContain('prod@example.com')
    await browser.open(first)
    expect(browser.page.html).toContain('root@example.com')
    const stranger = fresh()
    await stranger.open('/console/sign-in/root')
    expect(await stranger.open(first)).toMatchObject({ status: 410 })
    expect(await browser.open(first.replace('/root/', '/user/'))).toMatchObject({ status: 410 })
    await browser.open(first)
    await browser.submit({ password })
    await browser.submit({ code: appCode(secret, now()) })
    expect(browser.page.url).toBe(`${home.origin}/console`)
    expect(await browser.open(first)).toMatchObject({ status: 410, html: expect.stringContaining('href="/console"') as unknown })
  })

  test('"not you?" leads back to the first page, with where one was going', async () => {
    const browser = fresh()
    await asRoot(browser, 'root@example.com', '?redirect_uri=%2Fconsole%3Fa%3Db')
    await browser.open(`${browser.page.url.replace(/\/password$/, '')}/restart`)
    expect(browser.page.url).toBe(`${home.origin}/console/sign-in/root?redirect_uri=%2Fconsole%3Fa%3Db`)
  })
})

test('the browser remembers the kind, and the address where that was ticked', async () => {
  const browser = fresh()
  await asRoot(browser, 'root@example.com')
  await browser.open('/console')
  expect(browser.page.url).toBe(`${home.origin}/console/sign-in/root`)
  expect(browser.page.html).not.toContain('root@example.com')
  await browser.submit({ email: 'root@example.com', remember: 'on' })
  await browser.open('/console')
  expect(browser.page.html).toContain('value="root@example.com"')
  await browser.open('/console/sign-in?choose')
  expect(browser.page.url).toContain('choose')
})
