// The security check of forgotten passwords in a real browser: nothing to do for people, with or without a mouse.
import { createHash } from 'node:crypto'
import type { Browser as Chromium } from 'playwright-core'
import { startApp, type TestApp } from '../support/app.js'
import { findProgram } from '../support/binaries.js'
import { startChromium } from '../support/chromium.js'
import { letterTo } from '../support/mails.js'
import { needs } from '../support/needs.js'

needs('chromium').describe('the security check', () => {
  let home: TestApp
  let chromium: Chromium
  beforeAll(async () => {
    home = await startApp()
    if (findProgram('chromium')) chromium = await startChromium()
  })
  afterAll(async () => {
    await chromium?.close()
    await home?.stop()
  })
  beforeEach(async () => { await Promise.all(Array.from({ length: 200 }, () => home.store.count(`limit:ResetRequestsInAll:${createHash('sha256').update('all').digest('base64url')}`, 3600))) })

  test('is solved by the browser itself while one types, and announced', async () => {
    const page = await chromium.newPage()
    const complaints: string[] = []
    page.on('console', (message) => complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(error.message))
    await page.goto(`${home.origin}/forgot-password`)
    await page.waitForFunction('document.activeElement?.tagName === "INPUT"')
    await page.keyboard.type('jane')
    await page.getByRole('status').getByText('Security check: passed.').waitFor()
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Look into your mail' }).waitFor()
    await letterTo(home, 'jane@example.com', /new password/)
    expect(complaints).toEqual([])
    await page.close()
  })

  test('holds the form back until it is done', async () => {
    const page = await chromium.newPage()
    await page.goto(`${home.origin}/forgot-password?name=sam`, { waitUntil: 'commit' })
    await page.getByRole('button', { name: 'Mail me a link' }).click()
    await page.getByRole('heading', { name: 'Look into your mail' }).waitFor()
    await letterTo(home, 'sam@example.com', /new password/)
    await page.close()
  })

  test('is explained where no scripts run', async () => {
    const page = await chromium.newPage({ javaScriptEnabled: false })
    await page.goto(`${home.origin}/forgot-password`)
    expect(await page.getByText('Your browser runs no scripts').isVisible()).toBe(true)
    await page.close()
  })
})
