// Trusted token issuers: OpenID Connect issuers outside whose tokens stand for people of the directory. Kept, and referred to by grants of applications.
import { withoutTags, withTags, type Tags } from '../accounts/index.js'
import { Refusal } from '../../platform/errors.js'
import { newUuid } from '../../platform/ids.js'
import type { Database, Executor, Row } from '../../platform/storage/database.js'
import { pageOf, type Page, type PageRequest } from '../../platform/storage/paging.js'
import { refuseTaken } from '../../platform/storage/taken.js'
import type { Changed } from './permission-set-changes.js'
import { mostInstanceTags } from './permission-sets.js'

export interface TrustedTokenIssuer {
  /** `tti-` and a UUID. */
  id: string
  name: string
  issuerUrl: string
  /** The claim that says who it is. */
  claimPath: string
  /** The attribute of people that it is compared with. */
  storePath: string
  tags: Tags
}

export type NewTrustedTokenIssuer = Omit<TrustedTokenIssuer, 'id'> & { token?: string | undefined }

const taken = { trusted_token_issuers_name: 'The name of that trusted token issuer is taken.', trusted_token_issuers_issuer: 'There is a trusted token issuer with that address already.' }

const columns = 'id, name, issuer_url, claim_path, store_path, tags'

const record = 'r(id text, name text, issuer_url text, claim_path text, store_path text, tags jsonb)'

const rowOf = ({ name, issuerUrl, claimPath, storePath, tags }: Omit<TrustedTokenIssuer, 'id'>): Row => ({ name, issuer_url: issuerUrl, claim_path: claimPath, store_path: storePath, tags })

export class TrustedTokenIssuers {
  constructor(private readonly database: Database, private readonly clock: () => number = Date.now) {}

  async find(id: string): Promise<TrustedTokenIssuer | undefined> {
    const [row] = await this.database.query(`select ${columns} from trusted_token_issuers where id = $1`, [id])
    return row && fromRow(row)
  }

  async findAll(ids: readonly string[]): Promise<TrustedTokenIssuer[]> {
    return (await this.database.query(`select ${columns} from trusted_token_issuers where id = any($1)`, [ids])).map(fromRow)
  }

  /** Lists a page of them, by name. */
  async list({ after, limit }: PageRequest): Promise<Page<TrustedTokenIssuer>> {
    const rows = await this.database.query(`select ${columns}, lower(name) as key from trusted_token_issuers where $1::text is null or lower(name) > $1 order by lower(name) limit $2`, [after ?? null, limit + 1])
    return pageOf(rows, limit, (row) => row.key as string, fromRow)
  }

  /** Creates one; the same token gives the same issuer again, and not another. */
  async create({ name, issuerUrl, claimPath, storePath, tags, token }: NewTrustedTokenIssuer): Promise<TrustedTokenIssuer> {
    return this.database.transaction(async (tx) => {
      if (token !== undefined) await tx.query('select pg_advisory_xact_lock(hashtext($1))', [`trusted token issuer ${token}`])
      const [made] = token === undefined ? [] : (await tx.query(`select ${columns} from trusted_token_issuers where client_token = $1`, [token])).map(fromRow)
      if (made && made.name === name && made.issuerUrl === issuerUrl) return made
      if (made) throw new Refusal('conflict', 'The client token was used for another trusted token issuer.')
      const id = `tti-${newUuid()}`
      await refuseTaken(tx.query(
        'insert into trusted_token_issuers (id, name, issuer_url, claim_path, store_path, tags, client_token, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8)',
        [id, name, issuerUrl, claimPath, storePath, JSON.stringify(tags), token ?? null, new Date(this.clock())]), taken)
      return { id, name, issuerUrl, claimPath, storePath, tags }
    })
  }

  /** Changes one by what it is now; its address is for good. */
  async change(id: string, make: (issuer: TrustedTokenIssuer) => Partial<Omit<TrustedTokenIssuer, 'id' | 'issuerUrl'>>): Promise<Changed<TrustedTokenIssuer>> {
    return this.database.transaction(async (tx) => {
      const before = await lock(tx, id)
      const after = { ...before, ...make(before) }
      const { name, claimPath, storePath, tags } = after
      await refuseTaken(tx.query('update trusted_token_issuers set name = $2, claim_path = $3, store_path = $4, tags = $5 where id = $1', [id, name, claimPath, storePath, JSON.stringify(tags)]), taken)
      return { before, after }
    })
  }

  /** Lists every one, by name, for whoever reads everything. */
  static async listAll(sql: Executor): Promise<TrustedTokenIssuer[]> {
    return (await sql.query(`select ${columns} from trusted_token_issuers order by lower(name)`)).map(fromRow)
  }

  /** Creates several, all or none, and returns their ids in the order given. */
  static async createAll(sql: Executor, issuers: readonly Omit<TrustedTokenIssuer, 'id'>[], now: Date): Promise<string[]> {
    const rows = issuers.map((issuer) => ({ ...rowOf(issuer), id: `tti-${newUuid()}` }))
    await refuseTaken(sql.query(`insert into trusted_token_issuers (${columns}, created_at) select ${columns}, $2 from jsonb_to_recordset($1::jsonb) as ${record}`, [JSON.stringify(rows), now]), taken)
    return rows.map(({ id }) => id)
  }

  static async updateAll(sql: Executor, issuers: readonly TrustedTokenIssuer[]): Promise<void> {
    await refuseTaken(sql.query(
      `update trusted_token_issuers t set name = r.name, claim_path = r.claim_path, store_path = r.store_path, tags = r.tags from jsonb_to_recordset($1::jsonb) as ${record} where t.id = r.id`,
      [JSON.stringify(issuers.map((issuer) => ({ ...rowOf(issuer), id: issuer.id })))]), taken)
  }

  /** Removes several that no grant names any more. */
  static async removeAll(sql: Executor, ids: readonly string[]): Promise<void> {
    await sql.query('delete from trusted_token_issuers where id = any($1)', [ids])
  }

  tag(id: string, added: Tags): Promise<Changed<TrustedTokenIssuer>> {
    return this.change(id, ({ tags }) => ({ tags: withTags(tags, added, mostInstanceTags) }))
  }

  untag(id: string, keys: readonly string[]): Promise<Changed<TrustedTokenIssuer>> {
    return this.change(id, ({ tags }) => ({ tags: withoutTags(tags, keys) }))
  }

  /** Removes one; refuses while a grant of an application names it by its ARN. */
  async remove(id: string, arn: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      await lock(tx, id)
      const used = await tx.query('select 1 from applications where grants @> $1::jsonb limit 1',
        [JSON.stringify({ 'urn:ietf:params:oauth:grant-type:jwt-bearer': { JwtBearer: { AuthorizedTokenIssuers: [{ TrustedTokenIssuerArn: arn }] } } })])
      if (used.length > 0) throw new Refusal('in-use', 'The trusted token issuer cannot be deleted while a grant of an application names it.')
      await tx.query('delete from trusted_token_issuers where id = $1', [id])
    })
  }
}

async function lock(tx: Executor, id: string): Promise<TrustedTokenIssuer> {
  const [row] = await tx.query(`select ${columns} from trusted_token_issuers where id = $1 for update`, [id])
  if (!row) throw new Refusal('not-found', 'There is no such trusted token issuer.')
  return fromRow(row)
}

const fromRow = (row: Row): TrustedTokenIssuer => ({
  id: row.id as string,
  name: row.name as string,
  issuerUrl: row.issuer_url as string,
  claimPath: row.claim_path as string,
  storePath: row.store_path as string,
  tags: row.tags as Tags,
})
