// Files that hold secrets or belong to others: replaced whole, readable by their owner only, and never
// half-written.
import { randomUUID } from 'node:crypto'
import { chmod, mkdir, open, readFile, realpath, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Refusal } from '../../platform/errors.js'

/** Reads a file; undefined where there is none. */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** Replaces a file in one step. A new one is for its owner only; one that is there keeps its mode unless it holds a secret. */
export async function replaceFile(path: string, text: string, { secret }: { secret: boolean }): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  // A link stays a link: people keep their settings elsewhere and link to them.
  const target = await realpath(path).catch(() => path)
  const mode = secret ? 0o600 : await stat(target).then((found) => found.mode & 0o777, () => 0o600)
  const temporary = `${target}.${randomUUID()}.tmp`
  try {
    const file = await open(temporary, 'wx', 0o600)
    await file.writeFile(text)
    await file.sync()
    await file.close()
    await chmod(temporary, mode)
    await rename(temporary, target)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}

const lockStale = 30_000
const lockPause = 100

/** Does work while no other process does the same; a lock left behind by a killed process is broken after half a minute. */
export async function withLock<T>(path: string, sleep: (milliseconds: number) => Promise<unknown>, work: () => Promise<T>): Promise<T> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  for (let waited = 0; !(await take(path)); waited += lockPause) {
    if (waited > lockStale) throw new Refusal('busy', `Another command holds ${path}. If none is running, remove it.`)
    await sleep(lockPause)
  }
  try {
    return await work()
  } finally {
    await rm(path, { force: true })
  }
}

async function take(path: string): Promise<boolean> {
  try {
    await (await open(path, 'wx', 0o600)).close()
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    const made = await stat(path).then((found) => found.mtimeMs, () => Date.now())
    if (Date.now() - made > lockStale) await rm(path, { force: true })
    return false
  }
}
