// What two versions of a permission set's policies differ in: every action that a statement allows or denies, with where
// and when. It compares what is written and does not weigh statements against each other: a wider one beside it may make a
// difference that is told here mean nothing.
import { findManagedPolicy, parsePolicy } from '../policy/index.js'
import { boundaryDifference, type Allowance, type BoundaryDifference } from './boundary-difference.js'
import { linesIn, type PolicyLine } from './policy-lines.js'

/** The policies of a permission set. */
export interface PolicyHolding {
  managedPolicies: readonly string[]
  inlinePolicy?: Record<string, unknown> | undefined
  permissionsBoundary?: string | undefined
}

export interface PolicyDifference {
  /** What is allowed more: new allowances, and denials that are gone. */
  wider: PolicyLine[]
  narrower: PolicyLine[]
  /** True where the boundary changes, which bounds all of it. */
  boundaryChanges: boolean
  /** What another boundary makes of the allowances that stay. */
  boundary?: BoundaryDifference
  /** ARNs of policies that are not in the catalogue, and whose text differs from account to account. */
  unread: string[]
}

/** Compares. */
export function policyDifference(before: PolicyHolding, after: PolicyHolding): PolicyDifference {
  const [from, to] = [linesOf(before), linesOf(after)]
  const come = [...to.lines].filter(([key]) => !from.lines.has(key)).map(([, { line }]) => line)
  const gone = [...from.lines].filter(([key]) => !to.lines.has(key)).map(([, { line }]) => line)
  const boundaryChanges = before.permissionsBoundary !== after.permissionsBoundary
  const kept = [...to.lines].flatMap(([key, found]) => (from.lines.has(key) && found.line.effect === 'Allow' ? [found] : []))
  const allows = ({ effect }: PolicyLine): boolean => effect === 'Allow'
  return {
    wider: [...come.filter(allows), ...gone.filter((line) => !allows(line))],
    narrower: [...gone.filter(allows), ...come.filter((line) => !allows(line))],
    boundaryChanges, ...(boundaryChanges && { boundary: boundaryDifference(kept, before.permissionsBoundary, after.permissionsBoundary) }),
    // Another boundary bounds what is not read as well.
    unread: [...new Set([...from.unread, ...to.unread])].filter((arn) => boundaryChanges || before.managedPolicies.includes(arn) !== after.managedPolicies.includes(arn)),
  }
}

function linesOf({ managedPolicies, inlinePolicy }: PolicyHolding): { lines: Map<string, Allowance>; unread: string[] } {
  const documents = managedPolicies.map((arn) => findManagedPolicy(arn)?.document)
  const unread = managedPolicies.filter((_, n) => documents[n] === undefined)
  const sources = [...documents.filter((document) => document !== undefined), ...(inlinePolicy ? [JSON.stringify(inlinePolicy)] : [])]
  const statements = sources.flatMap((source) => parsePolicy(source, 'identity').policy?.document.statements ?? [])
  return { lines: new Map(statements.flatMap(linesIn).map((found) => [JSON.stringify(found.line), found])), unread }
}
