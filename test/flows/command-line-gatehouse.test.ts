// Our own command against the app, as a person uses it; and stock clients that go on from what it leaves.
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { fromNodeProviderChain } from '@aws-sdk/credential-providers'
import { runClientCommand, type Io } from '../../src/cli/client/index.js'
import { startApp, type TestApp } from '../support/app.js'
import { Browser } from '../support/browser.js'
import { commandLine } from '../support/command-line.js'

let app: TestApp
let jane: Browser
const folder = mkdtempSync(join(tmpdir(), 'gatehouse-home-'))
const cache = join(folder, '.aws', 'sso', 'cache', `${createHash('sha1').update('gatehouse').digest('hex')}.json`)
const world = { out: [] as string[], said: [] as string[], opened: [] as string[], decision: 'allow' as 'allow' | 'deny', ahead: 0, open: async (_page: string): Promise<unknown> => undefined }
const before = { ...process.env }

beforeAll(async () => {
  app = await startApp()
  jane = await commandLine(app.origin).person()
}, 120_000)
afterAll(async () => {
  process.env = before
  await app?.stop()
  rmSync(folder, { recursive: true, force: true })
})
beforeEach(() => {
  Object.assign(world, { out: [], said: [], opened: [], decision: 'allow', ahead: 0, open: signInAt })
})

/** What a person and their browser do at the page that opens, and on the way back to the command. */
async function signInAt(page: string): Promise<void> {
  await jane.open(page)
  if (new URL(page).pathname === '/device') await jane.submit({ decision: world.decision === 'allow' ? 'approve' : 'deny' })
  else await fetch((await jane.submit({ decision: world.decision })).url)
}

const io: Io = {
  env: { DISPLAY: ':0' },
  home: folder,
  platform: 'linux',
  out: (text) => void world.out.push(text),
  say: (text) => void world.said.push(text),
  open: async (url) => {
    world.opened.push(url)
    void world.open(url).catch((error: unknown) => world.said.push(String(error)))
    return true
  },
  clock: () => Date.now() + world.ahead,
  sleep: () => new Promise((resolve) => { setTimeout(resolve, 50) }),
}
const run = (name: string, ...argv: string[]) => runClientCommand(name, argv, io)
const login = (...argv: string[]) => run('login', '--start-url', `${app.origin}/start`, ...argv)
const cached = () => JSON.parse(readFileSync(cache, 'utf8')) as Record<string, string>
const whoIs = async (credentials: { AccessKeyId: string; SecretAccessKey: string; SessionToken: string }) => {
  const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, SessionToken: sessionToken } = credentials
  return new STSClient({ region: 'us-east-1', endpoint: app.origin, credentials: { accessKeyId, secretAccessKey, sessionToken } }).send(new GetCallerIdentityCommand({}))
}

test.each([[[]], [['--use-device-code']]])('signs in with %j and gets credentials that count', async (argv) => {
  expect([await login(...argv), world.said.at(-1)]).toEqual([0, `You are signed in at ${app.origin}/start.`])
  expect(new URL(world.opened[0]!).pathname).toBe(argv.length === 0 ? '/authorize' : '/device')
  expect(await run('credentials', '--account', 'Production', '--permission-set', 'ReadOnly', '--format', 'process')).toBe(0)
  const { Version, Expiration, ...credentials } = JSON.parse(world.out.at(-1)!) as Parameters<typeof whoIs>[0] & { Version: number; Expiration: string }
  expect(Version).toBe(1)
  expect(Math.abs(Date.parse(Expiration) - Date.now() - 12 * 3600_000)).toBeLessThan(120_000)
  expect(await whoIs(credentials)).toMatchObject({ Account: '444455556666' })
  expect(await run('credentials', '--account', '1111-2222-3333', '--permission-set', 'AdministratorAccess')).toBe(0)
  const { stdout } = await promisify(execFile)('sh', ['-c', `${world.out.at(-1)}\nprintf %s "$AWS_ACCESS_KEY_ID"`])
  expect(stdout).toMatch(/^ASIA/)
})

test.each([[[]], [['--use-device-code']]])('says that the person refused, with %j', async (argv) => {
  world.decision = 'deny'
  const was = existsSync(cache) ? cached().accessToken : undefined
  expect(await login(...argv)).toBe(1)
  expect(world.said.at(-1)).toMatch(/refused/)
  expect(cached().accessToken).toBe(was)
})

test('writes profiles from which stock clients go on by themselves, refresh included', async () => {
  await login()
  expect(await run('profiles', '--write')).toBe(0)
  const config = readFileSync(join(folder, '.aws', 'config'), 'utf8')
  for (const name of ['Management.AdministratorAccess', 'Management.ReadOnly', 'Production.ReadOnly']) expect(config).toContain(`[profile ${name}]`)
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name]
  Object.assign(process.env, { HOME: folder, AWS_PROFILE: 'Production.ReadOnly' })
  const first = cached()
  const stock = () => new STSClient({ credentials: fromNodeProviderChain() }).send(new GetCallerIdentityCommand({}))
  expect((await stock()).Arn).toMatch(/^arn:aws:sts::444455556666:assumed-role\/AWSReservedSSO_ReadOnly_[0-9a-f]{16}\/jane$/)
  writeFileSync(cache, JSON.stringify({ ...first, expiresAt: new Date(Date.now() + 100_000).toISOString() }))
  expect((await stock()).Account).toBe('444455556666')
  const second = cached()
  expect(second.accessToken).not.toBe(first.accessToken)
  // And ours goes on from theirs.
  world.ahead = 3500_000
  expect(await run('credentials', '--account', '444455556666', '--permission-set', 'ReadOnly', '--format', 'json')).toBe(0)
  expect(cached().refreshToken).not.toBe(second.refreshToken)
})

test('opens a role’s console in the browser, where the person is signed in already', async () => {
  await login()
  world.open = async () => undefined
  expect(await run('console', '--account', 'Management', '--permission-set', 'ReadOnly')).toBe(0)
  const page = await jane.open(world.opened.at(-1)!)
  expect(page.url).toBe(`${app.origin}/console`)
  expect(page.html).toContain('arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_ReadOnly_')
})

test('signs out here and at the portal', async () => {
  await login()
  const { accessToken } = cached()
  expect(await run('credentials', '--account', '999999999999', '--permission-set', 'ReadOnly')).toBe(1)
  expect(world.said.at(-1)).toContain('No access')
  expect(await run('logout')).toBe(0)
  expect(existsSync(cache)).toBe(false)
  expect((await fetch(`${app.origin}/assignment/accounts`, { headers: { 'x-amz-sso_bearer_token': accessToken! } })).status).toBe(401)
  expect(await run('credentials', '--account', '444455556666', '--permission-set', 'ReadOnly')).toBe(1)
  expect(world.said.at(-1)).toContain('gatehouse login')
})
