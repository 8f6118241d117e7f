// What operations leave in the trail: the parameters and the answer in CloudTrail's spelling, without secrets.
import type { Context } from 'koa'
import { personBehind } from '../../../domain/credentials/index.js'
import type { AuditEvent, Trail } from '../../../platform/audit/index.js'
import { originOf } from '../../middleware/front.js'
import { identityOf, type Caller } from '../protocol/caller.js'
import { queryLanguage, translate } from '../protocol/errors.js'
import type { Parameters } from '../protocol/request.js'
import { spelledAnswer, spelledParameters } from '../protocol/spelling.js'
import type { XmlContent } from '../protocol/xml.js'
import { iamNamespace } from './namespace.js'

export interface Attempt {
  name: string
  parameters: Parameters
  caller: Caller
  ctx: Context
  trail: Trail
  /** What it changes, as far as it could be told before. */
  change?: AuditEvent['change']
}

/** Records what an operation did, or why it did not. */
export async function record({ name, parameters, caller, ctx, trail, change }: Attempt, { answer, error, readOnly = false }: { answer?: XmlContent | undefined; error?: unknown; readOnly?: boolean }): Promise<void> {
  const refused = error === undefined ? undefined : translate(error, queryLanguage(iamNamespace))
  await trail.record({
    eventName: name,
    eventSource: 'iam.amazonaws.com',
    eventType: 'AwsApiCall',
    origin: originOf(ctx),
    accountId: caller.accountId,
    ...(caller.session && { accessKeyId: caller.accessKeyId }),
    ...(personBehind(caller) !== undefined && { userId: personBehind(caller)! }),
    userIdentity: identityOf(caller),
    sessionId: caller.sessionId,
    ...(refused === undefined && { change }),
    requestParameters: spelledParameters(parameters),
    ...(answer !== undefined && { responseElements: spelledAnswer(answer) }),
    ...(refused && { errorCode: refused.code, errorMessage: refused.message, outcome: 'Failure' as const }),
    readOnly,
  })
}
