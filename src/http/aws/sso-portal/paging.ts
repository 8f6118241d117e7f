// Paging of lists: max_result from 1 to 100, next_token a place to go on from.
import { AwsError } from '../protocol/errors.js'
import type { Parameters } from '../protocol/request.js'

export interface Page {
  offset: number
  limit: number
  /** The answer's `nextToken`, unless the list ends with this page. */
  next(shown: number, total: number): { nextToken?: string }
}

/** Reads where a page begins and how long it may be. */
export function pageOf(parameters: Parameters): Page {
  const limit = whole(parameters.get('max_result') ?? '100', 'max_result')
  if (limit < 1 || limit > 100) throw new AwsError('InvalidRequestException', 400, 'The parameter max_result must be from 1 to 100.')
  const offset = offsetOf(parameters.get('next_token'))
  return { offset, limit, next: (shown, total) => (offset + shown < total ? { nextToken: Buffer.from(`o${offset + shown}`).toString('base64url') } : {}) }
}

function offsetOf(token: string | undefined): number {
  if (token === undefined || token === '') return 0
  const text = Buffer.from(token, 'base64url').toString('latin1')
  if (!/^o\d{1,7}$/.test(text)) throw new AwsError('InvalidRequestException', 400, 'The parameter next_token was not made by this service.')
  return Number(text.slice(1))
}

function whole(value: string, name: string): number {
  if (!/^\d{1,9}$/.test(value)) throw new AwsError('InvalidRequestException', 400, `The parameter ${name} must be a whole number.`)
  return Number(value)
}
