// PGlite under the data folder: prepared in a child process (its first initdb takes over 900 MB), then
// opened here, by one process at a time.
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { accessSync, constants, existsSync, mkdirSync, realpathSync, renameSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { PGlite } from '@electric-sql/pglite'
import { Refusal } from '../errors.js'

export interface Embedded {
  /** Settings for a `pg` pool of one that speaks to PGlite. */
  poolConfig: object
  close(): Promise<void>
}

/** Opens the embedded database, and makes it on first start. Throws a plain sentence when another process has it. */
export async function openEmbedded(dataDir: string): Promise<Embedded> {
  makeFolder(dataDir)
  const lock = await lockFolder(dataDir)
  try {
    const folder = join(dataDir, 'database')
    if (!existsSync(folder)) await prepare(folder)
    const { PGlite } = await import('@electric-sql/pglite')
    const { PgliteSocket } = await import('./pglite-socket.js')
    const database: PGlite = await PGlite.create(folder)
    let fresh = true
    const stream = (): InstanceType<typeof PgliteSocket> => {
      const socket = new PgliteSocket(database, fresh)
      fresh = false
      return socket
    }
    return {
      poolConfig: { stream, max: 1, idleTimeoutMillis: 0 },
      close: async () => {
        await database.close()
        await release(lock)
      },
    }
  } catch (error) {
    await release(lock)
    throw error
  }
}

function makeFolder(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    accessSync(dataDir, constants.W_OK)
  } catch (cause) {
    throw new Refusal('unavailable', `The data folder ${dataDir} cannot be written to. Make it so, or set DATA_DIR to another.`, { cause })
  }
}

/** Makes an empty database beside its final place and moves it there, so that a crash leaves none half made. */
async function prepare(folder: string): Promise<void> {
  const making = `${folder}.making`
  rmSync(making, { recursive: true, force: true })
  const script = `import { PGlite } from '@electric-sql/pglite'; const d = await PGlite.create(process.argv[1]); await d.close()`
  await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script, making], { cwd: new URL('.', import.meta.url).pathname })
  renameSync(making, folder)
}

/**
 * Takes the folder for this process. On Linux an abstract socket is the lock: it frees itself however the
 * process ends. Elsewhere a socket file, whose left-over is recognised by nobody listening on it.
 */
async function lockFolder(dataDir: string): Promise<Server> {
  const name = `gatehouse-${createHash('sha256').update(realpathSync(dataDir)).digest('hex').slice(0, 32)}`
  const path = process.platform === 'linux' ? `\0${name}` : process.platform === 'win32' ? `\\\\.\\pipe\\${name}` : join(dataDir, 'lock')
  const server = createServer((socket) => socket.destroy())
  if (process.platform !== 'linux' && process.platform !== 'win32') await removeStale(path)
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' ? new Refusal('conflict', `Another Gatehouse is running on the data folder ${dataDir}. Stop it first, or set DATA_DIR to a folder of its own.`) : error))
    server.listen(path, resolve)
  })
  server.unref()
  return server
}

async function removeStale(path: string): Promise<void> {
  const { connect } = await import('node:net')
  const alive = await new Promise<boolean>((resolve) => {
    const socket = connect(path, () => { socket.destroy(); resolve(true) })
    socket.once('error', () => resolve(false))
  })
  if (!alive) rmSync(path, { force: true })
}

const release = (lock: Server): Promise<void> => new Promise((resolve) => { lock.close(() => resolve()) })
