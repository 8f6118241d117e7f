// An embedded database of its own for a test file, and what applying wants beside it.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { HashQueue, PasswordHashes } from '../../../src/domain/authentication/index.js'
import type { ApplyOptions } from '../../../src/domain/organization/index.js'
import { systemClock } from '../../../src/platform/clock.js'
import { MasterKey } from '../../../src/platform/keys/master-key.js'
import { mailQueue, type MailQueue } from '../../../src/platform/mail/index.js'
import { openDatabase, type Database } from '../../../src/platform/storage/database.js'

/** Opens a new database; `close` removes it. */
export async function openTestDatabase(): Promise<Database> {
  const dataDir = mkdtempSync(join(tmpdir(), 'gatehouse-organization-'))
  const database = await openDatabase({ url: undefined, dataDir, log: pino({ level: 'silent' }) })
  const close = async (): Promise<void> => {
    await database.close()
    rmSync(dataDir, { recursive: true, force: true })
  }
  return { ...database, close }
}

/** Empties every table of the organization. */
export const emptied = (database: Database): Promise<void> => database.transaction(async (tx) => {
  await tx.query('alter table audit_events disable trigger audit_events_kept')
  await tx.query('truncate organization, accounts, users, passwords, groups, group_members, permission_sets, assignments, applications, application_assignments, saved_views, audit_events, mails, mailed_links cascade')
  await tx.query('alter table audit_events enable trigger audit_events_kept')
})

const master = new MasterKey(Buffer.alloc(32, 7))

// The cheapest cost there is: these tests are not about hashing.
export const applying: ApplyOptions & { mail: MailQueue } = {
  by: 'a test',
  hashes: new PasswordHashes({ master, queue: new HashQueue({ concurrency: 2 }), cost: 4 }),
  clock: systemClock,
  region: 'us-east-1',
  mail: { queue: (tx, mail) => mailQueue({ sql: tx, master, clock: systemClock }).queue(tx, mail) },
}
