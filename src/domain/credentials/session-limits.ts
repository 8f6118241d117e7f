// What a session may be given: tags, session policies and a life, each within its limits.
import { deflateRawSync } from 'node:zlib'
import { parsePolicy, policyLimits } from '../policy/index.js'
import { Refusal } from '../../platform/errors.js'

export interface SessionTags {
  tags: Record<string, string>
  transitiveTagKeys: string[]
}

/** Tags as a request has them: in a list, where a key may come twice. */
export type TagList = readonly { key: string; value: string }[]

export const shortestSession = 900
/** Seconds that a role lasts where nobody says how long, and at most when a role assumes it. */
export const usualSession = 3600
/** Seconds that a role lasts at most, whatever it says of itself. */
export const longestRoleSession = 43_200
/** Seconds that credentials of a user last where nobody says how long. */
export const usualUserSession = 43_200

const mostTags = 50
/** Bytes of a session's policies and tags in their packed form, so that the token stays short enough for a header. */
const mostPacked = 4096

const fold = (key: string): string => key.toLowerCase()

/** Puts the tags that are asked for over those that pass on from the session before; a key that passes on cannot be set anew. */
export function sessionTagsOf(asked: TagList, transitiveKeys: readonly string[], inherited: Readonly<Record<string, string>> = {}): SessionTags {
  const folded = new Set(asked.map(({ key }) => fold(key)))
  if (folded.size < asked.length) throw new Refusal('conflict', 'Duplicate tag keys found. Keys that differ in case only are the same.')
  const overridden = Object.keys(inherited).find((key) => folded.has(fold(key)))
  if (overridden !== undefined) throw new Refusal('conflict', `The tag key ${overridden} is transitive in the calling session, and cannot be set again.`)
  const own = new Map(asked.map(({ key }) => [fold(key), key]))
  const unknown = transitiveKeys.find((key) => !own.has(fold(key)) && !Object.keys(inherited).some((one) => fold(one) === fold(key)))
  if (unknown !== undefined) throw new Refusal('conflict', `The transitive tag key ${unknown} is not one of the tags of the request.`)
  const tags = Object.fromEntries([...Object.entries(inherited), ...asked.map(({ key, value }) => [key, value] as const)])
  if (Object.keys(tags).length > mostTags) throw new Refusal('conflict', `A session has at most ${mostTags} tags.`)
  return { tags, transitiveTagKeys: [...new Set([...Object.keys(inherited), ...transitiveKeys.flatMap((key) => own.get(fold(key)) ?? [])])] }
}

/** The tags that a session hands on to those made from it. */
export function transitiveTagsOf({ tags, transitiveTagKeys = [] }: { tags: Readonly<Record<string, string>>; transitiveTagKeys?: string[] | undefined }): Record<string, string> {
  return Object.fromEntries(Object.entries(tags).filter(([key]) => transitiveTagKeys.includes(key)))
}

/** Session policies as a request has them. */
export interface AskedPolicies {
  document?: string | undefined
  arns: readonly string[]
}

/** Checks session policies and returns them as a token keeps them: a document without white space, and ARNs. */
export function sessionPoliciesOf({ document, arns }: AskedPolicies): string[] {
  const plain = (document?.length ?? 0) + arns.reduce((sum, arn) => sum + arn.length, 0)
  if (plain > policyLimits.session) throw new Refusal('limit-exceeded', `The session policies have ${plain} characters together; they may have ${policyLimits.session}.`)
  if (document === undefined) return [...arns]
  const { policy, faults } = parsePolicy(document, 'session')
  if (!policy) {
    const { path, problem, mend } = faults[0]!
    throw new Refusal('policy-malformed', `The session policy cannot be used. ${path ? `${path}: ` : ''}${problem} ${mend}`)
  }
  return [JSON.stringify(JSON.parse(document)), ...arns]
}

/** Says how much of what a token has room for is taken, in percent; undefined where there is nothing. */
export function packedSizeOf({ policies, tags }: { policies: readonly string[]; tags: Readonly<Record<string, string>> }): number | undefined {
  if (policies.length === 0 && Object.keys(tags).length === 0) return undefined
  const packed = deflateRawSync(JSON.stringify([policies, Object.entries(tags)])).length
  const percent = Math.ceil((packed * 100) / mostPacked)
  if (percent > 100) throw new Refusal('limit-exceeded', `The session's policies and tags take ${percent} percent of the room that there is for them.`)
  return percent
}

/** Checks how long a role is asked for. */
export function roleDurationOf(asked: number | undefined, { maxSessionDuration }: { maxSessionDuration: number }, isChained: boolean): number {
  const seconds = asked ?? usualSession
  if (isChained && seconds > usualSession) throw new Refusal('invalid-input', 'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.')
  if (seconds > maxSessionDuration) throw new Refusal('invalid-input', 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.')
  return seconds
}
