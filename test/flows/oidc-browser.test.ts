// Signing in at applications in a real Chromium: what a person sees, and what the application hears.
import type { Browser } from 'playwright-core'
import * as oidc from 'openid-client'
import { password } from '../support/app.js'
import type { Application, Begun } from '../support/application.js'
import { newPerson, signIn, startChromium, type Person } from '../support/chromium.js'
import { needs } from '../support/needs.js'
import { startOidc, type OidcHome } from '../support/oidc.js'

needs('chromium').describe('an application in Chromium', () => {
  let home: OidcHome
  let chromium: Browser
  const people: Person[] = []

  beforeAll(async () => { [home, chromium] = await Promise.all([startOidc(), startChromium()]) }, 90_000)
  afterAll(async () => {
    await chromium?.close()
    await home?.stop()
  })
  afterEach(async () => {
    for (const { context } of people.splice(0)) await context.close()
  })

  const person = async (options?: Parameters<typeof newPerson>[1]): Promise<Person> => {
    const opened = await newPerson(chromium, options)
    people.push(opened)
    return opened
  }

  const go = async ({ page }: Person, application: Application, parameters: Record<string, string> = {}): Promise<Begun> => {
    const begun = await application.begin(parameters)
    await page.goto(begun.url.href)
    return begun
  }

  const isBack = async ({ page }: Person): Promise<URL> => {
    await page.getByRole('heading', { name: 'Back at the application' }).waitFor()
    return new URL(page.url())
  }

  /** Allows what is asked for, if anything is, until the application has the browser again. */
  const settled = async (who: Person): Promise<URL> => {
    await who.page.getByRole('button', { name: 'Allow' }).or(who.page.getByRole('heading', { name: 'Back at the application' })).first().waitFor()
    if (who.page.url().includes('/consent/')) await allow(who)
    return isBack(who)
  }

  const allow = ({ page }: Person): Promise<void> => page.getByRole('button', { name: 'Allow' }).click()

  test('a person signs in, is asked once what the application may know, and never again', async () => {
    const jane = await person()
    const begun = await go(jane, home.wiki)
    expect(await jane.page.getByText('to continue to Wiki').isVisible()).toBe(true)
    await signIn(jane, 'jane', password)
    await jane.page.getByRole('heading', { name: 'Share with Wiki?' }).waitFor()
    expect(await jane.page.getByRole('listitem').allTextContents()).toEqual(['who you are', 'your name and user name', 'your email address'])
    await allow(jane)
    const tokens = await home.wiki.finish(await isBack(jane), begun)
    expect(await oidc.fetchUserInfo(home.wiki.configuration, tokens.access_token, tokens.claims()!.sub)).toMatchObject({ name: 'Jane Doe' })
    // At once, without a page between.
    await go(jane, home.wiki)
    await isBack(jane)
    // In another browser the password is asked for, and nothing else.
    const elsewhere = await person()
    await go(elsewhere, home.wiki)
    await signIn(elsewhere, 'jane', password)
    await isBack(elsewhere)
    // More than was allowed is asked for: only that.
    await go(jane, home.wiki, { scope: 'openid profile groups' })
    await jane.page.getByRole('heading', { name: 'Share with Wiki?' }).waitFor()
    expect(await jane.page.getByRole('listitem').allTextContents()).toEqual(['who you are', 'the groups you are in'])
    expect([...jane.complaints, ...elsewhere.complaints]).toEqual([])
  })

  test('a person who denies is sent back, and the application hears access_denied', async () => {
    const kim = await person()
    const begun = await go(kim, home.wiki)
    await signIn(kim, 'kim', password)
    await kim.page.getByRole('button', { name: 'Deny' }).click()
    const answer = await isBack(kim)
    expect(Object.fromEntries(answer.searchParams)).toMatchObject({ error: 'access_denied', state: begun.state, iss: `${home.origin}/oidc` })
    await expect(home.wiki.finish(answer, begun)).rejects.toMatchObject({ error: 'access_denied' })
    // Nothing was remembered.
    await go(kim, home.wiki)
    await kim.page.getByRole('heading', { name: 'Share with Wiki?' }).waitFor()
  })

  test('a person to whom the application is not assigned reads so, and can go to the portal or back', async () => {
    const sam = await person()
    await go(sam, home.wiki)
    await signIn(sam, 'sam', password)
    await sam.page.getByRole('heading', { name: 'You cannot use Wiki yet' }).waitFor()
    expect(await sam.page.getByText('Sam Plain').isVisible()).toBe(true)
    const link = sam.page.getByRole('link', { name: 'Go to your portal' })
    expect(await link.getAttribute('href')).toBe('/start/')
    await sam.page.getByRole('button', { name: 'Back to Wiki' }).click()
    expect((await isBack(sam)).searchParams.get('error')).toBe('access_denied')
    const silent = await home.wiki.begin({ prompt: 'none' })
    await sam.page.goto(silent.url.href)
    expect((await isBack(sam)).searchParams.get('error')).toBe('access_denied')
  })

  test('a portal session opens applications without a password', async () => {
    const jane = await person()
    await jane.page.goto(`${home.origin}/start/`)
    await signIn(jane, 'jane', password)
    await jane.page.waitForURL(`${home.origin}/start/`)
    await go(jane, home.ledger)
    await allow(jane)
    await isBack(jane)
    const silent = await go(jane, home.ledger, { prompt: 'none' })
    await expect(home.ledger.finish(await isBack(jane), silent)).resolves.toBeDefined()
  })

  test.each([['prompt=login', { prompt: 'login' }], ['max_age=0', { max_age: '0' }]])('%s asks for the password again, and says when it was given', async (_name, parameters) => {
    const jane = await person()
    const first = await go(jane, home.ledger)
    await signIn(jane, 'jane', password)
    const before = (await home.ledger.finish(await settled(jane), first)).claims()!.auth_time!
    await jane.page.waitForFunction((since) => Math.floor(Date.now() / 1000) > since, before)
    const again = await go(jane, home.ledger, parameters)
    await signIn(jane, 'jane', password)
    const after = (await home.ledger.finish(await isBack(jane), again)).claims()!.auth_time!
    expect(after).toBeGreaterThan(before)
  })

  test('somebody else may sign in where another person was, and the application gets the second', async () => {
    const browser = await person()
    await go(browser, home.wiki)
    await signIn(browser, 'jane', password)
    await settled(browser)
    const second = await go(browser, home.wiki, { prompt: 'login' })
    await signIn(browser, 'kim', password)
    const tokens = await home.wiki.finish(await settled(browser), second)
    expect(await oidc.fetchUserInfo(home.wiki.configuration, tokens.access_token, tokens.claims()!.sub)).toMatchObject({ preferred_username: 'kim' })
    expect(browser.complaints).toEqual([])
  })

  test('an answer by form_post reaches the application', async () => {
    const jane = await person()
    const begun = await go(jane, home.ledger, { response_mode: 'form_post' })
    await signIn(jane, 'jane', password)
    await settled(jane)
    const arrived = home.site.seen.findLast(({ method }) => method === 'POST')!
    const answer = new Request(arrived.url, { method: 'POST', body: arrived.body, headers: { 'content-type': 'application/x-www-form-urlencoded' } })
    await expect(home.ledger.finish(answer, begun)).resolves.toBeDefined()
    expect(jane.complaints).toEqual([])
  })

  describe('signing out from an application', () => {
    const signedIn = async (): Promise<{ jane: Person; idToken: string }> => {
      const jane = await person()
      const begun = await go(jane, home.wiki)
      await signIn(jane, 'jane', password)
      return { jane, idToken: (await home.wiki.finish(await settled(jane), begun)).id_token! }
    }
    const isSignedIn = async ({ page }: Person): Promise<boolean> => {
      await page.goto(`${home.origin}/start/`)
      return page.url() === `${home.origin}/start/`
    }

    test('with its hint the page names it, and leads back to it', async () => {
      const { jane, idToken } = await signedIn()
      await jane.page.goto(oidc.buildEndSessionUrl(home.wiki.configuration, { id_token_hint: idToken, post_logout_redirect_uri: `${home.site.origin}/bye`, state: 'so' }).href)
      await jane.page.getByRole('heading', { name: 'Sign out of Test Corp?' }).waitFor()
      expect(await jane.page.getByText('Wiki has signed you out').isVisible()).toBe(true)
      await jane.page.getByRole('button', { name: 'Sign out everywhere' }).click()
      const back = await isBack(jane)
      expect(`${back.pathname}${back.search}`).toBe('/bye?state=so')
      expect(await isSignedIn(jane)).toBe(false)
      expect(jane.complaints).toEqual([])
    })

    test('without a hint, and without JavaScript, our own page says that it is done', async () => {
      const { jane } = await signedIn()
      await jane.page.goto(`${home.origin}/oidc/session/end?post_logout_redirect_uri=${encodeURIComponent('https://evil.example/')}`)
      await jane.page.getByRole('button', { name: 'Sign out everywhere' }).click()
      await jane.page.waitForURL(`${home.origin}/start/signed-out`)
      expect(await isSignedIn(jane)).toBe(false)
    })

    test('who stays signed in stays signed in, and goes back to the application', async () => {
      const { jane, idToken } = await signedIn()
      await jane.page.goto(oidc.buildEndSessionUrl(home.wiki.configuration, { id_token_hint: idToken, post_logout_redirect_uri: `${home.site.origin}/bye` }).href)
      await jane.page.getByRole('button', { name: 'Stay signed in' }).click()
      await isBack(jane)
      expect(await isSignedIn(jane)).toBe(true)
    })

    test('who was not signed in goes straight on', async () => {
      const stranger = await person()
      await stranger.page.goto(`${home.origin}/oidc/session/end?client_id=wiki&post_logout_redirect_uri=${encodeURIComponent(`${home.site.origin}/bye`)}`)
      expect((await isBack(stranger)).pathname).toBe('/bye')
      expect(stranger.complaints).toEqual([])
    })
  })
})
