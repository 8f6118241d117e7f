// How much there is in an account, counted in one statement.
import type { Executor } from '../../platform/storage/database.js'
import { rootPrincipal } from '../authentication/index.js'

export interface AccountSummary {
  users: number
  groups: number
  roles: number
  policies: number
  policyVersions: number
  providers: number
  instanceProfiles: number
  mfaDevices: number
  mfaDevicesInUse: number
  rootAccessKeys: number
  rootHasPassword: number
  rootHasMfa: number
}

/** Counts what is in an account. */
export async function summaryOf(sql: Executor, accountId: string): Promise<AccountSummary> {
  const [row] = await sql.query<AccountSummary & Record<string, unknown>>(
    `select (select count(*) from iam_entities where account_id = $1 and kind = 'user')::int as "users", (select count(*) from iam_entities where account_id = $1 and kind = 'group')::int as "groups",
      (select count(*) from iam_entities where account_id = $1 and kind = 'role')::int as "roles", (select count(*) from iam_policies where account_id = $1)::int as "policies",
      (select count(*) from iam_policy_versions v join iam_policies p on p.id = v.policy_id where p.account_id = $1)::int as "policyVersions",
      (select count(*) from iam_identity_providers where account_id = $1)::int as "providers", (select count(*) from iam_instance_profiles where account_id = $1)::int as "instanceProfiles", (select count(*) from iam_mfa_devices where account_id = $1)::int as "mfaDevices",
      (select count(*) from iam_mfa_devices d join authenticator_apps a on a.id = d.app_id where d.account_id = $1)::int as "mfaDevicesInUse",
      (select count(*) from iam_access_keys where owner = $1)::int as "rootAccessKeys", (select count(*) from passwords where principal = $2)::int as "rootHasPassword",
      (select count(*) from authenticator_apps where principal = $2)::int + (select count(*) from passkeys where principal = $2)::int as "rootHasMfa"`, [accountId, rootPrincipal(accountId)])
  return row!
}
