// Reads of whole tables, page by page through a cursor, so that no statement outlasts the database's patience
// however much there is to read.
import type { Database, Executor } from '../../platform/storage/database.js'

const rowsAtOnce = 5000

/** Wraps a transaction's executor: a statement without parameters is read through a cursor. */
export function pagedReads(tx: Executor): Executor {
  let opened = 0
  return {
    async query<T>(sql: string, parameters?: unknown[]): Promise<T[]> {
      if (parameters && parameters.length > 0) return tx.query<T>(sql, parameters)
      opened += 1
      const cursor = `long_read_${opened}`
      await tx.query(`declare ${cursor} no scroll cursor for ${sql}`)
      const pages: T[][] = []
      for (let page: T[] = []; pages.length === 0 || page.length === rowsAtOnce; pages.push(page)) page = await tx.query<T>(`fetch ${rowsAtOnce} from ${cursor}`)
      await tx.query(`close ${cursor}`)
      return pages.flat()
    },
  }
}

/** Reads everything as it is at one moment. */
export const atOneMoment = <T>(database: Database, read: (sql: Executor) => Promise<T>): Promise<T> =>
  database.transaction(async (tx) => {
    await tx.query('set transaction isolation level repeatable read, read only')
    return read(pagedReads(tx))
  })
