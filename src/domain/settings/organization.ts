// The organization that this deployment serves, and its settings.
import { randomBytes } from 'node:crypto'
import type { Clock } from '../../platform/clock.js'
import { Refusal } from '../../platform/errors.js'
import type { Database, Executor, Row } from '../../platform/storage/database.js'

export interface MfaSettings {
  mode: 'always' | 'context' | 'never'
  whenNoDevice: 'enroll' | 'email' | 'block' | 'allow'
  types: ('totp' | 'passkey')[]
}

export interface Organization {
  /** `d-` and ten hexadecimal digits. */
  id: string
  name: string
  portalSubdomain: string | undefined
  /** Start URLs that command lines may name in place of ours. */
  startUrlAliases: string[]
  /** Seconds a portal session lasts, from sign-in. */
  portalSession: number
  mfa: MfaSettings
  /** What the organization file keeps under `settings`. */
  settings: Record<string, unknown>
  instance: InstanceSettings
  createdAt: Date
}

/** What is administered by API only. */
export interface InstanceSettings {
  name?: string | undefined
  tags?: Readonly<Record<string, string>>
  /** Which attributes of people become tags of their sessions. */
  accessAttributes?: AccessAttribute[]
}

export interface AccessAttribute {
  /** The key of the tag. */
  key: string
  /** Where its value comes from, such as `${path:name.familyName}`. */
  source: string
}

export type NewOrganization = Omit<Organization, 'instance' | 'createdAt'>

export const defaultMfa: MfaSettings = { mode: 'context', whenNoDevice: 'allow', types: ['totp', 'passkey'] }

const written = 'id, name, portal_subdomain, start_url_aliases, portal_session, mfa, settings'
const columns = `${written}, instance, created_at`

export class Organizations {
  constructor(private readonly sql: Executor) {}

  async find(): Promise<Organization | undefined> {
    const [row] = await this.sql.query(`select ${columns} from organization`)
    return row && fromRow(row)
  }

  /** Makes a directory id that nobody else is likely to have. */
  static newDirectoryId(): string {
    return `d-${randomBytes(5).toString('hex')}`
  }

  async create(organization: NewOrganization): Promise<void> {
    await this.sql.query(`insert into organization (${written}) values ($1, $2, $3, $4, $5, $6, $7)`, parameters(organization))
  }

  /** Changes the settings of the instance by what they are now. */
  static async changeInstance(database: Pick<Database, 'transaction'>, make: (settings: InstanceSettings) => InstanceSettings): Promise<{ before: InstanceSettings; after: InstanceSettings }> {
    return database.transaction(async (tx) => {
      const [row] = await tx.query<{ instance: InstanceSettings }>('select instance from organization for update')
      if (!row) return { before: {}, after: {} }
      const after = make(row.instance)
      await tx.query('update organization set instance = $1', [JSON.stringify(after)])
      return { before: row.instance, after }
    })
  }

  /** Replaces everything but the id and the settings of the instance. */
  async update(organization: NewOrganization): Promise<void> {
    await this.sql.query(
      `update organization set name = $2, portal_subdomain = $3, start_url_aliases = $4, portal_session = $5, mfa = $6, settings = $7 where id = $1`,
      parameters(organization),
    )
  }
}

/** The organization as each request needs it, read again at most once a second. */
export class OrganizationCache {
  #organization: Organization | undefined
  #readAt = 0
  #reading: Promise<Organization> | undefined

  constructor(private readonly organizations: Pick<Organizations, 'find'>, private readonly clock: Clock) {}

  async get(): Promise<Organization> {
    if (this.#organization && this.clock() - this.#readAt < 1000) return this.#organization
    this.#reading ??= this.#read().finally(() => { this.#reading = undefined })
    return this.#reading
  }

  /** Has it read again by whoever asks next: somebody here has changed it. */
  forget(): void {
    this.#readAt = 0
  }

  /** The organization as last read, for callers that cannot wait; undefined before the first read. */
  get latest(): Organization | undefined {
    return this.#organization
  }

  async #read(): Promise<Organization> {
    const organization = await this.organizations.find()
    if (!organization) throw new Refusal('unavailable', 'Gatehouse has not been set up yet. Whoever runs it opens the set-up link that it prints when it starts, then this page works.')
    this.#organization = organization
    this.#readAt = this.clock()
    return organization
  }
}

const parameters = (organization: NewOrganization): unknown[] => [
  organization.id,
  organization.name,
  organization.portalSubdomain ?? null,
  JSON.stringify(organization.startUrlAliases),
  organization.portalSession,
  JSON.stringify(organization.mfa),
  JSON.stringify(organization.settings),
]

const fromRow = (row: Row): Organization => ({
  id: row.id as string,
  name: row.name as string,
  portalSubdomain: (row.portal_subdomain as string | null) ?? undefined,
  startUrlAliases: row.start_url_aliases as string[],
  portalSession: row.portal_session as number,
  mfa: { ...defaultMfa, ...(row.mfa as Partial<MfaSettings>) },
  settings: row.settings as Record<string, unknown>,
  instance: row.instance as InstanceSettings,
  createdAt: row.created_at as Date,
})
