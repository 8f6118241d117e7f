// Makes the directory of a prepared store large.
import { Client } from 'pg'
import { openDatabase } from '../src/platform/storage/database.js'
import { growth } from './organization.js'

const { DATABASE_URL: url, DATA_DIR: dataDir = 'data' } = process.env
if (url) {
  // Without the patience that requests have.
  const client = new Client({ connectionString: url })
  await client.connect()
  for (const statement of [...growth, 'analyze']) await client.query(statement)
  await client.end()
} else {
  const database = await openDatabase({ url, dataDir, log: { warn() {} } as never })
  for (const statement of [...growth, 'analyze']) await database.query(statement)
  await database.close()
}
