// What another boundary makes of what a permission set's policies allow: which of it falls, which comes back, which stays in
// part, and of which that depends on things that only a request has.
import { coversAction, coversResource, findManagedPolicy, meetsAction, meetsResource, parsePolicy, type Listed, type StatementDocument } from '../policy/index.js'
import { conditionsOf, type PolicyLine } from './policy-lines.js'

/** An allowance of which only a part is left, with the boundary's words for that part. */
export interface PartialLine extends PolicyLine {
  within: string[]
}

export interface BoundaryDifference {
  /** Allowances that are gone altogether. */
  falls: PolicyLine[]
  /** Those that were bounded, and are whole again. */
  returns: PolicyLine[]
  partial: PartialLine[]
  /** Those of which it cannot be known: conditions decide, or one boundary bounds them in one way and the other in another. */
  unclear: PolicyLine[]
  /** How many allowances are as they were. */
  unchanged: number
  /** Boundaries whose text differs from account to account; then nothing else is told. */
  unread: string[]
}

/** An allowance with the statement that it is in. */
export interface Allowance {
  line: PolicyLine
  actions: Listed<string>
  statement: StatementDocument
}

type Verdict = 'whole' | 'part' | 'none' | 'depends'

/** Compares what two boundaries leave of allowances; without a boundary, that is all. */
export function boundaryDifference(allowances: readonly Allowance[], before: string | undefined, after: string | undefined): BoundaryDifference {
  const [from, to] = [statementsOf(before), statementsOf(after)]
  const difference: BoundaryDifference = { falls: [], returns: [], partial: [], unclear: [], unchanged: 0, unread: [...(from ? [] : [before!]), ...(to ? [] : [after!])] }
  if (!from || !to) return difference
  for (const allowance of allowances) {
    const [was, is] = [verdictOf(allowance, from.bounds), verdictOf(allowance, to.bounds)]
    const { line } = allowance
    if (was === is && was !== 'part' && was !== 'depends') difference.unchanged += 1
    else if (is === 'none') difference.falls.push(line)
    else if (is === 'depends' || was === 'depends' || was === is) difference.unclear.push(line)
    else if (is === 'whole') difference.returns.push(line)
    else difference.partial.push({ ...line, within: withinOf(allowance, to.bounds!) })
  }
  return difference
}

/** Undefined where the text is not known here; without bounds where there is no boundary. */
function statementsOf(boundary: string | undefined): { bounds: readonly StatementDocument[] | undefined } | undefined {
  if (boundary === undefined) return { bounds: undefined }
  const document = findManagedPolicy(boundary)?.document
  const parsed = document === undefined ? undefined : parsePolicy(document, 'boundary').policy
  return parsed && { bounds: parsed.document.statements }
}

function verdictOf(allowance: Allowance, bounds: readonly StatementDocument[] | undefined): Verdict {
  if (!bounds) return 'whole'
  const met = bounds.filter((bound) => isMet(allowance, bound))
  const [allows, denies] = [met.filter(({ effect }) => effect === 'Allow'), met.filter(({ effect }) => effect === 'Deny')]
  if (allows.length === 0 || denies.some((bound) => isCovered(allowance, bound))) return 'none'
  if (denies.length === 0 && allows.some((bound) => isCovered(allowance, bound))) return 'whole'
  return met.some(({ conditions }) => conditions.length > 0) ? 'depends' : 'part'
}

/** The boundary's own words for what both allow. */
function withinOf(allowance: Allowance, bounds: readonly StatementDocument[]): string[] {
  const words = bounds.filter((bound) => bound.effect === 'Allow' && isMet(allowance, bound))
    .flatMap(({ actions: { not, values } }) => (not ? [`all but ${[...values].toSorted().join(', ')}`] : values.filter((value) => meetsActions(allowance.actions, { not: false, values: [value] }))))
  return [...new Set(words)]
}

const every = { not: false, values: ['*'] } as const

const isMet = ({ actions, statement }: Allowance, bound: StatementDocument): boolean => meetsActions(actions, bound.actions) && meetsListed(statement.resources ?? every, bound.resources ?? every, coversResource, meetsResource)

function isCovered({ line, actions, statement }: Allowance, bound: StatementDocument): boolean {
  return conditionsOf(bound).every((condition) => line.conditions.includes(condition))
    && coversListed(bound.actions, actions, coversAction, meetsAction) && coversListed(bound.resources ?? every, statement.resources ?? every, coversResource, meetsResource)
}

const meetsActions = (one: Listed<string>, other: Listed<string>): boolean => meetsListed(one, other, coversAction, meetsAction)

type Compare = (one: string, other: string) => boolean

/** Whether there may be something that is in both lists. */
function meetsListed(one: Listed<string>, other: Listed<string>, covers: Compare, meets: Compare): boolean {
  if (one.not && other.not) return true
  if (one.not) return meetsListed(other, one, covers, meets)
  return one.values.some((value) => (other.not ? !other.values.some((left) => covers(left, value)) : other.values.some((found) => meets(found, value))))
}

/** Whether all of the narrow list is certainly in the wide one. */
function coversListed(wide: Listed<string>, narrow: Listed<string>, covers: Compare, meets: Compare): boolean {
  if (narrow.not) return wide.not ? wide.values.every((left) => narrow.values.some((value) => covers(value, left))) : wide.values.some((value) => covers(value, '*'))
  return narrow.values.every((value) => (wide.not ? !wide.values.some((left) => meets(left, value)) : wide.values.some((found) => covers(found, value))))
}
