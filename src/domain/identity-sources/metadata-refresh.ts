// Fetches the metadata of SAML sources again, so that a provider's next certificate is here before it signs with it. A fetch only
// ever adds: what the metadata does not name any more goes on counting until somebody retires it.
import { fetchSamlMetadata, readSamlSource } from '../federation/index.js'
import type { AuditEvent, Trail } from '../../platform/audit/index.js'
import { Background } from '../../platform/background.js'
import type { Clock } from '../../platform/clock.js'
import { Refusal } from '../../platform/errors.js'
import type { Log } from '../../platform/log.js'
import type { Outbound } from '../../platform/outbound/index.js'
import type { Database, Executor } from '../../platform/storage/database.js'
import { MetadataFetches } from './metadata-fetches.js'
import { checkSameProvider, fetchedConnection, takeOver, type MetadataChange } from './metadata-taking.js'
import type { IdentitySource, IdentitySources } from './sources.js'

export interface MetadataRefreshOptions {
  database: Pick<Database, 'query' | 'transaction'>
  sources: Pick<IdentitySources, 'find'>
  outbound: Pick<Outbound, 'get'>
  trail: Pick<Trail, 'record' | 'within'>
  clock: Clock
  log: Pick<Log, 'warn'>
}

interface Asked {
  by: string
  byHand: boolean
  /** Tells of what changed, with the change. */
  tell?: (tx: Executor, change: MetadataChange) => Promise<void>
  failed?: (failures: number) => void
}

const soon = 10_000
const every = 60_000

export class MetadataRefresh {
  readonly #fetches: MetadataFetches
  readonly #background: Background

  constructor(private readonly options: MetadataRefreshOptions) {
    this.#fetches = new MetadataFetches(options.database, options.clock)
    this.#background = new Background({ work: () => this.run(), every, soon, log: options.log, failed: 'metadata of identity sources could not be fetched' })
  }

  start(): void {
    this.#background.start()
  }

  stop(): Promise<void> {
    return this.#background.stop()
  }

  /** Fetches everything that is due, one after the other. */
  async run(): Promise<void> {
    for (let id = await this.#fetches.takeDue(); id !== undefined && !this.#background.isStopping; id = await this.#fetches.takeDue()) {
      const source = await this.options.sources.find(id)
      if (source) await this.#refreshDue(source)
    }
  }

  /** Fetches that of one now, and takes over what is new in it; undefined where nothing is. Refuses with `invalid-input`, in words; what was kept stays. */
  refresh(source: IdentitySource, by: string): Promise<MetadataChange | undefined> {
    return this.#refresh(source, { by, byHand: true })
  }

  async #refreshDue(source: IdentitySource): Promise<void> {
    const { trail, log } = this.options
    const event: AuditEvent = {
      eventName: 'RefreshSourceMetadata', eventSource: 'gatehouse', eventType: 'AwsServiceEvent',
      userIdentity: { type: 'IdentitySource', principalId: source.id, userName: source.name }, requestParameters: { sourceId: source.id },
    }
    let failures = 0
    try {
      await this.#refresh(source, {
        by: `the metadata of ${source.name}`, byHand: false, tell: (tx, change) => trail.within(tx).record({ ...event, change }), failed: (counted) => { failures = counted },
      })
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      log.warn({ source: source.name, failures, why: error.message }, 'the metadata of an identity source could not be taken; what was kept counts')
      if (failures === 1) await trail.record({ ...event, errorCode: error.code, errorMessage: error.message })
    }
  }

  async #refresh(source: IdentitySource, { by, byHand, tell, failed }: Asked): Promise<MetadataChange | undefined> {
    const { database, outbound, clock } = this.options
    const { metadataUrl: url, ...known } = fetchedConnection(source)
    try {
      const read = readSamlSource(await fetchSamlMetadata(outbound, url))
      checkSameProvider(read, known, clock())
      return await database.transaction(async (tx) => {
        const connection = await connectionNow(tx, source.id, url)
        checkSameProvider(read, connection, clock())
        const change = await takeOver(tx, { id: source.id, connection }, read, { clock, by })
        await new MetadataFetches(tx, clock).noteSuccess(source.id, url, read)
        if (change) await tell?.(tx, change)
        return change
      })
    } catch (error) {
      if (!(error instanceof Refusal) || error.code === 'conflict' || error.code === 'not-found') throw error
      const failures = await this.#fetches.noteFailure(source.id, url, { fault: error.message, byHand })
      failed?.(failures)
      throw error
    }
  }
}

/** Somebody may have changed the source while its metadata was under way. */
async function connectionNow(tx: Executor, id: string, url: string): Promise<ReturnType<typeof fetchedConnection>> {
  const [row] = await tx.query<{ connection: ReturnType<typeof fetchedConnection> }>('select connection from identity_sources where id = $1 for update', [id])
  if (!row) throw new Refusal('not-found', 'There is no such identity source.')
  if (row.connection.metadataUrl !== url) throw new Refusal('conflict', 'The address of the metadata was changed meanwhile. Please try again.')
  return row.connection
}
