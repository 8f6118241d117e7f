// From where the key set is fetched, and from where applications ask for tokens: noted in memory, as no answer waits for it, and written
// once a minute. Of the fetches only those from addresses of applications on servers are written: the others may be people's.
import { Background } from '../../platform/background.js'
import type { Clock } from '../../platform/clock.js'
import type { Log } from '../../platform/log.js'
import { Recent } from '../../platform/recent.js'
import type { Executor } from '../../platform/storage/database.js'
import { listKeyParties, runsOnServers, type KeyParties } from './key-parties.js'

/** Where a request came from. */
export interface FetchPlace {
  address: string
  userAgent: string
}

interface Noted extends FetchPlace {
  at: number
}

interface KeyFetchesOptions {
  sql: Executor
  clock: Clock
  log: Pick<Log, 'warn'>
}

const failed = 'from where keys are fetched could not be written'
const days = 86_400_000
const keptFor = 90 * days
const writeEvery = 60_000
const pruneEvery = 3_600_000
const mostNoted = 1000
const mostCallers = 5000
const mostOfOne = 50
/** A fetch may come before its application asks for the first token. */
const heldFor = days

export class KeyFetches {
  readonly #fetches = new Recent<string, Noted & { kids: readonly string[] }>(mostNoted)
  readonly #calls = new Recent<string, Noted & { clientId: string }>(mostNoted)
  readonly #background: Background
  #writing: Promise<void> = Promise.resolve()
  #prunedAt = 0

  constructor(private readonly options: KeyFetchesOptions) {
    this.#background = new Background({ work: () => this.flush(), every: writeEvery, log: options.log, failed })
  }

  start(): void {
    this.#background.start()
  }

  async stop(): Promise<void> {
    await this.#background.stop()
    await this.flush().catch(() => undefined)
  }

  /** Notes that the key set was fetched from somewhere, with these keys in it. */
  noteFetch(place: FetchPlace, kids: readonly string[]): void {
    if (place.address !== '') this.#fetches.put(place.address, { ...place, kids, at: this.options.clock() })
  }

  /** Notes that an application, which proved who it is, was given tokens from somewhere. */
  noteCall(clientId: string, place: FetchPlace): void {
    if (place.address !== '') this.#calls.put(`${clientId} ${place.address}`, { ...place, clientId, at: this.options.clock() })
  }

  /** Lists the applications that check by the keys of an algorithm, and whether they are seen to have one of these keys. */
  async parties(algorithm: string, kid: string): Promise<KeyParties> {
    // Two nodes that write at once may be in each other's way; what was written before is told all the same.
    await this.flush().catch((error: Error) => this.options.log.warn({ err: error.message }, failed))
    return listKeyParties(this.options.sql, { algorithm, kid, since: new Date(this.options.clock() - keptFor) })
  }

  /** Writes what was noted, at once. */
  flush(): Promise<void> {
    this.#writing = this.#writing.catch(() => undefined).then(() => this.#write())
    return this.#writing
  }

  async #write(): Promise<void> {
    const now = this.options.clock()
    const isFresh = await this.#writeCalls()
    await this.#writeFetches(now - heldFor)
    if (!isFresh && now - this.#prunedAt < pruneEvery) return
    await this.#prune(new Date(now - keptFor))
    this.#prunedAt = now
  }

  /** True where a place was not known before. */
  async #writeCalls(): Promise<boolean> {
    const calls = this.#calls.values()
    if (calls.length === 0) return false
    // In one order on every node, or two of them could wait for each other.
    const rows = await this.options.sql.query<{ fresh: boolean }>(
      `insert into application_callers as c (application_id, address, user_agent, called_at)
       select a.id, r.address, r.user_agent, r.at from jsonb_to_recordset($1::jsonb) as r(client_id text, address text, user_agent text, at timestamptz) join applications a on a.client_id = r.client_id
       where ${runsOnServers} order by 1, 2
       on conflict (application_id, address) do update set user_agent = excluded.user_agent, called_at = excluded.called_at where c.called_at < excluded.called_at returning (c.xmax = 0) as fresh`,
      [JSON.stringify(calls.map(({ clientId, ...call }) => ({ client_id: clientId, ...rowOf(call) })))])
    for (const call of calls) forget(this.#calls, `${call.clientId} ${call.address}`, call)
    return rows.some(({ fresh }) => fresh)
  }

  async #writeFetches(heldSince: number): Promise<void> {
    const fetches = this.#fetches.values()
    if (fetches.length === 0) return
    const callers = new Set((await this.options.sql.query<{ address: string }>('select distinct address from application_callers where address = any($1)', [fetches.map(({ address }) => address)])).map(({ address }) => address))
    const known = fetches.filter(({ address }) => callers.has(address))
    if (known.length > 0) {
      await this.options.sql.query(
        `insert into key_set_fetches as f (address, user_agent, kids, fetched_at)
         select address, user_agent, kids, at from jsonb_to_recordset($1::jsonb) as r(address text, user_agent text, kids text[], at timestamptz) order by 1
         on conflict (address) do update set user_agent = excluded.user_agent, kids = excluded.kids, fetched_at = excluded.fetched_at where f.fetched_at < excluded.fetched_at`,
        [JSON.stringify(known.map(({ kids, ...fetch }) => ({ kids, ...rowOf(fetch) })))])
    }
    for (const fetch of fetches) if (callers.has(fetch.address) || fetch.at < heldSince) forget(this.#fetches, fetch.address, fetch)
  }

  async #prune(until: Date): Promise<void> {
    const { sql } = this.options
    await sql.query(
      `with ranked as (
         select c.application_id, c.address, c.called_at < $1 or not ${runsOnServers} or row_number() over (partition by c.application_id order by c.called_at desc) > ${mostOfOne} or row_number() over (order by c.called_at desc) > ${mostCallers} as is_over
         from application_callers c join applications a on a.id = c.application_id)
       delete from application_callers c using ranked r where r.is_over and c.application_id = r.application_id and c.address = r.address`, [until])
    await sql.query('delete from key_set_fetches f where fetched_at < $1 or not exists (select from application_callers c where c.address = f.address)', [until])
  }
}

const rowOf = ({ address, userAgent, at }: Noted): object => ({ address, user_agent: userAgent, at: new Date(at).toISOString() })

/** Unless it was noted anew meanwhile. */
function forget<Value>(noted: Recent<string, Value>, key: string, value: Value): void {
  if (noted.find(key) === value) noted.remove(key)
}
