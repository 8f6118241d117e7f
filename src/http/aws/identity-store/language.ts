// How the Identity Store says no: in JSON 1.1, with the request's id and what it is about.
import { AwsError, json11Language, type Language } from '../protocol/errors.js'
import { Refusal } from '../../../platform/errors.js'

export const identityStoreLanguage: Language = {
  ...json11Language,
  write: ({ code, status, message, fault, members }, requestId) => json11Language.write(new AwsError(code, status, message, fault, { ...members, RequestId: requestId }), requestId),
}

export type ResourceType = 'IDENTITY_STORE' | 'USER' | 'GROUP' | 'GROUP_MEMBERSHIP'

/** The refusal of something that is not there. */
export const missing = (type: ResourceType, id: string, message = `${type} not found.`): AwsError =>
  new AwsError('ResourceNotFoundException', 400, message, 'Sender', { ResourceType: type, ...(id !== '' && { ResourceId: id }) })

/** The refusal of what something else has already. */
export const unique = (message: string): AwsError => new AwsError('ConflictException', 400, message, 'Sender', { Reason: 'UNIQUENESS_CONSTRAINT_VIOLATION' })

/** Runs what may meet something that is unique already, and says so as clients expect it. */
export async function uniquely<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work
  } catch (error) {
    if (error instanceof Refusal && error.code === 'conflict') throw unique(error.message)
    throw error
  }
}
