// What a collection needs of a database when it has transactions of its own, and how it works inside of somebody else's.
import type { Executor } from './database.js'

/** A database, or a transaction that is under way. */
export interface Store extends Executor {
  transaction<T>(work: (tx: Executor) => Promise<T>): Promise<T>
}

/** Makes a store of a transaction that is under way. */
export const within = (tx: Executor): Store => ({ query: (sql, parameters) => tx.query(sql, parameters), transaction: (work) => work(tx) })
