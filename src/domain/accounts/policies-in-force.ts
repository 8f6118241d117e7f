// Which policies count for a user or a role, in one statement: its own, those attached to it, those of its groups,
// and the one that bounds it.
import { findManagedPolicy, parsePolicy, type NamedPolicy, type Policy, type PolicyKind, type PolicySet } from '../policy/index.js'
import { Recent } from '../../platform/recent.js'
import type { Executor } from '../../platform/storage/database.js'
import { isManaged } from './policy-arns.js'

/** Whose policies are asked for: `AIDA…`, or `AROA…`. */
export interface PolicyHolder {
  kind: 'iam-user' | 'role'
  id: string
}

interface Found {
  use: 'inline' | 'attached' | 'boundary'
  kind: string
  owner: string
  name: string
  /** Absent for policies of the catalogue. */
  document: string | null
}

const reading = `
with who as (
  select id, kind, name, boundary, boundary_id, true as itself from iam_entities where id = $1
  union all select g.id, g.kind, g.name, null, null, false from iam_group_members m join iam_entities g on g.id = m.group_id where m.user_id = $1
)
select 'inline' as use, who.kind, who.name as owner, i.name, i.document from who join iam_inline_policies i on i.entity_id = who.id
union all select 'attached', who.kind, who.name, a.policy_arn, v.document from who join iam_attachments a on a.entity_id = who.id
  left join iam_policies p on p.id = a.policy_id left join iam_policy_versions v on v.policy_id = p.id and v.version = p.default_version
union all select 'boundary', who.kind, who.name, who.boundary, v.document from who
  left join iam_policies p on p.id = who.boundary_id left join iam_policy_versions v on v.policy_id = p.id and v.version = p.default_version where who.boundary is not null`

export class PoliciesInForce {
  readonly #compiled: Recent<string, Policy>

  constructor(private readonly sql: Executor, remembered = 2000) {
    this.#compiled = new Recent(remembered)
  }

  /** Reads the policies of a user or role as they are now. */
  async policiesOf({ id }: PolicyHolder): Promise<PolicySet> {
    const found = await this.sql.query<Found & Record<string, unknown>>(reading, [id])
    const bound = found.find(({ use }) => use === 'boundary')
    return {
      identity: found.filter(({ use }) => use !== 'boundary').flatMap((one) => this.#named(one, 'identity') ?? []),
      // A boundary that cannot be read allows nothing.
      ...(bound && { boundary: this.#named(bound, 'boundary') ?? this.#nothing(bound.name) }),
    }
  }

  #named({ use, kind, owner, name, document }: Found, policyKind: PolicyKind): NamedPolicy | undefined {
    if (use !== 'inline' && isManaged(name)) {
      const managed = findManagedPolicy(name)
      return managed && { name, policy: managed.policy }
    }
    const policy = document === null ? undefined : this.#compile(document, policyKind)
    return policy && { name: use === 'inline' ? `inline policy ${name} of ${kind} ${owner}` : name, policy }
  }

  #nothing(name: string): NamedPolicy {
    return { name, policy: this.#compile('{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}', 'boundary')! }
  }

  /** Documents were checked when they were written; one that does not read any more counts for nothing. */
  #compile(document: string, kind: PolicyKind): Policy | undefined {
    const key = `${kind} ${document}`
    const known = this.#compiled.find(key)
    if (known) return known
    const read = parsePolicy(document, kind)
    if (!read.policy) return undefined
    this.#compiled.put(key, read.policy)
    return read.policy
  }
}
