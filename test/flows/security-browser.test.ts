// The security page in a real Chromium: a passkey made and removed, a proof given again, every rule of the page's policy kept.
import type { Browser } from 'playwright-core'
import { password, startApp, type TestApp } from '../support/app.js'
import { newPerson, signIn, startChromium, type Person } from '../support/chromium.js'
import { needs } from '../support/needs.js'
import { VirtualAuthenticator } from '../support/virtual-authenticator.js'

needs('chromium').describe('the security page in a browser', () => {
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

  async function person(userName: string): Promise<Person> {
    const opened = await newPerson(browser)
    await opened.page.goto(`${home.origin}/start/`)
    await signIn(opened, userName, password)
    await opened.page.waitForURL(`${home.origin}/start/`)
    return opened
  }

  test('a passkey is made, renamed, and removed', async () => {
    const { page, context, complaints } = await person('sam')
    const authenticator = await VirtualAuthenticator.plugIn(page)
    await page.locator('.menu summary').click()
    await page.getByRole('link', { name: 'My profile' }).click()
    await page.getByRole('link', { name: 'Security', exact: true }).click()
    await page.getByRole('link', { name: 'Add a passkey or security key' }).click()
    await page.getByLabel('Name (optional)').fill('Laptop')
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByText('The device was added.').waitFor()
    expect(await authenticator.credentials()).toHaveLength(1)
    await page.getByRole('link', { name: 'Change Laptop' }).click()
    await page.getByLabel('Name', { exact: true }).fill('Old laptop')
    await page.getByRole('button', { name: 'Save name' }).click()
    await page.getByRole('link', { name: 'Change Old laptop' }).click()
    await page.getByRole('button', { name: 'Remove this device' }).click()
    await page.getByText('You have no device yet.').waitFor()
    expect(complaints).toEqual([])
    await context.close()
  })

  test('a proof that is too old is given again, and the page comes back', async () => {
    const { page, context } = await person('sam')
    time.ahead += 301_000
    await page.goto(`${home.origin}/start/security`)
    await page.getByRole('link', { name: 'Change password' }).click()
    await page.getByRole('heading', { name: 'Is it still you?' }).waitFor()
    await page.getByLabel('Password', { exact: true }).fill(password)
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.waitForURL(`${home.origin}/start/security/password`)
    await page.getByLabel('New password', { exact: true }).fill('Short-1')
    await page.locator('.rules .unmet').first().waitFor()
    await context.close()
  })

  test('every session ends from the keyboard alone', async () => {
    const [here, there] = [await person('sam'), await person('sam')]
    await here.page.goto(`${home.origin}/start/security`)
    await here.page.locator('.more summary').focus()
    await here.page.keyboard.press('Enter')
    await here.page.keyboard.press('Tab')
    await here.page.keyboard.type('delete all')
    await here.page.keyboard.press('Enter')
    await here.page.getByRole('heading', { name: 'You are signed out' }).waitFor()
    await there.page.goto(`${home.origin}/start/`)
    await there.page.getByLabel('User name', { exact: true }).waitFor()
    await Promise.all([here.context.close(), there.context.close()])
  })
})
