// Where a page of a JSON API ended, as clients bring it back: bound to the operation and to what was asked, so that a
// token from elsewhere is refused.
import { hash } from 'node:crypto'
import { invalid } from './members.js'

/** What a token belongs to. */
export interface TokenPlace {
  operation: string
  accountId: string
  /** The input without its paging. */
  filters: unknown
}

const markLength = 16

const markOf = ({ operation, accountId, filters }: TokenPlace, key: string): string =>
  hash('sha256', JSON.stringify([operation, accountId, filters, key]), 'base64url').slice(0, markLength)

/** Spells where a page ended. */
export const tokenOf = (place: TokenPlace, key: string): string => markOf(place, key) + Buffer.from(key).toString('base64url')

/** Reads where the page before ended; refuses a token that was not given for this. */
export function readToken(place: TokenPlace, token: string): string {
  const key = Buffer.from(token.slice(markLength), 'base64url').toString()
  if (tokenOf(place, key) !== token) throw invalid('1 validation error detected: NextToken is not one that was given for this')
  return key
}
