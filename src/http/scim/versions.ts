// Versions of resources as weak entity tags (RFC 7644 section 3.14), and the conditions that requests set on them.
import { createHash } from 'node:crypto'
import { ScimError } from './errors.js'
import type { Call } from './rooms.js'

/** Makes a version of whatever makes a difference. */
export const versionOf = (...parts: unknown[]): string => `W/"${createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 22)}"`

/** Whether a header names a version; weak and strong spellings mean the same here. */
function names(header: string, version: string): boolean {
  const bare = (tag: string): string => tag.trim().replace(/^W\//, '')
  return header.trim() === '*' || header.split(',').some((tag) => bare(tag) === bare(version))
}

/** Refuses a change of something that is not as whoever changes it thinks. */
export function checkMatch({ ifMatch }: Pick<Call, 'ifMatch'>, version: string): void {
  if (ifMatch !== undefined && !names(ifMatch, version)) throw new ScimError(412, 'It was changed since: the version is another one by now.')
}

/** True where whoever reads has it already. */
export const isKnown = ({ ifNoneMatch }: Pick<Call, 'ifNoneMatch'>, version: string): boolean => ifNoneMatch !== undefined && names(ifNoneMatch, version)
