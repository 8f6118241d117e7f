// Authenticator apps, recovery codes and trusted browsers on the security page, and the proof that a device must be part of.
import { createHmac } from 'node:crypto'
import { organizationFile, password, startApp, type TestApp } from '../support/app.js'
import { Browser } from '../support/browser.js'
import { withMfa } from '../support/factors.js'
import { ownerOf, withPasskey } from '../support/passkeys.js'

const time = { ahead: 0 }
let home: TestApp
beforeAll(async () => { home = await startApp({ organization: withMfa(organizationFile, '{ mode: never }'), clock: () => Date.now() + time.ahead }) }, 60_000)
afterAll(async () => { await home?.stop() })
beforeEach(async () => {
  for (const table of ['authenticator_apps', 'passkeys', 'recovery_codes', 'trusted_browsers', 'mails']) await home.database.query(`delete from ${table}`)
})

async function signedIn(userName = 'sam'): Promise<Browser> {
  const person = new Browser(home.origin)
  await person.signIn(userName, password)
  return person
}

const csrfOf = (browser: Browser): string => /name="csrf" value="([^"]+)"/.exec(browser.page.html)![1]!

/** The code of a secret now (RFC 6238), as an authenticator app makes it. */
function codeOf(secret: string, ahead = 0): string {
  const bits = [...secret].map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0')).join('')
  const key = Buffer.from(bits.match(/.{8}/g)!.map((byte) => Number.parseInt(byte, 2)))
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor((Date.now() + time.ahead + ahead) / 30_000)))
  const digest = createHmac('sha1', key).update(counter).digest()
  return String((digest.readUInt32BE(digest.at(-1)! & 15) & 0x7fff_ffff) % 1_000_000).padStart(6, '0')
}

const secretOf = ({ html }: { html: string }): string => /id="secret">([^<]+)</.exec(html)![1]!.replaceAll(' ', '')

async function addApp(person: Browser, name = 'Phone'): Promise<string> {
  const secret = secretOf(await person.open('/start/security/devices/app'))
  await person.submit({ code: codeOf(secret), name })
  return secret
}

const mails = async (): Promise<string[]> => (await home.database.query<{ template: string }>('select template from mails order by queued_at')).map(({ template }) => template)
const eventsOf = async (eventName: string): Promise<Record<string, unknown>[]> => (await home.app.trail.list({ eventName })).map(({ event }) => event)

test('an authenticator app counts once a code of it was typed', async () => {
  const sam = await signedIn()
  const page = await sam.open('/start/security/devices/app')
  expect(page.html).toContain('src="data:image/svg+xml;base64,')
  const secret = secretOf(page)
  const wrong = await sam.submit({ code: '000000', name: 'My phone' })
  expect([wrong.status, secretOf(wrong), wrong.html.includes('value="My phone"')]).toEqual([422, secret, true])
  const done = await sam.submit({ code: codeOf(secret) })
  expect(done.html).toContain('The device was added.')
  expect(done.html).toContain('My phone')
  expect(done.html).toContain('Make recovery codes')
  expect(await mails()).toContain('factor-added')
  expect((await eventsOf('CompleteVirtualMfaDeviceRegistration'))[0]).toMatchObject({ requestParameters: { mfaType: 'TOTP', deviceId: expect.stringMatching(/^app-/) } })
})

test('two authenticator apps are enough, and each can be renamed and removed', async () => {
  const sam = await signedIn()
  await addApp(sam, 'One')
  await addApp(sam, 'Two')
  expect(sam.page.html).not.toContain('Add an authenticator app')
  expect((await sam.open('/start/security/devices/app')).status).toBe(409)
  const link = /href="(\/start\/security\/devices\/app-[^"/]+)"/.exec((await sam.open('/start/security')).html)![1]!
  await sam.open(link)
  expect((await sam.submit({ name: 'Work phone' })).html).toContain('Work phone')
  await sam.open(link)
  await sam.post(link, { csrf: csrfOf(sam), change: 'remove' })
  expect(sam.page.html).toContain('The device was removed.')
  expect(sam.page.html).not.toContain('Work phone')
  expect((await mails()).filter((name) => name === 'factor-removed')).toHaveLength(1)
})

test('an app whose clock is off works again after two codes in a row', async () => {
  const sam = await signedIn()
  const secret = await addApp(sam)
  await addApp(sam, 'Other')
  const clock = /href="(\/start\/security\/devices\/app-[^"]+\/clock)">Its codes do not work<span class="visually-hidden">: Phone/.exec((await sam.open('/start/security')).html)![1]!
  await sam.open(clock)
  const off = 40 * 30_000
  const codesFrom = (ahead: number): { first: string; second: string } => ({ first: codeOf(secret, ahead), second: codeOf(secret, ahead + 30_000) })
  const notInARow = await sam.submit({ ...codesFrom(off), second: codeOf(secret, off) })
  expect([notInARow.status, notInARow.html.includes('not two codes in a row')]).toEqual([422, true])
  expect((await sam.submit(codesFrom(off))).html).toContain('Its codes work again.')
  expect((await eventsOf('UpdateMfaDeviceForUser'))[0]).toMatchObject({ requestParameters: { change: 'resynchronized', mfaType: 'TOTP', deviceId: clock.split('/').at(-2) } })
  await sam.open(clock)
  expect((await sam.submit(codesFrom(off))).html).toContain('were used already')
  time.ahead += 60_000
  await sam.open('/start/security/password')
  time.ahead += 301_000
  await sam.open('/start/security/password')
  await sam.submit({ password })
  expect((await sam.submit({ code: codeOf(secret, off) })).url).toBe(`${home.origin}/start/security/password`)
})

test('codes of another app match no clock, and a passkey has none', async () => {
  const sam = await signedIn()
  await addApp(sam, 'One')
  const other = await addApp(sam, 'Two')
  const page = await sam.open('/start/security')
  await sam.open(/href="(\/start\/security\/devices\/app-[^"]+\/clock)">Its codes do not work<span class="visually-hidden">: One/.exec(page.html)![1]!)
  expect((await sam.submit({ first: codeOf(other, 600_000), second: codeOf(other, 630_000) })).status).toBe(422)
  const { principal } = await ownerOf(home, 'sam')
  await withPasskey(home, 'sam')
  const [passkey] = await home.database.query<{ id: string }>(`update passkeys set created_at = now() + interval '1 day' where principal = $1 returning id`, [principal])
  expect((await sam.open(`/start/security/devices/${passkey!.id}/clock`)).status).toBe(404)
})

test('a form of somebody whose session has ended changes nothing, and leads back to its page', async () => {
  const sam = await signedIn()
  const csrf = csrfOf(await sam.open('/start/security').then(() => sam))
  for (const [form, page] of [['/start/security/password', '/start/security/password'], ['/start/security/sessions', '/start/security'], ['/start/security/recovery-codes', '/start/security/recovery-codes'], ['/start/favourites', '/start/']] as const) {
    sam.cookies.splice(0, sam.cookies.length, ...sam.cookies.filter(({ name }) => name.includes('csrf')))
    const answer = await sam.post(form, { csrf })
    expect([answer.status, /btn-primary" href="([^"]+)">Sign in</.exec(answer.html)?.[1]]).toEqual([401, page])
    await sam.signIn('sam', password, page)
    expect(sam.page.url).toBe(home.origin + page)
  }
})

test('recovery codes are shown once, and new ones replace the old', async () => {
  const sam = await signedIn()
  await addApp(sam)
  await sam.open('/start/security/recovery-codes')
  const codes = /id="codes">([^<]+)</.exec((await sam.submit()).html)![1]!.trim().split('\n')
  expect(new Set(codes).size).toBe(10)
  expect((await sam.open('/start/security')).html).toContain('You have 10 codes left.')
  expect((await sam.open('/start/security/recovery-codes')).html).not.toContain(codes[0])
  const [row] = await home.database.query<{ id: string }>("select id from users where user_name = 'sam'")
  await sam.submit()
  expect((await home.database.query('select count(*)::int as left from recovery_codes where principal = $1', [`user:${row!.id}`]))[0]).toEqual({ left: 10 })
  expect(await eventsOf('CreateRecoveryCodes')).toHaveLength(2)
})

test('trust in a browser is taken back, from one or from all', async () => {
  const sam = await signedIn()
  const [row] = await home.database.query<{ id: string }>("select id from users where user_name = 'sam'")
  for (const id of ['trb-1', 'trb-2', 'trb-3']) {
    await home.database.query(`insert into trusted_browsers (id, principal, secret_hash, browser, network, user_agent, created_at, expires_at) values ($1, $2, 'x', 'x', 'x', 'Mozilla/5.0 (X11; Linux) Firefox/140.0', $3, $4)`,
      [id, `user:${row!.id}`, new Date(), new Date(Date.now() + time.ahead + 86_400_000)])
  }
  await sam.open('/start/security')
  const [, first] = /id="browsers".*?name="revoke" value="([^"]+)"/s.exec(sam.page.html)!
  await sam.submit({ revoke: first! }, '/start/security/browsers')
  expect(sam.page.html).toContain('That browser is asked for the second step again.')
  expect([...sam.page.html.matchAll(/value="trb-/g)]).toHaveLength(2)
  await sam.submit({ revoke: 'all' }, '/start/security/browsers')
  expect(sam.page.html).not.toContain('id="browsers"')
  expect(await eventsOf('DeleteTrustedBrowser')).toHaveLength(3)
})

test('whoever has a device proves with it before anything changes, and comes back to the page', async () => {
  const sam = await signedIn()
  const secret = await addApp(sam)
  // Who just added it goes on without.
  expect((await sam.open('/start/security/password')).url).toBe(`${home.origin}/start/security/password`)
  time.ahead += 60_000
  const later = await signedIn()
  await later.open('/start/security/password')
  expect(later.page.url).toContain('/authenticator-code')
  expect((await later.submit({ code: codeOf(secret) })).url).toBe(`${home.origin}/start/security/password`)
  time.ahead += 301_000
  await later.open('/start/security/recovery-codes')
  expect(later.page.html).toContain('Is it still you?')
  await later.submit({ password })
  expect(later.page.url).toContain('/authenticator-code')
  expect((await later.submit({ code: codeOf(secret) })).url).toBe(`${home.origin}/start/security/recovery-codes`)
})

test('a new password is mailed about', async () => {
  const sam = await signedIn()
  await sam.open('/start/security/password')
  await sam.submit({ current: password, password: 'Brand-new-word-42', repeated: 'Brand-new-word-42' })
  expect(sam.page.html).toContain('Your password was changed.')
  expect(await mails()).toContain('password-changed')
})
