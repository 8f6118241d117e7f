// What is somebody's own, in the console: root users and IAM users have credentials here, roles have none.
import { iamUserPrincipal, rootPrincipal } from '../../domain/authentication/index.js'
import type { KeyOwner } from '../../domain/accounts/index.js'
import type { DecidingStatement } from '../../domain/policy/index.js'
import { Refusal } from '../../platform/errors.js'
import type { Executor } from '../../platform/storage/database.js'
import type { ConsoleNotice, ConsoleOptions } from './options.js'
import type { ConsolePage, ConsoleVisit } from './visit.js'

/** Whose credentials a page is about: those of whoever has the session. */
export interface Own {
  principal: string
  /** The id that revocations know: `AIDA…`, or the account's. */
  subject: string
  arn: string
  userName: string
  owner: KeyOwner
  isRoot: boolean
}

/** Says whose the credentials of a session are; refuses roles. */
export function ownOf({ session: { kind, principal, accountId, arn, userName, label } }: Pick<ConsoleVisit, 'session'>): Own {
  const id = principal.slice(principal.indexOf(':') + 1)
  if (kind === 'root') return { principal: rootPrincipal(accountId), subject: accountId, arn, userName, owner: { accountId }, isRoot: true }
  if (kind === 'iam-user') return { principal: iamUserPrincipal(id), subject: id, arn, userName: label, owner: { accountId, userId: id }, isRoot: false }
  throw new Refusal('forbidden', 'Only root users and users of the account have credentials of their own here.')
}

/** A page for whoever has credentials of their own. */
export const withOwn = (page: (visit: ConsoleVisit, own: Own) => Promise<void>): ConsolePage => (visit) => page(visit, ownOf(visit))

/** Everybody protects themselves by devices; only a policy that denies it keeps somebody from it. */
export async function checkOwnDevices(visit: ConsoleVisit, { arn }: Own, action: 'EnableMFADevice' | 'DeactivateMFADevice'): Promise<void> {
  const { reason, by } = await visit.decide({ action: `iam:${action}`, resource: arn })
  if (reason === 'explicit-deny') throw new Refusal('forbidden', `A policy keeps you from this: ${spell(by)}`)
}

const spell = (by: DecidingStatement | undefined): string => (by ? `${by.policy}${by.sid ? ` (${by.sid})` : ''}.` : 'it denies it.')

/** Tells a root user by mail of what was changed; users of an account have no address that is known here. */
export async function tellOwner(tx: Executor, { ctx, session }: ConsoleVisit, { isRoot }: Pick<Own, 'isRoot'>, notice: ConsoleNotice, { notifyRoot }: ConsoleOptions): Promise<void> {
  if (isRoot) await notifyRoot(ctx, session.accountId, notice, tx)
}

/** Ends every other session of whoever has this one; this one goes on as if it began now. */
export async function endOthers(visit: ConsoleVisit, { subject }: Own, options: ConsoleOptions): Promise<void> {
  const now = options.clock()
  await options.endSessions(subject, now - 1)
  await options.sessions.update(visit.secret, { ...visit.session, startedAt: now })
}
