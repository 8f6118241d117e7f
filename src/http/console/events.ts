// What the console leaves in the trail: sessions that begin and end, and everything that is done in one.
import type { Context } from 'koa'
import type { ConsoleSession } from '../../domain/sessions/index.js'
import type { Trail } from '../../platform/audit/index.js'
import { originOf } from '../middleware/front.js'

/** Says that a session began or ended. */
export async function recordSession(ctx: Context, session: ConsoleSession, eventName: 'ConsoleLogin' | 'ConsoleLogout' | 'SwitchRole', trail: Trail, loginTo?: string): Promise<void> {
  const common = { ...aboutSession(ctx, session), eventName, eventSource: 'signin.amazonaws.com', eventType: 'AwsConsoleSignIn', responseElements: { [eventName]: 'Success' } } as const
  const more = eventName === 'ConsoleLogin' ? { MobileVersion: 'No', MFAUsed: session.mfaAt === undefined ? 'No' : 'Yes', ...(session.region && { Region: session.region }), ...(loginTo && { LoginTo: loginTo }) } : undefined
  await trail.record({ ...common, ...(more && { additionalEventData: more }) })
}

/** What the events of a session have in common. */
export const aboutSession = (ctx: Context, session: ConsoleSession) => ({
  origin: originOf(ctx), accountId: session.accountId, userIdentity: identityOf(session), sessionId: session.id,
  ...(session.accessKeyId && { accessKeyId: session.accessKeyId }),
  ...(session.principal.startsWith('user:') && { userId: session.principal.slice('user:'.length) }),
})

/** Spells who acts in a session as the events of the trail do. */
export function identityOf(session: ConsoleSession): Record<string, unknown> {
  const { kind, arn, accountId, userName, principal, role, accessKeyId } = session
  const common = { arn, accountId, ...(accessKeyId && { accessKeyId }) }
  const attributes = { creationDate: new Date(session.startedAt).toISOString(), mfaAuthenticated: String(session.mfaAt !== undefined) }
  if (kind === 'root') return { type: 'Root', principalId: accountId, ...common, sessionContext: { attributes } }
  if (kind === 'iam-user') return { type: 'IAMUser', principalId: principal.slice('iam:'.length), ...common, userName, sessionContext: { attributes } }
  if (!role) return { type: 'FederatedUser', principalId: `${accountId}:${session.label}`, ...common, sessionContext: { attributes } }
  return {
    type: 'AssumedRole', principalId: `${role.id}:${role.sessionName}`, ...common,
    sessionContext: { sessionIssuer: { type: 'Role', principalId: role.id, arn: role.arn, accountId, userName: role.name }, webIdFederationData: {}, attributes },
  }
}
