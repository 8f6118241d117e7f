// What the collections of this room need of a database, and how they work inside of somebody else's transaction.
import type { Executor } from '../../platform/storage/database.js'

export interface Store extends Executor {
  transaction<T>(work: (tx: Executor) => Promise<T>): Promise<T>
}

/** Makes a store of a transaction that is under way. */
export const within = (tx: Executor): Store => ({ query: (sql, parameters) => tx.query(sql, parameters), transaction: (work) => work(tx) })
