// A client of PostgreSQL that has the server parse and plan each statement once a connection: there are
// few different ones, and planning the larger takes longer than running them.
import { Client } from 'pg'

// Beyond so many a text is one that somebody puts together, and is not worth keeping.
const mostPrepared = 300

type Query = (...asked: unknown[]) => unknown

/** Prepares whatever is asked with parameters. */
export class PreparingClient extends Client {
  readonly #names = new Map<string, string>()

  constructor(options: object) {
    super(options)
    // A connection that is lost fails the statement it was busy with, and whoever asked hears of it there; the pool listens to
    // idle ones alone, and an event that nobody hears would end the process.
    this.on('error', () => undefined)
    const query = super.query.bind(this) as Query
    this.query = ((text: unknown, values: unknown, ...more: unknown[]) => {
      const name = typeof text === 'string' && Array.isArray(values) && values.length > 0 ? this.#nameOf(text) : undefined
      return name === undefined ? query(text, values, ...more) : query({ name, text }, values, ...more)
    }) as typeof this.query
  }

  #nameOf(text: string): string | undefined {
    const known = this.#names.get(text)
    if (known !== undefined || this.#names.size >= mostPrepared) return known
    const name = `gatehouse_${this.#names.size}`
    this.#names.set(text, name)
    return name
  }
}
