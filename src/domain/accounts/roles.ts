// Roles: what principals that a trust policy names may act as, for a while.
import { newIamId } from '../../platform/ids.js'
import type { Row } from '../../platform/storage/database.js'
import { columns, Entities, entityOf, type Entity } from './entities.js'
import { refuseInUse } from './in-use.js'
import type { Tags } from './tags.js'
import { asNamedNow, trustedBy, type Trusted, type Trustee } from './trusted-principals.js'

export interface Role extends Entity {
  kind: 'role'
  description: string | undefined
  /** The document, as it was written, but for those whose names are others now. */
  trustPolicy: string
  /** Seconds. */
  maxSessionDuration: number
  lastUsed: { at: Date; region: string } | undefined
}

export interface NewRole {
  id?: string
  accountId: string
  name: string
  path: string
  description?: string | undefined
  trustPolicy: string
  maxSessionDuration: number
  boundary?: string | undefined
  tags?: Tags
  trusted?: Trusted
}

export type RoleUpdate = { id: string } & Partial<Pick<Role, 'description' | 'trustPolicy' | 'maxSessionDuration'>>

const uses = `
  select (select count(*) from iam_attachments where entity_id = $1)::int as "policies attached to it", (select count(*) from iam_inline_policies where entity_id = $1)::int as "policies of its own",
    (select count(*) from iam_instance_profiles where role_id = $1)::int as "instance profiles it is in"`

const trustees = `(select jsonb_object_agg(t.key, jsonb_build_object('id', t.value, 'kind', p.kind, 'accountId', p.account_id, 'path', p.path, 'name', p.name))
  from jsonb_each_text(trusted) t left join iam_entities p on p.id = t.value) as trustees`

export class Roles extends Entities<Role, NewRole> {
  constructor(store: ConstructorParameters<typeof Entities>[0], clock?: () => number) {
    super(store, 'role', clock)
  }

  protected override readonly columns = `${columns}, last_used_at, last_used_region, ${trustees}`

  /** Creates roles, all or none. Whom they trust must be there. */
  override async create(roles: NewRole[]): Promise<Role[]> {
    const trusted = await trustedBy(this.store, roles.map(({ trustPolicy }) => trustPolicy))
    return super.create(roles.map((role, index) => ({ ...role, trusted: trusted[index]! })))
  }

  /** Creates roles that may trust one another; `update` has to be given their trust policies then. */
  createAhead(roles: NewRole[]): Promise<Role[]> {
    return super.create(roles)
  }

  /** Changes what is given; an empty description is none. Whom a role is to trust must be there; `keepsIds` lets unique ids be that are nobody's. */
  async update(updates: RoleUpdate[], options: { keepsIds?: boolean } = {}): Promise<void> {
    const trusted = await trustedBy(this.store, updates.map(({ trustPolicy }) => trustPolicy ?? '{}'), options)
    const rows = updates.map(({ id, description, trustPolicy, maxSessionDuration }, index) =>
      ({ id, description: description ?? null, trust_policy: trustPolicy ?? null, trusted: trusted[index], max_session: maxSessionDuration ?? null }))
    await this.store.query(
      `update iam_entities e set description = nullif(coalesce(r.description, e.description), ''), trust_policy = coalesce(r.trust_policy, e.trust_policy),
         trusted = case when r.trust_policy is null then e.trusted else r.trusted end, max_session = coalesce(r.max_session, e.max_session)
       from jsonb_to_recordset($1::jsonb) as r(id text, description text, trust_policy text, trusted jsonb, max_session integer) where e.id = r.id and e.kind = 'role'`, [JSON.stringify(rows)])
  }

  /** Removes a role; refuses while there are policies on it. */
  async remove({ id }: { id: string }): Promise<void> {
    await this.store.transaction(async (tx) => {
      await tx.query('select id from iam_entities where id = $1 for update', [id])
      await refuseInUse(tx.query<Record<string, number>>(uses, [id]), 'The role')
      await tx.query('delete from iam_entities where id = $1', [id])
    })
  }

  /** Removes roles with everything that hangs on them. */
  async removeWhole(ids: readonly string[]): Promise<void> {
    await this.store.query('delete from iam_entities where id = any($1)', [ids])
  }

  protected override fromRow(row: Row): Role {
    return {
      ...entityOf(row), kind: 'role', description: (row.description as string | null) ?? undefined,
      trustPolicy: asNamedNow(row.trust_policy as string, row.trustees as Record<string, Trustee> | null), maxSessionDuration: row.max_session as number,
      lastUsed: row.last_used_at ? { at: row.last_used_at as Date, region: row.last_used_region as string } : undefined,
    }
  }

  protected override toRow({ id = newIamId('AROA'), accountId, name, path, description, trustPolicy, maxSessionDuration, boundary, tags = {}, trusted }: NewRole): Row & { id: string } {
    return { id, account_id: accountId, name, path, description: description || null, trust_policy: trustPolicy, trusted: trusted ?? null, max_session: maxSessionDuration, boundary: boundary ?? null, tags }
  }
}
