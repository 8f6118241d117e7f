// Who gains and who loses what by a plan, before it is applied: people by the preview of access, policies of permission sets
// line by line. What neither can tell is named and not guessed.
import { countHolders, policyDifference, Previews, type PolicyDifference, type PolicyHolding, type Preview } from '../access/index.js'
import type { Clock } from '../../platform/clock.js'
import { Refusal } from '../../platform/errors.js'
import type { Database } from '../../platform/storage/database.js'
import { isSame, type Change, type PermissionSetChange } from './change.js'
import { proposedBy } from './proposed.js'
import { fold } from './raw.js'
import type { PermissionSetState } from './snapshot.js'
import type { Known } from './stored.js'
import { picked } from './writing.js'

/** A permission set whose policies change, and how many people have it now. */
export interface PolicyForecast {
  permissionSet: string
  difference: PolicyDifference
  people: number
  accounts: number
}

/** What a plan does to people. */
export interface Foreseen {
  /** Not there where nothing is about access, or where it could not be worked out in time. */
  preview: Preview | undefined
  isLate: boolean
  policies: PolicyForecast[]
  /** What of the plan is not told here. */
  untold: string[]
}

interface ForeseeOptions {
  clock: Clock
  /** How many people are named of each kind of change. */
  names: number
}

/** Looks ahead at a plan; nothing is written. */
export async function foreseePlan(database: Database, changes: readonly Change[], known: Known, { clock, names }: ForeseeOptions): Promise<Foreseen> {
  const proposed = proposedBy(changes, known)
  try {
    const preview = proposed && await new Previews(database, clock).of(proposed, { names })
    return { preview, isLate: false, policies: await policiesOf(database, changes, known, clock), untold: untoldOf(changes) }
  } catch (error) {
    if (error instanceof Refusal && error.code === 'unavailable') return { preview: undefined, isLate: true, policies: [], untold: untoldOf(changes) }
    throw error
  }
}

const holdingOf = ({ managedPolicies, customerManagedPolicies = [], inlinePolicy, permissionsBoundary }: PermissionSetState): PolicyHolding => ({ managedPolicies: [...managedPolicies, ...customerManagedPolicies], inlinePolicy, permissionsBoundary })

async function policiesOf(database: Database, changes: readonly Change[], known: Known, clock: Clock): Promise<PolicyForecast[]> {
  const changed = picked({ changes }, 'permission set', 'update').filter(({ before, after }) => !isSame(holdingOf(before!), holdingOf(after!)))
  const idOf = ({ name }: PermissionSetChange): string => known.permissionSets.get(fold(name)) ?? ''
  const holders = await countHolders(database, changed.map(idOf), new Date(clock()))
  return changed.map((change) => ({
    permissionSet: change.name, difference: policyDifference(holdingOf(change.before!), holdingOf(change.after!)), ...(holders.get(idOf(change)) ?? { people: 0, accounts: 0 }),
  }))
}

const inside: readonly Change['kind'][] = ['IAM user', 'IAM group', 'role', 'IAM policy', 'identity provider']

const counted = (count: number, noun: string): string => `${count.toLocaleString('en-GB')} ${count === 1 ? noun : `${noun}s`}`

/** Says what the preview does not know of. */
function untoldOf(changes: readonly Change[]): string[] {
  const within = changes.filter(({ kind }) => inside.includes(kind)).length
  const rules = changes.filter((change) => change.kind === 'permission set' && !isSame(change.before?.requestable, change.after?.requestable)).length
  const enabled = picked({ changes }, 'application', 'update').filter(({ before, after }) => before?.enabled === false && after?.enabled !== false).map(({ name }) => name)
  const sources = changes.filter(({ kind }) => kind === 'identity source').length
  return [
    ...(within > 0 ? [`what ${counted(within, 'change')} inside of accounts ${within === 1 ? 'does' : 'do'} to users, groups, roles and policies there`] : []),
    ...(rules > 0 ? [`who may ask for ${counted(rules, 'permission set')} on request`] : []),
    ...(sources > 0 ? [`who may sign in with ${counted(sources, 'identity source')}`] : []),
    ...(enabled.length > 0 ? [`who gets into ${enabled.length === 1 ? enabled[0]! : counted(enabled.length, 'application')} again`] : []),
  ]
}
