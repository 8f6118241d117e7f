// The IAM API: every operation that there is, by name.
import type { Caller } from '../protocol/caller.js'
import type { QueryService } from '../protocol/root.js'
import { accessKeyOperations } from './access-keys.js'
import { accountOperations } from './account.js'
import { attachedPolicyOperations } from './attached-policies.js'
import { authorizationDetailOperations } from './authorization-details.js'
import { credentialReportOperations } from './credential-reports.js'
import { emptyListOperations } from './empty-lists.js'
import { groupOperations } from './groups.js'
import { inlinePolicyOperations } from './inline-policies.js'
import { instanceProfileOperations } from './instance-profiles.js'
import { loginProfileOperations } from './login-profiles.js'
import { mfaDeviceOperations } from './mfa-devices.js'
import { iamNamespace, iamVersion } from './namespace.js'
import { oidcProviderOperations } from './oidc-providers.js'
import type { Operations } from './operation.js'
import { policyOperations } from './policies.js'
import { policyVersionOperations } from './policy-versions.js'
import { roleOperations } from './roles.js'
import type { IamRooms } from './rooms.js'
import { samlProviderOperations } from './saml-providers.js'
import { simulationOperations } from './simulation.js'
import { tagOperations } from './tags.js'
import { userOperations } from './users.js'

const operations: Operations = {
  ...userOperations, ...groupOperations, ...roleOperations, ...policyOperations, ...policyVersionOperations, ...attachedPolicyOperations, ...inlinePolicyOperations,
  ...accessKeyOperations, ...loginProfileOperations, ...mfaDeviceOperations, ...accountOperations, ...oidcProviderOperations, ...samlProviderOperations, ...tagOperations,
  ...simulationOperations, ...authorizationDetailOperations, ...emptyListOperations, ...instanceProfileOperations, ...credentialReportOperations,
}

/** The service as the root of the origin mounts it. */
export const iamService = (rooms: IamRooms): QueryService<Caller> => ({
  name: 'iam',
  version: iamVersion,
  xmlns: iamNamespace,
  operations: Object.fromEntries(Object.entries(operations).map(([name, make]) => [name, make(name, rooms)])),
})
