// Requests: asking, answering, taking back and ending. Each step is one transaction that holds the request's row, so
// that of two answers at once neither is lost and nothing is granted twice; its event and its letters stand or fall with it.
import { Grants, type TimedGrant } from '../access/index.js'
import { IssuedKeys, writeRevocations, type Revocation } from '../credentials/index.js'
import type { RequestOrigin, Trail } from '../../platform/audit/index.js'
import type { Clock } from '../../platform/clock.js'
import { Refusal } from '../../platform/errors.js'
import { newId } from '../../platform/ids.js'
import type { MailQueue } from '../../platform/mail/index.js'
import type { Database, Executor } from '../../platform/storage/database.js'
import { noteExpired } from './due.js'
import { recordStep } from './events.js'
import { fromRow, requestColumnsAt, RequestHistory, type AccessRequest } from './history.js'
import { tellApprovers, tellRequester } from './letters.js'
import { Requestable, type Prospect } from './requestable.js'

export interface RequestsOptions {
  database: Database
  trail: Trail
  mail: MailQueue
  clock: Clock
  /** Knows at once in this node what was revoked. */
  revocations: { learn(revocations: readonly Revocation[]): void }
}

/** Who acts, and from where. */
export interface Acting {
  user: { id: string; userName: string; displayName: string }
  origin: RequestOrigin
}

/** An administrator, whose rights were asked elsewhere: a session in the management account, perhaps of no workforce user. */
export interface Administering {
  /** As the trail spells who acts. */
  userIdentity: Record<string, unknown>
  /** As people know them. */
  name: string
  /** The workforce user behind the session. */
  userId?: string | undefined
  origin: RequestOrigin
}

export interface RequestWish {
  accountId: string
  permissionSetId: string
  /** Seconds. */
  duration: number
  reason: string
}

export const longestReason = 1000
/** The shortest time that can be asked for, in seconds, unless a rule allows only less. */
export const shortestWish = 15 * 60
/** How long a request waits for its answer. */
const patience = 7 * 86_400_000

export class Requests {
  constructor(private readonly options: RequestsOptions) {}

  /** Asks for a permission set in an account; what is granted already is asked for anew, from its end on. */
  async ask(acting: Acting, wish: RequestWish): Promise<AccessRequest> {
    return this.#step(async (tx, now) => {
      const requestable = new Requestable(tx, this.options.clock)
      const prospect = await requestable.find(acting.user.id, wish.accountId, wish.permissionSetId)
      const { duration, reason } = checkedWish(wish, prospect)
      await noteExpired(tx, now, this.options, { userId: acting.user.id })
      const approvers = await requestable.listApprovers(wish.permissionSetId, acting.user.id)
      if (approvers.length < prospect!.set.approvalsNeeded) throw new Refusal('conflict', 'Nobody could approve this at the moment. Please ask the people who look after access in your organization.')
      const request = await this.#insert(tx, acting, { ...prospect!, duration, reason }, now)
      await recordStep(tx, this.options.trail, 'CreateAccessRequest', request, acting)
      await tellApprovers(tx, this.options.mail, request, approvers)
      return request
    })
  }

  /** Approves a request; with as many approvals as its rule needs, it is granted. */
  async approve(acting: Acting, id: string): Promise<AccessRequest> {
    return this.#step(async (tx, now) => {
      const request = await this.#lockPending(tx, id, acting, now)
      const prospect = await new Requestable(tx, this.options.clock).find(request.user.id, request.account.id, request.permissionSet.id)
      if (!prospect) throw new Refusal('conflict', `${request.user.displayName} may not ask for this any more.`)
      await this.#answer(tx, acting, id, 'approve', undefined, now)
      const [counted] = await tx.query<{ approvals: string }>(
        `select count(*) as approvals from access_answers a join users u on u.id = a.user_id and u.active where a.request_id = $1 and a.answer = 'approve'`, [id])
      const isEnough = Number(counted!.approvals) >= prospect.set.approvalsNeeded
      const after = isEnough ? await this.#grant(tx, request, prospect, acting, now) : await this.#read(tx, id, now)
      await recordStep(tx, this.options.trail, 'ApproveAccessRequest', after, acting)
      if (isEnough) await tellRequester(tx, this.options.mail, after, { kind: 'granted' })
      return after
    })
  }

  /** Denies a request, with a reason; one denial is enough. */
  async deny(acting: Acting, id: string, reason: string): Promise<AccessRequest> {
    const why = checkedReason(reason, 'Please say why, in a sentence that the other one can do something with.')
    return this.#step(async (tx, now) => {
      await this.#lockPending(tx, id, acting, now)
      await this.#answer(tx, acting, id, 'deny', why, now)
      const denied = await this.#close(tx, id, { state: 'denied', by: acting.user, reason: why }, now)
      await recordStep(tx, this.options.trail, 'DenyAccessRequest', denied, acting)
      await tellRequester(tx, this.options.mail, denied, { kind: 'denied', by: acting.user.displayName, reason: why })
      return denied
    })
  }

  /** Takes one's own request back before it is answered. */
  async withdraw(acting: Acting, id: string): Promise<AccessRequest> {
    return this.#step(async (tx, now) => {
      const request = await this.#lock(tx, id, now)
      if (request?.user.id !== acting.user.id) throw unknown()
      requirePending(request)
      const withdrawn = await this.#close(tx, id, { state: 'withdrawn', by: acting.user, reason: undefined }, now)
      await recordStep(tx, this.options.trail, 'WithdrawAccessRequest', withdrawn, acting)
      return withdrawn
    })
  }

  /** Ends what was granted before its time: one's own, or as one who answers for it. What was issued under it is revoked. */
  async end(acting: Acting, id: string, reason = ''): Promise<AccessRequest> {
    const why = reason.trim().slice(0, longestReason) || undefined
    return this.#step(async (tx, now, revoked) => {
      const request = await this.#lock(tx, id, now)
      const isOwn = request?.user.id === acting.user.id
      if (!request || !(isOwn || await this.#mayAnswer(tx, acting, request))) throw unknown()
      if (request.state !== 'granted') throw new Refusal('conflict', 'This access is not in force any more.')
      const ended = (await this.#end(tx, [id], { id: acting.user.id, name: acting.user.userName, reason: why }, now, revoked))[0]!
      await recordStep(tx, this.options.trail, 'EndAccessGrant', ended, acting)
      if (!isOwn) await tellRequester(tx, this.options.mail, ended, { kind: 'ended', by: acting.user.displayName, reason: why })
      return ended
    })
  }

  /** Ends every grant of a person, a permission set or an account as an administrator, or one by its request, and returns what it ended. */
  async endAll(of: { userId?: string; permissionSetId?: string; accountId?: string; requestId?: string }, by: Administering, reason: string): Promise<AccessRequest[]> {
    if (Object.values(of).every((value) => value === undefined)) throw new Error('Whose grants to end has to be said')
    return this.#step(async (tx, now, revoked) => {
      const open = of.requestId === undefined ? await new Grants(tx).listOpen(of, now) : [await new Grants(tx).find(of.requestId)].filter((grant): grant is TimedGrant => grant !== undefined && grant.endsAt > now)
      const ended = await this.#end(tx, open.map(({ requestId }) => requestId), { id: by.userId, name: by.name, reason: reason.trim().slice(0, longestReason) || undefined }, now, revoked)
      for (const request of ended) {
        await recordStep(tx, this.options.trail, 'EndAccessGrant', request, by)
        await tellRequester(tx, this.options.mail, request, { kind: 'ended', by: by.name, reason: reason || undefined })
      }
      return ended
    })
  }

  /** Runs a step in a transaction; what it revokes is known here as soon as that is committed. */
  async #step<T>(work: (tx: Executor, now: Date, revoked: Revocation[]) => Promise<T>): Promise<T> {
    const { database, clock, revocations } = this.options
    const revoked: Revocation[] = []
    const done = await database.transaction((tx) => work(tx, new Date(clock()), revoked))
    revocations.learn(revoked)
    return done
  }

  async #insert(tx: Executor, { user }: Acting, { set, account, lastGrant, duration, reason }: Prospect & { duration: number; reason: string }, now: Date): Promise<AccessRequest> {
    const id = newId('req-')
    const rows = await tx.query(
      `insert into access_requests (id, user_id, user_name, display_name, account_id, account_name, permission_set_id, permission_set_name, duration, reason, approvals_needed, extends, state, asked_at, expires_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'pending', $13, $14) on conflict do nothing returning id`,
      [id, user.id, user.userName, user.displayName, account.id, account.name, set.id, set.name, duration, reason, set.approvalsNeeded, lastGrant?.requestId ?? null, now, new Date(now.getTime() + patience)])
    if (rows.length === 0) throw new Refusal('conflict', 'You have asked for this already. It waits for an answer.')
    return this.#read(tx, id, now)
  }

  async #answer(tx: Executor, { user }: Acting, id: string, answer: 'approve' | 'deny', reason: string | undefined, now: Date): Promise<void> {
    const rows = await tx.query(
      'insert into access_answers (request_id, user_id, user_name, answer, reason, answered_at) values ($1, $2, $3, $4, $5, $6) on conflict do nothing returning user_id',
      [id, user.id, user.userName, answer, reason ?? null, now])
    if (rows.length === 0) throw new Refusal('conflict', 'You have answered this request already.')
  }

  async #grant(tx: Executor, { id, user, account, permissionSet, duration }: AccessRequest, { set, lastGrant }: Prospect, acting: Acting, now: Date): Promise<AccessRequest> {
    const startsAt = lastGrant && lastGrant.endsAt > now ? lastGrant.endsAt : now
    const endsAt = new Date(startsAt.getTime() + Math.min(duration, set.longestDuration) * 1000)
    await new Grants(tx).start({ requestId: id, userId: user.id, accountId: account.id, permissionSetId: permissionSet.id, startsAt, endsAt })
    await tx.query('update access_requests set starts_at = $2, ends_at = $3 where id = $1', [id, startsAt, endsAt])
    return this.#close(tx, id, { state: 'granted', by: acting.user, reason: undefined }, now)
  }

  async #close(tx: Executor, id: string, { state, by, reason }: { state: string; by: { id: string; userName: string }; reason: string | undefined }, now: Date): Promise<AccessRequest> {
    await tx.query('update access_requests set state = $2, closed_at = $3, closed_by = $4, closed_by_name = $5, closing_reason = $6 where id = $1', [id, state, now, by.id, by.userName, reason ?? null])
    return this.#read(tx, id, now)
  }

  /** Ends grants and revokes what was issued under them, and with that in turn. */
  async #end(tx: Executor, ids: string[], by: { id: string | undefined; name: string; reason: string | undefined }, now: Date, revoked: Revocation[]): Promise<AccessRequest[]> {
    const grants = new Grants(tx)
    const ended = (await grants.end(ids, now)).map(({ requestId }) => requestId)
    if (ended.length === 0) return []
    const keys = (await grants.listSessions(ended, now)).map(({ accessKeyId }) => accessKeyId)
    const chained = keys.length === 0 ? [] : (await new IssuedKeys(tx).list({ accessKeyIds: keys }, now.getTime())).map(({ accessKeyId }) => accessKeyId)
    revoked.push(...[...keys, ...chained].map((subject) => ({ kind: 'session' as const, subject, issuedBefore: now.getTime(), by: by.name })))
    if (revoked.length > 0) await writeRevocations(tx, revoked)
    const rows = await tx.query(
      `update access_requests r set state = 'ended', ends_at = $2, starts_at = least(starts_at, $2), closed_at = $2, closed_by = $3, closed_by_name = $4, closing_reason = $5
       where r.id = any($1) returning ${requestColumnsAt('$2')}`,
      [ended, now, by.id ?? null, by.name, by.reason ?? null])
    return rows.map(fromRow)
  }

  async #lock(tx: Executor, id: string, now: Date): Promise<AccessRequest | undefined> {
    await tx.query('select id from access_requests where id = $1 for update', [id])
    const [row] = await tx.query(`select ${requestColumnsAt('$2')} from access_requests r where r.id = $1`, [id, now])
    return row && fromRow(row)
  }

  /** Holds a request that waits for an answer of whoever acts; others do not learn that it is there. */
  async #lockPending(tx: Executor, id: string, acting: Acting, now: Date): Promise<AccessRequest> {
    const request = await this.#lock(tx, id, now)
    if (request?.user.id === acting.user.id) throw new Refusal('forbidden', 'Nobody answers their own request.')
    if (!request || !await this.#mayAnswer(tx, acting, request)) throw unknown()
    requirePending(request)
    return request
  }

  #mayAnswer(tx: Executor, { user }: Acting, { permissionSet, user: requester }: AccessRequest): Promise<boolean> {
    return user.id === requester.id ? Promise.resolve(false) : new RequestHistory(tx, this.options.clock).isApprover(user.id, permissionSet.id)
  }

  async #read(tx: Executor, id: string, now: Date): Promise<AccessRequest> {
    const [row] = await tx.query(`select ${requestColumnsAt('$2')} from access_requests r where r.id = $1`, [id, now])
    return fromRow(row!)
  }
}

const unknown = (): Refusal => new Refusal('not-found', 'There is no such request.')

const closed: Record<Exclude<AccessRequest['state'], 'pending'>, string> = {
  granted: 'It was granted already.',
  denied: 'It was denied already.',
  withdrawn: 'It was taken back.',
  expired: 'Nobody answered it in time.',
  ended: 'It was granted, and has ended.',
  over: 'It was granted, and is over.',
}

function requirePending({ state }: AccessRequest): void {
  if (state !== 'pending') throw new Refusal('conflict', `This request is closed. ${closed[state]}`)
}

function checkedWish({ duration, reason }: RequestWish, prospect: Prospect | undefined): { duration: number; reason: string } {
  if (!prospect) throw new Refusal('forbidden', 'You cannot ask for this permission set in this account.')
  const { set, account } = prospect
  if (account.isAssigned) throw new Refusal('conflict', 'You have this already, and need not ask.')
  if (!Number.isInteger(duration) || duration < Math.min(shortestWish, set.longestDuration) || duration > set.longestDuration) throw fault('duration', 'That is no length of time that can be asked for.')
  return { duration, reason: set.reasonRequired || reason.trim() ? checkedReason(reason, 'Please say what you need it for.') : '' }
}

function checkedReason(reason: string, sentence: string): string {
  const why = reason.trim()
  if (why === '') throw fault('reason', sentence)
  if ([...why].length > longestReason) throw fault('reason', `Please use at most ${longestReason.toLocaleString('en')} characters.`)
  return why.replaceAll('\0', '').toWellFormed()
}

const fault = (path: string, message: string): Refusal => new Refusal('invalid-input', message, { faults: [{ path, message }] })
