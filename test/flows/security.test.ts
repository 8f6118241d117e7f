// The security page in a browser without scripts: who looks at it sees what is theirs, changes it, and proves first who they are.
import { password, startApp, type TestApp } from '../support/app.js'
import { Browser } from '../support/browser.js'

const time = { ahead: 0 }
let home: TestApp
beforeAll(async () => { home = await startApp({ clock: () => Date.now() + time.ahead }) }, 60_000)
afterAll(async () => { await home?.stop() })
beforeEach(() => { time.ahead = 0 })

const browser = (): Browser => new Browser(home.origin)

async function signedIn(userName = 'sam', word = password): Promise<Browser> {
  const person = browser()
  await person.signIn(userName, word)
  expect(person.page.url).toBe(`${home.origin}/start/`)
  return person
}

/** As much later as a fresh proof is good for. */
const later = (): void => { time.ahead = 301_000 }

const eventsOf = async (eventName: string): Promise<Record<string, unknown>[]> => (await home.app.trail.list({ eventName })).map(({ event }) => event)

test('the page says where one is signed in, and each other session can be ended', async () => {
  const [here, there] = [await signedIn(), await signedIn()]
  await here.open('/start/security')
  expect(here.page.html).toContain('this one')
  const [, uid] = /name="end" value="([\w-]{20,})"/.exec(here.page.html)!
  const page = await here.submit({ end: uid! }, '/start/security/sessions')
  expect(page.html).toContain('That session was ended.')
  expect((await there.open('/start/')).url).toContain('/signin/')
  expect((await eventsOf('DeleteSession'))[0]).toMatchObject({ requestParameters: { sessionId: uid } })
})

test('every session ends for who types the two words, and for nobody else', async () => {
  const [here, there] = [await signedIn(), await signedIn()]
  await here.open('/start/security')
  const refused = await here.submit({ end: 'all', confirmation: 'delete' }, '/start/security/sessions')
  expect(refused.status).toBe(422)
  expect(refused.html).toContain('Nothing was ended.')
  expect((await there.open('/start/')).url).toBe(`${home.origin}/start/`)
  const page = await here.submit({ end: 'all', confirmation: ' Delete All ' }, '/start/security/sessions')
  expect(page.url).toBe(`${home.origin}/start/signed-out`)
  expect((await there.open('/start/')).url).toContain('/signin/')
  expect((await here.open('/start/')).url).toContain('/signin/')
})

test('nobody ends the session of somebody else', async () => {
  const [jane, sam] = [await signedIn('jane'), await signedIn('sam')]
  const session = (await home.app.oidc.sessions.list((await home.database.query("select id from users where user_name = 'jane'"))[0]!.id as string))[0]!
  await sam.open('/start/security')
  await sam.submit({ end: session.uid }, '/start/security/sessions')
  expect((await jane.open('/start/')).url).toBe(`${home.origin}/start/`)
})

test('a sign-in and a failed one are listed in plain words', async () => {
  await browser().signIn('sam', 'Not-the-password-1')
  const sam = await signedIn()
  await sam.open('/start/security/sign-ins')
  expect(sam.page.html).toContain('Did not get in')
  expect(sam.page.html).toContain('Wrong password')
  expect(sam.page.html).toContain('Signed in')
  expect(sam.page.html).toContain('this computer')
})

test('older sign-ins follow page by page, each once', async () => {
  const [{ id }] = await home.database.query("select id from users where user_name = 'jane'") as [{ id: string }]
  const origin = (index: number) => ({ requestId: '0', sourceIPAddress: `192.0.2.${index}`, userAgent: 'Firefox/1 Linux' })
  for (let index = 0; index < 60; index += 1) {
    await home.app.trail.record({ eventName: 'UserAuthentication', eventSource: 'signin.amazonaws.com', userId: id, origin: origin(index), additionalEventData: { CredentialType: 'PASSWORD,TOTP' } })
    await home.app.trail.record({ eventName: 'CredentialChallenge', eventSource: 'signin.amazonaws.com', userId: id, origin: origin(index) })
  }
  const jane = await signedIn('jane')
  let page = await jane.open('/start/security/sign-ins')
  const seen: string[] = []
  for (;;) {
    seen.push(...[...page.html.matchAll(/192\.0\.2\.\d+/g)].map(([address]) => address))
    const older = /href="([^"]+)">Older/.exec(page.html)?.[1]
    if (!older) break
    page = await jane.open(older.replaceAll('&#x3D;', '='))
  }
  expect(seen).toEqual(Array.from({ length: 60 }, (_, index) => `192.0.2.${59 - index}`))
  expect(page.html).toContain('Password and authenticator app')
  expect((await jane.open('/start/security/sign-ins?before=nonsense')).status).toBe(200)
  expect((await jane.open('/start/security/sign-ins?before=1')).html).toContain('There is nothing to show any more')
})

describe('a new password', () => {
  const asNora = 'A-better-one-77'
  beforeAll(async () => {
    const nora = browser()
    await nora.signIn('nora', 'Only-once-42')
    await nora.submit({ password: asNora, repeated: asNora })
  })

  test('needs the one there is, and to meet the rules', async () => {
    const nora = await signedIn('nora', asNora)
    await nora.open('/start/security/password')
    const wrong = await nora.submit({ current: 'guess', password: 'short', repeated: 'shorter' })
    expect(wrong.status).toBe(422)
    expect(wrong.html).toContain('This is not the password you have now.')
    expect(wrong.html).not.toContain('This password does not meet every rule yet.')
    const page = await nora.submit({ current: asNora, password: 'short', repeated: 'shorter' })
    expect(page.status).toBe(422)
    expect(page.html).toContain('This password does not meet every rule yet.')
    expect(page.html).toContain('The two passwords are not the same.')
    expect((await eventsOf('UpdatePassword'))[0]).toMatchObject({ serviceEventDetails: { UpdatePassword: 'Failure' } })
    const same = await nora.submit({ current: asNora, password: asNora, repeated: asNora })
    expect(same.html).toContain('Choose a password other than the one you have.')
  })

  test('is good from then on, and ends the other sessions if one likes', async () => {
    const [nora, there] = [await signedIn('nora', asNora), await signedIn('nora', asNora)]
    await nora.open('/start/security/password')
    const page = await nora.submit({ current: asNora, password: 'Even-better-88', repeated: 'Even-better-88', endOthers: 'on' })
    expect(page.html).toContain('Your password was changed.')
    expect((await there.open('/start/')).url).toContain('/signin/')
    expect((await browser().signIn('nora', asNora)).status).toBe(401)
    await signedIn('nora', 'Even-better-88')
    expect((await eventsOf('UpdatePassword'))[0]).toMatchObject({ eventSource: 'sso-directory.amazonaws.com', serviceEventDetails: { UpdatePassword: 'Success' }, userIdentity: { type: 'IdentityCenterUser' } })
  })

  test('leaves the others signed in if one likes, and offers to end them', async () => {
    const [nora, there] = [await signedIn('nora', 'Even-better-88'), await signedIn('nora', 'Even-better-88')]
    await nora.open('/start/security/password')
    const [, csrf] = /name="csrf" value="([^"]+)"/.exec(nora.page.html)!
    const page = await nora.post('/start/security/password', { csrf: csrf!, current: 'Even-better-88', password: 'Once-more-99!', repeated: 'Once-more-99!' })
    expect(page.html).toContain('If one of them might not be yours')
    expect((await there.open('/start/')).url).toBe(`${home.origin}/start/`)
    await nora.submit({ end: 'others' }, '/start/security/sessions')
    expect((await there.open('/start/')).url).toContain('/signin/')
  })

  test('is not guessed at from a session that somebody left open', async () => {
    const nora = await signedIn('nora', 'Once-more-99!')
    await nora.open('/start/security/password')
    for (let guess = 0; guess < 6; guess += 1) await nora.submit({ current: `Guess-${guess}!`, password: 'New-one-123!', repeated: 'New-one-123!' })
    expect(nora.page.status).toBe(429)
    expect(nora.page.headers.get('retry-after')).toMatch(/^\d+$/)
    await signedIn('nora', 'Once-more-99!')
  })
})

describe('a proof that is older than five minutes', () => {
  test('is given again before the page, which then comes', async () => {
    const sam = await signedIn()
    later()
    const asked = await sam.open('/start/security/password')
    expect(asked.url).toMatch(/\/signin\/[^/]+\/password$/)
    expect(asked.html).toContain('Is it still you?')
    const page = await sam.submit({ password })
    expect(page.url).toBe(`${home.origin}/start/security/password`)
    expect(page.html).not.toContain('Nothing was changed yet')
  })

  test('is given again before a form counts, which is never sent by itself', async () => {
    const sam = await signedIn()
    await sam.open('/start/security/password')
    later()
    await sam.submit({ current: password, password: 'Another-one-55', repeated: 'Another-one-55' })
    expect(sam.page.html).toContain('Is it still you?')
    const page = await sam.submit({ password })
    expect(page.url).toBe(`${home.origin}/start/security/password?late=1`)
    expect(page.html).toContain('Nothing was changed yet')
    await signedIn('sam', password)
  })

  test('is given again before every session ends', async () => {
    const sam = await signedIn()
    await sam.open('/start/security')
    later()
    await sam.submit({ end: 'all', confirmation: 'delete all' }, '/start/security/sessions')
    expect(sam.page.html).toContain('Is it still you?')
    const page = await sam.submit({ password })
    expect(page.url).toBe(`${home.origin}/start/security?late=1`)
    expect((await sam.submit({ end: 'all', confirmation: 'delete all' }, '/start/security/sessions')).url).toBe(`${home.origin}/start/signed-out`)
  })

  test('keeps the session and its age, and changes what its cookie holds', async () => {
    const sam = await signedIn()
    const [before] = await home.app.oidc.sessions.list((await home.database.query("select id from users where user_name = 'sam'"))[0]!.id as string)
    const cookie = sam.cookie('gatehouse-session')
    later()
    await sam.open('/start/security/password')
    await sam.submit({ password })
    const sessions = await home.app.oidc.sessions.list(before!.userId)
    expect(sessions.find(({ uid }) => uid === before!.uid)).toMatchObject({ startedAt: before!.startedAt })
    expect(sam.cookie('gatehouse-session')).not.toBe(cookie)
  })

  test('somebody else may prove who they are instead, and sees their own page', async () => {
    const sam = await signedIn()
    later()
    await sam.open('/start/security/password')
    await sam.open(/href="([^"]+restart)"/.exec(sam.page.html)![1]!)
    await sam.submit({ userName: 'jane' })
    await sam.submit({ password })
    expect(sam.page.html).not.toContain('Sam Plain')
  })
})
