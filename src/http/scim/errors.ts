// How SCIM says no (RFC 7644 section 3.12): every refusal of the house in its words, once.
import { Refusal, type RefusalCode } from '../../platform/errors.js'
import type { Log } from '../../platform/log.js'
import { logError } from '../middleware/errors.js'
import { urns } from './schema.js'

export type ScimType = 'invalidFilter' | 'tooMany' | 'uniqueness' | 'mutability' | 'invalidSyntax' | 'invalidPath' | 'noTarget' | 'invalidValue' | 'invalidVers' | 'sensitive' | 'invalidCursor' | 'expiredCursor' | 'invalidCount'

/** A refusal in SCIM's own words. */
export class ScimError extends Error {
  constructor(readonly status: number, detail: string, readonly scimType?: ScimType, readonly retryAfter?: number) {
    super(detail)
    this.name = 'ScimError'
  }
}

export const invalid = (scimType: ScimType, detail: string): ScimError => new ScimError(400, detail, scimType)

const statuses: Record<RefusalCode, readonly [status: number, scimType?: ScimType]> = {
  'invalid-input': [400, 'invalidValue'],
  'too-large': [413],
  'not-found': [404],
  conflict: [409, 'uniqueness'],
  'in-use': [409],
  'limit-exceeded': [409],
  'policy-malformed': [400, 'invalidValue'],
  forbidden: [403],
  'forged-request': [403],
  'wrong-host': [421],
  'wrong-step': [409],
  'not-signed-in': [401],
  'credentials-wrong': [401],
  'password-unacceptable': [400, 'invalidValue'],
  expired: [410],
  'already-used': [410],
  'too-many-attempts': [429],
  busy: [503],
  unavailable: [503],
}

/** Says what was thrown as SCIM does; undefined for what is our own fault. */
export function errorOf(error: unknown): ScimError | undefined {
  if (error instanceof ScimError) return error
  if (!(error instanceof Refusal)) return undefined
  const [status, scimType] = statuses[error.code]
  return new ScimError(status, error.message, scimType, error.retryAfter)
}

/** Says whatever was thrown; our own faults are logged under the request's reference. */
export function saidOf(error: unknown, requestId: string, log: Log): ScimError {
  const refused = errorOf(error)
  if (!refused || refused.status >= 500) logError(log, requestId, error)
  return refused ?? new ScimError(500, `Something went wrong on our side. Its reference is ${requestId}.`)
}

/** The body of an error; the status is text there. */
export const errorBody = ({ status, message, scimType }: ScimError): Record<string, unknown> => ({ schemas: [urns.error], status: String(status), ...(scimType && { scimType }), detail: message })

/** Runs work in which whatever cannot be used is of one kind, such as a filter. */
export async function meaning<Result>(scimType: ScimType, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    throw error instanceof Refusal && error.code === 'invalid-input' ? invalid(scimType, error.message) : error
  }
}
