// Applications: relying parties, shown as tiles to the people they are assigned to.
import { createHash } from 'node:crypto'
import type { Tags } from '../accounts/index.js'
import { Refusal } from '../../platform/errors.js'
import { newId } from '../../platform/ids.js'
import type { Executor, Row } from '../../platform/storage/database.js'
import { pageOf, type Page, type SearchRequest } from '../../platform/storage/paging.js'
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
  /** When the secret was made, where that is known. */
  secretMadeAt: Date | undefined
  /** The secret before, as long as it counts beside. */
  oldSecret: OldSecret | undefined
  settings: ApplicationSettings
  createdAt: Date
}

export interface OldSecret {
  hash: string
  madeAt: Date | undefined
  endsAt: Date
}

/** What is administered by API only. */
export interface ApplicationSettings {
  /** What kind of application it is: the last part of an application provider's ARN. */
  provider: string
  /** False: nobody gets into it. */
  enabled: boolean
  /** Shown as a tile in the portal. */
  visible: boolean
  /** False: everybody may use it. */
  assignmentRequired: boolean
  signInOrigin: 'IDENTITY_CENTER' | 'APPLICATION' | undefined
  backgroundSessions: boolean
  /** Scopes, each with the ARNs of the resources that it is good for. */
  accessScopes: Readonly<Record<string, readonly string[]>>
  authenticationMethods: Readonly<Record<string, unknown>>
  grants: Readonly<Record<string, unknown>>
  tags: Tags
}

export type NewApplication = Omit<Application, 'id' | 'secretMadeAt' | 'oldSecret' | 'settings' | 'createdAt'> & { id?: string }

/** Hashes a client secret of at least 32 characters; its entropy, not the hash, is what resists guessing. */
export const hashClientSecret = (secret: string): string => createHash('sha256').update(secret).digest('base64url')

const taken = {
  applications_name: 'That application name is taken.',
  applications_client_id: 'That client_id is taken.',
}

const written = 'id, name, description, start_url, icon, client_id, client_metadata, client_secret_hash'
const columns = `${written}, provider, enabled, visible, assignment_required, sign_in_origin, background_sessions, access_scopes, authentication_methods, grants, tags, secret_made_at, old_secret_hash, old_secret_made_at, old_secret_ends_at, created_at`
const record = 'r(id text, name text, description text, start_url text, icon text, client_id text, client_metadata jsonb, client_secret_hash text)'

/** What becomes of the times of secrets and of the old one: they stay as long as the secret does. */
const secretColumns = Object.entries({ secret_made_at: 'case when r.client_secret_hash is not null then now() end', old_secret_hash: 'null', old_secret_made_at: 'null', old_secret_ends_at: 'null' })
  .map(([column, value]) => `${column} = case when r.client_secret_hash is distinct from a.client_secret_hash then ${value} else a.${column} end`).join(', ')

export class Applications {
  constructor(private readonly sql: Executor) {}

  async find(id: string): Promise<Application | undefined> {
    const [row] = await this.sql.query(`select ${columns} from applications where id = $1`, [id])
    return row && fromRow(row)
  }

  /** Finds the one that signs people in as this client; one that is turned off is not there. */
  async findByClientId(clientId: string): Promise<Application | undefined> {
    const [row] = await this.sql.query(`select ${columns} from applications where client_id = $1 and enabled`, [clientId])
    return row && fromRow(row)
  }

  /** Lists a page of them, by name. */
  async page({ provider, search, after, limit }: SearchRequest & { provider?: string | undefined }): Promise<Page<Application>> {
    const rows = await this.sql.query(
      `select ${columns}, lower(name) as key from applications where ($1::text is null or lower(name) > $1) and ($2::text is null or strpos(lower(name), lower($2)) > 0)
         and ($3::text is null or provider = $3) order by lower(name) limit $4`,
      [after ?? null, search ?? null, provider ?? null, limit + 1])
    return pageOf(rows, limit, (row) => row.key as string, fromRow)
  }

  /** Holds one still for the rest of the transaction, and reads it. */
  async lock(id: string): Promise<Application> {
    const [row] = await this.sql.query(`select ${columns} from applications where id = $1 for update`, [id])
    if (!row) throw new Refusal('not-found', 'There is no such application.')
    return fromRow(row)
  }

  async list(): Promise<Application[]> {
    return (await this.sql.query(`select ${columns} from applications order by lower(name)`)).map(fromRow)
  }

  /** Creates applications, all or none, and returns their ids in the order given. */
  async create(applications: NewApplication[]): Promise<string[]> {
    const rows = applications.map((application) => ({ ...toRow(application), id: application.id ?? newId('app-') }))
    await refuseTaken(this.sql.query(`insert into applications (${written}, secret_made_at) select ${written}, case when client_secret_hash is not null then now() end from jsonb_to_recordset($1::jsonb) as ${record}`, [JSON.stringify(rows)]), taken)
    return rows.map((row) => row.id)
  }

  /** Replaces the settings of one. */
  async set(id: string, settings: ApplicationSettings): Promise<void> {
    await this.sql.query(
      `update applications set provider = $2, enabled = $3, visible = $4, assignment_required = $5, sign_in_origin = $6, background_sessions = $7, access_scopes = $8,
         authentication_methods = $9, grants = $10, tags = $11 where id = $1`,
      [id, settings.provider, settings.enabled, settings.visible, settings.assignmentRequired, settings.signInOrigin ?? null, settings.backgroundSessions, JSON.stringify(settings.accessScopes),
        JSON.stringify(settings.authenticationMethods), JSON.stringify(settings.grants), JSON.stringify(settings.tags)])
  }

  /** Replaces what applications are; another secret than the one that counts, or none, ends the one before as well. */
  async update(applications: (NewApplication & { id: string })[]): Promise<void> {
    await refuseTaken(this.sql.query(
      `update applications a set name = r.name, description = r.description, start_url = r.start_url, icon = r.icon,
         client_id = r.client_id, client_metadata = r.client_metadata, client_secret_hash = r.client_secret_hash,
         ${secretColumns}
       from jsonb_to_recordset($1::jsonb) as ${record} where a.id = r.id`,
      [JSON.stringify(applications.map((application) => ({ ...toRow(application), id: application.id })))],
    ), taken)
  }

  /** Removes applications with their assignments. */
  async remove(ids: string[]): Promise<void> {
    await this.sql.query('delete from applications where id = any($1)', [ids])
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
  secretMadeAt: (row.secret_made_at as Date | null) ?? undefined,
  oldSecret: row.old_secret_hash === null ? undefined : { hash: row.old_secret_hash as string, madeAt: (row.old_secret_made_at as Date | null) ?? undefined, endsAt: row.old_secret_ends_at as Date },
  settings: settingsOf(row),
  createdAt: row.created_at as Date,
})

const settingsOf = (row: Row): ApplicationSettings => ({
  provider: row.provider as string,
  enabled: row.enabled as boolean,
  visible: row.visible as boolean,
  assignmentRequired: row.assignment_required as boolean,
  signInOrigin: (row.sign_in_origin as ApplicationSettings['signInOrigin'] | null) ?? undefined,
  backgroundSessions: row.background_sessions as boolean,
  accessScopes: row.access_scopes as ApplicationSettings['accessScopes'],
  authenticationMethods: row.authentication_methods as ApplicationSettings['authenticationMethods'],
  grants: row.grants as ApplicationSettings['grants'],
  tags: row.tags as Tags,
})
