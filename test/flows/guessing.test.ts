// Guessing passwords: many at once, from many addresses of one network, and beside somebody who knows theirs.
import { markOf, Passwords, userPrincipal } from '../../src/domain/authentication/index.js'
import { organizationFile, password, startApp, type TestApp } from '../support/app.js'
import { Browser } from '../support/browser.js'

let home: TestApp
const clock = { ahead: 0 }
const long = `${'Ω≈ç√∫1a'.repeat(40)}-X`
const imported = 'Imported-one-7'
beforeAll(async () => {
  const { default: bcrypt } = await import('bcrypt')
  const more = `
  - { userName: lee, displayName: Lee Long, password: "${long}" }
  - { userName: ivy, displayName: Ivy Old, passwordHash: "${await bcrypt.hash(imported, 4)}" }`
  home = await startApp({ clock: () => Date.now() + clock.ahead, env: { BCRYPT_COST: '10', TRUSTED_PROXIES: '127.0.0.0/8,::1' }, organization: organizationFile.replace('\ngroups:', `${more}\ngroups:`) })
})
afterAll(async () => { await home?.stop() })

const from = (address: string): Browser => new Browser(home.origin, { 'x-forwarded-for': address })

async function atPassword(browser: Browser, userName: string): Promise<Browser> {
  await browser.open('/start/')
  await browser.submit({ userName })
  return browser
}

const guess = async (address: string, userName: string, word = 'Not-the-password-1') => (await atPassword(from(address), userName)).submit({ password: word })

test('of many guesses at once none counts once some have failed, not even the right one', async () => {
  const browsers = await Promise.all(Array.from({ length: 24 }, () => atPassword(from('198.51.100.7'), 'jane')))
  const answers = await Promise.all(browsers.map((browser, at) => browser.submit({ password: at === 23 ? password : 'Not-the-password-1' })))
  expect(answers.at(-1)!.status).toBe(429)
  expect(answers.every(({ url }) => url.includes('/signin/'))).toBe(true)
  clock.ahead += 1_000_000
  expect((await guess('198.51.100.7', 'jane', password)).url).toBe(`${home.origin}/start/`)
})

test('addresses of one network are one guesser', async () => {
  for (let at = 1; at <= 5; at += 1) expect((await guess(`2001:db8:1:2::${at}`, 'jane')).status).toBe(401)
  expect((await guess('2001:db8:1:2:ffff::1', 'jane')).status).toBe(429)
  expect((await guess('2001:db8:1:3::1', 'jane')).status).toBe(401)
})

test('whoever signed in from a browser before is not delayed by strangers, even at the same address', async () => {
  const address = '203.0.113.50'
  const sam = from(address)
  await sam.signIn('sam', password)
  await sam.submit({}, '/start/sign-out')
  // All from one address, under many names and under this one.
  await Promise.all(Array.from({ length: 66 }, (_, at) => guess(address, `nobody-${at}`)))
  for (let at = 0; at < 6; at += 1) await guess(address, 'sam')
  expect((await guess(address, 'sam', password)).status).toBe(429)
  expect((await sam.signIn('sam', password)).url).toBe(`${home.origin}/start/`)
})

test('a known browser is known for one name, and has no more free guesses than others', async () => {
  const address = '203.0.113.60'
  const sam = from(address)
  await sam.signIn('sam', password)
  await sam.submit({}, '/start/sign-out')
  const statuses: number[] = []
  for (let at = 0; at < 6; at += 1) statuses.push((await (await atPassword(sam, 'sam')).submit({ password: 'Not-the-password-1' })).status)
  expect(statuses).toEqual([401, 401, 401, 401, 401, 429])
  for (let at = 0; at < 5; at += 1) await (await atPassword(sam, 'jane')).submit({ password: 'Not-the-password-1' })
  expect((await guess(address, 'jane', password)).status).toBe(429)
})

test('a forged mark of a known browser is none', async () => {
  const forger = from('203.0.113.70')
  for (let at = 0; at < 6; at += 1) {
    forger.cookies.splice(0, forger.cookies.length, { name: 'gatehouse-known', value: `fresh-${at}.${'x'.repeat(43)}`, path: '/' }, { name: 'gatehouse-known.sig', value: 'x'.repeat(27), path: '/' })
    await (await atPassword(forger, 'sam')).submit({ password: 'Not-the-password-1' })
  }
  expect((await (await atPassword(forger, 'sam')).submit({ password })).status).toBe(429)
})

test('a password of any length that the organization file takes signs in', async () => {
  expect((await from('10.8.0.1').signIn('lee', long)).url).toBe(`${home.origin}/start/`)
  expect((await from('10.8.0.2').signIn('lee', `${long.slice(0, -1)}Y`)).status).toBe(401)
})

test('an imported hash is replaced by one of our own at the first sign-in, and the password stays', async () => {
  const passwords = new Passwords(home.database, home.app.hashes)
  const [ivy] = await home.database.query<{ id: string }>(`select id from users where user_name = 'ivy'`)
  expect((await passwords.find(userPrincipal(ivy!.id)))!.hash).toMatch(/^\$2/)
  await from('10.8.1.1').signIn('ivy', imported)
  expect((await passwords.find(userPrincipal(ivy!.id)))!.hash).toMatch(/^hmac-sha384:\$2b\$10\$/)
  expect((await from('10.8.1.1').signIn('ivy', imported)).url).toBe(`${home.origin}/start/`)
})

test('a sign-in under way keeps no hash of a password', async () => {
  const nora = from('10.8.2.1')
  await nora.signIn('nora', 'Only-once-42')
  expect(nora.page.url).toContain('/new-password')
  const [stored] = await home.database.query<{ hash: string }>('select hash from passwords where one_time')
  const [attempt] = await home.database.query<{ value: string }>(`select value from ephemeral where key like 'attempt:%' and value like '%nora%'`)
  expect(attempt!.value).toContain(markOf({ hash: stored!.hash }))
  expect(attempt!.value).not.toContain('$2b$')
})

test('whoever guesses set-up links may soon guess no more, and others are not kept from theirs', async () => {
  const statuses: number[] = []
  for (let at = 0; at < 32; at += 1) statuses.push((await from('10.8.3.1').open(`/setup/guess-${at}`)).status)
  expect(new Set(statuses.slice(0, 30))).toEqual(new Set([410]))
  expect(statuses.slice(30)).toEqual([429, 429])
  expect((await from('10.8.3.2').open('/setup/guess')).status).toBe(410)
})
