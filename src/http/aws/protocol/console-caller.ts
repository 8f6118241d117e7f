// Whoever acts in a session of the console, as the APIs know callers.
import type { ConsoleSession } from '../../../domain/sessions/index.js'
import type { Caller } from './caller.js'

/** Makes a caller of a console session; undefined for a federated user, who may do nothing of the kind. */
export function consoleCaller(session: ConsoleSession): Caller | undefined {
  const { kind, accountId, arn, principal, role, label, accessKeyId = '', tags = {}, policies = [], startedAt, expiresAt, mfaAt, sourceIdentity } = session
  const common = { accountId, arn, accessKeyId, tags, console: { startedAt, mfaAt } }
  if (kind === 'root') return { ...common, kind, userId: accountId }
  if (kind === 'iam-user') return { ...common, kind, userId: principal.slice('iam:'.length), userName: label }
  if (!role) return undefined
  const acting = {
    kind: 'assumed-role' as const, accountId, roleName: role.name, roleId: role.id, sessionName: role.sessionName, permissionSet: role.permissionSet, sourceIdentity,
    userId: principal.startsWith('user:') ? principal.slice('user:'.length) : undefined,
  }
  return {
    ...common, kind: 'assumed-role', userId: `${role.id}:${role.sessionName}`,
    session: { accessKeyId, secretAccessKey: '', principal: acting, tags, policies, issuedAt: startedAt, expiresAt },
  }
}
