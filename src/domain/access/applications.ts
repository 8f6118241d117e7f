// Applications: relying parties, shown as tiles to the people they are assigned to.
import { createHash } from 'node:crypto'
import type { Clock } from '../../platform/clock.js'
import { newId } from '../../platform/ids.js'
import { Recent } from '../../platform/recent.js'
import type { Executor, Row } from '../../platform/storage/database.js'
import { refuseTaken } from '../../platform/storage/taken.js'

export interface Application {
  /** `app-` and sixteen hexadecimal digits. */
  id: string
  name: string
  description: string | undefined
  startUrl: string | undefined
  icon: string | undefined
  clientId: string | undefined
  /** OIDC client metadata in the words of RFC 7591, without client_id and client_secret. */
  clientMetadata: Record<string, unknown> | undefined
  /** What `hashClientSecret` made of the secret. */
  clientSecretHash: string | undefined
}

export type NewApplication = Omit<Application, 'id'> & { id?: string }

/** Hashes a client secret of at least 32 characters; its entropy, not the hash, is what resists guessing. */
export const hashClientSecret = (secret: string): string => createHash('sha256').update(secret).digest('base64url')

const taken = {
  applications_name: 'That application name is taken.',
  applications_client_id: 'That client_id is taken.',
}

const columns = 'id, name, description, start_url, icon, client_id, client_metadata, client_secret_hash'
const record = 'r(id text, name text, description text, start_url text, icon text, client_id text, client_metadata jsonb, client_secret_hash text)'

export class Applications {
  constructor(private readonly sql: Executor) {}

  async findByClientId(clientId: string): Promise<Application | undefined> {
    const [row] = await this.sql.query(`select ${columns} from applications where client_id = $1`, [clientId])
    return row && fromRow(row)
  }

  async list(): Promise<Application[]> {
    return (await this.sql.query(`select ${columns} from applications order by lower(name)`)).map(fromRow)
  }

  /** Creates applications, all or none, and returns their ids in the order given. */
  async create(applications: NewApplication[]): Promise<string[]> {
    const rows = applications.map((application) => ({ ...toRow(application), id: application.id ?? newId('app-') }))
    await refuseTaken(this.sql.query(`insert into applications (${columns}) select ${columns} from jsonb_to_recordset($1::jsonb) as ${record}`, [JSON.stringify(rows)]), taken)
    return rows.map((row) => row.id)
  }

  async update(applications: Application[]): Promise<void> {
    await refuseTaken(this.sql.query(
      `update applications a set name = r.name, description = r.description, start_url = r.start_url, icon = r.icon,
         client_id = r.client_id, client_metadata = r.client_metadata, client_secret_hash = r.client_secret_hash
       from jsonb_to_recordset($1::jsonb) as ${record} where a.id = r.id`,
      [JSON.stringify(applications.map((application) => ({ ...toRow(application), id: application.id })))],
    ), taken)
  }

  /** Removes applications with their assignments. */
  async remove(ids: string[]): Promise<void> {
    await this.sql.query('delete from applications where id = any($1)', [ids])
  }
}

const freshFor = 1000
const applicationsKept = 500

/** Applications by client_id as each request needs them, each read again at most once a second. */
export class ApplicationCache {
  readonly #kept = new Recent<string, { readAt: number; application: Promise<Application | undefined> }>(applicationsKept)

  constructor(private readonly applications: Pick<Applications, 'findByClientId'>, private readonly clock: Clock) {}

  async findByClientId(clientId: string): Promise<Application | undefined> {
    const kept = this.#kept.find(clientId)
    if (kept && this.clock() - kept.readAt < freshFor) return kept.application
    const application = this.applications.findByClientId(clientId)
    this.#kept.put(clientId, { readAt: this.clock(), application })
    const found = await application.catch((error: unknown) => {
      this.#kept.remove(clientId)
      throw error
    })
    // One that is made in this moment is found in the next.
    if (!found) this.#kept.remove(clientId)
    return found
  }
}

const toRow = (application: NewApplication): Row => ({
  name: application.name,
  description: application.description ?? null,
  start_url: application.startUrl ?? null,
  icon: application.icon ?? null,
  client_id: application.clientId ?? null,
  client_metadata: application.clientMetadata ?? null,
  client_secret_hash: application.clientSecretHash ?? null,
})

/** Names the columns of a row by its table's alias: by name, because a prepared statement outlives a new column. */
export const columnsOf = (alias: string): string => columns.split(', ').map((column) => `${alias}.${column}`).join(', ')

/** Reads a row whose columns are named as in the table. */
export const fromRow = (row: Row): Application => ({
  id: row.id as string,
  name: row.name as string,
  description: (row.description as string | null) ?? undefined,
  startUrl: (row.start_url as string | null) ?? undefined,
  icon: (row.icon as string | null) ?? undefined,
  clientId: (row.client_id as string | null) ?? undefined,
  clientMetadata: (row.client_metadata as Record<string, unknown> | null) ?? undefined,
  clientSecretHash: (row.client_secret_hash as string | null) ?? undefined,
})
