// The page on which a person answers a command line: what it shows, what it takes, and where it stops guessing.
import { organizationFile, password, startApp, type TestApp } from '../support/app.js'
import { Browser } from '../support/browser.js'
import { commandLine } from '../support/command-line.js'

// Wrong codes count per person, so each test has people of its own.
const names = ['ann', 'bea', 'cem', 'dee', 'eva', 'fay', 'gil']
let home: TestApp
let line: ReturnType<typeof commandLine>
beforeAll(async () => {
  home = await startApp({ organization: organizationFile.replace('users:', ['users:', ...names.map((name) => `  - { userName: ${name}, displayName: ${name}, emails: [{ value: ${name}@example.com }], password: ${password} }`)].join('\n')), env: { TRUSTED_PROXIES: '127.0.0.1,::1' } })
  line = commandLine(home.origin)
}, 120_000)
afterAll(async () => { await home?.stop() })

const wrong = 'BBBB-BBBB'
let lastAddress = 0
/** Somebody at an address of their own, so that one test's wrong codes are not another's. */
const personAt = async (userName: string, address = `192.0.2.${lastAddress += 1}`): Promise<Browser> => {
  const browser = new Browser(home.origin, { 'x-forwarded-for': address })
  await browser.signIn(userName, password)
  return browser
}
const waiting = async () => {
  const client = await line.register()
  return { client, ...await line.startDevice(client) }
}
const pending = (device: Awaited<ReturnType<typeof waiting>>) => expect(line.poll(device.client, device.deviceCode)).rejects.toMatchObject({ name: 'AuthorizationPendingException' })
const type = async (browser: Browser, userCode: string) => {
  await browser.open('/device')
  return browser.submit({ userCode })
}

test('shows the code to compare, who asks and from where, and warns of codes that somebody else sent', async () => {
  const device = await waiting()
  const { html } = await (await personAt('jane')).open(`/device?user_code=${device.userCode}`)
  for (const part of [device.userCode, 'botocore-client-corp', 'Asked from', '127.0.0.1', 'Jane Doe', 'Did somebody send you this code or this link?']) expect(html).toContain(part)
})

test('approves by a click only, and the first of two answers counts', async () => {
  const device = await waiting()
  const [here, there] = [await personAt('jane'), await personAt('jane')]
  await here.open(`/device?user_code=${device.userCode}`)
  await there.open(`/device?user_code=${device.userCode}`)
  await pending(device)
  expect((await here.submit({ decision: 'approve' })).html).toContain('Approved')
  const second = await there.submit({ decision: 'deny' })
  expect(second.status).toBe(410)
  expect(second.html).toContain('answered already')
  await expect(line.poll(device.client, device.deviceCode)).resolves.toHaveProperty('accessToken')
})

test('takes one of many answers that come at once', async () => {
  const device = await waiting()
  const people = [await personAt('ann'), await personAt('bea'), await personAt('ann'), await personAt('bea')]
  for (const person of people) await person.open(`/device?user_code=${device.userCode}`)
  const pages = await Promise.all(people.map((person, at) => person.submit({ decision: at < 2 ? 'approve' : 'deny' })))
  expect(pages.map(({ status }) => status).toSorted()).toEqual([200, 410, 410, 410])
})

test('does nothing for an answer that its own page did not send', async () => {
  const device = await waiting()
  const jane = await personAt('jane')
  await jane.open(`/device?user_code=${device.userCode}`)
  const { csrf } = Object.fromEntries([...jane.page.html.matchAll(/name="(csrf)" value="([^"]+)"/g)].map(([, name, value]) => [name, value]))
  for (const [fields, headers] of [
    [{ userCode: device.userCode, decision: 'approve' }, {}],
    [{ userCode: device.userCode, decision: 'approve', csrf: 'x' }, {}],
    [{ userCode: device.userCode, decision: 'approve', csrf: csrf! }, { 'sec-fetch-site': 'cross-site', 'origin': 'https://evil.example' }],
  ] as [Record<string, string>, Record<string, string>][]) {
    expect((await jane.post('/device', fields, headers)).status).toBe(403)
  }
  await jane.open(`/device?user_code=${device.userCode}&decision=approve`)
  await pending(device)
})

test('keeps the code across the sign-in', async () => {
  const device = await waiting()
  const page = await new Browser(home.origin).signIn('jane', password, `/device?user_code=${device.userCode}`)
  expect(page.html).toContain('Is this code on your screen?')
  expect(page.html).toContain(device.userCode)
})

test('takes the code as people write it', async () => {
  const { userCode } = await waiting()
  const jane = await personAt('jane')
  for (const written of [userCode.toLowerCase(), userCode.replace('-', ''), ` ${userCode.replace('-', ' - ')} `, userCode.split('').join(' '), userCode.replace('-', '–')]) {
    expect((await type(jane, written)).html).toContain('Is this code on your screen?')
  }
})

test('says plainly that a code does not count, whatever was typed', async () => {
  const texts = ['<script>', '\u202e', '   ', 'B'.repeat(4000)]
  for (const text of texts) {
    const page = await type(await personAt('cem'), text)
    expect([400, 422]).toContain(page.status)
    expect(page.html).toContain('No sign-in is waiting for this code')
    expect(page.html).not.toContain('<script>')
  }
})

describe('guessing', () => {
  test('stops after five wrong codes of one person, wherever they are', async () => {
    const device = await waiting()
    for (let tried = 1; tried <= 5; tried += 1) expect((await type(await personAt('dee'), wrong)).status).toBe(tried < 5 ? 422 : 429)
    const locked = await (await personAt('dee')).open(`/device?user_code=${device.userCode}`)
    expect([locked.status, locked.headers.get('retry-after')]).toEqual([429, '900'])
    expect(locked.html).toContain('Too many wrong codes')
    expect((await (await personAt('jane')).open(`/device?user_code=${device.userCode}`)).status).toBe(200)
  })

  test('stops after five wrong codes from one address, whoever they are', async () => {
    const address = '198.51.100.7'
    const [eva, fay] = [await personAt('eva', address), await personAt('fay', address)]
    for (const person of [eva, fay, eva, fay, eva]) await type(person, wrong)
    expect((await fay.open('/device')).status).toBe(429)
    expect((await (await personAt('fay')).open('/device')).status).toBe(200)
  })

  test('stops for answers too, and for many at once', async () => {
    const device = await waiting()
    const gil = await personAt('gil')
    await gil.open(`/device?user_code=${device.userCode}`)
    const form = gil.page.html
    const csrf = /name="csrf" value="([^"]+)"/.exec(form)![1]!
    const pages = await Promise.all(Array.from({ length: 20 }, async () => {
      const one = new Browser(home.origin, { 'x-forwarded-for': '203.0.113.9' })
      one.cookies.push(...gil.cookies)
      return one.post('/device', { userCode: wrong, decision: 'approve', csrf })
    }))
    expect(pages.filter(({ status }) => status === 410)).toHaveLength(5)
    expect(pages.filter(({ status }) => status === 429)).toHaveLength(15)
    expect((await gil.submit({ decision: 'approve' })).status).toBe(429)
    await pending(device)
    expect(await home.app.trail.list({ eventName: 'DeviceCodesLocked' })).not.toEqual([])
  })
})
