// Whoever is named at a sign-in, what is answered is the same to the byte, and so is the work: 300 tries, at the portal and the two pages of the
// console, by turns with names that somebody has and names that nobody has, at accounts that are there and accounts that are not.
import { AsyncLocalStorage } from 'node:async_hooks'
import { organizationFile, startApp, type TestApp } from '../support/app.js'
import { Browser } from '../support/browser.js'
import { withIamUser, withRootPassword } from '../support/console-sign-in.js'
import { management } from '../support/iam.js'
import { csrfOf } from '../support/passkeys.js'
import { eventually } from '../support/servers.js'

const now = Date.now()
/** What a request asked of the database. */
const asking = new AsyncLocalStorage<string[]>()
const answered: string[][] = []

let home: TestApp
beforeAll(async () => {
  // The clock stands still, so that nothing is read anew because a second has passed.
  home = await startApp({ clock: () => now, env: { TRUSTED_PROXIES: '127.0.0.0/8,::1' }, organization: organizationFile })
  await withRootPassword(home, management)
  await withIamUser(home, management, 'alice')
  watch(home)
}, 60_000)
afterAll(async () => { await home?.stop() })

function watch({ app, database }: TestApp): void {
  const [handle, query] = [app.handle, database.query]
  app.handle = (request, response) => asking.run([], () => {
    const statements = asking.getStore()!
    response.once('finish', () => answered.push([...statements]))
    return handle(request, response)
  })
  database.query = async (sql, parameters) => {
    asking.getStore()?.push(sql)
    return query(sql, parameters)
  }
}

interface Answer {
  status: number
  headers: Record<string, string>
  body: string
  statements: string[]
}

async function send(browser: Browser, path: string, fields: Record<string, string>, at: number): Promise<Answer & { location: string }> {
  const before = answered.length
  const response = await fetch(home.origin + path, {
    method: 'POST', redirect: 'manual', body: new URLSearchParams({ csrf: csrfOf(browser), ...fields }).toString(),
    headers: {
      cookie: browser.cookies.map(({ name, value }) => `${name}=${value}`).join('; '), 'sec-fetch-site': 'same-origin', 'content-type': 'application/x-www-form-urlencoded',
      'x-forwarded-for': `10.${Math.floor(at / 250)}.${at % 250}.7`,
    },
  })
  const body = await response.text()
  await eventually(() => answered.length > before)
  const location = response.headers.get('location') ?? ''
  const named = fields.userName ?? fields.email ?? '\0'
  // Ids, the time of day, and what was typed are nobody's.
  const plain = (text: string): string => text.replaceAll(/(signin|sign-in\/root|sign-in\/user)\/[\w-]{20,}/g, '$1/ID').replaceAll(csrfOf(browser), 'CSRF').replaceAll('<wbr>', '').replaceAll(named, 'NAME').replaceAll(encodeURIComponent(named), 'NAME').replaceAll(fields.account ?? '\0', 'ACCOUNT')
  const headers = Object.fromEntries([...response.headers].filter(([name]) => !['date', 'x-request-id', 'set-cookie', 'content-length'].includes(name)).map(([name, value]) => [name, plain(value)]))
  return { status: response.status, headers, body: plain(body), statements: answered.at(-1)!, location }
}

async function compare(kinds: Record<string, (at: number) => Record<string, string>>, page: string): Promise<void> {
  const browser = new Browser(home.origin)
  await browser.open(page)
  let first: Omit<Answer, 'location'>[] | undefined
  for (let at = 0; at < 100; at += 1) {
    if (at % 20 === 0) await home.database.query('delete from ephemeral_counters')
    const kind = Object.keys(kinds)[at % Object.keys(kinds).length]!
    const said = kinds[kind]!(at)
    const { location, ...begun } = await send(browser, page, said, at)
    const { location: _, ...tried } = await send(browser, `${location}/password`, { ...said, password: 'Wrong-horse-7' }, at)
    const typed = (answer: Answer): Answer => ({ ...answer, body: answer.body.replaceAll(spelled(said.account), 'ACCOUNT') })
    const both = [begun, typed(tried)]
    first ??= both
    expect(tried.status).toBe(401)
    expect({ kind, both }).toEqual({ kind, both: first })
  }
}

const spelled = (account = '\0'): string => account.replace(/^(\d{4})(\d{4})(\d{4})$/, '$1-$2-$3')

test('root users', () => compare({
  known: () => ({ email: 'root@example.com' }), unknown: (at) => ({ email: `n${at}@example.com` }), 'without a password': () => ({ email: 'prod@example.com' }), 'of the portal': () => ({ email: 'jane@example.com' }),
}, '/console/sign-in/root'), 120_000)

test('IAM users', () => compare({
  known: () => ({ account: management, userName: 'alice' }), 'unknown user': (at) => ({ account: management, userName: `nobody${at}` }),
  'unknown account': (at) => ({ account: String(900_000_000_000 + at), userName: 'alice' }), 'of the portal': () => ({ account: '444455556666', userName: 'jane' }),
}, '/console/sign-in/user'), 120_000)

test('people of the portal', async () => {
  const kinds: Record<string, (at: number) => string> = { known: () => 'jane', unknown: (at) => `nobody${at}`, disabled: () => 'gone', 'of the console': () => 'alice' }
  let first: Omit<Answer, 'location'>[] | undefined
  for (let at = 0; at < 100; at += 1) {
    if (at % 20 === 0) await home.database.query('delete from ephemeral_counters')
    const browser = new Browser(home.origin)
    const page = new URL((await browser.open('/start/')).url).pathname
    const kind = Object.keys(kinds)[at % 4]!
    const said = { userName: kinds[kind]!(Math.floor(at / 4)) }
    const { location, ...begun } = await send(browser, page, said, at)
    const { location: _, ...tried } = await send(browser, location.replace(home.origin, ''), { ...said, password: 'Wrong-horse-7' }, at)
    first ??= [begun, tried]
    expect(tried.status).toBe(401)
    expect({ kind, both: [begun, tried] }).toEqual({ kind, both: first })
  }
}, 120_000)
