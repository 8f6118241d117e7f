// What zod found, in sentences of our own: one fault for each thing to mend, completing its path.
import type { z } from 'zod'
import type { Fault } from '../../platform/errors.js'
import { spellPath, type Path } from './plain-tree.js'

const kinds: Record<string, string> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map',
  record: 'a map',
}

/** Words for the issues that no schema words itself. */
export const wording: z.core.$ZodErrorMap = (issue) => {
  if (issue.code !== 'invalid_type') return undefined
  if (issue.input === undefined) return 'is required'
  const expected = kinds[issue.expected] ?? issue.expected
  return issue.expected === 'string' && typeof issue.input === 'number' ? 'must be text: put it in quotes' : `must be ${expected}`
}

/** Turns zod's issues into faults; an unknown key is named by its own path. */
export function faultsOf(issues: readonly z.core.$ZodIssue[], lineOf: (path: Path) => number): Fault[] {
  return issues.flatMap((issue) => {
    const fault = (path: Path, message: string): Fault => ({ path: spellPath(path), message, line: lineOf(path) })
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => fault([...issue.path, key], 'is not known here'))
    return [fault(issue.path, issue.message)]
  })
}
