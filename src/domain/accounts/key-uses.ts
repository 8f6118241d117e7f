// When, where and for what access keys were used last, and when and where roles were: gathered here and written now and then, because a write
// for each request would cost more than the request.
import type { Clock } from '../../platform/clock.js'
import type { Log } from '../../platform/log.js'
import type { Executor } from '../../platform/storage/database.js'

interface Use {
  at: number
  region: string
  service: string
}

const flushEvery = 20_000
const mostWaiting = 10_000

export class KeyUses {
  #waiting = new Map<string, Use>()
  #timer: NodeJS.Timeout | undefined
  #flushing: Promise<void> = Promise.resolve()

  constructor(private readonly options: { sql: Executor; clock: Clock; log: Pick<Log, 'warn'> }) {}

  /** Begins to write now and then. */
  start(): void {
    this.#timer = setInterval(() => {
      this.flush().catch((error: Error) => this.options.log.warn({ err: error.message }, 'the last uses of access keys and roles could not be written'))
    }, flushEvery)
    this.#timer.unref()
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.flush().catch(() => undefined)
  }

  /** Remembers that a key was used, or a role (`AROA…`). */
  record(id: string, { region, service }: { region: string; service: string }): void {
    if (this.#waiting.size < mostWaiting || this.#waiting.has(id)) this.#waiting.set(id, { at: this.options.clock(), region, service })
  }

  /** Writes what was gathered, at once. */
  flush(): Promise<void> {
    this.#flushing = this.#flushing.catch(() => undefined).then(() => this.#write())
    return this.#flushing
  }

  async #write(): Promise<void> {
    if (this.#waiting.size === 0) return
    const uses = this.#waiting
    this.#waiting = new Map()
    const rows = [...uses].map(([id, { at, region, service }]) => ({ id, at: new Date(at).toISOString(), region, service }))
    const [roles, keys] = [rows.filter(({ id }) => id.startsWith('AROA')), rows.filter(({ id }) => !id.startsWith('AROA'))]
    if (roles.length > 0) {
      await this.options.sql.query(
        `update iam_entities e set last_used_at = r.at, last_used_region = r.region from jsonb_to_recordset($1::jsonb) as r(id text, at timestamptz, region text)
         where e.id = r.id and (e.last_used_at is null or e.last_used_at < r.at)`, [JSON.stringify(roles)])
    }
    if (keys.length === 0) return
    await this.options.sql.query(
      `update iam_access_keys k set last_used_at = r.at, last_used_region = r.region, last_used_service = r.service
       from jsonb_to_recordset($1::jsonb) as r(id text, at timestamptz, region text, service text) where k.id = r.id and (k.last_used_at is null or k.last_used_at < r.at)`, [JSON.stringify(keys)])
  }
}
