// Whoever acts in a session of the console, as the APIs know callers.
import type { SessionPrincipal } from '../../../domain/credentials/index.js'
import type { ConsoleSession } from '../../../domain/sessions/index.js'
import type { Caller } from './caller.js'

/** Makes a caller of a console session. */
export function consoleCaller(session: ConsoleSession): Caller {
  const { id: sessionId, kind, accountId, arn, principal: behind, role, label, accessKeyId = '', tags = {}, transitiveTagKeys, policies = [], startedAt, expiresAt, mfaAt } = session
  const common = { accountId, arn, accessKeyId, tags, sessionId }
  const browser = { startedAt, mfaAt }
  if (kind === 'root') return { ...common, kind, userId: accountId, browser }
  const userId = behind.slice('iam:'.length)
  if (kind === 'iam-user') return { ...common, kind, userId, userName: label, browser }
  const iamUserId = behind.startsWith('iam:') ? userId : undefined
  const principal: SessionPrincipal = role ? assumed(session, role) : { kind: 'federated-user', accountId, name: label, iamUserId }
  return {
    ...common, kind: principal.kind, userId: role ? `${role.id}:${role.sessionName}` : `${accountId}:${label}`,
    session: { accessKeyId, principal, tags, transitiveTagKeys, policies, mfaAt, issuedAt: startedAt, expiresAt },
  }
}

const assumed = ({ accountId, principal, sourceIdentity }: ConsoleSession, { id, name, sessionName, permissionSet, assumedBy, federation }: NonNullable<ConsoleSession['role']>): SessionPrincipal => ({
  kind: 'assumed-role', accountId, roleName: name, roleId: id, sessionName, permissionSet, sourceIdentity, assumedBy, federation,
  userId: principal.startsWith('user:') ? principal.slice('user:'.length) : undefined,
})
