// What the console leaves in the trail: sessions that begin and end, and everything that is done in one.
import type { Context } from 'koa'
import type { ConsoleSession } from '../../domain/sessions/index.js'
import type { Trail } from '../../platform/audit/index.js'
import { originOf } from '../middleware/front.js'

/** What the event of a session says beside who has it. */
export interface AboutOpening {
  /** The address that a sign-in leads to. */
  loginTo?: string
  /** The ARN that acted before a role was switched to, and the address that this leads to. */
  switchFrom?: string
  redirectTo?: string
}

/** Says that a session began or ended. */
export async function recordSession(ctx: Context, session: ConsoleSession, eventName: 'ConsoleLogin' | 'ConsoleLogout' | 'SwitchRole', trail: Trail, about: AboutOpening = {}): Promise<void> {
  const common = { ...aboutSession(ctx, session), eventName, eventSource: 'signin.amazonaws.com', eventType: 'AwsConsoleSignIn', responseElements: { [eventName]: 'Success' } } as const
  await trail.record({ ...common, ...(eventName !== 'ConsoleLogout' && { additionalEventData: eventName === 'SwitchRole' ? switched(session, about) : loggedIn(session, about) }) })
}

const loggedIn = ({ mfaAt, mfaSerial, region }: ConsoleSession, { loginTo }: AboutOpening): Record<string, unknown> => ({
  ...(loginTo && { LoginTo: loginTo }), MobileVersion: 'No', MFAUsed: mfaAt === undefined ? 'No' : 'Yes', ...(mfaSerial && { MFAIdentifier: mfaSerial }), ...(region && { Region: region }),
})

const switched = ({ region }: ConsoleSession, { switchFrom, redirectTo }: AboutOpening): Record<string, unknown> => ({ SwitchFrom: switchFrom, RedirectTo: redirectTo, ...(region && { Region: region }) })

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
