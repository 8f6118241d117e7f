// What applications and command lines were given, on the security page of whoever gave it: seen there, and taken back.
import { ListAccountsCommand, UnauthorizedException } from '@aws-sdk/client-sso'
import { InvalidGrantException } from '@aws-sdk/client-sso-oidc'
import * as oidc from 'openid-client'
import { password } from '../support/app.js'
import type { Browser } from '../support/browser.js'
import { commandLine } from '../support/command-line.js'
import { startOidc, tokensOf, type OidcHome } from '../support/oidc.js'

let home: OidcHome
let line: ReturnType<typeof commandLine>
beforeAll(async () => {
  home = await startOidc()
  line = commandLine(home.origin)
}, 90_000)
afterAll(async () => { await home?.stop() })

/** The rows of the page: what is named, and the id that takes it back. */
async function rows(browser: Browser): Promise<{ name: string; text: string; id: string }[]> {
  const { html } = await browser.open('/start/security')
  const section = /<section[^>]*id="access".*?<\/section>/s.exec(html)![0]
  return [...section.matchAll(/<li>.*?<b>(.*?)<\/b>(.*?)name="revoke" value="([^"]+)"/gs)].map(([, name, text, id]) => ({ name: name!, text: text!.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' '), id: id! }))
}

const takeBack = (browser: Browser, id: string) => browser.submit({ revoke: id }, '/start/security/access')

test('nothing is listed for somebody who only signed in', async () => {
  const sam = home.browser()
  await sam.signIn('sam', password)
  expect(await rows(sam)).toEqual([])
  expect(sam.page.html).toContain('No command line and no application may act for you right now.')
})

test('an application that stays connected is still there after signing out, and can be taken back', async () => {
  const kim = home.browser()
  const tokens = await tokensOf(home.wiki, kim, { userName: 'kim', scope: 'openid profile offline_access', prompt: 'consent' })
  await kim.open('/start/')
  await kim.submit({}, '/start/sign-out')
  await kim.signIn('kim', password)
  const [wiki, ...more] = await rows(kim)
  expect(more).toEqual([])
  expect(wiki).toMatchObject({ name: 'Wiki' })
  expect(wiki!.text).toMatch(/application .*Knows who you are, your name and user name .*May stay connected when you are not there.*goes on when you sign out/)
  const page = await takeBack(kim, wiki!.id)
  expect(page.html).toContain('Its access was taken back.')
  expect(await rows(kim)).toEqual([])
  await expect(oidc.refreshTokenGrant(home.wiki.configuration, tokens.refresh_token!)).rejects.toMatchObject({ error: 'invalid_grant' })
  await expect(oidc.fetchUserInfo(home.wiki.configuration, tokens.access_token, tokens.claims()!.sub)).rejects.toMatchObject({ status: 401 })
  const [event] = await home.app.trail.list({ eventName: 'DeleteApplicationGrant' })
  expect(event!.event).toMatchObject({ requestParameters: { clientId: 'wiki', clientName: 'Wiki' }, userIdentity: { onBehalfOf: { userId: tokens.claims()!.sub } } })
})

test('an application that was taken back asks again, and may be let in again at once', async () => {
  const jane = home.browser()
  await tokensOf(home.wiki, jane)
  await takeBack(jane, (await rows(jane)).find(({ name }) => name === 'Wiki')!.id)
  const begun = await home.wiki.begin()
  expect((await jane.open(begun.url.href)).url).toContain('/consent/')
  await jane.submit({ decision: 'allow' })
  expect(await rows(jane)).toEqual([expect.objectContaining({ name: 'Wiki' })])
  // What is remembered now is asked for once: not again.
  expect((await jane.open((await home.wiki.begin()).url.href)).url).toContain(home.site.origin)
})

test('a command line is listed with what it may do, and loses its tokens alone', async () => {
  const browser = home.browser()
  await browser.signIn('jane', password)
  const [one, two] = [await line.signIn({ browser }), await line.signIn({ browser, client: await line.register({ clientName: 'another-one' }) })]
  const listed = (await rows(browser)).filter(({ text }) => text.includes('command line'))
  expect(listed.map(({ name }) => name).toSorted()).toEqual(['another-one', 'botocore-client-corp'])
  expect(listed[0]!.text).toContain('May get credentials for every permission set you have')
  expect(listed[0]!.text).not.toContain('goes on when you sign out')
  await takeBack(browser, listed.find(({ name }) => name === 'another-one')!.id)
  await expect(line.sso.send(new ListAccountsCommand({ accessToken: two.accessToken }))).rejects.toThrow(UnauthorizedException)
  await expect(line.refresh(two.client, two.refreshToken)).rejects.toThrow(InvalidGrantException)
  await expect(line.sso.send(new ListAccountsCommand({ accessToken: one.accessToken }))).resolves.toBeDefined()
})

test('nobody takes back what somebody else gave', async () => {
  const [kim, jane] = [home.browser(), home.browser()]
  const tokens = await tokensOf(home.wiki, kim, { userName: 'kim' })
  await jane.signIn('jane', password)
  await jane.open('/start/security')
  const { id } = (await rows(kim))[0]!
  await jane.post('/start/security/access', { csrf: /name="csrf" value="([^"]+)"/.exec(jane.page.html)![1]!, revoke: id })
  await expect(oidc.refreshTokenGrant(home.wiki.configuration, tokens.refresh_token!)).resolves.toBeDefined()
})
