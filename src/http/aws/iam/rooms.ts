// What the operations work with.
import type {
  AccessKeys, AccountPasswordPolicies, Accounts, AccountSummary, Attachments, CredentialReports, CustomerPolicies, IamGroups, IamUsers, IdentityProviders, InlinePolicies, InstanceProfiles, KeyUses, PoliciesInForce, Roles, VirtualDevices,
} from '../../../domain/accounts/index.js'
import type { AuthenticatorApps, NewPasswords, PasswordChanges, PasswordHashes, Passwords, Throttle } from '../../../domain/authentication/index.js'
import type { Trail } from '../../../platform/audit/index.js'
import type { Permissions } from '../protocol/permissions.js'

export interface IamRooms {
  accounts: Accounts
  users: IamUsers
  groups: IamGroups
  roles: Roles
  policies: CustomerPolicies
  attachments: Attachments
  inline: InlinePolicies
  keys: AccessKeys
  keyUses: KeyUses
  providers: IdentityProviders
  instanceProfiles: InstanceProfiles
  credentialReports: CredentialReports
  devices: VirtualDevices
  apps: Pick<AuthenticatorApps, 'resynchronise'>
  passwordPolicies: AccountPasswordPolicies
  policiesInForce: PoliciesInForce
  passwords: Passwords
  passwordChanges: PasswordChanges
  hashes: Pick<PasswordHashes, 'hash'>
  throttle: Throttle
  /** Judges new passwords by the rules of an account. */
  newPasswordsOf(accountId: string): NewPasswords
  /** Ends the console sessions of a user, by its id. */
  endConsoles(userId: string): Promise<void>
  summaryOf(accountId: string): Promise<AccountSummary>
  permissions: Permissions
  trail: Trail
}
