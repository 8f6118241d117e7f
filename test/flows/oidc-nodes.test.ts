// Two nodes of one installation: what is redeemable once is redeemed once, and a session is the same on both.
import { password, startApp, type TestApp } from '../support/app.js'
import type { Browser } from '../support/browser.js'
import { needs } from '../support/needs.js'
import { get, nodesEnv, post, signInAt, startOidc, tokensOf, type Answer, type OidcHome } from '../support/oidc.js'
import { freshDatabase } from '../support/postgres.js'
import { RedisServer } from '../support/redis.js'

const times = 50

interface Stores {
  env: Record<string, string>
  stop(): Promise<void>
}

function onTwoNodes(open: () => Promise<Stores>): void {
  let stores: Stores
  let one: OidcHome
  let other: TestApp

  beforeAll(async () => {
    stores = await open()
    const env = nodesEnv(stores.env)
    one = await startOidc({ env })
    other = await startApp({ organization: '', env: { ...env, PUBLIC_URL: one.origin } })
  }, 90_000)
  afterAll(async () => {
    await other?.stop()
    await one?.stop()
    await stores?.stop()
  })

  /** Asks both nodes the same at once, and counts the answers. */
  async function redeem(fields: Record<string, string>): Promise<{ counts: Record<string, number>; answers: Answer[] }> {
    const answers = await Promise.all(Array.from({ length: times }, (_, index) => post(`${index % 2 === 0 ? one.origin : other.origin}/oidc/token`, fields)))
    const counts: Record<string, number> = {}
    for (const { status, json } of answers) {
      const said = `${status} ${String(json.error ?? 'tokens')}`
      counts[said] = (counts[said] ?? 0) + 1
    }
    return { counts, answers }
  }

  /** What the other node's portal answers to the cookies of a browser. */
  const atOther = async (browser: Browser): Promise<string> => {
    const { status, headers } = await get(`${other.origin}/start/profile`, { cookie: browser.cookies.map(({ name, value }) => `${name}=${value}`).join('; ') })
    return status === 200 ? 'signed in' : (headers.get('location') ?? String(status))
  }

  test('a code is redeemed once', async () => {
    const { begun, answer } = await signInAt(one.wiki, one.browser())
    const { counts } = await redeem({ client_id: 'wiki', grant_type: 'authorization_code', code: answer.searchParams.get('code')!, redirect_uri: one.wiki.redirectUri, code_verifier: begun.verifier })
    expect(counts).toEqual({ '200 tokens': 1, '400 invalid_grant': times - 1 })
  })

  test('a refresh token is redeemed once, and what the winner got ends too', async () => {
    const tokens = await tokensOf(one.wiki, one.browser())
    const { counts, answers } = await redeem({ client_id: 'wiki', grant_type: 'refresh_token', refresh_token: tokens.refresh_token! })
    expect(counts).toEqual({ '200 tokens': 1, '400 invalid_grant': times - 1 })
    const won = answers.find(({ status }) => status === 200)!.json
    // Whoever came second may have been a thief: nobody keeps the family.
    const again = await post(`${other.origin}/oidc/token`, { client_id: 'wiki', grant_type: 'refresh_token', refresh_token: String(won.refresh_token) })
    const later = await post(`${one.origin}/oidc/token`, { client_id: 'wiki', grant_type: 'refresh_token', refresh_token: tokens.refresh_token! })
    expect([again.status, later.status].filter((status) => status === 200).length).toBeLessThanOrEqual(1)
    expect(later.json.error).toBe('invalid_grant')
    const after = await post(`${other.origin}/oidc/token`, { client_id: 'wiki', grant_type: 'refresh_token', refresh_token: String(again.json.refresh_token ?? won.refresh_token) })
    expect(after.json.error).toBe('invalid_grant')
  })

  test('a sign-in on one node is one on the other, and so is a sign-out', async () => {
    const jane = one.browser()
    await jane.signIn('jane', password)
    expect(await atOther(jane)).toBe('signed in')
    const kept = one.browser()
    kept.cookies.push(...jane.cookies)
    await jane.open('/start/')
    await jane.submit({}, '/start/sign-out')
    expect(await atOther(kept)).toContain('/oidc/auth')
  })

  test('a sign-in that began on one node goes on at the other', async () => {
    const kim = one.browser()
    await kim.open('/start/')
    await kim.submit({ userName: 'kim' })
    const page = await get(kim.page.url.replace(one.origin, other.origin), { cookie: kim.cookies.map(({ name, value }) => `${name}=${value}`).join('; ') })
    expect([page.status, page.text.includes('<b>kim</b>')]).toEqual([200, true])
  })

  test('wrong passwords on one node count on the other', async () => {
    const guess = async (origin: string): Promise<number> => {
      const browser = one.browser()
      await browser.open('/start/')
      await browser.submit({ userName: 'sam' })
      const csrf = /name="csrf" value="([^"]+)"/.exec(browser.page.html)![1]!
      const answer = await post(browser.page.url.replace(one.origin, origin), { csrf, password: 'Not-the-password-1' }, { cookie: browser.cookies.map(({ name, value }) => `${name}=${value}`).join('; '), origin: one.origin })
      return answer.status
    }
    const seen: number[] = []
    for (let round = 0; round < 6; round += 1) seen.push(await guess(round % 2 === 0 ? one.origin : other.origin))
    expect(seen).toEqual([401, 401, 401, 401, 401, 429])
  })

  test('both publish the same keys, and verify with those of the other', async () => {
    const keys = await Promise.all([one, other].map(async ({ origin }) => (await get(`${origin}/oidc/jwks`)).text))
    expect(keys[0]).toBe(keys[1])
  })
}

needs('postgres').describe('two nodes on one PostgreSQL', () => onTwoNodes(async () => ({ env: { DATABASE_URL: await freshDatabase() }, stop: async () => undefined })))

needs('postgres', 'redis').describe('two nodes on one PostgreSQL and one Redis', () => onTwoNodes(async () => {
  const redis = await RedisServer.start()
  return { env: { DATABASE_URL: await freshDatabase(), REDIS_URL: redis.url }, stop: () => redis.stop() }
}))
