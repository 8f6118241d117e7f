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

  test('recovery codes are copied, and printed, as they are shown', async () => {
    const { page, context, complaints } = await person('sam')
    await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: home.origin })
    await context.addInitScript('window.print = () => { document.documentElement.dataset.printed = "yes" }')
    await page.goto(`${home.origin}/start/security/recovery-codes`)
    await page.getByRole('button', { name: 'Make recovery codes' }).click()
    const codes = (await page.locator('#codes').innerText()).trim().split(/\s+/)
    expect(codes).toHaveLength(10)
    await page.getByRole('button', { name: 'Copy recovery codes' }).click()
    await page.getByRole('button', { name: 'Copied recovery codes' }).waitFor()
    expect((await page.evaluate('navigator.clipboard.readText()') as string).split('\n')).toEqual(codes)
    await page.getByRole('button', { name: 'Print recovery codes' }).click()
    expect(await page.locator('html').getAttribute('data-printed')).toBe('yes')
    // On paper: whose codes they are, all of them, and nothing to press.
    await page.emulateMedia({ media: 'print' })
    expect(await page.locator('#codes').isVisible()).toBe(true)
    expect(await page.locator('.on-paper').innerText()).toBe('Recovery codes of sam for Test Corp')
    expect(await page.getByRole('button').filter({ visible: true }).count()).toBe(0)
    expect(complaints).toEqual([])
    await context.close()
  })

  test('a passkey proves again that it is still its owner', async () => {
    const { page, context, complaints } = await person('sam')
    await context.addInitScript('PublicKeyCredential.isConditionalMediationAvailable = async () => false')
    await VirtualAuthenticator.plugIn(page)
    await page.goto(`${home.origin}/start/security/devices/passkey`)
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByText('The device was added.').waitFor()
    time.ahead += 301_000
    await page.goto(`${home.origin}/start/security/password`)
    await page.getByRole('button', { name: 'Use a passkey instead' }).click()
    await page.waitForURL(`${home.origin}/start/security/password`)
    // This session began with a passkey now: no password is asked for that there may not be.
    time.ahead += 301_000
    await page.goto(`${home.origin}/start/security/password`)
    await page.getByRole('heading', { name: 'Is it still you?' }).waitFor()
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
    await page.waitForURL(`${home.origin}/start/security/password`)
    expect(complaints).toEqual([])
    await home.database.query('delete from passkeys')
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
