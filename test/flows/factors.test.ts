// Second factors on the way in: authenticator apps, recovery codes, codes by mail, and browsers that are trusted.
import { password } from '../support/app.js'
import { Browser } from '../support/browser.js'
import { afterPassword, appCode, catchMails, codesOn, enrollApp, oathCode, secretOn, withMfa } from '../support/factors.js'
import { needs } from '../support/needs.js'
import { oidcOrganization, post, startOidc, type OidcHome } from '../support/oidc.js'

const step = 30_000
const clock = { ahead: 0 }
const now = (): number => Date.now() + clock.ahead
const later = (steps = 1): void => { clock.ahead += steps * step }
let home: OidcHome
let mails: ReturnType<typeof catchMails>

const start = async (mfa: string): Promise<void> => {
  home = await startOidc({ clock: now, organization: withMfa(oidcOrganization('http://127.0.0.1:1'), mfa), env: { TRUSTED_PROXIES: '127.0.0.0/8,::1' } })
  mails = catchMails(home)
}
let last = 0
/** A browser at an address of its own. */
const fresh = (headers: Record<string, string> = {}): Browser => new Browser(home.origin, { 'x-forwarded-for': `10.9.${last += 1}.1`, ...headers })
const stop = async (): Promise<void> => { await home?.stop() }
const signedIn = (): string => `${home.origin}/start/`
const stepOf = (browser: Browser): string => browser.page.url.split('/').at(-1)!
const cookieOf = (browser: Browser): string => browser.cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
const csrfOf = (browser: Browser): string => /name="csrf" value="([^"]+)"/.exec(browser.page.html)![1]!

describe('where a device is always asked for', () => {
  beforeAll(() => start('{ mode: always, whenNoDevice: enroll, types: [totp] }'), 90_000)
  afterAll(stop)
  const apps: Record<string, { secret: string; recoveryCodes: string[] }> = {}

  test('a person without one sets it up on the way in, and keeps recovery codes that are shown once', async () => {
    const browser = await afterPassword(fresh(), 'jane')
    expect(stepOf(browser)).toBe('enroll-authenticator')
    expect(browser.page.html).toContain('src="data:image/svg+xml;base64,')
    const secret = secretOn(browser)
    expect(secret).toMatch(/^[A-Z2-7]{32}$/)
    // The same picture when the page is loaded again; nothing counts before it is proved.
    expect(secretOn(Object.assign(browser, { page: await browser.open(browser.page.url) }))).toBe(secret)
    expect((await browser.submit({ code: '000000' })).status).toBe(401)
    await browser.submit({ code: appCode(secret, now()), name: '<b>Phone</b>' })
    expect(stepOf(browser)).toBe('recovery-codes')
    expect(codesOn(browser)).toEqual([])
    await browser.submit()
    const recoveryCodes = codesOn(browser)
    expect(new Set(recoveryCodes).size).toBe(10)
    expect((await browser.open(browser.page.url)).html).not.toContain(recoveryCodes[0])
    expect((await browser.post(browser.page.url, { csrf: csrfOf(browser) })).status).toBe(422)
    expect((await browser.post(browser.page.url, { csrf: csrfOf(browser), kept: 'on' })).url).toBe(signedIn())
    expect(mails.map(({ template }) => template)).toEqual(['factor-added', 'new-browser'])
    apps.jane = { secret, recoveryCodes }
    const kept = await home.database.query('select * from authenticator_apps')
    expect(JSON.stringify(kept)).not.toContain(secret)
    expect(JSON.stringify(await home.database.query('select * from recovery_codes'))).not.toContain(recoveryCodes[0])
  })

  test('from then on the code is asked for, and each code opens one sign-in', async () => {
    later()
    const [one, two] = [await afterPassword(fresh(), 'jane'), await afterPassword(fresh(), 'jane')]
    expect([stepOf(one), stepOf(two)]).toEqual(['authenticator-code', 'authenticator-code'])
    const code = appCode(apps.jane!.secret, now())
    expect((await one.submit({ code: `${code.slice(0, 3)} ${code.slice(3)}` })).url).toBe(signedIn())
    const again = await two.submit({ code })
    expect([again.status, again.html.includes('used already')]).toEqual([401, true])
    later()
    expect((await two.submit({ code: appCode(apps.jane!.secret, now()) })).url).toBe(signedIn())
  })

  test('of many submits of one code at once, in one sign-in or in several, one gets in', async () => {
    later(2)
    const browsers = await Promise.all([1, 2, 3].map(() => afterPassword(fresh(), 'jane')))
    const code = appCode(apps.jane!.secret, now())
    const answers = await Promise.all(browsers.flatMap((browser) => [1, 2].map(() => post(browser.page.url, { csrf: csrfOf(browser), code }, { cookie: cookieOf(browser), origin: home.origin }))))
    expect(answers.filter(({ status, headers }) => status === 303 && headers.get('location')?.includes('/oidc/auth/'))).toHaveLength(1)
    expect(answers.some(({ status }) => status >= 500)).toBe(false)
  })

  test.each([['nothing', ''], ['too few', '12345'], ['letters', 'abcdef'], ['full width', '１２３４５６'], ['other digits', '٠١٢٣٤٥'], ['a sign', '+12345'], ['many', '1'.repeat(4000)], ['an exponent', '1e5000'], ['emoji', '🔑🔑🔑']])('a code of %s is wrong, and nothing more', async (_name, code) => {
    const browser = await afterPassword(fresh(), 'jane')
    expect((await browser.submit({ code })).status).toBe(401)
    expect(browser.page.html).toContain('That code is not right.')
  })

  needs('oathtool').describe('by another program', () => {
    test('codes of other programs are the same, one step back or forward too, and no further', async () => {
      await home.database.query('delete from ephemeral_counters')
      for (const [offset, url] of [[-2, 'authenticator-code'], [-1, ''], [3, ''], [2, 'authenticator-code'], [6, 'authenticator-code']] as const) {
        later(3)
        const browser = await afterPassword(fresh(), 'jane')
        await browser.submit({ code: oathCode(apps.jane!.secret, now() + (offset === 3 ? 1 : offset) * step) })
        expect([offset, stepOf(browser)]).toEqual([offset, url])
      }
    })
  })

  test('a device whose clock is off is asked for two codes in a row, and works from then on', async () => {
    await home.database.query('delete from ephemeral_counters')
    later(5)
    const { secret } = apps.jane!
    const off = 40 * step
    const browser = await afterPassword(fresh(), 'jane')
    expect((await browser.submit({ code: appCode(secret, now() + off) })).html).not.toContain('match the clock')
    expect((await browser.submit({ code: appCode(secret, now() + off) })).html).toContain('match the clock')
    await browser.open(browser.page.url.replace(/[^/]+$/, 'resynchronise'))
    expect((await browser.submit({ first: appCode(secret, now() + off), second: appCode(secret, now() + off) })).status).toBe(401)
    expect((await browser.submit({ first: appCode(secret, now() + off), second: appCode(secret, now() + off + step) })).url).toBe(signedIn())
    later(2)
    const next = await afterPassword(fresh(), 'jane')
    expect((await next.submit({ code: appCode(secret, now() + off) })).url).toBe(signedIn())
    // The two codes are spent, and so is everything before them.
    const replay = await afterPassword(fresh(), 'jane')
    await replay.open(replay.page.url.replace(/[^/]+$/, 'resynchronise'))
    expect((await replay.submit({ first: appCode(secret, now() + off - 2 * step), second: appCode(secret, now() + off - step) })).html).toContain('used already')
  })

  test('a recovery code gets in once, its owner is told, and no order of letters or dashes matters', async () => {
    mails.length = 0
    const [code] = apps.jane!.recoveryCodes as [string]
    const at = async (): Promise<Browser> => {
      const browser = await afterPassword(fresh(), 'jane')
      await browser.open(browser.page.url.replace(/[^/]+$/, 'recovery-code'))
      return browser
    }
    const browsers = await Promise.all([at(), at()])
    const answers = await Promise.all(browsers.map((browser) => browser.submit({ code: ` ${code.toLowerCase().replaceAll('-', ' ')}` })))
    expect(answers.map(({ url }) => url === signedIn()).toSorted()).toEqual([false, true])
    expect(mails.filter(({ template }) => template === 'recovery-code-used')).toEqual([expect.objectContaining({ to: 'jane@example.com', model: expect.objectContaining({ left: 9 }) })])
    expect((await (await at()).submit({ code })).status).toBe(401)
  })

  test('what was proved in one sign-in is worth nothing in another, in tabs of one browser or steps out of order', async () => {
    await home.database.query('delete from ephemeral_counters')
    const browser = await afterPassword(fresh(), 'jane')
    const first = browser.page.url
    await browser.open('/start/')
    const second = browser.page.url.replace(/[^/]+$/, '')
    expect(second).not.toBe(first.replace(/[^/]+$/, ''))
    // The second tab has proved nothing: no later page of it opens.
    for (const page of ['authenticator-code', 'second-factor', 'recovery-code', 'resynchronise', 'mailed-code', 'enroll', 'enroll-authenticator', 'recovery-codes', 'new-password', 'blocked']) expect((await browser.open(second + page)).url).toBe(`${second}user-name`)
    later(3)
    const code = appCode(apps.jane!.secret, now() + 40 * step)
    const csrf = csrfOf(browser)
    await browser.post(`${second}authenticator-code`, { csrf, code })
    expect(browser.page.url).toBe(`${second}user-name`)
    expect((await browser.open('/start/')).url).not.toBe(signedIn())
    // And the first goes on, with the code that the second did not use up.
    await browser.open(first)
    expect((await browser.submit({ code })).url).toBe(signedIn())
    // The back button afterwards leads nowhere new.
    expect((await browser.post(first, { csrf, code })).status).toBe(410)
  })

  test('five tries, then one starts again; twenty a day, then strangers wait while the known browser gets in', async () => {
    await home.database.query('delete from ephemeral_counters')
    const kim = fresh()
    const { secret } = await enrollApp(kim, 'kim', now)
    const guess = async (browser: Browser): Promise<number> => (await browser.submit({ code: '000000' })).status
    for (let round = 0; round < 4; round += 1) {
      const browser = await afterPassword(fresh(), 'kim')
      for (let tries = 0; tries < 5; tries += 1) expect(await guess(browser)).toBe(401)
      if (round > 0) continue
      const over = await browser.submit({ code: appCode(secret, now()) })
      expect([over.status, over.html.includes('Start again')]).toEqual([429, true])
    }
    later()
    const stranger = await afterPassword(fresh(), 'kim')
    expect((await stranger.submit({ code: appCode(secret, now()) })).status).toBe(429)
    await kim.open('/start/')
    await kim.submit({}, '/start/sign-out')
    await afterPassword(kim, 'kim')
    expect((await kim.submit({ code: appCode(secret, now()) })).url).toBe(signedIn())
  })

  test('a one-time password is replaced after the second factor, not before', async () => {
    const browser = fresh()
    await browser.signIn('nora', 'Only-once-42')
    expect(stepOf(browser)).toBe('enroll-authenticator')
    await browser.submit({ code: appCode(secretOn(browser), now()) })
    await browser.submit()
    await browser.submit({ kept: 'on' })
    expect(stepOf(browser)).toBe('new-password')
    expect((await browser.submit({ password: 'Staple-battery-9', repeated: 'Staple-battery-9' })).url).toBe(signedIn())
  })

  test('the same form sent twice at once registers one device', async () => {
    const browser = await afterPassword(fresh(), 'sam')
    const code = appCode(secretOn(browser), now())
    await Promise.all([1, 2, 3].map(() => post(browser.page.url, { csrf: csrfOf(browser), code }, { cookie: cookieOf(browser), origin: home.origin })))
    const sam = await home.database.query(`select a.id from authenticator_apps a join users u on a.principal = 'user:' || u.id where u.user_name = 'sam'`)
    expect(sam).toHaveLength(1)
  })

  test('the trail names the proofs and holds none of them', async () => {
    const events = JSON.stringify(await home.database.query('select event from audit_events'))
    for (const word of ['TOTP', 'RECOVERY_CODE', 'RESYNC_TOTP', 'CompleteVirtualMfaDeviceRegistration', 'UpdateMfaDeviceForUser', 'CreateRecoveryCodes']) expect(events).toContain(word)
    for (const secret of [apps.jane!.secret, ...apps.jane!.recoveryCodes]) expect(events).not.toContain(secret)
  })
})

describe('where a device is asked for when something is new', () => {
  beforeAll(() => start('{ mode: context, whenNoDevice: enroll, types: [totp] }'), 90_000)
  afterAll(stop)
  const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0'
  const headers = { 'x-forwarded-for': '198.51.100.7', 'user-agent': firefox }
  let secret: string
  let mine: Browser

  test('a browser that is trusted is not asked again, after an update of it and at another address of the same network either', async () => {
    mine = fresh(headers)
    secret = (await enrollApp(mine, 'jane', now)).secret
    later()
    mine.cookies.splice(0, mine.cookies.length, ...mine.cookies.filter(({ name }) => !name.includes('session')))
    await afterPassword(mine, 'jane')
    expect(stepOf(mine)).toBe('authenticator-code')
    expect((await mine.submit({ code: appCode(secret, now()), trust: 'on' })).url).toBe(signedIn())
    for (const change of [{}, { 'user-agent': firefox.replaceAll('150', '151') }, { 'x-forwarded-for': '198.51.100.99' }]) expect(stepOf(await afterPassword(withCookies({ ...headers, ...change }), 'jane'))).toBe('')
  })

  const withCookies = (all: Record<string, string>, keep = /trusted|known|csrf/): Browser => {
    const browser = fresh(all)
    browser.cookies.push(...mine.cookies.filter(({ name }) => keep.test(name)))
    return browser
  }

  test.each([
    ['another browser', { 'user-agent': 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/150.0 Safari/537.36' }],
    ['another network', { 'x-forwarded-for': '203.0.113.9' }],
  ])('%s with the same cookie is asked', async (_name, change) => {
    expect(stepOf(await afterPassword(withCookies({ ...headers, ...change }), 'jane'))).toBe('authenticator-code')
  })

  test('trust is for one person, for thirty days, and can be taken back', async () => {
    expect(stepOf(await afterPassword(withCookies(headers), 'kim'))).toBe('enroll-authenticator')
    const ahead = clock.ahead
    clock.ahead += 31 * 86_400_000
    expect(stepOf(await afterPassword(withCookies(headers), 'jane'))).toBe('authenticator-code')
    clock.ahead = ahead
    expect(stepOf(await afterPassword(withCookies(headers), 'jane'))).toBe('')
    await home.database.query('delete from trusted_browsers')
    expect(stepOf(await afterPassword(withCookies(headers), 'jane'))).toBe('authenticator-code')
  })

  test('two people who share a browser are each trusted in it, and each known to it', async () => {
    const shared = fresh({ ...headers, 'x-forwarded-for': '198.51.100.23' })
    const signOut = (): void => { shared.cookies.splice(0, shared.cookies.length, ...shared.cookies.filter(({ name }) => /trusted|known|csrf/.test(name))) }
    const secrets: Record<string, string> = { jane: secret, kim: (await enrollApp(shared, 'kim', now)).secret }
    signOut()
    later(2)
    mails.length = 0
    const asked: string[] = []
    for (const name of ['kim', 'jane', 'kim', 'jane']) {
      if (stepOf(await afterPassword(shared, name)) !== '') {
        asked.push(name)
        expect((await shared.submit({ code: appCode(secrets[name]!, now()), trust: 'on' })).url).toBe(signedIn())
      }
      signOut()
    }
    expect(asked).toEqual(['kim', 'jane'])
    expect(mails.map(({ template, to }) => [template, to])).toEqual([['new-browser', 'jane@example.com']])
    expect((await home.database.query(`select count(*)::int as browsers from trusted_browsers b join users u on b.principal = 'user:' || u.id where u.user_name = 'kim'`))[0]).toEqual({ browsers: 1 })
  })
})

describe('where a code by mail stands in for a device', () => {
  beforeAll(() => start('{ mode: context, whenNoDevice: email }'), 90_000)
  afterAll(stop)
  const codeIn = (): string => String(mails.findLast(({ template }) => template === 'code')!.model.code)

  test('an unknown browser is asked for it, a known one is not', async () => {
    const browser = await afterPassword(fresh(), 'jane')
    expect(stepOf(browser)).toBe('mailed-code')
    expect(browser.page.html).toContain('j•••@example.com')
    expect(mails).toEqual([])
    await browser.submit()
    expect(mails).toEqual([expect.objectContaining({ to: 'jane@example.com', template: 'code' })])
    expect((await browser.submit({ code: codeIn() })).url).toBe(signedIn())
    const again = fresh()
    again.cookies.push(...browser.cookies.filter(({ name }) => name.includes('known')))
    expect(stepOf(await afterPassword(again, 'jane'))).toBe('')
  })

  test('a code is good for its own sign-in only, for ten minutes, five tries, and once', async () => {
    const [one, two] = [await afterPassword(fresh(), 'kim'), await afterPassword(fresh(), 'kim')]
    await one.submit()
    const first = codeIn()
    await two.submit()
    const second = codeIn()
    expect((await two.submit({ code: first === second ? '' : first })).status).toBe(401)
    const answers = await Promise.all([1, 2, 3].map(() => post(two.page.url, { csrf: csrfOf(two), code: second }, { cookie: cookieOf(two), origin: home.origin })))
    expect(answers.filter(({ status, headers }) => status === 303 && headers.get('location')?.includes('/oidc/auth/')).length).toBeLessThanOrEqual(1)
    clock.ahead += 11 * 60_000
    expect((await one.submit({ code: first })).html).toContain('no longer good')
    clock.ahead -= 11 * 60_000
    const guessed = await afterPassword(fresh(), 'sam')
    await guessed.submit()
    const right = codeIn()
    for (let tries = 0; tries < 5; tries += 1) await guessed.submit({ code: right === '111111' ? '222222' : '111111' })
    expect((await guessed.submit({ code: right })).status).toBe(429)
  })

  test('mail is not sent without end', async () => {
    const browser = await afterPassword(fresh(), 'left')
    for (let sent = 0; sent < 6; sent += 1) await browser.post(browser.page.url, { csrf: csrfOf(browser), action: 'send' })
    const over = await browser.post(browser.page.url, { csrf: csrfOf(browser), action: 'send' })
    expect([over.status, Number(over.headers.get('retry-after')) > 3000]).toEqual([429, true])
    expect(mails.filter(({ to }) => to === 'left@example.com')).toHaveLength(6)
  })
})

describe('where nobody gets in without a device', () => {
  beforeAll(() => start('{ mode: always, whenNoDevice: block }'), 90_000)
  afterAll(stop)

  test('the page says who can help, and a wrong password still says nothing', async () => {
    const browser = await afterPassword(fresh(), 'jane')
    expect([stepOf(browser), browser.page.status, browser.page.html.includes('look after access in Test Corp')]).toEqual(['blocked', 403, true])
    const wrong = fresh()
    await wrong.signIn('jane', `${password}x`)
    expect(stepOf(wrong)).toBe('password')
  })
})
