// Two nodes of one installation: a code of a second factor opens one sign-in, whichever node it comes to.
import { Browser } from '../support/browser.js'
import { startApp, type TestApp } from '../support/app.js'
import { afterPassword, appCode, catchMails, enrollApp, withMfa } from '../support/factors.js'
import { needs } from '../support/needs.js'
import { nodesEnv, oidcOrganization, post, type Answer } from '../support/oidc.js'
import { freshDatabase } from '../support/postgres.js'
import { RedisServer } from '../support/redis.js'

const times = 10
const clock = { ahead: 0 }
const now = (): number => Date.now() + clock.ahead

function onTwoNodes(open: () => Promise<{ env: Record<string, string>; stop(): Promise<void> }>): void {
  let stores: { env: Record<string, string>; stop(): Promise<void> }
  let one: TestApp
  let other: TestApp
  let mails: ReturnType<typeof catchMails>

  beforeAll(async () => {
    stores = await open()
    const env = nodesEnv(stores.env)
    one = await startApp({ env, clock: now, organization: withMfa(oidcOrganization('http://127.0.0.1:1'), '{ mode: always, whenNoDevice: enroll }') })
    other = await startApp({ organization: '', clock: now, env: { ...env, PUBLIC_URL: one.origin } })
    mails = catchMails(one)
  }, 90_000)
  afterAll(async () => {
    await other?.stop()
    await one?.stop()
    await stores?.stop()
  })

  const csrfOf = (browser: Browser): string => /name="csrf" value="([^"]+)"/.exec(browser.page.html)![1]!
  const cookieOf = (browser: Browser): string => browser.cookies.map(({ name, value }) => `${name}=${value}`).join('; ')

  /** Sends a form of each browser to both nodes, all at once, and counts those that got in. */
  async function redeem(browsers: Browser[], fields: Record<string, string>): Promise<{ in: number; failed: number }> {
    const answers: Answer[] = await Promise.all(browsers.flatMap((browser) => [one, other].map(({ origin }) =>
      post(browser.page.url.replace(one.origin, origin), { csrf: csrfOf(browser), ...fields }, { cookie: cookieOf(browser), origin: one.origin }))))
    return { in: answers.filter(({ status, headers }) => status === 303 && headers.get('location')?.includes('/oidc/auth/')).length, failed: answers.filter(({ status }) => status >= 500).length }
  }
  const waiting = async (userName: string): Promise<Browser[]> => Promise.all(Array.from({ length: times }, () => afterPassword(new Browser(one.origin), userName)))

  test('a code of an app, and a recovery code', async () => {
    const { secret, recoveryCodes } = await enrollApp(new Browser(one.origin), 'jane', now)
    clock.ahead += 30_000
    expect(await redeem(await waiting('jane'), { code: appCode(secret, now()) })).toEqual({ in: 1, failed: 0 })
    const browsers = await waiting('jane')
    for (const browser of browsers) await browser.open(browser.page.url.replace(/[^/]+$/, 'recovery-code'))
    expect(await redeem(browsers, { code: recoveryCodes[0]! })).toEqual({ in: 1, failed: 0 })
    expect(mails.map(({ template }) => template)).toContain('factor-added')
    // Two codes in a row are one promise too.
    clock.ahead += 120_000
    const off = now() + 600_000
    const apart = await waiting('jane')
    for (const browser of apart) await browser.open(browser.page.url.replace(/[^/]+$/, 'resynchronise'))
    expect(await redeem(apart, { first: appCode(secret, off), second: appCode(secret, off + 30_000) })).toEqual({ in: 1, failed: 0 })
  })

  test('tries on one node count on the other', async () => {
    await enrollApp(new Browser(one.origin), 'kim', now)
    const browser = await afterPassword(new Browser(one.origin), 'kim')
    const seen: number[] = []
    for (let tries = 0; tries < 6; tries += 1) {
      const { origin } = tries % 2 === 0 ? one : other
      seen.push((await post(browser.page.url.replace(one.origin, origin), { csrf: csrfOf(browser), code: '000000' }, { cookie: cookieOf(browser), origin: one.origin })).status)
    }
    expect(seen).toEqual([401, 401, 401, 401, 401, 429])
  })
}

needs('postgres').describe('two nodes on one PostgreSQL', () => onTwoNodes(async () => ({ env: { DATABASE_URL: await freshDatabase() }, stop: async () => undefined })))

needs('postgres', 'redis').describe('two nodes on one PostgreSQL and one Redis', () => onTwoNodes(async () => {
  const redis = await RedisServer.start()
  return { env: { DATABASE_URL: await freshDatabase(), REDIS_URL: redis.url }, stop: () => redis.stop() }
}))
