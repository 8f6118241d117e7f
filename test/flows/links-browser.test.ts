// Links of letters that are over, in a real browser: each explains itself and offers the next step, which leads somewhere.
import type { Browser } from 'playwright-core'
import { organizationFile, password, startApp, type TestApp } from '../support/app.js'
import { Browser as PlainBrowser } from '../support/browser.js'
import { newPerson, startChromium, type Person } from '../support/chromium.js'
import { letterTo, linkIn } from '../support/mails.js'
import { needs } from '../support/needs.js'

needs('chromium').describe('links that are over', () => {
  const time = { ahead: 0 }
  const minute = 60_000
  const day = 24 * 60 * minute
  let home: TestApp
  let browser: Browser
  let person: Person
  beforeAll(async () => {
    const invited = '  - { userName: ina, displayName: Ina, emails: [{ value: ina@example.com }], invite: true }\n  - { userName: una, displayName: Una, emails: [{ value: una@example.com }], invite: true }'
    ;[home, browser] = await Promise.all([startApp({ clock: () => Date.now() + time.ahead, organization: organizationFile.replace('\ngroups:', `\n${invited}\ngroups:`) }), startChromium()])
    person = await newPerson(browser)
  }, 60_000)
  afterAll(async () => {
    await browser?.close()
    await home?.stop()
  })
  beforeEach(() => { time.ahead = 0 })

  const links = new Map<string, string>()
  /** A link that was mailed, the same one for each test that wants it. */
  async function linkOf(kind: 'reset' | 'not-me' | 'invitation', who: string, fetchLink: () => Promise<string>): Promise<string> {
    const known = links.get(`${kind} ${who}`) ?? await fetchLink()
    links.set(`${kind} ${who}`, known)
    return known
  }
  const reset = (who: string) => linkOf('reset', who, async () => {
    const plain = new PlainBrowser(home.origin)
    await plain.open('/forgot-password')
    await plain.submit({ name: who })
    return linkIn(await letterTo(home, `${who}@example.com`, /new password/), '/reset-password/')
  })
  const notMe = (who: string) => linkOf('not-me', who, async () => {
    await new PlainBrowser(home.origin).signIn(who, password)
    return linkIn(await letterTo(home, `${who}@example.com`, /New sign-in/), '/not-me/')
  })
  const invitation = (who: string) => linkOf('invitation', who, async () => linkIn(await letterTo(home, `${who}@example.com`, /invited/), '/invitation/'))
  const choose = async (link: string): Promise<void> => {
    const plain = new PlainBrowser(home.origin)
    await plain.open(link)
    await plain.submit({ password: 'Other-harbour-8', repeated: 'Other-harbour-8' })
    expect(plain.page.status).toBe(200)
  }

  const forgot = 'Forgot your password?'
  test.each<[name: string, open: () => Promise<string>, heading: string, step: string, leadsTo: string]>([
    ['a reset that expired', async () => { const link = await reset('jane'); time.ahead = 31 * minute; return link }, 'This link has expired', 'Get a new link', forgot],
    ['a reset that was used', async () => { const link = await reset('jane'); await choose(link); return link }, 'This link does not work any more', 'Sign in', 'Sign in'],
    ['a reset that is cut off', async () => (await reset('jane')).slice(0, -3), 'This link does not work', 'Get a new link', forgot],
    ['an invitation that expired', async () => { const link = await invitation('ina'); time.ahead = 8 * day; return link }, 'This invitation has expired', 'Send me another invitation', 'Another invitation is on its way'],
    ['an invitation that was used', async () => { const link = await invitation('una'); await choose(link); return link }, 'This invitation was used already', 'Sign in', 'Sign in'],
    ['an invitation that is cut off', async () => (await invitation('una')).slice(0, -3), 'This invitation does not work', 'Sign in', 'Sign in'],
    ['“not me” that expired', async () => { const link = await notMe('sam'); time.ahead = 8 * day; return link }, 'This link has expired', 'Choose a new password', forgot],
    ['“not me” that was used', async () => { const link = await notMe('sam'); const plain = new PlainBrowser(home.origin); await plain.open(link); await plain.submit({}); return link }, 'This was done already', 'Get a link for a new password', forgot],
    ['“not me” that is cut off', async () => (await notMe('sam')).slice(0, -3), 'This link does not work', 'Choose a new password', forgot],
  ])('%s explains itself', async (name, open, heading, step, leadsTo) => {
    const { page, complaints } = person
    const answer = await page.goto(home.origin + await open())
    expect(answer!.status()).toBe(410)
    await page.getByRole('heading', { name: heading, level: 1 }).waitFor()
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${name.replaceAll(/\W+/g, '-')}.png` })
    // Signed in or not, opened once or twice: nothing about the link changes.
    await page.reload()
    await page.getByRole('link', { name: step, exact: true }).or(page.getByRole('button', { name: step, exact: true })).click()
    await page.getByRole('heading', { name: leadsTo, level: 1 }).waitFor()
    expect(complaints.splice(0).filter((text) => !text.includes('410'))).toEqual([])
  })
})
