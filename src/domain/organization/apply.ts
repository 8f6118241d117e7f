// Makes the organization as a declaration says: everything in one transaction, one apply at a time.
import { placesOfGroups } from '../access/index.js'
import type { PasswordHashes } from '../authentication/index.js'
import { consoleSubject, writeRevocations, type RolePlace } from '../credentials/index.js'
import { revokeUnheld } from '../incidents/index.js'
import { Invitations } from '../recovery/index.js'
import { Trail } from '../../platform/audit/index.js'
import type { Clock } from '../../platform/clock.js'
import { Refusal } from '../../platform/errors.js'
import type { MailQueue } from '../../platform/mail/index.js'
import type { Database, Executor } from '../../platform/storage/database.js'
import { recordChanges } from './audit.js'
import { passwordKey, type Change } from './change.js'
import type { Declaration } from './declaration.js'
import { atOneMoment, pagedReads } from './long-reads.js'
import { inParallel } from './plan-secrets.js'
import { planChanges } from './plan.js'
import { fold } from './raw.js'
import type { Snapshot } from './snapshot.js'
import type { SourceSealer } from './source-states.js'
import { newPasswordOf } from './iam-write.js'
import { readStored, type Known, type Stored, type Verify } from './stored.js'
import { writeChanges } from './write.js'

export interface ApplyOptions {
  /** Deletes what the file does not name, in the sections that it has. */
  prune?: boolean
  /** Who applies, for the audit trail. */
  by: string
  hashes: PasswordHashes
  clock: Clock
  region: string
  /** Seals what is secret of identity sources; without it none can be kept. */
  sealer?: SourceSealer | undefined
  /** Takes the mail of invitations; without it nobody can be invited. */
  mail?: MailQueue
}

/** Reads the organization as it is at one moment, with what is behind its names; without a sealer, no secret of an identity source is found in force. */
export const readOrganization = (database: Database, hashes: PasswordHashes, sealer?: SourceSealer): Promise<Stored> => atOneMoment(database, (sql) => readStored(sql, hashes, remembering(hashes), sealer))

/** Reads it by names alone. */
export const readSnapshot = async (database: Database, hashes: PasswordHashes, sealer?: SourceSealer): Promise<Snapshot> => (await readOrganization(database, hashes, sealer)).snapshot

/** Applies a declaration, all or nothing, and returns what changed. Throws `Refusal` where the database holds something else that stands in the way. */
export async function applyOrganization(database: Database, declaration: Declaration, options: ApplyOptions): Promise<Change[]> {
  const { hashes, prune, sealer } = options
  const verify = remembering(hashes)
  const passwords = new Map<string, string>()
  // Hashing takes long, so it is done before the transaction; in it, only what changed meanwhile is left.
  const foreseen = await planChanges(declaration, (await atOneMoment(database, (sql) => readStored(sql, hashes, verify, sealer))).snapshot, { prune })
  if (foreseen.length === 0) return []
  await hashPasswords(foreseen, hashes, passwords)
  return database.transaction(async (tx) => {
    await takeTurn(tx)
    const { snapshot, known } = await readStored(pagedReads(tx), hashes, verify, sealer)
    const changes = await planChanges(declaration, snapshot, { prune })
    await hashPasswords(changes, hashes, passwords)
    const places = await losingPlaces(tx, changes, known)
    await writeChanges({ tx, changes, known, before: snapshot, hashes, sealer, passwords, invite: (user) => invite(tx, user, options) })
    await revokeLeavers(tx, changes, known, options)
    await endConsoles(tx, changes, known, options)
    await revokeUnheld(tx, places, options)
    const trail = new Trail({ sql: tx, clock: options.clock, region: options.region, ownerAccountId: () => managementOf(declaration, snapshot) }).within(tx)
    await recordChanges(trail, changes, options.by, known)
    return changes
  })
}

function invite(tx: Executor, user: Parameters<typeof Invitations.invite>[1], { mail, clock }: ApplyOptions): Promise<void> {
  if (!mail) throw new Refusal('unavailable', 'Nobody can be invited here: no mail is sent.')
  return Invitations.invite(tx, user, { mail, clock })
}

const managementOf = (declaration: Declaration, { accounts }: Snapshot): string | undefined => [...accounts, ...(declaration.accounts ?? [])].find(({ management }) => management)?.id

/** Ends the credentials of people who are deleted or disabled, and of accounts that are deleted, as far as they were issued by now. */
async function revokeLeavers(tx: Executor, changes: readonly Change[], known: Known, { clock, by }: ApplyOptions): Promise<void> {
  const ids = changes.flatMap((change) => {
    const leaves = change.kind === 'user' && (change.action === 'delete' || (change.action === 'update' && change.before?.active === true && change.after?.active === false))
    return leaves ? known.users.get(fold(change.name)) ?? [] : []
  })
  const accounts = changes.flatMap((change) => (change.kind === 'account' && change.action === 'delete' ? [change.before!.id] : []))
  const subjects = [...ids.map((subject) => ({ kind: 'user' as const, subject })), ...accounts.map((subject) => ({ kind: 'account' as const, subject }))]
  const issuedBefore = clock()
  if (subjects.length > 0) await writeRevocations(tx, subjects.map((subject) => ({ ...subject, issuedBefore, by })))
}

/** Where people may hold less afterwards: by assignments that go, and by groups that go or change. */
async function losingPlaces(tx: Executor, changes: readonly Change[], known: Known): Promise<RolePlace[]> {
  const groups = changes.flatMap((change) => (change.kind === 'group' && change.action !== 'create' ? known.groups.get(fold(change.name)) ?? [] : []))
  const assigned = changes.flatMap((change) => (change.kind === 'assignment' && change.action === 'delete' ? [{ accountId: change.before!.account, permissionSet: change.before!.permissionSet }] : []))
  return [...assigned, ...await placesOfGroups(tx, groups)]
}

/** Ends the console sessions of those who have another password now. */
async function endConsoles(tx: Executor, changes: readonly Change[], known: Known, { clock, by }: ApplyOptions): Promise<void> {
  const ids = changes.flatMap((change) => (change.action === 'update' ? newPasswordOf(change, known)?.split(':')[1] ?? [] : []))
  const issuedBefore = clock()
  if (ids.length > 0) await writeRevocations(tx, ids.map((id) => ({ ...consoleSubject(id), issuedBefore, by })))
}

/** Held by whoever changes the organization as a whole. */
export const applyLock = 7_412_903
const longestTurn = 60_000

async function takeTurn(tx: Executor): Promise<void> {
  for (let waited = 0; ; waited += 100) {
    const [row] = await tx.query<{ held: boolean }>('select pg_try_advisory_xact_lock($1) as held', [applyLock])
    if (row?.held) return
    if (waited >= longestTurn) throw new Refusal('busy', 'Another organization file is being applied. Please try again when it is done.', { retryAfter: 30 })
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

const hashedAtOnce = 8

async function hashPasswords(changes: readonly Change[], hashes: PasswordHashes, passwords: Map<string, string>): Promise<void> {
  await inParallel(changes, hashedAtOnce, async (change) => {
    if (change.action === 'delete' || (change.kind !== 'user' && change.kind !== 'IAM user' && change.kind !== 'account')) return
    const key = passwordKey(change)
    if (!change.secret || change.secret.form === 'invitation' || passwords.has(key)) return
    const { form, value } = change.secret
    passwords.set(key, form === 'hash' ? value : await hashes.hash(value, 'organization file'))
  })
}

/** Verifies each password against each hash once, however often it is asked. */
function remembering(hashes: PasswordHashes): Verify {
  const known = new Map<string, Promise<boolean>>()
  return (plain, hash) => {
    const key = `${hash} ${plain}`
    const answer = known.get(key) ?? hashes.verify(plain, hash, 'organization file')
    known.set(key, answer)
    return answer
  }
}
