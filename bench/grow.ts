// Makes the directory of a prepared store large.
import { openDatabase } from '../src/platform/storage/database.js'
import { growth } from './organization.js'

const database = await openDatabase({ url: process.env.DATABASE_URL, dataDir: process.env.DATA_DIR ?? 'data', log: { warn() {} } as never })
await database.transaction(async (tx) => {
  await tx.query('set local statement_timeout = 0')
  for (const statement of growth) await tx.query(statement)
})
await database.query('analyze')
await database.close()
