// Devices on the security page: registered, renamed, removed, and never the last one where the organization asks for one.
import { password, startApp, type TestApp } from '../support/app.js'
import { Authenticator } from '../support/authenticator.js'
import { Browser } from '../support/browser.js'

// It only goes forward: what is remembered for a second must be forgotten.
const time = { ahead: 0 }
let home: TestApp
beforeAll(async () => { home = await startApp({ clock: () => Date.now() + time.ahead }) }, 60_000)
afterAll(async () => { await home?.stop() })
afterEach(async () => {
  await home.database.query('delete from passkeys')
  await setMfa({ mode: 'never', whenNoDevice: 'allow', types: ['totp', 'passkey'] })
})

async function setMfa(mfa: object): Promise<void> {
  await home.database.query('update organization set mfa = $1', [JSON.stringify(mfa)])
  time.ahead += 2000
}

async function signedIn(userName = 'sam'): Promise<Browser> {
  const person = new Browser(home.origin)
  await person.signIn(userName, password)
  return person
}

const csrfOf = (browser: Browser): string => /name="csrf" value="([^"]+)"/.exec(browser.page.html)![1]!

/** What the page's script and the browser do together. */
async function addPasskey(browser: Browser, name = '', key = new Authenticator(home.origin)): Promise<string> {
  await browser.open('/start/security/devices/passkey')
  const form = { csrf: csrfOf(browser) }
  const options = JSON.parse((await browser.post('/start/security/devices/passkey/options', form)).html) as object
  const page = await browser.post('/start/security/devices/passkey', { ...form, name, passkey: JSON.stringify(key.create(options)) })
  // The database has no clock of ours.
  await home.database.query('update passkeys set created_at = $1 where created_at < $1', [new Date(Date.now() + time.ahead)])
  return page.html
}

const eventsOf = async (eventName: string): Promise<Record<string, unknown>[]> => (await home.app.trail.list({ eventName })).map(({ event }) => event)
const linksTo = (html: string): string[] => [...html.matchAll(/href="(\/start\/security\/devices\/pk-[^"]+)"/g)].map(([, link]) => link!)

test('a passkey is registered, and stands on the page', async () => {
  const sam = await signedIn()
  const html = await addPasskey(sam, 'Key on my key ring')
  expect(html).toContain('The device was added.')
  expect(html).toContain('Key on my key ring')
  expect(html).toContain('not used yet')
  expect((await eventsOf('CompleteWebAuthnDeviceRegistration'))[0]).toMatchObject({ eventSource: 'sso-directory.amazonaws.com', requestParameters: { mfaType: 'WEBAUTHN', deviceId: expect.stringMatching(/^pk-/) } })
})

test('an answer that is sent twice, or of another session, adds nothing', async () => {
  const [sam, elsewhere] = [await signedIn(), await signedIn()]
  await sam.open('/start/security/devices/passkey')
  await elsewhere.open('/start/security/devices/passkey')
  const options = JSON.parse((await sam.post('/start/security/devices/passkey/options', { csrf: csrfOf(sam) })).html) as object
  const passkey = JSON.stringify(new Authenticator(home.origin).create(options))
  const foreign = await elsewhere.post('/start/security/devices/passkey', { csrf: csrfOf(elsewhere), passkey })
  expect([foreign.status, foreign.html.includes('That took too long')]).toEqual([422, true])
  await sam.open('/start/security/devices/passkey')
  const spent = await sam.post('/start/security/devices/passkey', { csrf: csrfOf(sam), passkey })
  expect(spent.status).toBe(422)
  expect(linksTo((await sam.open('/start/security')).html)).toEqual([])
  expect((await sam.open('/start/security/devices/passkey')).status).toBe(200)
  expect((await sam.submit({ passkey: 'nonsense' })).status).toBe(422)
})

test('a device is renamed, and a name that cannot be is refused with what was typed', async () => {
  const sam = await signedIn()
  const [link] = linksTo(await addPasskey(sam, 'Laptop'))
  await sam.open(link!)
  const refused = await sam.submit({ name: '   ' })
  expect([refused.status, refused.html.includes('Give it a name')]).toEqual([422, true])
  const page = await sam.submit({ name: 'Laptop <b>at home</b>' })
  expect(page.html).toContain('The device has its new name.')
  expect(page.html).toContain('Laptop &lt;b&gt;at home')
  expect((await eventsOf('UpdateMfaDeviceForUser')).length).toBe(1)
})

test('a device is removed by its owner, and by nobody else', async () => {
  const [sam, jane] = [await signedIn(), await signedIn('jane')]
  const [link] = linksTo(await addPasskey(sam, 'Laptop'))
  expect((await jane.open(link!)).status).toBe(404)
  await jane.open('/start/security')
  expect((await jane.post(link!, { csrf: csrfOf(jane), change: 'remove' })).status).toBe(404)
  await sam.open(link!)
  const page = await sam.post(link!, { csrf: csrfOf(sam), change: 'remove' })
  expect(page.html).toContain('The device was removed.')
  expect(page.html).toContain('You have no device yet.')
  expect((await eventsOf('DeleteMfaDeviceForUser'))[0]).toMatchObject({ requestParameters: { mfaType: 'WEBAUTHN' } })
  expect((await sam.post(link!, { csrf: csrfOf(sam), change: 'remove' })).status).toBe(404)
})

test('of two that are removed at once, the last one stays where a device is asked for', async () => {
  const sam = await signedIn()
  await addPasskey(sam, 'One')
  const links = linksTo(await addPasskey(sam, 'Two'))
  await sam.open(links[0]!)
  const csrf = csrfOf(sam)
  await setMfa({ mode: 'always', whenNoDevice: 'enroll', types: ['passkey'] })
  const cookie = sam.cookies.filter(({ path }) => path === '/').map(({ name, value }) => `${name}=${value}`).join('; ')
  const statuses = await Promise.all(links.map(async (link) => (await fetch(home.origin + link, {
    method: 'POST', redirect: 'manual', headers: { cookie, 'sec-fetch-site': 'same-origin', 'content-type': 'application/x-www-form-urlencoded' }, body: new URLSearchParams({ csrf, change: 'remove' }),
  })).status))
  expect(statuses.toSorted()).toEqual([303, 409])
  const [left] = linksTo((await sam.open('/start/security')).html)
  const page = await sam.open(left!)
  expect(page.html).toContain('this is your last')
  expect(page.html).not.toContain('Remove this device')
})

test('eight devices are enough, and a kind that the organization does not allow is not offered', async () => {
  const sam = await signedIn()
  for (let index = 0; index < 8; index += 1) await addPasskey(sam, `Key ${index}`)
  const { html } = await sam.open('/start/security')
  expect(linksTo(html)).toHaveLength(8)
  expect(html).not.toContain('Add a passkey')
  expect((await sam.open('/start/security/devices/passkey')).status).toBe(409)
  const jane = await signedIn('jane')
  await setMfa({ mode: 'never', whenNoDevice: 'allow', types: ['totp'] })
  expect((await jane.open('/start/security')).html).not.toContain('Add a passkey')
  expect((await jane.open('/start/security/devices/passkey')).status).toBe(409)
})

test('devices and recovery codes are for a fresh proof only', async () => {
  const sam = await signedIn()
  const [link] = linksTo(await addPasskey(sam, 'Laptop'))
  await sam.open('/start/security/devices/passkey')
  const csrf = csrfOf(sam)
  time.ahead += 301_000
  expect((await sam.post('/start/security/devices/passkey/options', { csrf })).status).toBe(403)
  for (const path of ['/start/security/devices/passkey', link!, '/start/security/recovery-codes']) {
    expect((await sam.open(path)).url).toContain('/signin/')
    expect((await sam.post(path, { csrf, change: 'remove' })).url).toContain('/signin/')
  }
  expect((await sam.post('/start/security/browsers', { csrf, revoke: 'all' })).url).toContain('/signin/')
  expect(linksTo((await sam.open('/start/security')).html)).toEqual([link])
})
