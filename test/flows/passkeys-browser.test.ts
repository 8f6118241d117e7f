// Passkeys in a real Chromium, with an authenticator that is none: the page's script, the browser, and what the server takes.
import type { Browser } from 'playwright-core'
import { password, startApp, type TestApp } from '../support/app.js'
import { newPerson, signIn, startChromium, type Person } from '../support/chromium.js'
import { needs } from '../support/needs.js'
import { registerInChromium } from '../support/passkeys.js'
import { VirtualAuthenticator } from '../support/virtual-authenticator.js'

needs('chromium').describe('a passkey in Chromium', () => {
  let home: TestApp
  let chromium: Browser
  const people: Person[] = []

  beforeAll(async () => { [home, chromium] = await Promise.all([startApp(), startChromium()]) }, 90_000)
  afterAll(async () => {
    await chromium?.close()
    await home?.stop()
  })
  afterEach(async () => {
    for (const { context } of people.splice(0)) await context.close()
    await home.database.query('delete from passkeys')
  })

  async function person(options: Parameters<typeof VirtualAuthenticator.plugIn>[1] = {}): Promise<Person & { authenticator: VirtualAuthenticator }> {
    const opened = await newPerson(chromium)
    people.push(opened)
    return { ...opened, authenticator: await VirtualAuthenticator.plugIn(opened.page, options) }
  }

  const said = ({ page }: Person): ReturnType<typeof page.getByRole> => page.getByRole('status').filter({ hasNotText: /^Follow/ }).filter({ hasText: /./ })

  async function withKey(options: Parameters<typeof VirtualAuthenticator.plugIn>[1] = {}): ReturnType<typeof person> {
    const jane = await person(options)
    await registerInChromium(jane, home, 'jane')
    await jane.page.getByRole('heading', { name: 'Registered' }).waitFor()
    return jane
  }

  test('registers, and says clearly what is registered already', async () => {
    const jane = await withKey()
    expect(await jane.authenticator.credentials()).toMatchObject([{ isResidentCredential: true, rpId: 'localhost' }])
    await registerInChromium(jane, home, 'jane')
    await said(jane).waitFor()
    expect(await said(jane).textContent()).toBe('This device or key is registered already. Use another one.')
  })

  test('signs in alone from the user name field, as soon as it is picked there', async () => {
    const jane = await withKey()
    await jane.page.goto(`${home.origin}/start/`)
    await jane.page.waitForURL(`${home.origin}/start/`)
    expect(await jane.page.getByText('Jane Doe').first().isVisible()).toBe(true)
    expect(jane.complaints).toEqual([])
  })

  test('signs in alone, by the button', async () => {
    const jane = await withKey()
    await atFirstPage(jane)
    await press(jane)
    await jane.page.waitForURL(`${home.origin}/start/`)
    expect(jane.complaints).toEqual([])
    // Counts on, each time.
    await jane.context.clearCookies()
    await atFirstPage(jane)
    await press(jane)
    await jane.page.waitForURL(`${home.origin}/start/`)
    expect(await jane.authenticator.credentials()).toMatchObject([{ signCount: 3 }])
  })

  test('without the right PIN or finger says that nothing was confirmed, and works the next time', async () => {
    const jane = await withKey()
    await jane.authenticator.verifies(false)
    await atFirstPage(jane)
    await press(jane)
    await said(jane).waitFor()
    expect(await said(jane).textContent()).toBe('Nothing was confirmed. Try again when you are ready.')
    await jane.authenticator.verifies(true)
    await press(jane)
    await jane.page.waitForURL(`${home.origin}/start/`)
  })

  test('that was copied is refused once the owner has used theirs', async () => {
    const jane = await withKey()
    const copied = await jane.authenticator.credentials()
    await atFirstPage(jane)
    await press(jane)
    await jane.page.waitForURL(`${home.origin}/start/`)
    const thief = await person()
    await thief.authenticator.put(copied.map((credential) => ({ ...credential, signCount: 0 })))
    await atFirstPage(thief)
    await press(thief)
    await thief.page.getByRole('alert').waitFor()
    expect(await thief.page.getByRole('alert').textContent()).toContain('That passkey cannot be used here.')
    expect(thief.page.url()).toContain('/signin/')
  })

  test('of nobody, where none fits, is told in words', async () => {
    const nobody = await person()
    await atFirstPage(nobody)
    await press(nobody)
    await said(nobody).waitFor()
    expect(await said(nobody).textContent()).toBe('Nothing was confirmed. Try again when you are ready.')
  })

  test('on a page that was open for too long is told to reload it', async () => {
    const jane = await withKey()
    await atFirstPage(jane)
    await jane.context.clearCookies()
    await press(jane)
    await said(jane).waitFor()
    expect(await said(jane).textContent()).toBe('This page was open for too long. Reload it and try again.')
  })

  test('is not offered by a browser that has none, and all else works there', async () => {
    const sam = await newPerson(chromium)
    people.push(sam)
    await sam.context.addInitScript('delete window.PublicKeyCredential')
    await sam.page.goto(`${home.origin}/start/`)
    await sam.page.getByRole('button', { name: 'Next' }).waitFor()
    expect(await sam.page.getByRole('button', { name: 'Sign in with a passkey' }).isVisible()).toBe(false)
    await signIn(sam, 'sam', password)
    await sam.page.waitForURL(`${home.origin}/start/`)
  })

  /** Opens the first page in a browser that waits for the button. */
  async function atFirstPage({ page, context }: Person): Promise<void> {
    await context.addInitScript('PublicKeyCredential.isConditionalMediationAvailable = async () => false')
    await page.goto(`${home.origin}/start/`)
  }

  const press = ({ page }: Person): Promise<void> => page.getByRole('button', { name: 'Sign in with a passkey' }).click()
})
