// `gatehouse start` as an operator meets it: the built program, started, stopped, killed and started again.
import { createHash, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Browser } from '../support/browser.js'
import { dataFolder, organizationFile, password, startApp } from '../support/app.js'
import { buildProgram, freePorts, Program } from '../support/program.js'
import { needs } from '../support/needs.js'
import { freshDatabase } from '../support/postgres.js'
import { RedisServer } from '../support/redis.js'
import { childrenOf, eventually, isAlive } from '../support/servers.js'

const folders: string[] = []
const running: Program[] = []
let port: number

beforeAll(() => buildProgram(), 120_000)
beforeEach(async () => { port = await freePorts() })
afterEach(async () => {
  for (const program of running.splice(0)) await program.end('SIGKILL')
})
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

function emptyFolder(): string {
  const made = mkdtempSync(join(tmpdir(), 'gatehouse-start-'))
  folders.push(made)
  return made
}

/** A folder with a database in it that is prepared and empty, because making one takes seconds. */
async function folder(): Promise<string> {
  const made = await dataFolder()
  folders.push(made)
  return made
}

function start(env: Record<string, string>, ...argv: string[]): Program {
  const program = Program.start(port, env, ...argv)
  running.push(program)
  return program
}

/** Starts on a folder with the tests' organization in it. */
async function startWith(dataDir: string, env: Record<string, string> = {}): Promise<Program> {
  const file = join(dataDir, 'organization.yaml')
  writeFileSync(file, organizationFile)
  const program = start({ DATA_DIR: dataDir, ...env }, '--organization', file)
  await program.ready()
  return program
}

const passwordOf = (welcome: string, userName: string): string => new RegExp(`^ +${userName} +(\\S+)`, 'm').exec(welcome)![1]!

test('the first start makes the demo, and the second changes nothing and keeps the portal session', async () => {
  const dataDir = emptyFolder()
  const first = start({ DATA_DIR: dataDir }, '--demo')
  const welcome = await first.ready()
  expect(welcome).toContain(`Gatehouse is ready: ${first.origin}/start`)
  expect(welcome).toContain(`${first.origin}/dev/mail`)
  expect(welcome).not.toContain('/setup/')
  const jane = new Browser(first.origin)
  const page = await jane.signIn('jane', passwordOf(welcome, 'jane'))
  expect(page.html).toContain('Web Shop Production')
  expect((await fetch(`http://localhost:${port + 1}/`)).status).toBe(200)
  expect(await first.end()).toBe(0)

  const second = start({ DATA_DIR: dataDir }, '--demo')
  expect(await second.ready()).toContain('have the passwords shown on the first start')
  expect((await jane.open('/start/')).url).toBe(`${first.origin}/start/`)
  expect(jane.page.html).toContain('Web Shop Production')
  expect(await second.end()).toBe(0)
}, 90_000)

test('when the port of the demo application is taken, nothing is made and no password is lost', async () => {
  const dataDir = await folder()
  const other = createServer().listen(port + 1, 'localhost')
  await once(other, 'listening')
  const refused = start({ DATA_DIR: dataDir }, '--demo')
  expect(await refused.exit()).toBe(1)
  expect(said(refused)).toEqual([`Something is listening on port ${port + 1} already. Stop it, or set PORT to another.`])
  other.close()
  await once(other, 'close')
  // Empty as before: the next start shows a set-up link.
  await makesTheFirstAdministratorOnce(start({ DATA_DIR: dataDir }))
}, 90_000)

test('all faults of the settings are listed at once', async () => {
  const refused = start({ PORT: 'eighty', PUBLIC_URL: 'http://login.example.com', LOG_LEVEL: 'loud', DATABASE_URL: 'mysql://somewhere', MASTER_KEY_FILE: '/nowhere/key' })
  expect(await refused.exit()).toBe(2)
  for (const name of ['PORT', 'PUBLIC_URL', 'LOG_LEVEL', 'DATABASE_URL', 'MASTER_KEY_FILE']) expect(refused.said).toMatch(new RegExp(`^  - ${name} `, 'm'))
})

test('an organization file with faults is refused whole, and none that is missing is overlooked', async () => {
  const dataDir = await folder()
  const file = join(dataDir, 'wrong.yaml')
  writeFileSync(file, `${organizationFile}\nsurprise: true\ngroups: 7\n`)
  const wrong = start({ DATA_DIR: dataDir }, '--organization', file)
  expect(await wrong.exit()).toBe(1)
  expect(wrong.said).toContain('wrong.yaml')
  const missing = start({ DATA_DIR: dataDir }, '--organization', join(dataDir, 'none.yaml'))
  expect(await missing.exit()).toBe(1)
  expect(said(missing)).toEqual([`${join(dataDir, 'none.yaml')} cannot be read.`])
}, 60_000)

test('a database that cannot be reached is named in a sentence without its password', async () => {
  const refused = start({ DATA_DIR: emptyFolder(), DATABASE_URL: 'postgres://someone:hunter2@127.0.0.1:1/gatehouse' })
  expect(await refused.exit()).toBe(1)
  expect(said(refused)).toEqual(['The database of DATABASE_URL cannot be opened: connect ECONNREFUSED 127.0.0.1:1.'])
})

/** What a program said, without the remark of a library on the version of Node. */
const said = (program: Program): string[] => program.said.split('\n').filter((line) => line !== '' && !line.includes('oidc-provider WARNING'))

test('a second program on its folder or its port is refused in a sentence; SIGTERM lets a request under way finish and ends with 0', async () => {
  const dataDir = await folder()
  const program = await startWith(dataDir)
  const [sameFolder, samePort] = [Program.start(port + 1, { DATA_DIR: dataDir }), Program.start(port, { DATA_DIR: await folder() })]
  expect(await Promise.all([sameFolder.exit(), samePort.exit()])).toEqual([1, 1])
  expect(said(sameFolder)).toEqual([`Another Gatehouse is running on the data folder ${dataDir}. Stop it first, or set DATA_DIR to a folder of its own.`])
  expect(said(samePort)).toEqual([`Something is listening on port ${port} already. Stop it, or set PORT to another.`])

  const stranger = await new Browser(program.origin).open(`/setup/${createHash('sha256').update('guess').digest('base64url')}`)
  expect(stranger.status).toBeGreaterThanOrEqual(400)
  expect(program.out).not.toContain('/setup/')

  const slow = await beginSlowRequest(program.origin)
  program.child.kill('SIGTERM')
  await refusesNewOnes(program.origin)
  expect(await slow.finish()).toBe(200)
  expect(await program.exit()).toBe(0)
}, 60_000)

test('npm passes a signal on, and nothing is left behind', async () => {
  const npm = await startThroughNpm()
  await npm.ready()
  const below = descendantsOf(npm.child.pid!)
  expect(below.length).toBeGreaterThan(0)
  // As a terminal does: to the whole group, while npm sends it on once more.
  for (const pid of [...below, npm.child.pid!]) process.kill(pid, 'SIGINT')
  await npm.exit()
  expect(below.filter(isAlive)).toEqual([])
  expect(said(npm).filter((line) => !line.startsWith('npm '))).toEqual([])
}, 60_000)

test('SIGTERM to npm alone ends the program too', async () => {
  const npm = await startThroughNpm()
  await npm.ready()
  const below = descendantsOf(npm.child.pid!)
  npm.child.kill('SIGTERM')
  await eventually(() => !below.some(isAlive))
  await npm.exit()
}, 60_000)

async function startThroughNpm(): Promise<Program> {
  // A cache of its own: npm remembers there where the command of this folder once was.
  const npm = Program.run('npm', ['exec', '--offline', '--cache', await folder(), '--', 'gatehouse', 'start', '--demo'], port, { DATA_DIR: await folder() })
  running.push(npm)
  return npm
}

function descendantsOf(pid: number): number[] {
  const children = childrenOf(pid)
  return [...children, ...children.flatMap(descendantsOf)]
}

/** Sends a request whose body is not whole yet; `finish` sends the rest and answers with the status. */
async function beginSlowRequest(origin: string): Promise<{ finish: () => Promise<number> }> {
  const body = JSON.stringify({ clientName: 'slow', clientType: 'public' })
  const sent = request(`${origin}/client/register`, { method: 'POST', headers: { 'content-type': 'application/json', 'content-length': body.length, 'expect': '100-continue' } })
  sent.flushHeaders()
  // The server has the request when it asks for the body.
  await once(sent, 'continue')
  sent.write(body.slice(0, 5))
  return {
    finish: async () => {
      sent.end(body.slice(5))
      const [response] = await once(sent, 'response') as [import('node:http').IncomingMessage]
      response.resume()
      return response.statusCode!
    },
  }
}

async function refusesNewOnes(origin: string): Promise<void> {
  for (;;) {
    try {
      await (await fetch(`${origin}/healthz`, { headers: { connection: 'close' } })).text()
    } catch {
      return
    }
  }
}

describe('killed at any moment', () => {
  it('has what it acknowledged, and none of what was redeemed, on the embedded stores', () => survivesKills({}), 120_000)
  needs('postgres', 'redis').test('has what it acknowledged, and none of what was redeemed, on PostgreSQL and Redis', async () => {
    const redis = await RedisServer.start()
    try {
      await survivesKills({ DATABASE_URL: await freshDatabase(), REDIS_URL: redis.url })
    } finally {
      await redis.stop()
    }
  }, 120_000)
})

/** Kills the program while sign-ins and tokens are written, starts it again, and looks at everything that was answered. */
async function survivesKills(env: Record<string, string>): Promise<void> {
  const dataDir = await folder()
  const acknowledged: Redeemed[] = []
  const portal = new Browser(`http://localhost:${port}`)
  for (let round = 0; round < 2; round += 1) {
    const program = await startWith(dataDir, env)
    if (round === 0) await portal.signIn('jane', password)
    const workers = [1, 2].map(async () => {
      const jane = new Browser(program.origin)
      await jane.signIn('jane', password)
      for (;;) acknowledged.push(await redeemDeviceCode(program.origin, jane))
    })
    const enough = acknowledged.length + 4
    await Promise.race([...workers.map((worker) => worker.catch(() => undefined)), untilThereAre(acknowledged, enough)])
    await program.end('SIGKILL')
    await Promise.allSettled(workers)
  }
  expect(acknowledged.length).toBeGreaterThanOrEqual(8)
  const again = await startWith(dataDir, env)
  expect((await portal.open('/start/')).url).toBe(`${again.origin}/start/`)
  for (const { accessToken, redeem } of acknowledged) {
    expect(await (await fetch(`${again.origin}/assignment/accounts`, { headers: { 'x-amz-sso_bearer_token': accessToken } })).json()).toHaveProperty('accountList')
    const second = await redeem()
    expect(second.headers.get('x-amzn-errortype')).toBe('InvalidGrantException')
  }
  expect(await again.end()).toBe(0)
}

interface Redeemed {
  accessToken: string
  /** Redeems the same device code once more. */
  redeem: () => Promise<Response>
}

async function untilThereAre(list: unknown[], count: number): Promise<void> {
  while (list.length < count) await new Promise((resolve) => { setTimeout(resolve, 5) })
}

async function redeemDeviceCode(origin: string, jane: Browser): Promise<Redeemed> {
  const call = (path: string, body: object) => fetch(`${origin}${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
  const client = await (await call('/client/register', { clientName: `kill-${randomUUID()}`, clientType: 'public', scopes: ['sso:account:access'] })).json() as Record<string, string>
  const { clientId, clientSecret } = client
  const device = await (await call('/device_authorization', { clientId, clientSecret, startUrl: `${origin}/start` })).json() as Record<string, string>
  await jane.open(`/device?user_code=${device.userCode}`)
  await jane.submit({ decision: 'approve' })
  const redeem = () => call('/token', { clientId, clientSecret, grantType: 'urn:ietf:params:oauth:grant-type:device_code', deviceCode: device.deviceCode })
  const token = await (await redeem()).json() as { accessToken?: string }
  if (!token.accessToken) throw new Error(`no token: ${JSON.stringify(token)} ${jane.page.html.slice(0, 600)}`)
  return { accessToken: token.accessToken, redeem }
}

const fields = {
  organizationName: 'First Corp', accountName: 'Management', accountId: '1111-2222-3333', accountEmail: 'root@example.com',
  userName: 'ana', givenName: 'Ana', familyName: 'First', email: 'ana@example.com', password: 'Very-good-word-9', repeated: 'Very-good-word-9',
}

async function makesTheFirstAdministratorOnce(program: Program): Promise<void> {
  const link = /http\S+\/setup\/\S+/.exec(await program.ready())![0]
  const visitors = [new Browser(program.origin), new Browser(program.origin)]
  for (const visitor of visitors) expect((await visitor.open(link)).status).toBe(200)
  const pages = await Promise.all(visitors.map((visitor, index) => visitor.submit({ ...fields, userName: `ana${index}` })))
  expect(pages.filter((page) => page.status === 200)).toHaveLength(1)
  const winner = pages.findIndex((page) => page.status === 200)
  expect((await visitors[0]!.open(link)).status).not.toBe(200)
  const ana = await new Browser(program.origin).signIn(`ana${winner}`, fields.password)
  expect(ana.html).toContain('AdministratorAccess')
  const other = await new Browser(program.origin).signIn(`ana${1 - winner}`, fields.password)
  expect(other.status).toBe(401)
}

describe('the set-up link', () => {
  it('is forgotten after 15 minutes', async () => {
    let ahead = 0
    const home = await startApp({ organization: '', clock: () => Date.now() + ahead })
    const link = `/setup/${await home.app.setUp.invite()}`
    const visitor = new Browser(home.origin)
    expect((await visitor.open(link)).status).toBe(200)
    ahead = 15 * 60_000 + 1000
    const late = await visitor.submit(fields)
    expect(late.status).not.toBe(200)
    expect(late.html).toContain('has expired')
    expect(await home.app.setUp.isDue()).toBe(true)
    await home.stop()
  })
})
