// The SSO Admin API: every operation that there is, by name.
import type { Caller } from '../protocol/caller.js'
import { json11Language } from '../protocol/errors.js'
import { namedOperations, type JsonOperations } from '../protocol/json-operation.js'
import type { JsonService } from '../protocol/json-service.js'
import { accessControlOperations } from './access-control.js'
import { applicationAssignmentOperations } from './application-assignments.js'
import { applicationProviderOperations } from './application-providers.js'
import { applicationSettingOperations } from './application-settings.js'
import { applicationOperations } from './applications.js'
import { assignmentOperations } from './assignments.js'
import { instanceOperations } from './instances.js'
import { oidcApplicationOperations } from './oidc-applications.js'
import type { Operations } from './operation.js'
import { ownOperations } from './for-pages/index.js'
import { permissionSetPolicyOperations } from './permission-set-policies.js'
import { permissionSetOperations } from './permission-sets.js'
import { provisioningOperations } from './provisioning.js'
import type { SsoAdminRooms } from './rooms.js'
import { tagOperations } from './tags.js'
import { trustedTokenIssuerOperations } from './trusted-token-issuers.js'

const operations: Operations = {
  ...instanceOperations, ...permissionSetOperations, ...permissionSetPolicyOperations, ...assignmentOperations, ...provisioningOperations, ...accessControlOperations, ...tagOperations,
  ...applicationOperations, ...applicationProviderOperations, ...applicationAssignmentOperations, ...applicationSettingOperations, ...trustedTokenIssuerOperations,
}

/** The service as the root of the origin mounts it. */
export const ssoAdminService = (rooms: SsoAdminRooms): JsonService<Caller> => ({ name: 'sso', target: 'SWBExternalService', language: json11Language, operations: namedOperations(operations, rooms) })

/** Everything that pages may run: the service's own, and what is not on the wire. */
export const ssoAdminOperations = (rooms: SsoAdminRooms): JsonOperations => namedOperations({ ...operations, ...ownOperations, ...oidcApplicationOperations }, rooms)
