// Managed policies that hang on users, groups and roles.
import { Refusal } from '../../platform/errors.js'
import type { Row } from '../../platform/storage/database.js'
import type { Store } from '../../platform/storage/store.js'
import { refuseTaken } from '../../platform/storage/taken.js'
import type { Entity, EntityKind } from './entities.js'
import { pageOf, type Page, type PageRequest } from './paging.js'
import { resolvePolicies } from './policy-arns.js'

export const mostAttached = 20

const gone = { iam_attachments_entity_id_fkey: 'It is not there any more.', iam_attachments_policy_id_fkey: 'The policy is not there any more.' }

export interface AttachedTo {
  id: string
  kind: EntityKind
  name: string
}

export interface EntitiesRequest extends PageRequest {
  kind?: EntityKind | undefined
  pathPrefix?: string | undefined
  /** As what the policy is used; both unless told. */
  usage?: 'policy' | 'boundary' | undefined
}

export class Attachments {
  constructor(private readonly store: Store) {}

  /** Lists the ARNs of the policies attached to an entity, in order; there are few. */
  async list(entityId: string): Promise<string[]> {
    return (await this.store.query('select policy_arn from iam_attachments where entity_id = $1 order by policy_arn', [entityId])).map((row) => row.policy_arn as string)
  }

  /** Lists what is attached to everything, or to some. */
  async listAll(entityIds?: readonly string[]): Promise<{ entityId: string; arn: string }[]> {
    const rows = await this.store.query('select entity_id, policy_arn from iam_attachments where $1::text[] is null or entity_id = any($1) order by policy_arn', [entityIds ?? null])
    return rows.map((row) => ({ entityId: row.entity_id as string, arn: row.policy_arn as string }))
  }

  /** Attaches a policy; one that is attached already stays so. */
  async attach(entity: Pick<Entity, 'id' | 'accountId'>, arn: string): Promise<void> {
    await this.store.transaction(async (tx) => {
      const policies = await resolvePolicies(tx, [{ accountId: entity.accountId, arn }])
      await tx.query('select id from iam_entities where id = $1 for update', [entity.id])
      const [row] = await tx.query<{ count: number }>('select count(*)::int as count from iam_attachments where entity_id = $1 and policy_arn <> $2', [entity.id, arn])
      if (row!.count >= mostAttached) throw new Refusal('limit-exceeded', `At most ${mostAttached} policies can be attached.`)
      await refuseTaken(tx.query('insert into iam_attachments (entity_id, policy_arn, policy_id, account_id) values ($1, $2, $3, $4) on conflict do nothing', [entity.id, arn, policies.get(arn) ?? null, entity.accountId]), gone)
    })
  }

  /** Detaches a policy; true where it was attached. */
  async detach(entityId: string, arn: string): Promise<boolean> {
    return (await this.store.query('delete from iam_attachments where entity_id = $1 and policy_arn = $2 returning policy_arn', [entityId, arn])).length > 0
  }

  /** Attaches exactly these policies to entities. */
  async set(entities: (Pick<Entity, 'id' | 'accountId'> & { arns: readonly string[] })[]): Promise<void> {
    const policies = await resolvePolicies(this.store, entities.flatMap(({ accountId, arns }) => arns.map((arn) => ({ accountId, arn }))))
    const rows = JSON.stringify(entities.flatMap(({ id, accountId, arns }) => arns.map((arn) => ({ entity_id: id, policy_arn: arn, policy_id: policies.get(arn) ?? null, account_id: accountId }))))
    await this.store.query(
      `delete from iam_attachments a where entity_id = any($1) and not exists (
         select from jsonb_to_recordset($2::jsonb) as r(entity_id text, policy_arn text) where r.entity_id = a.entity_id and r.policy_arn = a.policy_arn)`, [entities.map(({ id }) => id), rows])
    await this.store.query(
      `insert into iam_attachments (entity_id, policy_arn, policy_id, account_id)
       select entity_id, policy_arn, policy_id, account_id from jsonb_to_recordset($1::jsonb) as r(entity_id text, policy_arn text, policy_id text, account_id char(12)) on conflict do nothing`, [rows])
  }

  /** Lists a page of the entities of an account that a policy is attached to or bounds, by kind and name. */
  async listEntities(accountId: string, arn: string, { kind, pathPrefix = '/', usage, after, limit }: EntitiesRequest): Promise<Page<AttachedTo>> {
    const rows = await this.store.query(
      `select id, kind, name, kind || ' ' || lower(name) as key from iam_entities e
       where account_id = $1 and ($3::text is null or kind = $3) and starts_with(path || name, $4) and (
         ($5::text is distinct from 'boundary' and id in (select entity_id from iam_attachments where account_id = $1 and policy_arn = $2)) or ($5::text is distinct from 'policy' and boundary = $2))
         and ($6::text is null or kind || ' ' || lower(name) > $6)
       order by key limit $7`, [accountId, arn, kind ?? null, pathPrefix, usage ?? null, after ?? null, limit + 1])
    return pageOf(rows, limit, (row) => row.key as string, attachedTo)
  }

  /** Counts, by ARN, what policies of the catalogue are attached to and bound in an account. */
  async countManaged(accountId: string): Promise<Map<string, { attachments: number; boundaries: number }>> {
    const rows = await this.store.query(
      `select arn, sum(attached)::int as attached, sum(bounding)::int as bounding from (
         select policy_arn as arn, 1 as attached, 0 as bounding from iam_attachments where account_id = $1 and policy_id is null
         union all select boundary, 0, 1 from iam_entities where account_id = $1 and boundary is not null and boundary_id is null) as used group by arn`, [accountId])
    return new Map(rows.map((row) => [row.arn as string, { attachments: row.attached as number, boundaries: row.bounding as number }]))
  }
}

const attachedTo = (row: Row): AttachedTo => ({ id: row.id as string, kind: row.kind as EntityKind, name: row.name as string })
