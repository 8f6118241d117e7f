// Credential reports: one line for each user of an account and one for its root user, of what they could sign in with. Made
// when somebody asks, and kept until the next.
import { rootPrincipal } from '../authentication/index.js'
import type { Executor } from '../../platform/storage/database.js'
import { iamArn, rootArn } from './arns.js'
import type { AccountPasswordPolicies } from './password-policies.js'

export interface CredentialReport {
  /** Comma-separated values, with the names of the columns first. */
  content: string
  generatedAt: Date
}

interface KeyState {
  active: boolean
  created: string
  used: string | null
  region: string | null
  service: string | null
}

interface Holder {
  name: string | null
  path: string
  created_at: Date
  password_last_used: Date | null
  password_changed_at: Date | null
  mfa: boolean
  /** By slot. */
  keys: Record<string, KeyState> | null
}

const keyColumns = (slot: number): string[] => ['active', 'last_rotated', 'last_used_date', 'last_used_region', 'last_used_service'].map((name) => `access_key_${slot}_${name}`)
const header = [
  'user', 'arn', 'user_creation_time', 'password_enabled', 'password_last_used', 'password_last_changed', 'password_next_rotation', 'mfa_active', ...keyColumns(1), ...keyColumns(2),
  'cert_1_active', 'cert_1_last_rotated', 'cert_2_active', 'cert_2_last_rotated',
]

const hasMfa = '(exists (select from authenticator_apps a where a.principal = h.principal) or exists (select from passkeys p where p.principal = h.principal))'
const reading = `
with holders as (
  select null::text as name, '/' as path, '2015-01-01T00:00:00Z'::timestamptz as created_at, null::timestamptz as password_last_used, $2::text as principal, $3::text as owner
  union all select name, path, created_at, password_last_used, 'iam:' || id, id from iam_entities where account_id = $1 and kind = 'user')
select h.name, h.path, h.created_at, h.password_last_used, w.changed_at as password_changed_at, ${hasMfa} as mfa, (
  select jsonb_object_agg(k.slot, jsonb_build_object('active', k.active, 'created', k.created_at, 'used', k.last_used_at, 'region', k.last_used_region, 'service', k.last_used_service))
  from iam_access_keys k where k.owner = h.owner) as keys
from holders h left join passwords w on w.principal = h.principal order by h.name is not null, lower(h.name)`

const day = 86_400_000

export class CredentialReports {
  constructor(private readonly options: { sql: Executor; policies: Pick<AccountPasswordPolicies, 'find'>; clock: () => number }) {}

  /** Makes a report of an account as it is now, and keeps it. */
  async generate(accountId: string): Promise<CredentialReport> {
    const { sql, policies, clock } = this.options
    const holders = await sql.query<Holder & Record<string, unknown>>(reading, [accountId, rootPrincipal(accountId), accountId])
    const maxAge = (await policies.find(accountId))?.maxAge ?? 0
    const content = [header, ...holders.map((holder) => lineOf(holder, accountId, maxAge))].map((cells) => cells.join(',')).join('\n')
    const generatedAt = new Date(clock())
    await sql.query(
      `insert into iam_credential_reports (account_id, content, generated_at) values ($1, $2, $3)
       on conflict (account_id) do update set content = excluded.content, generated_at = excluded.generated_at`, [accountId, content, generatedAt])
    return { content, generatedAt }
  }

  /** Finds the last report; undefined where none was ever made. */
  async find(accountId: string): Promise<CredentialReport | undefined> {
    const [row] = await this.options.sql.query<{ content: string; generated_at: Date }>('select content, generated_at from iam_credential_reports where account_id = $1', [accountId])
    return row && { content: row.content, generatedAt: row.generated_at }
  }
}

const timeOf = (time: Date | string | null | undefined, otherwise = 'N/A'): string => (time == null ? otherwise : `${new Date(time).toISOString().slice(0, 19)}+00:00`)

function lineOf(holder: Holder, accountId: string, maxAge: number): string[] {
  const { name, path, created_at: createdAt, password_last_used: lastUsed, password_changed_at: changedAt, mfa, keys } = holder
  const next = changedAt && maxAge > 0 ? new Date(changedAt.getTime() + maxAge * day) : undefined
  const password = name === null
    ? ['not_supported', timeOf(lastUsed, 'no_information'), 'not_supported', 'not_supported']
    : [String(changedAt !== null), changedAt ? timeOf(lastUsed, 'no_information') : 'N/A', timeOf(changedAt), timeOf(next)]
  return [
    ...(name === null ? ['<root_account>', rootArn(accountId)] : [cellOf(name), cellOf(iamArn('user', { accountId, path, name }))]),
    timeOf(createdAt), ...password, String(mfa), ...keyCells(keys?.['1']), ...keyCells(keys?.['2']), 'false', 'N/A', 'false', 'N/A',
  ]
}

const keyCells = (key: KeyState | undefined): string[] => [String(key?.active ?? false), timeOf(key?.created), timeOf(key?.used), key?.region ?? 'N/A', key?.service ?? 'N/A']

/** Names may have commas, and paths quotes too (RFC 4180). */
const cellOf = (text: string): string => (/[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
