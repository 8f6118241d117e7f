// Policy documents that are to be kept: read first, and refused with what is wrong and how to mend it.
import { parsePolicy, sizeOf, type Policy, type PolicyKind } from '../../../domain/policy/index.js'
import { Refusal } from '../../../platform/errors.js'

/** Checks a document of one kind; `largest` is for those that are limited one by one. */
export function checkDocument(document: string, kind: PolicyKind, largest?: number): Policy {
  if (largest !== undefined && sizeOf(document) > largest) throw new Refusal('limit-exceeded', `The document can have at most ${largest} characters, white space aside.`)
  const { policy, faults } = parsePolicy(document, kind)
  if (policy) return policy
  const [first] = faults
  const place = [first?.path, first?.line === undefined ? undefined : `line ${first.line}`].filter(Boolean).join(', ')
  throw new Refusal('policy-malformed', first ? `${place ? `${place}: ` : ''}${first.problem} ${first.mend}` : 'The document is no policy.')
}
