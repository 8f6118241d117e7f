// What the operations of all services have in common: what they are about is found, and the caller's policies are asked
// before anything else is told or done.
import type { Context } from 'koa'
import { personBehind } from '../../../domain/credentials/index.js'
import type { Administering } from '../../../domain/requests/index.js'
import { Refusal } from '../../../platform/errors.js'
import type { AuditEvent, Trail } from '../../../platform/audit/index.js'
import { originOf } from '../../middleware/front.js'
import { identityOf, type Caller } from './caller.js'
import { translate, type Language } from './errors.js'
import type { Permissions } from './permissions.js'

export type ConditionValues = Record<string, string | readonly string[]>

/** The condition keys of tags that a request gives. */
export const requestTags = (tags: Readonly<Record<string, string>>): ConditionValues => (Object.keys(tags).length === 0 ? {} : {
  ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:RequestTag/${key}`, value])),
  'aws:TagKeys': Object.keys(tags),
})

/** The condition keys of tags that something has. */
export const resourceTags = (tags: Readonly<Record<string, string>>): ConditionValues => Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:ResourceTag/${key}`, value]))

/** What an operation is about. */
export interface Target<Found> {
  /** What the policies are asked about; what is not there has the ARN that it would have. */
  arn: string
  /** What they are asked about beside it, all of which they have to allow. */
  also?: readonly string[]
  /** Undefined where it is not there. */
  found: Found | undefined
  /** What to say where it is not there. */
  missing?: string
  /** The same in a service's own words. */
  refusal?: Error
  /** Condition keys that come from what it is. */
  context?: ConditionValues
}

/** Asks whether the caller may, and refuses what is not there only to those who may. */
export async function permit<Found>(permissions: Permissions, { caller, ctx, action, target, context }: { caller: Caller; ctx: Context; action: string; target: Target<Found>; context?: ConditionValues | undefined }): Promise<void> {
  await permissions.checkEach(caller, [target.arn, ...target.also ?? []].map((resource) => ({ action, resource, context: { ...target.context, ...context } })), ctx)
  requireFound(target)
}

/** Refuses what is not there. */
export function requireFound({ found, missing, refusal }: Target<unknown>): void {
  if (found !== undefined) return
  if (refusal) throw refusal
  if (missing !== undefined) throw new Refusal('not-found', missing)
}

/** What was tried, by whom. */
export interface Attempt {
  name: string
  /** Such as `iam.amazonaws.com`. */
  source: string
  caller: Caller
  ctx: Context
  trail: Trail
  language: Language
  requestParameters: Record<string, unknown>
}

/** Says in an event who did something, in which session and from where. */
export function attributionOf(caller: Caller, ctx: Context): Pick<AuditEvent, 'origin' | 'accountId' | 'accessKeyId' | 'userId' | 'userIdentity' | 'sessionId'> {
  const person = personBehind(caller)
  return {
    origin: originOf(ctx), accountId: caller.accountId, ...(caller.session && { accessKeyId: caller.accessKeyId }), ...(person !== undefined && { userId: person }), userIdentity: identityOf(caller), sessionId: caller.sessionId,
  }
}

/** What people know a caller by. */
export const nameOf = ({ kind, userName, arn }: Caller): string => (kind === 'root' ? 'the root user' : userName ?? arn.split('/').at(-1)!)

/** Who administers, as steps know it that leave their own events. */
export function administering({ caller, ctx }: { caller: Caller; ctx: Context }): Administering {
  return { userIdentity: identityOf(caller), userId: personBehind(caller), sessionId: caller.sessionId, origin: originOf(ctx), name: nameOf(caller) }
}

interface Result {
  error?: unknown
  readOnly?: boolean
  /** What the event says beside. */
  more?: Partial<AuditEvent>
}

/** Records what an operation did, or why it did not. */
export async function recordAttempt({ name, source, caller, ctx, trail, language, requestParameters }: Attempt, { error, readOnly = false, more }: Result): Promise<void> {
  const refused = error === undefined ? undefined : translate(error, language)
  await trail.record({
    eventName: name,
    eventSource: source,
    eventType: 'AwsApiCall',
    ...attributionOf(caller, ctx),
    requestParameters,
    ...more,
    ...(refused && { errorCode: refused.code, errorMessage: refused.message, outcome: 'Failure' as const }),
    readOnly,
  })
}
