// Roles: what principals that a trust policy names may act as, for a while.
import { newIamId } from '../../platform/ids.js'
import type { Row } from '../../platform/storage/database.js'
import { Entities, entityOf, type Entity } from './entities.js'
import { refuseInUse } from './in-use.js'
import type { Tags } from './tags.js'

export interface Role extends Entity {
  kind: 'role'
  description: string | undefined
  /** The document, as it was written. */
  trustPolicy: string
  /** Seconds. */
  maxSessionDuration: number
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
}

export type RoleUpdate = { id: string } & Partial<Pick<Role, 'description' | 'trustPolicy' | 'maxSessionDuration'>>

const uses = `
  select (select count(*) from iam_attachments where entity_id = $1)::int as "policies attached to it", (select count(*) from iam_inline_policies where entity_id = $1)::int as "policies of its own"`

export class Roles extends Entities<Role, NewRole> {
  constructor(store: ConstructorParameters<typeof Entities>[0], clock?: () => number) {
    super(store, 'role', clock)
  }

  /** Changes what is given; an empty description is none. */
  async update(updates: RoleUpdate[]): Promise<void> {
    const rows = updates.map(({ id, description, trustPolicy, maxSessionDuration }) => ({ id, description: description ?? null, trust_policy: trustPolicy ?? null, max_session: maxSessionDuration ?? null }))
    await this.store.query(
      `update iam_entities e set description = nullif(coalesce(r.description, e.description), ''), trust_policy = coalesce(r.trust_policy, e.trust_policy), max_session = coalesce(r.max_session, e.max_session)
       from jsonb_to_recordset($1::jsonb) as r(id text, description text, trust_policy text, max_session integer) where e.id = r.id and e.kind = 'role'`, [JSON.stringify(rows)])
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
      trustPolicy: row.trust_policy as string, maxSessionDuration: row.max_session as number,
    }
  }

  protected override toRow({ id = newIamId('AROA'), accountId, name, path, description, trustPolicy, maxSessionDuration, boundary, tags = {} }: NewRole): Row & { id: string } {
    return { id, account_id: accountId, name, path, description: description || null, trust_policy: trustPolicy, max_session: maxSessionDuration, boundary: boundary ?? null, tags }
  }
}
