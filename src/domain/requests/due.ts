// What time does by itself: those who may answer are reminded once, requests that nobody answered expire, people are told
// before their access ends, and what is over is noted. Reading never waits for this; nodes take turns by skipping what another holds.
import type { Trail } from '../../platform/audit/index.js'
import { Background } from '../../platform/background.js'
import type { Clock } from '../../platform/clock.js'
import type { Log } from '../../platform/log.js'
import type { MailQueue } from '../../platform/mail/index.js'
import type { Database, Executor } from '../../platform/storage/database.js'
import { recordStep } from './events.js'
import { fromRow, requestColumnsAt, type AccessRequest } from './history.js'
import { remindApprovers, tellRequester } from './letters.js'
import { Requestable } from './requestable.js'

interface Noting {
  trail: Trail
  mail: MailQueue
}

interface DueOptions extends Noting {
  database: Database
  clock: Clock
  log: Pick<Log, 'warn'>
  /** Milliseconds between two looks. */
  every?: number
}

const minute = 60_000
const hour = 60 * minute
/** Nobody forgets within so little time. */
const tooShort = '30 minutes'
/** Rows noted in one transaction. */
const atOnce = 50

export class DueRequests {
  readonly #background: Background

  constructor(private readonly options: DueOptions) {
    const { every = minute, log } = options
    this.#background = new Background({ work: () => this.run(), every, log, failed: 'requests that are due could not be noted' })
  }

  start(): void {
    this.#background.start()
  }

  stop(): Promise<void> {
    return this.#background.stop()
  }

  /** Notes everything that is due. */
  async run(): Promise<void> {
    for (const note of [noteExpired, remindOfRequests, remindOfEnds, noteOver]) {
      let noted: number
      do noted = await this.options.database.transaction((tx) => note(tx, new Date(this.options.clock()), this.options))
      while (noted === atOnce)
    }
  }
}

/** Moves rows of one state into another, at most a few at once, and returns them. */
async function move(tx: Executor, condition: string, change: string, parameters: unknown[]): Promise<AccessRequest[]> {
  const rows = await tx.query(
    `with due as materialized (select id from access_requests where ${condition} limit ${atOnce} for update skip locked)
     update access_requests r set ${change} from due where r.id = due.id returning ${requestColumnsAt('$1')}`, parameters)
  return rows.map(fromRow)
}

/** Notes requests, of one person where that is given, that nobody answered in time. */
export async function noteExpired(tx: Executor, now: Date, { trail, mail }: Noting, { userId }: { userId?: string } = {}): Promise<number> {
  const expired = await move(tx, `state = 'pending' and expires_at <= $1 and ($2::uuid is null or user_id = $2)`, `state = 'expired', closed_at = r.expires_at`, [now, userId ?? null])
  for (const request of expired) {
    await recordStep(tx, trail, 'ExpireAccessRequest', request, undefined)
    await tellRequester(tx, mail, request, { kind: 'expired' })
  }
  return expired.length
}

/** Reminds those who may answer, once, when half of the time is over and nobody did. */
async function remindOfRequests(tx: Executor, now: Date, { mail }: Noting): Promise<number> {
  const waiting = await move(
    tx, `state = 'pending' and approvers_reminded_at is null and expires_at > $1 and $1 >= asked_at + (expires_at - asked_at) / 2
      and not exists (select from access_answers a where a.request_id = access_requests.id)`, 'approvers_reminded_at = $1', [now])
  const requestable = new Requestable(tx, () => now.getTime())
  for (const request of waiting) {
    const { user, account, permissionSet } = request
    // A rule that would not let them ask any more lets nobody approve it either.
    if (await requestable.find(user.id, account.id, permissionSet.id)) await remindApprovers(tx, mail, request, await requestable.listApprovers(permissionSet.id, user.id))
  }
  return waiting.length
}

/** Tells people an hour before their access ends, or a quarter where it lasts no longer; unless it was for so short a time that they know, or goes on. */
async function remindOfEnds(tx: Executor, now: Date, { mail }: Noting): Promise<number> {
  const ending = await move(
    tx, `state = 'granted' and reminded_at is null and ends_at > $1 and ends_at <= $2 and ends_at - starts_at > interval '${tooShort}'
      and (ends_at - starts_at > interval '1 hour' or ends_at <= $3)`, 'reminded_at = $1', [now, new Date(now.getTime() + hour), new Date(now.getTime() + hour / 4)])
  const goingOn = new Set((await tx.query<{ extends: string }>(
    `select extends from access_requests where extends = any($1) and state = 'granted'`, [ending.map(({ id }) => id)])).map((row) => row.extends))
  for (const request of ending) if (!goingOn.has(request.id)) await tellRequester(tx, mail, request, { kind: 'ending' })
  return ending.length
}

async function noteOver(tx: Executor, now: Date, { trail }: Noting): Promise<number> {
  const over = await move(tx, `state = 'granted' and ends_at <= $1`, `state = 'over'`, [now])
  for (const request of over) await recordStep(tx, trail, 'CompleteAccessGrant', request, undefined)
  return over.length
}
