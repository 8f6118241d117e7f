// Runs the built program as an operator does, in a process of its own.
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { eventually, freePort } from './servers.js'

const root = process.cwd()
const entry = join(root, 'dist', 'program', 'gatehouse.js')

/** Builds the program unless it is built and newer than what it is built from. */
export function buildProgram(): void {
  const sources = execFileSync('find', ['src', 'migrations', 'views', 'package.json', '-newer', existsSync(entry) ? entry : '/', '-type', 'f'], { cwd: root, encoding: 'utf8' })
  if (existsSync(entry) && sources === '' && statSync(join(root, 'dist', 'assets', 'manifest.json'), { throwIfNoEntry: false })) return
  execFileSync(process.execPath, [join(root, 'scripts', 'build.js')], { cwd: root, stdio: 'pipe' })
}

/** Two ports in a row that are free now: the program's, and its demo application's. */
export async function freePorts(): Promise<number> {
  for (;;) {
    const port = await freePort()
    if (port < 65_535 && await isFree(port + 1)) return port
  }
}

async function isFree(port: number): Promise<boolean> {
  const { createServer } = await import('node:net')
  return new Promise((resolve) => {
    const server = createServer().once('error', () => resolve(false))
    server.listen(port, 'localhost', () => server.close(() => resolve(true)))
  })
}

export class Program {
  out = ''
  said = ''
  private readonly ended: Promise<number | NodeJS.Signals>

  private constructor(readonly child: ChildProcess, readonly origin: string) {
    child.stdout!.on('data', (chunk: Buffer) => { this.out += chunk.toString() })
    child.stderr!.on('data', (chunk: Buffer) => { this.said += chunk.toString() })
    this.ended = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals)
  }

  /** Runs `gatehouse start`; `origin` is where it will listen. */
  static start(port: number, env: Record<string, string>, ...argv: string[]): Program {
    return Program.run(process.execPath, [entry, 'start', ...argv], port, env)
  }

  /** Runs any command with the program's environment. */
  static run(command: string, argv: string[], port: number, env: Record<string, string>): Program {
    const { PATH = '', HOME = '' } = process.env
    const child = spawn(command, argv, { cwd: root, env: { PATH, HOME, PORT: String(port), LOG_LEVEL: 'warn', ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
    return new Program(child, `http://localhost:${port}`)
  }

  /** Waits until it has said that it is ready, and answers with all it printed. */
  async ready(): Promise<string> {
    await Promise.race([
      eventually(() => /Gatehouse is ready[^]*\n$/.test(this.out), 60_000),
      this.ended.then((code) => { throw new Error(`it ended with ${code}:\n${this.out}\n${this.said}`) }),
    ])
    return this.out
  }

  /** Sends a signal and waits for the end; answers with the exit code, or the signal that ended it. */
  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | NodeJS.Signals> {
    this.child.kill(signal)
    return this.ended
  }

  /** Waits for it to end by itself. */
  exit(): Promise<number | NodeJS.Signals> {
    return this.ended
  }
}
