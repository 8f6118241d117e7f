// A PostgreSQL of the tests' own: free port, temporary folder, nothing of a server that runs already.
import { execFile, execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chown, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Client } from 'pg'
import { openDatabase } from '../../src/platform/storage/database.js'
import { findProgram, getProgram, type Program } from './binaries.js'
import { silent } from './silent.js'
import { childrenOf, eventually, freePort, isAlive, signal, temporaryFolder } from './servers.js'

const execute = promisify(execFile)

// PostgreSQL refuses to run as root.
function user(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {}
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}

/** A server under test, with the faults it can be given. */
export class PostgresServer {
  private constructor(readonly port: number, readonly folder: string, private readonly durable: boolean) {}

  /** Makes a cluster of databases and starts it; without fsync unless told, as nothing in it outlives the tests. */
  static async start({ durable = false } = {}): Promise<PostgresServer> {
    const server = new PostgresServer(await freePort(), await temporaryFolder('postgres'), durable)
    const { uid, gid } = user()
    if (uid !== undefined && gid !== undefined) await chown(server.folder, uid, gid)
    await server.execute('initdb', '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--lc-ctype=C.UTF-8', '--no-sync')
    await server.run()
    return server
  }

  url(database = 'postgres'): string {
    return `postgres://postgres@127.0.0.1:${this.port}/${database}`
  }

  /** Starts the program, anew after `kill`. */
  async run(): Promise<void> {
    const options = `-p ${this.port} -k ${this.folder} -c listen_addresses=127.0.0.1 -c max_connections=200 -c deadlock_timeout=100ms${this.durable ? '' : ' -F'}`
    await this.execute('pg_ctl', '-w', '-t', '60', '-l', join(this.folder, 'log'), '-o', options, 'start')
  }

  async freeze(): Promise<void> {
    const pid = await this.pid()
    signal(pid, 'SIGSTOP')
    for (const child of childrenOf(pid)) signal(child, 'SIGSTOP')
  }

  async thaw(): Promise<void> {
    const pid = await this.pid()
    for (const child of childrenOf(pid)) signal(child, 'SIGCONT')
    signal(pid, 'SIGCONT')
  }

  async kill(): Promise<void> {
    const pid = await this.pid()
    const all = [pid, ...childrenOf(pid)]
    for (const one of all) signal(one, 'SIGKILL')
    await eventually(() => !all.some(isAlive))
  }

  async stop(): Promise<void> {
    await this.thaw().catch(() => undefined)
    await this.execute('pg_ctl', '-m', 'immediate', 'stop').catch(() => undefined)
    await rm(this.folder, { recursive: true, force: true })
  }

  private async pid(): Promise<number> {
    return Number((await readFile(join(this.folder, 'data', 'postmaster.pid'), 'utf8')).split('\n')[0])
  }

  private async execute(program: Program, ...rest: string[]): Promise<void> {
    await execute(getProgram(program), ['-D', join(this.folder, 'data'), ...rest], { ...user(), cwd: this.folder })
  }
}

interface Shared {
  port: number
  folder: string
}

const template = 'gatehouse_template'

// One server for a whole run: whoever needs it first starts it, and the end of the run stops it (run-end.js).
async function sharedServer(run: string): Promise<Shared> {
  const place = join(run, 'postgres.json')
  try {
    await mkdir(join(run, 'postgres.starting'))
  } catch {
    let shared: Shared | undefined
    await eventually(async () => (shared = JSON.parse(await readFile(place, 'utf8')) as Shared), 60_000)
    return shared!
  }
  const server = await PostgresServer.start()
  const { port, folder } = server
  await makeTemplate(server)
  await writeFile(`${place}.new`, JSON.stringify({ port, folder, stop: [getProgram('pg_ctl'), '-D', join(folder, 'data'), '-m', 'immediate', 'stop'], ...user() }))
  await rename(`${place}.new`, place)
  return { port, folder }
}

/** Makes what the tests' databases are copies of: the house's tables with nothing in them. */
async function makeTemplate(server: PostgresServer): Promise<void> {
  await onServer(server.port, (client) => client.query(`create database ${template}`))
  await (await openDatabase({ url: server.url(template), dataDir: '', log: silent })).close()
}

async function onServer(port: number, work: (client: Client) => Promise<unknown>): Promise<void> {
  const client = new Client({ connectionString: `postgres://postgres@127.0.0.1:${port}/postgres` })
  await client.connect()
  try {
    await work(client)
  } finally {
    await client.end()
  }
}

/** Makes a new database on the server that all tests of a run share, empty or with the house's tables in it; answers its URL. */
export async function freshDatabase({ hasTables = false, letters }: { hasTables?: boolean; letters?: string } = {}): Promise<string> {
  const run = process.env['GATEHOUSE_TEST_RUN']
  if (!run) throw new Error('the run of the tests has no folder: jest.config.js names run-begin.js')
  const { port } = await sharedServer(run)
  const name = `test_${randomBytes(8).toString('hex')}`
  await onServer(port, (client) => client.query(`create database ${name}${hasTables ? ` template ${template} strategy file_copy` : letters ? ` template template0 lc_ctype '${letters}'` : ''}`))
  return `postgres://postgres@127.0.0.1:${port}/${name}`
}

/** A database of a test file's own, with the house's tables in it; `remove` it at the end. Undefined where PostgreSQL is not installed. */
export async function ownDatabase(): Promise<{ url: string; remove: () => Promise<void> } | undefined> {
  if (process.env['GATEHOUSE_TEST_DATABASE'] === 'embedded' || !isInstalled()) return undefined
  const url = await freshDatabase({ hasTables: true })
  const { port, pathname } = new URL(url)
  return { url, remove: () => onServer(Number(port), (client) => client.query(`drop database ${pathname.slice(1)} with (force)`)) }
}

const isInstalled = (): boolean => findProgram('initdb') !== undefined && findProgram('pg_ctl') !== undefined
