// What users, groups and roles of an account have in common: an id, a name and a path in the account, tags,
// and policies that hang on them. Names differ in more than case.
import { Refusal } from '../../platform/errors.js'
import type { Row } from '../../platform/storage/database.js'
import type { Store } from '../../platform/storage/store.js'
import { refuseTaken } from '../../platform/storage/taken.js'
import { iamArn } from './arns.js'
import { pageOf, type Page, type SearchRequest } from './paging.js'
import { resolvePolicies } from './policy-arns.js'
import { RowTags, type Tags } from './tags.js'

export type EntityKind = 'user' | 'group' | 'role'

export interface Entity {
  id: string
  kind: EntityKind
  accountId: string
  name: string
  path: string
  arn: string
  /** ARN of the policy that bounds what it may. */
  boundary: string | undefined
  tags: Tags
  createdAt: Date
}

export interface ListRequest extends SearchRequest {
  pathPrefix?: string | undefined
}

/** What every row has. */
export const columns = 'id, kind, account_id, name, path, boundary, tags, description, trust_policy, max_session, password_last_used, created_at'
const record = `r(id text, kind text, account_id char(12), name text, path text, boundary text, boundary_id text, tags jsonb, description text,
  trust_policy text, trusted jsonb, max_session integer, created_at timestamptz)`

/** Names the columns by the table's alias. */
export const columnsOf = (alias: string): string => columns.split(', ').map((column) => `${alias}.${column}`).join(', ')

/** One kind of entity, in all accounts. */
export abstract class Entities<Known extends Entity, New extends { accountId: string; name: string; path: string; boundary?: string | undefined }> {
  readonly #tags: RowTags

  constructor(protected readonly store: Store, protected readonly kind: EntityKind, protected readonly clock: () => number = Date.now) {
    this.#tags = new RowTags(store, 'iam_entities')
  }

  /** What is read of each. */
  protected readonly columns: string = columns

  protected abstract fromRow(row: Row): Known
  protected abstract toRow(entity: New): Row & { id: string }

  /** Finds by name, whatever the case. */
  async find(accountId: string, name: string): Promise<Known | undefined> {
    const [row] = await this.store.query(`select ${this.columns} from iam_entities where account_id = $1 and kind = $2 and lower(name) = lower($3)`, [accountId, this.kind, name])
    return row && this.fromRow(row)
  }

  async get(accountId: string, name: string): Promise<Known> {
    return (await this.find(accountId, name)) ?? this.#refuseMissing(name)
  }

  async findById(id: string): Promise<Known | undefined> {
    const [row] = await this.store.query(`select ${this.columns} from iam_entities where id = $1 and kind = $2`, [id, this.kind])
    return row && this.fromRow(row)
  }

  async listByIds(ids: readonly string[]): Promise<Known[]> {
    return (await this.store.query(`select ${this.columns} from iam_entities where id = any($1) and kind = $2`, [ids, this.kind])).map((row) => this.fromRow(row))
  }

  /** Lists a page of an account's, by name. */
  async list(accountId: string, { pathPrefix = '/', search, after, limit }: ListRequest): Promise<Page<Known>> {
    const rows = await this.store.query(
      `select ${this.columns}, lower(name) as key from iam_entities where account_id = $1 and kind = $2 and starts_with(path || name, $3) and ($4::text is null or lower(name) > $4)
         and ($6::text is null or strpos(lower(name), lower($6)) > 0)
       order by lower(name) limit $5`, [accountId, this.kind, pathPrefix, after ?? null, limit + 1, search ?? null])
    return pageOf(rows, limit, (row) => row.key as string, (row) => this.fromRow(row))
  }

  /** Lists all of several accounts, for whoever compares everything. */
  async listAll(): Promise<Known[]> {
    return (await this.store.query(`select ${this.columns} from iam_entities where kind = $1 order by account_id, lower(name)`, [this.kind])).map((row) => this.fromRow(row))
  }

  /** Creates entities, all or none. A boundary must be a policy that is there. */
  async create(entities: New[]): Promise<Known[]> {
    const policies = await resolvePolicies(this.store, entities.flatMap(({ accountId, boundary }) => (boundary ? [{ accountId, arn: boundary }] : [])))
    const now = new Date(this.clock()).toISOString()
    const rows = entities.map((entity) => ({ ...this.toRow(entity), kind: this.kind, boundary_id: (entity.boundary && policies.get(entity.boundary)) ?? null, created_at: now }))
    const made: Row[] = []
    await refuseTaken(this.store.query(
      `insert into iam_entities (id, kind, account_id, name, path, boundary, boundary_id, tags, description, trust_policy, trusted, max_session, created_at)
       select id, kind, account_id, name, path, boundary, boundary_id, tags, description, trust_policy, trusted, max_session, created_at from jsonb_to_recordset($1::jsonb) as ${record}
       returning ${this.columns}`, [JSON.stringify(rows)]).then((inserted) => made.push(...inserted)), this.#taken)
    const byId = new Map(made.map((row) => [row.id as string, row]))
    return rows.map(({ id }) => this.fromRow(byId.get(id)!))
  }

  /** Replaces names, paths, boundaries and tags. */
  async updateAll(entities: (New & { id: string })[]): Promise<void> {
    const policies = await resolvePolicies(this.store, entities.flatMap(({ accountId, boundary }) => (boundary ? [{ accountId, arn: boundary }] : [])))
    const rows = entities.map((entity) => ({ ...this.toRow(entity), boundary_id: (entity.boundary && policies.get(entity.boundary)) ?? null }))
    await refuseTaken(this.store.query(
      `update iam_entities e set name = r.name, path = r.path, boundary = r.boundary, boundary_id = r.boundary_id, tags = r.tags
       from jsonb_to_recordset($1::jsonb) as ${record} where e.id = r.id`, [JSON.stringify(rows)]), this.#taken)
  }

  /** Gives a name or a path that is new. */
  async rename(id: string, { name, path }: { name?: string | undefined; path?: string | undefined }): Promise<void> {
    await refuseTaken(this.store.query('update iam_entities set name = coalesce($2, name), path = coalesce($3, path) where id = $1', [id, name ?? null, path ?? null]),
      this.#taken)
  }

  /** Sets the policy that bounds, or none. */
  async setBoundary({ id, accountId }: { id: string; accountId: string }, arn: string | undefined): Promise<void> {
    const policies = await resolvePolicies(this.store, arn ? [{ accountId, arn }] : [])
    await refuseTaken(this.store.query('update iam_entities set boundary = $2, boundary_id = $3 where id = $1', [id, arn ?? null, (arn && policies.get(arn)) ?? null]), this.#taken)
  }

  async tag(id: string, added: Tags): Promise<void> {
    await this.#tags.add(id, added)
  }

  async untag(id: string, keys: readonly string[]): Promise<void> {
    await this.#tags.remove(id, keys)
  }

  get #taken(): Record<string, string> {
    return { iam_entities_name: `The name of that ${this.kind} is taken.`, iam_entities_account_id_fkey: 'There is no such account.', iam_entities_boundary_id_fkey: 'The policy of the boundary is not there any more.' }
  }

  #refuseMissing(name: string): never {
    throw new Refusal('not-found', `There is no ${this.kind} named ${name}.`)
  }
}

/** What every row of an entity says. */
export function entityOf(row: Row): Entity {
  const named = { accountId: row.account_id as string, path: row.path as string, name: row.name as string }
  const kind = row.kind as EntityKind
  return { id: row.id as string, kind, ...named, arn: iamArn(kind, named), boundary: (row.boundary as string | null) ?? undefined, tags: row.tags as Tags, createdAt: row.created_at as Date }
}
