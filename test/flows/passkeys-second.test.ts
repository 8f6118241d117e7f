// A passkey as the second factor, and one that is registered on the way in, without a browser's script.
import { organizationFile, password, startApp, type TestApp } from '../support/app.js'
import { Authenticator } from '../support/authenticator.js'
import { Browser } from '../support/browser.js'
import { optionsFor, ownerOf, sendPasskey, withPasskey } from '../support/passkeys.js'

let home: TestApp
beforeAll(async () => { home = await startApp({ organization: organizationFile.replace('{ name: Test Corp,', '{ name: Test Corp, mfa: { mode: always, whenNoDevice: enroll, types: [passkey, totp] },') }) }, 90_000)
afterAll(async () => { await home?.stop() })
afterEach(async () => {
  await home.database.query('delete from passkeys')
  await home.database.query('delete from recovery_codes')
})

async function arrived(): Promise<Browser> {
  const browser = new Browser(home.origin)
  await browser.open('/start/')
  return browser
}

async function afterPassword(userName = 'jane'): Promise<Browser> {
  const browser = await arrived()
  await browser.submit({ userName })
  await browser.submit({ password })
  return browser
}

const lastEvent = async (userName: string, eventName: string): Promise<Record<string, unknown> | undefined> => {
  const { principal } = await ownerOf(home, userName)
  return (await home.app.trail.list({ userId: principal.slice('user:'.length), eventName }))[0]?.event
}

const isIn = ({ page }: Browser): boolean => page.url === `${home.origin}/start/`

test('after the password the person’s own passkeys are asked for, and one of them lets them in', async () => {
  const key = await withPasskey(home, 'jane')
  await withPasskey(home, 'sam')
  const browser = await afterPassword()
  expect(browser.page.url).toMatch(/\/passkey$/)
  const options = await optionsFor(browser)
  expect(options).toMatchObject({ userVerification: 'preferred', allowCredentials: [{ id: key.credentialId.toString('base64url'), type: 'public-key', transports: ['internal'] }] })
  // A key without a PIN or a finger is enough here.
  await sendPasskey(browser, key.get(options, { verified: false, userHandle: null }))
  expect(isIn(browser)).toBe(true)
  expect(await lastEvent('jane', 'UserAuthentication')).toMatchObject({ additionalEventData: { CredentialType: 'PASSWORD,WEBAUTHN' } })
})

test('a passkey that verifies its owner is both factors at once', async () => {
  const key = await withPasskey(home, 'jane')
  const browser = await arrived()
  await sendPasskey(browser, key.get(await optionsFor(browser)))
  expect(isIn(browser)).toBe(true)
})

test('the passkey of somebody else, a wrong signature, a foreign frame: refused on the page, and the next try is taken', async () => {
  const [mine, theirs] = [await withPasskey(home, 'jane'), await withPasskey(home, 'sam')]
  const browser = await afterPassword()
  for (const answer of [theirs.get(await optionsFor(browser)), mine.get(await optionsFor(browser), { signature: Buffer.alloc(70) }), mine.get(await optionsFor(browser), { crossOrigin: true }), {}, 'x']) {
    const page = await sendPasskey(browser, answer)
    expect(page.status).toBe(401)
    expect(page.html).toContain('That passkey or key cannot be used here.')
  }
  expect(await lastEvent('jane', 'CredentialVerification')).toMatchObject({ serviceEventDetails: { CredentialVerification: 'Failure' }, additionalEventData: { CredentialType: 'WEBAUTHN' } })
  await sendPasskey(browser, mine.get(await optionsFor(browser)))
  expect(isIn(browser)).toBe(true)
})

test('a challenge of the first page, or of another attempt or browser, is worth nothing here', async () => {
  const key = await withPasskey(home, 'jane')
  const browser = await arrived()
  const ofFirstPage = await optionsFor(browser)
  await browser.submit({ userName: 'jane' })
  await browser.submit({ password })
  expect((await sendPasskey(browser, key.get(ofFirstPage))).status).toBe(401)
  const elsewhere = await afterPassword()
  expect((await sendPasskey(browser, key.get(await optionsFor(elsewhere)))).status).toBe(401)
  // Another tab of the same browser.
  const url = browser.page.url
  await browser.open('/start/')
  await browser.submit({ userName: 'jane' })
  await browser.submit({ password })
  const ofOtherTab = await optionsFor(browser)
  await browser.open(url)
  expect((await sendPasskey(browser, key.get(ofOtherTab))).status).toBe(401)
})

test('a challenge of this step is worth nothing on the first page', async () => {
  const key = await withPasskey(home, 'jane')
  const ofStep = await optionsFor(await afterPassword())
  const browser = await arrived()
  expect((await sendPasskey(browser, key.get(ofStep))).status).toBe(401)
})

test('a copy is refused, and its owner gets a letter', async () => {
  const key = await withPasskey(home, 'jane')
  const browser = await afterPassword()
  await sendPasskey(browser, key.get(await optionsFor(browser), { signCount: 5 }))
  const thief = await afterPassword()
  expect((await sendPasskey(thief, key.get(await optionsFor(thief), { signCount: 5 }))).status).toBe(401)
  expect(await lastEvent('jane', 'CredentialVerification')).toMatchObject({ additionalEventData: { Reason: 'SignCountRegressed' } })
  expect(await home.database.query(`select template from mails where template = 'passkey-copied'`)).toHaveLength(1)
})

test('the page of the second factor is not open to somebody without a passkey, nor its questions', async () => {
  const browser = await afterPassword('sam')
  expect(browser.page.url).toMatch(/\/enroll-passkey$/)
  const base = browser.page.url.replace(/[^/]+$/, '')
  expect((await browser.open(`${base}passkey`)).url).toBe(`${base}enroll-passkey`)
})

describe('on the way in', () => {
  test('a passkey is registered, proves the second factor, and recovery codes come with it', async () => {
    const browser = await afterPassword('sam')
    const key = new Authenticator(home.origin)
    const options = await optionsFor(browser)
    expect(options).toMatchObject({ user: { name: 'sam', displayName: 'Sam Plain' }, excludeCredentials: [] })
    await sendPasskey(browser, key.create(options))
    expect(browser.page.url).toMatch(/\/recovery-codes$/)
    await browser.submit({ action: 'show' })
    await browser.submit({ kept: 'on' })
    expect(isIn(browser)).toBe(true)
    expect(await lastEvent('sam', 'CompleteWebAuthnDeviceRegistration')).toMatchObject({ requestParameters: { mfaType: 'WEBAUTHN', deviceId: expect.stringMatching(/^pk-/) } })
    expect(await home.database.query(`select template from mails where template = 'factor-added'`)).toHaveLength(1)
    const again = await afterPassword('sam')
    await sendPasskey(again, key.get(await optionsFor(again)))
    expect(isIn(again)).toBe(true)
  })

  test('an answer that is not right is refused on the page, and nothing is kept', async () => {
    const browser = await afterPassword('sam')
    for (const answer of ['', 'x', new Authenticator(home.origin).create(await optionsFor(browser), { origin: 'https://evil.example' }), new Authenticator('https://evil.example').create(await optionsFor(browser))]) {
      expect((await sendPasskey(browser, answer)).status).toBe(422)
    }
    const known = await withPasskey(home, 'jane')
    expect((await sendPasskey(browser, known.create(await optionsFor(browser)))).status).toBe(409)
    const options = await optionsFor(browser)
    const elsewhere = await afterPassword('sam')
    expect((await sendPasskey(elsewhere, new Authenticator(home.origin).create(options))).status).toBe(422)
    expect(await home.database.query('select name from passkeys where principal = $1', [(await ownerOf(home, 'sam')).principal])).toEqual([])
  })
})
