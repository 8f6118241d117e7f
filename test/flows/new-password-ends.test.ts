// What a new password ends, whichever door it came through: every session but the one that it was made in.
import { ChangePasswordCommand, UpdateLoginProfileCommand } from '@aws-sdk/client-iam'
import { iamUserPrincipal, userPrincipal } from '../../src/domain/authentication/index.js'
import { applyOrganization, readOrganizationFile, readSnapshot } from '../../src/domain/organization/index.js'
import { organizationFile, password, startApp, type TestApp } from '../support/app.js'
import { Browser } from '../support/browser.js'
import { makeUser, openUser } from '../support/console.js'
import { asUser, givePassword, stepOf } from '../support/console-sign-in.js'
import { clientOf, rootKeys, userKeys } from '../support/iam.js'

let home: TestApp
const time = { ahead: 0 }
beforeAll(async () => { home = await startApp({ clock: () => Date.now() + time.ahead }) }, 120_000)
afterAll(async () => { await home?.stop() })

const management = '111122223333'
const other = 'Quiet-harbour-9'
const isIn = async (browser: Browser, page = '/console'): Promise<boolean> => new URL((await browser.open(page)).url).pathname.startsWith(page)
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5))

test('one that a person replaces on the way in', async () => {
  const jane = new Browser(home.origin)
  await jane.signIn('jane', password)
  const [row] = await home.database.query<{ id: string }>(`select id from users where user_name = 'jane'`)
  await givePassword(home, userPrincipal(row!.id), { plain: 'Only-once-42', oneTime: true })
  const elsewhere = new Browser(home.origin)
  await elsewhere.signIn('jane', 'Only-once-42')
  await elsewhere.submit({ password: other, repeated: other })
  expect(await isIn(elsewhere, '/start/')).toBe(true)
  expect(await isIn(jane, '/start/')).toBe(false)
})

test('one that a person replaces while proving once more who they are: this browser goes on', async () => {
  const [row] = await home.database.query<{ id: string }>(`select id from users where user_name = 'sam'`)
  const sam = new Browser(home.origin)
  await sam.signIn('sam', password)
  const second = new Browser(home.origin)
  await second.signIn('sam', password)
  await givePassword(home, userPrincipal(row!.id), { plain: 'Only-once-42', oneTime: true })
  time.ahead += 6 * 60_000
  await sam.open('/start/security/password')
  await sam.submit({ password: 'Only-once-42' })
  await sam.submit({ password: other, repeated: other })
  expect(sam.page.url).toBe(`${home.origin}/start/security/password`)
  expect(await isIn(second, '/start/')).toBe(false)
  time.ahead = 0
})

test('one that a user of an account replaces on the way in', async () => {
  const user = await makeUser(home, 'replaces')
  const before = await openUser(home, user)
  await givePassword(home, iamUserPrincipal(user.id), { oneTime: true })
  await pause()
  const browser = new Browser(home.origin)
  await asUser(browser, management, 'replaces')
  await browser.submit({ password })
  expect(stepOf(browser)).toBe('new-password')
  await browser.submit({ password: other, repeated: other })
  expect(await isIn(browser)).toBe(true)
  expect((await before.open('/console')).url).toContain('/console/sign-in')
})

test('one that an administrator sets, and one that its owner sets from the command line', async () => {
  const root = clientOf(home, await rootKeys(home))
  const keys = await userKeys(root, 'typist', [{ Effect: 'Allow', Action: 'iam:ChangePassword', Resource: '*' }])
  const [row] = await home.database.query<{ id: string }>(`select id from iam_entities where name = 'typist'`)
  await givePassword(home, iamUserPrincipal(row!.id))
  const open = (): Promise<Browser> => openUser(home, { id: row!.id, name: 'typist', arn: `arn:aws:iam::${management}:user/typist` } as Parameters<typeof openUser>[1])
  const first = await open()
  await root.send(new UpdateLoginProfileCommand({ UserName: 'typist', PasswordResetRequired: false }))
  expect((await first.open('/console')).status).toBe(200)
  await root.send(new UpdateLoginProfileCommand({ UserName: 'typist', Password: other, PasswordResetRequired: false }))
  expect((await first.open('/console')).url).toContain('/console/sign-in')
  await pause()
  const second = await open()
  expect((await second.open('/console')).status).toBe(200)
  await clientOf(home, keys).send(new ChangePasswordCommand({ OldPassword: other, NewPassword: 'Third-harbour-7' }))
  expect((await second.open('/console')).url).toContain('/console/sign-in')
})

test('one of an organization file, for those who work in the console', async () => {
  const apply = async (plain: string): Promise<void> => {
    const text = organizationFile.replace(`id: "${management}"`, `id: "${management}", iamUsers: [{ userName: filed, password: ${plain} }]`)
    const known = await readSnapshot(home.database, home.app.hashes)
    const { declaration, faults } = readOrganizationFile(text, { env: {}, readFile: () => '', known, prune: false })
    if (!declaration) throw new Error(JSON.stringify(faults))
    await applyOrganization(home.database, declaration, { by: 'test', hashes: home.app.hashes, clock: Date.now, region: 'us-east-1', prune: false })
    await home.app.revocations.refresh()
  }
  await apply('First-harbour-1')
  const [row] = await home.database.query<{ id: string }>(`select id from iam_entities where name = 'filed'`)
  const browser = await openUser(home, { id: row!.id, name: 'filed', arn: `arn:aws:iam::${management}:user/filed` } as Parameters<typeof openUser>[1])
  expect((await browser.open('/console')).status).toBe(200)
  await apply('Second-harbour-2')
  expect((await browser.open('/console')).url).toContain('/console/sign-in')
})
