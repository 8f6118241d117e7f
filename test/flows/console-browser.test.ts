// The console in a real Chromium: a passkey is made and proves who somebody is, and every rule of the page's policy is kept.
import type { Browser } from 'playwright-core'
import { password, startApp, type TestApp } from '../support/app.js'
import { newPerson, startChromium } from '../support/chromium.js'
import { openRoot } from '../support/console.js'
import { needs } from '../support/needs.js'
import { VirtualAuthenticator } from '../support/virtual-authenticator.js'

needs('chromium').describe('the console in a browser', () => {
  const time = { ahead: 0 }
  let home: TestApp
  let browser: Browser
  beforeAll(async () => {
    [home, browser] = await Promise.all([startApp({ clock: () => Date.now() + time.ahead }), startChromium()])
  }, 60_000)
  afterAll(async () => {
    await browser?.close()
    await home?.stop()
  })

  test('a passkey is made, and is the proof that is asked for later', async () => {
    const { page, context, complaints } = await newPerson(browser)
    const session = (await openRoot(home)).cookie('gatehouse-console')!
    await context.addCookies([{ name: 'gatehouse-console', value: session, url: home.origin }])
    await VirtualAuthenticator.plugIn(page)
    await page.goto(`${home.origin}/console`)
    await page.getByRole('link', { name: 'My security credentials' }).click()
    await page.getByRole('link', { name: 'Add a passkey or security key' }).click()
    await page.getByLabel('Name (optional)').fill('Laptop')
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByText('The device is added.').waitFor()
    time.ahead += 301_000
    await page.getByRole('button', { name: 'Make an access key' }).click()
    await page.getByRole('heading', { name: 'Prove that it is you' }).waitFor()
    expect(await page.getByLabel('Your password').count()).toBe(0)
    await page.getByRole('button', { name: 'Use a passkey or security key' }).click()
    await page.getByText('Thank you, it is you.').waitFor()
    await page.getByRole('button', { name: 'Make an access key' }).click()
    await page.getByRole('heading', { name: 'New access key' }).waitFor()
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Save as file' }).click()])
    expect(file.suggestedFilename()).toMatch(/^AKIA\w+\.csv$/)
    expect(complaints).toEqual([])
    await context.close()
  })

  test('the password is changed, with its rules marked as one types', async () => {
    const { page, context } = await newPerson(browser)
    const session = (await openRoot(home)).cookie('gatehouse-console')!
    await context.addCookies([{ name: 'gatehouse-console', value: session, url: home.origin }])
    await page.goto(`${home.origin}/console/credentials/password`)
    await page.getByLabel('Password you have now', { exact: true }).fill(password)
    await page.getByLabel('New password', { exact: true }).fill('Short-1')
    await page.locator('.rules .unmet').first().waitFor()
    await page.getByLabel('New password', { exact: true }).fill('Another-horse-8')
    await page.getByLabel('New password again', { exact: true }).fill('Another-horse-8')
    await page.getByRole('button', { name: 'Change password' }).click()
    await page.getByText('Your password is changed').waitFor()
    await context.close()
  })
})
