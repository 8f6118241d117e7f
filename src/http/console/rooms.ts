// What the pages of the console read; what they change goes through the operations of the IAM API (actions.ts).
import type {
  AccessKeys, AccountPasswordPolicies, Accounts, Attachments, CustomerPolicies, IamGroups, IamUsers, IdentityProviders, InlinePolicies, KeyUses, PoliciesInForce, Roles, VirtualDevices,
} from '../../domain/accounts/index.js'
import type { AuthenticatorApps, FactorTries, MailedCodes, NewPasswords, OwnDevices, PasswordChanges, PasskeyCeremonies, Passwords, RecoveryCodes, Throttle } from '../../domain/authentication/index.js'
import type { RootAddresses } from '../../domain/recovery/index.js'

export interface ConsoleRooms {
  accounts: Accounts
  rootAddresses: Pick<RootAddresses, 'change'>
  users: IamUsers
  groups: IamGroups
  roles: Roles
  policies: CustomerPolicies
  attachments: Attachments
  inline: InlinePolicies
  keys: AccessKeys
  keyUses: Pick<KeyUses, 'flush'>
  providers: IdentityProviders
  virtualDevices: VirtualDevices
  passwordPolicies: AccountPasswordPolicies
  policiesInForce: Pick<PoliciesInForce, 'policiesOf'>
  /** Judges new passwords of an account's users, and of its root user. */
  newPasswordsOf(accountId: string): NewPasswords
  rootPasswords: NewPasswords
  passwords: Passwords
  passwordChanges: PasswordChanges
  throttle: Throttle
  factorTries: FactorTries
  mailedCodes: MailedCodes
  apps: Pick<AuthenticatorApps, 'offer' | 'enroll' | 'prove' | 'resynchronise'>
  passkeys: PasskeyCeremonies
  devices: OwnDevices
  recoveryCodes: Pick<RecoveryCodes, 'count' | 'issue'>
}

