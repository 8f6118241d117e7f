// A plan and a list of faults as text for a terminal.
import type { Fault } from '../../platform/errors.js'
import type { Action, Change } from './change.js'

const signs: Record<Action, string> = { create: '+', update: '~', delete: '-' }

const clean = (text: string): string => text.replace(/\p{Cc}/gu, ' ')

const line = (change: Change): string => clean([`${signs[change.action]} ${change.kind} ${change.name}`, ...change.details].join('  '))

/** Says how many things are created, updated and deleted. */
export function summarize(changes: readonly Change[]): string {
  if (changes.length === 0) return 'Nothing to change: the organization is as the file says.'
  const count = (action: Action): number => changes.filter((change) => change.action === action).length
  return `${count('create')} to create, ${count('update')} to update, ${count('delete')} to delete.`
}

/** Prints a plan, one line a change and a summary. */
export const printPlan = (changes: readonly Change[]): string => [...changes.map(line), summarize(changes), ''].join('\n')

/** Prints faults as `file.yaml:12: users[2].email: must be …`. */
export function printFaults(fileName: string, faults: readonly Fault[]): string {
  return faults.map((fault) => clean([`${fileName}${fault.line === undefined ? '' : `:${fault.line}`}`, ...(fault.path ? [fault.path] : []), fault.message].join(': ')) + '\n').join('')
}
