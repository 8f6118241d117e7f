// When people are brought in line with everybody in a directory: by hand, and every so often. One node at a time does it for a
// source; how it went is kept for whoever looks, and what it did to whom is in the trail.
import { ExternalRefusal, ExternalSteps, type LdapDirectory } from '../federation/index.js'
import type { Trail } from '../../platform/audit/index.js'
import { Background } from '../../platform/background.js'
import { Refusal } from '../../platform/errors.js'
import type { Log } from '../../platform/log.js'
import type { Database, Row } from '../../platform/storage/database.js'
import { planSync, runSync, type SyncOptions, type SyncPlan } from './directory-sync.js'
import type { DirectorySource } from './password-way.js'
import type { IdentitySources } from './sources.js'

/** How many people each thing was done to. */
export type SyncNumbers = Record<'people' | 'created' | 'changed' | 'disabled' | 'enabled' | 'kept' | 'skipped', number>

/** How it stands with one source. */
export interface SourceSync {
  isUnderWay: boolean
  startedAt: Date | undefined
  /** Who asked for it; undefined where it was time. */
  startedBy: string | undefined
  /** How the last one that came to its end went: `stopped` is told by the safety stop. */
  last: { outcome: 'done' | 'stopped' | 'failed'; finishedAt: Date; says: string | undefined; advice: string | undefined; numbers: SyncNumbers | undefined } | undefined
}

export interface SourceSyncsOptions extends SyncOptions {
  database: Pick<Database, 'query' | 'transaction'>
  trail: Pick<Trail, 'within' | 'record'>
  directory: Pick<LdapDirectory, 'list'>
  sources: Pick<IdentitySources, 'find' | 'secretOf'>
  /** Ends the sessions of somebody who is disabled since. */
  endEverything: (userId: string, by: string) => Promise<void>
  log: Pick<Log, 'warn'>
  /** Milliseconds between two looks for what is due. */
  every?: number
}

/** Milliseconds for which a node holds a source, unless it says that it goes on. */
const heldFor = 180_000
const columns = 'source_id, held_until, asked_at, started_at, started_by, finished_at, outcome, says, advice, numbers'

interface Ended {
  outcome: 'done' | 'stopped' | 'failed'
  says?: string | undefined
  advice?: string | undefined
  numbers?: SyncNumbers | undefined
}

export class SourceSyncs {
  readonly #background: Background

  constructor(private readonly options: SourceSyncsOptions) {
    const { every = 30_000, log } = options
    this.#background = new Background({ work: () => this.run(), every, log, failed: 'identity sources could not be synchronised for the moment' })
  }

  start(): void {
    this.#background.start()
  }

  stop(): Promise<void> {
    return this.#background.stop()
  }

  /** Says what it would do now; changes nothing. Throws `ExternalRefusal` where the directory does not answer as it should. */
  async plan(source: DirectorySource): Promise<SyncPlan> {
    return planSync(this.options, await this.#input(source))
  }

  /** Asks for one; it is worked at in the background. Refuses with `conflict` where one is under way. */
  async begin(source: DirectorySource, { force, by }: { force: boolean; by: string }): Promise<void> {
    if (!source.enabled) throw new Refusal('conflict', 'The source is switched off.')
    const now = new Date(this.options.clock())
    const [row] = await this.options.database.query(
      `insert into identity_source_syncs as y (source_id, asked_at, asked_by, forced) values ($1, $2, $3, $4)
       on conflict (source_id) do update set asked_at = $2, asked_by = $3, forced = $4 where (y.asked_at is null or y.asked_at <= $5) and (y.held_until is null or y.held_until <= $2) returning 1 as asked`,
      [source.id, now, by, force, new Date(now.getTime() - heldFor)])
    if (!row) throw new Refusal('conflict', 'It is under way already.')
    this.wake()
  }

  /** Says how it stands with a source. */
  async find(sourceId: string): Promise<SourceSync> {
    const [row] = await this.options.database.query(`select ${columns} from identity_source_syncs where source_id = $1`, [sourceId])
    return syncOf(row, this.options.clock())
  }

  /** Does whatever is due, unless that is under way. */
  wake(): void {
    this.#background.wake()
  }

  /** Does whatever is due, one source after another. */
  async run(): Promise<void> {
    let isMore = true
    while (isMore && !this.#background.isStopping) isMore = await this.#next()
  }

  /** Takes the source that waits longest and that no other node holds; false where there is none. */
  async #next(): Promise<boolean> {
    const { database, clock, sources } = this.options
    const now = clock()
    const [row] = await database.query<{ source_id: string; forced: boolean; started_by: string | null }>(
      `with known as (insert into identity_source_syncs (source_id) select id from identity_sources where kind = 'ldap' and enabled and connection -> 'sync' is not null on conflict do nothing)
       update identity_source_syncs set started_at = $1, held_until = $2, started_by = asked_by, asked_at = null, asked_by = null where source_id = (
         select y.source_id from identity_source_syncs y join identity_sources s on s.id = y.source_id
         where s.kind = 'ldap' and s.enabled and (y.held_until is null or y.held_until <= $1)
           and (y.asked_at is not null or coalesce(y.started_at, s.created_at) + make_interval(secs => (s.connection -> 'sync' ->> 'every')::int) <= $1)
         order by y.asked_at, y.started_at nulls first limit 1 for update of y skip locked
       ) returning source_id, forced, started_by`, [new Date(now), new Date(now + heldFor)])
    if (!row) return false
    const source = await sources.find(row.source_id)
    if (source?.kind === 'ldap') await this.#synchronise(source, { force: row.forced, by: row.started_by ?? undefined })
    return true
  }

  async #synchronise(source: DirectorySource, asked: { force: boolean; by: string | undefined }): Promise<void> {
    const { database, clock } = this.options
    const holding = setInterval(() => {
      database.query('update identity_source_syncs set held_until = $2 where source_id = $1', [source.id, new Date(clock() + heldFor)]).catch(() => undefined)
    }, heldFor / 3).unref()
    try {
      const ended = await this.#write(source, asked.force)
      await this.#end(source, asked.by, ended)
    } finally {
      clearInterval(holding)
    }
  }

  async #write(source: DirectorySource, force: boolean): Promise<Ended> {
    const disabled: string[] = []
    const options: SyncOptions = {
      ...this.options,
      disabling: async (tx, userIds) => {
        await this.options.disabling(tx, userIds)
        // Not those who are not, after all.
        if (tx.onCommit) tx.onCommit(() => disabled.push(...userIds))
        else disabled.push(...userIds)
      },
    }
    try {
      return { outcome: 'done', numbers: numbersOf(await runSync(options, { ...await this.#input(source), force, origin: undefined })) }
    } catch (error) {
      return endedBy(error, source, this.options.log)
    } finally {
      for (const id of disabled) await this.options.endEverything(id, `identity source ${source.name}`)
    }
  }

  async #end(source: DirectorySource, by: string | undefined, { outcome, says, advice, numbers }: Ended): Promise<void> {
    const { database, trail, clock, log } = this.options
    await database.transaction(async (tx) => {
      await tx.query(
        `update identity_source_syncs set finished_at = $2, held_until = null, forced = false, done_at = case $3 when 'done' then $2 else done_at end, outcome = $3, says = $4, advice = $5, numbers = $6 where source_id = $1`,
        [source.id, new Date(clock()), outcome, says ?? null, advice ?? null, numbers ? JSON.stringify(numbers) : null])
      await trail.within(tx).record({
        eventName: 'CompleteSourceSync', eventSource: 'gatehouse', eventType: 'AwsServiceEvent', outcome: outcome === 'done' ? 'Success' : 'Failure', userIdentity: { type: 'IdentitySource', principalId: source.id, userName: source.name },
        requestParameters: { sourceId: source.id, ...(by !== undefined && { startedBy: by }) }, ...(numbers && { responseElements: numbers }), ...(says !== undefined && { errorMessage: says }), serviceEventDetails: { CompleteSourceSync: outcome === 'done' ? 'Success' : 'Failure' },
      })
    })
    if (outcome !== 'done') log.warn({ source: source.name, says }, 'an identity source was not synchronised')
  }

  async #input(source: DirectorySource) {
    return { source, people: this.options.directory.list(source.connection, { secret: await this.options.sources.secretOf(source.id) }, new ExternalSteps()) }
  }
}

function endedBy(error: unknown, source: DirectorySource, log: Pick<Log, 'warn'>): Ended {
  if (error instanceof ExternalRefusal) return { outcome: 'failed', says: error.step.says, advice: error.step.advice }
  if (error instanceof Refusal && error.code === 'conflict') return { outcome: 'stopped', says: error.message }
  log.warn({ source: source.name, err: (error as Error).message }, 'an identity source could not be synchronised')
  return { outcome: 'failed', says: 'It came to a halt by a fault of ours.', advice: 'Try again. The log has more of it.' }
}

const numbersOf = ({ people, created, changed, disabled, enabled, kept, skipped }: SyncPlan): SyncNumbers =>
  ({ people, created: created.count, changed: changed.count, disabled: disabled.count, enabled: enabled.count, kept: kept.count, skipped: skipped.count })

const isAfter = (date: unknown, time: number): boolean => date instanceof Date && date.getTime() > time

function syncOf(row: Row | undefined, now: number): SourceSync {
  const finishedAt = row?.finished_at as Date | null | undefined
  return {
    isUnderWay: isAfter(row?.asked_at, now - heldFor) || isAfter(row?.held_until, now),
    startedAt: (row?.started_at as Date | null | undefined) ?? undefined, startedBy: (row?.started_by as string | null | undefined) ?? undefined,
    last: finishedAt ? {
      outcome: row!.outcome as 'done', finishedAt, says: (row!.says as string | null) ?? undefined, advice: (row!.advice as string | null) ?? undefined, numbers: (row!.numbers as SyncNumbers | null) ?? undefined,
    } : undefined,
  }
}
