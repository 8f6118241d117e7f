// A database with the house's tables and nothing in them, opened in well under a second: PostgreSQL where it is installed, else the embedded one.
import { rmSync } from 'node:fs'
import { openDatabase, type Database } from '../../src/platform/storage/database.js'
import { TableEphemeralStore } from '../../src/platform/storage/ephemeral-table.js'
import { dataFolder, silent } from './app.js'
import { ownDatabase } from './postgres.js'

/** Opens a database; `close` removes it. */
export async function openEmpty(): Promise<Database> {
  const own = await ownDatabase()
  return own ? removing(await openDatabase({ url: own.url, dataDir: '', log: silent }), own.remove) : openEmbedded()
}

/** Opens one that is embedded in every case, for what holds for both. */
export async function openEmbedded(): Promise<Database> {
  const dataDir = await dataFolder()
  return removing(await openDatabase({ url: undefined, dataDir, log: silent }), () => rmSync(dataDir, { recursive: true, force: true }))
}

function removing(database: Database, remove: () => unknown): Database {
  const close = async (): Promise<void> => {
    await database.close()
    await remove()
  }
  return { ...database, close }
}

/** An ephemeral store over a database, and a clock to move. */
export function openStore(database: Database) {
  const time = { ahead: 0 }
  const clock = (): number => Date.now() + time.ahead
  return { time, clock, store: new TableEphemeralStore(database, { clock, log: silent }) }
}
