// "This was not me": a notice by mail, and the link in it that ends everything.
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { personAsOwner } from '../../src/domain/recovery/index.js'
import { organizationFile, password, startApp, type TestApp } from '../support/app.js'
import { Browser } from '../support/browser.js'
import { commandLine } from '../support/command-line.js'
import { appCode, secretOn } from '../support/factors.js'
import { letterTo, lettersTo, linkIn } from '../support/mails.js'
import { eventually } from '../support/servers.js'

// It only goes forward: what is remembered for a second must be forgotten.
const time = { ahead: 0 }
let home: TestApp
const people = ['amy', 'ben', 'cal', 'dee', 'gus', 'hugo'].map((name) => `  - { userName: ${name}, displayName: ${name}, emails: [{ value: ${name}@example.com }], password: ${password} }`)
beforeAll(async () => { home = await startApp({ clock: () => Date.now() + time.ahead, organization: organizationFile.replace('\ngroups:', `\n${people.join('\n')}\ngroups:`) }) }, 60_000)
afterAll(async () => { await home?.stop() })

async function setMfa(mfa: object): Promise<void> {
  await home.database.query('update organization set mfa = $1', [JSON.stringify(mfa)])
  time.ahead += 2000
}

let noticed = 0

async function noticeTo(userName: string): Promise<string> {
  noticed += 1
  const where = { at: Date.parse('2026-11-21T14:32:05Z'), place: `203.0.113.${noticed}`, browser: 'Firefox on Linux' }
  const [row] = await home.database.query<{ id: string }>('select id from users where user_name = $1', [userName])
  const user = { ...row!, userName, displayName: userName, givenName: undefined, familyName: undefined, emails: [{ value: `${userName}@example.com` }], active: true, createdAt: new Date() }
  await home.database.transaction((tx) => home.app.notices.tell(tx, personAsOwner(user), { template: 'new-browser', where, details: {} }))
  await eventually(async () => (await lettersTo(home, `${userName}@example.com`)).some(({ text }) => text.includes(`Where:     ${where.place}\n`)))
  const letter = (await lettersTo(home, `${userName}@example.com`)).find(({ text }) => text.includes(`Where:     ${where.place}\n`))!
  expect(letter.text).toContain('21 Nov 2026, 14:32 UTC')
  return linkIn(letter, '/not-me/')
}

test('opening the link changes nothing; the button ends sessions, command lines and role credentials, and mails a link', async () => {
  const link = await noticeTo('jane')
  const cli = commandLine(home.origin)
  const { browser: intruder, client, accessToken, refreshToken } = await cli.signIn()
  const wire = await fetch(`${home.origin}/federation/credentials?account_id=444455556666&role_name=ReadOnly`, { headers: { 'x-amz-sso_bearer_token': accessToken } })
  const { roleCredentials: { accessKeyId, secretAccessKey, sessionToken } } = await wire.json() as { roleCredentials: { accessKeyId: string; secretAccessKey: string; sessionToken: string } }
  const sts = new STSClient({ region: 'us-east-1', endpoint: home.origin, maxAttempts: 1, credentials: { accessKeyId, secretAccessKey, sessionToken } })

  const jane = new Browser(home.origin)
  for (let visit = 0; visit < 2; visit += 1) await jane.open(link)
  expect(jane.page.html).toContain('Was it not you?')
  expect((await intruder.open('/start/')).url).toContain('/start/')

  await jane.submit({})
  expect(jane.page.html).toContain('Nobody is signed in as you any more')
  expect((await intruder.open('/start/')).url).toContain('/signin/')
  expect((await fetch(`${home.origin}/assignment/accounts`, { headers: { 'x-amz-sso_bearer_token': accessToken } })).status).toBe(401)
  await expect(cli.refresh(client, refreshToken)).rejects.toMatchObject({ name: 'InvalidGrantException' })
  await expect(sts.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({ name: 'ExpiredToken' })
  expect((await new Browser(home.origin).signIn('jane', password)).status).toBe(401)

  await jane.open(link)
  expect(jane.page.html).toContain('done already')
  await jane.open(linkIn(await letterTo(home, 'jane@example.com', /new password/), '/reset-password/'))
  await jane.submit({ password: 'Another-lighthouse-9', repeated: 'Another-lighthouse-9' })
  expect((await jane.signIn('jane', 'Another-lighthouse-9')).url).toContain('/start/')
})

test('of several clicks one acts', async () => {
  const link = await noticeTo('sam')
  const browsers = await Promise.all([1, 2, 3].map(async () => {
    const browser = new Browser(home.origin)
    await browser.open(link)
    return browser
  }))
  const pages = await Promise.all(browsers.map((browser) => browser.submit({})))
  expect(pages.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 410, 410])
})

describe('ways to verify that an intruder added', () => {
  const secretOf = async (browser: Browser): Promise<string> => {
    await browser.open('/start/security/devices/app')
    return secretOn(browser)
  }
  async function addApp(browser: Browser, name: string): Promise<void> {
    const secret = await secretOf(browser)
    expect((await browser.submit({ code: appCode(secret, Date.now() + time.ahead), name })).html).toContain('The device was added.')
  }
  async function signedIn(userName: string): Promise<Browser> {
    const browser = new Browser(home.origin)
    await browser.signIn(userName, password)
    expect(browser.page.url).toBe(`${home.origin}/start/`)
    return browser
  }
  const devicesOf = async (userName: string): Promise<string[]> => (await home.database.query<{ name: string }>(
    `select name from authenticator_apps where principal = (select 'user:' || id from users where user_name = $1) order by created_at`, [userName])).map(({ name }) => name)
  const codesOf = async (userName: string): Promise<number> => (await home.database.query(
    `select 1 from recovery_codes where principal = (select 'user:' || id from users where user_name = $1)`, [userName])).length
  const eventsOf = async (eventName: string, userName: string): Promise<Record<string, unknown>[]> =>
    (await home.app.trail.list({ eventName, userId: (await home.database.query<{ id: string }>('select id from users where user_name = $1', [userName]))[0]!.id })).map(({ event }) => event)
  const act = async (link: string, fields: Record<string, string> = {}): Promise<string> => {
    const owner = new Browser(home.origin)
    await owner.open(link)
    return (await owner.submit(fields)).html
  }

  test('go with the letter that told of them, with recovery codes made since; those from before stay', async () => {
    const intruder = await signedIn('amy')
    await addApp(intruder, 'Owned')
    // As long ago as no letter tells of any more.
    await home.database.query(`delete from mailed_links where about is not null`)
    await addApp(intruder, 'Intruding')
    await intruder.open('/start/security/recovery-codes')
    await intruder.submit({})
    expect([await devicesOf('amy'), await codesOf('amy')]).toEqual([['Owned', 'Intruding'], 10])
    const link = linkIn(await letterTo(home, 'amy@example.com', /was added/, 2), '/not-me/')
    const page = await new Browser(home.origin).open(link)
    expect(page.html).toContain('authenticator app “Intruding”')
    expect(page.html).not.toContain('“Owned”')
    const html = await act(link)
    expect(html).toContain('The authenticator app “Intruding” was removed.')
    expect(html).toContain('recovery codes')
    expect([await devicesOf('amy'), await codesOf('amy')]).toEqual([['Owned'], 0])
    expect((await eventsOf('DeleteMfaDeviceForUser', 'amy'))[0]).toMatchObject({ requestParameters: { mfaType: 'TOTP', deviceId: expect.stringMatching(/^app-/) }, additionalEventData: { Reason: 'ReportUnrecognizedActivity' } })
    expect(await eventsOf('DeleteRecoveryCodes', 'amy')).toHaveLength(1)
  })

  test('go with an earlier letter too, whatever it was about', async () => {
    const intruder = await signedIn('ben')
    const link = linkIn(await letterTo(home, 'ben@example.com', /New sign-in/), '/not-me/')
    await addApp(intruder, 'Intruding')
    await act(link)
    expect(await devicesOf('ben')).toEqual([])
  })

  test('of the days before a letter go where the person points at them, and only those', async () => {
    const person = await signedIn('cal')
    for (const name of ['Mine', 'Not mine']) await addApp(person, name)
    const link = await noticeTo('cal')
    const { html } = await new Browser(home.origin).open(link)
    const boxes = [...html.matchAll(/name="(remove [^"]+)"[^>]*>.*?“([^”]+)”/g)].map(([, field, name]) => [name, field] as const)
    expect(boxes.map(([name]) => name)).toEqual(['Mine', 'Not mine'])
    await act(link, { [new Map(boxes).get('Not mine')!]: 'on' })
    expect(await devicesOf('cal')).toEqual(['Mine'])
  })

  test('are nobody else’s to point at', async () => {
    await addApp(await signedIn('dee'), 'Hers')
    const [app] = await home.database.query<{ id: string }>(`select id from authenticator_apps where name = 'Hers'`)
    await act(await noticeTo('sam'), { [`remove ${app!.id}`]: 'on' })
    expect(await devicesOf('dee')).toEqual(['Hers'])
  })
})

test('somebody who has no mail address any more is kept safe too, and told who can help', async () => {
  const link = await noticeTo('gus')
  await home.database.query(`update users set emails = '[]' where user_name = 'gus'`)
  const gus = new Browser(home.origin)
  await gus.open(link)
  const page = await gus.submit({})
  expect([page.status, page.html.includes('the people who look after access')]).toEqual([200, true])
  expect((await new Browser(home.origin).signIn('gus', password)).status).toBe(401)
})

test('a sign-in that an intruder had begun before is over too', async () => {
  await setMfa({ mode: 'context', whenNoDevice: 'enroll' })
  const link = await noticeTo('hugo')
  const intruder = new Browser(home.origin)
  await intruder.signIn('hugo', password)
  expect(intruder.page.url).toContain('/enroll-authenticator')
  const form = { code: appCode(secretOn(intruder), Date.now() + time.ahead), name: 'Intruding' }
  const owner = new Browser(home.origin)
  await owner.open(link)
  await owner.submit({})
  await intruder.submit(form)
  expect(intruder.page.url).toMatch(/\/password$/)
  expect(await home.database.query(`select 1 from authenticator_apps where name = 'Intruding' and principal = (select 'user:' || id from users where user_name = 'hugo')`)).toEqual([])
  await setMfa({})
})
