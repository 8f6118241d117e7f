// The console's sign-in in a real Chromium: a root user with a passkey, an IAM user with an authenticator app, and every rule of the
// pages' policy kept.
import type { Browser } from 'playwright-core'
import { password, startApp, type TestApp } from '../support/app.js'
import { newPerson, startChromium } from '../support/chromium.js'
import { giveApp, withIamUser, withRootPassword } from '../support/console-sign-in.js'
import { appCode } from '../support/factors.js'
import { management } from '../support/iam.js'
import { needs } from '../support/needs.js'
import { registerInChromium } from '../support/passkeys.js'
import { VirtualAuthenticator } from '../support/virtual-authenticator.js'

needs('chromium').describe('the console’s sign-in in a browser', () => {
  let home: TestApp
  let browser: Browser
  beforeAll(async () => {
    [home, browser] = await Promise.all([startApp(), startChromium()])
  }, 60_000)
  afterAll(async () => {
    await browser?.close()
    await home?.stop()
  })

  test('a root user proves a password and a passkey, then a passkey alone', async () => {
    const person = await newPerson(browser)
    const { page, context, complaints } = person
    const principal = await withRootPassword(home, management)
    await context.addInitScript('PublicKeyCredential.isConditionalMediationAvailable = async () => false')
    await VirtualAuthenticator.plugIn(page)
    await registerInChromium(person, home, { principal, userName: 'root@example.com', displayName: 'Management' })
    await page.getByRole('heading', { name: /Registered/ }).waitFor()
    await page.goto(`${home.origin}/console`)
    await page.getByRole('link', { name: 'Root user' }).click()
    await page.getByLabel('Root user email').fill('root@example.com')
    await page.getByRole('button', { name: 'Next' }).click()
    await page.getByLabel('Password', { exact: true }).fill(password)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.waitForURL(/\/passkey$/)
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.waitForURL(`${home.origin}/console`)
    await page.getByText(`arn:aws:iam::${management}:root`).waitFor()
    await page.goto(`${home.origin}/console/sign-in/root`)
    await page.getByLabel('Root user email').fill('somebody@example.com')
    await page.getByRole('button', { name: 'Next' }).click()
    await page.getByRole('button', { name: 'Use a passkey instead' }).click()
    await page.waitForURL(`${home.origin}/console`)
    expect(complaints).toEqual([])
    await context.close()
  })

  test('a root user and an IAM user are in as soon as their passkey is picked on the first page', async () => {
    for (const [principal, userName, first, arn] of [
      [await withRootPassword(home, management), 'root@example.com', '/console/sign-in/root', `arn:aws:iam::${management}:root`],
      [await withIamUser(home, management, 'picker'), 'picker', '/console/sign-in/user', `arn:aws:iam::${management}:user/picker`],
    ] as const) {
      await home.database.query('delete from passkeys')
      const person = await newPerson(browser)
      const { page, context, complaints } = person
      await VirtualAuthenticator.plugIn(page)
      await registerInChromium(person, home, { principal, userName, displayName: userName })
      await page.getByRole('heading', { name: /Registered/ }).waitFor()
      await page.goto(`${home.origin}${first}`)
      await page.waitForURL(`${home.origin}/console`)
      await page.getByText(arn).waitFor()
      expect(complaints).toEqual([])
      await context.close()
    }
  })

  test('an IAM user proves a password and the code of an app, at the address of the account', async () => {
    const { page, context, complaints } = await newPerson(browser)
    const secret = await giveApp(home, await withIamUser(home, management, 'alice'), Date.now)
    await page.goto(`${home.origin}/console/test-mgmt`)
    await page.getByLabel('User name').fill('alice')
    await page.getByLabel('Remember this account').check()
    await page.getByRole('button', { name: 'Next' }).click()
    await page.getByLabel('Password', { exact: true }).fill(password)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.getByLabel('Six digits').fill(appCode(secret, Date.now()))
    await page.keyboard.press('Enter')
    await page.waitForURL(`${home.origin}/console`)
    await page.getByText(`arn:aws:iam::${management}:user/alice`).waitFor()
    await page.goBack()
    await page.goto(`${home.origin}/console`)
    await page.getByText(`arn:aws:iam::${management}:user/alice`).waitFor()
    expect(complaints.filter((text) => !/410/.test(text))).toEqual([])
    await context.close()
  })
})
