// What a session of the console is opened with, for credentials that were made elsewhere.
import { assumedRoleArn, federatedUserArn, type Admission, type AssumedRole, type FederatedUser } from '../../domain/credentials/index.js'
import type { NewConsoleSession } from '../../domain/sessions/index.js'

/** Makes a session of what a token admits. */
export function consoleOf({ session, expiresAt }: Admission, { roleArn, destination }: { roleArn: string | undefined; destination: string }): NewConsoleSession {
  const { accessKeyId, tags, transitiveTagKeys, policies } = session
  const principal = session.principal as AssumedRole | FederatedUser
  return {
    ...(principal.kind === 'assumed-role' ? roleOf(principal, roleArn) : federatedOf(principal)),
    accountId: principal.accountId, accessKeyId, policies, tags, via: 'federation', expiresAt,
    ...(transitiveTagKeys && { transitiveTagKeys }),
    ...(destination.startsWith('/console') ? {} : { destination }),
  }
}

function roleOf(principal: AssumedRole, roleArn: string | undefined) {
  const { accountId, roleId, roleName, sessionName, permissionSet, userId, sourceIdentity, assumedBy, federation } = principal
  const arn = assumedRoleArn(principal)
  return {
    kind: 'role' as const, principal: userId === undefined ? `federated:${arn}` : `user:${userId}`, userName: sessionName, label: permissionSet?.name ?? roleName, arn,
    role: {
      id: roleId, name: roleName, arn: roleArn ?? `arn:aws:iam::${accountId}:role/${roleName}`, sessionName, ...(permissionSet && { permissionSet }), ...(assumedBy && { assumedBy }), ...(federation && { federation }),
    },
    ...(sourceIdentity !== undefined && { sourceIdentity }),
  }
}

const federatedOf = (principal: FederatedUser) => ({
  kind: 'federated-user' as const, principal: principal.iamUserId === undefined ? `federated:${federatedUserArn(principal)}` : `iam:${principal.iamUserId}`,
  userName: principal.name, label: principal.name, arn: federatedUserArn(principal),
})
