// Every page of the administration in a real browser, by day on a wide screen and by night on a telephone: what axe-core finds.
import type { Browser as Chromium } from 'playwright-core'
import { axeScript, findings } from '../support/axe.js'
import { pagesOf } from '../support/administration-pages.js'
import { startAdministration, type Administration } from '../support/administration.js'
import { newPerson, startChromium, type Person } from '../support/chromium.js'
import { needs } from '../support/needs.js'

/** What is no page: tables and names for scripts. */
const isPage = (url: string): boolean => !/\/(export|suggestions)[/?]|\.(csv|ndjson)$/.test(url)

needs('chromium').describe('the administration in a browser', () => {
  let home: Administration
  let chromium: Chromium
  beforeAll(async () => { [home, chromium] = await Promise.all([startAdministration(), startChromium()]) }, 180_000)
  afterAll(async () => {
    await chromium?.close()
    await home?.stop()
  })

  async function openAs(browser: Administration['browsers']['administrator']): Promise<Person> {
    const person = await newPerson(chromium, { reducedMotion: 'reduce' })
    await person.context.addCookies([{ name: 'gatehouse-console', value: browser.cookie('gatehouse-console')!, url: home.origin, httpOnly: true, sameSite: 'Lax' }])
    await person.context.addInitScript({ content: await axeScript() })
    return person
  }

  const looks = [{ width: 1280, height: 800, colorScheme: 'light' }, { width: 390, height: 844, colorScheme: 'dark' }] as const

  test('no page has anything wrong, nor is wider than the screen, by day at 1280 px and by night at 390', async () => {
    const { page, complaints } = await openAs(home.browsers.administrator)
    const wrong: unknown[] = []
    for (const { url } of Object.values(pagesOf(home.ids)).flatMap(([first]) => first ?? []).filter((one) => isPage(one.url))) {
      await page.goto(home.origin + url)
      for (const { colorScheme, ...size } of looks) {
        await page.setViewportSize(size)
        await page.emulateMedia({ colorScheme })
        const [found, wide] = [await findings(page, '{ rules: { "target-size": { enabled: true } } }'), await page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth')]
        if (found.length > 0 || wide > 0) wrong.push([url, size.width, found, wide])
      }
    }
    expect(wrong).toEqual([])
    expect(complaints).toEqual([])
  }, 240_000)
})
