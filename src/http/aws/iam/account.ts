// The account itself: its alias, the rules for its users' passwords, and how much there is in it.
import { plainAccountPolicy } from '../../../domain/accounts/index.js'
import { Refusal } from '../../../platform/errors.js'
import type { XmlContent } from '../protocol/xml.js'
import { flag, otherwise, text, whole } from '../protocol/fields.js'
import { operation, type Operations } from './operation.js'
import { paging } from './words.js'

const alias = text(3, 63, /^[a-z0-9]+(-[a-z0-9]+)*$/, 'must be small letters, digits and single dashes between them')

/** As many as there can be, for those who ask. */
const quotas = {
  UsersQuota: 5000, GroupsQuota: 300, RolesQuota: 1000, PoliciesQuota: 1500, AccessKeysPerUserQuota: 2, GroupsPerUserQuota: 10, VersionsPerPolicyQuota: 5, PolicySizeQuota: 6144,
  UserPolicySizeQuota: 2048, GroupPolicySizeQuota: 5120, RolePolicySizeQuota: 10_240, AssumeRolePolicySizeQuota: 2048, AttachedPoliciesPerUserQuota: 20, AttachedPoliciesPerGroupQuota: 20,
  AttachedPoliciesPerRoleQuota: 20, SigningCertificatesPerUserQuota: 0, ServerCertificatesQuota: 0, InstanceProfilesQuota: 1000,
}

interface PolicyInput {
  MinimumPasswordLength: number
  RequireSymbols: boolean
  RequireNumbers: boolean
  RequireUppercaseCharacters: boolean
  RequireLowercaseCharacters: boolean
  AllowUsersToChangePassword: boolean
  MaxPasswordAge: number
  PasswordReusePrevention: number
  HardExpiry: boolean
}

const policyOf = (input: PolicyInput): typeof plainAccountPolicy => ({
  minimumLength: input.MinimumPasswordLength, requireSymbols: input.RequireSymbols, requireNumbers: input.RequireNumbers, requireUppercase: input.RequireUppercaseCharacters,
  requireLowercase: input.RequireLowercaseCharacters, allowUsersToChange: input.AllowUsersToChangePassword, maxAge: input.MaxPasswordAge, reusePrevention: input.PasswordReusePrevention,
  hardExpiry: input.HardExpiry,
})

export const accountOperations: Operations = {
  CreateAccountAlias: operation({
    input: { AccountAlias: alias },
    change: async ({ input, accountId, rooms }) => ({ before: { alias: (await rooms.accounts.get(accountId)).alias }, after: { alias: input.AccountAlias } }),
    run: async ({ input, accountId, rooms }) => {
      await rooms.accounts.setAlias(accountId, input.AccountAlias)
      return undefined
    },
  }),
  DeleteAccountAlias: operation({
    input: { AccountAlias: alias },
    run: async ({ input, accountId, rooms }) => {
      if ((await rooms.accounts.get(accountId)).alias !== input.AccountAlias) throw new Refusal('not-found', `The account alias ${input.AccountAlias} does not exist.`)
      await rooms.accounts.setAlias(accountId, undefined)
      return undefined
    },
  }),
  ListAccountAliases: operation({
    input: { ...paging }, readOnly: true,
    run: async ({ accountId, rooms }) => {
      const { alias: known } = await rooms.accounts.get(accountId)
      return { AccountAliases: known === undefined ? [] : [known], IsTruncated: false }
    },
  }),
  UpdateAccountPasswordPolicy: operation({
    input: {
      MinimumPasswordLength: otherwise(plainAccountPolicy.minimumLength, whole(6, 128)), RequireSymbols: otherwise(false, flag), RequireNumbers: otherwise(false, flag),
      RequireUppercaseCharacters: otherwise(false, flag), RequireLowercaseCharacters: otherwise(false, flag), AllowUsersToChangePassword: otherwise(false, flag),
      MaxPasswordAge: otherwise(0, whole(0, 1095)), PasswordReusePrevention: otherwise(0, whole(0, 24)), HardExpiry: otherwise(false, flag),
    },
    change: async ({ input, accountId, rooms }) => ({ before: await rooms.passwordPolicies.find(accountId), after: policyOf(input) }),
    run: async ({ input, accountId, rooms }) => {
      await rooms.passwordPolicies.put(accountId, policyOf(input))
      return undefined
    },
  }),
  GetAccountPasswordPolicy: operation({
    input: {}, readOnly: true,
    run: async ({ accountId, rooms }): Promise<XmlContent> => {
      const policy = await rooms.passwordPolicies.find(accountId)
      if (!policy) throw new Refusal('not-found', `There is no password policy of account ${accountId}.`)
      return {
        PasswordPolicy: {
          MinimumPasswordLength: policy.minimumLength, RequireSymbols: policy.requireSymbols, RequireNumbers: policy.requireNumbers, RequireUppercaseCharacters: policy.requireUppercase,
          RequireLowercaseCharacters: policy.requireLowercase, AllowUsersToChangePassword: policy.allowUsersToChange, ExpirePasswords: policy.maxAge > 0,
          MaxPasswordAge: policy.maxAge || undefined, PasswordReusePrevention: policy.reusePrevention || undefined, HardExpiry: policy.hardExpiry,
        },
      }
    },
  }),
  DeleteAccountPasswordPolicy: operation({
    input: {},
    change: async ({ accountId, rooms }) => ({ before: await rooms.passwordPolicies.find(accountId), after: undefined }),
    run: async ({ accountId, rooms }) => {
      if (!await rooms.passwordPolicies.remove(accountId)) throw new Refusal('not-found', `There is no password policy of account ${accountId}.`)
      return undefined
    },
  }),
  GetAccountSummary: operation({
    input: {}, readOnly: true,
    run: async ({ accountId, rooms }) => {
      const counted = await rooms.summaryOf(accountId)
      const summary = {
        ...quotas, Users: counted.users, Groups: counted.groups, Roles: counted.roles, Policies: counted.policies, PolicyVersionsInUse: counted.policyVersions, Providers: counted.providers,
        MFADevices: counted.mfaDevices, MFADevicesInUse: counted.mfaDevicesInUse, AccountAccessKeysPresent: counted.rootAccessKeys, AccountPasswordPresent: counted.rootHasPassword,
        AccountMFAEnabled: Math.min(counted.rootHasMfa, 1), ServerCertificates: 0, InstanceProfiles: counted.instanceProfiles, AccountSigningCertificatesPresent: 0,
      }
      return { SummaryMap: new Map(Object.entries(summary)) }
    },
  }),
}
