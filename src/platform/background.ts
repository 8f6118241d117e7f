// Work that comes around every so often, in this process: never twice at a time, and brought to its end before the process stops.
import type { Log } from './log.js'

interface BackgroundOptions {
  work: () => Promise<void>
  /** Milliseconds between two rounds, and to the first one where that is another time. */
  every: number
  soon?: number
  log: Pick<Log, 'warn'>
  /** What the log says of a round that failed. */
  failed: string
}

export class Background {
  #timers: NodeJS.Timeout[] = []
  #working: Promise<void> | undefined
  #isStopping = false

  constructor(private readonly options: BackgroundOptions) {}

  /** True from when nothing new is to be begun. */
  get isStopping(): boolean {
    return this.#isStopping
  }

  start(): void {
    const { every, soon } = this.options
    const wake = (): void => this.wake()
    this.#timers = [setInterval(wake, every), ...(soon === undefined ? [] : [setTimeout(wake, soon)])].map((timer) => timer.unref())
  }

  /** Works now, unless it does already or stops. */
  wake(): void {
    if (this.#isStopping) return
    const { work, log, failed } = this.options
    this.#working ??= work().catch((error: Error) => log.warn({ err: error.message }, failed)).finally(() => { this.#working = undefined })
  }

  async stop(): Promise<void> {
    this.#isStopping = true
    for (const timer of this.#timers) clearTimeout(timer)
    await this.#working
  }
}
