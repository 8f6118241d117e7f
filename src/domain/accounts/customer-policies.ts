// Customer managed policies: documents of an account that several principals share, in up to five versions of which one counts.
import { Refusal } from '../../platform/errors.js'
import { newIamId } from '../../platform/ids.js'
import type { Executor, Row } from '../../platform/storage/database.js'
import type { Store } from '../../platform/storage/store.js'
import { refuseTaken } from '../../platform/storage/taken.js'
import { iamArn, readIamArn } from './arns.js'
import { createPolicies, replacePolicies, type NewCustomerPolicy, type ReplacedPolicy } from './customer-policies-bulk.js'
import { refuseInUse } from './in-use.js'
import { pageOf, type Page, type SearchRequest } from './paging.js'
import { RowTags, type Tags } from './tags.js'

export interface CustomerPolicy {
  id: string
  accountId: string
  name: string
  path: string
  arn: string
  description: string | undefined
  tags: Tags
  /** The number of the version that counts. */
  defaultVersion: number
  attachmentCount: number
  boundaryCount: number
  createdAt: Date
  updatedAt: Date
}

export interface PolicyVersion {
  number: number
  document: string
  isDefault: boolean
  createdAt: Date
}

export interface PolicyListRequest extends SearchRequest {
  pathPrefix?: string | undefined
  onlyAttached?: boolean | undefined
  usage?: 'policy' | 'boundary' | undefined
}

export const mostPolicyVersions = 5

const taken = { iam_policies_name: 'The name of that policy is taken.', iam_policies_account: 'There is no such account.' }

const columns = `p.id, p.account_id, p.name, p.path, p.description, p.tags, p.default_version, p.created_at, p.updated_at, (select count(*) from iam_attachments a where a.policy_id = p.id)::int as attachments, (select count(*) from iam_entities e where e.boundary_id = p.id)::int as boundaries`
const isAttached = 'exists (select from iam_attachments a where a.policy_id = p.id)'
const isBoundary = 'exists (select from iam_entities e where e.boundary_id = p.id)'

const uses = `
  select (select count(*) from iam_attachments where policy_id = $1)::int as "principals it is attached to", (select count(*) from iam_entities where boundary_id = $1)::int as "principals it bounds",
    (select count(*) - 1 from iam_policy_versions where policy_id = $1)::int as "versions besides the default one"`

export class CustomerPolicies {
  readonly #tags: RowTags

  constructor(private readonly store: Store, private readonly clock: () => number = Date.now) {
    this.#tags = new RowTags(store, 'iam_policies')
  }

  async find(arn: string): Promise<CustomerPolicy | undefined> {
    const read = readIamArn(arn)
    if (read?.kind !== 'policy') return undefined
    const [row] = await this.store.query(`select ${columns} from iam_policies p where account_id = $1 and lower(name) = lower($2) and path = $3`, [read.accountId, read.name, read.path])
    return row && fromRow(row)
  }

  /** Lists a page of an account's, by name. */
  async list(accountId: string, { pathPrefix = '/', search, onlyAttached = false, usage, after, limit }: PolicyListRequest): Promise<Page<CustomerPolicy>> {
    const attached = usage === 'boundary' ? isBoundary : usage === 'policy' ? isAttached : `(${isAttached} or ${isBoundary})`
    const rows = await this.store.query(
      `select ${columns}, lower(p.name) as key from iam_policies p where account_id = $1 and starts_with(path || name, $2) and ($3::text is null or lower(name) > $3)
         and ($5::text is null or strpos(lower(name), lower($5)) > 0) ${onlyAttached || usage ? `and ${attached}` : ''} order by lower(name) limit $4`, [accountId, pathPrefix, after ?? null, limit + 1, search ?? null])
    return pageOf(rows, limit, (row) => row.key as string, fromRow)
  }

  async create({ accountId, name, path, description, document, tags = {} }: NewCustomerPolicy): Promise<CustomerPolicy> {
    const now = new Date(this.clock())
    const id = newIamId('ANPA')
    await refuseTaken(this.store.query(
      `with made as (
         insert into iam_policies (id, account_id, name, path, description, tags, default_version, latest_version, created_at, updated_at) values ($1, $2, $3, $4, $5, $6, 1, 1, $8, $8) returning id)
       insert into iam_policy_versions (policy_id, version, document, created_at) select id, 1, $7, $8 from made`,
      [id, accountId, name, path, description || null, JSON.stringify(tags), document, now]), taken)
    return {
      id, accountId, name, path, arn: iamArn('policy', { accountId, path, name }), description: description || undefined, tags, defaultVersion: 1,
      attachmentCount: 0, boundaryCount: 0, createdAt: now, updatedAt: now,
    }
  }

  /** Removes a policy; refuses while it is used, or has versions besides the one that counts. */
  async remove(id: string): Promise<void> {
    await this.store.transaction(async (tx) => {
      await lock(tx, id)
      await refuseInUse(tx.query<Record<string, number>>(uses, [id]), 'The policy')
      await tx.query('delete from iam_policies where id = $1', [id])
    })
  }

  /** Lists the versions, the last first; there are few. */
  async listVersions(id: string): Promise<PolicyVersion[]> {
    return this.listVersionsOf([id])
  }

  /** Lists the versions of several policies. */
  async listVersionsOf(ids: readonly string[]): Promise<(PolicyVersion & { policyId: string })[]> {
    const rows = await this.store.query(
      `select v.policy_id, v.version, v.document, v.created_at, v.version = p.default_version as is_default from iam_policy_versions v join iam_policies p on p.id = v.policy_id
       where policy_id = any($1) order by policy_id, version desc`, [ids])
    return rows.map((row) => ({ policyId: row.policy_id as string, number: row.version as number, document: row.document as string, isDefault: row.is_default as boolean, createdAt: row.created_at as Date }))
  }

  async findVersion(id: string, number: number): Promise<PolicyVersion | undefined> {
    return (await this.listVersions(id)).find((version) => version.number === number)
  }

  /** Adds a version; refuses a sixth. */
  async addVersion(id: string, document: string, isDefault: boolean): Promise<PolicyVersion> {
    const createdAt = new Date(this.clock())
    return this.store.transaction(async (tx) => {
      const { latest } = await lock(tx, id)
      const [row] = await tx.query<{ count: number }>('select count(*)::int as count from iam_policy_versions where policy_id = $1', [id])
      if (row!.count >= mostPolicyVersions) throw new Refusal('limit-exceeded', `A policy can have at most ${mostPolicyVersions} versions. Delete one first.`)
      const number = latest + 1
      await tx.query('insert into iam_policy_versions (policy_id, version, document, created_at) values ($1, $2, $3, $4)', [id, number, document, createdAt])
      await tx.query('update iam_policies set latest_version = $2, default_version = case when $3 then $2 else default_version end, updated_at = $4 where id = $1', [id, number, isDefault, createdAt])
      return { number, document, isDefault, createdAt }
    })
  }

  /** Makes a version the one that counts; false where there is no such version. */
  async setDefaultVersion(id: string, number: number): Promise<boolean> {
    const rows = await this.store.query(
      'update iam_policies set default_version = $2, updated_at = $3 where id = $1 and exists (select from iam_policy_versions where policy_id = $1 and version = $2) returning id', [id, number, new Date(this.clock())])
    return rows.length > 0
  }

  /** Removes a version; refuses the one that counts. False where there is no such version. */
  async removeVersion(id: string, number: number): Promise<boolean> {
    return this.store.transaction(async (tx) => {
      const { current } = await lock(tx, id)
      if (current === number) throw new Refusal('in-use', 'The default version of a policy cannot be deleted.')
      return (await tx.query('delete from iam_policy_versions where policy_id = $1 and version = $2 returning version', [id, number])).length > 0
    })
  }

  /** Lists all of all accounts, with the document that counts, for whoever compares everything. */
  async listAll(): Promise<{ policy: CustomerPolicy; document: string }[]> {
    const rows = await this.store.query(`select ${columns}, v.document from iam_policies p join iam_policy_versions v on v.policy_id = p.id and v.version = p.default_version order by account_id, lower(name)`)
    return rows.map((row) => ({ policy: fromRow(row), document: row.document as string }))
  }

  /** Creates policies, all or none. */
  async createAll(policies: NewCustomerPolicy[]): Promise<void> {
    await refuseTaken(createPolicies(this.store, policies, new Date(this.clock())), taken)
  }

  /** Replaces descriptions and documents; a document that changes is a new version. */
  async replaceAll(policies: ReplacedPolicy[]): Promise<void> {
    await replacePolicies(this.store, policies, { now: new Date(this.clock()), mostVersions: mostPolicyVersions })
  }

  /** Removes policies with all their versions; refuses where one is used. */
  async removeWhole(ids: readonly string[]): Promise<void> {
    const [used] = await this.store.query<{ name: string }>(
      `select p.name from iam_policies p where p.id = any($1) and (exists (select from iam_attachments a where a.policy_id = p.id) or exists (select from iam_entities e where e.boundary_id = p.id)) limit 1`, [ids])
    if (used) throw new Refusal('in-use', `The policy ${used.name} cannot be deleted while it is attached to somebody or bounds somebody.`)
    await this.store.query('delete from iam_policies where id = any($1)', [ids])
  }

  async tag(id: string, added: Tags): Promise<void> {
    await this.#tags.add(id, added)
  }

  async untag(id: string, keys: readonly string[]): Promise<void> {
    await this.#tags.remove(id, keys)
  }
}

/** Holds a policy still for the rest of the transaction. */
async function lock(tx: Executor, id: string): Promise<{ latest: number; current: number; tags: Tags }> {
  const [row] = await tx.query('select latest_version, default_version, tags from iam_policies where id = $1 for update', [id])
  if (!row) throw new Refusal('not-found', 'There is no such policy.')
  return { latest: row.latest_version as number, current: row.default_version as number, tags: row.tags as Tags }
}

function fromRow(row: Row): CustomerPolicy {
  const named = { accountId: row.account_id as string, path: row.path as string, name: row.name as string }
  return {
    id: row.id as string, ...named, arn: iamArn('policy', named), description: (row.description as string | null) ?? undefined, tags: row.tags as Tags,
    defaultVersion: row.default_version as number, attachmentCount: row.attachments as number, boundaryCount: row.boundaries as number,
    createdAt: row.created_at as Date, updatedAt: row.updated_at as Date,
  }
}
