// The security token service: every operation that there is, by name.
import type { Caller } from '../protocol/caller.js'
import type { QueryService } from '../protocol/root.js'
import { assumeRole } from './assume-role.js'
import { assumeRoleWithSaml } from './assume-role-with-saml.js'
import { assumeRoleWithWebIdentity } from './assume-role-with-web-identity.js'
import { assumeRoot } from './assume-root.js'
import { decodeAuthorizationMessage } from './decode-authorization-message.js'
import { getAccessKeyInfo } from './get-access-key-info.js'
import { getCallerIdentity } from './get-caller-identity.js'
import { stsNamespace, stsVersion } from './namespace.js'
import { getFederationToken, getSessionToken } from './own-sessions.js'
import type { StsRooms } from './rooms.js'

/** The service as the root of the origin mounts it. */
export const stsService = (rooms: StsRooms): QueryService<Caller> => ({
  name: 'sts',
  version: stsVersion,
  xmlns: stsNamespace,
  operations: {
    GetCallerIdentity: getCallerIdentity,
    AssumeRole: assumeRole(rooms),
    AssumeRoleWithSAML: assumeRoleWithSaml(rooms),
    AssumeRoleWithWebIdentity: assumeRoleWithWebIdentity(rooms),
    AssumeRoot: assumeRoot(rooms),
    GetSessionToken: getSessionToken(rooms),
    GetFederationToken: getFederationToken(rooms),
    GetAccessKeyInfo: getAccessKeyInfo(rooms),
    DecodeAuthorizationMessage: decodeAuthorizationMessage(rooms),
  },
})
