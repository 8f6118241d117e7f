// Policies of a user's, group's or role's own: named documents that live and die with it.
import { policyLimits, sizeOf } from '../policy/index.js'
import { Refusal } from '../../platform/errors.js'
import type { Store } from '../../platform/storage/store.js'
import { refuseTaken } from '../../platform/storage/taken.js'
import type { Entity, EntityKind } from './entities.js'

/** Characters of all policies of an entity's own together, white space aside. */
export const largestInline: Readonly<Record<EntityKind, number>> = { user: policyLimits.userInline, group: policyLimits.groupInline, role: policyLimits.roleInline }

export interface InlinePolicy {
  entityId: string
  name: string
  /** The document, as it was written. */
  document: string
}

export class InlinePolicies {
  constructor(private readonly store: Store) {}

  async find(entityId: string, name: string): Promise<InlinePolicy | undefined> {
    const [row] = await this.store.query('select entity_id, name, document from iam_inline_policies where entity_id = $1 and name = $2', [entityId, name])
    return row && fromRow(row)
  }

  /** Lists those of one entity by name, of some, or of all; of each there are few. */
  async list(entityIds?: readonly string[]): Promise<InlinePolicy[]> {
    return (await this.store.query('select entity_id, name, document from iam_inline_policies where $1::text[] is null or entity_id = any($1) order by entity_id, name', [entityIds ?? null])).map(fromRow)
  }

  /** Writes a policy, over one with its name. */
  async put(entity: Pick<Entity, 'id' | 'kind'>, name: string, document: string): Promise<void> {
    await this.store.transaction(async (tx) => {
      await tx.query('select id from iam_entities where id = $1 for update', [entity.id])
      const rows = await tx.query<{ document: string }>('select document from iam_inline_policies where entity_id = $1 and name <> $2', [entity.id, name])
      checkInlineSize(entity.kind, [document, ...rows.map((row) => row.document)])
      await refuseTaken(tx.query('insert into iam_inline_policies (entity_id, name, document) values ($1, $2, $3) on conflict (entity_id, name) do update set document = excluded.document', [entity.id, name, document]),
        { iam_inline_policies_entity_id_fkey: 'It is not there any more.' })
    })
  }

  /** Removes a policy; true where it was there. */
  async remove(entityId: string, name: string): Promise<boolean> {
    return (await this.store.query('delete from iam_inline_policies where entity_id = $1 and name = $2 returning name', [entityId, name])).length > 0
  }

  /** Gives entities exactly these policies. */
  async set(entityIds: readonly string[], policies: readonly InlinePolicy[]): Promise<void> {
    const rows = JSON.stringify(policies.map(({ entityId, name, document }) => ({ entity_id: entityId, name, document })))
    await this.store.query(
      `delete from iam_inline_policies i where entity_id = any($1) and not exists (
         select from jsonb_to_recordset($2::jsonb) as r(entity_id text, name text) where r.entity_id = i.entity_id and r.name = i.name)`, [entityIds, rows])
    await this.store.query(
      `insert into iam_inline_policies (entity_id, name, document) select entity_id, name, document from jsonb_to_recordset($1::jsonb) as r(entity_id text, name text, document text)
       on conflict (entity_id, name) do update set document = excluded.document`, [rows])
  }
}

/** Refuses documents that are too much together. */
export function checkInlineSize(kind: EntityKind, documents: readonly string[]): void {
  const size = documents.reduce((sum, document) => sum + sizeOf(document), 0)
  if (size > largestInline[kind]) throw new Refusal('limit-exceeded', `The policies of a ${kind}'s own can have at most ${largestInline[kind]} characters together, white space aside.`)
}

const fromRow = (row: Record<string, unknown>): InlinePolicy => ({ entityId: row.entity_id as string, name: row.name as string, document: row.document as string })
