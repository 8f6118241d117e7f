// Invitations, from the organization file to the first sign-in.
import { NewPasswords } from '../../src/domain/authentication/index.js'
import { applyOrganization, readOrganizationFile, readSnapshot } from '../../src/domain/organization/index.js'
import { organizationFile, startApp, type TestApp } from '../support/app.js'
import { Browser } from '../support/browser.js'
import { letterTo, lettersTo, linkIn } from '../support/mails.js'

const time = { ahead: 0 }
const clock = () => Date.now() + time.ahead
let home: TestApp
beforeAll(async () => { home = await startApp({ clock }) })
afterAll(async () => { await home?.stop() })

const chosen = 'Another-lighthouse-9'
const personLine = (name: string, more = 'invite: true'): string => `  - { userName: ${name}, displayName: ${name} New, emails: [{ value: ${name}@example.com }], ${more} }\n`

async function apply(lines: string): Promise<string[]> {
  const text = organizationFile.replace('groups:\n', `${lines}groups:\n`)
  const { declaration, faults } = readOrganizationFile(text, { env: {}, readFile: () => '', known: await readSnapshot(home.database, home.app.hashes) })
  if (!declaration) throw new Error(JSON.stringify(faults))
  const changes = await applyOrganization(home.database, declaration, { by: 'test', hashes: home.app.hashes, clock, region: 'us-east-1', mail: home.app.mail })
  return changes.flatMap(({ name, details }) => details.map((detail) => `${name} ${detail}`))
}

async function invited(name: string): Promise<string> {
  await apply(personLine(name))
  return linkIn(await letterTo(home, `${name}@example.com`, /invited/), '/invitation/')
}

test('somebody who is invited sets a password by the link, signs in, and has proved the address', async () => {
  expect(await apply(personLine('ina'))).toContain('ina invitation: sent')
  const letter = await letterTo(home, 'ina@example.com', /You are invited to Test Corp/)
  const browser = new Browser(home.origin)
  await browser.open(linkIn(letter, '/invitation/'))
  expect(browser.page.html).toContain('<b>ina</b>')
  await browser.submit({ password: 'short', repeated: 'short' })
  expect(browser.page.status).toBe(422)
  await browser.submit({ password: chosen, repeated: chosen })
  expect(browser.page.html).toContain('You are all set')
  expect((await new Browser(home.origin).signIn('ina', chosen)).url).toContain('/start/')
  const [row] = await home.database.query<{ address: string }>(`select address from verified_addresses v join users u on v.principal = 'user:' || u.id where u.user_name = 'ina'`)
  expect(row?.address).toBe('ina@example.com')
  expect((await browser.open(linkIn(letter, '/invitation/'))).html).toContain('used already')
})

test('applying the same file again invites nobody again', async () => {
  await invited('otto')
  expect(await apply(personLine('otto'))).toEqual([])
  expect(await lettersTo(home, 'otto@example.com')).toHaveLength(1)
})

test('whoever is disabled is not invited until they are not', async () => {
  expect(await apply(personLine('dora', 'active: false, invite: true'))).toEqual([])
  expect(await apply(personLine('dora', 'active: true, invite: true'))).toContain('dora invitation: sent')
})

test('nobody signs in before the invitation is accepted', async () => {
  await invited('una')
  expect((await new Browser(home.origin).signIn('una', '')).status).toBe(401)
})

test('an invitation that expired is renewed by one click, to the same address', async () => {
  const link = await invited('ulf')
  time.ahead += 8 * 86_400_000
  const browser = new Browser(home.origin)
  await browser.open(link)
  expect(browser.page.status).toBe(410)
  expect(browser.page.html).toContain('This invitation has expired')
  await browser.submit({})
  expect(browser.page.html).toContain('Another invitation is on its way')
  const renewed = linkIn(await letterTo(home, 'ulf@example.com', /invited/, 2), '/invitation/')
  expect(renewed).not.toBe(link)
  await browser.open(renewed)
  await browser.submit({ password: chosen, repeated: chosen })
  expect(browser.page.html).toContain('You are all set')
  expect((await browser.open(link)).html).toContain('used already')
})

test('an invitation is mailed anew three times an hour', async () => {
  const link = await invited('una')
  time.ahead += 8 * 86_400_000
  const statuses: number[] = []
  for (let at = 0; at < 4; at += 1) {
    const browser = new Browser(home.origin)
    await browser.open(link)
    statuses.push((await browser.submit({})).status)
  }
  expect(statuses).toEqual([200, 200, 200, 429])
})

test('of several who accept at once, one is let in', async () => {
  const link = await invited('ida')
  const browsers = await Promise.all(Array.from({ length: 5 }, async () => {
    const browser = new Browser(home.origin)
    await browser.open(link)
    return browser
  }))
  const results = await Promise.all(browsers.map((browser) => browser.submit({ password: chosen, repeated: chosen })))
  expect(results.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 410, 410, 410, 410])
})

test('whoever comes second reads that the invitation is used, also where the password is judged only after it was', async () => {
  const link = await invited('ivo')
  const [first, second] = [new Browser(home.origin), new Browser(home.origin)]
  await first.open(link)
  await second.open(link)
  const judge = NewPasswords.prototype.judge
  const judged = jest.spyOn(NewPasswords.prototype, 'judge')
  judged.mockImplementationOnce(async function judgeLate(this: NewPasswords, ...given) {
    expect((await first.submit({ password: chosen, repeated: chosen })).html).toContain('You are all set')
    return judge.apply(this, given)
  })
  const late = await second.submit({ password: chosen, repeated: chosen })
  expect({ status: late.status, says: late.html.includes('used already') }).toEqual({ status: 410, says: true })
})
