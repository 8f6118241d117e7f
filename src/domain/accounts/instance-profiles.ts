// Instance profiles: how a role is handed to a machine. Here there are no machines; they are kept for the tools that
// make them together with roles.
import { Refusal } from '../../platform/errors.js'
import { newIamId } from '../../platform/ids.js'
import type { Row } from '../../platform/storage/database.js'
import type { Store } from '../../platform/storage/store.js'
import { refuseTaken } from '../../platform/storage/taken.js'
import { iamArn } from './arns.js'
import { pageOf, type Page, type PageRequest } from './paging.js'
import { RowTags, type Tags } from './tags.js'

export interface InstanceProfile {
  /** `AIPA…` */
  id: string
  accountId: string
  name: string
  path: string
  arn: string
  tags: Tags
  /** The one role that it may have. */
  roleId: string | undefined
  createdAt: Date
}

export interface ProfileListRequest extends PageRequest {
  pathPrefix?: string | undefined
  /** Only those that have this role. */
  roleId?: string | undefined
}

const columns = 'id, account_id, name, path, tags, role_id, created_at'
const taken = {
  iam_instance_profiles_name: 'The name of that instance profile is taken.', iam_instance_profiles_account_id_fkey: 'There is no such account.',
  iam_instance_profiles_role_id_fkey: 'The role is not there any more.',
}

export class InstanceProfiles {
  readonly #tags: RowTags

  constructor(private readonly store: Store, private readonly clock: () => number = Date.now) {
    this.#tags = new RowTags(store, 'iam_instance_profiles')
  }

  /** Finds by name, whatever the case. */
  async find(accountId: string, name: string): Promise<InstanceProfile | undefined> {
    const [row] = await this.store.query(`select ${columns} from iam_instance_profiles where account_id = $1 and lower(name) = lower($2)`, [accountId, name])
    return row && fromRow(row)
  }

  /** Lists a page of an account's, by name. */
  async list(accountId: string, { pathPrefix = '/', roleId, after, limit }: ProfileListRequest): Promise<Page<InstanceProfile>> {
    const rows = await this.store.query(
      `select ${columns}, lower(name) as key from iam_instance_profiles where account_id = $1 and starts_with(path || name, $2) and ($3::text is null or lower(name) > $3) and ($5::text is null or role_id = $5)
       order by lower(name) limit $4`, [accountId, pathPrefix, after ?? null, limit + 1, roleId ?? null])
    return pageOf(rows, limit, (row) => row.key as string, fromRow)
  }

  /** Lists those that have one of some roles. */
  async listOf(roleIds: readonly string[]): Promise<InstanceProfile[]> {
    return (await this.store.query(`select ${columns} from iam_instance_profiles where role_id = any($1) order by lower(name)`, [roleIds])).map(fromRow)
  }

  async create({ accountId, name, path, tags = {} }: { accountId: string; name: string; path: string; tags?: Tags }): Promise<InstanceProfile> {
    const row = { id: newIamId('AIPA'), account_id: accountId, name, path, tags, role_id: null, created_at: new Date(this.clock()) }
    await refuseTaken(this.store.query(`insert into iam_instance_profiles (${columns}) values ($1, $2, $3, $4, $5, null, $6)`, [row.id, accountId, name, path, JSON.stringify(tags), row.created_at]), taken)
    return fromRow(row)
  }

  /** Puts a role into a profile; refuses a second. */
  async addRole(id: string, roleId: string): Promise<void> {
    const query = this.store.query('update iam_instance_profiles set role_id = $2 where id = $1 and role_id is null returning id', [id, roleId])
    const done: Row[] = []
    await refuseTaken(query.then((rows) => done.push(...rows)), taken)
    if (done.length === 0) throw new Refusal('limit-exceeded', 'An instance profile has one role at most. Remove the one that it has first.')
  }

  /** Takes a role out; false where it was not in. */
  async removeRole(id: string, roleId: string): Promise<boolean> {
    return (await this.store.query('update iam_instance_profiles set role_id = null where id = $1 and role_id = $2 returning id', [id, roleId])).length > 0
  }

  /** Removes a profile; refuses while it has a role. */
  async remove(id: string): Promise<void> {
    const removed = await this.store.query('delete from iam_instance_profiles where id = $1 and role_id is null returning id', [id])
    if (removed.length === 0) throw new Refusal('in-use', 'The instance profile cannot be deleted while it has a role. Remove it first.')
  }

  async tag(id: string, added: Tags): Promise<void> {
    await this.#tags.add(id, added)
  }

  async untag(id: string, keys: readonly string[]): Promise<void> {
    await this.#tags.remove(id, keys)
  }
}

function fromRow(row: Row): InstanceProfile {
  const named = { accountId: row.account_id as string, path: row.path as string, name: row.name as string }
  return { id: row.id as string, ...named, arn: iamArn('instance-profile', named), tags: row.tags as Tags, roleId: (row.role_id as string | null) ?? undefined, createdAt: row.created_at as Date }
}
