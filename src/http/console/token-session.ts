// What a session token says, as a session of the console: for roles that are switched to, and for whoever signs in with
// temporary credentials.
import type { TokenContent } from '../../domain/credentials/index.js'
import { assumedRoleArn, federatedUserArn } from '../../domain/credentials/index.js'
import type { NewConsoleSession } from '../../domain/sessions/index.js'

/** What the token does not say. */
export type BesideToken = Pick<NewConsoleSession, 'via'> & Partial<Pick<NewConsoleSession, 'principal' | 'userName' | 'mfaAt' | 'expiresAt' | 'destination' | 'region'>> & {
  /** The ARN of the role, with its path. */
  roleArn?: string
}

/** Makes a session of a token's content; undefined for credentials of users, which open none. */
export function tokenSession(content: Readonly<TokenContent>, { roleArn, ...beside }: BesideToken): NewConsoleSession | undefined {
  const { principal, accessKeyId, tags, transitiveTagKeys, policies, mfaAt, expiresAt } = content
  const common = { accessKeyId, tags, policies, expiresAt, ...(transitiveTagKeys && { transitiveTagKeys }), ...(mfaAt !== undefined && { mfaAt }) }
  if (principal.kind === 'federated-user') {
    const { accountId, name, iamUserId } = principal
    return { ...common, kind: 'federated-user', accountId, label: name, userName: name, principal: iamUserId === undefined ? `root:${accountId}` : `iam:${iamUserId}`, arn: federatedUserArn(principal), ...beside }
  }
  if (principal.kind !== 'assumed-role') return undefined
  const { accountId, roleId, roleName, sessionName, permissionSet, userId, sourceIdentity, assumedBy, federation } = principal
  return {
    ...common, kind: 'role', accountId, label: permissionSet?.name ?? roleName, userName: sessionName, principal: userId === undefined ? `session:${accessKeyId}` : `user:${userId}`, arn: assumedRoleArn(principal),
    role: {
      id: roleId, name: roleName, arn: roleArn ?? `arn:aws:iam::${accountId}:role/${roleName}`, sessionName,
      ...(permissionSet && { permissionSet }), ...(assumedBy && { assumedBy }), ...(federation && { federation }),
    },
    ...(sourceIdentity !== undefined && { sourceIdentity }), ...beside,
  }
}
