// Notices and what they announce are one: a letter that cannot be written leaves nothing changed, and a new password takes the
// trust in browsers along.
import { organizationFile, password, startApp, type TestApp } from '../support/app.js'
import { Authenticator } from '../support/authenticator.js'
import { Browser } from '../support/browser.js'
import { appCode, secretOn, withMfa } from '../support/factors.js'
import { letterTo, linkIn } from '../support/mails.js'
import { csrfOf } from '../support/passkeys.js'

const people = ['amy', 'ben', 'cal', 'dee', 'eve', 'fay', 'gil'].map((name) => `  - { userName: ${name}, displayName: ${name}, emails: [{ value: ${name}@example.com }], password: ${password} }`)
let home: TestApp
beforeAll(async () => { home = await startApp({ organization: withMfa(organizationFile, '{ mode: context, whenNoDevice: allow }').replace('\ngroups:', `\n${people.join('\n')}\ngroups:`) }) }, 60_000)
afterAll(async () => { await home?.stop() })

/** Does something while no letter can be written. */
async function withoutLetters<T>(act: () => Promise<T>): Promise<T> {
  const { mail } = home.app
  const queue = mail.queue
  mail.queue = () => Promise.reject(new Error('no letter can be written'))
  try {
    return await act()
  } finally {
    mail.queue = queue
  }
}

async function signedIn(userName: string, word = password): Promise<Browser> {
  const person = new Browser(home.origin)
  await person.signIn(userName, word)
  expect(person.page.url).toBe(`${home.origin}/start/`)
  return person
}

const rows = async (table: string, userName: string): Promise<number> =>
  (await home.database.query<{ count: number }>(`select count(*)::int as count from ${table} where principal = (select 'user:' || id from users where user_name = $1)`, [userName]))[0]!.count

const trust = (userName: string): Promise<unknown> => home.database.query(
  `insert into trusted_browsers (id, principal, secret_hash, browser, network, user_agent, created_at, expires_at)
   select 'trb-' || user_name, 'user:' || id, 'x', 'x', 'x', 'Firefox', now(), now() + interval '1 day' from users where user_name = $1`, [userName])

describe('without its letter', () => {
  test('nobody is signed in from a new browser', async () => {
    const amy = new Browser(home.origin)
    await amy.open('/start/')
    await amy.submit({ userName: 'amy' })
    expect((await withoutLetters(() => amy.submit({ password }))).status).toBe(500)
    expect((await amy.open('/start/')).url).toContain('/signin/')
    expect(await home.app.trail.list({ eventName: 'UserAuthentication' })).toEqual([])
  })

  test('no password is changed', async () => {
    const amy = await signedIn('amy')
    await amy.open('/start/security/password')
    const page = await withoutLetters(() => amy.submit({ current: password, password: 'Other-harbour-8', repeated: 'Other-harbour-8' }))
    expect(page.status).toBe(500)
    expect(await rows('password_history', 'amy')).toBe(0)
    await signedIn('amy')
  })

  test('no one-time password is replaced', async () => {
    const nora = new Browser(home.origin)
    await nora.signIn('nora', 'Only-once-42')
    expect((await withoutLetters(() => nora.submit({ password: 'Quiet-harbour-9', repeated: 'Quiet-harbour-9' }))).status).toBe(500)
    expect(await rows('password_history', 'nora')).toBe(0)
  })

  test('no authenticator app counts, and its code is not used up', async () => {
    const ben = await signedIn('ben')
    await ben.open('/start/security/devices/app')
    const secret = secretOn(ben)
    const form = { code: appCode(secret, Date.now()), name: 'Phone' }
    const typed = ben.page
    expect((await withoutLetters(() => ben.submit(form))).status).toBe(500)
    expect(await rows('authenticator_apps', 'ben')).toBe(0)
    ben.page = typed
    expect((await ben.submit(form)).html).toContain('The device was added.')
  })

  test('no passkey is kept', async () => {
    const ben = await signedIn('cal')
    await ben.open('/start/security/devices/passkey')
    const form = { csrf: csrfOf(ben) }
    const options = JSON.parse((await ben.post('/start/security/devices/passkey/options', form)).html) as object
    const passkey = JSON.stringify(new Authenticator(home.origin).create(options))
    expect((await withoutLetters(() => ben.post('/start/security/devices/passkey', { ...form, passkey }))).status).toBe(500)
    expect(await rows('passkeys', 'cal')).toBe(0)
  })
})

test('a one-time password that is replaced on the way in is announced', async () => {
  const nora = new Browser(home.origin)
  await nora.signIn('nora', 'Only-once-42')
  await nora.submit({ password: 'Quiet-harbour-9', repeated: 'Quiet-harbour-9' })
  expect(nora.page.url).toBe(`${home.origin}/start/`)
  expect(linkIn(await letterTo(home, 'nora@example.com', /was changed/), '/not-me/')).toMatch(/^\/not-me\//)
})

describe('trusted browsers are asked again', () => {
  test('after a new password of the security page, even where other sessions go on', async () => {
    const dee = await signedIn('dee')
    await trust('dee')
    await dee.open('/start/security/password')
    await dee.submit({ current: password, password: 'Other-harbour-8', repeated: 'Other-harbour-8' })
    expect(await rows('trusted_browsers', 'dee')).toBe(0)
    await letterTo(home, 'dee@example.com', /was changed/)
  })

  test('after a forgotten password', async () => {
    await trust('eve')
    const eve = new Browser(home.origin)
    await eve.open('/forgot-password')
    await eve.submit({ name: 'eve' })
    await eve.open(linkIn(await letterTo(home, 'eve@example.com', /new password/), '/reset-password/'))
    expect(await rows('trusted_browsers', 'eve')).toBe(1)
    await eve.submit({ password: 'Other-harbour-8', repeated: 'Other-harbour-8', endSessions: '' })
    expect(await rows('trusted_browsers', 'eve')).toBe(0)
  })

  test('after “this was not me”', async () => {
    await signedIn('fay')
    await trust('fay')
    const fay = new Browser(home.origin)
    await fay.open(linkIn(await letterTo(home, 'fay@example.com', /New sign-in/), '/not-me/'))
    await fay.submit({})
    expect(await rows('trusted_browsers', 'fay')).toBe(0)
  })

  test('those of nobody else', async () => {
    await trust('gil')
    const dee = await signedIn('dee', 'Other-harbour-8')
    await dee.open('/start/security/password')
    await dee.submit({ current: 'Other-harbour-8', password: 'Third-harbour-7', repeated: 'Third-harbour-7' })
    expect(await rows('trusted_browsers', 'gil')).toBe(1)
  })
})
