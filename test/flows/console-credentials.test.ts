// One's own credentials in the console: password, second step, access keys, each after a fresh proof where it matters.
import { AccountPasswordPolicies, plainAccountPolicy } from '../../src/domain/accounts/index.js'
import { password, startApp, type TestApp } from '../support/app.js'
import type { Browser } from '../support/browser.js'
import { keysOf, makeRole, makeUser, openRole, openRoot, openUser } from '../support/console.js'
import { appCode, secretOn } from '../support/factors.js'

let app: TestApp
const time = { ahead: 0 }
const clock = (): number => Date.now() + time.ahead
beforeAll(async () => { app = await startApp({ clock }) }, 60_000)
afterAll(() => app.stop())
beforeEach(() => { time.ahead = 0 })

const minutes = 60_000
const page = '/console/credentials'
const accountId = '111122223333'
const ownKeys = { Effect: 'Allow', Action: ['iam:*AccessKey*'], Resource: `arn:aws:iam::${accountId}:user/\${aws:username}` }

async function addApp(browser: Browser): Promise<string> {
  await browser.open(`${page}/app`)
  const secret = secretOn(browser)
  await browser.submit({ code: appCode(secret, clock()), name: 'Phone' })
  return secret
}

test('a root user makes an access key of its own, with a warning, and deletes it', async () => {
  const root = await openRoot(app)
  expect((await root.open(page)).html).toContain('no policy bounds it')
  await root.submit({}, `${page}/keys`)
  const id = /id="key-id">(AKIA\w+)</.exec(root.page.html)![1]!
  expect(await keysOf(app).find(id)).toMatchObject({ accountId, userId: undefined })
  expect((await root.submit({}, `${page}/keys`)).headers.get('content-disposition')).toContain('.csv')
  await root.open(`${page}?change=DeleteAccessKey&AccessKeyId=${id}`)
  await root.submit({ change: 'DeleteAccessKey' }, page)
  expect(await keysOf(app).find(id)).toBeUndefined()
})

test('a user makes access keys where policies let them, and sees none elsewhere', async () => {
  const bare = await openUser(app, await makeUser(app, 'bare'))
  expect((await bare.open(page)).html).toContain('do not let you see or make access keys')
  const csrf = /name="csrf" value="([^"]+)"/.exec(bare.page.html)![1]!
  expect((await bare.post(`${page}/keys`, { csrf })).status).toBe(403)
  const user = await makeUser(app, 'keyed', [ownKeys])
  const keyed = await openUser(app, user)
  await keyed.open(page)
  await keyed.submit({}, `${page}/keys`)
  expect(await keysOf(app).list({ accountId, userId: user.id })).toHaveLength(1)
})

test('what matters asks for a fresh proof first, and then begins anew', async () => {
  const user = await makeUser(app, 'stale', [ownKeys])
  const browser = await openUser(app, user, { provedAt: Date.now() - 6 * minutes })
  await browser.open(page)
  await browser.submit({}, `${page}/keys`)
  expect(browser.page.url).toContain('/console/prove')
  expect(await keysOf(app).list({ accountId, userId: user.id })).toEqual([])
  expect((await browser.submit({ password: 'wrong' })).status).toBe(401)
  await browser.submit({ password })
  expect(browser.page.html).toContain('please do it once more')
  await browser.submit({}, `${page}/keys`)
  expect(browser.page.html).toContain('New access key')
})

test('an address that leads elsewhere after the proof is not followed', async () => {
  const browser = await openUser(app, await makeUser(app, 'led'))
  for (const back of ['https://evil.example.com', '//evil.example.com', '/console\\@evil', '/consolette', '/start']) {
    await browser.open(`/console/prove?back=${encodeURIComponent(back)}`)
    await browser.submit({ password })
    expect(browser.page.url).toBe(`${app.origin}${page}`)
  }
})

test('an authenticator app is added, asked for in the next proof, renamed and removed', async () => {
  const user = await makeUser(app, 'second')
  const browser = await openUser(app, user)
  const secret = await addApp(browser)
  expect(browser.page.html).toContain('The device is added')
  expect(browser.page.html).toContain(`arn:aws:iam::${accountId}:mfa/`)
  time.ahead = 10 * minutes
  const device = /href="(\/console\/credentials\/devices\/[^"/]+)"/.exec((await browser.open(page)).html)![1]!
  await browser.open(device)
  expect(browser.page.html).toContain('Code of your authenticator app')
  expect((await browser.submit({ password, code: '000000' })).status).toBe(401)
  await browser.submit({ password, code: appCode(secret, clock()) })
  expect(browser.page.url).toBe(`${app.origin}${device}`)
  await browser.submit({ name: 'Old phone', change: 'rename' })
  expect(browser.page.html).toContain('Old phone')
  await browser.open(device)
  await browser.post(device, { csrf: /name="csrf" value="([^"]+)"/.exec(browser.page.html)![1]!, change: 'remove' })
  expect(browser.page.html).toContain('You have no device yet')
  const names = (await app.app.trail.list({ accountId })).map(({ event }) => event.eventName)
  expect(names).toContain('EnableMFADevice')
  expect(names).toContain('DeactivateMFADevice')
})

test('a policy that denies it keeps a user from adding devices', async () => {
  const browser = await openUser(app, await makeUser(app, 'denied', [{ Effect: 'Deny', Action: 'iam:EnableMFADevice', Resource: '*' }]))
  expect((await browser.open(page)).html).not.toContain('Add an authenticator app')
  expect((await browser.open(`${page}/app`)).status).toBe(403)
})

describe('the password', () => {
  const change = async (browser: Browser, fields: Record<string, string>) => {
    await browser.open(`${page}/password`)
    return browser.submit({ current: password, password: 'Another-horse-8', repeated: 'Another-horse-8', ...fields })
  }

  test('of a user is changed where the account lets its users, by its rules', async () => {
    const user = await makeUser(app, 'changer')
    const browser = await openUser(app, user)
    expect((await browser.open(`${page}/password`)).status).toBe(403)
    await new AccountPasswordPolicies(app.database).put(accountId, { ...plainAccountPolicy, minimumLength: 12, allowUsersToChange: true })
    const elsewhere = await openUser(app, user)
    expect((await change(browser, { current: 'wrong' })).html).toContain('This is not the password you have now.')
    expect((await change(browser, { password: 'Short-1', repeated: 'Short-1' })).html).toContain('does not meet every rule')
    expect((await change(browser, { repeated: 'Different-horse-8' })).html).toContain('are not the same')
    expect((await change(browser, {})).html).toContain('Your password is changed')
    expect((await browser.open(page)).status).toBe(200)
    expect((await elsewhere.open('/console')).url).toContain('/console/sign-in')
    await new AccountPasswordPolicies(app.database).remove(accountId)
  })

  test('of a root user is changed always', async () => {
    const root = await openRoot(app)
    expect((await change(root, {})).html).toContain('Your password is changed')
    expect((await root.open('/console')).status).toBe(200)
  })

  test('cannot be guessed without end', async () => {
    const browser = await openUser(app, await makeUser(app, 'guessed'))
    const statuses: number[] = []
    for (let count = 0; count < 6; count += 1) {
      await browser.open('/console/prove')
      statuses.push((await browser.submit({ password: `guess ${count}` })).status)
    }
    expect(statuses).toContain(429)
  })
})

test('a role has no credentials of its own', async () => {
  const role = await openRole(app, await makeRole(app, 'Passing', ['AdministratorAccess']))
  for (const path of [page, `${page}/password`, `${page}/app`, '/console/prove']) expect((await role.open(path)).status).toBe(403)
})
