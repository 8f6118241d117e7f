// Passkeys on two nodes of one installation: begun on one, finished on the other, and each challenge is redeemed once.
import { startApp, type TestApp } from '../support/app.js'
import { Browser } from '../support/browser.js'
import { needs } from '../support/needs.js'
import { nodesEnv, post } from '../support/oidc.js'
import { cookiesOf, ceremoniesOf, csrfOf, optionsFor, withPasskey } from '../support/passkeys.js'
import { freshDatabase } from '../support/postgres.js'
import { RedisServer } from '../support/redis.js'

needs('postgres', 'redis').describe('two nodes on one PostgreSQL and one Redis', () => {
  let redis: RedisServer
  let one: TestApp
  let other: TestApp

  beforeAll(async () => {
    redis = await RedisServer.start()
    const env = nodesEnv({ DATABASE_URL: await freshDatabase(), REDIS_URL: redis.url })
    one = await startApp({ env })
    other = await startApp({ organization: '', env: { ...env, PUBLIC_URL: one.origin } })
  }, 90_000)
  afterAll(async () => {
    await other?.stop()
    await one?.stop()
    await redis?.stop()
  })

  test('an answer proves once, whichever node it is sent to', async () => {
    const key = await withPasskey(one, 'jane')
    const nodes = [ceremoniesOf(one), ceremoniesOf({ ...other, settings: one.settings })]
    const answer = JSON.stringify(key.get(await nodes[0]!.beginAuthentication('here')))
    const outcomes = await Promise.all(Array.from({ length: 50 }, async (_, at) => (await nodes[at % 2]!.finishAuthentication('here', answer)).outcome))
    expect(outcomes.filter((outcome) => outcome === 'proved')).toHaveLength(1)
    expect(outcomes.filter((outcome) => outcome === 'refused')).toHaveLength(49)
  })

  test('a registration counts once, whichever node it is sent to', async () => {
    const key = await withPasskey(one, 'sam')
    const nodes = [ceremoniesOf(one), ceremoniesOf({ ...other, settings: one.settings })]
    const owner = { principal: 'user:nobody', userName: 'nobody', displayName: 'Nobody' }
    const answer = JSON.stringify(key.create(await nodes[1]!.beginRegistration(owner, 'here')))
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, (_, at) => nodes[at % 2]!.finishRegistration(owner, 'here', { answer })))
    // The one that gets past the challenge finds the credential registered to somebody else.
    expect(outcomes.map((outcome) => (outcome as PromiseRejectedResult).reason.code as string).toSorted()).toEqual(['conflict', ...Array.from({ length: 19 }, () => 'expired')])
  })

  test('a sign-in that began on one node is finished on the other', async () => {
    const key = await withPasskey(one, 'nora')
    const browser = new Browser(one.origin)
    await browser.open('/start/')
    const options = await optionsFor(browser, other.origin)
    const answer = await post(browser.page.url.replace(one.origin, other.origin), { csrf: csrfOf(browser), passkey: JSON.stringify(key.get(options)) }, { cookie: cookiesOf(browser), origin: one.origin })
    expect([answer.status, answer.headers.get('location')]).toEqual([303, expect.stringContaining('/oidc/auth/')])
  })
})
