// Whose turn it is to ask a directory, so that it is asked by a few at a time.

const mostAtOnce = 8

interface Line {
  taken: number
  waiting: Set<() => void>
}

export class LdapTurns {
  readonly #lines = new Map<string, Line>()

  /** Takes a turn and answers how to end it; undefined where none came until the signal. */
  async take(key: string, signal: AbortSignal): Promise<(() => void) | undefined> {
    const line = this.#lines.get(key) ?? { taken: 0, waiting: new Set() }
    this.#lines.set(key, line)
    if (line.taken < mostAtOnce) line.taken += 1
    else if (!await turnCame(line, signal)) return undefined
    let isOver = false
    return () => {
      if (isOver) return
      isOver = true
      const [next] = line.waiting
      if (next) next()
      else line.taken -= 1
      if (line.taken === 0) this.#lines.delete(key)
    }
  }
}

const turnCame = (line: Line, signal: AbortSignal): Promise<boolean> => new Promise((resolve) => {
  const end = (came: boolean): void => {
    line.waiting.delete(next)
    signal.removeEventListener('abort', give)
    resolve(came)
  }
  const next = (): void => end(true)
  const give = (): void => end(false)
  line.waiting.add(next)
  signal.addEventListener('abort', give, { once: true })
  if (signal.aborted) give()
})
