// Sessions that came of a source which was deleted, on its page or by a file: nobody vouches for them any more, and they end within seconds.
import { Background } from '../../platform/background.js'
import type { Log } from '../../platform/log.js'
import type { Executor } from '../../platform/storage/database.js'
import type { SourceLogouts } from './logouts.js'

interface DeletedSourcesOptions {
  sql: Executor
  logouts: Pick<SourceLogouts, 'endAll'>
  log: Pick<Log, 'warn'>
  /** Milliseconds between two looks. */
  every?: number
}

const failed = 'sessions of an identity source that was deleted could not be ended for the moment'

export class DeletedSources {
  readonly #background: Background

  constructor(private readonly options: DeletedSourcesOptions) {
    const { every = 2000, log } = options
    this.#background = new Background({ work: () => this.settle(), every, log, failed })
  }

  start(): void {
    this.#background.start()
  }

  stop(): Promise<void> {
    return this.#background.stop()
  }

  /** Ends what is still to be ended; what cannot be for the moment is in the log, and begun anew. */
  async settle(): Promise<void> {
    const { sql, logouts, log } = this.options
    for (const source of await sql.query<{ id: string; name: string }>('select id, name from deleted_sources')) {
      try {
        await logouts.endAll(source)
        await sql.query('delete from deleted_sources where id = $1', [source.id])
      } catch (error) {
        log.warn({ err: (error as Error).message, source: source.name }, failed)
      }
    }
  }
}
