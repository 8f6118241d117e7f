// An empty organization again, and what applying wants beside a database.
import { HashQueue, PasswordHashes } from '../../../src/domain/authentication/index.js'
import { sourceSealer } from '../../../src/domain/identity-sources/index.js'
import type { ApplyOptions } from '../../../src/domain/organization/index.js'
import { systemClock } from '../../../src/platform/clock.js'
import { MasterKey } from '../../../src/platform/keys/master-key.js'
import { mailQueue, type MailQueue } from '../../../src/platform/mail/index.js'
import type { Database } from '../../../src/platform/storage/database.js'

/** Empties every table of the organization. */
export const emptied = (database: Database): Promise<void> => database.transaction(async (tx) => {
  await tx.query('alter table audit_events disable trigger audit_events_kept')
  await tx.query('truncate organization, accounts, users, passwords, groups, group_members, permission_sets, assignments, applications, application_assignments, identity_sources, saved_views, audit_events, mails, mailed_links cascade')
  await tx.query('alter table audit_events enable trigger audit_events_kept')
})

const master = new MasterKey(Buffer.alloc(32, 7))

// The cheapest cost there is: these tests are not about hashing.
export const applying = {
  by: 'a test',
  hashes: new PasswordHashes({ master, queue: new HashQueue({ concurrency: 2 }), cost: 4 }),
  sealer: sourceSealer(master),
  clock: systemClock,
  region: 'us-east-1',
  mail: { queue: (tx, mail) => mailQueue({ sql: tx, master, clock: systemClock }).queue(tx, mail) } satisfies MailQueue,
} satisfies ApplyOptions
