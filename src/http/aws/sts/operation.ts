// How every operation goes: its parameters are read, it runs, and what came of it goes into the trail.
import type { Context } from 'koa'
import { barred, personBehind, type TemporaryCredentials } from '../../../domain/credentials/index.js'
import type { AuditEvent, Trail } from '../../../platform/audit/index.js'
import { Refusal, type RefusalCode } from '../../../platform/errors.js'
import { originOf } from '../../middleware/front.js'
import { identityOf, type Caller } from '../protocol/caller.js'
import { AwsError, queryLanguage, translate } from '../protocol/errors.js'
import { readInput, type Input, type Shape } from '../protocol/fields.js'
import type { Parameters } from '../protocol/request.js'
import type { QueryOperation, UnsignedQueryOperation } from '../protocol/root.js'
import { spelledParameters } from '../protocol/spelling.js'
import type { XmlContent } from '../protocol/xml.js'
import { stsNamespace } from './namespace.js'

/** What an operation answers, and what its event says beside what all events say. */
export interface Outcome {
  answer: XmlContent
  event?: Partial<AuditEvent>
}

interface Definition<S extends Shape, Who> {
  input: S
  readOnly?: boolean
  run(call: { input: Input<S>; ctx: Context } & Who): Outcome | Promise<Outcome>
}

/** Makes an operation of whoever signs. */
export function operation<S extends Shape>(name: string, trail: Trail, { input: shape, readOnly = false, run }: Definition<S, { caller: Caller }>): QueryOperation<Caller> {
  return {
    run: ({ parameters, caller, ctx }) => {
      const whose = { userIdentity: identityOf(caller), accountId: caller.accountId, accessKeyId: caller.accessKeyId }
      const person = personBehind(caller)
      const event = { ...eventOf(name, parameters, ctx, readOnly), ...whose, ...(person !== undefined && { userId: person }) }
      return recorded(trail, event, () => {
        if (barred(caller, `sts:${name}`)) throw new AwsError('AccessDenied', 403, `Cannot call ${name} with session credentials`)
        return run({ input: readInput(shape, parameters), caller, ctx })
      })
    },
  }
}

/** Makes an operation that takes no signature. */
export function unsignedOperation<S extends Shape>(name: string, { trail, isWorthRecording }: UnsignedRooms, { input: shape, readOnly = false, run }: Definition<S, object>): UnsignedQueryOperation {
  return {
    isUnsigned: true,
    run: ({ parameters, ctx }) => recorded(trail, eventOf(name, parameters, ctx, readOnly), () => run({ input: readInput(shape, parameters), ctx }), () => isWorthRecording(ctx)),
  }
}

interface UnsignedRooms {
  trail: Trail
  /** False for failures of which there are many: nobody has to sign these requests. */
  isWorthRecording: (ctx: Context) => Promise<boolean>
}

const eventOf = (name: string, parameters: Parameters, ctx: Context, readOnly: boolean): AuditEvent => ({
  eventName: name, eventSource: 'sts.amazonaws.com', eventType: 'AwsApiCall', origin: originOf(ctx), requestParameters: spelledParameters(parameters), readOnly,
})

async function recorded(trail: Trail, event: AuditEvent, run: () => Outcome | Promise<Outcome>, isWorth: () => Promise<boolean> = async () => true): Promise<XmlContent> {
  try {
    const { answer, event: more } = await run()
    await trail.record({ ...event, ...more })
    return answer
  } catch (thrown) {
    const error = renamed(thrown)
    const { code, message, fault } = translate(error, queryLanguage(stsNamespace))
    // While the store does not answer, there is nothing to write it into.
    if (fault === 'Sender' && await isWorth()) await trail.record({ ...event, ...(error instanceof Refused && error.event), errorCode: code, errorMessage: message, outcome: 'Failure' })
    throw error
  }
}

/** A refusal whose event says more. */
export class Refused extends AwsError {
  constructor(code: string, status: number, message: string, readonly event: Partial<AuditEvent> = {}) {
    super(code, status, message)
  }
}

/** What this service calls some refusals, where others have other words. */
const names: Partial<Record<RefusalCode, readonly [code: string, status: number]>> = {
  'limit-exceeded': ['PackedPolicyTooLarge', 400],
  conflict: ['InvalidParameterValue', 400],
}

function renamed(thrown: unknown): unknown {
  const name = thrown instanceof Refusal ? names[thrown.code] : undefined
  return name ? new AwsError(...name, (thrown as Refusal).message) : thrown
}

/** Spells temporary credentials. */
export const credentialsOf = ({ accessKeyId, secretAccessKey, sessionToken, expiration }: TemporaryCredentials): XmlContent =>
  ({ AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, SessionToken: sessionToken, Expiration: `${new Date(expiration).toISOString().slice(0, 19)}Z` })

/** Spells them for the trail, where a token has no place. */
export const issuedOf = ({ accessKeyId, expiration }: TemporaryCredentials): Record<string, string> => ({ accessKeyId, expiration: expirationOf(expiration) })

/** Such as `Jul 18, 2023, 4:07:39 PM`. */
function expirationOf(time: number): string {
  return new Intl.DateTimeFormat('en-US', { dateStyle: 'medium', timeStyle: 'medium', timeZone: 'UTC' }).format(time).replaceAll('\u202f', ' ')
}
