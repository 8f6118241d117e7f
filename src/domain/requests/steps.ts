// What the steps of a request write, each within its transaction.
import { Grants } from '../access/index.js'
import { IssuedKeys, writeRevocations, type Revocation } from '../credentials/index.js'
import { Refusal } from '../../platform/errors.js'
import { newId } from '../../platform/ids.js'
import type { Executor } from '../../platform/storage/database.js'
import { fromRow, requestColumnsAt, type AccessRequest } from './history.js'
import type { Prospect } from './requestable.js'

/** How long a request waits for its answer. */
const patience = 7 * 86_400_000

/** Who closes a request: without an id where no workforce user does. */
export interface By {
  id?: string | undefined
  userName: string
}

interface Asked extends Prospect {
  duration: number
  reason: string
}

/** Holds a request still for the rest of the transaction, and reads it. */
export async function lockRequest(tx: Executor, id: string, now: Date): Promise<AccessRequest | undefined> {
  await tx.query('select id from access_requests where id = $1 for update', [id])
  const [row] = await tx.query(`select ${requestColumnsAt('$2')} from access_requests r where r.id = $1`, [id, now])
  return row && fromRow(row)
}

export async function readRequest(tx: Executor, id: string, now: Date): Promise<AccessRequest> {
  const [row] = await tx.query(`select ${requestColumnsAt('$2')} from access_requests r where r.id = $1`, [id, now])
  return fromRow(row!)
}

export async function insertRequest(tx: Executor, user: { id: string; userName: string; displayName: string }, { set, account, lastGrant, duration, reason }: Asked, now: Date): Promise<AccessRequest> {
  const id = newId('req-')
  const rows = await tx.query(
    `insert into access_requests (id, user_id, user_name, display_name, account_id, account_name, permission_set_id, permission_set_name, duration, reason, approvals_needed, extends, state, asked_at, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'pending', $13, $14) on conflict do nothing returning id`,
    [id, user.id, user.userName, user.displayName, account.id, account.name, set.id, set.name, duration, reason, set.approvalsNeeded, lastGrant?.requestId ?? null, now, new Date(now.getTime() + patience)])
  if (rows.length === 0) throw new Refusal('conflict', 'You have asked for this already. It waits for an answer.')
  return readRequest(tx, id, now)
}

export interface GivenAnswer {
  user: { id: string; userName: string }
  answer: 'approve' | 'deny'
  reason?: string | undefined
}

export async function writeAnswer(tx: Executor, id: string, { user, answer, reason }: GivenAnswer, now: Date): Promise<void> {
  const rows = await tx.query(
    'insert into access_answers (request_id, user_id, user_name, answer, reason, answered_at) values ($1, $2, $3, $4, $5, $6) on conflict do nothing returning user_id',
    [id, user.id, user.userName, answer, reason ?? null, now])
  if (rows.length === 0) throw new Refusal('conflict', 'You have answered this request already.')
}

export async function grantRequest(tx: Executor, { id, user, account, permissionSet, duration }: AccessRequest, { set, lastGrant }: Prospect, by: By, now: Date): Promise<AccessRequest> {
  const startsAt = lastGrant && lastGrant.endsAt > now ? lastGrant.endsAt : now
  const endsAt = new Date(startsAt.getTime() + Math.min(duration, set.longestDuration) * 1000)
  await new Grants(tx).start({ requestId: id, userId: user.id, accountId: account.id, permissionSetId: permissionSet.id, startsAt, endsAt })
  await tx.query('update access_requests set starts_at = $2, ends_at = $3 where id = $1', [id, startsAt, endsAt])
  return closeRequest(tx, id, { state: 'granted', by }, now)
}

export async function closeRequest(tx: Executor, id: string, { state, by, reason }: { state: string; by: By; reason?: string | undefined }, now: Date): Promise<AccessRequest> {
  await tx.query('update access_requests set state = $2, closed_at = $3, closed_by = $4, closed_by_name = $5, closing_reason = $6 where id = $1', [id, state, now, by.id ?? null, by.userName, reason ?? null])
  return readRequest(tx, id, now)
}

/** Ends grants and revokes what was issued under them, and with that in turn; `revoked` learns of it. */
export async function endGrants(tx: Executor, ids: string[], { by, reason }: { by: By; reason: string | undefined }, now: Date, revoked: Revocation[]): Promise<AccessRequest[]> {
  const grants = new Grants(tx)
  const ended = (await grants.end(ids, now)).map(({ requestId }) => requestId)
  if (ended.length === 0) return []
  const keys = (await grants.listSessions(ended, now)).map(({ accessKeyId }) => accessKeyId)
  const chained = keys.length === 0 ? [] : (await new IssuedKeys(tx).list({ accessKeyIds: keys }, now.getTime())).map(({ accessKeyId }) => accessKeyId)
  revoked.push(...[...keys, ...chained].map((subject) => ({ kind: 'session' as const, subject, issuedBefore: now.getTime(), by: by.userName })))
  if (revoked.length > 0) await writeRevocations(tx, revoked)
  const rows = await tx.query(
    `update access_requests r set state = 'ended', ends_at = $2, starts_at = least(starts_at, $2), closed_at = $2, closed_by = $3, closed_by_name = $4, closing_reason = $5
     where r.id = any($1) returning ${requestColumnsAt('$2')}`,
    [ended, now, by.id ?? null, by.userName, reason ?? null])
  return rows.map(fromRow)
}
