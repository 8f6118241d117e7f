// A socket for `pg` whose other end is PGlite in this process. What `pg` writes for one statement arrives
// here together and is one call, where PGlite's own connection makes five.
import { Duplex } from 'node:stream'
import type { PGlite } from '@electric-sql/pglite'

type Done = (error?: Error | null) => void

const terminate = 'X'.charCodeAt(0)
/** AuthenticationOk, then ReadyForQuery (PostgreSQL's protocol 3.0): there is nobody to authenticate. */
const welcome = Buffer.from([...Buffer.from('R'), 0, 0, 0, 8, 0, 0, 0, 0, ...Buffer.from('Z'), 0, 0, 0, 5, ...Buffer.from('I')])

/** Milliseconds after which everything else in this process has its turn. */
const longestTurn = 4

/** Speaks PostgreSQL's protocol with PGlite, for one `pg` client. */
export class PgliteSocket extends Duplex {
  #welcomed = false
  #turnBegan = 0

  /** `fresh` where nobody spoke with the database before. */
  constructor(private readonly database: Pick<PGlite, 'exec' | 'execProtocolRaw'>, private readonly fresh: boolean) {
    super()
  }

  connect(): this {
    process.nextTick(() => this.emit('connect'))
    return this
  }

  setNoDelay(): this {
    return this
  }

  setKeepAlive(): this {
    return this
  }

  ref(): this {
    return this
  }

  unref(): this {
    return this
  }

  override _read(): void {
    // Answers are pushed as they come.
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: Done): void {
    void this.#exchange(chunk, done)
  }

  override _writev(chunks: { chunk: Buffer }[], done: Done): void {
    void this.#exchange(Buffer.concat(chunks.map(({ chunk }) => chunk)), done)
  }

  async #exchange(bytes: Buffer, done: Done): Promise<void> {
    try {
      if (!this.#welcomed) {
        // The startup message, which alone has no type. There is one session behind all clients: a new one
        // must find nothing that another prepared or left open.
        this.#welcomed = true
        if (!this.fresh) await this.database.exec('rollback')
        if (!this.fresh) await this.database.exec('discard all')
        this.push(welcome)
      } else if (bytes[0] === terminate) {
        this.push(null)
      } else {
        await this.#giveWay()
        this.push(await this.database.execProtocolRaw(bytes))
      }
      done()
    } catch (error) {
      done(error as Error)
    }
  }

  /** PGlite answers within promises: one statement after another, for as long as there are any, and requests would wait for all of them. */
  async #giveWay(): Promise<void> {
    if (performance.now() - this.#turnBegan < longestTurn) return
    await new Promise((resolve) => { setImmediate(resolve) })
    this.#turnBegan = performance.now()
  }
}
