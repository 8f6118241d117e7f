// Passkeys on the wire: what the sign-in takes, and everything that it does not.
import fc from 'fast-check'
import { password, startApp, type TestApp } from '../support/app.js'
import { Browser } from '../support/browser.js'
import type { Lies } from '../support/authenticator.js'
import { get, post } from '../support/oidc.js'
import { cookiesOf, csrfOf, optionsFor, ownerOf, sendPasskey, withPasskey } from '../support/passkeys.js'

let home: TestApp
beforeAll(async () => { home = await startApp() }, 90_000)
afterAll(async () => { await home?.stop() })
afterEach(async () => { await home.database.query('delete from passkeys') })

async function arrived(): Promise<Browser> {
  const browser = new Browser(home.origin)
  await browser.open('/start/')
  return browser
}

const eventsOf = async (userName: string): Promise<Record<string, unknown>[]> => {
  const { principal } = await ownerOf(home, userName)
  return (await home.app.trail.list({ userId: principal.slice('user:'.length) })).map(({ event }) => event)
}

test('the first page offers passkeys to whoever comes, and names none', async () => {
  await withPasskey(home, 'jane')
  const browser = await arrived()
  expect(browser.page.html).toContain('autocomplete="username webauthn"')
  const options = await optionsFor(browser)
  expect(options).toMatchObject({ rpId: 'localhost', allowCredentials: [], userVerification: 'required' })
  expect(options).not.toEqual(await optionsFor(browser))
})

test('a passkey alone signs in, without a name and without a password', async () => {
  const key = await withPasskey(home, 'jane')
  const browser = await arrived()
  const page = await sendPasskey(browser, key.get(await optionsFor(browser)))
  expect(page.url).toBe(`${home.origin}/start/`)
  expect(page.html).toContain('Jane Doe')
  expect((await eventsOf('jane')).filter(({ eventSource }) => eventSource === 'signin.amazonaws.com').slice(0, 3)).toMatchObject([
    { eventName: 'UserAuthentication', additionalEventData: { CredentialType: 'WEBAUTHN' } },
    { eventName: 'CredentialVerification', serviceEventDetails: { CredentialVerification: 'Success' } },
    { eventName: 'CredentialChallenge', additionalEventData: { UserName: 'jane' } },
  ])
})

test('an unknown passkey, a wrong signature, somebody disabled, nobody verified, another site: the same answer', async () => {
  const [jane, gone, removed] = [await withPasskey(home, 'jane'), await withPasskey(home, 'gone'), await withPasskey(home, 'sam')]
  await home.database.query(`delete from passkeys where principal = $1`, [(await ownerOf(home, 'sam')).principal])
  const tries: [typeof jane, Lies][] = [
    [removed, {}], [jane, { signature: Buffer.alloc(70) }], [gone, {}], [jane, { verified: false }], [jane, { origin: 'https://evil.example' }], [jane, { rpId: 'evil.example' }],
    [jane, { crossOrigin: true }], [jane, { crossOrigin: true, topOrigin: home.origin }], [jane, { userHandle: gone.userHandle }], [jane, { userHandle: null }], [jane, { type: 'webauthn.create' }],
  ]
  const answers = []
  for (const [key, lies] of tries) {
    const browser = await arrived()
    const page = await sendPasskey(browser, key.get(await optionsFor(browser), lies))
    answers.push({
      status: page.status,
      headers: [...page.headers].filter(([name]) => !['date', 'content-length', 'set-cookie'].includes(name)),
      html: page.html.replaceAll(/signin\/[\w-]+/g, 'signin/X').replaceAll(/name="csrf" value="[^"]+"/g, 'csrf'),
    })
  }
  expect(answers[0]!.status).toBe(401)
  expect(answers[0]!.html).toContain('That passkey cannot be used here.')
  for (const answer of answers) expect(answer).toEqual(answers[0])
})

test('after a try that was refused the next one is taken, on the same page', async () => {
  const key = await withPasskey(home, 'jane')
  const browser = await arrived()
  await sendPasskey(browser, key.get(await optionsFor(browser), { verified: false }))
  expect((await sendPasskey(browser, key.get(await optionsFor(browser)))).url).toBe(`${home.origin}/start/`)
})

test('a copy of a passkey is refused, and the trail says so', async () => {
  const key = await withPasskey(home, 'jane')
  const browser = await arrived()
  await sendPasskey(browser, key.get(await optionsFor(browser), { signCount: 9 }))
  const thief = await arrived()
  expect((await sendPasskey(thief, key.get(await optionsFor(thief), { signCount: 3 }))).status).toBe(401)
  expect((await eventsOf('jane'))[0]).toMatchObject({ eventName: 'CredentialVerification', serviceEventDetails: { CredentialVerification: 'Failure' }, additionalEventData: { CredentialType: 'WEBAUTHN', Reason: 'SignCountRegressed', DeviceId: expect.stringMatching(/^pk-/) } })
})

test('the page of the password takes a passkey too, and offers it to every name alike', async () => {
  const key = await withPasskey(home, 'jane')
  const pages = []
  for (const userName of ['jane', 'sams', 'nobo']) {
    const browser = await arrived()
    await browser.submit({ userName })
    const { challenge, ...options } = await optionsFor(browser) as { challenge: string }
    expect(challenge).toHaveLength(43)
    pages.push({ options, html: browser.page.html.replaceAll(/signin\/[\w-]+/g, 'signin/X').replaceAll(/name="csrf" value="[^"]+"/g, 'csrf').replaceAll(userName, 'NAME') })
  }
  expect(pages[0]!.options).toMatchObject({ allowCredentials: [], userVerification: 'required' })
  for (const page of pages) expect(page).toEqual(pages[0])
  const browser = await arrived()
  await browser.submit({ userName: 'jane' })
  const refused = await sendPasskey(browser, key.get(await optionsFor(browser), { verified: false }))
  expect([refused.status, refused.html.includes('Try again, or enter your password.')]).toEqual([401, true])
  expect((await sendPasskey(browser, key.get(await optionsFor(browser)))).url).toBe(`${home.origin}/start/`)
})

test('a challenge of one page is good on no later one, and the password still works beside it', async () => {
  const key = await withPasskey(home, 'jane')
  const browser = await arrived()
  await browser.submit({ userName: 'jane' })
  const options = await optionsFor(browser)
  await browser.submit({ password })
  expect(browser.page.url).toMatch(/\/passkey$/)
  expect((await sendPasskey(browser, key.get(options))).status).toBe(401)
  expect((await sendPasskey(browser, key.get(await optionsFor(browser)))).url).toBe(`${home.origin}/start/`)
})

describe('a challenge', () => {
  test('is good once', async () => {
    const key = await withPasskey(home, 'jane')
    const browser = await arrived()
    const answer = key.get(await optionsFor(browser), { signature: Buffer.alloc(70) })
    await sendPasskey(browser, answer)
    const right = key.get({ challenge: JSON.parse(Buffer.from(String(answer.clientDataJSON), 'base64url').toString()).challenge, rpId: 'localhost' })
    expect((await sendPasskey(browser, right)).status).toBe(401)
  })

  test('is of one attempt: another tab of the same browser cannot use it', async () => {
    const key = await withPasskey(home, 'jane')
    const browser = await arrived()
    const options = await optionsFor(browser)
    await browser.open('/start/')
    expect((await sendPasskey(browser, key.get(options))).status).toBe(401)
  })

  test('is of one browser: not even with its cookies of the attempt does another use it', async () => {
    const key = await withPasskey(home, 'jane')
    const [mine, theirs] = [await arrived(), await arrived()]
    const options = await optionsFor(mine)
    expect((await sendPasskey(theirs, key.get(options))).status).toBe(401)
    // The attempt's own cookies, with the form's token of another browser.
    const url = mine.page.url
    mine.cookies.splice(0, mine.cookies.length, ...mine.cookies.filter(({ name }) => !name.includes('csrf')), ...theirs.cookies.filter(({ name }) => name.includes('csrf')))
    const answer = await post(url, { csrf: csrfOf(theirs), passkey: JSON.stringify(key.get(options)) }, { cookie: cookiesOf(mine), origin: home.origin })
    expect(answer.status).toBe(401)
  })

  test('is asked for with the form’s own token, by the browser of the attempt, on the page that is due', async () => {
    const browser = await arrived()
    const url = `${browser.page.url.replace(/[^/]+$/, '')}passkey-options`
    const ask = (fields: Record<string, string>, headers: Record<string, string>): Promise<number> => post(url, fields, { origin: home.origin, ...headers }).then(({ status }) => status)
    const [csrf, cookie] = [csrfOf(browser), cookiesOf(browser)]
    expect(await ask({}, { cookie })).toBe(403)
    expect(await ask({ csrf }, { cookie, origin: 'https://evil.example' })).toBe(403)
    expect(await ask({ csrf }, { cookie: cookiesOf(await arrived()) })).toBe(403)
    expect((await get(url, { cookie })).status).toBe(404)
    expect(await ask({ csrf }, { cookie })).toBe(200)
    await browser.signIn('jane', password)
    expect(await ask({ csrf: csrfOf(browser) }, { cookie: cookiesOf(browser) })).toBe(410)
  })
})

test('an answer that is sent again does not sign in again', async () => {
  const key = await withPasskey(home, 'jane')
  const browser = await arrived()
  const [url, csrf, cookie] = [browser.page.url, csrfOf(browser), cookiesOf(browser)]
  const passkey = JSON.stringify(key.get(await optionsFor(browser)))
  await sendPasskey(browser, passkey)
  const again = await post(url, { csrf, passkey }, { cookie, origin: home.origin })
  expect(again.headers.get('location') ?? '').not.toContain('/oidc/auth/')
  expect(again.status).not.toBe(200)
})

test('nonsense in place of an answer is refused, never a failure of ours', async () => {
  const browser = await arrived()
  await fc.assert(fc.asyncProperty(fc.oneof(fc.json({ maxDepth: 3 }), fc.string({ maxLength: 200 })), async (passkey) => {
    const { status } = await sendPasskey(browser, passkey)
    expect([400, 401, 413]).toContain(status)
    if (status !== 401) await browser.open('/start/')
  }), { numRuns: 60 })
})

test('a person who has gone takes the passkeys along', async () => {
  await withPasskey(home, 'sam')
  const { principal } = await ownerOf(home, 'sam')
  const { Users } = await import('../../src/domain/directory/index.js')
  await new Users(home.database).remove([principal.slice('user:'.length)])
  expect(await home.database.query('select principal from passkeys where principal = $1 union all select principal from passkey_handles where principal = $1', [principal])).toEqual([])
})
