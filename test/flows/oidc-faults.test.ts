// Stores that stop or freeze: everybody hears so in time, in their own words, and all goes on by itself.
import { needs } from '../support/needs.js'
import { get, nodesEnv, startOidc, tokensOf, type Answer, type OidcHome } from '../support/oidc.js'
import { PostgresServer } from '../support/postgres.js'
import { RedisServer } from '../support/redis.js'
import { eventually } from '../support/servers.js'
import { password } from '../support/app.js'

/** How long anybody waits for a "not now", with some patience for a busy machine. */
const inTime = 4_500

needs('postgres', 'redis').describe('a store that does not answer', () => {
  let home: OidcHome
  let postgres: PostgresServer
  let redis: RedisServer
  let cookies: string
  let refreshToken: string

  beforeAll(async () => {
    [postgres, redis] = await Promise.all([PostgresServer.start(), RedisServer.start()])
    home = await startOidc({ env: nodesEnv({ DATABASE_URL: postgres.url(), REDIS_URL: redis.url }) })
  }, 90_000)
  afterAll(async () => {
    redis?.thaw()
    await postgres?.thaw()
    await home?.stop()
    await redis?.stop()
    await postgres?.stop()
  })

  beforeEach(async () => {
    const jane = home.browser()
    await jane.signIn('jane', password)
    cookies = jane.cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
    refreshToken = (await tokensOf(home.wiki, home.browser())).refresh_token!
  })

  const faults: [string, 'database' | 'sessions', () => unknown, () => unknown][] = [
    ['a Redis that is frozen', 'sessions', () => redis.freeze(), () => redis.thaw()],
    ['a Redis that is gone', 'sessions', () => redis.kill(), () => redis.run()],
    ['a PostgreSQL that is frozen', 'database', () => postgres.freeze(), () => postgres.thaw()],
    ['a PostgreSQL that is gone', 'database', () => postgres.kill(), () => postgres.run()],
  ]

  test.each(faults)('%s', async (_name, store, fail, mend) => {
    const authorization = (await home.wiki.begin()).url.href
    await fail()
    const started = Date.now()
    const timed = async (asked: Promise<Answer>): Promise<Answer & { took: number }> => ({ ...await asked, took: Date.now() - started })
    try {
      const [portal, signIn, token, alive, ready, metadata, assets] = await Promise.all([
        timed(get(`${home.origin}/start/profile`, { cookie: cookies, accept: 'text/html' })),
        timed(get(authorization, { cookie: cookies, accept: 'text/html' })),
        timed(home.post('/oidc/token', { grant_type: 'refresh_token', client_id: 'wiki', refresh_token: refreshToken })),
        timed(get(`${home.origin}/healthz`)),
        timed(get(`${home.origin}/readyz`)),
        timed(get(`${home.origin}/oidc/.well-known/openid-configuration`)),
        timed(get(`${home.origin}/favicon.ico`)),
      ])
      expect([portal, signIn, token].map(({ status }) => status)).toEqual([503, 503, 503])
      for (const page of [portal, signIn]) expect(page.text).toContain('Not available right now')
      expect(token.json).toMatchObject({ error: 'temporarily_unavailable' })
      for (const answer of [portal, signIn, token]) expect(answer.headers.get('retry-after')).toBe('5')
      expect([alive.status, ready.status, metadata.status, assets.status]).toEqual([200, 503, 200, 200])
      expect(ready.json).toMatchObject({ stores: { [store]: 'does not answer', [store === 'sessions' ? 'database' : 'sessions']: 'answers' } })
      expect([portal, signIn, token, ready].map(({ took }) => took).filter((took) => took > inTime)).toEqual([])
    } finally {
      await mend()
    }
    await eventually(async () => (await get(`${home.origin}/readyz`)).status === 200)
    await eventually(async () => tokensOf(home.wiki, home.browser()))
    await eventually(async () => (await home.browser().signIn('jane', password)).url === `${home.origin}/start/`)
    if (store === 'database') expect((await get(`${home.origin}/start/profile`, { cookie: cookies })).status).toBe(200)
  }, 60_000)
})
