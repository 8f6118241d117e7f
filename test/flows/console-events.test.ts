// What a sign-in at the console, a device and a switched role leave in the trail; and that a flood of guesses does not fill it.
import { iamUserPrincipal } from '../../src/domain/authentication/index.js'
import { password, startApp, type TestApp } from '../support/app.js'
import { Browser } from '../support/browser.js'
import { makeRole, makeUser, openUser } from '../support/console.js'
import { asRoot, asUser, giveApp, withRootPassword } from '../support/console-sign-in.js'
import { appCode, secretOn } from '../support/factors.js'
import { csrfOf } from '../support/passkeys.js'

const time = { ahead: 0 }
const now = (): number => Date.now() + time.ahead
let home: TestApp
beforeAll(async () => { home = await startApp({ clock: now }) }, 120_000)
afterAll(async () => { await home?.stop() })

const accountId = '111122223333'
const events = async (eventName: string) => (await home.app.trail.list({ eventName })).map(({ event }) => event)

test('a sign-in with a device names the device; one without names none', async () => {
  const secret = await giveApp(home, await withRootPassword(home, accountId), now)
  const root = new Browser(home.origin)
  await asRoot(root, 'root@example.com', '?region=eu-west-1&redirect_uri=%2Fconsole%2Fusers')
  await root.submit({ password })
  time.ahead += 30_000
  await root.submit({ code: appCode(secret, now()) })
  const [login] = await events('ConsoleLogin')
  const [device] = await home.database.query<{ id: string }>('select id from authenticator_apps')
  expect(login).toMatchObject({ eventType: 'AwsConsoleSignIn', userIdentity: { type: 'Root' } })
  expect(login!.additionalEventData).toEqual({
    LoginTo: `${home.origin}/console/users`, MobileVersion: 'No', MFAUsed: 'Yes', MFAIdentifier: `arn:aws:iam::${accountId}:mfa/${device!.id}`, Region: 'eu-west-1',
  })
  await makeUser(home, 'plain')
  const user = new Browser(home.origin)
  await asUser(user, accountId, 'plain')
  await user.submit({ password })
  expect((await events('ConsoleLogin'))[0]!.additionalEventData).toEqual({ LoginTo: `${home.origin}/console`, MobileVersion: 'No', MFAUsed: 'No' })
})

test('a virtual device is named as its account names it', async () => {
  const user = await makeUser(home, 'virtual')
  const secret = await giveApp(home, iamUserPrincipal(user.id), now)
  const serial = `arn:aws:iam::${accountId}:mfa/phones/mine`
  await home.database.query(
    `insert into iam_mfa_devices (serial, account_id, name, path, tags, offered, created_at, principal, app_id, enabled_at) select $1, $2, 'mine', '/phones/', '{}', '', now(), principal, id, now() from authenticator_apps where principal = $3`,
    [serial, accountId, iamUserPrincipal(user.id)])
  const browser = new Browser(home.origin)
  await asUser(browser, accountId, 'virtual')
  await browser.submit({ password })
  time.ahead += 30_000
  await browser.submit({ code: appCode(secret, now()) })
  expect((await events('ConsoleLogin'))[0]).toMatchObject({ additionalEventData: { MFAIdentifier: serial } })
})

test('devices stand in the events by their serial numbers', async () => {
  const user = await makeUser(home, 'owner')
  const browser = await openUser(home, user, { provedAt: now(), mfaAt: now() })
  await browser.open('/console/credentials/app')
  await browser.submit({ code: appCode(secretOn(browser), now()), name: 'Phone' })
  const device = /href="(\/console\/credentials\/devices\/([^"]+))"/.exec((await browser.open('/console/credentials')).html)!
  const serialNumber = `arn:aws:iam::${accountId}:mfa/${device[2]}`
  expect((await events('EnableMFADevice'))[0]).toMatchObject({ requestParameters: { userName: 'owner', serialNumber, mfaType: 'TOTP' } })
  await browser.open(device[1]!)
  await browser.post(device[1]!, { csrf: csrfOf(browser), change: 'remove' })
  expect((await events('DeactivateMFADevice'))[0]).toMatchObject({ requestParameters: { userName: 'owner', serialNumber } })
})

test('a role that is switched to says from what, and where it leads', async () => {
  const role = await makeRole(home, 'Deploy', ['ReadOnlyAccess'])
  const user = await makeUser(home, 'switcher', [{ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' }])
  const browser = await openUser(home, user, { region: 'eu-central-1' })
  await browser.open(`/console/switch-role?account=${accountId}&roleName=Deploy`)
  await browser.submit()
  expect((await events('SwitchRole'))[0]).toMatchObject({
    eventType: 'AwsConsoleSignIn', responseElements: { SwitchRole: 'Success' }, additionalEventData: { SwitchFrom: user.arn, RedirectTo: `${home.origin}/console`, Region: 'eu-central-1' },
    userIdentity: { type: 'AssumedRole', sessionContext: { sessionIssuer: { arn: role.arn } } },
  })
})

test('guesses that come at once leave no more events than may be tried', async () => {
  const browsers = await Promise.all(Array.from({ length: 16 }, async () => {
    const browser = new Browser(home.origin)
    await asUser(browser, accountId, 'nobody-of-that-name')
    return browser
  }))
  const before = (await events('CredentialVerification')).length
  const statuses = (await Promise.all(browsers.map((browser) => browser.submit({ password: 'wrong' })))).map(({ status }) => status)
  expect(new Set(statuses)).toEqual(new Set([401, 429]))
  expect((await events('CredentialVerification')).length - before).toBe(statuses.filter((status) => status === 401).length)
  expect(statuses.filter((status) => status === 401).length).toBeLessThan(8)
})
