// Statements with many steps, which PostgreSQL takes for so dear that it compiles them: that takes seconds, where running
// them takes a moment.
import type { Database, Executor, Row } from './database.js'

/** Runs such a statement without having it compiled; inside of a transaction as it is. */
export function readWide(sql: Executor | Database, statement: string, parameters: unknown[]): Promise<Row[]> {
  if (!('transaction' in sql) || sql.kind === 'embedded') return sql.query(statement, parameters)
  return sql.transaction(async (tx) => {
    await tx.query('set local jit = off')
    return tx.query(statement, parameters)
  })
}
