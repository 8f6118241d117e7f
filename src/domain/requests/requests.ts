// Requests: asking, answering, taking back and ending. Each step is one transaction that holds the request's row, so
// that of two answers at once neither is lost and nothing is granted twice; its event and its letters stand or fall with it.
import { Grants, type TimedGrant } from '../access/index.js'
import type { Revocation } from '../credentials/index.js'
import type { RequestOrigin, Trail } from '../../platform/audit/index.js'
import type { Clock } from '../../platform/clock.js'
import { Refusal } from '../../platform/errors.js'
import type { MailQueue } from '../../platform/mail/index.js'
import type { Database, Executor } from '../../platform/storage/database.js'
import { noteExpired } from './due.js'
import { recordStep } from './events.js'
import { RequestHistory, type AccessRequest } from './history.js'
import { tellApprovers, tellRequester } from './letters.js'
import { Requestable, type Prospect } from './requestable.js'
import { closeRequest, endGrants, grantRequest, insertRequest, lockRequest, readRequest, writeAnswer, type By } from './steps.js'
import { checkedReason, checkedWish, longestReason, requirePending, type RequestWish } from './wishes.js'

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
  /** The session of the console that they act in. */
  sessionId?: string | undefined
  origin: RequestOrigin
}

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
      const request = await insertRequest(tx, acting.user, { ...prospect!, duration, reason }, now)
      await recordStep(tx, this.options.trail, 'CreateAccessRequest', request, acting)
      await tellApprovers(tx, this.options.mail, request, approvers)
      return request
    })
  }

  /** Approves a request; with as many approvals as its rule needs, it is granted. */
  async approve(acting: Acting, id: string): Promise<AccessRequest> {
    return this.#step(async (tx, now) => {
      const request = await this.#lockPending(tx, id, acting, now)
      const prospect = await this.#prospectOf(tx, request)
      await writeAnswer(tx, id, { user: acting.user, answer: 'approve' }, now)
      const isEnough = await new RequestHistory(tx, this.options.clock).countApprovals(id) >= prospect.set.approvalsNeeded
      const after = isEnough ? await grantRequest(tx, request, prospect, acting.user, now) : await readRequest(tx, id, now)
      await recordStep(tx, this.options.trail, 'ApproveAccessRequest', after, acting)
      if (isEnough) await tellRequester(tx, this.options.mail, after, { kind: 'granted' })
      return after
    })
  }

  /** Approves a request by a right instead of its rule. That counts as one approval, the last one: nothing is kept of a right that may be gone by the time it would count. */
  async approveByRight(by: Administering, id: string): Promise<AccessRequest> {
    return this.#step(async (tx, now) => {
      const request = await this.#lockPendingOf(tx, id, by, now)
      const prospect = await this.#prospectOf(tx, request)
      if (by.userId !== undefined) await writeAnswer(tx, id, { user: { id: by.userId, userName: by.name }, answer: 'approve' }, now)
      const missing = prospect.set.approvalsNeeded - 1 - await new RequestHistory(tx, this.options.clock).countApprovals(id, by.userId)
      if (missing > 0) throw new Refusal('conflict', `${missing} of those who answer for this permission set ${missing === 1 ? 'has' : 'have'} to approve it first: your approval counts as the last of ${prospect.set.approvalsNeeded}.`)
      const granted = await grantRequest(tx, request, prospect, byOf(by), now)
      await recordStep(tx, this.options.trail, 'ApproveAccessRequest', granted, by)
      await tellRequester(tx, this.options.mail, granted, { kind: 'granted' })
      return granted
    })
  }

  /** Denies a request, with a reason; one denial is enough. */
  async deny(acting: Acting, id: string, reason: string): Promise<AccessRequest> {
    const why = checkedReason(reason, whyNot)
    return this.#step(async (tx, now) => {
      await this.#lockPending(tx, id, acting, now)
      await writeAnswer(tx, id, { user: acting.user, answer: 'deny', reason: why }, now)
      return this.#denied(tx, id, { by: acting.user, name: acting.user.displayName, why, actor: acting }, now)
    })
  }

  /** Denies a request by a right instead of its rule. */
  async denyByRight(by: Administering, id: string, reason: string): Promise<AccessRequest> {
    const why = checkedReason(reason, whyNot)
    return this.#step(async (tx, now) => {
      await this.#lockPendingOf(tx, id, by, now)
      return this.#denied(tx, id, { by: byOf(by), name: by.name, why, actor: by }, now)
    })
  }

  /** Takes one's own request back before it is answered. */
  async withdraw(acting: Acting, id: string): Promise<AccessRequest> {
    return this.#step(async (tx, now) => {
      const request = await lockRequest(tx, id, now)
      if (request?.user.id !== acting.user.id) throw unknown()
      requirePending(request)
      const withdrawn = await closeRequest(tx, id, { state: 'withdrawn', by: acting.user }, now)
      await recordStep(tx, this.options.trail, 'WithdrawAccessRequest', withdrawn, acting)
      return withdrawn
    })
  }

  /** Ends what was granted before its time: one's own, or as one who answers for it. What was issued under it is revoked. */
  async end(acting: Acting, id: string, reason = ''): Promise<AccessRequest> {
    const why = reason.trim().slice(0, longestReason) || undefined
    return this.#step(async (tx, now, revoked) => {
      const request = await lockRequest(tx, id, now)
      const isOwn = request?.user.id === acting.user.id
      if (!request || !(isOwn || await this.#mayAnswer(tx, acting, request))) throw unknown()
      if (request.state !== 'granted') throw new Refusal('conflict', 'This access is not in force any more.')
      const ended = (await endGrants(tx, [id], { by: acting.user, reason: why }, now, revoked))[0]!
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
      const ended = await endGrants(tx, open.map(({ requestId }) => requestId), { by: byOf(by), reason: reason.trim().slice(0, longestReason) || undefined }, now, revoked)
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

  async #denied(tx: Executor, id: string, { by, name, why, actor }: { by: By; name: string; why: string; actor: Acting | Administering }, now: Date): Promise<AccessRequest> {
    const denied = await closeRequest(tx, id, { state: 'denied', by, reason: why }, now)
    await recordStep(tx, this.options.trail, 'DenyAccessRequest', denied, actor)
    await tellRequester(tx, this.options.mail, denied, { kind: 'denied', by: name, reason: why })
    return denied
  }

  /** What the rule says of a request now. */
  async #prospectOf(tx: Executor, { user, account, permissionSet }: AccessRequest): Promise<Prospect> {
    const prospect = await new Requestable(tx, this.options.clock).find(user.id, account.id, permissionSet.id)
    if (!prospect) throw new Refusal('conflict', `${user.displayName} may not ask for this any more.`)
    return prospect
  }

  /** Holds a request that waits for an answer of whoever acts; others do not learn that it is there. */
  async #lockPending(tx: Executor, id: string, acting: Acting, now: Date): Promise<AccessRequest> {
    const request = await lockRequest(tx, id, now)
    if (request?.user.id === acting.user.id) throw ownRequest()
    if (!request || !await this.#mayAnswer(tx, acting, request)) throw unknown()
    requirePending(request)
    return request
  }

  /** The same for whoever has a right. */
  async #lockPendingOf(tx: Executor, id: string, { userId }: Administering, now: Date): Promise<AccessRequest> {
    const request = await lockRequest(tx, id, now)
    if (!request) throw unknown()
    if (request.user.id === userId) throw ownRequest()
    requirePending(request)
    return request
  }

  #mayAnswer(tx: Executor, { user }: Acting, { permissionSet, user: requester }: AccessRequest): Promise<boolean> {
    return user.id === requester.id ? Promise.resolve(false) : new RequestHistory(tx, this.options.clock).isApprover(user.id, permissionSet.id)
  }
}

const whyNot = 'Please say why, in a sentence that the other one can do something with.'
const byOf = ({ userId, name }: Administering): By => ({ id: userId, userName: name })
const unknown = (): Refusal => new Refusal('not-found', 'There is no such request.')
const ownRequest = (): Refusal => new Refusal('forbidden', 'Nobody answers their own request.')
