// An embedded database with the house's tables and nothing in them, opened in well under a second.
import { rmSync } from 'node:fs'
import { openDatabase, type Database } from '../../src/platform/storage/database.js'
import { TableEphemeralStore } from '../../src/platform/storage/ephemeral-table.js'
import { dataFolder, silent } from './app.js'

/** Opens a database; `close` removes it. */
export async function openEmpty(): Promise<Database> {
  const dataDir = await dataFolder()
  const database = await openDatabase({ url: undefined, dataDir, log: silent })
  const close = async (): Promise<void> => {
    await database.close()
    rmSync(dataDir, { recursive: true, force: true })
  }
  return { ...database, close }
}

/** An ephemeral store over a database, and a clock to move. */
export function openStore(database: Database) {
  const time = { ahead: 0 }
  const clock = (): number => Date.now() + time.ahead
  return { time, clock, store: new TableEphemeralStore(database, { clock, log: silent }) }
}
