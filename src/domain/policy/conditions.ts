// Conditions, compiled: all of a statement's must hold, and each is one operator, one key and several values.
import type { ConditionDocument, PolicyVersion } from './document.js'
import { findOperator, type Comparison } from './operators.js'
import type { Question } from './request.js'
import { plainTemplate, readTemplate, type Template } from './templates.js'

export interface Condition {
  readonly operator: string
  readonly key: string
  readonly keyLower: string
  readonly isNull: boolean
  readonly set: 'all' | 'any' | undefined
  readonly ifExists: boolean
  readonly negated: boolean
  readonly comparisons: readonly Comparison[]
}

/** Compiles a condition that was found to be valid. */
export function compileCondition({ operator: written, key, values }: ConditionDocument, version: PolicyVersion): Condition {
  const { operator, set, ifExists } = findOperator(written)!
  const comparisons = values.map((value) => operator.compile(operator.takesVariables ? templateOf(value, version) : plainTemplate(value), value)!)
  return { operator: written, key, keyLower: key.toLowerCase(), isNull: operator.name === 'Null', set, ifExists, negated: operator.negated, comparisons }
}

/** Reads a value that was found to be valid. */
export function templateOf(value: string, version: PolicyVersion): Template {
  const template = version === '2012-10-17' ? readTemplate(value) : plainTemplate(value)
  return 'problem' in template ? plainTemplate(value) : template
}

/** Says whether a condition holds for a request, in a statement of this effect. */
export function holds(condition: Condition, question: Question, effect: 'Allow' | 'Deny'): boolean {
  const found = question.find(condition.keyLower)
  const isThere = found !== undefined && found.length + (typeof found === 'string' ? 1 : 0) > 0
  if (condition.isNull) return condition.comparisons.some((comparison) => comparison(String(!isThere), question.lookup))
  if (!isThere) return holdsForNothing(condition)
  const values = typeof found === 'string' ? [found] : found
  const { set } = condition
  if (set !== undefined && values.every((value) => value === '')) return set === 'all'
  const holdsFor = (value: string): boolean => says(condition, value, question, effect)
  // Without a set operator, several values count as one: it matches if any of them does.
  return set === 'any' || (set === undefined && !condition.negated) ? values.some(holdsFor) : values.every(holdsFor)
}

function holdsForNothing({ ifExists, set, negated }: Condition): boolean {
  if (ifExists || set === 'all') return true
  return set === 'any' ? false : negated
}

function says({ comparisons, negated }: Condition, value: string, question: Question, effect: 'Allow' | 'Deny'): boolean {
  let isOpen = false
  for (const comparison of comparisons) {
    const outcome = comparison(value, question.lookup)
    if (outcome === true) return !negated
    if (outcome === undefined) isOpen = true
  }
  // A variable without a value matches nothing. "Not equal to nothing" must not allow what was meant to be narrowed.
  return negated && !(isOpen && effect === 'Allow')
}
