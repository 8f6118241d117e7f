// Policies line by line: every action that a statement allows or denies, with where and when.
import type { Listed, StatementDocument } from '../policy/index.js'

/** One action of one statement. */
export interface PolicyLine {
  effect: 'Allow' | 'Deny'
  /** With `not`, everything but these. */
  action: string
  resources: string[]
  conditions: string[]
}

/** Spells the conditions of a statement, whatever their order. */
export const conditionsOf = ({ conditions }: StatementDocument): string[] => conditions.map(({ operator, key, values }) => `${key} ${operator} ${[...values].toSorted().join(', ')}`).toSorted()

/** Takes a statement apart, with what each line's action is in the statement's own words. */
export function linesIn(statement: StatementDocument): { line: PolicyLine; actions: Listed<string>; statement: StatementDocument }[] {
  const { effect, actions, resources } = statement
  const where = [...resources?.values ?? ['*']].toSorted().map((resource) => (resources?.not ? `not ${resource}` : resource))
  const conditions = conditionsOf(statement)
  const named = actions.not ? [{ action: `all but ${[...actions.values].toSorted().join(', ')}`, of: actions }] : actions.values.map((action) => ({ action, of: { not: false, values: [action] } }))
  return named.map(({ action, of }) => ({ line: { effect, action, resources: where, conditions }, actions: of, statement }))
}
