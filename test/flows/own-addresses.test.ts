// A person's own mail addresses: verified and changed by a code that was mailed there, in the session that asked for it.
import { applyText, organizationFile, password, startApp, type TestApp } from '../support/app.js'
import { Browser } from '../support/browser.js'
import { letterTo, lettersTo, linkIn } from '../support/mails.js'
import { eventually } from '../support/servers.js'

const names = ['amy', 'ben', 'cal', 'dee', 'eve', 'fay', 'gil', 'hal']
const people = names.map((name) => `  - { userName: ${name}, displayName: ${name}, emails: [{ value: ${name}@example.com }], password: ${password} }`)
const time = { ahead: 0 }
let home: TestApp
beforeAll(async () => { home = await startApp({ clock: () => Date.now() + time.ahead, organization: organizationFile.replace('\ngroups:', `\n${people.join('\n')}\ngroups:`) }) }, 60_000)
afterAll(async () => { await home?.stop() })
beforeEach(() => home.database.query('delete from ephemeral_counters'))

async function signedIn(userName: string, word = password): Promise<Browser> {
  const person = new Browser(home.origin)
  await person.signIn(userName, word)
  expect(person.page.url).toBe(`${home.origin}/start/`)
  return person
}

const addressesOf = async (userName: string): Promise<string[]> =>
  (await home.database.query<{ emails: { value: string }[] }>('select emails from users where user_name = $1', [userName]))[0]!.emails.map(({ value }) => value)
const eventsOf = async (eventName: string, userName: string): Promise<Record<string, unknown>[]> =>
  (await home.app.trail.list({ eventName, userId: (await home.database.query<{ id: string }>('select id from users where user_name = $1', [userName]))[0]!.id })).map(({ event }) => event)

/** The newest code that was mailed to an address, of so many. */
const codeTo = async (address: string, count = 1): Promise<string> => /^\s+(\d{6})$/m.exec((await letterTo(home, address, /confirms your mail address/, count)).text)![1]!
const wrong = (code: string): string => (code === '000000' ? '111111' : '000000')

const changeUrl = (html: string): string => /href="(\/start\/profile\/email\/[^"]+\/change)"/.exec(html)![1]!
const verifyUrl = (html: string): string => /action="(\/start\/profile\/email\/[^"]+\/verify)"/.exec(html)![1]!

/** Asks for a code for a new address, up to the page that wants it. */
async function askChange(person: Browser, email: string): Promise<void> {
  await person.open('/start/profile')
  await person.open(changeUrl(person.page.html))
  await person.submit({ email })
}

test('an address is verified by the code that was mailed there', async () => {
  const amy = await signedIn('amy')
  await amy.open('/start/profile')
  expect(amy.page.html).toContain('Not verified yet.')
  await amy.submit({}, verifyUrl(amy.page.html))
  const code = await codeTo('amy@example.com')
  const refused = await amy.submit({ code: wrong(code) })
  expect([refused.status, refused.html.includes('That code is not right.')]).toEqual([422, true])
  const page = await amy.submit({ code: `${code.slice(0, 3)} ${code.slice(3)}` })
  expect(page.html).toContain('The address is verified')
  expect(page.html).not.toContain('Not verified yet.')
  expect(await eventsOf('VerifyEmail', 'amy')).toHaveLength(1)
})

test('an address is changed by the code of the new one, and not before; the old one is told', async () => {
  const ben = await signedIn('ben')
  await askChange(ben, 'ben@example.org')
  expect(ben.page.html).toContain('ben@example.org')
  expect(await addressesOf('ben')).toEqual(['ben@example.com'])
  const page = await ben.submit({ code: await codeTo('ben@example.org') })
  expect(page.html).toContain('Your mail address was changed.')
  expect(page.html).toContain('Verified')
  expect(await addressesOf('ben')).toEqual(['ben@example.org'])
  const letter = await letterTo(home, 'ben@example.com', /address at Test Corp was changed/)
  expect(letter.text).toContain('b•••@example.org')
  expect(letter.text).not.toContain('ben@example.org')
  expect((await eventsOf('UpdateUser', 'ben'))[0]).toMatchObject({ eventSource: 'sso-directory.amazonaws.com', requestParameters: { emails: expect.stringContaining('HIDDEN') } })
  expect((await lettersTo(home, 'ben@example.com')).some(({ subject }) => /confirms/.test(subject))).toBe(false)
})

test('“this was not me” from the old address brings it back, and what was mailed to the new one is good for nothing', async () => {
  const intruder = await signedIn('cal')
  await askChange(intruder, 'intruder@example.org')
  await intruder.submit({ code: await codeTo('intruder@example.org') })
  const asked = new Browser(home.origin)
  await asked.open('/forgot-password')
  await asked.submit({ name: 'cal' })
  const taken = linkIn(await letterTo(home, 'intruder@example.org', /new password/), '/reset-password/')
  const cal = new Browser(home.origin)
  await cal.open(linkIn(await letterTo(home, 'cal@example.com', /address at Test Corp was changed/), '/not-me/'))
  expect(cal.page.html).toContain('cal@example.com')
  expect((await cal.submit({})).html).toContain('Your mail goes to cal@example.com again.')
  expect(await addressesOf('cal')).toEqual(['cal@example.com'])
  expect((await cal.open(taken)).status).toBe(410)
  await cal.open(linkIn(await letterTo(home, 'cal@example.com', /new password/), '/reset-password/'))
  expect(cal.page.status).toBe(200)
  expect((await intruder.open('/start/')).url).toContain('/signin/')
})

test('an earlier letter brings the address back too', async () => {
  const intruder = await signedIn('dee')
  const link = linkIn(await letterTo(home, 'dee@example.com', /New sign-in/), '/not-me/')
  await askChange(intruder, 'other@example.org')
  await intruder.submit({ code: await codeTo('other@example.org') })
  await askChange(intruder, 'third@example.org')
  await intruder.submit({ code: await codeTo('third@example.org') })
  const dee = new Browser(home.origin)
  await dee.open(link)
  await dee.submit({})
  expect(await addressesOf('dee')).toEqual(['dee@example.com'])
  await letterTo(home, 'dee@example.com', /new password/)
  expect((await lettersTo(home, 'third@example.org')).some(({ subject }) => /new password/.test(subject))).toBe(false)
})

test('a code of another session, a used one and one that is over change nothing', async () => {
  const [eve, elsewhere] = [await signedIn('eve'), await signedIn('eve')]
  await askChange(eve, 'eve@example.org')
  const [page, code] = [eve.page.url, await codeTo('eve@example.org')]
  expect((await elsewhere.open(page)).html).toContain('is not waiting for a code')
  await elsewhere.open('/start/profile')
  const csrf = /name="csrf" value="([^"]+)"/.exec(elsewhere.page.html)![1]!
  expect((await elsewhere.post(page, { csrf, code })).status).toBe(422)
  time.ahead += 601_000
  expect((await eve.submit({ code })).html).toContain('That code is no longer good')
  expect(await addressesOf('eve')).toEqual(['eve@example.com'])
})

test('after five tries a code is worth nothing, the right one too; another one is sent', async () => {
  const fay = await signedIn('fay')
  await askChange(fay, 'fay@example.org')
  const code = await codeTo('fay@example.org')
  for (let at = 0; at < 5; at += 1) await fay.submit({ code: wrong(code) })
  expect((await fay.submit({ code })).html).toContain('no longer good')
  await fay.submit({ action: 'send' })
  await fay.submit({ code: await codeTo('fay@example.org', 2) })
  expect(await addressesOf('fay')).toEqual(['fay@example.org'])
})

test('an address that is somebody else’s is refused to who reads its mail, and to nobody before', async () => {
  const gil = await signedIn('gil')
  const answers = []
  for (const email of ['JANE@example.com', 'nobody@example.org']) {
    await askChange(gil, email)
    answers.push([gil.page.status, gil.page.html.replace(/name="csrf" value="[^"]*"/g, '').replaceAll(email, 'ADDRESS')])
  }
  expect(answers[0]).toEqual(answers[1])
  await askChange(gil, 'jane@example.com')
  const page = await gil.submit({ code: await codeTo('jane@example.com') })
  expect([page.status, page.html.includes('cannot be used'), page.html.includes('Jane')]).toEqual([409, true, false])
  expect(await addressesOf('gil')).toEqual(['gil@example.com'])
  expect((await eventsOf('UpdateUser', 'gil'))[0]).toMatchObject({ errorMessage: 'the address is taken' })
})

test('of two who want one address at once, one gets it', async () => {
  const both = [await signedIn('gil'), await signedIn('hal')]
  const codes: string[] = []
  for (const person of both) {
    await askChange(person, 'wanted@example.org')
    codes.push(await codeTo('wanted@example.org', codes.length + 1))
  }
  const pages = await Promise.all(both.map((person, at) => person.submit({ code: codes[at]! })))
  expect(pages.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409])
  expect([...await addressesOf('gil'), ...await addressesOf('hal')].filter((address) => address === 'wanted@example.org')).toHaveLength(1)
})

test.each([['', 'Enter the new address.'], ['no address', 'is not a mail address'], ['Sam@Example.com', 'You have this address already.'], [`${'x'.repeat(250)}@example.com`, 'is not a mail address']])('%s is no new address', async (email, problem) => {
  const sam = await signedIn('sam')
  await askChange(sam, email)
  expect([sam.page.status, sam.page.html.includes(problem)]).toEqual([422, true])
})

test('a change wants a fresh proof; where the organization says so there is none', async () => {
  const sam = await signedIn('sam')
  await sam.open('/start/profile')
  const change = changeUrl(sam.page.html)
  time.ahead += 301_000
  expect((await sam.open(change)).html).toContain('Is it still you?')
  await sam.submit({ password })
  expect(sam.page.url).toBe(home.origin + change)
  const csrf = /name="csrf" value="([^"]+)"/.exec(sam.page.html)![1]!
  await applyText('settings: { profile: { emailChange: false } }', home)
  time.ahead += 2000
  expect((await sam.post(change, { csrf, email: 'sam@example.org' })).status).toBe(403)
  expect((await sam.open('/start/profile')).html).not.toContain('/change"')
  await sam.submit({}, verifyUrl(sam.page.html))
  expect(sam.page.status).toBe(200)
  await applyText('settings: { profile: { emailChange: true } }', home)
  time.ahead += 2000
  expect(await eventually(async () => (await sam.open('/start/profile')).html.includes('/change"'))).toBeUndefined()
})

test('too many codes are refused on the page that asks for them', async () => {
  const jane = await signedIn('jane')
  for (let at = 0; at < 6; at += 1) await askChange(jane, 'jane@example.org')
  expect(jane.page.status).toBe(200)
  await askChange(jane, 'jane@example.org')
  expect([jane.page.status, jane.page.html.includes('Several codes were sent already'), jane.page.html.includes('value="jane@example.org"')]).toEqual([429, true, true])
  await jane.open('/start/profile')
  expect((await jane.submit({}, verifyUrl(jane.page.html))).status).toBe(429)
})
