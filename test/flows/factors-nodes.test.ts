// Two nodes of one installation: a code of a second factor opens one sign-in, whichever node it comes to.
import { Browser } from '../support/browser.js'
import { password, startApp, type TestApp } from '../support/app.js'
import { afterPassword, appCode, catchMails, enrollApp, withMfa } from '../support/factors.js'
import { needs } from '../support/needs.js'
import { nodesEnv, oidcOrganization, post, type Answer } from '../support/oidc.js'
import { freshDatabase } from '../support/postgres.js'
import { RedisServer } from '../support/redis.js'

const times = 10
/** For two tests, each tried three times at most. */
const names = ['ada', 'bea', 'cid', 'dot', 'eli', 'fay']
const users = names.map((name) => `  - { userName: ${name}, displayName: ${name}, emails: [{ value: ${name}@example.com }], password: ${password} }`)
const file = oidcOrganization('http://127.0.0.1:1').replace('\ngroups:', `\n${users.join('\n')}\ngroups:`)
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
    one = await startApp({ env, clock: now, organization: withMfa(file, '{ mode: always, whenNoDevice: enroll }') })
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
  /** Does what only prepares, until the page is there: a store that is slow for a moment answers 503, and is asked again. */
  async function prepared(prepare: () => Promise<Browser>): Promise<Browser> {
    for (let left = 8; ; left -= 1) {
      const browser = await prepare().catch((error: unknown) => { if (left === 0) throw error })
      if (browser && browser.page.status === 200 && browser.page.html.includes('name="csrf"')) return browser
      if (left === 0) throw new Error(`no page came: ${browser?.page.status ?? 'none'} at ${browser?.page.url ?? 'nowhere'}`)
    }
  }
  const waiting = (userName: string, page?: string): Promise<Browser[]> => Promise.all(Array.from({ length: times }, async () => {
    const browser = await prepared(() => afterPassword(new Browser(one.origin), userName))
    const url = page && browser.page.url.replace(/[^/]+$/, page)
    return url ? prepared(async () => {
      await browser.open(url)
      return browser
    }) : browser
  }))

  // Somebody new each time, so that what is tried again begins as it began.
  const people = [...names]
  let who = ''
  beforeEach(() => { who = people.shift()! })

  test('a code of an app, and a recovery code', async () => {
    const { secret, recoveryCodes } = await enrollApp(new Browser(one.origin), who, now)
    clock.ahead += 30_000
    expect(await redeem(await waiting(who), { code: appCode(secret, now()) })).toEqual({ in: 1, failed: 0 })
    expect(await redeem(await waiting(who, 'recovery-code'), { code: recoveryCodes[0]! })).toEqual({ in: 1, failed: 0 })
    expect(mails.map(({ template }) => template)).toContain('factor-added')
    // Two codes in a row are one promise too.
    clock.ahead += 120_000
    const off = now() + 600_000
    expect(await redeem(await waiting(who, 'resynchronise'), { first: appCode(secret, off), second: appCode(secret, off + 30_000) })).toEqual({ in: 1, failed: 0 })
  })

  test('tries on one node count on the other', async () => {
    await enrollApp(new Browser(one.origin), who, now)
    const browser = await prepared(() => afterPassword(new Browser(one.origin), who))
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
