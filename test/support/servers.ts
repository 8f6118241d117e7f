// What the servers that tests start have in common: ports, folders, signals, waiting.
import { execFileSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

/** Finds a loopback port that is free now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

export const temporaryFolder = (name: string): Promise<string> => mkdtemp(join(tmpdir(), `gatehouse-${name}-`))

/** Waits until a condition holds; an error counts as not yet. Fails after so many milliseconds. */
export async function eventually(condition: () => unknown, milliseconds = 15_000): Promise<void> {
  const end = Date.now() + milliseconds
  for (;;) {
    let last: unknown
    try {
      if (await condition()) return
    } catch (error) {
      last = error
    }
    if (Date.now() > end) throw new Error('the condition never came to hold', { cause: last })
    await pause(20)
  }
}

/** Sends a signal to a process; one that is gone already is none to signal. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // Gone already.
  }
}

/** Whether a process is still there. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** Lists the direct children of a process. */
export function childrenOf(pid: number): number[] {
  const table = execFileSync('ps', ['-axo', 'pid=,ppid='], { encoding: 'utf8' })
  return table.split('\n').map(line => line.trim().split(/\s+/).map(Number)).filter(([, parent]) => parent === pid).map(([child]) => child!)
}

/** A program of a test's own in a folder of its own, with the faults that it can be given. */
export abstract class FaultyServer {
  protected child: ChildProcess | undefined

  protected constructor(protected readonly folder: string) {}

  freeze(): void {
    signal(this.child!.pid!, 'SIGSTOP')
  }

  thaw(): void {
    signal(this.child!.pid!, 'SIGCONT')
  }

  async kill(): Promise<void> {
    const { child } = this
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  }

  async stop(): Promise<void> {
    await this.kill()
    await rm(this.folder, { recursive: true, force: true })
  }
}
