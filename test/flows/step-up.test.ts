// How strongly somebody was signed in, as applications ask for it and are told.
import { Browser } from '../support/browser.js'
import { password } from '../support/app.js'
import { appCode, codesOn, secretOn } from '../support/factors.js'
import { get, post, startOidc, type OidcHome } from '../support/oidc.js'

const acr = { one: 'urn:gatehouse:acr:1fa', two: 'urn:gatehouse:acr:2fa' }
const clock = { ahead: 0 }
const now = (): number => Date.now() + clock.ahead
let home: OidcHome
let secret: string
beforeAll(async () => { home = await startOidc({ mfa: '{ mode: never }', clock: now }) }, 90_000)
afterAll(async () => { await home?.stop() })

type Claims = Record<string, unknown>

/** What the wiki is told, once the browser has come back to it. */
async function claimsAfter(browser: Browser, parameters: Record<string, string>, steps: (browser: Browser) => Promise<void>): Promise<Claims> {
  const begun = await home.wiki.begin(parameters)
  await browser.open(begun.url.href)
  await steps(browser)
  if (browser.page.url.includes('/consent/')) await browser.submit({ decision: 'allow' })
  const tokens = await home.wiki.finish(new URL(browser.page.url), begun)
  return tokens.claims() as unknown as Claims
}

const stepOf = (browser: Browser): string => browser.page.url.split('?')[0]!.split('/').at(-1)!
const nothing = async (): Promise<void> => undefined
const signIn = async (browser: Browser): Promise<void> => {
  await browser.submit({ userName: 'jane' })
  await browser.submit({ password })
}
const essential = (values: object): string => JSON.stringify({ id_token: { acr: { essential: true, ...values } } })

test('discovery names the levels', async () => {
  expect((await get(`${home.origin}/oidc/.well-known/openid-configuration`)).json).toMatchObject({ acr_values_supported: [acr.one, acr.two], claims_parameter_supported: true })
})

test('a password alone is 1fa', async () => {
  expect(await claimsAfter(home.browser(), {}, signIn)).toMatchObject({ acr: acr.one, amr: ['pwd'] })
})

test('an application that asks for two factors gets them, by setting up a device where there is none', async () => {
  const claims = await claimsAfter(home.browser(), { acr_values: acr.two }, async (browser) => {
    await signIn(browser)
    expect(stepOf(browser)).toBe('enroll-authenticator')
    secret = secretOn(browser)
    await browser.submit({ code: appCode(secret, now()) })
    await browser.submit()
    expect(codesOn(browser)).toHaveLength(10)
    await browser.submit({ kept: 'on' })
  })
  expect(claims).toMatchObject({ acr: acr.two, amr: ['pwd', 'otp', 'mfa'] })
})

test('a session with one factor steps up by the second alone, and keeps when it began', async () => {
  const browser = home.browser()
  const before = await claimsAfter(browser, {}, signIn)
  expect(before.acr).toBe(acr.one)
  clock.ahead += 60_000
  const claims = await claimsAfter(browser, { acr_values: `${acr.two} ${acr.one}` }, async () => {
    expect(stepOf(browser)).toBe('authenticator-code')
    await browser.submit({ code: appCode(secret, now()) })
  })
  expect(claims).toMatchObject({ acr: acr.two, amr: ['pwd', 'otp', 'mfa'], auth_time: before.auth_time })
  // From then on nobody asks again, for either level.
  expect(await claimsAfter(browser, { claims: essential({ value: acr.two }) }, nothing)).toMatchObject({ acr: acr.two })
  expect(await claimsAfter(browser, { claims: essential({ values: [acr.one] }) }, nothing)).toMatchObject({ acr: acr.two })
})

test('an essential level is asked for like any other; one that nobody knows is refused', async () => {
  const browser = home.browser()
  clock.ahead += 60_000
  expect(await claimsAfter(browser, { claims: essential({ values: ['urn:other', acr.two] }) }, async () => {
    await signIn(browser)
    await browser.submit({ code: appCode(secret, now()) })
  })).toMatchObject({ acr: acr.two })
  for (const claims of [essential({ value: 'urn:other' }), essential({ values: [] , value: 'x' })]) {
    await browser.open((await home.wiki.begin({ claims })).url.href)
    expect(new URL(browser.page.url).searchParams.get('error')).toBe('unmet_authentication_requirements')
  }
  expect(await claimsAfter(browser, { acr_values: 'urn:other' }, nothing)).toMatchObject({ acr: acr.two })
})

test('without asking anybody, prompt=none says that a sign-in is needed', async () => {
  const browser = home.browser()
  await claimsAfter(browser, {}, signIn)
  await browser.open((await home.wiki.begin({ acr_values: acr.two, prompt: 'none' })).url.href)
  expect(new URL(browser.page.url).searchParams.get('error')).toBe('login_required')
})

test.each([['{'], ['[]'], ['null'], ['{"id_token":{"email":null}}'], ['{"userinfo":{"phone_number":{"essential":true}}}'], ['{"id_token":{"acr":7}}'], ['{"id_token":{"acr":{"essential":true,"values":"x"}}}'], ['{"id_token":{"acr":{"values":[{}]}}}']])('claims of %s are no failure of ours', async (claims) => {
  const { status } = await get((await home.wiki.begin({ claims })).url.href)
  expect(status).toBeLessThan(500)
})

test('a session that is older than max_age signs in anew, with the password; so does prompt=login', async () => {
  const browser = home.browser()
  // The provider goes by the system's clock: this sign-in was some time ago.
  const { ahead } = clock
  clock.ahead = -60_000
  const before = await claimsAfter(browser, {}, signIn)
  clock.ahead = 0
  expect(await claimsAfter(browser, { max_age: '3600' }, nothing)).toMatchObject({ auth_time: before.auth_time })
  for (const parameters of [{ max_age: '30' }, { prompt: 'login' }] as Record<string, string>[]) {
    const claims = await claimsAfter(browser, parameters, async () => {
      expect(stepOf(browser)).toBe('user-name')
      await signIn(browser)
    })
    expect(Number(claims.auth_time)).toBeGreaterThan(Number(before.auth_time))
  }
  clock.ahead = ahead
})

test('asked for both at once, nothing that was proved before counts', async () => {
  const browser = home.browser()
  await claimsAfter(browser, {}, signIn)
  await browser.open((await home.wiki.begin({ acr_values: acr.two, prompt: 'login' })).url.href)
  expect(stepOf(browser)).toBe('user-name')
})

test('a session that is long past is not stepped up without its password', async () => {
  const browser = home.browser()
  await claimsAfter(browser, {}, signIn)
  clock.ahead += 2 * 3_600_000
  await browser.open((await home.wiki.begin({ acr_values: acr.two })).url.href)
  expect(stepOf(browser)).toBe('user-name')
})

test('whoever holds a session only registers no device with it', async () => {
  const browser = home.browser()
  await browser.signIn('kim', password)
  await browser.open((await home.wiki.begin({ acr_values: acr.two })).url.href)
  expect(stepOf(browser)).toBe('user-name')
})

test('a step up for one sign-in is none for another browser, nor after the session ended', async () => {
  const browser = home.browser()
  clock.ahead = Math.max(0, clock.ahead)
  await browser.signIn('jane', password)
  await browser.open((await home.wiki.begin({ acr_values: acr.two })).url.href)
  const { url } = browser.page
  const stranger = home.browser()
  await stranger.open('/start/')
  expect((await stranger.open(url)).status).toBe(410)
  await browser.open('/start/')
  await browser.submit({}, '/start/sign-out')
  const answer = await post(url, { csrf: 'x', code: appCode(secret, now()) }, { origin: home.origin })
  expect(answer.status).toBe(403)
})
