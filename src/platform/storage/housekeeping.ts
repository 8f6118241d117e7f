// What a server's autovacuum does, for the embedded database, which has none: frees the rows that were
// replaced, and counts the others, so that prepared statements are planned for the tables as they are.
import type { Log } from '../log.js'

interface Executor {
  query(sql: string): Promise<unknown>
}

const soonAfterStart = 60_000
const every = 3_600_000

/** Tidies the tables: those that change all the time are freed, all are counted. */
export async function tidy(database: Executor): Promise<void> {
  await database.query('vacuum ephemeral, ephemeral_lists, ephemeral_counters')
  await database.query('analyze')
}

/** Tidies a minute after the start and every hour, until the function it returns is called. */
export function keepTidy(database: Executor, log: Pick<Log, 'warn'>): () => void {
  const tidyQuietly = (): void => void tidy(database).catch((error: Error) => log.warn({ err: error.message }, 'the database could not be tidied'))
  const first = setTimeout(tidyQuietly, soonAfterStart).unref()
  const timer = setInterval(tidyQuietly, every).unref()
  return () => {
    clearTimeout(first)
    clearInterval(timer)
  }
}
