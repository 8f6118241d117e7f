// Many assignments at once, made or taken away in the background: a job is a row that says how far it is. Each batch is one
// transaction with its events, so that after a restart, or on another node, a job goes on where it was.
import { missingPolicies } from '../accounts/index.js'
import type { AuditEvent, Trail } from '../../platform/audit/index.js'
import { Background } from '../../platform/background.js'
import type { Clock } from '../../platform/clock.js'
import { Refusal } from '../../platform/errors.js'
import { newId } from '../../platform/ids.js'
import type { Log } from '../../platform/log.js'
import type { Database, Executor, Row } from '../../platform/storage/database.js'
import { pageOf, type Page, type PageRequest } from '../../platform/storage/paging.js'
import { instanceArn, permissionSetArn } from './arns.js'
import type { EndIssued } from './assigning.js'
import { Assignments, mostAssignedAtOnce, type Assignment } from './assignments.js'
import { AssignmentBatch } from './assignment-batch.js'
import { countIn, sliceOf, type AssignmentProduct } from './assignment-products.js'

export type JobKind = 'assign' | 'unassign'

/** Who started a job, as its events say it. */
export interface JobStarter {
  /** As people know them. */
  name: string
  directoryId: string
  attribution: Pick<AuditEvent, 'origin' | 'accountId' | 'accessKeyId' | 'userId' | 'sessionId' | 'userIdentity'>
}

export interface AssignmentJob {
  id: string
  kind: JobKind
  /** `failed` came to a halt before its end by a fault of ours, `stopped` by somebody who wanted it. */
  state: 'running' | 'done' | 'failed' | 'stopped'
  total: number
  /** How many were looked at. */
  position: number
  /** Made, or taken away. */
  changed: number
  /** There already, or not there to be taken away. */
  unchanged: number
  failed: number
  /** The first of them. */
  someUnchanged: Assignment[]
  someFailed: (Assignment & { reason: string })[]
  startedBy: string
  startedAt: Date
  finishedAt: Date | undefined
  stoppedBy: string | undefined
}

export interface AssignmentJobsOptions {
  database: Database
  trail: Trail
  clock: Clock
  log: Pick<Log, 'warn'>
  endIssued: EndIssued
  /** Milliseconds between two looks for jobs that nobody works at. */
  every?: number
  /** Assignments in a transaction. */
  atOnce?: number
}

const columns = 'id, kind, state, total, position, changed, unchanged, failed, some_unchanged, some_failed, starter, started_at, finished_at, stopped_by'
const mostTold = 100
const keptFor = '30 days'

export class AssignmentJobs {
  readonly #background: Background

  constructor(private readonly options: AssignmentJobsOptions) {
    const { every = 5000, log } = options
    this.#background = new Background({ work: () => this.#work(), every, log, failed: 'assignments could not be made for the moment' })
  }

  start(): void {
    this.#background.start()
  }

  stop(): Promise<void> {
    return this.#background.stop()
  }

  /** Begins a job; it is worked at in the background. */
  async begin(kind: JobKind, products: readonly AssignmentProduct[], starter: JobStarter): Promise<AssignmentJob> {
    const total = countIn(products)
    if (total === 0) throw new Refusal('invalid-input', 'Choose who, which permission sets and which accounts.')
    if (total > mostAssignedAtOnce) throw new Refusal('invalid-input', `These are ${total.toLocaleString('en-GB')} assignments; ${mostAssignedAtOnce.toLocaleString('en-GB')} are the most at once.`)
    const now = new Date(this.options.clock())
    const [row] = await this.options.database.query(
      `with forgotten as (delete from assignment_jobs where id in (select id from assignment_jobs where started_at < $5::timestamptz - interval '${keptFor}' and state <> 'running' order by started_at limit 100))
       insert into assignment_jobs (id, kind, state, products, total, starter, started_at) values ($1, $2, 'running', $3::jsonb, $4, $6::jsonb, $5) returning ${columns}`,
      [newId('job-'), kind, JSON.stringify(products), total, now, JSON.stringify(starter)])
    this.wake()
    return jobOf(row!)
  }

  async find(id: string): Promise<AssignmentJob | undefined> {
    const [row] = await this.options.database.query(`select ${columns} from assignment_jobs where id = $1`, [id])
    return row && jobOf(row)
  }

  /** Reads all that a job is about. */
  async products(id: string): Promise<AssignmentProduct[]> {
    const [row] = await this.options.database.query('select products from assignment_jobs where id = $1', [id])
    return (row?.products ?? []) as AssignmentProduct[]
  }

  /** Lists the first of what a job has not looked at. */
  async listUndone({ id, position }: Pick<AssignmentJob, 'id' | 'position'>, limit = mostTold): Promise<Assignment[]> {
    return sliceOf(await this.products(id), position, limit)
  }

  /** Stops a job after the batch that is under way; what is done stays. Throws where it is over already. */
  async halt(id: string, by: string): Promise<AssignmentJob> {
    // A batch holds the row until it is written, so that what is told as not done is just that.
    const [row] = await this.options.database.query(
      `update assignment_jobs set state = 'stopped', finished_at = $2, stopped_by = $3 where id = $1 and state = 'running' returning ${columns}`, [id, new Date(this.options.clock()), by])
    if (!row) throw new Refusal('conflict', 'This is over already.')
    return jobOf(row)
  }

  /** Lists jobs, the latest first. */
  async page({ after, limit }: PageRequest): Promise<Page<AssignmentJob>> {
    const [time, id] = after?.split(' ') ?? []
    const rows = await this.options.database.query(
      `select ${columns}, to_char(started_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || ' ' || id as key from assignment_jobs
       where $1::timestamptz is null or (started_at, id) < ($1, $2) order by started_at desc, id desc limit $3`, [time ?? null, id ?? null, limit + 1])
    return pageOf(rows, limit, (row) => row.key as string, jobOf)
  }

  /** Works at whatever is left to do, unless that is under way. */
  wake(): void {
    this.#background.wake()
  }

  async #work(): Promise<void> {
    let isMore = true
    while (isMore && !this.#background.isStopping) isMore = await this.#step()
  }

  /** Does one batch of the job that waits longest and that no other node holds; false where there is none. */
  async #step(): Promise<boolean> {
    let id: string | undefined
    try {
      return await this.options.database.transaction(async (tx) => {
        const [row] = await tx.query(`select id, kind, products, starter, position, total from assignment_jobs where state = 'running' order by started_at, id limit 1 for update skip locked`)
        if (!row) return false
        id = row.id as string
        await this.#batch(tx, row)
        return true
      })
    } catch (error) {
      const isOutage = error instanceof Refusal && (error.code === 'unavailable' || error.code === 'busy')
      if (isOutage || id === undefined) throw error
      await this.options.database.query(`update assignment_jobs set state = 'failed', finished_at = $2 where id = $1 and state = 'running'`, [id, new Date(this.options.clock())])
      this.options.log.warn({ err: (error as Error).message, job: id }, 'a job of assignments failed')
      return true
    }
  }

  async #batch(tx: Executor, row: Row): Promise<void> {
    const { clock, trail, endIssued, atOnce = 200 } = this.options
    const starter = row.starter as JobStarter
    const slice = sliceOf(row.products as AssignmentProduct[], row.position as number, atOnce)
    const batch = await AssignmentBatch.check(tx, slice, missingPolicies)
    const assignments = new Assignments(tx)
    const changed = row.kind === 'assign' ? await assignments.create(batch.good) : await assignments.remove(slice)
    if (row.kind === 'unassign') await endIssued(tx, batch.placesOf(changed), starter.name)
    const failed = row.kind === 'assign' ? batch.failed : []
    const unchanged = batch.without(row.kind === 'assign' ? batch.good : slice, changed)
    const recorder = trail.within(tx)
    for (const one of changed) await recorder.record(eventOf(one, row, starter))
    for (const one of failed) await recorder.record(eventOf(one, row, starter, one.reason))
    const position = (row.position as number) + slice.length
    await tx.query(
      `update assignment_jobs set position = $2, changed = changed + $3, unchanged = unchanged + $4, failed = failed + $5,
         some_unchanged = case when jsonb_array_length(some_unchanged) < ${mostTold} then some_unchanged || $6::jsonb else some_unchanged end,
         some_failed = case when jsonb_array_length(some_failed) < ${mostTold} then some_failed || $7::jsonb else some_failed end,
         state = case when $2 >= total then 'done' else state end, finished_at = case when $2 >= total then $8::timestamptz end where id = $1`,
      [row.id, position, changed.length, unchanged.length, failed.length, JSON.stringify(unchanged.slice(0, mostTold)), JSON.stringify(failed.slice(0, mostTold)), new Date(clock())])
  }
}

/** The same event as one assignment by itself leaves. */
function eventOf({ accountId, permissionSetId, principal }: Assignment, { kind, id }: Row, { attribution, directoryId }: JobStarter, failureReason?: string): AuditEvent {
  const [name, word] = kind === 'assign' ? ['CreateAccountAssignment', 'Creation'] : ['DeleteAccountAssignment', 'Deletion']
  const about = { targetId: accountId, targetType: 'AWS_ACCOUNT', permissionSetArn: permissionSetArn(directoryId, permissionSetId), principalType: principal.type, principalId: principal.id }
  return {
    ...attribution, eventName: name, eventSource: 'sso.amazonaws.com', eventType: 'AwsApiCall', requestParameters: { instanceArn: instanceArn(directoryId), ...about },
    responseElements: { [`accountAssignment${word}Status`]: { status: failureReason === undefined ? 'SUCCEEDED' : 'FAILED', ...(failureReason !== undefined && { failureReason }), ...about } },
    additionalEventData: { assignmentJobId: id }, ...(kind === 'unassign' && { change: { before: about, after: undefined } }),
  }
}

const jobOf = (row: Row): AssignmentJob => ({
  id: row.id as string, kind: row.kind as JobKind, state: row.state as AssignmentJob['state'], total: row.total as number, position: row.position as number,
  changed: row.changed as number, unchanged: row.unchanged as number, failed: row.failed as number,
  someUnchanged: (row.some_unchanged as Assignment[]).slice(0, mostTold), someFailed: (row.some_failed as AssignmentJob['someFailed']).slice(0, mostTold),
  startedBy: (row.starter as JobStarter).name, startedAt: row.started_at as Date, finishedAt: (row.finished_at as Date | null) ?? undefined, stoppedBy: (row.stopped_by as string | null) ?? undefined,
})
