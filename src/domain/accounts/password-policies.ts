// What the passwords of an account's IAM users must be like, where the account says so.
import { defaultPasswordPolicy, longestHistory, type PasswordPolicy } from '../authentication/index.js'
import type { Store } from '../../platform/storage/store.js'

export interface AccountPasswordPolicy {
  minimumLength: number
  requireSymbols: boolean
  requireNumbers: boolean
  requireUppercase: boolean
  requireLowercase: boolean
  allowUsersToChange: boolean
  /** Days; 0 for ever. */
  maxAge: number
  /** How many earlier passwords cannot be chosen again; 0 for none. */
  reusePrevention: number
  /** Once a password is too old, only an administrator can set a new one. */
  hardExpiry: boolean
}

/** What an account says that says nothing in particular. */
export const plainAccountPolicy: AccountPasswordPolicy = {
  minimumLength: 6, requireSymbols: false, requireNumbers: false, requireUppercase: false, requireLowercase: false,
  allowUsersToChange: false, maxAge: 0, reusePrevention: 0, hardExpiry: false,
}

/** What counts in an account that says nothing at all. */
export const usualAccountPolicy: AccountPasswordPolicy = {
  ...plainAccountPolicy, minimumLength: defaultPasswordPolicy.minimumLength, requireSymbols: defaultPasswordPolicy.requireOther, requireNumbers: defaultPasswordPolicy.requireDigit,
  requireUppercase: defaultPasswordPolicy.requireUppercase, requireLowercase: defaultPasswordPolicy.requireLowercase,
}

export class AccountPasswordPolicies {
  constructor(private readonly store: Store) {}

  async find(accountId: string): Promise<AccountPasswordPolicy | undefined> {
    const [row] = await this.store.query('select policy from iam_password_policies where account_id = $1', [accountId])
    return row && { ...plainAccountPolicy, ...(row.policy as Partial<AccountPasswordPolicy>) }
  }

  async put(accountId: string, policy: AccountPasswordPolicy): Promise<void> {
    await this.store.query('insert into iam_password_policies (account_id, policy) values ($1, $2) on conflict (account_id) do update set policy = excluded.policy', [accountId, JSON.stringify(policy)])
  }

  /** Removes a policy; false where there was none. */
  async remove(accountId: string): Promise<boolean> {
    return (await this.store.query('delete from iam_password_policies where account_id = $1 returning account_id', [accountId])).length > 0
  }

  /** Says what an IAM user's new password must be like. */
  async rulesFor(accountId: string): Promise<PasswordPolicy> {
    const policy = await this.find(accountId)
    if (!policy) return { ...defaultPasswordPolicy, maximumLength: 128, history: 1 }
    return {
      style: 'kinds', minimumLength: policy.minimumLength, maximumLength: 128, requireLowercase: policy.requireLowercase, requireUppercase: policy.requireUppercase,
      requireDigit: policy.requireNumbers, requireOther: policy.requireSymbols, history: Math.min(Math.max(policy.reusePrevention, 1), longestHistory),
    }
  }
}
