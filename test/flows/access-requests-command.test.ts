// `gatehouse access` against the app: one person asks, another answers.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runClientCommand, type Io } from '../../src/cli/client/index.js'
import { organizationFile, password, startApp, type TestApp } from '../support/app.js'
import { Browser } from '../support/browser.js'

const organization = organizationFile
  .replace('  - { displayName: Developers, members: [jane] }', '  - { displayName: Developers, members: [jane] }\n  - { displayName: Leads, members: [jane] }')
  .replace('{ name: AdministratorAccess, sessionDuration: 1h,', '{ name: AdministratorAccess, requestable: { approvers: [Leads], longest: 4h }, sessionDuration: 1h,')
  .replace('organization: {', 'organization: { mfa: { mode: never },')

let app: TestApp
const homes: string[] = []
beforeAll(async () => { app = await startApp({ organization }) }, 60_000)
afterAll(async () => {
  await app?.stop()
  for (const home of homes) rmSync(home, { recursive: true, force: true })
})

/** A person with a computer of their own, signed in there. */
async function atWork(userName: string) {
  const browser = new Browser(app.origin)
  await browser.signIn(userName, password)
  const home = mkdtempSync(join(tmpdir(), 'gatehouse-home-'))
  homes.push(home)
  const out: string[] = []
  const said: string[] = []
  const io: Io = {
    env: { DISPLAY: ':0' }, home, platform: 'linux', clock: Date.now, sleep: async () => undefined,
    out: (text) => void out.push(text), say: (text) => void said.push(text),
    open: async (page) => {
      void browser.open(page).then(async () => fetch((await browser.submit({ decision: 'allow' })).url)).catch((error: unknown) => said.push(String(error)))
      return true
    },
  }
  const run = (...argv: string[]): Promise<number> => runClientCommand(argv[0]!, argv.slice(1), io)
  expect(await run('login', '--start-url', `${app.origin}/start`)).toBe(0)
  return { run, out, said }
}

test('access is asked for, approved, used and ended from command lines', async () => {
  const [sam, jane] = [await atWork('sam'), await atWork('jane')]
  expect(await sam.run('access', 'requestable', '--permission-set', 'administratoraccess')).toBe(0)
  expect(sam.out.splice(0)).toEqual(['AdministratorAccess  for up to 4h, answered by Leads', '  111122223333  Management', '  444455556666  Production'])
  expect(await sam.run('access', 'request', '--account', 'production', '--permission-set', 'AdministratorAccess', '--for', '2h', '--reason', 'Ticket 4711')).toBe(0)
  const id = sam.out.pop()!
  expect(id).toMatch(/^req-[0-9a-f]{16}$/)
  expect(sam.said.at(-1)).toBe('Asked for AdministratorAccess in Production for 2h. One approval is needed.')
  expect(await sam.run('access', 'list')).toBe(0)
  expect(sam.out.pop()).toBe(`${id}  pending  AdministratorAccess in Production (444455556666)  2h  "Ticket 4711"`)
  expect(await sam.run('access', 'approve', id)).toBe(1)
  expect(sam.said.at(-1)).toContain('Nobody answers their own request.')

  expect(await jane.run('access', 'list', '--to-answer')).toBe(0)
  expect(jane.out.pop()).toContain('Sam Plain (sam)')
  expect(await jane.run('access', 'approve', id)).toBe(0)
  expect(jane.said.at(-1)).toMatch(/^AdministratorAccess in Production for Sam Plain: granted until 20/)
  expect(await sam.run('credentials', '--account', '444455556666', '--permission-set', 'AdministratorAccess', '--format', 'json')).toBe(0)
  expect(await jane.run('access', 'end', id, '--reason', 'Done')).toBe(0)
  expect(await sam.run('credentials', '--account', '444455556666', '--permission-set', 'AdministratorAccess')).toBe(1)
  expect(await sam.run('access', 'list', '--format', 'json')).toBe(0)
  expect(JSON.parse(sam.out.pop()!)).toMatchObject([{ requestId: id, state: 'ended', closingReason: 'Done' }])
})

test('a request is denied with a reason, and taken back by whoever asked', async () => {
  const [sam, jane] = [await atWork('sam'), await atWork('jane')]
  const ask = async (): Promise<string> => {
    expect(await sam.run('access', 'request', '--account', '4444-5555-6666', '--permission-set', 'AdministratorAccess', '--for', '30m', '--reason', 'x')).toBe(0)
    return sam.out.pop()!
  }
  const denied = await ask()
  expect(await jane.run('access', 'deny', denied)).toBe(2)
  expect(await jane.run('access', 'deny', denied, '--reason', 'Use ReadOnly')).toBe(0)
  const back = await ask()
  expect(await jane.run('access', 'withdraw', back)).toBe(1)
  expect(await sam.run('access', 'withdraw', back)).toBe(0)
  expect(await sam.run('access', 'request', '--account', '444455556666', '--permission-set', 'ReadOnly', '--for', '30m', '--reason', 'x')).toBe(1)
  expect(await sam.run('access', 'request', '--account', '444455556666', '--permission-set', 'AdministratorAccess', '--for', '5h', '--reason', 'x')).toBe(2)
  expect(await sam.run('access', 'toast')).toBe(2)
})

test('the API wants a token, and shapes that it knows', async () => {
  expect((await fetch(`${app.origin}/access-requests`)).status).toBe(401)
  expect((await fetch(`${app.origin}/access-requests/req-0/approve`, { method: 'POST' })).status).toBe(401)
})
