// Signing in, and every way that is not one.
import { Browser } from '../support/browser.js'
import { password } from '../support/app.js'
import { get, post, startOidc, type OidcHome } from '../support/oidc.js'

let home: OidcHome
const clock = { ahead: 0 }
beforeAll(async () => { home = await startOidc({ clock: () => Date.now() + clock.ahead, env: { TRUSTED_PROXIES: '127.0.0.0/8,::1' } }) }, 90_000)
afterAll(async () => { await home?.stop() })

/** A browser at an address of its own. */
const from = (address: string): Browser => new Browser(home.origin, { 'x-forwarded-for': address })
const cookieOf = (browser: Browser): string => browser.cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
const csrfOf = (browser: Browser): string => /name="csrf" value="([^"]+)"/.exec(browser.page.html)![1]!

async function atPassword(browser: Browser, userName: string): Promise<Browser> {
  await browser.open('/start/')
  await browser.submit({ userName })
  return browser
}

test('steps cannot be skipped: asking for a later one leads to the one that is due', async () => {
  const browser = from('10.1.0.1')
  await browser.open('/start/')
  const base = browser.page.url.replace(/\/[^/]+$/, '')
  expect((await browser.open(`${base}/new-password`)).url).toBe(`${base}/user-name`)
  expect((await browser.open(`${base}/password`)).url).toBe(`${base}/user-name`)
  await browser.submit({ userName: 'nora' })
  await browser.submit({ password: 'Only-once-42' })
  expect((await browser.open(base)).url).toBe(`${base}/new-password`)
  expect((await browser.open('/start/')).url).not.toBe(`${home.origin}/start/`)
})

test('an interaction belongs to its browser', async () => {
  const mine = await atPassword(from('10.1.0.2'), 'jane')
  const theirs = from('10.1.0.3')
  await theirs.open('/start/')
  expect((await theirs.open(mine.page.url)).status).toBe(410)
  // Not even with the form's own token and the right password.
  const forged = await theirs.post(mine.page.url, { csrf: csrfOf(mine), password })
  expect([403, 410]).toContain(forged.status)
})

test('what was proved in one tab is worth nothing in another', async () => {
  const browser = from('10.1.0.4')
  await atPassword(browser, 'jane')
  const first = browser.page.url
  await atPassword(browser, 'kim')
  const second = browser.page.url
  expect(first).not.toBe(second)
  const done = await browser.submit({ password })
  expect(done.url).toBe(`${home.origin}/start/`)
  expect(done.html).toContain('Kim Lee')
  expect((await browser.open(first)).html).not.toContain('Jane Doe')
})

test('a final step that is sent again does not sign in again', async () => {
  const browser = await atPassword(from('10.1.0.5'), 'jane')
  const [url, csrf, cookies] = [browser.page.url, csrfOf(browser), cookieOf(browser)]
  await browser.submit({ password })
  expect(browser.page.url).toBe(`${home.origin}/start/`)
  const again = await post(url, { csrf, password }, { cookie: cookies, origin: home.origin, 'x-forwarded-for': '10.1.0.5' })
  expect(again.status).not.toBe(200)
  expect(again.headers.get('location') ?? '').not.toContain('/oidc/auth/')
  // The back button of the browser that is signed in.
  expect([303, 410, 200]).toContain((await browser.open(url)).status)
  expect((await browser.open('/start/')).html).toContain('Jane Doe')
})

test('cookies that were there before a sign-in are worth nothing after it', async () => {
  const attacker = from('10.1.0.6')
  await attacker.open('/start/')
  const planted = cookieOf(attacker)
  const victim = from('10.1.0.7')
  victim.cookies.push(...attacker.cookies.map((cookie) => ({ ...cookie })))
  await victim.signIn('jane', password)
  expect(victim.page.url).toBe(`${home.origin}/start/`)
  expect((await get(`${home.origin}/start/profile`, { cookie: planted })).status).toBe(302)
  expect(victim.cookie('gatehouse-session')).not.toBe(attacker.cookie('gatehouse-session'))
})

test('unknown, wrong, disabled, without a password: the same answer, for the same work', async () => {
  const verify = jest.spyOn(home.app.hashes, 'verify')
  const nothing = jest.spyOn(home.app.hashes, 'verifyNothing')
  const answers = []
  for (const [index, userName] of ['jane', 'nobody-here', 'gone', 'nokey', 'nora', 'ĀĒ-ß'].entries()) {
    const browser = await atPassword(from(`10.2.0.${index + 1}`), userName)
    const page = await browser.submit({ password: 'Not-the-password-1' })
    const hashed = verify.mock.calls.length + nothing.mock.calls.length
    verify.mockClear()
    nothing.mockClear()
    answers.push({
      status: page.status, hashed,
      headers: [...page.headers].filter(([name]) => !['date', 'content-length', 'set-cookie'].includes(name)),
      html: page.html.replaceAll(encodeURIComponent(userName), 'NAME').replaceAll(userName, 'NAME').replaceAll(/signin\/[\w-]+/g, 'signin/X').replaceAll(/name="csrf" value="[^"]+"/g, 'csrf'),
    })
  }
  jest.restoreAllMocks()
  expect(answers[0]).toMatchObject({ status: 401, hashed: 1 })
  for (const answer of answers) expect(answer).toEqual(answers[0])
})

test('guessing costs ever longer waits, which are named; nobody else pays, and the right password works afterwards', async () => {
  const guess = async (address: string, word: string): ReturnType<Browser['submit']> => (await atPassword(from(address), 'kim')).submit({ password: word })
  const waits: (string | null)[] = []
  for (let round = 0; round < 8; round += 1) {
    const page = await guess('10.3.0.1', 'Not-the-password-1')
    waits.push(page.headers.get('retry-after'))
    if (page.status === 429) {
      expect(page.html).toContain(`You can try again in ${page.headers.get('retry-after')} seconds.`)
      expect((await guess('10.3.0.1', password)).status).toBe(429)
      clock.ahead += Number(page.headers.get('retry-after')) * 1000
      round -= 1
      if (waits.filter(Boolean).length === 3) break
    }
  }
  expect(waits.filter(Boolean)).toEqual(['2', '4', '8'])
  expect((await guess('10.3.0.2', password)).url).toBe(`${home.origin}/start/`)
  expect((await guess('10.3.0.1', password)).url).toBe(`${home.origin}/start/`)
})

test('a name with odd characters signs in, and is shown as it is', async () => {
  const browser = from('10.4.0.1')
  await browser.open('/start/')
  const page = await browser.submit({ userName: " O'Brien+TAG@example.com " })
  expect(page.html).toContain('O&#x27;Brien+TAG@example.com')
  const portal = await browser.submit({ password })
  expect(portal.url).toBe(`${home.origin}/start/`)
  expect(portal.html).toContain('Orla &lt;b&gt;O&#x27;Brien&lt;/b&gt;')
})

test.each([['nothing', ''], ['blanks', '   '], ['more than a name can have', 'x'.repeat(129)]])('a user name of %s is refused at its field', async (_name, userName) => {
  const browser = from('10.4.0.2')
  await browser.open('/start/')
  const page = await browser.submit({ userName })
  expect(page.status).toBe(422)
  expect(page.html).toContain('aria-invalid="true"')
})

test.each([['over-long', 'x'.repeat(4000), 401], ['longer than any field', 'x'.repeat(5000), 413], ['empty', '', 401], ['NUL', 'a\0b', 400]])('a password that is %s is refused, not failed on', async (_name, word, status) => {
  const browser = await atPassword(from(`10.4.1.${word.length % 250}`), 'jane')
  expect((await browser.submit({ password: word })).status).toBe(status)
})

test('a remembered user name is there the next time, and forgotten on request; a hint goes before it', async () => {
  const browser = from('10.4.0.3')
  await browser.open('/start/')
  await browser.submit({ userName: 'jané ü', remember: 'on' })
  expect((await browser.open('/start/')).html).toMatch(/value="jané ü"/)
  const hinted = await browser.open((await home.wiki.begin({ login_hint: '"><b>kim' })).url.href)
  expect(hinted.html).toContain('value="&quot;&gt;&lt;b&gt;kim"')
  await browser.open('/start/')
  await browser.post(browser.page.url, { csrf: csrfOf(browser), userName: 'jane' })
  expect((await browser.open('/start/')).html).not.toContain('jané')
})

describe('a form is taken from our own page only', () => {
  const cases: [string, Record<string, string>, Record<string, string | undefined>, number][] = [
    ['no token', {}, { csrf: undefined }, 403],
    ['a token of another browser', {}, { csrf: 'other' }, 403],
    ['another origin', { origin: 'https://evil.example' }, {}, 403],
    ['our origin with another port', { origin: 'http://localhost:1' }, {}, 403],
    ['an origin that is hidden', { origin: 'null', 'sec-fetch-site': 'cross-site' }, {}, 403],
    ['cross-site by the browser’s word', { 'sec-fetch-site': 'cross-site' }, {}, 403],
    ['same-site, but not ours', { 'sec-fetch-site': 'same-site' }, {}, 403],
    ['JSON', { 'content-type': 'application/json' }, {}, 400],
    ['plain text', { 'content-type': 'text/plain' }, {}, 400],
    ['multipart', { 'content-type': 'multipart/form-data; boundary=x' }, {}, 400],
  ]
  test.each(cases)('%s', async (_name, headers, change, status) => {
    const browser = await atPassword(from('10.5.0.1'), 'jane')
    const other = from('10.5.0.2')
    await other.open('/start/')
    const fields: Record<string, string | undefined> = { csrf: csrfOf(browser), password, ...change }
    if (fields.csrf === 'other') fields.csrf = csrfOf(other)
    const sent = Object.fromEntries(Object.entries(fields).filter((field): field is [string, string] => field[1] !== undefined))
    const { status: answered, headers: back } = await post(browser.page.url, sent, { cookie: cookieOf(browser), 'x-forwarded-for': '10.5.0.1', ...headers })
    expect([answered, back.get('location')]).toEqual([status, null])
  })
})

test('every page, the provider’s own too, is kept by nobody, framed by nobody and runs nothing foreign', async () => {
  const jane = from('10.6.0.1')
  await jane.signIn('jane', password)
  const cookie = cookieOf(jane)
  const paths = ['/start/', '/start/signed-out', '/start/applications', '/start/profile', '/device', '/console', '/oidc/session/end', '/oidc/auth', '/oidc/session/end?id_token_hint=x', '/nothing-here', '/signin/unknown',
    (await home.wiki.begin({ response_mode: 'form_post', prompt: 'none' })).url.href.slice(home.origin.length)]
  for (const path of paths) {
    const { headers } = await get(home.origin + path, { cookie, accept: 'text/html' })
    const policy = headers.get('content-security-policy') ?? ''
    expect([path, headers.get('cache-control')]).toEqual([path, 'no-store'])
    expect([path, headers.get('x-frame-options'), headers.get('referrer-policy'), headers.get('x-content-type-options')]).toEqual([path, 'DENY', 'no-referrer', 'nosniff'])
    for (const directive of [`default-src 'none'`, `frame-ancestors 'none'`, `base-uri 'none'`]) expect([path, policy]).toEqual([path, expect.stringContaining(directive)])
    expect(policy).not.toMatch(/unsafe|\*/)
  }
})
