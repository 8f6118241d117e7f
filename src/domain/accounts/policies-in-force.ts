// Which policies count for a user or a role, in one statement: its own, those attached to it, those of its groups,
// and the one that bounds it.
import { CompiledPolicies, findManagedPolicy, type NamedPolicy, type Policy, type PolicyKind, type PolicySet } from '../policy/index.js'
import { Refusal } from '../../platform/errors.js'
import type { Executor } from '../../platform/storage/database.js'
import { iamArn, readIamArn } from './arns.js'
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

/** Policies that are put together elsewhere, such as those of a permission set. */
export interface Bundle {
  /** The account in which they count: no other one's policies can be among them. */
  accountId: string
  /** Whose they are, for answers. */
  owner: string
  /** ARNs. */
  managed: readonly string[]
  /** ARNs of policies without which nothing is allowed. */
  required?: readonly string[]
  /** A document. */
  inline?: string | undefined
  /** ARN. */
  boundary?: string | undefined
}

const finding = `
select p.account_id, p.path, p.name, v.document from iam_policies p join iam_policy_versions v on v.policy_id = p.id and v.version = p.default_version
where p.account_id = $1 and lower(p.name) = any($2)`

export class PoliciesInForce {
  readonly #compiled = new CompiledPolicies()

  constructor(private readonly sql: Executor) {}

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

  /** Reads the policies that a bundle names; one that is not there counts for nothing. */
  async bundle({ accountId, owner, managed, required = [], inline, boundary }: Bundle): Promise<PolicySet> {
    const all = [...managed, ...required]
    const documents = await this.#documentsOf(accountId, boundary === undefined ? all : [...all, boundary])
    const find = (arn: string, kind: PolicyKind): NamedPolicy | undefined => this.#named({ use: 'attached', kind: '', owner, name: arn, document: documents.get(arn) ?? null }, kind)
    const own = inline === undefined ? undefined : this.#named({ use: 'inline', kind: 'permission set', owner, name: '', document: inline }, 'identity')
    const missing = required.filter((arn) => !documents.has(arn)).map((arn) => this.#nothing(`${arn}, which permission set ${owner} needs and which is not there`))
    return {
      identity: [...missing, ...all.flatMap((arn) => find(arn, 'identity') ?? []), ...(own ? [{ ...own, name: `inline policy of permission set ${owner}` }] : [])],
      ...(boundary !== undefined && { boundary: find(boundary, 'boundary') ?? this.#nothing(boundary) }),
    }
  }

  /** Refuses ARNs among the policies of a session that are of no policy that can be used in an account. */
  async checkSessionPolicies(accountId: string, policies: readonly string[]): Promise<void> {
    const arns = policies.filter((policy) => policy.startsWith('arn:'))
    const documents = await this.#documentsOf(accountId, arns)
    const missing = arns.find((arn) => (isManaged(arn) ? !findManagedPolicy(arn) : !documents.has(arn)))
    if (missing !== undefined) throw new Refusal('policy-malformed', `The session policy ${missing} is not there, or not of the account of the session.`)
  }

  /** Reads the policies of a session, documents and ARNs; one that cannot be read allows nothing. */
  async sessionPolicies(accountId: string, policies: readonly string[]): Promise<NamedPolicy[]> {
    const documents = await this.#documentsOf(accountId, policies.filter((policy) => policy.startsWith('arn:')))
    return policies.flatMap((policy) => (policy.startsWith('arn:')
      ? this.#named({ use: 'attached', kind: '', owner: '', name: policy, document: documents.get(policy) ?? null }, 'session') ?? []
      : this.#named({ use: 'inline', kind: '', owner: '', name: '', document: policy }, 'session') ?? [])).map((one) => ({ ...one, name: `session policy ${one.name.startsWith('arn:') ? one.name : ''}`.trim() }))
  }

  /** Finds the documents of customer managed policies of an account by ARN. */
  async #documentsOf(accountId: string, arns: readonly string[]): Promise<Map<string, string>> {
    const names = arns.filter((arn) => !isManaged(arn)).flatMap((arn) => readIamArn(arn)?.name.toLowerCase() ?? [])
    if (names.length === 0) return new Map()
    const rows = await this.sql.query<{ account_id: string; path: string; name: string; document: string }>(finding, [accountId, names])
    return new Map(rows.map(({ account_id, path, name, document }) => [iamArn('policy', { accountId: account_id, path, name }), document]))
  }

  #named({ use, kind, owner, name, document }: Found, policyKind: PolicyKind): NamedPolicy | undefined {
    const text = use !== 'inline' && isManaged(name) ? findManagedPolicy(name)?.document : document
    const policy = text == null ? undefined : this.#compile(text, policyKind)
    return policy && { name: use === 'inline' ? `inline policy ${name} of ${kind} ${owner}` : name, policy }
  }

  #nothing(name: string): NamedPolicy {
    return { name, policy: this.#compile('{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}', 'boundary')! }
  }

  /** Documents were checked when they were written; one that does not read any more counts for nothing. */
  #compile(document: string, kind: PolicyKind): Policy | undefined {
    return this.#compiled.parse(document, kind).policy
  }
}
