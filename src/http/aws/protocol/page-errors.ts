// What the wire refuses, in the words of the house, for pages that run the same operations.
import { Refusal, type Fault, type RefusalCode } from '../../../platform/errors.js'
import { AwsError } from './errors.js'

/** Runs an operation for a page. */
export async function inWordsOfPages<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    throw error instanceof AwsError ? refusalOf(error) : error
  }
}

const codes: Readonly<Record<number, RefusalCode>> = { 403: 'forbidden', 404: 'not-found', 409: 'conflict' }
/** JSON services answer all of these with the same status. */
const names: Readonly<Record<string, RefusalCode>> = { ResourceNotFoundException: 'not-found', AccountNotFoundException: 'not-found', ConflictException: 'conflict', AccessDeniedException: 'forbidden', ServiceQuotaExceededException: 'limit-exceeded' }

/** Sentences of the wire that name a kind of thing in its capitals. */
const missing: Readonly<Record<string, string>> = {
  'USER not found.': 'There is no such user. Somebody may have deleted them.', 'GROUP not found.': 'There is no such group. Somebody may have deleted it.', 'GROUP_MEMBERSHIP not found.': 'They are not in the group any more.',
}

function refusalOf(error: AwsError): Refusal {
  if (error.code === 'AccessDenied' && error.message.startsWith('User: ')) return new Refusal('forbidden', `You may not do this. ${error.message.replace(/^User: \S+ is not authorized to perform: (\S+) on resource: (\S+).*$/s, 'It needs $1 on $2.')}`, { cause: error })
  const sentence = Object.hasOwn(missing, error.message) ? missing[error.message] : undefined
  if (sentence !== undefined) return new Refusal('not-found', sentence, { cause: error })
  const faults = /^Validation(Error|Exception)$/.test(error.code) ? faultsIn(error.message) : []
  return new Refusal(names[error.code] ?? codes[error.status] ?? 'invalid-input', faults.length > 0 ? 'Something in the form needs another look.' : error.message, { cause: error, faults })
}

/** One fault for each parameter that was named, under its name. */
const faultsIn = (message: string): Fault[] => message.replace(/^\d+ validation errors? detected: /, '').split('; ').flatMap((problem) => {
  const [, path, within, rest] = /^(\w+)([.[]\S+)? (.+)$/s.exec(problem) ?? []
  return path && rest ? [{ path, ...(within && { within }), message: `This ${rest}.` }] : []
})
