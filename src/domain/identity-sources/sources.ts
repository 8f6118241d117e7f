// The sources themselves. What is secret of one is sealed and comes out only for who is to use it.
import type { LdapConnection, OidcConnection, SamlConnection } from '../federation/index.js'
import { Sealer, type MasterKey } from '../../platform/keys/index.js'
import { Refusal } from '../../platform/errors.js'
import { isUuid, newUuid } from '../../platform/ids.js'
import type { Executor, Row } from '../../platform/storage/database.js'
import type { Store } from '../../platform/storage/store.js'
import { refuseTaken } from '../../platform/storage/taken.js'
import type { Mapping } from './mapping.js'

export type SourceKind = 'oidc' | 'saml' | 'ldap'

/** Whose second step counts: ours on top of the source in every case, ours where the source tells of none, or the source's alone. */
export type SecondStep = 'ours' | 'unless-theirs' | 'theirs'

interface Connections { oidc: OidcConnection; saml: SamlConnection; ldap: LdapConnection }

export interface Provisioning {
  /** Whether somebody who is not known here comes to be by signing in. */
  create: boolean
  /** Whether what the source says replaces what is known here, at each sign-in. */
  update: boolean
  /** By what somebody who is here already is recognised at their first sign-in with the source; `none`: by nothing, an administrator links them. */
  match: 'none' | 'userName' | 'email' | 'externalId'
  /** Whether it may vouch for people, and decide about groups, that administer. */
  administrators: boolean
  /** Groups here by the source's names; of every name the group of the same name, where it is `same-name`. */
  groups: 'none' | 'same-name' | Readonly<Record<string, string>>
}

interface Common {
  name: string
  enabled: boolean
  /** Whether the first page has a button for it. */
  button: boolean
  /** Mail domains, in small letters, whose people are sent to it. */
  domains: string[]
  secondStep: SecondStep
  mapping: Mapping
  provisioning: Provisioning
}

type OfKind<Kind extends SourceKind> = { kind: Kind; connection: Connections[Kind] }
type AnyKind = OfKind<'oidc'> | OfKind<'saml'> | OfKind<'ldap'>

export type NewIdentitySource = Common & AnyKind & {
  /** A client secret, or the password to bind with; undefined leaves what is kept. */
  secret?: string | undefined
  by?: string | undefined
}

export type IdentitySource = Common & AnyKind & { id: string; hasSecret: boolean; createdAt: Date; updatedAt: Date }

/** Writes what belongs to a source, in the transaction that writes the source. */
export type GoesWith = (tx: Executor, id: string) => Promise<void>
const nothing: GoesWith = async () => {}

/** Seals what is secret of sources, under the master key. */
export const sourceSealer = (master: MasterKey): Sealer => new Sealer(master, 'identity sources')

/** Every page of sign-in reads them all. */
export const mostSources = 50

const columns = `id, name, kind, enabled, button, second_step, connection, mapping, provisioning, secret is not null as has_secret, created_at, updated_at,
  coalesce((select jsonb_agg(domain order by domain) from identity_source_domains d where d.source_id = s.id), '[]') as domains`
const taken = { identity_sources_name: 'Another identity source has that name.', identity_source_domains_pkey: 'Another identity source has one of these mail domains.' }

export class IdentitySources {
  /** Without a sealer nothing secret is kept or opened. */
  constructor(private readonly store: Store, private readonly sealer: Sealer | undefined) {}

  /** Lists all of them by name. */
  async list(): Promise<IdentitySource[]> {
    return (await this.store.query(`select ${columns} from identity_sources s order by lower(name)`)).map(fromRow)
  }

  async find(id: string): Promise<IdentitySource | undefined> {
    const [row] = isUuid(id) ? await this.store.query(`select ${columns} from identity_sources s where id = $1`, [id]) : []
    return row && fromRow(row)
  }

  async get(id: string): Promise<IdentitySource> {
    const source = await this.find(id)
    if (!source) throw new Refusal('not-found', 'There is no such identity source.')
    return source
  }

  /** Opens what is secret of a source; undefined where there is nothing. */
  async secretOf(id: string): Promise<string | undefined> {
    const [row] = await this.store.query<{ secret: Buffer | null }>('select secret from identity_sources where id = $1', [id])
    return row?.secret ? this.sealer?.open(row.secret, placeOf(id))?.toString('utf8') : undefined
  }

  /** Makes one, and what goes with it in the same transaction, and returns its id. Refuses with `conflict` where the name or a domain is another's. */
  async create(source: NewIdentitySource, goesWith: GoesWith = nothing): Promise<string> {
    const id = newUuid()
    await this.store.transaction(async (tx) => {
      await tx.query('lock table identity_sources in share row exclusive mode')
      const [row] = await tx.query<{ count: number }>('select count(*)::int as count from identity_sources')
      if (row!.count >= mostSources) throw new Refusal('limit-exceeded', `There are ${mostSources} identity sources, which is as many as there may be.`)
      await refuseTaken(tx.query(
        `insert into identity_sources (id, kind, name, enabled, button, second_step, connection, mapping, provisioning, secret, updated_by) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
        [id, source.kind, ...this.#values(id, source)]), taken)
      await setDomains(tx, id, source.domains)
      await goesWith(tx, id)
    })
    return id
  }

  /** Replaces what is known of one, and what goes with it; its kind stays. */
  async update(id: string, source: NewIdentitySource, goesWith: GoesWith = nothing): Promise<void> {
    await this.store.transaction(async (tx) => {
      const written: Row[] = []
      await refuseTaken(tx.query(
        `update identity_sources set name = $3, enabled = $4, button = $5, second_step = $6, connection = $7, mapping = $8, provisioning = $9, secret = coalesce($10, secret), updated_by = $11, updated_at = clock_timestamp()
         where id = $1 and kind = $2 returning id`, [id, source.kind, ...this.#values(id, source)]).then((rows) => written.push(...rows)), taken)
      if (written.length === 0) throw new Refusal('not-found', 'There is no such identity source.')
      await setDomains(tx, id, source.domains)
      await goesWith(tx, id)
    })
  }

  /** Lets mail domains go, so that others may take them in the same transaction. */
  async releaseDomains(ids: readonly string[]): Promise<void> {
    await this.store.query('delete from identity_source_domains where source_id = any($1::uuid[])', [ids])
  }

  /** Removes one with the links to it; the people stay. */
  async remove(id: string): Promise<boolean> {
    if (!isUuid(id)) return false
    const gone = 'with gone as (delete from identity_sources where id = $1 returning id, name) insert into deleted_sources (id, name) select id, name from gone returning id'
    return (await this.store.query(gone, [id])).length > 0
  }

  #seal(secret: string, id: string): Buffer {
    if (!this.sealer) throw new Refusal('unavailable', 'No secret of an identity source can be kept here: there is nothing to seal it with.')
    return this.sealer.seal(secret, placeOf(id))
  }

  #values(id: string, { name, enabled, button, secondStep, connection, mapping, provisioning, secret, by }: NewIdentitySource): unknown[] {
    return [name, enabled, button, secondStep, JSON.stringify(connection), JSON.stringify(mapping), JSON.stringify(provisioning), secret === undefined ? null : this.#seal(secret, id), by ?? null]
  }
}

async function setDomains(tx: Executor, id: string, domains: readonly string[]): Promise<void> {
  await tx.query('delete from identity_source_domains where source_id = $1', [id])
  await refuseTaken(tx.query('insert into identity_source_domains (domain, source_id) select domain, $1 from unnest($2::text[]) as domain', [id, domains]), taken)
}

const placeOf = (id: string): string => `identity_sources|secret|${id}`

const fromRow = (row: Row): IdentitySource => ({
  id: row.id, name: row.name, kind: row.kind, enabled: row.enabled, button: row.button, domains: row.domains, secondStep: row.second_step, connection: row.connection, mapping: row.mapping,
  provisioning: row.provisioning, hasSecret: row.has_secret, createdAt: row.created_at, updatedAt: row.updated_at,
}) as IdentitySource
