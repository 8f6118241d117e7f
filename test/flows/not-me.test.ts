// "This was not me": a notice by mail, and the link in it that ends everything.
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { password, startApp, type TestApp } from '../support/app.js'
import { Browser } from '../support/browser.js'
import { commandLine } from '../support/command-line.js'
import { letterTo, linkIn } from '../support/mails.js'

let home: TestApp
beforeAll(async () => { home = await startApp() })
afterAll(async () => { await home?.stop() })

const where = { at: Date.parse('2026-11-21T14:32:05Z'), place: '203.0.113.7', browser: 'Firefox on Linux' }

async function noticeTo(userName: string): Promise<string> {
  const [row] = await home.database.query<{ id: string }>('select id from users where user_name = $1', [userName])
  const user = { ...row!, userName, displayName: userName, givenName: undefined, familyName: undefined, emails: [{ value: `${userName}@example.com` }], active: true, createdAt: new Date() }
  await home.database.transaction((tx) => home.app.notices.tell(tx, user, 'new-browser', where, {}))
  const letter = await letterTo(home, `${userName}@example.com`, /New sign-in/)
  expect(letter.text).toContain('203.0.113.7')
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
