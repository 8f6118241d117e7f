// A passkey at once from the console's first pages: it says who somebody is, root user or IAM user, and proves it.
import { iamUserPrincipal, rootPrincipal } from '../../src/domain/authentication/index.js'
import { startApp, type TestApp } from '../support/app.js'
import { Authenticator, type Lies } from '../support/authenticator.js'
import { Browser } from '../support/browser.js'
import { makeUser } from '../support/console.js'
import { withRootPassword } from '../support/console-sign-in.js'
import { ceremoniesOf, csrfOf, optionsFor, sendPasskey, withPasskey } from '../support/passkeys.js'

let home: TestApp
beforeAll(async () => { home = await startApp() }, 120_000)
afterAll(async () => { await home?.stop() })

const accountId = '111122223333'
const events = async (eventName: string) => (await home.app.trail.list({ eventName })).map(({ event }) => event)

/** Registers a passkey of a principal. */
async function keyOf(principal: string, userName: string, lies: Lies = {}): Promise<Authenticator> {
  const ceremonies = ceremoniesOf(home)
  const key = new Authenticator(home.origin)
  const options = await ceremonies.beginRegistration({ principal, userName, displayName: userName }, 'test')
  await ceremonies.finishRegistration({ principal }, 'test', { answer: JSON.stringify(key.create(options, lies)), name: 'Key' })
  return key
}

async function at(page: string): Promise<Browser> {
  const browser = new Browser(home.origin)
  await browser.open(page)
  return browser
}

test('a root user is in at once, with where they were going, and a second factor', async () => {
  const key = await keyOf(await withRootPassword(home, accountId), 'root@example.com')
  const browser = await at('/console/sign-in/root?redirect_uri=%2Fconsole%2Fcredentials&region=eu-west-1')
  const page = await sendPasskey(browser, key.get(await optionsFor(browser)))
  expect(page).toMatchObject({ status: 200, url: `${home.origin}/console/credentials` })
  expect((await events('ConsoleLogin'))[0]).toMatchObject({
    userIdentity: { type: 'Root' }, additionalEventData: { MFAUsed: 'Yes', MFAIdentifier: expect.stringContaining(`arn:aws:iam::${accountId}:u2f/user/root/pk-`) as unknown, Region: 'eu-west-1', LoginTo: `${home.origin}/console/credentials` },
  })
  expect((await events('CheckMfa'))[0]).toMatchObject({ responseElements: { CheckMfa: 'Success' }, additionalEventData: { MfaType: 'U2F MFA' } })
  // The browser goes to this page from now on, and knows no name that nobody asked it to keep.
  await browser.submit({ session: 'all' }, '/console/sign-out')
  await browser.open('/console/sign-in')
  expect(browser.page.url).toBe(`${home.origin}/console/sign-in/root`)
  expect(browser.page.html).not.toContain('root@example.com')
})

test('an IAM user too, from either page, in the account that is theirs', async () => {
  const user = await makeUser(home, 'keyed')
  const key = await keyOf(iamUserPrincipal(user.id), 'keyed')
  for (const page of ['/console/sign-in/user?account=444455556666', '/console/sign-in/root']) {
    const browser = await at(page)
    const shown = await sendPasskey(browser, key.get(await optionsFor(browser)))
    expect(shown.url).toBe(`${home.origin}/console`)
    expect(shown.html).toContain(user.arn)
  }
  expect((await events('CredentialVerification'))[0]).toMatchObject({ recipientAccountId: accountId, userIdentity: { type: 'IAMUser', userName: 'keyed' } })
})

test('what proves nobody here is refused with one answer', async () => {
  const root = await keyOf(rootPrincipal(accountId), 'root@example.com')
  const left = await makeUser(home, 'left')
  const leaver = await keyOf(iamUserPrincipal(left.id), 'left')
  await home.database.query('delete from passwords where principal = $1', [iamUserPrincipal(left.id)])
  const person = await withPasskey(home, 'jane')
  const stranger = new Authenticator(home.origin)
  stranger.create(await ceremoniesOf(home).beginRegistration({ principal: 'root:000000000000', userName: 'x', displayName: 'x' }, 'test'))
  for (const [key, lies] of [[root, { verified: false }], [leaver, {}], [person, {}], [stranger, {}], [root, { origin: 'https://evil.example.com' }]] as [Authenticator, Lies][]) {
    const browser = await at('/console/sign-in/root')
    const page = await sendPasskey(browser, key.get(await optionsFor(browser), lies))
    expect(page.status).toBe(401)
    expect(page.html).toContain('That passkey cannot be used here. Try again, or say who you are.')
  }
  const browser = await at('/console/sign-in/root')
  for (const answer of ['', '{}', 'null', '[]', 'x'.repeat(2000)]) expect((await browser.post('/console/sign-in/root', { csrf: csrfOf(browser), passkey: answer })).status).toBe(401)
})

test('what was asked of one browser is answered by it, once', async () => {
  const key = await keyOf(rootPrincipal(accountId), 'root@example.com')
  const browser = await at('/console/sign-in/user')
  const answer = key.get(await optionsFor(browser))
  const other = await at('/console/sign-in/user')
  await optionsFor(other)
  expect((await sendPasskey(other, answer)).status).toBe(401)
  expect((await sendPasskey(browser, answer)).status).toBe(401)
  expect((await sendPasskey(browser, key.get(await optionsFor(browser)))).url).toBe(`${home.origin}/console`)
})

test('a copy of a root user’s passkey is refused, and its owner hears of it', async () => {
  const key = await keyOf(rootPrincipal(accountId), 'root@example.com')
  const before = (await home.database.query(`select 1 from mails where template = 'passkey-copied'`)).length
  const browser = await at('/console/sign-in/root')
  await sendPasskey(browser, key.get(await optionsFor(browser), { signCount: 9 }))
  const thief = await at('/console/sign-in/root')
  expect((await sendPasskey(thief, key.get(await optionsFor(thief), { signCount: 3 }))).status).toBe(401)
  expect((await home.database.query(`select 1 from mails where template = 'passkey-copied'`)).length).toBe(before + 1)
})
