// Recovery codes and clocks that are off, for root users and IAM users: on their own page, and on the way in.
import { iamUserPrincipal } from '../../src/domain/authentication/index.js'
import { password, startApp, type TestApp } from '../support/app.js'
import { Browser } from '../support/browser.js'
import { makeUser, openRoot, openUser } from '../support/console.js'
import { asRoot, asUser, giveApp, stepOf, withRootPassword } from '../support/console-sign-in.js'
import { appCode, codesOn } from '../support/factors.js'
import { letterTo } from '../support/mails.js'
import { csrfOf } from '../support/passkeys.js'

const time = { ahead: 0 }
const now = (): number => Date.now() + time.ahead
let home: TestApp
beforeAll(async () => { home = await startApp({ clock: now }) }, 120_000)
afterAll(async () => { await home?.stop() })

const accountId = '111122223333'
const page = '/console/credentials'
const events = async (eventName: string) => (await home.app.trail.list({ eventName })).map(({ event }) => event)

const fresh = () => ({ provedAt: now(), mfaAt: now() })

async function withCode(browser: Browser, code: string): Promise<Browser['page']> {
  await browser.submit({ password })
  expect(stepOf(browser)).toBe('authenticator-code')
  await browser.open(browser.page.url.replace('authenticator-code', 'recovery-code'))
  return browser.submit({ code })
}

test('a root user makes codes, which get in once each, and hears of it by mail', async () => {
  const principal = await withRootPassword(home, accountId)
  await giveApp(home, principal, now)
  const root = await openRoot(home, fresh())
  expect((await root.open(page)).html).toContain('They get you in when you do not have your devices.')
  await root.open(`${page}/recovery-codes`)
  await root.submit()
  const codes = codesOn(root)
  expect(codes).toHaveLength(10)
  expect((await events('CreateRecoveryCodes'))[0]).toMatchObject({ eventSource: 'iam.amazonaws.com', userIdentity: { type: 'Root' }, requestParameters: { userName: 'AWS ROOT USER' } })
  const browser = new Browser(home.origin)
  await asRoot(browser, 'root@example.com')
  await withCode(browser, codes[0]!)
  expect(browser.page.url).toBe(`${home.origin}/console`)
  expect((await events('ConsoleLogin'))[0]!.additionalEventData).toEqual({ LoginTo: `${home.origin}/console`, MobileVersion: 'No', MFAUsed: 'Yes' })
  expect((await letterTo(home, 'root@example.com', /recovery code was used/)).text).toContain('/not-me/')
  const again = new Browser(home.origin)
  await asRoot(again, 'root@example.com')
  expect((await withCode(again, codes[0]!)).status).toBe(401)
  // Whoever got in by one is proved well enough to take the lost device away.
  const device = /href="(\/console\/credentials\/devices\/[^"/]+)"/.exec((await browser.open(page)).html)![1]!
  await browser.open(device)
  await browser.post(device, { csrf: csrfOf(browser), change: 'remove' })
  expect(browser.page.html).toContain('The device is removed.')
})

test('a user of an account does too, and new codes end the old', async () => {
  const user = await makeUser(home, 'keeper')
  await giveApp(home, iamUserPrincipal(user.id), now)
  const browser = await openUser(home, user, fresh())
  const made: string[][] = []
  for (let count = 0; count < 2; count += 1) {
    await browser.open(`${page}/recovery-codes`)
    await browser.submit()
    made.push(codesOn(browser))
  }
  expect((await browser.open(page)).html).toContain('You have 10 codes left.')
  for (const [code, status] of [[made[0]![0]!, 401], [made[1]![0]!, 200]] as const) {
    const elsewhere = new Browser(home.origin)
    await asUser(elsewhere, accountId, 'keeper')
    expect((await withCode(elsewhere, code)).status).toBe(status)
  }
})

test('there are none without a device, without a fresh proof, or where a policy denies devices', async () => {
  const bare = await openUser(home, await makeUser(home, 'bare'), fresh())
  expect((await bare.open(`${page}/recovery-codes`)).status).toBe(403)
  const user = await makeUser(home, 'denied', [{ Effect: 'Deny', Action: 'iam:EnableMFADevice', Resource: '*' }])
  await giveApp(home, iamUserPrincipal(user.id), now)
  expect((await (await openUser(home, user, fresh())).open(`${page}/recovery-codes`)).status).toBe(403)
  const late = await openUser(home, await makeUser(home, 'late'), { provedAt: now() - 6 * 60_000 })
  expect((await late.open(`${page}/recovery-codes`)).url).toContain('/console/prove')
})

test('a clock that is off is matched on the way in, and on one’s own page', async () => {
  const user = await makeUser(home, 'clocked')
  const secret = await giveApp(home, iamUserPrincipal(user.id), now)
  const off = 10 * 60_000
  const pair = (later: number): { first: string; second: string } => ({ first: appCode(secret, now() + off + later), second: appCode(secret, now() + off + later + 30_000) })
  const browser = new Browser(home.origin)
  await asUser(browser, accountId, 'clocked')
  await browser.submit({ password })
  await browser.open(browser.page.url.replace('authenticator-code', 'resynchronise'))
  expect((await browser.submit({ first: '000000', second: '111111' })).status).toBe(401)
  await browser.submit(pair(0))
  expect(browser.page.url).toBe(`${home.origin}/console`)
  expect((await events('ResyncMFADevice'))[0]).toMatchObject({ eventSource: 'iam.amazonaws.com' })
  const own = await openUser(home, user, fresh())
  const clock = /href="(\/console\/credentials\/devices\/[^"]+\/clock)"/.exec((await own.open(page)).html)![1]!
  await own.open(clock)
  expect((await own.submit({ first: '000000', second: '111111' })).status).toBe(422)
  await own.submit(pair(120_000))
  expect(own.page.html).toContain('The clock is matched.')
  expect(await events('ResyncMFADevice')).toHaveLength(2)
  const next = new Browser(home.origin)
  time.ahead += 300_000
  await asUser(next, accountId, 'clocked')
  await next.submit({ password })
  await next.submit({ code: appCode(secret, now() + off + 120_000) })
  expect(next.page.url).toBe(`${home.origin}/console`)
})
