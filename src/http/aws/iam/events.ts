// What operations leave in the trail: the parameters and the answer in CloudTrail's spelling, without secrets.
import type { Context } from 'koa'
import type { AuditEvent, Trail } from '../../../platform/audit/index.js'
import type { Caller } from '../protocol/caller.js'
import { queryLanguage } from '../protocol/errors.js'
import { recordAttempt } from '../protocol/operation.js'
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
export async function record({ parameters, change, ...attempt }: Attempt, { answer, error, readOnly = false }: { answer?: XmlContent | undefined; error?: unknown; readOnly?: boolean }): Promise<void> {
  await recordAttempt(
    { ...attempt, source: 'iam.amazonaws.com', language: queryLanguage(iamNamespace), requestParameters: spelledParameters(parameters) },
    { error, readOnly, more: { ...(error === undefined && { change }), ...(answer !== undefined && { responseElements: spelledAnswer(answer) }) } },
  )
}
