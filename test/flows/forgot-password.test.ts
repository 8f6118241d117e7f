// A forgotten password, from the password page to the new one, and everything that can go wrong with the link.
import { solveChallenge, type Challenge } from 'altcha-lib'
import { deriveKey } from 'altcha-lib/algorithms/pbkdf2'
import { password, startApp, type TestApp } from '../support/app.js'
import { Browser } from '../support/browser.js'
import { letterTo, lettersTo, linkIn } from '../support/mails.js'
import { eventually } from '../support/servers.js'

const time = { ahead: 0 }
let home: TestApp
beforeAll(async () => { home = await startApp({ clock: () => Date.now() + time.ahead }) })
afterAll(async () => { await home?.stop() })
beforeEach(async () => {
  await home.database.query('delete from ephemeral_counters')
  time.ahead += 3_600_000
})

const chosen = { count: 0 }

/** A password that nobody here had before. */
function newPassword(): string {
  chosen.count += 1
  return `Another-lighthouse-${chosen.count}`
}

async function ask(name: string, browser = new Browser(home.origin)): Promise<Browser> {
  await browser.open('/forgot-password')
  await browser.submit({ name })
  return browser
}

async function linkFor(name: string, to: string): Promise<string> {
  const before = (await lettersTo(home, to)).filter(({ subject }) => /new password/.test(subject)).length
  await home.database.query(`delete from ephemeral_counters where key like 'limit:ResetRequestsPerAddress%'`)
  await ask(name)
  return linkIn(await letterTo(home, to, /new password/, before + 1), '/reset-password/')
}

async function choose(link: string, fields: Record<string, string> = {}, browser = new Browser(home.origin)): Promise<Browser> {
  const password = newPassword()
  await browser.open(link)
  await browser.submit({ password, repeated: password, ...fields })
  return browser
}

const challengeIn = (browser: Browser): Challenge => JSON.parse(/name="challenge" value="([^"]*)"/.exec(browser.page.html)![1]!.replaceAll('&quot;', '"').replaceAll('&#x3D;', '=')) as Challenge

test('a person who forgot the password gets a link, chooses another and signs in with it, in another browser', async () => {
  const browser = new Browser(home.origin)
  await browser.open('/start/')
  await browser.submit({ userName: 'jane' })
  const [, forgotUrl] = /href="(\/forgot-password[^"]*)"/.exec(browser.page.html)!
  await browser.open(forgotUrl!.replaceAll('&#x3D;', '='))
  expect(browser.page.html).toContain('value="jane"')
  await browser.submit({})
  expect(browser.page.html).toContain('Look into your mail')
  const letter = await letterTo(home, 'jane@example.com', /new password/)
  expect(letter.from).toBe('Test Corp <no-reply@login.localhost>')
  const another = newPassword()
  const other = await choose(linkIn(letter, '/reset-password/'), { password: another, repeated: another })
  expect(other.page.html).toContain('Your new password is saved')
  expect(other.page.headers.get('referrer-policy')).toBe('no-referrer')
  expect((await other.signIn('jane', password)).status).toBe(401)
  expect((await new Browser(home.origin).signIn('jane', another)).url).toContain('/start/')
  expect((await letterTo(home, 'jane@example.com', /was changed/)).text).toContain('jane')
  await eventually(async () => {
    const names = (await home.app.trail.list({ userId: (await userId('jane')) })).map(({ event }) => event.eventName)
    return ['PasswordRecoveryRequested', 'PasswordRecoveryCompleted', 'VerifyEmail'].every((name) => names.includes(name))
  })
})

const userId = async (name: string): Promise<string> => (await home.database.query<{ id: string }>('select id from users where user_name = $1', [name]))[0]!.id

test('a mail address will do for a name, whatever its case', async () => {
  expect(await linkFor('SAM@Example.com', 'sam@example.com')).toMatch(/^\/reset-password\/[\w-]{43}$/)
})

test.each(['nobody', 'nobody@example.com', 'gone', 'jane'])('the answer for %s is the same', async (name) => {
  const browser = await ask(name)
  const { status, html, url } = browser.page
  const known = (await ask('jane')).page
  expect({ status, html: html.replace(/name="csrf" value="[^"]*"/, ''), url }).toEqual({ status: known.status, html: known.html.replace(/name="csrf" value="[^"]*"/, ''), url: known.url })
})

test('people who are disabled are mailed nothing', async () => {
  await ask('gone')
  await linkFor('jane', 'jane@example.com')
  expect(await lettersTo(home, 'gone@example.com')).toEqual([])
})

test('opening a link, however often, redeems nothing; using it does, once', async () => {
  const link = await linkFor('sam', 'sam@example.com')
  const browser = new Browser(home.origin)
  for (let visit = 0; visit < 3; visit += 1) expect((await browser.open(link)).status).toBe(200)
  const results = await Promise.all(Array.from({ length: 5 }, () => choose(link)))
  expect(results.map(({ page }) => page.status).toSorted((a, b) => a - b)).toEqual([200, 410, 410, 410, 410])
  expect((await browser.open(link)).html).toContain('This link does not work any more')
  expect(browser.page.html).toContain('href="/forgot-password"')
})

test('a new password makes older links worthless', async () => {
  const [first, second] = [await linkFor('sam', 'sam@example.com'), await linkFor('sam', 'sam@example.com')]
  await choose(second)
  expect((await new Browser(home.origin).open(first)).status).toBe(410)
})

test('a link that expired says so, and leads to another', async () => {
  const link = await linkFor('sam', 'sam@example.com')
  time.ahead += 31 * 60_000
  const page = await new Browser(home.origin).open(link)
  expect(page.status).toBe(410)
  expect(page.html).toContain('This link has expired')
  expect((await choose('/forgot-password')).page.status).toBe(422)
})

test.each(['/reset-password/nonsense', `/reset-password/${'A'.repeat(43)}`, '/invitation/nonsense', '/not-me/nonsense'])('%s explains itself', async (path) => {
  const page = await new Browser(home.origin).open(path)
  expect(page.status).toBe(410)
  expect(page.html).toContain('does not work')
})

test('a password that one had before is not taken again', async () => {
  const link = await linkFor('sam', 'sam@example.com')
  const before = newPassword()
  await choose(link, { password: before, repeated: before })
  const again = await choose(await linkFor('sam', 'sam@example.com'), { password: before, repeated: before })
  expect(again.page.status).toBe(422)
})

test('a password that breaks a rule, or is typed differently, redeems nothing', async () => {
  const link = await linkFor('sam', 'sam@example.com')
  const browser = await choose(link, { password: 'short', repeated: 'shorter' })
  expect(browser.page.status).toBe(422)
  expect(browser.page.html).toContain('does not meet every rule')
  expect(browser.page.html).toContain('are not the same')
  const password = newPassword()
  await browser.submit({ password, repeated: password })
  expect(browser.page.status).toBe(200)
})

test('sessions end when that is asked for, and go on when it is not', async () => {
  const current = newPassword()
  await choose(await linkFor('sam', 'sam@example.com'), { password: current, repeated: current })
  const signedIn = new Browser(home.origin)
  await signedIn.signIn('sam', current)
  // A box that is not ticked is not sent.
  await choose(await linkFor('sam', 'sam@example.com'), { endSessions: '' })
  expect((await signedIn.open('/start/')).url).toContain('/start/')
  await choose(await linkFor('sam', 'sam@example.com'))
  expect((await signedIn.open('/start/')).url).toContain('/signin/')
})

test('an account gets three mails in an hour, and the page says nothing of it', async () => {
  const before = (await lettersTo(home, 'nora@example.com')).length
  for (let count = 0; count < 5; count += 1) {
    await home.database.query(`delete from ephemeral_counters where key like 'limit:ResetRequestsPerAddress%'`)
    expect((await ask('nora')).page.html).toContain('Look into your mail')
  }
  await eventually(async () => (await home.app.trail.list({ userId: await userId('nora'), eventName: 'PasswordRecoveryRequested' })).length >= 5)
  await eventually(async () => (await lettersTo(home, 'nora@example.com')).length === before + 3)
})

test('links are made of the public address, whatever host a request names', async () => {
  const before = (await lettersTo(home, 'jane@example.com')).length
  const browser = new Browser(home.origin, { 'x-forwarded-host': 'evil.example', forwarded: 'host=evil.example' })
  await ask('jane', browser)
  const letter = await letterTo(home, 'jane@example.com', /./, before + 1)
  expect(letter.text).toContain(`${home.origin}/reset-password/`)
  expect(letter.text + letter.html).not.toContain('evil')
})

test('a token is nowhere in the database, and its mail is forgotten once it is sent', async () => {
  const token = (await linkFor('jane', 'jane@example.com')).split('/').at(-1)!
  for (const table of ['mailed_links', 'mails', 'audit_events', 'ephemeral']) {
    const [row] = await home.database.query<{ found: boolean }>(`select coalesce(bool_or(t::text like '%' || $1 || '%'), false) as found from ${table} t`, [token])
    expect([table, row!.found]).toEqual([table, false])
  }
})

test('after two requests from one network a security check is asked for, and solved once', async () => {
  await ask('jane')
  await ask('jane')
  const browser = await ask('jane')
  expect(browser.page.status).toBe(422)
  expect(browser.page.html).toContain('security check')
  const challenge = challengeIn(browser)
  const solution = await solveChallenge({ challenge, deriveKey })
  const fields = { name: 'jane', challenge: JSON.stringify(challenge), solution: JSON.stringify({ counter: solution!.counter, derivedKey: solution!.derivedKey }) }
  await browser.submit(fields)
  expect(browser.page.html).toContain('Look into your mail')
  await browser.open('/forgot-password')
  await browser.submit(fields)
  expect(browser.page.status).toBe(422)
})

test.each([
  ['no answer', (challenge: Challenge) => ({ challenge: JSON.stringify(challenge) })],
  ['a wrong answer', (challenge: Challenge) => ({ challenge: JSON.stringify(challenge), solution: JSON.stringify({ counter: 1, derivedKey: '00'.repeat(32) }) })],
  ['a puzzle that is not ours', ({ parameters, signature }: Challenge) => ({ challenge: JSON.stringify({ parameters: { ...parameters, data: { at: 0 } }, signature }) })],
  ['no puzzle', () => ({ challenge: 'null' })],
])('%s does not pass the security check', async (_, fields) => {
  await ask('jane')
  await ask('jane')
  const browser = await ask('jane')
  await browser.submit({ name: 'jane', ...fields(challengeIn(browser)) })
  expect(browser.page.status).toBe(422)
})

test('who runs no scripts waits a minute instead', async () => {
  await ask('jane')
  await ask('jane')
  const browser = await ask('jane')
  expect(browser.page.html).toContain('Your browser runs no scripts')
  time.ahead += 61_000
  await browser.submit({ name: 'jane' })
  expect(browser.page.html).toContain('Look into your mail')
})

test('nothing is written for a name that is empty or too long', async () => {
  expect((await ask('')).page.status).toBe(422)
  expect((await ask('x'.repeat(300))).page.status).toBe(422)
})

