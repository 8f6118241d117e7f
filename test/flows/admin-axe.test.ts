// Every page of the administration in a real browser, by day on a wide screen and by night on a telephone: what axe-core finds.
import type { Browser as Chromium, BrowserContext, Page } from 'playwright-core'
import { axeScript, findings } from '../support/axe.js'
import { pagesOf } from '../support/administration-pages.js'
import { startAdministration, type Administration } from '../support/administration.js'
import { newPerson, startChromium } from '../support/chromium.js'
import { needs } from '../support/needs.js'

/** What is no page: tables and names for scripts. */
const isPage = (url: string): boolean => !/\/(export|suggestions)[/?]|\.(csv|ndjson)$/.test(url)

needs('chromium').describe('the administration in a browser', () => {
  let home: Administration
  let chromium: Chromium
  beforeAll(async () => { [home, chromium] = await Promise.all([startAdministration(), startChromium()]) }, 120_000)
  afterAll(async () => {
    await chromium?.close()
    await home?.stop()
  })

  const looks = [
    { name: '1280 px by day', viewport: { width: 1280, height: 800 }, colorScheme: 'light' },
    { name: '390 px by night', viewport: { width: 390, height: 844 }, colorScheme: 'dark' },
  ] as const

  async function openAs({ name, ...options }: (typeof looks)[number]): Promise<{ page: Page; context: BrowserContext; complaints: string[] }> {
    const person = await newPerson(chromium, { ...options, reducedMotion: 'reduce' })
    const value = home.browsers.administrator.cookie('gatehouse-console')!
    await person.context.addCookies([{ name: 'gatehouse-console', value, url: home.origin, httpOnly: true, sameSite: 'Lax' }])
    await person.context.addInitScript({ content: await axeScript() })
    return person
  }

  test.each(looks)('no page has anything wrong, nor is wider than the screen: $name', async (look) => {
    const { page, context, complaints } = await openAs(look)
    const wrong: unknown[] = []
    for (const { url } of Object.values(pagesOf(home.ids)).flat().filter((one) => isPage(one.url))) {
      const status = (await page.goto(home.origin + url, { waitUntil: 'load' }))?.status()
      const [found, wide] = [await findings(page, '{ rules: { "target-size": { enabled: true } } }'), await page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth')]
      if (status !== 200 || found.length > 0 || wide > 0) wrong.push([url, status, found, wide])
    }
    expect(wrong).toEqual([])
    expect(complaints).toEqual([])
    await context.close()
  }, 120_000)
})
