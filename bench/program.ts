// A program under measurement: a Node process that has the first core, while load and stores share the others.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export const measuredCore = '0'

const ticksPerSecond = 100
const compiled = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url))

interface ProgramOptions {
  /** The file below `dist`, and its arguments. */
  run: [file: string, ...args: string[]]
  port: number
  env?: Record<string, string>
  /** Options of Node itself. */
  node?: string[]
}

export class Program {
  private constructor(private readonly child: ChildProcess, readonly origin: string, readonly millisecondsToStart: number) {}

  /** Starts it on the measured core and waits for its first 200 at `path`. */
  static async start({ run: [file, ...args], port, env = {}, node = profiling() }: ProgramOptions, path = '/'): Promise<Program> {
    const started = performance.now()
    const child = spawn('taskset', ['-c', measuredCore, process.execPath, ...node, compiled(file), ...args], {
      env: { PATH: process.env.PATH, HOME: process.env.HOME, PORT: String(port), ...env }, stdio: ['ignore', 'ignore', process.env.BENCH_LOUD ? 'inherit' : 'ignore'],
    })
    process.setMaxListeners(0).once('exit', () => child.kill('SIGKILL'))
    const origin = `http://localhost:${port}`
    while (!await answers(origin + path)) {
      if (child.exitCode !== null) throw new Error(`${file} ended before it served; BENCH_LOUD=1 shows why`)
      if (performance.now() - started > 120_000) throw new Error(`${file} does not serve`)
      await new Promise((resolve) => { setTimeout(resolve, 5) })
    }
    return new Program(child, origin, performance.now() - started)
  }

  /** Runs one to its end. */
  static async finish([file, ...args]: ProgramOptions['run'], env: Record<string, string>): Promise<void> {
    const child = spawn(process.execPath, [compiled(file), ...args], { env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env }, stdio: ['ignore', 'ignore', 'inherit'] })
    const [code] = await once(child, 'exit') as [number | null]
    if (code !== 0) throw new Error(`${file} failed`)
  }

  /** Seconds of processor time used so far, all threads together. */
  processorSeconds(): number {
    const fields = readFileSync(`/proc/${this.child.pid}/stat`, 'utf8').split(') ')[1]!.split(' ')
    return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
  }

  /** Megabytes resident in memory. */
  residentMegabytes(): number {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${this.child.pid}/status`, 'utf8'))![1]) / 1024
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return
    const ended = once(this.child, 'exit')
    this.child.kill('SIGTERM')
    await ended
  }
}

/** BENCH_PROFILE=folder writes a processor profile of every program measured. */
const profiling = (): string[] => (process.env.BENCH_PROFILE ? ['--cpu-prof', `--cpu-prof-dir=${process.env.BENCH_PROFILE}`] : [])

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url)
    await response.arrayBuffer()
    return response.status === 200
  } catch {
    return false
  }
}
