// A real Chromium, one for each test file; every person gets a context of their own.
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'
import { getProgram } from './binaries.js'

const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']

/** Starts the browser; tests that call this stand behind `needs('chromium')`. */
export const startChromium = (): Promise<Browser> => chromium.launch({ executablePath: getProgram('chromium'), args: flags })

/** A person at a browser of their own, and what its console complained about. */
export interface Person {
  context: BrowserContext
  page: Page
  complaints: string[]
}

/** Opens a browser for one person: no cookies, nothing shared with another. */
export async function newPerson(browser: Browser, options: Parameters<Browser['newContext']>[0] = {}): Promise<Person> {
  const context = await browser.newContext(options)
  context.setDefaultTimeout(20_000)
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => { if (message.type() === 'error') complaints.push(message.text()) })
  page.on('pageerror', (error) => complaints.push(String(error)))
  return { context, page, complaints }
}

/** Fills in the sign-in pages that are open. */
export async function signIn({ page }: Pick<Person, 'page'>, userName: string, password: string): Promise<void> {
  await page.getByLabel('User name', { exact: true }).fill(userName)
  await page.getByRole('button', { name: 'Next' }).click()
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}
