// Whoever is named as having forgotten a password, the answer is the same to the byte, and so is the work that is done before it is
// sent: 200 requests, by turns for people who are there, are not there, have no mail address, or are disabled.
import { AsyncLocalStorage } from 'node:async_hooks'
import { organizationFile, startApp, type TestApp } from '../support/app.js'
import { Browser } from '../support/browser.js'
import { csrfOf } from '../support/passkeys.js'
import { lettersTo } from '../support/mails.js'
import { eventually } from '../support/servers.js'

const now = Date.now()
/** What a request asked of the database. */
const asking = new AsyncLocalStorage<string[]>()
const gate = { open: () => {}, isOpened: Promise.resolve() }

let home: TestApp
beforeAll(async () => {
  const more = `  - { userName: noah, displayName: No Address }`
  // The clock stands still, so that nothing is read anew because a second has passed.
  home = await startApp({ clock: () => now, env: { TRUSTED_PROXIES: '127.0.0.0/8,::1' }, organization: organizationFile.replace('\ngroups:', `\n${more}\ngroups:`) })
  watch(home)
}, 60_000)
afterAll(async () => {
  gate.open()
  await home?.stop()
})

/** Notes every statement of a request, and keeps what comes after its answer waiting behind the name "blocker". */
function watch({ app, database }: TestApp): void {
  const [handle, query] = [app.handle, database.query]
  app.handle = (request, response) => asking.run([], () => {
    const statements = asking.getStore()!
    response.once('finish', () => answered.push([...statements]))
    return handle(request, response)
  })
  gate.isOpened = new Promise((resolve) => { gate.open = resolve })
  database.query = async (sql, parameters) => {
    if (parameters?.[0] === 'blocker') await gate.isOpened
    asking.getStore()?.push(sql)
    return query(sql, parameters)
  }
}
const answered: string[][] = []

const cookiesOf = (browser: Browser): string => browser.cookies.map(({ name, value }) => `${name}=${value}`).join('; ')

/** An address that has asked for nothing yet, in a network that has not. */
const addressOf = (at: number): string => `10.${Math.floor(at / 250)}.${at % 250}.7`

interface Answer {
  status: number
  headers: Record<string, string>
  body: string
  statements: string[]
}

async function send(path: string, init: RequestInit): Promise<Answer> {
  const before = answered.length
  const response = await fetch(home.origin + path, { ...init, redirect: 'manual' })
  const body = await response.text()
  await eventually(() => answered.length > before)
  // Ids and the time of day are nobody's.
  const headers = Object.fromEntries([...response.headers].filter(([name]) => !['date', 'x-request-id'].includes(name)))
  return { status: response.status, headers, body, statements: answered.at(-1)! }
}

async function ask(browser: Browser, csrf: string, name: string, at: number): Promise<Answer[]> {
  const headers = { cookie: cookiesOf(browser), 'sec-fetch-site': 'same-origin', 'x-forwarded-for': addressOf(at) }
  const form = { method: 'POST', headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' }, body: new URLSearchParams({ csrf, name }).toString() }
  return [await send('/forgot-password', form), await send('/forgot-password/sent', { headers })]
}

const kinds: Record<string, (at: number) => string> = {
  known: (at) => ['jane', 'sam@example.com'][at % 2]!,
  unknown: (at) => [`nobody${at}`, `nobody${at}@example.com`][at % 2]!,
  'without an address': () => 'noah',
  disabled: (at) => ['gone', 'GONE@example.com'][at % 2]!,
}

test('200 requests for a new password get one answer, for one and the same work', async () => {
  const browser = new Browser(home.origin)
  await browser.open('/forgot-password')
  const csrf = csrfOf(browser)
  await ask(browser, csrf, 'blocker', 999)
  const answers: { kind: string; answer: Answer[] }[] = []
  for (let at = 0; at < 200; at += 1) {
    if (at % 50 === 0) await home.database.query('delete from ephemeral_counters')
    const kind = Object.keys(kinds)[at % 4]!
    answers.push({ kind, answer: await ask(browser, csrf, kinds[kind]!(Math.floor(at / 4)), at) })
  }
  const [first] = answers
  expect(first!.answer[0]).toMatchObject({ status: 303, headers: { location: '/forgot-password/sent' } })
  expect(first!.answer[0]!.statements.length).toBeGreaterThan(0)
  expect(first!.answer[1]).toMatchObject({ status: 200, statements: [] })
  for (const { kind, answer } of answers) expect({ kind, answer }).toEqual({ kind, answer: first!.answer })

  gate.open()
  await eventually(async () => (await lettersTo(home, 'jane@example.com')).length === 3 && (await lettersTo(home, 'sam@example.com')).length === 3)
  expect(await lettersTo(home, 'gone@example.com')).toEqual([])
}, 120_000)
