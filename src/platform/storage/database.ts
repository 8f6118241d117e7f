// The database: PostgreSQL, or PGlite (PostgreSQL in this process) under the data folder. The same
// migrations and the same SQL for both; faults of the connection enter the house as Refusals here.
import type { Pool } from 'pg'
import { DataSource, type EntityManager, type EntitySchema, type QueryRunner } from 'typeorm'
import { Refusal } from '../errors.js'
import type { Log } from '../log.js'
import { openEmbedded, type Embedded } from './embedded.js'
import { keepTidy } from './housekeeping.js'
import { PreparingClient } from './preparing-client.js'
import { migrations } from '../../../migrations/index.js'

export type Row = Record<string, unknown>

/** What a collection needs: SQL with `$1` parameters, inside or outside of a transaction. */
export interface Executor {
  query<T = Row>(sql: string, parameters?: unknown[]): Promise<T[]>
  /** Inside of a transaction: does something once it is committed, and never if it is not. */
  onCommit?(act: () => void): void
  /** Inside of a transaction: does something as the last thing in it, with what it holds then being held shortly. */
  beforeCommit?(act: () => Promise<void>): void
}

export interface Database extends Executor {
  kind: 'postgres' | 'embedded'
  /** Runs work in one transaction; everything inside must use the executor it is given. */
  transaction<T>(work: (tx: Executor) => Promise<T>): Promise<T>
  /** Resolves when the database answers. */
  ping(): Promise<void>
  close(): Promise<void>
}

export interface DatabaseOptions {
  /** PostgreSQL connection string; without it the embedded database is opened. */
  url: string | undefined
  dataDir: string
  log: Log
  entities?: EntitySchema[]
  poolSize?: number
}

/** Opens the database and brings its schema up to date. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const embedded = options.url ? undefined : await openEmbedded(options.dataDir)
  const source = new DataSource({ ...connection(options, embedded), type: 'postgres', migrations, installExtensions: false, migrationsTransactionMode: 'each' })
  wrapQueries(source)
  try {
    await source.initialize()
    await migrate(source, embedded === undefined)
    await checkLetters(source, options.log)
  } catch (error) {
    if (source.isInitialized) await source.destroy()
    await embedded?.close()
    throw embedded ? error : notOpened(error)
  }
  return assemble(source, embedded, options.log)
}

/** Names are compared in any case by the database, which has to know what is a letter. */
async function checkLetters(source: DataSource, log: Log): Promise<void> {
  const [{ knows }] = await source.query<[{ knows: boolean }]>(`select lower('Ä') = 'ä' as knows`)
  if (!knows) log.warn({}, 'the database knows the letters of ASCII alone (LC_CTYPE is C): names with others are told apart by case. Make it with a locale such as C.UTF-8')
}

/** Says in a sentence why PostgreSQL cannot be used; a fault of a migration stays what it is. */
function notOpened(error: unknown): unknown {
  const { code = '', message = '' } = ((error as { driverError?: unknown }).driverError ?? error) as { code?: string; message?: string }
  if (error instanceof Refusal || !(isOutage(error) || refusesLogin.test(code))) return error
  return new Refusal('unavailable', `The database of DATABASE_URL cannot be opened: ${message || code}.`, { cause: error })
}

/** PostgreSQL's codes for a wrong user, password or database. */
const refusesLogin = /^(28|3D)/

function connection({ url, log, poolSize = 10 }: DatabaseOptions, embedded: Embedded | undefined) {
  const poolErrorHandler = (error: Error) => log.warn({ err: error.message }, 'a database connection was lost')
  if (embedded) return { extra: { ...embedded.poolConfig, Client: PreparingClient }, connectTimeoutMS: 10_000, poolErrorHandler }
  return {
    url: url!,
    connectTimeoutMS: 2000,
    poolSize,
    poolErrorHandler,
    extra: { Client: PreparingClient, query_timeout: 3000, connectionTimeoutMillis: 2000, keepAlive: true, application_name: 'gatehouse' },
  }
}

/** What a transaction does as the last thing in it, and after it. */
interface Deferred {
  last: (() => Promise<void>)[]
  after: (() => void)[]
}

function assemble(source: DataSource, embedded: Embedded | undefined, log: Log): Database {
  const executor = (manager: EntityManager, { last, after }: Deferred): Executor => ({
    query: (sql, parameters) => manager.query(sql, parameters), onCommit: (act) => void after.push(act), beforeCommit: (act) => void last.push(act),
  })
  // A statement of its own transaction needs nothing of TypeORM but its pool.
  const { master: pool } = source.driver as unknown as { master: Pool }
  const stopTidying = embedded && keepTidy({ query: (sql) => pool.query(sql) }, log)
  return {
    kind: embedded ? 'embedded' : 'postgres',
    query: async <T>(sql: string, parameters?: unknown[]) => {
      let lost = false
      const client = await pool.connect().catch((error: unknown) => { throw translated(error) })
      try {
        return (await client.query(sql, parameters)).rows as T[]
      } catch (error) {
        lost = isOutage(error)
        throw translated(error)
      } finally {
        // A refused statement is no reason to give up a connection.
        client.release(lost)
      }
    },
    transaction: async (work) => {
      const deferred: Deferred = { last: [], after: [] }
      const result = await source.transaction(async (manager) => {
        const answer = await work(executor(manager, deferred))
        for (const act of deferred.last) await act()
        return answer
      })
      for (const act of deferred.after) act()
      return result
    },
    ping: async () => void (await source.query('select 1')),
    close: async () => {
      stopTidying?.()
      await source.destroy()
      await embedded?.close()
    },
  }
}

const migrationLock = 7_412_902

/** Runs pending migrations; on PostgreSQL under an advisory lock, so that nodes that start together take turns. */
async function migrate(source: DataSource, shared: boolean): Promise<void> {
  if (await isMigrated(source)) return
  if (!shared) return void (await source.runMigrations())
  const runner = source.createQueryRunner()
  try {
    await runner.query(`set statement_timeout = 0`)
    await acquire(runner)
    await source.runMigrations()
  } finally {
    await runner.query('select pg_advisory_unlock($1)', [migrationLock]).catch(() => undefined)
    await runner.release()
  }
}

/** True when every migration was run: asked plainly, because TypeORM's way of asking takes longer than the rest of opening. */
async function isMigrated(source: DataSource): Promise<boolean> {
  const [table] = await source.query(`select to_regclass('migrations') is not null as made`)
  if (!table.made) return false
  const done = new Set((await source.query('select name from migrations')).map(({ name }: { name: string }) => name))
  return source.migrations.every(({ name, constructor }) => done.has(name ?? constructor.name))
}

async function acquire(runner: QueryRunner): Promise<void> {
  for (;;) {
    const [row] = await runner.query('select pg_try_advisory_lock($1) as held', [migrationLock])
    if (row.held) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

/** PostgreSQL's codes for "not now": connection lost, shutting down, starting up, too many connections, resources. */
const notNow = /^(08|53|57P0|25006)/

/** True for faults that say nothing about the statement: the database cannot be reached or does not answer. */
export function isOutage(error: unknown): boolean {
  if (!(error instanceof Error) && typeof error !== 'object') return false
  const { code, message = '' } = ((error as { driverError?: unknown }).driverError ?? error) as { code?: string; message?: string }
  if (code && (notNow.test(code) || /^E(CONN|PIPE|NOTFOUND|TIMEDOUT|HOSTUNREACH|NOENT|AI_AGAIN)/.test(code))) return true
  return /timeout|terminated|Connection (ended|closed)|not queryable|after calling end|Driver not Connected/i.test(message)
}

/** The name of the unique index that a write ran into, where that is what went wrong (PostgreSQL 23505). */
export const violatedIndex = (error: unknown): string | undefined => violated(error, '23505')

/** The name of the reference to something that is not there any more, where that is what went wrong (PostgreSQL 23503). */
export const violatedReference = (error: unknown): string | undefined => violated(error, '23503')

function violated(error: unknown, wanted: string): string | undefined {
  const { code, constraint } = ((error as { driverError?: unknown } | undefined)?.driverError ?? error ?? {}) as { code?: string; constraint?: string }
  return code === wanted ? (constraint ?? '') : undefined
}

const translated = (error: unknown): unknown =>
  (isOutage(error) ? new Refusal('unavailable', 'The database does not answer.', { cause: error, retryAfter: 5 }) : error)

/** Makes every query of the source answer in rows, and throw Refusals for outages. */
function wrapQueries(source: DataSource): void {
  const create = source.driver.createQueryRunner.bind(source.driver)
  source.driver.createQueryRunner = (mode) => {
    const runner = create(mode)
    const query = runner.query.bind(runner)
    // Rows, whatever the statement: TypeORM would give a pair for UPDATE and DELETE.
    const inRows = async (sql: string, parameters?: unknown[], structured = false): Promise<unknown> => {
      try {
        const result = await query(sql, parameters, true)
        return structured ? result : result.records
      } catch (error) {
        throw translated(error)
      }
    }
    runner.query = inRows as typeof runner.query
    return runner
  }
}
