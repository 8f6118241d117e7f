// Two nodes of one installation: what was mailed is good once, whichever node it comes to, and so is a solved security check.
import { solveChallenge, type Challenge } from 'altcha-lib'
import { deriveKey } from 'altcha-lib/algorithms/pbkdf2'
import { applyText, organizationFile, password, startApp, type TestApp } from '../support/app.js'
import { Browser } from '../support/browser.js'
import { catchMails, withMfa } from '../support/factors.js'
import { needs } from '../support/needs.js'
import { nodesEnv, post, type Answer } from '../support/oidc.js'
import { csrfOf, cookiesOf } from '../support/passkeys.js'
import { freshDatabase } from '../support/postgres.js'
import { RedisServer } from '../support/redis.js'
import { eventually } from '../support/servers.js'

interface Stores {
  env: Record<string, string>
  stop(): Promise<void>
}

const times = 6
const organization = withMfa(organizationFile, '{ mode: always, whenNoDevice: email }')
const chosen = 'Another-lighthouse-9'

function onTwoNodes(open: () => Promise<Stores>): void {
  let stores: Stores
  let one: TestApp
  let other: TestApp
  let mails: ReturnType<typeof catchMails>[]

  beforeAll(async () => {
    stores = await open()
    const env = nodesEnv(stores.env)
    one = await startApp({ env, organization })
    other = await startApp({ organization: '', env: { ...env, PUBLIC_URL: one.origin } })
    mails = [catchMails(one), catchMails(other)]
  }, 90_000)
  afterAll(async () => {
    await other?.stop()
    await one?.stop()
    await stores?.stop()
  })

  /** Sends a browser's form to both nodes several times, all at once. */
  const everywhere = (browser: Browser, fields: Record<string, string>): Promise<Answer[]> => Promise.all(Array.from({ length: times }, () => [one, other]).flat().map(({ origin }) =>
    post(browser.page.url.replace(one.origin, origin), { csrf: csrfOf(browser), ...fields }, { cookie: cookiesOf(browser), origin: one.origin })))

  /** What a letter of the kind says, once there is one. */
  async function mailed(template: string, key: string): Promise<string> {
    const letters = (): Record<string, unknown>[] => mails.flat().filter((mail) => mail.template === template).map(({ model }) => model)
    await eventually(async () => letters().length > 0)
    return String(letters()[0]![key])
  }

  /** A letter is seen here before the transaction is through that its link comes of. */
  async function opened(path: string): Promise<Browser> {
    const browser = new Browser(one.origin)
    await eventually(async () => (await browser.open(path)).html.includes('name="csrf"'))
    return browser
  }

  const statuses = (answers: Answer[]): number[] => answers.map(({ status }) => status).toSorted((a, b) => a - b)
  /** One that was taken, and all others refused. */
  const once = (taken: number, refused: number): number[] => [taken, refused].toSorted((a, b) => a - b).flatMap((status) => Array.from({ length: status === taken ? 1 : 2 * times - 1 }, () => status))

  test('a link for a new password', async () => {
    await (await opened('/forgot-password')).submit({ name: 'sam' })
    const browser = await opened(await mailed('reset-password', 'link'))
    expect(statuses(await everywhere(browser, { password: chosen, repeated: chosen }))).toEqual(once(200, 410))
  })

  test('an invitation', async () => {
    await applyText(organization.replace('groups:\n', '  - { userName: ina, displayName: Ina New, emails: [{ value: ina@example.com }], invite: true }\ngroups:\n'), one)
    const browser = await opened(await mailed('invitation', 'link'))
    expect(statuses(await everywhere(browser, { password: chosen, repeated: chosen }))).toEqual(once(200, 410))
  })

  test('a code by mail', async () => {
    const browser = new Browser(one.origin)
    await browser.signIn('jane', password)
    await browser.submit()
    const answers = await everywhere(browser, { code: await mailed('code', 'code') })
    const isIn = ({ status, headers }: Answer): boolean => status === 303 && headers.get('location')!.includes('/oidc/auth/')
    expect(answers.filter(isIn)).toHaveLength(1)
    expect(answers.filter(({ status }) => status >= 500)).toEqual([])
  })

  test('"this was not me"', async () => {
    // Telling of a new browser, the letter before ends with this link.
    const browser = await opened(await mailed('new-browser', 'notMe'))
    await everywhere(browser, {})
    expect(mails.flat().filter(({ template, to }) => template === 'reset-password' && to === 'jane@example.com')).toHaveLength(1)
  })

  test('a solved security check', async () => {
    for (let asked = 0; asked < 2; asked += 1) await (await opened('/forgot-password')).submit({ name: 'nobody' })
    const browser = await opened('/forgot-password')
    const challenge = JSON.parse(/name="challenge" value="([^"]*)"/.exec(browser.page.html)![1]!.replaceAll('&quot;', '"').replaceAll('&#x3D;', '=')) as Challenge
    const { counter, derivedKey } = (await solveChallenge({ challenge, deriveKey }))!
    const answers = await everywhere(browser, { name: 'nobody', challenge: JSON.stringify(challenge), solution: JSON.stringify({ counter, derivedKey }) })
    expect(statuses(answers)).toEqual(once(303, 422))
  })
}

needs('postgres').describe('two nodes on one PostgreSQL', () => onTwoNodes(async () => ({ env: { DATABASE_URL: await freshDatabase() }, stop: async () => undefined })))

needs('postgres', 'redis').describe('two nodes on one PostgreSQL and one Redis', () => onTwoNodes(async () => {
  const redis = await RedisServer.start()
  return { env: { DATABASE_URL: await freshDatabase(), REDIS_URL: redis.url }, stop: () => redis.stop() }
}))
